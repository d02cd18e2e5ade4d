"""Runs a command with an open Core, on an event loop that handles termination signals like Ctrl+C."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sunotui.cli.output.progress import download_progress
from sunotui.cli.output.text import say
from sunotui.cli.signals import ENDING, end_command
from sunotui.core.core import Core
from sunotui.core.events import AutoSaveFailed, Event, HookFailed, MediaCacheFailed, SubmissionChanged
from sunotui.core.paths import find_paths
from sunotui.domain.submission import SubmissionState
from sunotui.domain.text import counted

T = TypeVar("T")
_SILENT_S = 1.0
"""Seconds to wait for the user's commands without a message."""


def run_with_core(environ: Mapping[str, str], profile: str, work: Callable[[Core], Awaitable[T]]) -> T:
    """Run `work` with an open Core and return its result, usually an exit code.

    Raises SunotuiError, and KeyboardInterrupt on Ctrl+C.
    """

    async def run() -> T:
        async with core_session(environ, profile) as core:
            opened = await core.open()
            core.events.subscribe(_report_failure)
            if opened.warning:
                say(opened.warning)
            for lost in opened.recovered:
                say(f"Request {lost.id} was interrupted earlier and may have been charged; see 'sunotui submissions'")
            result = await work(core)
            await _finish_saving(core)
            return result

    return run_async(run())


@asynccontextmanager
async def core_session(environ: Mapping[str, str], profile: str = "") -> AsyncIterator[Core]:
    """A context with a Core that is not open yet. On exit it waits for responses to paid requests (S7), then closes
    Core."""
    core = Core(find_paths(environ), environ, profile=profile)
    try:
        yield core
    finally:
        await _close(core)


async def _finish_saving(core: Core) -> None:
    """Wait for the takes that a command causes to be saved automatically; print what could not be saved."""
    if not core.has_services or not core.services.auto_save.is_busy:
        return
    with download_progress(core):
        failed = await core.services.auto_save.finish()
    if len(failed) == 1:
        say(f"Not saved: {failed[0].title or 'untitled'}, take {failed[0].number}: {failed[0].reason}")
    elif failed:
        say(f"{counted(len(failed), 'take')} could not be saved; 'sunotui download --missing' tries again")


def _report_failure(event: Event) -> None:
    if isinstance(event, HookFailed | MediaCacheFailed | AutoSaveFailed):
        say(event.message)


async def _close(core: Core) -> None:
    if core.is_open and core.services.submitter.in_flight:
        say("Waiting for the gateway's response, which is paid for; Ctrl+C again leaves its outcome unknown")
        core.events.subscribe(_report_late_response)
    if core.is_open and not await core.services.hooks.drain(_SILENT_S):
        songs = counted(core.services.hooks.running, "song")
        say(f"Waiting for the command of on_done for {songs}; Ctrl+C ends it")
    await core.close()


def _report_late_response(event: Event) -> None:
    if isinstance(event, SubmissionChanged):
        submission = event.submission
        if submission.state is SubmissionState.ACCEPTED:
            say(f"Accepted: 'sunotui wait {submission.task_id}' waits for it")
        elif submission.error:
            say(submission.error)


def run_async(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine as `asyncio.run` does; the signals of `ended_by_signals` cancel it, as Ctrl+C does. The coroutine
    can then wait for a paid response; a second signal ends that, too, but not a hangup, which is often sent twice when
    a terminal is closed. Raises SystemExit then, and KeyboardInterrupt on Ctrl+C.
    """
    received: list[int] = []
    caught = [number for number in ENDING if signal.getsignal(number) is end_command]
    try:
        result = asyncio.run(_cancelled_by_signals(main, caught, received), debug=False)
        if received:
            raise SystemExit(128 + received[0])
        return result
    except asyncio.CancelledError:
        if received:
            raise SystemExit(128 + received[0]) from None
        raise
    finally:
        for number in caught:
            signal.signal(number, end_command)


async def _cancelled_by_signals(main: Coroutine[Any, Any, T], caught: Sequence[int], received: list[int]) -> T:
    """Await `main`, and cancel it for each of the signals `caught`, which are added to `received`.

    SystemExit is raised only outside the loop: asyncio prints the exception of a task that a second one leaves behind.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is None:
        raise RuntimeError("run_async needs the task that asyncio.run makes")

    def end(number: int, frame: object) -> None:
        if received and number == signal.SIGHUP:
            return
        received.append(number)
        if loop.is_closed():
            end_command(number, frame)
        loop.call_soon_threadsafe(task.cancel)

    for number in caught:
        signal.signal(number, end)
    return await main
