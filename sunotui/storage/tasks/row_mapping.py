"""Maps whole tasks and clips to rows of the library and back, and the texts of a task to its row in the full-text
index."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from sunotui.domain.gateways.models import label_of, model_key
from sunotui.domain.search.folding import fold, title_key
from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import Task
from sunotui.storage.db.sql_values import Value, storable_row, storable_text
from sunotui.storage.tasks.columns import CLIP_COLUMNS, TASK_COLUMNS, WORD_COLUMNS

if TYPE_CHECKING:
    # Reading tasks, also for commands, needs no requests.
    from sunotui.domain.requests.request import Request

Texts = tuple[tuple[str, ...], ...]

_ADDED_AT, _LENGTH_KEY = (TASK_COLUMNS.split(", ").index(name) for name in ("added_at", "length_key"))
_TASK_ID, _TAKE, _STATUS, _PARENTS, _DERIVATIONS, _IS_MAX_MODE = (
    CLIP_COLUMNS.split(", ").index(name)
    for name in ("task_id", "take", "status", "parents", "derivations", "is_max_mode")
)
_REQUEST_TEXTS = ("title", "description", "prompt", "style", "lyrics", "clip_id", "extend_clip_id", "url")


def task_row(task: Task) -> tuple[Value, ...]:
    """A task without its clips, in the order of TASK_COLUMNS."""
    # Each of these looks through the takes.
    title, model, duration_s = task.title, task.model, task.duration_s
    lyrics = task.lyrics
    lyrics_values: tuple[Value, ...] = (None, None, None, None)
    if lyrics is not None:
        lyrics_values = (lyrics.title, lyrics.text, json.dumps(lyrics.tags), lyrics.error)
    row = list(
        storable_row(
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
                title,
                model,
                duration_s,
                task.is_streaming,
                len(task.clips),
                title_key(title),
                duration_s,
                model_key(model),
                *lyrics_values,
                task.made_in_s,
            )
        )
    )
    # The columns that lists are sorted by cannot be NULL.
    row[_ADDED_AT] = row[_ADDED_AT] if row[_ADDED_AT] is not None else 0.0
    row[_LENGTH_KEY] = row[_LENGTH_KEY] if row[_LENGTH_KEY] is not None else -1.0
    return tuple(row)


def clip_row(task_id: str, take: int, clip: Clip) -> tuple[Value, ...]:
    """A clip in the order of CLIP_COLUMNS; `take` is its number in the task, from 1."""
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
    """The task in a row of TASK_COLUMNS. Raises ValueError for values that no version could have written."""
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
        *_derived,
        lyrics_title,
        lyrics_text,
        lyrics_tags,
        lyrics_error,
        made_in_s,
    ) = row
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
        lyrics=None
        if lyrics_text is None
        else Lyrics(lyrics_title, lyrics_text, tuple(json.loads(lyrics_tags)), lyrics_error),
        checked_at=checked_at,
        misses=misses,
        submission_id=submission_id,
        made_in_s=made_in_s,
        title_hint=title_hint,
    )


def clip_of(row: sqlite3.Row) -> Clip:
    """The clip in a row of CLIP_COLUMNS. Raises ValueError for values that no version could have written."""
    # The fields of a clip have the order of CLIP_COLUMNS; to name each takes twice as long.
    values = list(row)
    values[_STATUS] = ClipStatus(values[_STATUS])
    values[_PARENTS] = tuple(values[_PARENTS].split())
    values[_DERIVATIONS] = _derivations_of(values[_DERIVATIONS])
    values[_IS_MAX_MODE] = bool(values[_IS_MAX_MODE])
    del values[_TAKE], values[_TASK_ID]
    return Clip(*values)


def _derivations_of(text: str | None) -> tuple[Derivation, ...] | None:
    if text is None:
        return None
    pairs = (pair.partition(":") for pair in text.split())
    return tuple(Derivation(DerivationKind(kind), clip_id) for kind, _, clip_id in pairs)


# --- the full-text index -----------------------------------------------------------------------------------------


def texts_of(task: Task, request: Request | None) -> Texts:
    """The texts of WORD_COLUMNS, each text once and not yet folded, which makes them cheap to compare."""
    lyrics, clips = task.lyrics, task.clips
    return (
        _distinct(task.title_hint, lyrics.title if lyrics else "", *(clip.title for clip in clips)),
        _distinct(*(lyrics.tags if lyrics else ()), *(clip.tags for clip in clips)),
        _distinct(lyrics.text if lyrics else "", *(clip.lyrics for clip in clips)),
        request_texts(request) if request is not None else (),
        _distinct(*(clip.description for clip in clips)),
        _distinct(task.model, label_of(task.model)),
        _distinct(task.id, *(clip.id for clip in clips)),
    )


def request_texts(request: Request) -> tuple[str, ...]:
    """The texts of a request that are searched, each once."""
    return _distinct(*(getattr(request, name, "") for name in _REQUEST_TEXTS))


def index_row(texts: Texts) -> tuple[str, ...]:
    """A row of the full-text index: the texts of each column, folded."""
    return tuple(folded_lines(parts) for parts in texts)


def indexed_texts(task: Task, request: Request | None) -> dict[str, str]:
    """The folded texts of a task by column of the full-text index, for a task that is not in the library."""
    return dict(zip(WORD_COLUMNS, index_row(texts_of(task, request)), strict=True))


def has_same_texts(one: Task, other: Task) -> bool:
    """Whether two states of a task have the same texts in the index, unless they are of different submissions; much
    faster than comparing `texts_of`."""
    if one.lyrics != other.lyrics or one.title_hint != other.title_hint:
        return False
    return [*map(_texts_of_clip, one.clips)] == [*map(_texts_of_clip, other.clips)]


_texts_of_clip = attrgetter("id", "title", "tags", "lyrics", "description", "model")


def folded_lines(texts: Iterable[str]) -> str:
    """The texts as one column of the full-text index, folded."""
    return "\n".join(map(_folded, texts))


# The lyrics of a song are usually also a text of its request.
@lru_cache(maxsize=16)
def _folded(text: str) -> str:
    return storable_text(fold(text))


def _distinct(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))
