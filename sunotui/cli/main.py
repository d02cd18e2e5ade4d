"""Runs one command line: finds the handler, prints errors as sentences, and returns the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING

from sunotui.cli import exit_codes
from sunotui.cli.debug_switches import switch_off_debugging
from sunotui.cli.output.streams import OutputUnwritable, drop, guarded_streams
from sunotui.cli.output.terminal_size import drop_stale_size
from sunotui.cli.registry import find_handler
from sunotui.cli.signals import ended_by_signals

if TYPE_CHECKING:
    import argparse

_FILE_NAMES = frozenset({"lyrics_file", "output", "file"})
"""Arguments that name a file and are neither stored nor sent."""

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
"""The namespace that the parser returns without arguments."""


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Run one command line and return its exit code; raises only what ends the interpreter."""
    argv = sys.argv[1:] if argv is None else argv
    # Of the process, not only of `environ`: the libraries read that one.
    switch_off_debugging(os.environ)
    drop_stale_size(os.environ)
    environ = os.environ if environ is None else environ
    code = exit_codes.DONE
    with guarded_streams():
        try:
            code = _run(argv, environ)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has gone, as in `sunotui tasks | head`; the interpreter's own flush must not fail either.
            drop(sys.stdout)
            return exit_codes.PIPE_CLOSED
        except OutputUnwritable as error:
            drop(sys.stdout)
            # The exit code of an earlier failure, such as an unknown outcome, is kept.
            code = code or exit_codes.OUTPUT
            print(error, file=sys.stderr)
    return code


def _run(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    try:
        args = _parsed(argv)
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else exit_codes.USAGE
    from sunotui.domain.errors import SunotuiError

    try:
        _refuse_other_encodings(args)
        with ended_by_signals():
            return find_handler(args.command)(args, environ)
    except SystemExit as ending:
        failed = exit_codes.DONE if ending.code is None else exit_codes.CRASHED
        return ending.code if isinstance(ending.code, int) else failed
    except SunotuiError as error:
        from sunotui.cli.output.text import say, say_error

        say_error(error)
        if error.request_id:
            say(f"Request id for the gateway's support: {error.request_id}")
        return exit_codes.error_exit_code(error)
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except (BrokenPipeError, OutputUnwritable):
        raise
    except Exception as error:  # noqa: BLE001 - the outermost edge: the user gets a sentence, never a traceback
        from sunotui.core.paths import find_paths
        from sunotui.core.system.crash_report import report_crash

        print(report_crash(error, find_paths(environ).data), file=sys.stderr)
        return exit_codes.CRASHED


def _parsed(argv: Sequence[str]) -> argparse.Namespace | SimpleNamespace:
    """The parsed arguments; without any, their defaults, which saves the 14 ms that argparse takes."""
    if not argv:
        return SimpleNamespace(**NO_ARGUMENTS)
    from sunotui.cli.arguments.parser import parse

    return parse(argv)


def _refuse_other_encodings(args: argparse.Namespace | SimpleNamespace) -> None:
    """Raise InvalidRequest for an argument in bytes that are not UTF-8, which Python carries as surrogates. The name
    of a file that is only opened may have any bytes."""
    from sunotui.domain.errors import InvalidRequest
    from sunotui.domain.text import NOT_UTF_8, has_surrogate

    for name, value in vars(args).items():
        words = value if isinstance(value, list) else [value]
        if name not in _FILE_NAMES and any(isinstance(word, str) and has_surrogate(word) for word in words):
            raise InvalidRequest(f"The argument {name.replace('_', '-').upper()} could not be read: {NOT_UTF_8}")
