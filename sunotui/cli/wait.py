"""Waits for tasks to end while Core polls them, with a progress line on a terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from sunotui.cli.exits.errors import error_text
from sunotui.cli.exits.exit_codes import DONE, TIME_LIMIT
from sunotui.cli.exits.outcomes import tasks_exit_code
from sunotui.cli.output.text import fit, length, say, terminal_width
from sunotui.core.core import Core
from sunotui.core.events import ConnectionChanged, ConnectionState, Event, LibraryChanged, TaskEnded, TasksChanged
from sunotui.core.library.library import Library
from sunotui.domain.errors import KeyQuotaExceeded, SunotuiError, TokenLimited
from sunotui.domain.tasks.failure_reasons import failure_lines, whole_takes_line
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import clean

_WIDEST = 76
"""The width of the progress bar in cells."""
_BEAT_S = 1.0
"""The update interval of the progress line in seconds."""


@dataclass(frozen=True, slots=True)
class Waited:
    """The result of a wait: the current state of the tasks."""

    tasks: list[Task]
    is_timed_out: bool


async def wait_until_ended(core: Core, ids: Sequence[str], limit_s: float) -> Waited:
    """Wait until all these tasks of the library have ended, or `limit_s` seconds have passed. Raises the errors with
    which polling cannot continue: TokenRejected, TokenMissing, TokenStoreError, KeyQuotaExceeded, and TokenLimited,
    since a key with a list of models gets 403 on every fetch (quirk 12). When cancelled, it prints that the tasks
    continue.
    """
    wait = _Wait(core, ids)
    unsubscribe = core.events.subscribe(wait.on_event)
    try:
        await core.start()
        core.services.pollers.resume()
        return await wait.run(limit_s)
    except asyncio.CancelledError:
        wait.erase()
        say(f"The gateway keeps generating; 'sunotui wait {' '.join(ids)}' waits again, 'sunotui tasks' lists it")
        raise
    finally:
        wait.erase()
        unsubscribe()


async def wait_and_report(core: Core, ids: Sequence[str], limit_s: float) -> tuple[list[Task], int]:
    """Wait, print problems on standard error, and return the tasks with the exit code."""
    waited = await wait_until_ended(core, ids, limit_s)
    if waited.is_timed_out:
        say(f"Not done within {limit_s:g} s; 'sunotui wait {' '.join(ids)}' waits again")
        return waited.tasks, TIME_LIMIT
    for task in waited.tasks:
        if tasks_exit_code([task]) != DONE:
            say(f"{task.id} failed: {task.fail_reason or task.status.value}")
            for sentence in failure_lines(task.fail_reason, await core.services.billing.refund(task.id)):
                say(sentence)
        if task.whole_takes:
            say(whole_takes_line(task.whole_takes))
    return waited.tasks, tasks_exit_code(waited.tasks)


class _Wait:
    """A wait for tasks; shows their progress on a terminal."""

    def __init__(self, core: Core, ids: Sequence[str]) -> None:
        self._core = core
        self._ids = list(ids)
        self._changed = asyncio.Event()
        self._profiles: set[str] = set()
        self._fatal: SunotuiError | None = None
        self._last_error = ""
        self._is_seen = sys.stderr.isatty()
        self._estimate = ""

    def on_event(self, event: Event) -> None:
        """Handle an event of Core; another process may have seen the end, so changes of the library count, too."""
        if isinstance(event, TasksChanged | TaskEnded | LibraryChanged):
            self._changed.set()
        elif isinstance(event, ConnectionChanged) and event.profile in self._profiles and event.error is not None:
            if event.state in {ConnectionState.REFUSED, ConnectionState.NO_TOKEN} or isinstance(
                event.error, KeyQuotaExceeded | TokenLimited
            ):
                self._fatal = event.error
                self._changed.set()
            elif event.error.sentence != self._last_error:
                self._last_error = event.error.sentence
                self.erase()
                say(error_text(event.error, with_request_id=True))

    async def run(self, limit_s: float) -> Waited:
        """The loop; see `wait_until_ended`."""
        clock = self._core.clock
        begun = clock.monotonic()
        tasks = await self._read()
        self._profiles = {task.profile for task in tasks}
        self._estimate = await self._estimate_text(tasks)
        while True:
            left = limit_s - (clock.monotonic() - begun)
            if all(task.status.is_final for task in tasks):
                return Waited(tasks, is_timed_out=False)
            if self._fatal is not None:
                raise self._fatal
            if left <= 0:
                return Waited(tasks, is_timed_out=True)
            self._show(tasks, clock.monotonic() - begun)
            if await clock.wait(self._changed, min(left, _BEAT_S) if self._is_seen else left):
                self._changed.clear()
                tasks = await self._read()

    def erase(self) -> None:
        """Erase the progress line."""
        if self._is_seen:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    async def _read(self) -> list[Task]:
        return list((await self._core.read(Library.tasks, self._ids)).values())

    async def _estimate_text(self, tasks: Sequence[Task]) -> str:
        """How long such tasks usually take, if they are all of the same kind."""
        kinds = {(task.profile, task.kind) for task in tasks}
        if not self._is_seen or len(kinds) != 1:
            return ""
        usual = await self._core.reader.duration_estimate(*kinds.pop())
        return f"usually {length(usual.median_s)}" if usual is not None and length(usual.median_s) else ""

    def _show(self, tasks: Sequence[Task], elapsed_s: float) -> None:
        if not self._is_seen:
            return
        running = [task for task in tasks if not task.status.is_final]
        words = [length(elapsed_s) or "0:00", running[0].status.value.replace("_", " ")]
        words += [self._estimate] if self._estimate else []
        words += ["playable"] if running[0].is_streaming else []
        words += [f"{len(running)} of {len(tasks)} running"] if len(tasks) > 1 else []
        words.append(running[0].title or running[0].id)
        # A line that wraps could not be erased.
        width = min(_WIDEST, (terminal_width(sys.stderr) or _WIDEST + 1) - 1)
        line = fit(clean(" · ".join(words), 4 * _WIDEST), width).rstrip()
        print("\r\x1b[K" + line, end="", file=sys.stderr, flush=True)
