"""CSV export for spreadsheets: one row per take, and no cell that a spreadsheet would execute."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

from sunotui.domain.export_records import ExportedRating, ExportedTask
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.text import trim


class TextWriter(Protocol):
    """The output of an export: an open file, or a sanitized stream to the terminal."""

    def write(self, text: str, /) -> object:
        """Write the text."""


HEADS = (
    *("task", "clip", "take", "profile", "kind", "status", "title", "style", "model", "length_s", "starred", "rating"),
    *("heard_at", "labels", "note", "added_at", "finished_at", "trashed_at", "prompt", "lyrics", "fail_reason"),
    *("audio_url", "video_url", "image_url", "plays", "last_played_at"),
)
_LATEST = 253_402_300_799.0
"""The last second of the year 9999, the maximum of datetime."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_takes(tasks: Iterable[ExportedTask], file: TextWriter) -> None:
    """Write a row for each take, and one for a task without takes."""
    table = csv.writer(file)
    table.writerow(HEADS)
    for carried in tasks:
        for number, clip in enumerate(carried.task.clips, 1):
            table.writerow(map(cell, _row(carried, clip, number)))
        if not carried.task.clips:
            table.writerow(map(cell, _row(carried, Clip(""), None)))


def cell(value: str | float | None) -> str:
    """A value that is safe in a spreadsheet: a text that begins like a formula gets a leading apostrophe."""
    if isinstance(value, float):
        return f"{value:g}"
    text = "" if value is None else str(value)
    # Invisible characters before a formula hide it from the user, but not from all spreadsheets.
    return f"'{text}" if text.startswith(_FORMULA) or trim(text).startswith(_FORMULA) else text


def _row(carried: ExportedTask, clip: Clip, number: int | None) -> tuple[str | float | None, ...]:
    task, lyrics = carried.task, carried.task.lyrics
    rating = next((found for found in carried.ratings if found.clip_id == clip.id), ExportedRating(clip.id))
    return (
        task.id,
        clip.id,
        number,
        task.profile,
        task.kind.value,
        task.status.value,
        clip.title or task.title,
        clip.tags or ("" if lyrics is None else ", ".join(lyrics.tags)),
        clip.model,
        clip.duration_s,
        "yes" if rating.is_favourite else "",
        rating.rating or None,
        _time(rating.played_at),
        ", ".join(carried.labels),
        carried.note,
        _time(task.added_at),
        _time(task.finished_at),
        _time(carried.trashed_at),
        clip.description,
        clip.lyrics or ("" if lyrics is None else lyrics.text),
        clip.error or task.fail_reason,
        clip.audio_url,
        clip.video_url,
        clip.image_url,
        rating.plays or None,
        _time(rating.last_played_at),
    )


def _time(at: float | None) -> str:
    """ISO 8601 in UTC, as in the JSON documents: a time without a zone would be read as local time."""
    if at is None or not 0 < at <= _LATEST:
        return ""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
