-- --- Responses compressed ---

-- The gateway's responses were a quarter of the file. Each is compressed by zlib, whose checksum also tells whether one is
-- damaged. The key stays a text, since a repair finds the song of a response by it.
CREATE TABLE packed_answer (
    task_id TEXT NOT NULL PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    raw BLOB NOT NULL
);
INSERT INTO packed_answer (task_id, raw) SELECT task_id, packed(raw) FROM answer ORDER BY rowid;
DROP TABLE answer;
ALTER TABLE packed_answer RENAME TO answer;
