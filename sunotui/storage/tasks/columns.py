"""The columns of tasks, clips and the full-text index in the order in which rows are read and written."""

from __future__ import annotations

from sunotui.storage.browse.query_sql import SAVEABLE, UNPLAYED

TASK_COLUMNS = (
    "id, profile, kind, status, added_at, fail_reason, progress, submitted_at, started_at, finished_at, checked_at, "
    "misses, submission_id, title_hint, title, model, duration_s, is_streaming, takes, title_key, length_key, "
    "model_key, lyrics_title, lyrics_text, lyrics_tags, lyrics_error, made_in_s"
)
CLIP_COLUMNS = (
    "task_id, id, take, title, status, tags, lyrics, description, model, duration_s, audio_url, video_url, image_url, "
    "created_at, error, exclude, parents, derivations, bpm, musical_key, style_weight, weirdness, audio_weight, "
    "persona_id, is_max_mode"
)
SUMMARY_COLUMNS = (
    "id, profile, kind, status, title, model, duration_s, added_at, submitted_at, finished_at, is_streaming, "
    f"fail_reason, takes, rating, is_starred, {UNPLAYED}, trashed_at IS NOT NULL, progress, "
    "CASE WHEN kind = 'lyrics' THEN substr(lyrics_text, 1, 20000) END, "
    "(SELECT substr(tags, 1, 300) || char(10) || coalesce(derivations, '') FROM clip "
    "WHERE task_id = task.id AND take = 1), "
    "(SELECT json_extract(request, '$.kind', '$.style', '$.extend_clip_id', '$.extend_at_s', '$.at_s', '$.start_s', "
    "'$.end_s') FROM submission WHERE submission.id = task.submission_id), "
    "(SELECT group_concat(name, ', ') FROM task_label JOIN label ON label.id = label_id WHERE task_id = task.id), "
    f"iif({SAVEABLE}, saved, NULL), unsaved_favourites, "
    "(SELECT json_array(shortest_dead_s, longest_alive_s) FROM link_life WHERE link_life.profile = task.profile)"
)
"""What a row shows, in the order in which `summaries.summary_of` reads it. The first take is two texts with a line end
between, and the request and the lifetime of links are JSON lists, so that each is looked up once. The number of saved
takes is NULL for tasks that cannot be saved."""
WORD_COLUMNS = ("title", "tags", "lyrics", "prompt", "description", "model", "ids")
"""The columns of the full-text index with text from the gateway and the request; its other two, `labels` and `note`,
have the user's own text."""
