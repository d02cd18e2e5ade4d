-- How long a task took by our own clock, in seconds; NULL where nobody watched it end.
ALTER TABLE task ADD COLUMN made_in_s REAL;
CREATE INDEX task_made_in ON task (profile, kind, added_at, made_in_s) WHERE made_in_s IS NOT NULL;

-- What the clip's metadata says of its making: styles kept out, and the clips it was made of, apart by blanks.
ALTER TABLE clip ADD COLUMN exclude TEXT NOT NULL DEFAULT '';
ALTER TABLE clip ADD COLUMN parents TEXT NOT NULL DEFAULT '';

-- When each word of a clip is sung, as the gateway's JSON told it.
CREATE TABLE timing (
    clip_id TEXT PRIMARY KEY,
    text TEXT NOT NULL
) WITHOUT ROWID;

-- An id seen in an answer that could not be understood: perhaps the paid task's.
ALTER TABLE submission ADD COLUMN task_hint TEXT NOT NULL DEFAULT '';

-- What a gateway is known to offer, as JSON with the date of each piece of evidence.
CREATE TABLE offers (
    profile TEXT PRIMARY KEY,
    text TEXT NOT NULL
) WITHOUT ROWID;

-- What one submission cost, learned from the balance before and after it, in the gateway's own unit.
CREATE TABLE price (
    seq INTEGER PRIMARY KEY,
    profile TEXT NOT NULL,
    action TEXT NOT NULL,
    amount REAL NOT NULL,
    unit TEXT NOT NULL,
    learned_at REAL NOT NULL
);
CREATE INDEX price_newest ON price (profile, action, seq);

-- Voices made of clips; they live at one gateway only.
CREATE TABLE persona (
    profile TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    clip_id TEXT NOT NULL,
    created_at REAL NOT NULL,
    PRIMARY KEY (profile, id)
) WITHOUT ROWID;
