"""B18: looking for 1,000 saved files, as at the start and when the view "At risk" opens, compared with a plain stat of
the same files; and how long the event loop is blocked during the check.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from sunotui.core.background import BackgroundTasks
from sunotui.core.clock import Clock
from sunotui.core.context import Context
from sunotui.core.downloads.file_checks import FileChecker
from sunotui.core.event_bus import EventBus
from sunotui.domain.saving.downloads import FileKind, FileState, SavedFile
from sunotui.storage.db.connection import Database
from sunotui.storage.downloads.saved_files import SavedFileStore
from sunotui.storage.worker import StorageThread
from tests.benchmarks.table import Row, in_turn, median_ms

COUNT = 1_000
_TARGET = 2.0
_MOST_STALL_MS = 50.0
_TICK_S = 0.001


def measure(rounds: int) -> list[Row]:
    """Compare with a plain stat."""
    with tempfile.TemporaryDirectory() as folder:
        files = [_file(Path(folder), number) for number in range(COUNT)]
        stalls: list[float] = []
        with asyncio.Runner() as runner:
            storage = StorageThread()
            db = storage.call(Database.open, Path(folder) / "library.db")
            store = SavedFileStore(db)
            storage.call(store.put, files)
            events = EventBus()
            ctx = Context(storage, cast("Any", None), events, Clock(), random.Random(1), BackgroundTasks(events))
            checker = FileChecker(ctx, store, folder)

            def ours() -> float:
                # Apart: what measures the stalls takes turns with the thread that looks for the files.
                stalls.append(runner.run(_stall(checker, files)) * 1e3)
                return runner.run(_checked(checker, files))

            times = in_turn(rounds, {"ours": ours, "stat": lambda: _stat(files)})
            storage.call(db.close)
            storage.close()
    return [
        Row("B18", f"{COUNT:,} saved files looked for", median_ms(times["ours"]), median_ms(times["stat"]), _TARGET),
        Row("B18", "longest stall of the event loop", statistics.median(stalls), None, _MOST_STALL_MS),
    ]


def _file(folder: Path, number: int) -> SavedFile:
    path = folder / f"song {number}.mp3"
    path.write_bytes(b"\xff\xfb\x90\x00" * 100)
    state = path.stat()
    facts = (f"t{number}", "home", state.st_size, "0" * 64, state.st_mtime_ns, 1.0, 1.0, FileState.PRESENT)
    return SavedFile(f"c{number}", FileKind.AUDIO, path, *facts)


async def _stall(checker: FileChecker, files: Sequence[SavedFile]) -> float:
    """The longest time in which nothing else ran during a check, in seconds."""
    ticking = asyncio.create_task(_longest_pause())
    await asyncio.sleep(0)
    await checker.check(files)
    ticking.cancel()
    return await ticking


async def _checked(checker: FileChecker, files: Sequence[SavedFile]) -> float:
    """How long a check took, in seconds."""
    begun = time.perf_counter()
    found = await checker.check(files)
    seconds = time.perf_counter() - begun
    assert all(file.is_there for file in found)
    return seconds


async def _longest_pause() -> float:
    longest = 0.0
    try:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_TICK_S)
            longest = max(longest, time.perf_counter() - before - _TICK_S)
    except asyncio.CancelledError:
        return longest


def _stat(files: Sequence[SavedFile]) -> float:
    begun = time.perf_counter()
    for file in files:
        file.path.stat()
    return time.perf_counter() - begun
