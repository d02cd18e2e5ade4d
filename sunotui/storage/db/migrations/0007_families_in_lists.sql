-- --- Which song each task was made from in the end ---

-- A list in the order of age can show what was made from a song directly under it: its family. family_seq is the seq of
-- that song, or the task's own; family_at is when the newest task of the family was added, by which families are
-- ordered; family_place orders a family from high to low: 0 for the song itself, -seq for what was made from it, so that
-- the oldest comes first. The triggers below keep all three true.
ALTER TABLE task ADD COLUMN family_at REAL NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN family_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN family_place INTEGER NOT NULL DEFAULT 0;
UPDATE task SET family_at = added_at, family_seq = seq;
-- With everything that the views ask for, as in task_by_age, so that a count never touches the table.
CREATE INDEX task_by_family
    ON task (family_at, family_seq, family_place, status, kind, profile, is_starred, heard, takes)
    WHERE trashed_at IS NULL;
CREATE INDEX task_in_family ON task (family_seq) WHERE family_place < 0;

-- A row inserted here puts a task, with the family that it is the song of, into the family of the other. A task that
-- is in a family already stays there, and circles change nothing.
CREATE VIEW family_link AS SELECT seq AS parent_seq, seq AS child_seq FROM task WHERE 0;
CREATE TRIGGER families_join INSTEAD OF INSERT ON family_link
WHEN (SELECT family_seq FROM task WHERE seq = new.child_seq) = new.child_seq
    AND (SELECT family_seq FROM task WHERE seq = new.parent_seq) <> new.child_seq
BEGIN
    UPDATE task SET family_place = -seq, family_seq = (SELECT family_seq FROM task WHERE seq = new.parent_seq)
    WHERE seq IN (SELECT seq FROM task WHERE family_seq = new.child_seq AND family_place < 0
        UNION ALL SELECT new.child_seq);
    UPDATE task SET family_at = (
        SELECT max(family_at) FROM task WHERE seq IN (
            new.child_seq, new.parent_seq, (SELECT family_seq FROM task WHERE seq = new.parent_seq)))
    WHERE seq IN (
        SELECT seq FROM task WHERE family_place < 0
            AND family_seq = (SELECT family_seq FROM task WHERE seq = new.parent_seq)
        UNION ALL SELECT family_seq FROM task WHERE seq = new.parent_seq);
END;

-- Each of the next two triggers does two things, since the order of several triggers is not defined.
DROP TRIGGER task_comes;
CREATE TRIGGER task_comes AFTER INSERT ON task BEGIN
    UPDATE task SET family_at = new.added_at, family_seq = new.seq, family_place = 0 WHERE seq = new.seq;
    INSERT OR IGNORE INTO descent (parent_id, task_id, clip_id)
        SELECT parent_id, new.id, '' FROM wish_parent WHERE submission_id = new.submission_id AND parent_id <> '';
END;
CREATE TRIGGER descent_comes AFTER INSERT ON descent BEGIN
    INSERT INTO family_link (parent_seq, child_seq)
        SELECT parent.seq, child.seq FROM clip JOIN task AS parent ON parent.id = clip.task_id
        JOIN task AS child ON child.id = new.task_id
        WHERE clip.id = new.parent_id ORDER BY parent.seq LIMIT 1;
END;
-- What was made from a clip may be known before the clip is.
DROP TRIGGER clip_comes;
CREATE TRIGGER clip_comes AFTER INSERT ON clip BEGIN
    INSERT OR IGNORE INTO descent (parent_id, task_id, clip_id)
        SELECT value, new.task_id, new.id FROM json_each('[' || replace(json_quote(new.parents), ' ', '","') || ']')
        WHERE new.parents <> '';
    INSERT INTO family_link (parent_seq, child_seq)
        SELECT parent.seq, child.seq FROM descent JOIN task AS child ON child.id = descent.task_id
        JOIN task AS parent ON parent.id = new.task_id
        WHERE descent.parent_id = new.id ORDER BY child.seq;
END;
CREATE TRIGGER task_goes AFTER DELETE ON task BEGIN
    UPDATE task SET family_at = added_at, family_seq = seq, family_place = 0
    WHERE family_seq = old.seq AND family_place < 0;
END;

INSERT INTO family_link (parent_seq, child_seq)
    SELECT min(parent.seq), child.seq FROM descent JOIN task AS child ON child.id = descent.task_id
    JOIN clip ON clip.id = descent.parent_id JOIN task AS parent ON parent.id = clip.task_id
    GROUP BY descent.parent_id, child.seq ORDER BY child.seq, min(parent.seq);
