"""B13: saving songs from a server on this computer, checked, tagged and with their names, compared with curl, which
fetches the same files one after another: 20 files of 4 MB, then 1,000 smaller ones.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.benchmarks.programs import environ
from tests.benchmarks.table import Row, Skipped
from tests.support.paths import ROOT

FEW, MANY = 20, 1_000
_FEW_S, _MANY_S = 175.0, 10.0
"""The lengths of the songs in seconds: 4.2 MB and 240 kB at 192 kbit/s."""
_MOST_ROUNDS = 5


def measure(rounds: int) -> list[Row]:
    """Save and fetch in turn."""
    if shutil.which("ffmpeg") is None or shutil.which("curl") is None:
        raise Skipped("it needs ffmpeg and curl")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = _compared(folder / "few", FEW, _FEW_S, max(2, min(rounds, _MOST_ROUNDS)))
        many = _compared(folder / "many", MANY, _MANY_S, 1)
    at_once = max(one["at_once"] for one in (*few.ours, *many.ours))
    return [
        few.row(f"{FEW} songs of 4 MB saved and tagged / curl in turn", 1.5),
        many.row(f"{MANY:,} songs of 240 kB saved and tagged / curl in turn", 2.0),
        Row("B13", f"longest stall of the event loop, {FEW} songs", few.stall_ms, None, 50.0),
        Row("B13", f"longest stall of the event loop, {MANY:,} songs", many.stall_ms, None, 50.0),
        Row("B13", "downloads at the same time, at most", at_once, None, 4.0, unit=""),
    ]


class _Compared:
    """The measurements of one number of files."""

    def __init__(self, ours: list[dict[str, Any]], curl: list[float]) -> None:
        self.ours, self.curl = ours, curl

    @property
    def stall_ms(self) -> float:
        """The longest stall of the event loop in milliseconds."""
        return float(max(one["stall_s"] for one in self.ours)) * 1e3

    def row(self, what: str, target: float) -> Row:
        """The medians in milliseconds."""
        ours = statistics.median(one["seconds"] for one in self.ours)
        return Row("B13", what, ours * 1e3, statistics.median(self.curl) * 1e3, target)


def _compared(folder: Path, count: int, seconds: float, rounds: int) -> _Compared:
    """Save `count` songs of this length, and fetch them with curl, `rounds` times each after one that is not
    counted."""
    sounds, data, saved = folder / "sounds", folder / "data", folder / "saved"
    for one in (sounds, data, saved):
        one.mkdir(parents=True)
    _make_song(sounds / "song.mp3", seconds)
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(sounds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline().split(" port ")[1].split()[0])
        url = f"http://127.0.0.1:{port}/song.mp3"
        _fill(data, count * (rounds + 1), seconds, url)
        ours, curl = [], []
        own = environ(data, data / "config") | {"SUNOTUI_BASE_URL": f"http://127.0.0.1:{port}"}
        with subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.saving", str(saved)],
            env={**os.environ, **own, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as saving:
            assert saving.stdin is not None
            assert saving.stdout is not None
            for number in range(rounds + 1):
                saving.stdin.write(f"{count}\n")
                saving.stdin.flush()
                found = json.loads(saving.stdout.readline())
                fetched = _fetched([url] * (count if number else 1), folder / "fetched.mp3")
                if number:
                    ours.append(found)
                    curl.append(fetched)
            saving.stdin.close()
    finally:
        server.kill()
        server.communicate()
    return _Compared(ours, curl)


def _fetched(urls: Sequence[str], path: Path) -> float:
    """How long curl takes, in seconds."""
    start = time.perf_counter()
    for url in urls:
        subprocess.run(["curl", "-sf", "-o", str(path), url], check=True)
    return time.perf_counter() - start


def _make_song(path: Path, seconds: float) -> None:
    noise = f"anoisesrc=d={seconds}:a=0.3:c=pink:r=48000"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", noise, "-ac", "2", "-b:a", "192k", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def _fill(data: Path, count: int, seconds: float, url: str) -> None:
    """A library of songs with one take each, whose files are equal, but not their links."""
    database = Database.open(data / "library.db")
    TaskStore(database).save(
        Task(
            f"task-{number}",
            "env",
            TaskKind.MUSIC,
            TaskStatus.SUCCESS,
            float(number),
            clips=(
                Clip(
                    f"take-{number}-1",
                    f"Song {number}",
                    ClipStatus.COMPLETE,
                    tags="folk, rain",
                    lyrics="[Verse]\n" + "Rain on the roof\n" * 30,
                    model="chirp-v5",
                    duration_s=seconds,
                    audio_url=f"{url}?take={number}",
                ),
            ),
        )
        for number in range(1, count + 1)
    )
    database.close()
