"""Starts the screens, and after them waits for the answers that are still under way."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from sunotui.core.system.terminal_lock import TerminalLock
from sunotui.tui.runtime import terminal
from sunotui.tui.runtime.unhandled_errors import unhandled_errors_reported

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.domain.gateways.profile import Profile
    from sunotui.domain.token import Token

_CRASHED = 70
"""The exit code of a fault of the program itself, as the command line has it."""


def run_app(core: Core, prepare: Callable[[], tuple[Profile, Token]] | None = None) -> int:
    """Run the screens on a studio until the person leaves; the exit code. Raises the SunotuiError for which they could
    not open.

    `prepare` makes a profile for this run, such as the demo gateway's, in a thread after the first frame.
    """
    mark = TerminalLock(core.paths.data, terminal.name())
    if mark.acquire():
        terminal.take_back()
    # The storage thread opens the library while this one loads Textual, which takes ten times as long.
    core.begin()
    try:
        return asyncio.run(_run(core, prepare), debug=False)
    except (KeyboardInterrupt, asyncio.CancelledError):
        _tell("Left without the answer; 'sunotui submissions' shows it as unknown.")
        return 130
    finally:
        mark.release()


async def _run(core: Core, prepare: Callable[[], tuple[Profile, Token]] | None) -> int:
    from sunotui.tui.app import SunoApp

    async def prepare_profile() -> None:
        if prepare is not None:
            made, token = await asyncio.to_thread(prepare)
            core.tokens.set_for_session(made.name, token)
            core.add_profile(made)

    app = SunoApp(core, prepare_profile)

    def tell(words: str) -> None:
        if app.is_running:
            app.say(words, "error")

    try:
        with terminal.output_that_lasts(), unhandled_errors_reported(tell):
            await app.run_async()
    finally:
        for notice in app.exit_notices:
            _tell(notice)
        if (waiting := asyncio.current_task()) is not None:
            terminal.leave_waiting_on_signals(waiting)
        under_way = core.services.submitter.in_flight if core.has_services else 0
        if under_way:
            _tell(f"Waiting for the gateway's answer to {under_way} request(s); ctrl+c leaves them as unknown.")
        from sunotui.core.submissions.submitter import ANSWER_TIMEOUT_S

        await core.close(ANSWER_TIMEOUT_S)
    if app.crash_handling.has_crashed:
        return _CRASHED
    if app.startup_error is not None:
        raise app.startup_error
    if app.return_code is None:
        # A callback that was cancelled ends Textual without a word; nobody asked for that (T7).
        _tell("sunotui ended by a fault of its own; nothing that was accepted is lost.")
        return _CRASHED
    return app.return_code


def _tell(words: str) -> None:
    """Words for the plain terminal; one that is gone hears nothing, and what comes after them is done all the same."""
    try:
        print(words, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        pass
