"""Starts the screens: on the user's gateways, or on a demo gateway with its own library."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from types import SimpleNamespace

from sunotui.core.core import Core
from sunotui.core.paths import find_paths
from sunotui.domain.errors import InvalidRequest
from sunotui.tui.run import DEMO_WANTED, run_app

TERMS_WITHOUT_CURSOR = frozenset({"dumb", "unknown"})
"""Values of TERM for terminals that only print lines of text, as in Rich: editors and build tools set them."""

SWITCH_INTERVAL_S = 0.001
"""How long a thread may keep the interpreter while others wait for it, in seconds. The storage thread waits for it at
each row of a result; with Python's 5 ms, a list would be read only when the main thread has finished drawing."""


def launch_screens(args: SimpleNamespace, environ: Mapping[str, str]) -> int:
    """Open the screens and return their exit code."""
    _need_terminal(environ)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    # A start creates some hundred thousand objects that stay; repeated garbage collections took 30 ms of it.
    # The app enables the collector after its first frame.
    gc.disable()
    try:
        return _demo(args, environ) if args.demo else _library(args, environ)
    finally:
        gc.enable()


def _library(args: SimpleNamespace, environ: Mapping[str, str]) -> int:
    code = run_app(Core(find_paths(environ), environ, profile=args.profile))
    return _demo(args, environ) if code == DEMO_WANTED else code


def _demo(args: SimpleNamespace, environ: Mapping[str, str]) -> int:
    from sunotui.cli.commands.gateway.demo_screens import demo

    with demo(args, environ) as (core, prepare):
        return run_app(core, prepare)


def _need_terminal(environ: Mapping[str, str]) -> None:
    term = environ.get("TERM", "")
    is_poor = term.lower() in TERMS_WITHOUT_CURSOR
    if sys.stdin.isatty() and sys.stdout.isatty() and not is_poor:
        return
    scripts = "'sunotui --help' lists the commands for scripts"
    if is_poor:
        raise InvalidRequest(
            f"The screens need a terminal that can move its cursor, and TERM is '{term}'",
            advice=f"Set TERM to what the terminal is, such as xterm-256color; {scripts}",
        )
    raise InvalidRequest("The screens need a terminal", advice=scripts)
