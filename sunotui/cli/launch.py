"""Starts the screens: on the user's gateways, or on a demo gateway with its own library."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sunotui.cli.output.text import say
from sunotui.core.core import Core
from sunotui.core.library.library import open_library
from sunotui.core.paths import AppPaths, find_paths, kept_demo_paths
from sunotui.core.system.demo_folder import demo_folder
from sunotui.domain.errors import InvalidRequest, SunotuiError
from sunotui.tui.run import DEMO_WANTED, run_app

if TYPE_CHECKING:
    from argparse import Namespace

    from sunotui.demo.server import DemoServer
    from sunotui.domain.gateways.profile import Profile
    from sunotui.domain.gateways.token import Token

_REAL_GATEWAY = ("SUNOTUI_BASE_URL", "SUNOTUI_TOKEN", "SUNOTUI_PROFILE")

TERMS_WITHOUT_CURSOR = frozenset({"dumb", "unknown"})
"""Values of TERM for terminals that only print lines of text, as in Rich: editors and build tools set them."""

SWITCH_INTERVAL_S = 0.001
"""How long a thread may keep the interpreter while others wait for it, in seconds. The storage thread waits for it at
each row of a result; with Python's 5 ms, a list would be read only when the main thread has finished drawing."""


def launch_screens(args: Namespace, environ: Mapping[str, str]) -> int:
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


def _library(args: Namespace, environ: Mapping[str, str]) -> int:
    code = run_app(Core(find_paths(environ), environ, profile=args.profile))
    return _demo(args, environ) if code == DEMO_WANTED else code


def _demo(args: Namespace, environ: Mapping[str, str]) -> int:
    if args.fault or args.dialect != "reference":
        # Checked before the screens open. A start without options does not import the tables of names.
        from sunotui.cli.commands.gateway.demo_gateway import check_demo_options

        check_demo_options(args)
    servers: list[DemoServer] = []

    def prepare() -> tuple[Profile, Token]:
        from sunotui.cli.commands.gateway.demo_gateway import demo_access, start_server

        songs_file = paths.data / "demo-gateway.json" if args.keep_demo else None
        server = start_server(args, songs_file=songs_file, is_for_screens=True)
        servers.append(server)
        return demo_access(server, args)

    # Without the real gateway's variables: a paid song must not end up in a library that is deleted.
    safe = {name: value for name, value in environ.items() if name not in _REAL_GATEWAY}
    with _demo_paths(environ, is_kept=args.keep_demo) as paths:
        # Its songs do not belong among those of the user, and it does not know the user's unfinished downloads.
        core = Core(
            paths, safe, settings_paths=find_paths(environ), save_folder=paths.data / "saved", keeps_backups=False
        )
        try:
            return run_app(core, prepare)
        finally:
            for server in servers:
                server.stop()
            if not args.keep_demo and _has_songs(paths):
                say("The demo's songs are gone; --keep-demo keeps them")


def _has_songs(paths: AppPaths) -> bool:
    """Whether songs were made in a library."""
    try:
        with open_library(paths) as library:
            return bool(library.clip_ids())
    except SunotuiError:
        return False


@contextmanager
def _demo_paths(environ: Mapping[str, str], *, is_kept: bool) -> Iterator[AppPaths]:
    """The folders for the demo: in the data folder with --keep-demo, otherwise private temporary ones, which
    are deleted unless a message named a file in them."""
    if is_kept:
        yield kept_demo_paths(environ)
        return
    with demo_folder() as folder:
        yield AppPaths(folder, folder / "config")


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
