"""Checks that files are whole songs: each is decoded to its end, in threads."""

from __future__ import annotations

import os
import queue
import re
import shutil
import threading
from collections.abc import Callable
from functools import partial

from sunotui.named_tuple import NamedTuple
from sunotui.player.analysis.ffmpeg import run_ffmpeg
from sunotui.player.engines.engine import Post
from sunotui.player.files.completeness import CountedFrames, counted_frames, declared_seconds, last_part, missing_bytes
from sunotui.player.files.file_type import NEEDS_MPV, FileType, file_type
from sunotui.player.optional import optional_module
from sunotui.player.sentences import MISSING, NO_SOUND, NOT_AUDIO, UNREADABLE

AT_ONCE = 4
"""The maximum number of files that are checked at the same time, limited by the number of processors."""
PROGRAM_S = 120.0
"""The time limit of ffmpeg."""
TOLERANCE_S = 2.0
"""How much shorter than its header says a file may be: encoders count silence at the end."""
_OPTIONS = ("-v", "error", "-progress", "pipe:1", "-protocol_whitelist", "file,pipe")
_TIME = re.compile(rb"out_time_us=(\d+)")


class Verified(NamedTuple):
    """What a check found."""

    seconds: float
    """The sound that was decoded."""
    complete: bool
    """Whether it is audio with everything that its header announces."""
    problem: str = ""
    """A sentence without its full stop if it is not complete."""


class Verifier:
    """Checks files in threads; decoding runs at the same time in each."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._waiting: queue.SimpleQueue[tuple[str, Callable[[Verified], None]]] = queue.SimpleQueue()
        self._has_threads = False

    def verify(self, path: str, done: Callable[[Verified], None]) -> None:
        """Check a file; `done` is called in the main thread."""
        self._waiting.put((path, done))
        if not self._has_threads:
            self._has_threads = True
            for _ in range(min(AT_ONCE, os.cpu_count() or 1)):
                threading.Thread(target=self._run, name="verify", daemon=True).start()

    def _run(self) -> None:
        while True:
            path, done = self._waiting.get()
            try:
                found = verified(path)
            except Exception:  # noqa: BLE001 - the response must come, whatever a hostile file does to a decoder
                found = Verified(0.0, False, NOT_AUDIO)
            self._post(partial(done, found))


def verified(path: str) -> Verified:
    """Decode a file to its end, and compare that with its header. Blocks."""
    try:
        if not os.path.getsize(path):  # noqa: PTH202 - the path came as a text
            return Verified(0.0, False, NO_SOUND)
    except FileNotFoundError:
        return Verified(0.0, False, MISSING)
    except OSError:
        return Verified(0.0, False, UNREADABLE)
    kind = file_type(path)
    frames = counted_frames(path) if kind is FileType.MP3 else None
    seconds = _seconds(path, kind, frames)
    missing = missing_bytes(path, kind)
    if seconds is None:
        # An MP4 whose index is in the part that is missing cannot be decoded at all.
        return Verified(0.0, False, _end_missing(missing) if missing else NOT_AUDIO)
    if seconds <= 0:
        return Verified(0.0, False, NO_SOUND)
    declared_s = declared_seconds(path, kind)
    if declared_s is not None and seconds < declared_s - TOLERANCE_S:
        return Verified(seconds, False, f"The file ends after {_clock(seconds)} of {_clock(declared_s)}")
    if frames is not None and frames.junk_s > TOLERANCE_S:
        return Verified(seconds, False, f"The file is damaged: {_clock(frames.junk_s)} in it are no sound")
    if missing:
        return Verified(seconds, False, _end_missing(missing))
    return Verified(seconds, True)


def _seconds(path: str, kind: FileType, frames: CountedFrames | None) -> float | None:
    """The sound of a file in seconds; None if it is no audio."""
    if kind not in NEEDS_MPV and (decoder := optional_module("files.whole_file")) is not None:
        # Decoding 4 MB takes a tenth of a second, and only proves that the frames continue to the end.
        if frames is not None and not frames.junk_s and decoder.has_sound_to_its_end(last_part(path)):
            return frames.seconds
        try:
            return float(decoder.decoded_seconds(path))
        except decoder.NotAudio:
            return None
    if (program := shutil.which("ffmpeg")) is not None:
        return _by_ffmpeg(program, path)
    if kind is FileType.MP4:
        # No decoder is available here: at least read its header and check its size.
        return declared_seconds(path, kind)
    return frames.seconds or None if frames is not None else None


def _by_ffmpeg(program: str, path: str) -> float | None:
    done = run_ffmpeg(program, path, _OPTIONS, limit_s=PROGRAM_S)
    if done is None:
        return None
    times = _TIME.findall(done.stdout)
    return int(times[-1]) / 1_000_000 if times else None


def _end_missing(missing: int) -> str:
    return f"The end of the file is missing: {missing:,} bytes"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
