"""How loud a file is, by EBU R 128: by ffmpeg if it is installed, otherwise by our own estimate."""

from __future__ import annotations

import math
import re
import subprocess
from typing import NamedTuple

from sunotui.player.parent import end_child_with_us

FFMPEG_S = 60.0
"""The time limit of ffmpeg."""
_FILTER = "ebur128=dualmono=true:peak=sample:framelog=verbose"
# A playlist that is named like a song would open other files.
_FLAGS = (
    *("-nostdin", "-hide_banner", "-nostats", "-v", "verbose"),
    *("-protocol_whitelist", "file", "-format_whitelist", "mp3,wav,flac,ogg,mov,aac"),
)
_NUMBER = r"(-?(?:\d+\.\d+|inf|nan))"
_LUFS = re.compile(rf"Integrated loudness:\s+I:\s+{_NUMBER} LUFS")
_PEAK = re.compile(rf"Sample peak:\s+Peak:\s+{_NUMBER} dBFS")
SILENCE_LUFS = -70.0
"""Sound up to this loudness counts as silence."""


class FileLoudness(NamedTuple):
    """Both values are None for silence."""

    lufs: float | None
    """Integrated loudness in LUFS."""
    peak_db: float | None
    """The highest sample in dB below full scale."""


def by_ffmpeg(program: str, path: str) -> FileLoudness | None:
    """Measure with ffmpeg; None if it fails. The process ends with the calling thread."""
    command = [program, *_FLAGS, "-i", f"file:{path}", "-map", "0:a:0", "-af", _FILTER, "-f", "null", "-"]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=FFMPEG_S,
            check=False,
            cwd="/",
            preexec_fn=end_child_with_us(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parsed(done.stderr.decode(errors="replace")) if done.returncode == 0 else None


def parsed(report: str) -> FileLoudness | None:
    """The values in ffmpeg's report; None if they are missing."""
    lufs, peak = _LUFS.findall(report), _PEAK.findall(report)
    if not lufs or not peak:
        return None
    return of_values(float(lufs[-1]), float(peak[-1]))


def of_values(lufs: float, peak_db: float) -> FileLoudness:
    """Values that are numbers for sound, rounded to a tenth."""
    if not math.isfinite(lufs) or not math.isfinite(peak_db) or lufs <= SILENCE_LUFS:
        return FileLoudness(None, None)
    return FileLoudness(round(lufs, 1), round(peak_db, 1))
