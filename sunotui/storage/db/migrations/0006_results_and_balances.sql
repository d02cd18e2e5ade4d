-- --- What a submission came to that made no song ---

-- A persona's id, longer tags, the link to a file of a clip, or its notes as JSON; empty for songs and until it is known.
ALTER TABLE submission ADD COLUMN result TEXT NOT NULL DEFAULT '';

-- Older versions took a persona that was made for proof that songs are sung with it, which it is not.
UPDATE offers SET text = json_remove(text, '$.evidence.persona')
    WHERE CASE WHEN json_valid(text) THEN json_extract(text, '$.evidence.persona.reason') END = 'it answered';

-- --- Where a submission went ---

-- The address of the gateway, since a profile may move to another one; empty for submissions of older versions.
ALTER TABLE submission ADD COLUMN origin TEXT NOT NULL DEFAULT '';

-- --- What was left before something was sent ---

-- The balance that a command saw before it sent something, so that a later one can tell what that cost. Neither exported
-- nor kept for long: only the next minutes make use of it.
CREATE TABLE balance_look (
    profile TEXT PRIMARY KEY,
    -- The address of the profile's gateway: at another one it is other money.
    origin TEXT NOT NULL,
    remaining REAL NOT NULL,
    unit TEXT NOT NULL,
    -- Unix seconds at which the gateway was asked.
    seen_at REAL NOT NULL
) WITHOUT ROWID;
