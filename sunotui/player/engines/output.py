"""The sound device, opened and closed by a thread of its own: a sound server may never respond."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from enum import Enum

import miniaudio

from sunotui.player.files.decoding import CHANNELS, FRAME_BYTES, RATE

PERIOD_MS = 40
"""How much sound the device requests at a time, unless `use_period` changes it."""
MOST_UNPLAYED_FRAMES = RATE // 2
"""The maximum number of frames that a device buffers."""
_CATCH_UP_FRAMES = RATE // 2
APP_NAME = "sunotui"


class OutputState(Enum):
    """The outcome of a request to the device."""

    OPENED = "opened"
    STARTED = "started"
    STOPPED = "stopped"
    FAILED = "failed"


Report = Callable[[OutputState], None]
"""Called in the device's thread."""


class Output:
    """A sound device that plays what `render` returns."""

    def __init__(self, render: Callable[[int], bytes], report: Report, *, is_null: bool) -> None:
        """`is_null` plays into nothing, in real time."""
        self.name = ""
        """Where the sound goes; empty while nothing is open."""
        self.asked_at = 0.0
        """When the device last requested sound, on the monotonic clock."""
        self.busy_since: float | None = None
        """Since when the device has not responded; None if it has."""
        self.unplayed_frames = 0
        """How much of the sound given to the device was not played when it was stopped."""
        self.period_ms = PERIOD_MS
        """How much sound it requests at a time."""
        self._started_at, self._given_frames = 0.0, 0
        self._render, self._report, self._is_null = render, report, is_null
        self._device: miniaudio.PlaybackDevice | None = None
        self._is_running = self._is_new = False
        self._wants_open = self._wants_running = self._wants_new = self._is_closing = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def open(self, *, again: bool = False) -> None:
        """Open the device, or close it first and open a new one with `again`."""
        self._want(is_open=True, again=again)

    def use_period(self, period_ms: int) -> None:
        """Set how much sound the device requests at a time; an open device is closed and opened again."""
        if period_ms != self.period_ms:
            self.period_ms = period_ms
            if self.name:
                self._want(again=True)

    def start(self) -> None:
        """Start the device; opens it, if needed."""
        self._want(is_open=True, is_running=True)

    def stop(self) -> None:
        """Stop the device, which stays open."""
        self._want(is_running=False)

    def close(self, limit_s: float = 1.0) -> None:
        """Close the device, and wait for that for a limited time."""
        self._want(is_open=False, is_running=False, is_closing=True)
        if self._thread is not None:
            self._thread.join(limit_s)

    def _want(
        self,
        *,
        is_open: bool | None = None,
        is_running: bool | None = None,
        again: bool = False,
        is_closing: bool = False,
    ) -> None:
        with self._changed:
            if is_open is not None:
                self._wants_open = is_open
            if is_running is not None:
                self._wants_running = is_running
            self._wants_new = self._wants_new or again
            self._is_closing = is_closing
            if self.busy_since is None and self._is_due():
                self.busy_since = time.monotonic()
            if self._thread is None and not is_closing:
                self._thread = threading.Thread(target=self._run, name="output", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not (self._is_closing or self._is_due()):
                    self._changed.wait()
                wants_new, self._wants_new = self._wants_new, False
            if wants_new or self._is_closing:
                self._close()
            if self._is_closing:
                return
            try:
                state = self._step()
            except miniaudio.MiniaudioError:
                # A device that was open may belong to a sound server that has ended since then; a new one may work.
                is_stale = self._device is not None and not self._is_new
                self._close()
                state = None if is_stale else OutputState.FAILED
                if not is_stale:
                    with self._changed:
                        self._wants_open = self._wants_running = False
            with self._changed:
                self.busy_since = time.monotonic() if self._is_due() else None
                self._is_new = self._is_new and self.busy_since is not None
            if state is not None:
                self._report(state)

    def _is_due(self) -> bool:
        return (
            self._wants_new
            or (self._wants_open and self._device is None)
            or (self._device is not None and self._wants_running != self._is_running)
        )

    def _step(self) -> OutputState | None:
        """Take one step towards the requested state. Raises MiniaudioError."""
        if self._device is None:
            if not self._wants_open:
                return None
            self._device, self._is_new = opened(is_null=self._is_null, period_ms=self.period_ms), True
            self.name = self._device.backend
            return OutputState.OPENED
        if self._wants_running and not self._is_running:
            self.asked_at = self._started_at = time.monotonic()
            self._given_frames = 0
            source = self._sound()
            next(source)
            self._device.start(source)
            self._is_running = True
            return OutputState.STARTED
        if self._is_running and not self._wants_running:
            # It discards its buffer.
            played = round((time.monotonic() - self._started_at) * RATE)
            self.unplayed_frames = min(max(0, self._given_frames - played), MOST_UNPLAYED_FRAMES)
            self._device.stop()
            self._is_running = False
            return OutputState.STOPPED
        return None

    def _close(self) -> None:
        if self._device is not None:
            released(self._device)
        self._device, self._is_running, self.name = None, False, ""

    def _sound(self) -> Generator[bytes, int, None]:
        """The sound, whenever the device requests it."""
        # Not `asked_at`, which the engine moves when it resumes after the process was stopped.
        last = self.asked_at
        count = yield b""
        missed = 0
        while True:
            now = time.monotonic()
            if self._is_null:
                # After the process was stopped, this device requests everything that it missed at once.
                late = round((now - last) * RATE) - count
                missed = missed + late if late > _CATCH_UP_FRAMES else missed
            self.asked_at = last = now
            self._given_frames += count
            if missed > 0:
                missed -= count
                count = yield bytes(count * FRAME_BYTES)
            else:
                count = yield self._render(count)


def opened(*, is_null: bool, period_ms: int = PERIOD_MS) -> miniaudio.PlaybackDevice:
    """A new device. Raises MiniaudioError if no device can be opened."""
    device = miniaudio.PlaybackDevice.__new__(miniaudio.PlaybackDevice)
    try:
        device.__init__(
            nchannels=CHANNELS,
            sample_rate=RATE,
            buffersize_msec=period_ms,
            backends=[miniaudio.Backend.NULL] if is_null else None,
            app_name=APP_NAME,
        )
        if device.backend == "Null" and not is_null:
            raise miniaudio.MiniaudioError("no output")
    except miniaudio.MiniaudioError:
        released(device)
        raise
    return device


def released(device: miniaudio.PlaybackDevice) -> None:
    """Close a device, with its connection to the sound server, which the library keeps open. It has no public name for
    that connection; where the names differ, the connection stays open until the process ends."""
    device.close()
    context = getattr(device, "_context", None)
    close_context = getattr(getattr(miniaudio, "lib", None), "ma_context_uninit", None)
    if context is not None and close_context is not None:
        device._context = None
        close_context(context)
