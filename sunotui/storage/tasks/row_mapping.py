"""Tasks and clips as rows of the library, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sunotui.domain.errors import LibraryError
from sunotui.domain.search.folding import title_key
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.storage.browse.query_sql import UNHEARD
from sunotui.storage.db.sql_values import Value, storable_row

if TYPE_CHECKING:
    from sunotui.domain.tasks.clip import Clip, Derivation
    from sunotui.domain.tasks.task import Task

TASK_COLUMNS = (
    "id, profile, kind, status, added_at, fail_reason, progress, submitted_at, started_at, finished_at, checked_at, "
    "misses, submission_id, title_hint, title, model, duration_s, is_streaming, takes, title_key, length_key, "
    "model_key, lyrics_title, lyrics_text, lyrics_tags, lyrics_error, made_in_s"
)
_ADDED_AT, _LENGTH_KEY = (TASK_COLUMNS.split(", ").index(name) for name in ("added_at", "length_key"))
CLIP_COLUMNS = (
    "task_id, id, take, title, status, tags, lyrics, description, model, duration_s, audio_url, video_url, image_url, "
    "created_at, error, exclude, parents, derivations, bpm, musical_key, style_weight, weirdness, audio_weight, "
    "persona_id, is_max_mode"
)
SUMMARY_COLUMNS = (
    "id, profile, kind, status, title, model, duration_s, added_at, submitted_at, finished_at, is_streaming, "
    f"fail_reason, takes, rating, is_starred, {UNHEARD}, trashed_at IS NOT NULL"
)


def task_row(task: Task) -> tuple[Value, ...]:
    """A task without its clips, in the order of TASK_COLUMNS."""
    from sunotui.domain.models import model_key

    lyrics = task.lyrics
    words: tuple[Value, ...] = (None, None, None, None)
    if lyrics is not None:
        words = (lyrics.title, lyrics.text, json.dumps(lyrics.tags), lyrics.error)
    row = storable_row(
        (
            task.id,
            task.profile,
            task.kind.value,
            task.status.value,
            task.added_at,
            task.fail_reason,
            task.progress,
            task.submitted_at,
            task.started_at,
            task.finished_at,
            task.checked_at,
            task.misses,
            task.submission_id,
            task.title_hint,
            task.title,
            task.model,
            task.duration_s,
            task.is_streaming,
            len(task.clips),
            title_key(task.title),
            task.duration_s,
            model_key(task.model),
            *words,
            task.made_in_s,
        )
    )
    # What lists are sorted by may not be missing: our own time, and the length.
    kept = list(row)
    kept[_ADDED_AT] = row[_ADDED_AT] if row[_ADDED_AT] is not None else 0.0
    kept[_LENGTH_KEY] = row[_LENGTH_KEY] if row[_LENGTH_KEY] is not None else -1.0
    return tuple(kept)


def clip_row(task_id: str, take: int, clip: Clip) -> tuple[Value, ...]:
    """A clip in the order of CLIP_COLUMNS."""
    return storable_row(
        (
            task_id,
            clip.id,
            take,
            clip.title,
            clip.status.value,
            clip.tags,
            clip.lyrics,
            clip.description,
            clip.model,
            clip.duration_s,
            clip.audio_url,
            clip.video_url,
            clip.image_url,
            clip.created_at,
            clip.error,
            clip.exclude,
            " ".join(clip.parents),
            None if clip.derivations is None else " ".join(f"{found.kind}:{found.id}" for found in clip.derivations),
            clip.bpm,
            clip.musical_key,
            clip.style_weight,
            clip.weirdness,
            clip.audio_weight,
            clip.persona_id,
            clip.is_max_mode,
        )
    )


def task_of(row: sqlite3.Row, clips: tuple[Clip, ...]) -> Task:
    """The task in a row of TASK_COLUMNS. Raises ValueError for words that no version writes."""
    (
        task_id,
        profile,
        kind,
        status,
        added_at,
        fail_reason,
        progress,
        submitted_at,
        started_at,
        finished_at,
        checked_at,
        misses,
        submission_id,
        title_hint,
        *_shown,
        lyrics_title,
        lyrics_text,
        lyrics_tags,
        lyrics_error,
        made_in_s,
    ) = row
    # Here and below: a list of rows knows no whole task, and the three modules take 3 ms.
    from sunotui.domain.tasks.task import Task

    lyrics = None
    if lyrics_text is not None:
        from sunotui.domain.tasks.lyrics import Lyrics

        lyrics = Lyrics(lyrics_title, lyrics_text, tuple(json.loads(lyrics_tags)), lyrics_error)
    return Task(
        id=task_id,
        profile=profile,
        kind=TaskKind(kind),
        status=TaskStatus(status),
        added_at=added_at,
        fail_reason=fail_reason,
        progress=progress,
        submitted_at=submitted_at,
        started_at=started_at,
        finished_at=finished_at,
        clips=clips,
        lyrics=lyrics,
        checked_at=checked_at,
        misses=misses,
        submission_id=submission_id,
        made_in_s=made_in_s,
        title_hint=title_hint,
    )


def clip_of(row: sqlite3.Row) -> Clip:
    """The clip in a row of CLIP_COLUMNS. Raises ValueError for words that no version writes."""
    from sunotui.domain.tasks.clip import Clip, ClipStatus

    values = dict(zip(row.keys(), row, strict=True))
    del values["task_id"], values["take"]
    status, parents = ClipStatus(values.pop("status")), tuple(values.pop("parents").split())
    derivations, is_max_mode = _derivations_of(values.pop("derivations")), bool(values.pop("is_max_mode"))
    return Clip(status=status, parents=parents, derivations=derivations, is_max_mode=is_max_mode, **values)


def _derivations_of(text: str | None) -> tuple[Derivation, ...] | None:
    from sunotui.domain.tasks.clip import Derivation, DerivationKind

    if text is None:
        return None
    pairs = (pair.partition(":") for pair in text.split())
    return tuple(Derivation(DerivationKind(kind), clip_id) for kind, _, clip_id in pairs)


def summary_of(row: sqlite3.Row) -> TaskSummary:
    """The summary in a row of SUMMARY_COLUMNS. Raises ValueError for words that no version writes."""
    task_id, profile, kind, status, title, model, duration_s, added_at, submitted_at, finished_at, *others = row
    is_streaming, fail_reason, takes, rating, is_starred, is_unheard, is_trashed, *_asked_for = others
    return TaskSummary(
        id=task_id,
        profile=profile,
        kind=TaskKind(kind),
        status=TaskStatus(status),
        title=title,
        model=model,
        duration_s=duration_s,
        added_at=added_at,
        submitted_at=submitted_at,
        finished_at=finished_at,
        is_streaming=bool(is_streaming),
        fail_reason=fail_reason,
        takes=takes,
        rating=rating,
        is_starred=bool(is_starred),
        is_unheard=bool(is_unheard),
        is_trashed=bool(is_trashed),
    )


@contextmanager
def reading_rows() -> Iterator[None]:
    """Around what turns rows into domain values: a row that nobody can have written is a damaged library."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise LibraryError("A row of the library could not be read: it is damaged") from error
