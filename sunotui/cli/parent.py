"""The clip that a request is about: by its id or the beginning of it, with what the library knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sunotui.cli.resolve import find_clip
from sunotui.domain.errors import NotFound
from sunotui.domain.tasks.task import TaskKind
from sunotui.domain.text import cleaned_id

if TYPE_CHECKING:
    from sunotui.core.core import Core


@dataclass(frozen=True, slots=True)
class Parent:
    """A clip and the task it came in."""

    clip_id: str
    task_id: str = ""
    """Empty for a clip that the library does not know: it may have been made elsewhere."""
    is_upload: bool = False
    duration_s: float | None = None
    """Its length in seconds, where the library knows it."""
    lyrics: str = ""
    """Its words, where the library knows them."""


async def parent_of(core: Core, wanted: str) -> Parent:
    """The clip; one that the library does not know stands as it is.

    Raises InvalidRequest for a task of several clips.
    """
    try:
        task, clip = await core.read(find_clip, wanted)
    except NotFound:
        return Parent(cleaned_id(wanted))
    return Parent(clip.id, task.id, task.kind is TaskKind.UPLOAD, clip.duration_s, clip.lyrics)
