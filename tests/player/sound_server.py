"""A PulseAudio server with a null sink, whose sound is recorded."""

from __future__ import annotations

import math
import os
import subprocess
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from operator import mul
from pathlib import Path

from tests.support.waiting import until

RATE = 44_100
BLOCK = 441
"""Frames of a block of a recording: 10 ms."""


class SoundServer:
    """A server of its own, at a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.env: Mapping[str, str] = {
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "PULSE_SERVER": f"unix:{folder}/pulse/native",
        }
        self._folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it responds."""
        (self._folder / "pulse" / "pid").unlink(missing_ok=True)
        # Without norewinds, the null sink works in blocks of 2 s.
        sink = "module-null-sink sink_name=test rate=44100 channels=2 norewinds=1"
        self.process = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes", "--use-pid-file=no",
             "--log-level=error", "-L", sink, "-L", "module-native-protocol-unix"],
            env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(self._answers, "the change")

    def kill(self) -> None:
        """Kill it at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        command = ["pactl", "info"]
        return subprocess.run(command, env=self.env, capture_output=True, check=False).returncode == 0

    @contextmanager
    def recorded(self, path: Path) -> Iterator[None]:
        """Write what is played to a raw file: 16 bits, one channel, 44,100 Hz."""
        with path.open("wb") as file:
            command = ["parec", "-d", "test.monitor", "--format=s16le", "--rate=44100", "--channels=1", "--raw"]
            recorder = subprocess.Popen(
                [*command, "--latency-msec=10"], env=self.env, stdin=subprocess.DEVNULL, stdout=file
            )
            try:
                until(lambda: path.stat().st_size > 0, "the change")
                yield
            finally:
                recorder.kill()
                recorder.wait()


@contextmanager
def sound_server(folder: Path) -> Iterator[SoundServer]:
    """A running server; it is killed at the end."""
    folder.mkdir(mode=0o700)
    server = SoundServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def recorded_samples(path: Path) -> array[int]:
    """What was recorded so far."""
    samples = array("h")
    data = path.read_bytes()
    samples.frombytes(data[: len(data) // 2 * 2])
    return samples


def loud_parts(path: Path, threshold: float = 0.02) -> list[tuple[float, float]]:
    """The parts of a recording with sound in them, as start and end in seconds; gaps under 60 ms are part of one."""
    samples = recorded_samples(path)
    parts: list[tuple[float, float]] = []
    for at in range(0, len(samples) - BLOCK, BLOCK):
        block = samples[at : at + BLOCK : 3]
        if math.sqrt(sum(map(mul, block, block)) / len(block)) / 32_768 < threshold:
            continue
        start, end = at / RATE, (at + BLOCK) / RATE
        if parts and start - parts[-1][1] < 0.06:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    return parts


def main_frequency(path: Path, start_s: float, end_s: float) -> float:
    """The frequency of a part of a recording of one tone in Hz, by its crossings of zero."""
    samples = recorded_samples(path)
    part = samples[round(start_s * RATE) : round(end_s * RATE)]
    crossings = sum(1 for before, after in pairwise(part) if before < 0 <= after)
    return crossings / (len(part) / RATE)
