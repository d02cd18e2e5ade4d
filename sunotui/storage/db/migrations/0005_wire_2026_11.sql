-- --- How a clip was made of its parents, and what was learned from parents alone ---

-- What each parent was used for, as kind:id pairs apart by blanks (domain/clip.py, DerivationKind); NULL where an older
-- version read the clip, which kept the ids only.
ALTER TABLE clip ADD COLUMN derivations TEXT;

-- Older versions took a parent for proof that covers, sections and stems are passed on, which plain continuations have
-- too. That evidence goes, so that it is learned from proof; nothing else of the line changes.
UPDATE offers SET text = json_remove(text, '$.evidence.cover')
    WHERE CASE WHEN json_valid(text) THEN json_extract(text, '$.evidence.cover.reason') END = 'a finished take shows it';
UPDATE offers SET text = json_remove(text, '$.evidence.infill')
    WHERE CASE WHEN json_valid(text) THEN json_extract(text, '$.evidence.infill.reason') END = 'a finished take shows it';
UPDATE offers SET text = json_remove(text, '$.evidence.stems')
    WHERE CASE WHEN json_valid(text) THEN json_extract(text, '$.evidence.stems.reason') END = 'a finished take shows it';

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
