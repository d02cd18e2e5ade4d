-- seq is our own order of arrival; what gateways call times never sorts anything.
CREATE TABLE task (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    profile TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    added_at REAL NOT NULL,
    fail_reason TEXT NOT NULL,
    progress TEXT NOT NULL,
    submitted_at REAL,
    started_at REAL,
    finished_at REAL,
    checked_at REAL,
    misses INTEGER NOT NULL,
    submission_id TEXT,
    title_hint TEXT NOT NULL,
    -- What a list row shows, worked out when the task is saved so that a page of rows is one query.
    title TEXT NOT NULL,
    model TEXT NOT NULL,
    duration_s REAL,
    is_streaming INTEGER NOT NULL,
    takes INTEGER NOT NULL,
    -- The text of a lyrics task; lyrics_text is NULL where there is none. lyrics_tags is a JSON list.
    lyrics_title TEXT,
    lyrics_text TEXT,
    lyrics_tags TEXT,
    lyrics_error TEXT
);
-- The order of every list, with what the views ask for, so that a list of ids never touches the table.
CREATE INDEX task_newest ON task (added_at, seq, status, kind, id);
CREATE INDEX task_count ON task (status, kind);
CREATE INDEX task_unfinished ON task (profile)
    WHERE status IN ('not_started', 'submitted', 'queued', 'in_progress');

-- A clip belongs to the task whose answer it came in; a concat or an upload may tell of another task's clip again.
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
    PRIMARY KEY (task_id, id)
) WITHOUT ROWID;
CREATE INDEX clip_id ON clip (id);

-- The gateway's own words about a task, as last received.
CREATE TABLE answer (
    task_id TEXT PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    raw TEXT NOT NULL
) WITHOUT ROWID;

-- Everything that a search looks through, case folded, beside the task so that lists stay narrow.
CREATE TABLE task_words (
    seq INTEGER PRIMARY KEY REFERENCES task (seq) ON DELETE CASCADE,
    words TEXT NOT NULL
);

-- The journal: one row per wish, written before anything is sent.
CREATE TABLE submission (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    profile TEXT NOT NULL,
    request TEXT NOT NULL,
    path TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('ready', 'sending', 'accepted', 'rejected', 'unknown', 'dropped')),
    -- Names the locked file of the process that is to send this or is sending it.
    owner TEXT NOT NULL,
    created_at REAL NOT NULL,
    sent_at REAL,
    ended_at REAL,
    task_id TEXT,
    retry_of TEXT,
    trouble TEXT NOT NULL,
    trouble_kind TEXT NOT NULL,
    request_id TEXT NOT NULL,
    http_status INTEGER,
    answer TEXT NOT NULL
);
CREATE INDEX submission_newest ON submission (created_at, seq);
CREATE INDEX submission_open ON submission (state) WHERE state IN ('ready', 'sending', 'unknown');

CREATE TABLE draft (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
) WITHOUT ROWID;
