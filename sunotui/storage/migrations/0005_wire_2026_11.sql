-- --- What a clip's answer says of its sound and its settings ---

-- NULL and '' where no answer said so. The three weights are 0 to 1, bpm is beats a minute.
ALTER TABLE clip ADD COLUMN bpm REAL;
ALTER TABLE clip ADD COLUMN musical_key TEXT NOT NULL DEFAULT '';
ALTER TABLE clip ADD COLUMN style_weight REAL;
ALTER TABLE clip ADD COLUMN weirdness REAL;
ALTER TABLE clip ADD COLUMN audio_weight REAL;
ALTER TABLE clip ADD COLUMN persona_id TEXT NOT NULL DEFAULT '';
ALTER TABLE clip ADD COLUMN is_max_mode INTEGER NOT NULL DEFAULT 0;

-- Models are sorted and searched by their label, and the labels of v6 are new.
UPDATE task SET model_key = model_key(model) WHERE model_key <> model_key(model);
