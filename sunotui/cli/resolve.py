"""Resolves the ids and take numbers of a command: a task, a clip, or the first characters of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sunotui.core.library.library import Library
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import InvalidRequest, NotFound
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task, TaskKind
from sunotui.domain.text import cleaned_id

PREFIX_AT_LEAST = 6


def resolve(library: Library, wanted: str) -> tuple[Task, Clip | None]:
    """The task, or the clip with its task, by an id or its first characters, if necessary ignoring case. Raises
    NotFound, and InvalidRequest if there are several matches.
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
    is_short = len(wanted) < PREFIX_AT_LEAST
    advice = f"A shortened id needs at least its first {PREFIX_AT_LEAST} characters" if is_short else ""
    raise NotFound(f"There is no song or take {wanted} in the library", advice=advice)


def resolve_task_ids(library: Library, wanted: Iterable[str]) -> list[str]:
    """The task ids for the given ids, without duplicates: of a known task or clip, or of the first characters of one;
    an unknown id is unchanged, since the gateway may know it. Raises InvalidRequest if there are several matches."""
    found: dict[str, None] = {}
    for one in wanted:
        try:
            found[resolve(library, one)[0].id] = None
        except NotFound:
            found[cleaned_id(one)] = None
    return list(found)


def resolve_clip_ids(library: Library, wanted: Iterable[str]) -> list[str]:
    """The clip ids for the given ids, without duplicates. The id of a task is included, too, since a gateway may give a
    clip the id of its task."""
    found: dict[str, None] = {}
    for one in wanted:
        try:
            clip = resolve(library, one)[1]
        except NotFound:
            clip = None
        found[cleaned_id(one) if clip is None else clip.id] = None
    return list(found)


def resolve_clip(library: Library, wanted: str) -> tuple[Task, Clip]:
    """A clip with its task; a task's id is sufficient if it has only one clip. Raises NotFound and InvalidRequest."""
    task, clip = resolve(library, wanted)
    if clip is not None:
        return task, clip
    if len(task.clips) != 1:
        raise InvalidRequest(
            f"{wanted} is a song with several takes", advice=f"Name one of them: 'sunotui show {task.id}'"
        )
    return task, task.clips[0]


def take_number(task: Task, clip: Clip) -> int:
    """The number of a take, counted from 1."""
    return task.clips.index(clip) + 1


def _beginning_with(library: Library, wanted: str) -> dict[str, tuple[Task, Clip | None]]:
    found: dict[str, tuple[Task, Clip | None]] = {}
    for task in library.tasks(library.task_ids_by_prefix(wanted)).values():
        _gather(found, task, lambda name: name.startswith(wanted))
    return found


def _in_other_case(library: Library, wanted: str) -> dict[str, tuple[Task, Clip | None]]:
    """Tasks and clips whose id matches in any case or, without a match, those whose id starts with it."""
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
        # A gateway may give a clip the id of its task: the task wins.
        if is_meant(clip.id):
            found.setdefault(clip.id, (task, clip))


def resolve_known_tasks(library: Library, ids: Sequence[str]) -> list[str]:
    """The tasks for ids of tasks or clips. Raises NotFound and InvalidRequest."""
    return list(dict.fromkeys(resolve(library, wanted)[0].id for wanted in ids))


def resolve_takes(library: Library, ids: Sequence[str], number: int | None) -> list[TakeRef]:
    """The takes for ids: the clip itself, or take `number` of a task, by default the first. Raises NotFound and
    InvalidRequest.
    """
    return list(dict.fromkeys(resolve_take(library, wanted, number) for wanted in ids))


def resolve_take(library: Library, wanted: str, number: int | None) -> TakeRef:
    """The take for one id; see `resolve_takes`."""
    task, clip = resolve(library, wanted)
    if clip is not None:
        if number not in {None, take_number(task, clip)}:
            raise InvalidRequest(f"The id {clip.id} is that of take {take_number(task, clip)}, not {number}")
        return TakeRef(task.id, clip.id)
    take = task.take(number or 1)
    if take is None and number is not None:
        raise NotFound(f"The song has no take {number}", advice=f"'sunotui show {task.id}' lists what it has")
    return TakeRef(task.id, take.id if take is not None else "")


def resolve_every_take(library: Library, ids: Sequence[str], number: int | None, purpose: str) -> list[TakeRef]:
    """The takes for ids, in their order: the clip itself, all takes of a song, or only take `number`. Raises NotFound,
    and InvalidRequest, which names the purpose ("to play"), for a song without a take."""
    takes: list[TakeRef] = []
    for one in ids:
        task, clip = resolve(library, one)
        if clip is None and number is None:
            takes += [TakeRef(task.id, each.id) for each in task.clips]
        else:
            takes.append(resolve_take(library, one, number))
        if not task.clips:
            raise InvalidRequest(f"The song {task.id} has no take {purpose}")
    return list(dict.fromkeys(takes))


@dataclass(frozen=True, slots=True)
class Parent:
    """A source clip with its task."""

    clip_id: str
    task_id: str = ""
    """The gateway's id of the task. Empty for an unknown clip, which may have been made elsewhere, and if the gateway
    gave only a clip, as for an uploaded file: the library then uses the clip's id, which is no task at the gateway."""
    is_upload: bool = False
    duration_s: float | None = None
    """Its length in seconds, if known."""
    lyrics: str = ""
    """Its lyrics, if known."""


def find_parent(library: Library, wanted: str) -> Parent:
    """The source clip of a request; an unknown id is used unchanged. Raises InvalidRequest for a task with several
    clips.
    """
    try:
        task, clip = resolve_clip(library, wanted)
    except NotFound:
        return Parent(cleaned_id(wanted))
    task_id = "" if task.id == clip.id else task.id
    return Parent(clip.id, task_id, task.kind is TaskKind.UPLOAD, clip.duration_s, clip.lyrics)
