"""Runs one command line: guards the streams, parses the arguments, and returns the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from types import SimpleNamespace

from sunotui.cli.environment import drop_stale_size, switch_off_debugging
from sunotui.cli.exits import exit_codes
from sunotui.cli.output.streams import OutputUnwritable, drop, guarded_streams

NO_ARGUMENTS: Mapping[str, object] = {
    "command": "",
    "profile": "",
    "json": False,
    "demo": False,
    "keep_demo": False,
    "seed": None,
    "speed": 1.0,
    "fault": [],
    "dialect": "reference",
}
"""The namespace that the parser returns for an empty command line."""


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Run one command line and return its exit code; raises only exceptions that end the interpreter."""
    argv = sys.argv[1:] if argv is None else argv
    # Those of the process, not only of `environ`, since libraries read the former.
    switch_off_debugging(os.environ)
    drop_stale_size(os.environ)
    environ = os.environ if environ is None else environ
    code = exit_codes.DONE
    with guarded_streams():
        try:
            code = _run(argv, environ)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has exited, as in `sunotui tasks | head`; the interpreter's own flush must not fail either.
            drop(sys.stdout)
            return exit_codes.PIPE_CLOSED
        except OutputUnwritable as error:
            drop(sys.stdout)
            # Keep the exit code of an earlier failure, such as an unknown outcome.
            code = code or exit_codes.OUTPUT
            print(error, file=sys.stderr)
    return code


def _run(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    try:
        args = _parsed(argv)
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else exit_codes.USAGE
    from sunotui.cli.command_run import run_command

    return run_command(args, environ)


def _parsed(argv: Sequence[str]) -> SimpleNamespace:
    """The parsed arguments; without any, the defaults, which saves argparse's 14 ms."""
    if not argv:
        return SimpleNamespace(**NO_ARGUMENTS)
    from sunotui.cli.arguments.parser import parse

    return SimpleNamespace(**vars(parse(argv)))
