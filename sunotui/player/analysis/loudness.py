"""How loud a file is, by EBU R 128: by ffmpeg if it is installed, otherwise by our own estimate."""

from __future__ import annotations

import math
import re

from sunotui.named_tuple import NamedTuple
from sunotui.player.analysis.ffmpeg import run_ffmpeg

FFMPEG_S = 60.0
"""The time limit of ffmpeg."""
_FILTER = "ebur128=dualmono=true:peak=sample:framelog=verbose"
_OPTIONS = ("-v", "verbose", "-protocol_whitelist", "file")
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
    done = run_ffmpeg(program, path, _OPTIONS, ("-af", _FILTER), limit_s=FFMPEG_S)
    return parsed(done.stderr.decode(errors="replace")) if done is not None else None


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
