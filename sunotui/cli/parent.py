"""The clip that a request is about: by its id or the beginning of it, with what the library knows of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sunotui.cli.find import find_clip
from sunotui.domain.errors import NotFound, RequestImpossible
from sunotui.domain.task import TaskKind

if TYPE_CHECKING:
    from sunotui.studio.studio import Studio


TOLERANCE_S = 1.0
"""Gateways round lengths: this much after the end still counts as inside."""


@dataclass(frozen=True, slots=True)
class Parent:
    """A clip and the task it came in."""

    clip_id: str
    task_id: str = ""
    """Empty for a clip that the library does not know: it may have been made elsewhere."""
    is_upload: bool = False
    duration_s: float | None = None
    """Its length in seconds, where the library knows it."""

    def check_section(self, start_s: float | None, end_s: float | None) -> None:
        """Raise RequestImpossible for a section that is not inside the clip, as far as its length is known."""
        if self.duration_s is not None and end_s is not None and end_s > self.duration_s + TOLERANCE_S:
            raise RequestImpossible(f"The clip ends at {_moment(self.duration_s)}; {_moment(end_s)} is outside of it")

    def check_point(self, at_s: float | None) -> None:
        """The same for a point."""
        self.check_section(None, at_s)


async def parent_of(studio: "Studio", wanted: str) -> Parent:
    """The clip; one that the library does not know stands as it is.

    Raises RequestImpossible for a task of several clips.
    """
    try:
        task, clip = await studio.desk.run(find_clip, studio.library, wanted)
    except NotFound:
        return Parent(wanted)
    return Parent(clip.id, task.id, task.kind is TaskKind.UPLOAD, clip.duration_s)


def _moment(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes)}:{rest:04.1f}" if rest % 1 else f"{int(minutes)}:{int(rest):02d}"
