"""Measures the loudness of files in a thread, one after the other."""

from __future__ import annotations

import queue
import shutil
import threading
from collections.abc import Callable
from functools import partial

from sunotui.player.analysis.loudness import FileLoudness, by_ffmpeg
from sunotui.player.engines.engine import Post
from sunotui.player.optional import optional_module
from sunotui.player.sentences import CANNOT_MEASURE

Measured = Callable[[FileLoudness | None, str], None]
"""Receives the loudness, or None and why it could not be measured."""


class Measurer:
    """Measures with ffmpeg, or estimates without it."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._waiting: queue.SimpleQueue[tuple[str, Measured]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def measure(self, path: str, done: Measured) -> None:
        """Measure a file; `done` is called in the main thread."""
        self._waiting.put((path, done))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="loudness", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            path, done = self._waiting.get()
            loudness = measured(path)
            self._post(partial(done, loudness, "" if loudness is not None else CANNOT_MEASURE))


def measured(path: str) -> FileLoudness | None:
    """The loudness of a file; None if it cannot be measured."""
    if (program := shutil.which("ffmpeg")) is not None and (loudness := by_ffmpeg(program, path)) is not None:
        return loudness
    # A platform without miniaudio has no estimate.
    estimate = optional_module("analysis.loudness_estimate")
    return estimate.estimated_or_none(path) if estimate is not None else None
