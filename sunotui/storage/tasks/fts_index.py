"""What a search finds of a task: the texts of each column of the full-text index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sunotui.domain.search.folding import fold
from sunotui.storage.db.sql_values import storable_text

if TYPE_CHECKING:
    from sunotui.domain.requests.request import Request
    from sunotui.domain.tasks.task import Task

WORD_COLUMNS = ("title", "tags", "lyrics", "prompt", "description", "model", "ids")
"""The columns that come from the gateway and the request; `labels` and `note` are a person's own."""
_TYPED = ("title", "description", "prompt", "style", "lyrics", "clip_id", "extend_clip_id", "url")

Texts = tuple[tuple[str, ...], ...]


def texts_of(task: Task, request: Request | None) -> Texts:
    """The texts of WORD_COLUMNS, each once, as they were told: cheap to compare with those of before."""
    from sunotui.domain.models import label_of

    lyrics, clips = task.lyrics, task.clips
    return (
        _each_once(task.title_hint, lyrics.title if lyrics else "", *(clip.title for clip in clips)),
        _each_once(*(lyrics.tags if lyrics else ()), *(clip.tags for clip in clips)),
        _each_once(lyrics.text if lyrics else "", *(clip.lyrics for clip in clips)),
        _each_once(*(getattr(request, name, "") for name in _TYPED)) if request is not None else (),
        _each_once(*(clip.description for clip in clips)),
        _each_once(task.model, label_of(task.model)),
        _each_once(task.id, *(clip.id for clip in clips)),
    )


def index_row(texts: Texts) -> tuple[str, ...]:
    """Those texts as the index takes them."""
    return tuple(storable_text(fold("\n".join(parts))) for parts in texts)


def indexed_texts(task: Task, request: Request | None) -> dict[str, str]:
    """The folded texts of WORD_COLUMNS by column, for a task that is not in the library."""
    return dict(zip(WORD_COLUMNS, index_row(texts_of(task, request)), strict=True))


def _each_once(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))


def folded_lines(texts: Iterable[str]) -> str:
    """A person's own words as the index takes them."""
    return storable_text(fold("\n".join(texts)))
