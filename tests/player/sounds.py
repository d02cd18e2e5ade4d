"""Sound files for tests."""

from __future__ import annotations

import math
import subprocess
import wave
from array import array
from pathlib import Path

from sunotui.demo.media import sound

RATE = 44_100


def song(path: Path, seconds: float, loop: str = "neon") -> Path:
    """An MP3 of the demo gateway."""
    path.write_bytes(sound.render(loop, 0.0, sound.frames_for(seconds)))
    return path


def tones(path: Path, parts: list[tuple[float, float]], *, level: float = 0.5, rate: int = RATE) -> Path:
    """A stereo WAV of tones, each a frequency in Hz (0 is silence) and a length in seconds."""
    samples = array("h")
    for hertz, seconds in parts:
        # Tones of whole Hz repeat after a second.
        second = array("h")
        for at in range(rate):
            second.extend([round(32_767 * level * math.sin(2 * math.pi * hertz * at / rate))] * 2)
        count = round(seconds * rate)
        samples += second * (count // rate) + second[: count % rate * 2]
    return _written(path, samples, rate)


def _written(path: Path, samples: array[int], rate: int) -> Path:
    """A stereo WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


def growing_file(whole: Path) -> tuple[Path, bytes]:
    """A file with the first quarter of another one, and the rest."""
    data = whole.read_bytes()
    path = whole.with_name(f"growing{whole.suffix}")
    path.write_bytes(data[: len(data) // 4])
    return path, data[len(data) // 4 :]


RAMP = 30_000
"""The frames after which a ramp starts again."""


def ramp(path: Path, seconds: float, *, sign: int) -> Path:
    """A stereo WAV in which each sample encodes its own frame: `sign` times (frame modulo RAMP) + 2,000."""
    period = array("h", (sign * (at + 2_000) for at in range(RAMP) for _ in range(2)))
    count = round(seconds * RATE)
    samples = period * (count // RAMP) + period[: count % RAMP * 2]
    return _written(path, samples, RATE)


def converted(source: Path, path: Path) -> Path:
    """A file in the format that the name of `path` says, made by ffmpeg."""
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(source), str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path
