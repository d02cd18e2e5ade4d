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
-- The title as it is sorted: folded, so that accents and capitals do not count.
ALTER TABLE task ADD COLUMN title_key TEXT NOT NULL DEFAULT '';
UPDATE task SET title_key = substr(fold(title), 1, 64);

-- What was there before anyone could say what was heard does not wait to be heard.
INSERT INTO opinion (task_id, clip_id, heard_at)
    SELECT task.id, clip.id, task.added_at FROM task JOIN clip ON clip.task_id = task.id WHERE task.status = 'success';
UPDATE task SET heard = takes WHERE status = 'success';

-- A label's name is unique as it is folded; it is shown as it was first written.
CREATE TABLE label (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE
);
CREATE TABLE task_label (
    label_id INTEGER NOT NULL REFERENCES label (id) ON DELETE CASCADE,
    task_id TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
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
    place INTEGER NOT NULL,
    task_id TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    clip_id TEXT NOT NULL,
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

-- One index a sort, of what is not in the trash; each ends in seq, so that every row has its own place.
CREATE INDEX task_by_age ON task (added_at, seq) WHERE trashed_at IS NULL;
CREATE INDEX task_by_title ON task (title_key, seq) WHERE trashed_at IS NULL;
CREATE INDEX task_by_length ON task (coalesce(duration_s, -1), seq) WHERE trashed_at IS NULL;
CREATE INDEX task_by_rating ON task (rating, seq) WHERE trashed_at IS NULL;
CREATE INDEX task_by_model ON task (model, seq) WHERE trashed_at IS NULL;
CREATE INDEX task_in_trash ON task (trashed_at, seq) WHERE trashed_at IS NOT NULL;
CREATE INDEX task_starred ON task (added_at, seq) WHERE is_starred AND trashed_at IS NULL;
CREATE INDEX task_unheard ON task (added_at, seq)
    WHERE status = 'success' AND kind <> 'lyrics' AND heard < takes AND trashed_at IS NULL;
