"""What a person means by an id: a task, a clip, or the beginning of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sunotui.domain.errors import InvalidRequest, NotFound
from sunotui.domain.text import cleaned_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sunotui.core.library.library import Library
    from sunotui.domain.tasks.clip import Clip
    from sunotui.domain.tasks.task import Task

PREFIX_AT_LEAST = 6


def find(library: Library, wanted: str) -> tuple[Task, Clip | None]:
    """The task, or the clip with its task, by an id or by its first characters, if need be in other case.

    Raises NotFound, and InvalidRequest when several begin so.
    """
    wanted = cleaned_id(wanted)
    task = library.task(wanted)
    if task is not None:
        return task, None
    clip = library.clip(wanted)
    if clip is not None:
        return clip
    found = _beginning_with(library, wanted) if len(wanted) >= PREFIX_AT_LEAST else {}
    found = found or _in_other_case(library, wanted)
    if len(found) > 1:
        raise InvalidRequest(
            f"{len(found)} ids begin with {wanted}: {', '.join(sorted(found)[:4])}", advice="Give more characters"
        )
    for match in found.values():
        return match
    raise NotFound(f"There is no task or clip {wanted} in the library")


def task_ids(library: Library, wanted: Iterable[str]) -> list[str]:
    """The task of each id, each once: of a known task or clip, or of the first characters of one; an id that the
    library does not know stays, since the gateway may know it. Raises InvalidRequest when several begin so."""
    found: dict[str, None] = {}
    for one in wanted:
        try:
            found[find(library, one)[0].id] = None
        except NotFound:
            found[cleaned_id(one)] = None
    return list(found)


def clip_ids(library: Library, wanted: Iterable[str]) -> list[str]:
    """The same of clips; the id of a task stays too, since a gateway may give a clip the id of its task."""
    found: dict[str, None] = {}
    for one in wanted:
        try:
            clip = find(library, one)[1]
        except NotFound:
            clip = None
        found[cleaned_id(one) if clip is None else clip.id] = None
    return list(found)


def find_clip(library: Library, wanted: str) -> tuple[Task, Clip]:
    """A clip with its task; a task's id will do where it has one clip only. Raises NotFound and InvalidRequest."""
    task, clip = find(library, wanted)
    if clip is not None:
        return task, clip
    if len(task.clips) != 1:
        raise InvalidRequest(f"{wanted} is a task", advice=f"Name one of its clips: 'sunotui show {task.id}'")
    return task, task.clips[0]


def number_of(task: Task, clip: Clip) -> int:
    """The number of a take, counted from 1."""
    return task.clips.index(clip) + 1


def _beginning_with(library: Library, wanted: str) -> dict[str, tuple[Task, Clip | None]]:
    found: dict[str, tuple[Task, Clip | None]] = {}
    for task in library.tasks(library.task_ids_by_prefix(wanted)).values():
        _gather(found, task, lambda name: name.startswith(wanted))
    return found


def _in_other_case(library: Library, wanted: str) -> dict[str, tuple[Task, Clip | None]]:
    """Those with this id in another case; where there are none, those that begin so."""
    start = wanted.lower()
    tasks = library.tasks(library.task_ids_by_prefix_ignoring_case(start)).values() if start else ()
    found: dict[str, tuple[Task, Clip | None]] = {}
    for task in tasks:
        _gather(found, task, lambda name: name.lower() == start)
    if not found and len(wanted) >= PREFIX_AT_LEAST:
        for task in tasks:
            _gather(found, task, lambda name: name.lower().startswith(start))
    return found


def _gather(found: dict[str, tuple[Task, Clip | None]], task: Task, is_meant: Callable[[str], bool]) -> None:
    if is_meant(task.id):
        found[task.id] = (task, None)
    for clip in task.clips:
        # A gateway may give a clip the id of its task: then the task is meant.
        if is_meant(clip.id):
            found.setdefault(clip.id, (task, clip))
