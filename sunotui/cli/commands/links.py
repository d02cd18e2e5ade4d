"""Commands that print one address: url."""

import sys
from argparse import Namespace
from collections.abc import Mapping

from sunotui.cli.exit_codes import DONE
from sunotui.cli.find import find, number_of
from sunotui.cli.render import say
from sunotui.cli.session import open_records
from sunotui.domain.errors import NotFound, RequestImpossible
from sunotui.domain.text import URL_LIMIT, clean


def url(args: Namespace, environ: Mapping[str, str]) -> int:
    """Print one address of a take, and copy it where asked."""
    with open_records(environ) as records:
        task, clip = find(records.library, args.id)
    if clip is not None and args.take not in {None, number_of(task, clip)}:
        raise RequestImpossible(f"The clip {clip.id} is take {number_of(task, clip)}, not {args.take}")
    number = number_of(task, clip) if clip is not None else args.take or 1
    take = task.take(number)
    if take is None:
        raise NotFound(f"The task has no take {number}", advice=f"'sunotui show {task.id}' lists what it has")
    address: str | None = getattr(take, f"{args.kind}_url")
    if address is None:
        raise NotFound(
            f"Take {number} has no {args.kind} address yet", advice=f"'sunotui fetch {task.id}' asks the gateway again"
        )
    print(clean(address, URL_LIMIT))
    if args.copy:
        _copy(address, environ)
    return DONE


def _copy(address: str, environ: Mapping[str, str]) -> None:
    from sunotui.studio.clipboard import copy_with_tools, osc52

    took = copy_with_tools(address, environ)
    terminal = next((stream for stream in (sys.stderr, sys.stdout) if stream.isatty()), None)
    if terminal is not None:
        print(osc52(address), end="", file=terminal, flush=True)
        took.insert(0, "the terminal (OSC 52)")
    say(f"Copied by {' and '.join(took)}" if took else "Nothing here could copy it: no terminal and no clipboard tool")
