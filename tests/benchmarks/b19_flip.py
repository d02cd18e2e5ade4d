"""B19: a flip from one take to another as it is heard, recorded from a sound server: from the last sample of the first
take to the first one of the second, and how far the second is from the position where the first would be.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path

from tests.benchmarks.table import Row, Skipped
from tests.player.flips import flips
from tests.player.harness import PlayerUnderTest, player, without_miniaudio
from tests.player.sound_server import RATE, sound_server

_PROGRAMS = ("pulseaudio", "pactl", "parec", "mpv")


def measure(rounds: int) -> list[Row]:
    """Flip with miniaudio, and with mpv as on platforms where only that plays; the worst of all flips."""
    if missing := [program for program in _PROGRAMS if shutil.which(program) is None]:
        raise Skipped(f"{missing[0]} is missing")
    rows: list[Row] = []
    for name in ("miniaudio", "mpv"):
        with tempfile.TemporaryDirectory() as folder:
            gap, shift = _worst(name, Path(folder), rounds)
        note = "a crossfade of 5 ms" if name == "miniaudio" else "two processes, one of them muted"
        rows.append(Row("B19", f"{name}: flip, from one take to the other", gap, None, 60.0, note=note))
        rows.append(Row("B19", f"{name}: flip, position off by", shift, None, 30.0))
    return rows


def _worst(name: str, folder: Path, rounds: int) -> tuple[float, float]:
    """The longest gap and the greatest shift in milliseconds."""
    recording = folder / "recording"
    with sound_server(folder / "server") as server:
        under_test: AbstractContextManager[PlayerUnderTest] = (
            player(env=server.env, output="auto")
            if name == "miniaudio"
            else without_miniaudio(env=server.env, output="auto")
        )
        with server.recorded(recording), under_test as started:
            heard = flips(started, recording, folder, rounds)
    gap = max(frames for frames, _ in heard)
    shift = max(abs(shift) for _, shift in heard)
    return gap / RATE * 1e3, shift / RATE * 1e3
