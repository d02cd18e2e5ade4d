-- --- Which takes are saved in files, and what is still to be downloaded ---

-- A file of a take that was saved, or that was found to be one of a take. It refers to no row of task or clip: a file
-- stays where it is when its song goes, and belongs to the song again when that comes back.
CREATE TABLE saved_file (
    clip_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('audio', 'wav', 'video', 'midi', 'stems')),
    -- Absolute.
    path TEXT NOT NULL,
    task_id TEXT NOT NULL,
    profile TEXT NOT NULL,
    -- The size in bytes and the time of the last change as they were last seen, and the SHA-256 of the whole file in lower
    -- case as it was saved.
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    mtime_ns INTEGER NOT NULL,
    -- Unix seconds.
    saved_at REAL NOT NULL,
    checked_at REAL NOT NULL,
    -- changed: there is still audio at the path, but not what was saved, such as one with other tags.
    state TEXT NOT NULL CHECK (state IN ('present', 'missing', 'changed')),
    PRIMARY KEY (clip_id, kind, path)
) WITHOUT ROWID;
CREATE INDEX saved_file_saved ON saved_file (saved_at);
-- Downloads that have not ended well; what is saved has no row here.
CREATE TABLE download (
    id INTEGER PRIMARY KEY,
    profile TEXT NOT NULL,
    task_id TEXT NOT NULL,
    clip_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('audio', 'wav', 'video', 'midi', 'stems')),
    -- '' for the folder of the settings.
    folder TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'paused', 'failed', 'cancelled')),
    -- A sentence without its full stop; '' unless it failed.
    reason TEXT NOT NULL,
    tries INTEGER NOT NULL,
    added_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    UNIQUE (clip_id, kind, folder)
);
-- How old the audio links of a profile's gateway were when one was last seen to work, and when one was first seen not to,
-- in seconds since their song was made; NULL where none was seen.
CREATE TABLE link_life (
    profile TEXT PRIMARY KEY,
    shortest_dead_s REAL,
    longest_alive_s REAL,
    updated_at REAL NOT NULL
) WITHOUT ROWID;

-- How many takes of a task have a file with their sound, and how many favourites have none, for lists and searches; the
-- triggers keep both true.
ALTER TABLE task ADD COLUMN saved INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN unsaved_favourites INTEGER NOT NULL DEFAULT 0;
UPDATE task SET unsaved_favourites = (
    SELECT count(*) FROM opinion WHERE opinion.task_id = task.id AND opinion.is_starred) WHERE is_starred;
CREATE INDEX task_unsafe ON task (added_at, seq) WHERE unsaved_favourites > 0 AND trashed_at IS NULL;
-- A row inserted here counts the takes of a task again.
CREATE VIEW saved_takes AS SELECT id AS task_id FROM task WHERE 0;
CREATE TRIGGER saved_takes_count INSTEAD OF INSERT ON saved_takes BEGIN
    UPDATE task SET
        saved = (SELECT count(*) FROM clip WHERE clip.task_id = task.id AND EXISTS (
            SELECT 1 FROM saved_file
            WHERE saved_file.clip_id = clip.id AND kind IN ('audio', 'wav') AND state <> 'missing')),
        unsaved_favourites = (SELECT count(*) FROM opinion
            WHERE opinion.task_id = task.id AND opinion.is_starred AND NOT EXISTS (
            SELECT 1 FROM saved_file
            WHERE saved_file.clip_id = coalesce(nullif(opinion.clip_id, ''),
                    (SELECT id FROM clip WHERE clip.task_id = task.id ORDER BY take LIMIT 1))
                AND kind IN ('audio', 'wav') AND state <> 'missing'))
    WHERE id = new.task_id;
END;
CREATE TRIGGER saved_file_comes AFTER INSERT ON saved_file BEGIN
    INSERT INTO saved_takes SELECT task_id FROM clip WHERE id = new.clip_id;
END;
CREATE TRIGGER saved_file_changes AFTER UPDATE OF state ON saved_file WHEN new.state <> old.state BEGIN
    INSERT INTO saved_takes SELECT task_id FROM clip WHERE id = new.clip_id;
END;
CREATE TRIGGER saved_file_goes AFTER DELETE ON saved_file BEGIN
    INSERT INTO saved_takes SELECT task_id FROM clip WHERE id = old.clip_id;
END;
-- A file may be known before its take is, and a take may come in the answer of another task again.
CREATE TRIGGER saved_clip_comes AFTER INSERT ON clip
WHEN EXISTS (SELECT 1 FROM saved_file WHERE clip_id = new.id) BEGIN
    INSERT INTO saved_takes VALUES (new.task_id);
END;
CREATE TRIGGER favourite_comes AFTER INSERT ON opinion WHEN new.is_starred BEGIN
    INSERT INTO saved_takes VALUES (new.task_id);
END;
CREATE TRIGGER favourite_changes AFTER UPDATE OF is_starred ON opinion WHEN new.is_starred <> old.is_starred BEGIN
    INSERT INTO saved_takes VALUES (new.task_id);
END;
CREATE TRIGGER favourite_goes AFTER DELETE ON opinion WHEN old.is_starred BEGIN
    INSERT INTO saved_takes VALUES (old.task_id);
END;

-- --- Choosing between takes ---

-- Which of two takes was preferred when they were compared.
CREATE TABLE verdict (
    winner_clip TEXT NOT NULL,
    loser_clip TEXT NOT NULL,
    -- Unix seconds.
    compared_at REAL NOT NULL,
    profile TEXT NOT NULL,
    winner_task TEXT NOT NULL,
    loser_task TEXT NOT NULL,
    PRIMARY KEY (winner_clip, loser_clip, compared_at)
) WITHOUT ROWID;
CREATE INDEX verdict_loser ON verdict (loser_clip);
-- Takes that the user put off in triage, until a time in Unix seconds.
CREATE TABLE triage_later (
    clip_id TEXT PRIMARY KEY,
    task_id TEXT NOT NULL,
    until REAL NOT NULL
) WITHOUT ROWID;
-- What the user decided on takes in triage, as far as it is still to be done; and which takes were thrown out, since a song
-- goes to the trash with the last of its takes.
CREATE TABLE triage_decision (
    clip_id TEXT PRIMARY KEY,
    task_id TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('favourite', 'rate', 'keep', 'trash')),
    -- 1 to 5 for 'rate', 0 for the others.
    rating INTEGER NOT NULL,
    -- Unix seconds.
    decided_at REAL NOT NULL,
    is_pending INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX triage_pending ON triage_decision (decided_at) WHERE is_pending;

-- --- Albums ---

-- The take whose cover is the album's, or else a picture file; artist is '' or NULL for the one of the settings.
ALTER TABLE album ADD COLUMN cover_clip TEXT;
ALTER TABLE album ADD COLUMN cover_path TEXT;
ALTER TABLE album ADD COLUMN artist TEXT;

-- --- The few submissions and tasks among all that a start, a retry, a file and a price ask for ---

CREATE INDEX submission_retry ON submission (retry_of) WHERE retry_of IS NOT NULL;
-- Accepted ones whose result may still come, and those that have one: links to files. Others have none.
CREATE INDEX submission_unread ON submission (created_at, seq)
    WHERE state = 'accepted' AND result = ''
        AND CASE WHEN json_valid(request) THEN json_extract(request, '$.kind') END IN ('persona', 'upsample_tags');
CREATE INDEX submission_file
    ON submission (CASE WHEN json_valid(request) THEN json_extract(request, '$.clip_id') END, created_at, seq)
    WHERE state = 'accepted' AND result <> '';
-- What may have changed a balance.
CREATE INDEX submission_ended ON submission (coalesce(ended_at, sent_at));
CREATE INDEX task_checked ON task (coalesce(checked_at, added_at));
