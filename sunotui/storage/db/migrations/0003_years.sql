-- What a person thinks of a take; clip_id is '' for a task that has no takes, such as lyrics.
CREATE TABLE opinion (
    task_id TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    clip_id TEXT NOT NULL,
    is_starred INTEGER NOT NULL DEFAULT 0,
    -- 1 to 5; 0 where nobody rated it.
    rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
    heard_at REAL,
    PRIMARY KEY (task_id, clip_id)
) WITHOUT ROWID;

-- What a row shows of its takes' opinions, kept beside the task as its title is: starred when one is, the best rating,
-- how many takes were heard. The note and the trash are the task's own.
ALTER TABLE task ADD COLUMN is_starred INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN rating INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN heard INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN trashed_at REAL;
-- What lists are sorted by: the title folded, the length with unknown ones as -1, the model by its label.
ALTER TABLE task ADD COLUMN title_key TEXT NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN length_key REAL NOT NULL DEFAULT -1;
ALTER TABLE task ADD COLUMN model_key TEXT NOT NULL DEFAULT '';
UPDATE task SET title_key = title_key(title), length_key = coalesce(duration_s, -1), model_key = model_key(model);

-- What was there before anyone could say what was heard does not wait to be heard.
INSERT INTO opinion (task_id, clip_id, heard_at)
    SELECT task.id, clip.id, task.added_at FROM task JOIN clip ON clip.task_id = task.id WHERE task.status = 'success';
UPDATE task SET heard = takes WHERE status = 'success';

-- In tables without rowid the columns of the key stand first and in its order: versions of SQLite until 3.41 call
-- others damaged.

-- A label's name is unique as it is folded; it is shown as it was first written.
CREATE TABLE label (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE
);
-- The key's columns stand first and in the key's order, here and in album_take: where they do not, quick_check of
-- SQLite 3.40 finds a NULL that is none, and the library is taken for damaged.
CREATE TABLE task_label (
    task_id TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    label_id INTEGER NOT NULL REFERENCES label (id) ON DELETE CASCADE,
    PRIMARY KEY (task_id, label_id)
) WITHOUT ROWID;
CREATE INDEX task_label_label ON task_label (label_id);

-- Albums are ordered lists of takes. place orders them and need not be without gaps.
CREATE TABLE album (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    created_at REAL NOT NULL
);
CREATE TABLE album_take (
    album_id INTEGER NOT NULL REFERENCES album (id) ON DELETE CASCADE,
    task_id TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    clip_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (album_id, task_id, clip_id)
) WITHOUT ROWID;
CREATE INDEX album_take_place ON album_take (album_id, place);
CREATE INDEX album_take_task ON album_take (task_id);

-- A search under a name, shown among the views.
CREATE TABLE saved_search (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    query TEXT NOT NULL,
    sort TEXT NOT NULL,
    is_reversed INTEGER NOT NULL
);

-- One index a sort, of what is not in the trash; each has seq, so that every row has its own place. They have
-- what the views ask for as well, so that a count or a far jump never touches the table.
DROP INDEX task_newest;
DROP INDEX task_count;
CREATE INDEX task_by_age ON task (added_at, seq, status, kind, profile) WHERE trashed_at IS NULL;
CREATE INDEX task_by_title ON task (title_key, seq, status, kind) WHERE trashed_at IS NULL;
CREATE INDEX task_by_length ON task (length_key, seq, status, kind) WHERE trashed_at IS NULL;
CREATE INDEX task_by_rating ON task (rating, seq, status, kind) WHERE trashed_at IS NULL;
CREATE INDEX task_by_model ON task (model_key, seq, status, kind) WHERE trashed_at IS NULL;
CREATE INDEX task_in_trash ON task (trashed_at, seq) WHERE trashed_at IS NOT NULL;
CREATE INDEX task_starred ON task (added_at, seq) WHERE is_starred AND trashed_at IS NULL;
CREATE INDEX task_unheard ON task (added_at, seq)
    WHERE status = 'success' AND kind <> 'lyrics' AND heard < takes AND trashed_at IS NULL;

-- How many tasks of each sort there are, kept true by the triggers below: the side pane counts at every change, and to
-- count a hundred thousand rows takes longer than to paint them.
CREATE TABLE tally (
    profile TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    is_starred INTEGER NOT NULL,
    is_unheard INTEGER NOT NULL,
    is_trashed INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (profile, kind, status, is_starred, is_unheard, is_trashed)
) WITHOUT ROWID;
CREATE VIEW tallied AS
    SELECT seq, profile, kind, status, is_starred,
        status = 'success' AND kind <> 'lyrics' AND heard < takes AS is_unheard, trashed_at IS NOT NULL AS is_trashed
    FROM task;
INSERT INTO tally (profile, kind, status, is_starred, is_unheard, is_trashed, n)
    SELECT profile, kind, status, is_starred, is_unheard, is_trashed, count(*) FROM tallied GROUP BY 1, 2, 3, 4, 5, 6;
CREATE TRIGGER tally_new AFTER INSERT ON task BEGIN
    INSERT INTO tally VALUES (new.profile, new.kind, new.status, new.is_starred,
        new.status = 'success' AND new.kind <> 'lyrics' AND new.heard < new.takes, new.trashed_at IS NOT NULL, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_gone AFTER DELETE ON task BEGIN
    UPDATE tally SET n = n - 1 WHERE (profile, kind, status, is_starred, is_unheard, is_trashed) = (
        old.profile, old.kind, old.status, old.is_starred,
        old.status = 'success' AND old.kind <> 'lyrics' AND old.heard < old.takes, old.trashed_at IS NOT NULL);
END;
CREATE TRIGGER tally_other AFTER UPDATE OF profile, kind, status, is_starred, heard, takes, trashed_at ON task
WHEN (new.profile, new.kind, new.status, new.is_starred, new.heard < new.takes, new.trashed_at IS NULL)
    IS NOT (old.profile, old.kind, old.status, old.is_starred, old.heard < old.takes, old.trashed_at IS NULL)
BEGIN
    UPDATE tally SET n = n - 1 WHERE (profile, kind, status, is_starred, is_unheard, is_trashed) = (
        old.profile, old.kind, old.status, old.is_starred,
        old.status = 'success' AND old.kind <> 'lyrics' AND old.heard < old.takes, old.trashed_at IS NOT NULL);
    INSERT INTO tally VALUES (new.profile, new.kind, new.status, new.is_starred,
        new.status = 'success' AND new.kind <> 'lyrics' AND new.heard < new.takes, new.trashed_at IS NOT NULL, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- Everything that a search looks through, folded (domain/folding.py) so that the tokenizer need only cut at what is no
-- letter. Prefixes have an index of their own: a search is asked at every key.
CREATE VIRTUAL TABLE words USING fts5 (
    title, tags, lyrics, prompt, description, model, ids, labels, note,
    tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3'
);
INSERT INTO words (rowid, title, tags, lyrics, prompt, description, model, ids, labels, note)
SELECT
    task.seq,
    fold(title_hint || char(10) || coalesce(lyrics_title, '') || char(10) || coalesce(
        (SELECT group_concat(title, char(10)) FROM (SELECT DISTINCT title FROM clip WHERE task_id = task.id)), '')),
    fold(coalesce(lyrics_tags, '') || char(10) || coalesce(
        (SELECT group_concat(tags, char(10)) FROM (SELECT DISTINCT tags FROM clip WHERE task_id = task.id)), '')),
    fold(coalesce(lyrics_text, '') || char(10) || coalesce(
        (SELECT group_concat(lyrics, char(10)) FROM (SELECT DISTINCT lyrics FROM clip WHERE task_id = task.id)), '')),
    fold(coalesce((
        SELECT coalesce(json_extract(request, '$.title'), '') || char(10)
            || coalesce(json_extract(request, '$.description'), '') || char(10)
            || coalesce(json_extract(request, '$.prompt'), '') || char(10)
            || coalesce(json_extract(request, '$.style'), '') || char(10)
            || coalesce(json_extract(request, '$.lyrics'), '') || char(10)
            || coalesce(json_extract(request, '$.url'), '')
        FROM submission WHERE submission.id = task.submission_id), '')),
    fold(coalesce((SELECT group_concat(description, char(10))
        FROM (SELECT DISTINCT description FROM clip WHERE task_id = task.id)), '')),
    fold(model || ' ' || model_key),
    fold(id || char(10) || coalesce((SELECT group_concat(clip.id, char(10)) FROM clip WHERE task_id = task.id), '')),
    '', ''
FROM task;
DROP TABLE task_words;
