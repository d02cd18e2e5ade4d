"""Runs the command of the setting `on_done` once for each task that a poller sees end (A4)."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from sunotui.core.context import Context
from sunotui.core.documents.json_documents import task_documents
from sunotui.core.events import Event, HookFailed, TaskEnded
from sunotui.core.hooks.command import CommandResult, run_command
from sunotui.core.library.library import Library
from sunotui.core.system.helper_process import without_token
from sunotui.domain.errors import SunotuiError
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import clean
from sunotui.storage.hook_runs import HookRunStore

LIMIT_S = 60.0
"""How long a command may run, in seconds."""
AT_ONCE = 4
"""How many run at the same time; the others wait."""
EVENT = "done"
"""The name in the journal of a task that has ended, whether it was successful or not."""
_LINES = 20
"""How many of the last lines of a command's output are logged."""

_log = logging.getLogger(__name__)


class Hooks:
    """Runs the user's command. It does not run for a task that ended before, or whose end another program recorded:
    only the program whose poll wrote the end handles it, and the journal is written before the command starts.
    """

    def __init__(
        self,
        ctx: Context,
        library: Library,
        store: HookRunStore,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        limit_s: float = LIMIT_S,
    ) -> None:
        """`command` is the setting; empty for no command. `environ` is passed on without the token (K1)."""
        self._storage = ctx.storage
        self._events = ctx.events
        self._clock = ctx.clock
        self._library = library
        self._store = store
        self._command = tuple(command)
        self._environ = environ
        self._limit_s = limit_s
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="on_done")
        self._running: set[asyncio.Task[None]] = set()
        self._last_problem = ""
        """The last failure that was reported; a command that always fails is reported once."""

    @property
    def running(self) -> int:
        """How many commands run or wait to be run."""
        return len(self._running)

    def on_event(self, event: Event) -> None:
        """Run the command for a task that has ended."""
        if self._command and isinstance(event, TaskEnded):
            task = asyncio.create_task(self._run(event.task), name=f"on_done {event.task.id}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def drain(self, limit_s: float) -> bool:
        """Wait at most `limit_s` seconds for the commands; returns whether all have ended."""
        if self._running:
            await asyncio.wait(self._running, timeout=limit_s)
        return not self._running

    async def close(self) -> None:
        """Wait for all commands; when cancelled, end them."""
        try:
            await asyncio.gather(*self._running, return_exceptions=True)
        finally:
            self._threads.shutdown(wait=False)

    async def _run(self, task: Task) -> None:
        async with self._slots:
            try:
                await self._run_once(task)
            except SunotuiError as error:
                _log.warning("on_done was not run for %s: %s", task.id, error.code)
            except Exception as error:  # noqa: BLE001 - nothing awaits it before the end of the program
                _log.exception("on_done failed for %s: %s", task.id, type(error).__name__)

    async def _run_once(self, task: Task) -> None:
        document = await self._storage.run(self._document, task)
        key = (task.id, task.profile, EVENT)
        if not await self._storage.run(self._store.claim, *key, self._clock.now()):
            return
        exit_code: int | None = None
        problem = ""
        try:
            result = await self._run_in_thread(document, self._environment(task))
        except (OSError, ValueError) as error:
            problem = f"could not be started ({getattr(error, 'strerror', None) or type(error).__name__})"
        else:
            exit_code = result.exit_code
            problem = self._problem(exit_code)
            self._log_result(task, problem, result.output)
        finally:
            # Also when cancelled: what is submitted to the storage thread runs.
            self._storage.begin(self._store.finish, *key, self._clock.now(), exit_code)
        self._report(problem)

    async def _run_in_thread(self, document: bytes, environ: Mapping[str, str]) -> CommandResult:
        """Run the command on a thread of our own: it may occupy one for a minute. When cancelled, it is ended."""
        stop = threading.Event()
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, run_command, self._command, document, environ, self._limit_s, stop
            )
        finally:
            stop.set()

    def _document(self, task: Task) -> bytes:
        """The JSON of `sunotui show --json`."""
        return json.dumps(task_documents(self._library, [task])[0]).encode()

    def _environment(self, task: Task) -> dict[str, str]:
        return without_token(self._environ) | {"SUNOTUI_TASK_ID": task.id, "SUNOTUI_TASK_STATUS": task.status.value}

    def _problem(self, exit_code: int | None) -> str:
        if exit_code is None:
            return f"ran longer than {self._limit_s:g} s and was ended"
        if exit_code < 0:
            return f"was ended by signal {-exit_code}"
        return f"failed with exit code {exit_code}" if exit_code else ""

    def _log_result(self, task: Task, problem: str, output: bytes) -> None:
        _log.info("on_done for %s %s", task.id, problem or "succeeded")
        for line in output.decode("utf-8", "replace").splitlines()[-_LINES:]:
            _log.info("on_done printed: %s", line)

    def _report(self, problem: str) -> None:
        if problem and problem != self._last_problem:
            self._events.publish(HookFailed(f"The command of on_done, {clean(self._command[0], 60)}, {problem}"))
        self._last_problem = problem
