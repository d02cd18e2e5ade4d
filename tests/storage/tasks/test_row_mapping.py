"""The full-text index is written again only for tasks whose texts changed."""

from __future__ import annotations

from typing import Any

import pytest

from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.tasks.row_mapping import has_same_texts, texts_of

TASK = Task(
    "task",
    "main",
    TaskKind.MUSIC,
    TaskStatus.IN_PROGRESS,
    1.0,
    title_hint="hint",
    clips=(Clip("a", title="one", tags="folk"), Clip("b", lyrics="la")),
    lyrics=Lyrics("title", "text", ("tag",), ""),
)
INDEXED = {"id", "title", "tags", "lyrics", "description", "model"}


def other(value: object) -> Any:
    """A different value of the same kind."""
    match value:
        case ClipStatus():
            return ClipStatus.COMPLETE
        case bool():
            return not value
        case str():
            return value + "x"
        case tuple():
            return (*value, "x")
        case _:
            return 7.0


@pytest.mark.parametrize("name", Clip._fields)
def test_a_changed_field_of_a_clip_changes_the_texts_only_if_it_is_indexed(name: str) -> None:
    first, second = TASK.clips
    changed = TASK._replace(clips=(first, second._replace(**{name: other(getattr(second, name))})))
    assert has_same_texts(TASK, changed) is (name not in INDEXED)
    assert (texts_of(TASK, None) == texts_of(changed, None)) is (name not in INDEXED)


@pytest.mark.parametrize("name", ["title", "text", "tags"])
def test_changed_lyrics_change_the_texts(name: str) -> None:
    assert TASK.lyrics is not None
    lyrics = TASK.lyrics._replace(**{name: other(getattr(TASK.lyrics, name))})
    assert not has_same_texts(TASK, TASK._replace(lyrics=lyrics))


@pytest.mark.parametrize("name", [name for name in Task._fields if name not in {"id", "clips", "lyrics"}])
def test_a_changed_field_of_a_task_changes_the_texts_only_if_it_is_indexed(name: str) -> None:
    changed = TASK._replace(**{name: other(getattr(TASK, name))})
    assert has_same_texts(TASK, changed) is (name != "title_hint")
    assert (texts_of(TASK, None) == texts_of(changed, None)) is (name != "title_hint")


def test_a_take_that_is_added_changes_the_texts() -> None:
    assert not has_same_texts(TASK, TASK._replace(clips=(*TASK.clips, Clip("c"))))
