-- --- How often and when each take was played ---

-- Counted by the player: once for each time that half of a take or 30 seconds of it were heard. heard_at stays the mark
-- that says whether a take was played, by the player or by hand; without it, the take counts as not played.
ALTER TABLE opinion ADD COLUMN plays INTEGER NOT NULL DEFAULT 0;
-- Unix seconds; NULL where the player has not played it.
ALTER TABLE opinion ADD COLUMN last_played_at REAL;
-- When one of its played takes was last played or, where that is not known, marked as played; NULL if none was. For
-- searches; kept with the other totals.
ALTER TABLE task ADD COLUMN last_played_at REAL;
UPDATE task SET last_played_at = (SELECT max(heard_at) FROM opinion WHERE opinion.task_id = task.id) WHERE heard > 0;

-- --- Playback ---

-- How loud each take is by EBU R 128. lufs is NULL for silence.
CREATE TABLE loudness (
    clip_id TEXT PRIMARY KEY,
    lufs REAL,
    peak_db REAL,
    -- Unix seconds.
    measured_at REAL NOT NULL
) WITHOUT ROWID;
-- What playback goes on with at the next start, such as the queue, the position and the volume. value is JSON.
CREATE TABLE playback (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
-- The journal of the command that runs when a task has ended, written before it starts, so that it runs at most once.
-- It refers to no row of task: a task that is fetched again must not run it again.
CREATE TABLE hook_run (
    task_id TEXT NOT NULL,
    profile TEXT NOT NULL,
    event TEXT NOT NULL,
    -- Unix seconds.
    started_at REAL NOT NULL,
    -- NULL while it runs, and if the program ended before it did. exit_code is NULL for a command that did not exit by
    -- itself.
    ended_at REAL,
    exit_code INTEGER,
    PRIMARY KEY (task_id, profile, event)
) WITHOUT ROWID;
