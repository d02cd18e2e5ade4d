-- --- Long rows in tables with row numbers ---

-- Rows of two kilobytes in a table without row numbers fill the inner pages of its tree: the file was a third larger, and
-- writing slowed down as it grew. The keys stay texts, since a repair finds the song of a take by them.
CREATE TABLE clip_copy AS SELECT clip.* FROM clip JOIN task ON task.id = clip.task_id ORDER BY task.seq, clip.take;
DROP TABLE clip;
CREATE TABLE clip (
    task_id TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    take INTEGER NOT NULL,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    tags TEXT NOT NULL,
    lyrics TEXT NOT NULL,
    description TEXT NOT NULL,
    model TEXT NOT NULL,
    duration_s REAL,
    audio_url TEXT,
    video_url TEXT,
    image_url TEXT,
    created_at REAL,
    error TEXT NOT NULL,
    exclude TEXT NOT NULL DEFAULT '',
    parents TEXT NOT NULL DEFAULT '',
    derivations TEXT,
    bpm REAL,
    musical_key TEXT NOT NULL DEFAULT '',
    style_weight REAL,
    weirdness REAL,
    audio_weight REAL,
    persona_id TEXT NOT NULL DEFAULT '',
    is_max_mode INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (task_id, id)
);
INSERT INTO clip (task_id, id, take, title, status, tags, lyrics, description, model, duration_s, audio_url, video_url,
    image_url, created_at, error, exclude, parents, derivations, bpm, musical_key, style_weight, weirdness,
    audio_weight, persona_id, is_max_mode)
    SELECT task_id, id, take, title, status, tags, lyrics, description, model, duration_s, audio_url, video_url,
    image_url, created_at, error, exclude, parents, derivations, bpm, musical_key, style_weight, weirdness,
    audio_weight, persona_id, is_max_mode
    FROM clip_copy ORDER BY rowid;
DROP TABLE clip_copy;
CREATE INDEX clip_id ON clip (id);
CREATE TRIGGER clip_comes AFTER INSERT ON clip BEGIN
    INSERT OR IGNORE INTO descent (parent_id, task_id, clip_id)
        SELECT value, new.task_id, new.id FROM json_each('[' || replace(json_quote(new.parents), ' ', '","') || ']')
        WHERE new.parents <> '';
    INSERT INTO family_link (parent_seq, child_seq)
        SELECT parent.seq, child.seq FROM descent JOIN task AS child ON child.id = descent.task_id
        JOIN task AS parent ON parent.id = new.task_id
        WHERE descent.parent_id = new.id ORDER BY child.seq;
END;
CREATE TRIGGER clip_changes AFTER UPDATE OF parents ON clip WHEN new.parents <> old.parents BEGIN
    DELETE FROM descent WHERE task_id = new.task_id AND clip_id = new.id;
    INSERT OR IGNORE INTO descent (parent_id, task_id, clip_id)
        SELECT value, new.task_id, new.id FROM json_each('[' || replace(json_quote(new.parents), ' ', '","') || ']')
        WHERE value <> '';
END;
CREATE TRIGGER saved_clip_comes AFTER INSERT ON clip
WHEN EXISTS (SELECT 1 FROM saved_file WHERE clip_id = new.id) BEGIN
    UPDATE task SET saved = (SELECT count(*) FROM clip WHERE clip.task_id = task.id AND EXISTS (
        SELECT 1 FROM saved_file
        WHERE saved_file.clip_id = clip.id AND kind IN ('audio', 'wav') AND state <> 'missing'))
    WHERE id = new.task_id;
END;

CREATE TABLE answer_copy AS SELECT answer.* FROM answer JOIN task ON task.id = answer.task_id ORDER BY task.seq;
DROP TABLE answer;
CREATE TABLE answer (
    task_id TEXT NOT NULL PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    raw TEXT NOT NULL
);
INSERT INTO answer (task_id, raw) SELECT task_id, raw FROM answer_copy ORDER BY rowid;
DROP TABLE answer_copy;
