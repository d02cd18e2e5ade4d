"""Runs the handler of a parsed command: prints errors as sentences and returns the exit code."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import SimpleNamespace

from sunotui.cli.exits import exit_codes
from sunotui.cli.exits.errors import error_exit_code
from sunotui.cli.output.streams import OutputUnwritable
from sunotui.cli.output.text import say, say_error
from sunotui.cli.registry import find_handler
from sunotui.cli.signals import ended_by_signals
from sunotui.core.paths import AppPaths, find_paths
from sunotui.domain.errors import InvalidRequest, SunotuiError
from sunotui.domain.text import NOT_UTF_8, has_surrogate

_FILE_NAMES = frozenset({"lyrics_file", "output", "file", "to"})
"""Arguments that name a file and are neither stored nor sent."""

_NO_UPGRADE = frozenset({"doctor", "demo-gateway"})
"""Commands that also work on a damaged library, or without one."""


def run_command(args: SimpleNamespace, environ: Mapping[str, str]) -> int:
    """Run the command in `args` and return its exit code; raises only what the streams raise."""
    try:
        _refuse_other_encodings(args)
        with ended_by_signals():
            handler = find_handler(args.command)
            if args.command not in _NO_UPGRADE and not getattr(args, "demo", False):
                _upgrade(find_paths(environ))
            return handler(args, environ)
    except SystemExit as ending:
        failed = exit_codes.DONE if ending.code is None else exit_codes.CRASHED
        return ending.code if isinstance(ending.code, int) else failed
    except SunotuiError as error:
        say_error(error)
        if error.request_id:
            say(f"Request id for the gateway's support: {error.request_id}")
        return error_exit_code(error)
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except (BrokenPipeError, OutputUnwritable):
        raise
    except Exception as error:  # noqa: BLE001 - the outermost edge: the user gets a sentence, never a traceback
        from sunotui.core.system.crash_report import report_crash

        print(report_crash(error, find_paths(environ).data), file=sys.stderr)
        return exit_codes.CRASHED


def _upgrade(paths: AppPaths) -> None:
    if paths.has_old_library:
        from sunotui.cli.output.library_upgrade import upgrade_first

        upgrade_first(paths)


def _refuse_other_encodings(args: SimpleNamespace) -> None:
    """Raise InvalidRequest for an argument with bytes that are not UTF-8, which Python represents as surrogates. The
    name of a file that is only opened may have any bytes."""
    for name, value in vars(args).items():
        words = value if isinstance(value, list) else [value]
        if name not in _FILE_NAMES and any(isinstance(word, str) and has_surrogate(word) for word in words):
            raise InvalidRequest(f"The argument {name.replace('_', '-').upper()} could not be read: {NOT_UTF_8}")
