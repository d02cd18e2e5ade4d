"""The take that a command names, and its address printed and copied: shared by url, wav and video."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sunotui.cli.exit_codes import DONE, OUTPUT
from sunotui.cli.output.text import print_json, say
from sunotui.cli.resolve import find, number_of
from sunotui.domain.errors import InvalidRequest, NotFound
from sunotui.domain.text import URL_LIMIT, clean

if TYPE_CHECKING:
    from sunotui.core.library.library import Library
    from sunotui.domain.tasks.clip import Clip
    from sunotui.domain.tasks.task import Task


def chosen_take(library: Library, args: Namespace) -> tuple[Task, Clip, int]:
    """The take that a command's ID and --take name, with its task and its number.

    Raises NotFound, and InvalidRequest for a clip that is another take.
    """
    task, clip = find(library, args.id)
    if clip is not None and args.take not in {None, number_of(task, clip)}:
        raise InvalidRequest(f"The clip {clip.id} is take {number_of(task, clip)}, not {args.take}")
    number = number_of(task, clip) if clip is not None else args.take or 1
    take = task.take(number)
    if take is None:
        raise NotFound(f"The task has no take {number}", advice=f"'sunotui show {task.id}' lists what it has")
    return task, take, number


def print_address(
    args: Namespace, environ: Mapping[str, str], task: Task, take: Clip, number: int, address: str
) -> int:
    """Print an address of a take, as JSON where asked, and copy it where asked; OUTPUT where nothing took the copy."""
    if args.json:
        print_json({"task": task.id, "clip": take.id, "take": number, "kind": args.kind, "url": address})
    else:
        print(clean(address, URL_LIMIT))
    return DONE if not args.copy or _is_copied(address, environ) else OUTPUT


def _is_copied(address: str, environ: Mapping[str, str]) -> bool:
    """Copy an address, and say by what; whether anything took it."""
    from sunotui.core.clipboard import copy_with_tools, osc52

    took = copy_with_tools(address, environ)
    terminal = next((stream for stream in (sys.stderr, sys.stdout) if stream.isatty()), None)
    if terminal is not None:
        print(osc52(address), end="", file=terminal, flush=True)
        took.insert(0, "the terminal (OSC 52)")
    say(f"Copied by {' and '.join(took)}" if took else "Nothing here could copy it: no terminal and no clipboard tool")
    return bool(took)
