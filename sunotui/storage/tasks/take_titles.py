"""Replaces the ids of takes by their titles, in displayed titles such as "WAV of 1ea41836-…"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import id_chunks, placeholders

_ID = r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
"""All gateways give takes the ids of Suno, which are UUIDs."""


def with_take_titles(db: Database, texts: Sequence[str]) -> list[str]:
    """The texts with the ids of takes replaced by their titles. A take without a title has that of its song; ids of
    other takes stay. Raises LibraryError."""
    ids = list(dict.fromkeys(found for text in texts for found in re.findall(_ID, text)))
    titles: dict[str, str] = {}
    for chunk in id_chunks(ids):
        rows = db.query(
            "SELECT clip.id, clip.title, task.title FROM clip JOIN task ON task.id = clip.task_id "
            f"WHERE clip.id IN ({placeholders(chunk)}) ORDER BY task.seq DESC",
            chunk,
        )
        # The first task that has a clip is the clip's own one.
        titles.update((row[0], row[1] or row[2]) for row in rows)
    if not titles:
        return list(texts)
    return [re.sub(_ID, lambda found: titles.get(found[0]) or found[0], text) for text in texts]
