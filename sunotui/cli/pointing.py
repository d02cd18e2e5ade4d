"""Which tasks and takes a command's ids and --take point at; all are found before anything is changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sunotui.cli.resolve import find, number_of
from sunotui.domain.errors import InvalidRequest, NotFound

if TYPE_CHECKING:
    from sunotui.core.library.library import Library
    from sunotui.domain.annotations import TakeRef


def task_ids_of(library: Library, ids: Sequence[str]) -> list[str]:
    """The tasks of ids, which may be those of clips. Raises NotFound and InvalidRequest."""
    return list(dict.fromkeys(find(library, wanted)[0].id for wanted in ids))


def takes_of(library: Library, ids: Sequence[str], number: int | None) -> list[TakeRef]:
    """The takes of ids: a clip is meant by itself, of a task take `number`, or the first.

    Raises NotFound and InvalidRequest.
    """
    return list(dict.fromkeys(take_of(library, wanted, number) for wanted in ids))


def take_of(library: Library, wanted: str, number: int | None) -> TakeRef:
    """The same of one id."""
    from sunotui.domain.annotations import TakeRef

    task, clip = find(library, wanted)
    if clip is not None:
        if number not in {None, number_of(task, clip)}:
            raise InvalidRequest(f"The clip {clip.id} is take {number_of(task, clip)}, not {number}")
        return TakeRef(task.id, clip.id)
    take = task.take(number or 1)
    if take is None and number is not None:
        raise NotFound(f"The task has no take {number}", advice=f"'sunotui show {task.id}' lists what it has")
    return TakeRef(task.id, take.id if take is not None else "")
