-- Which clip was made of which: an index over clip.parents and over what our own submissions asked for, kept true by the
-- triggers below, so that children are found without reading every clip. clip_id is '' where the wish tells of the whole
-- task and not of one take.
CREATE TABLE descent (
    parent_id TEXT NOT NULL,
    task_id TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    clip_id TEXT NOT NULL,
    PRIMARY KEY (parent_id, task_id, clip_id)
) WITHOUT ROWID;
CREATE INDEX descent_child ON descent (task_id, clip_id);

-- parents is a list of ids with blanks between; quoted as one JSON text and cut at its blanks it is a JSON list.
CREATE TRIGGER clip_comes AFTER INSERT ON clip WHEN new.parents <> '' BEGIN
    INSERT OR IGNORE INTO descent (parent_id, task_id, clip_id)
        SELECT value, new.task_id, new.id FROM json_each('[' || replace(json_quote(new.parents), ' ', '","') || ']');
END;
CREATE TRIGGER clip_changes AFTER UPDATE OF parents ON clip WHEN new.parents <> old.parents BEGIN
    DELETE FROM descent WHERE task_id = new.task_id AND clip_id = new.id;
    INSERT OR IGNORE INTO descent (parent_id, task_id, clip_id)
        SELECT value, new.task_id, new.id FROM json_each('[' || replace(json_quote(new.parents), ' ', '","') || ']')
        WHERE value <> '';
END;

-- What a submission asked to be worked on: the clip that it extends, covers, joins, replaces a part of or takes apart.
CREATE VIEW wish_parent AS
    SELECT id AS submission_id,
        trim(coalesce(nullif(json_extract(request, '$.extend_clip_id'), ''), json_extract(request, '$.clip_id'), ''))
        AS parent_id
    FROM submission;
CREATE TRIGGER task_comes AFTER INSERT ON task WHEN new.submission_id IS NOT NULL BEGIN
    INSERT OR IGNORE INTO descent (parent_id, task_id, clip_id)
        SELECT parent_id, new.id, '' FROM wish_parent WHERE submission_id = new.submission_id AND parent_id <> '';
END;
CREATE TRIGGER task_is_known AFTER UPDATE OF submission_id ON task
WHEN new.submission_id IS NOT old.submission_id BEGIN
    INSERT OR IGNORE INTO descent (parent_id, task_id, clip_id)
        SELECT parent_id, new.id, '' FROM wish_parent WHERE submission_id = new.submission_id AND parent_id <> '';
END;

INSERT OR IGNORE INTO descent (parent_id, task_id, clip_id)
    SELECT value, clip.task_id, clip.id
    FROM clip, json_each('[' || replace(json_quote(clip.parents), ' ', '","') || ']') WHERE clip.parents <> '';
INSERT OR IGNORE INTO descent (parent_id, task_id, clip_id)
    SELECT parent_id, task.id, '' FROM task JOIN wish_parent ON wish_parent.submission_id = task.submission_id
    WHERE parent_id <> '';
