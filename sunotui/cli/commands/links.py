"""The command that prints one address of a take, and what it shares with those that have a file made."""

import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sunotui.cli.exit_codes import DONE, OUTPUT
from sunotui.cli.find import find, number_of
from sunotui.cli.render import print_json, say
from sunotui.cli.session import open_records, with_studio
from sunotui.domain.clip import ClipStatus
from sunotui.domain.errors import NotFound, RequestImpossible, Trouble
from sunotui.domain.text import URL_LIMIT, clean

if TYPE_CHECKING:
    from sunotui.domain.clip import Clip
    from sunotui.domain.task import Task
    from sunotui.storage.library import Library
    from sunotui.studio.studio import Studio


def url(args: Namespace, environ: Mapping[str, str]) -> int:
    """Print one address of a take, and copy it where asked. The gateway is asked only where the library's own answer
    will not do: for a wav, and for the link of a song that was being made."""
    if args.kind == "wav":
        from sunotui.cli.commands.files import wav

        return wav(args, environ)
    from sunotui.studio.missing_link import missing_link

    with open_records(environ) as records:
        task, take, number = chosen_take(records.library, args)
        raw = records.library.raw(task.id)
    address = _link(task, take, number, args.kind, environ)
    if address is None:
        raise NotFound(missing_link(raw, take, args.kind), advice=f"'sunotui fetch {task.id}' asks the gateway again")
    return print_address(args, environ, task, take, number, address)


def chosen_take(library: "Library", args: Namespace) -> "tuple[Task, Clip, int]":
    """The take that a command's ID and --take name, with its task and its number.

    Raises NotFound, and RequestImpossible for a clip that is another take.
    """
    task, clip = find(library, args.id)
    if clip is not None and args.take not in {None, number_of(task, clip)}:
        raise RequestImpossible(f"The clip {clip.id} is take {number_of(task, clip)}, not {args.take}")
    number = number_of(task, clip) if clip is not None else args.take or 1
    take = task.take(number)
    if take is None:
        raise NotFound(f"The task has no take {number}", advice=f"'sunotui show {task.id}' lists what it has")
    return task, take, number


def print_address(
    args: Namespace, environ: Mapping[str, str], task: "Task", take: "Clip", number: int, address: str
) -> int:
    """Print an address of a take, as JSON where asked, and copy it where asked; OUTPUT where nothing took the copy."""
    if args.json:
        print_json({"task": task.id, "clip": take.id, "take": number, "kind": args.kind, "url": address})
    else:
        print(clean(address, URL_LIMIT))
    return DONE if not args.copy or _is_copied(address, environ) else OUTPUT


def _link(task: "Task", take: "Clip", number: int, kind: str, environ: Mapping[str, str]) -> str | None:
    """The stored link, or a fresh one in place of a stream. Raises NotFound for the stream of a take that failed."""
    if kind == "audio" and take.is_stream:
        take = _fresh(task, take, environ)
        if take.status is ClipStatus.ERROR and take.is_stream:
            raise NotFound(
                f"Take {number} failed: its link worked only while it was being made",
                advice=f"'sunotui show {task.id}' says why it failed",
            )
        if take.is_stream:
            say("The gateway told no final link: this one plays while the song is being made, and changes at its end")
    address: str | None = getattr(take, f"{kind}_url")
    return address


def _fresh(task: "Task", take: "Clip", environ: Mapping[str, str]) -> "Clip":
    """The take as the gateway tells it now; as it was known, where the gateway cannot be asked."""

    async def work(studio: "Studio") -> "Clip":
        return await studio.extras.fresh_clip(task.id, take.id)

    try:
        return with_studio(environ, "", work)
    except Trouble as trouble:
        say(trouble.sentence)
        return take


def _is_copied(address: str, environ: Mapping[str, str]) -> bool:
    """Copy an address, and say by what; whether anything took it."""
    from sunotui.studio.clipboard import copy_with_tools, osc52

    took = copy_with_tools(address, environ)
    terminal = next((stream for stream in (sys.stderr, sys.stdout) if stream.isatty()), None)
    if terminal is not None:
        print(osc52(address), end="", file=terminal, flush=True)
        took.insert(0, "the terminal (OSC 52)")
    say(f"Copied by {' and '.join(took)}" if took else "Nothing here could copy it: no terminal and no clipboard tool")
    return bool(took)
