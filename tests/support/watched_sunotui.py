"""The program under a watchdog: `python -m tests.support.watched_sunotui ARGUMENT...` does what `sunotui ARGUMENT...`
does, and writes each callback that blocked the UI thread for long, and each call that may block it, into the file in
STALLS_OF_THIS_TEST. The watch begins when the program has finished starting: before the first frame there is no screen
to block.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

from sunotui.tui import run
from tests.support.stalls import BLOCKED, BLOCKING, VARIABLE, WATCHING

NOTED_S = 0.02
_LOOK_S = 0.005


class Watch:
    """Times the callbacks of one thread's loop, and samples its stack from another thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread_id = threading.get_ident()
        self._since: float | None = None
        self._where = ""

    def begin(self) -> None:
        """Watch until the program ends."""
        run = asyncio.Handle._run

        def timed(handle: asyncio.Handle) -> None:
            if threading.get_ident() != self._thread_id:
                run(handle)
                return
            computed, self._since = time.thread_time(), time.perf_counter()
            run(handle)
            taken, self._since = time.perf_counter() - self._since, None
            self._record(time.thread_time() - computed, taken, handle)

        asyncio.Handle._run = timed  # type: ignore[method-assign, assignment]
        sys.addaudithook(self._on_audit_event)
        sleep = time.sleep

        def sleeping(seconds: float) -> None:
            self._on_audit_event("time.sleep", (seconds,))
            sleep(seconds)

        # Python has an audit event for sleep only since 3.13.
        time.sleep = sleeping  # type: ignore[assignment]
        threading.Thread(target=self._look, daemon=True, name="watchdog").start()
        self._write(WATCHING)

    def _on_audit_event(self, event: str, _arguments: tuple[Any, ...]) -> None:
        """The audit hook of Python."""
        if event in BLOCKING and self._since is not None and threading.get_ident() == self._thread_id:
            self._write(f"{BLOCKED} {event} {_stack(sys._getframe(1))}")

    def _record(self, computed_s: float, taken_s: float, handle: asyncio.Handle) -> None:
        if computed_s > NOTED_S:
            self._write(f"{computed_s:.3f} {taken_s:.3f} {self._where or repr(handle)[:200]}")
        self._where = ""

    def _look(self) -> None:
        """Sample the stack of a callback that has run for a while, since its handle names only a task."""
        while True:
            time.sleep(_LOOK_S)
            since, frame = self._since, sys._current_frames().get(self._thread_id)
            if since is not None and frame is not None and time.perf_counter() - since > NOTED_S:
                self._where = _stack(frame)

    def _write(self, line: str) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def _stack(frame: FrameType) -> str:
    found = traceback.extract_stack(frame, 12)
    return " < ".join(f"{at.filename.rpartition('/')[2]}:{at.lineno} {at.name}" for at in reversed(found))


def watch_from_the_start_s_end(path: Path) -> None:
    """Start watching when the program starts its garbage collection policy, at the end of its start-up."""
    open_screens = run._run

    async def watched(*arguments: Any) -> int:
        # Not earlier: Textual reads the environment on import, and the program removes debug variables from it.
        from sunotui.tui.runtime.gc_policy import GcPolicy

        begin_policy = GcPolicy.begin

        def begin(policy: GcPolicy) -> None:
            begin_policy(policy)
            # Part of this callback belongs to the start.
            policy._app.call_later(Watch(path).begin)

        GcPolicy.begin = begin  # type: ignore[method-assign, assignment]
        return await open_screens(*arguments)

    run._run = watched  # type: ignore[assignment]


if __name__ == "__main__":
    from sunotui.cli.main import main

    watch_from_the_start_s_end(Path(os.environ.pop(VARIABLE)))
    sys.exit(main(sys.argv[1:]))
