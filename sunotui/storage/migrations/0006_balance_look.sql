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
