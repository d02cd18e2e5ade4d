"""Runs the screens, then waits for responses to requests that are still in flight."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from sunotui.core.system.terminal_lock import TerminalLock
from sunotui.domain.text import counted
from sunotui.tui.runtime.unhandled_errors import unhandled_errors_reported
from sunotui.tui.terminal import state as terminal

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.domain.gateways.profile import Profile
    from sunotui.domain.gateways.token import Token

DEMO_WANTED = -1
"""Returned instead of an exit code when the user chose the demo."""
_SILENT_S = 1.0
"""Seconds to wait for the user's commands without a message."""
_CRASHED = 70
"""The exit code after an internal error; the command line uses the same."""


def run_app(core: Core, prepare: Callable[[], tuple[Profile, Token]] | None = None) -> int:
    """Run the screens until the user quits; returns the exit code, or DEMO_WANTED. Raises SunotuiError if the library
    or the settings could not be opened.

    `prepare` creates a profile for this run, such as the demo gateway's; it runs in a thread after the first frame.
    """
    lock = TerminalLock(core.paths.data, terminal.name())
    if lock.acquire():
        terminal.reset()
    # The storage thread opens the library while this one loads Textual, which takes ten times as long.
    core.begin(lists_soon=True)
    try:
        return asyncio.run(_run(core, prepare), debug=False)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130
    finally:
        lock.release()


async def _run(core: Core, prepare: Callable[[], tuple[Profile, Token]] | None) -> int:
    from sunotui.tui.runtime.class_patches import define_widgets_quickly

    define_widgets_quickly()
    from sunotui.tui.app import SunoApp

    async def prepare_profile() -> None:
        if prepare is not None:
            profile, token = await asyncio.to_thread(prepare)
            core.tokens.set_for_session(profile.name, token)
            core.add_profile(profile)

    app = SunoApp(core, prepare_profile, is_demo=prepare is not None)

    def report(sentence: str) -> None:
        if app.is_running:
            app.alert(sentence, "error")

    try:
        with terminal.tolerant_output(), unhandled_errors_reported(report):
            await app.run_async()
    finally:
        for notice in app.exit_notices:
            _print_notice(notice)
        if (waiting := asyncio.current_task()) is not None:
            terminal.leave_waiting_on_signals(waiting)
        await _close(core)
    if app.crash_handling.has_crashed:
        return _CRASHED
    if app.startup_error is not None:
        raise app.startup_error
    if app.return_code is None:
        # A cancelled callback ends Textual without any message (T7).
        _print_notice("sunotui ended because of an internal error; nothing that was accepted is lost.")
        return _CRASHED
    return DEMO_WANTED if app.wants_demo else app.return_code


async def _close(core: Core) -> None:
    """Close the core, and print what it waits for."""
    in_flight = core.services.submitter.in_flight if core.has_services else 0
    if in_flight:
        _print_notice(f"Waiting for the gateway's response to {in_flight} request(s); ctrl+c leaves them as unknown.")
    try:
        if core.has_services and not await core.services.hooks.drain(_SILENT_S):
            songs = counted(core.services.hooks.running, "song")
            _print_notice(f"Waiting for the command of on_done for {songs}; ctrl+c ends it.")
        await core.close()
    except asyncio.CancelledError:
        if in_flight:
            _print_notice("Left without the response; 'sunotui submissions' shows it as unknown.")
        raise


def _print_notice(sentence: str) -> None:
    """Print a sentence on the plain terminal; errors are ignored, since the terminal may be gone."""
    try:
        print(sentence, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        pass
