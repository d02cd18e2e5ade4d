"""Shows the desktop what plays, and forwards its media keys; without a session bus nothing happens."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from functools import partial
from typing import Any

from sunotui.player.desktop_bus.now_playing import NowPlaying
from sunotui.player.engines.engine import Post
from sunotui.player.events import DesktopCommand, Emit, End, Event, Position, State
from sunotui.player.optional import optional_module

_JUMP_S = 1.0
"""A position that differs by more than this from the expected one is reported as a seek."""


class Desktop:
    """What plays, on the session bus (MPRIS). Used by the main thread; the bus has a thread of its own."""

    def __init__(self, emit: Emit, post: Post) -> None:
        self._emit, self._post = emit, post
        self._now = NowPlaying()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._player: Any = None
        """The `PlayerInterface` while the bus is there. Only the bus's thread uses it."""
        self._is_started = False

    def describe(self, title: str, artist: str, cover: str, length_s: float) -> None:
        """Show what plays; the first call connects to the bus."""
        self._change(
            title=title, artist=artist, cover=cover, length_s=length_s, number=self._now.number + 1, is_loaded=True
        )
        if not self._is_started:
            self._is_started = True
            threading.Thread(target=self._run, name="desktop", daemon=True).start()

    def stop(self) -> None:
        """Show that what was described is stopped, and can be played from its start."""
        self._now = replace(self._now, is_playing=False, is_stopped=True, position_s=0.0, position_at=time.monotonic())
        self._publish(has_jumped=False)

    def clear(self) -> None:
        """Show that there is nothing to play."""
        self._change(is_loaded=False, is_playing=False)

    def set_volume(self, volume: float) -> None:
        """Show the volume, 0 to 100."""
        self._change(volume=volume)

    def set_speed(self, speed: float) -> None:
        """Show the speed."""
        self._change(speed=speed)

    def observe(self, event: Event) -> None:
        """Show what an event of the player changes."""
        if isinstance(event, State):
            is_change = self._now.is_stopped or event.playing != self._now.is_playing
            self._now = replace(self._now, is_stopped=False)
            self._move(event.pos, is_reported=is_change, is_playing=event.playing)
        elif isinstance(event, Position):
            self._move(event.pos, is_reported=False, is_playing=self._now.is_playing)
        elif isinstance(event, End) and not event.next:
            self._change(is_playing=False)

    def _move(self, position_s: float, *, is_reported: bool, is_playing: bool) -> None:
        has_jumped = abs(position_s - self._now.position_now_s()) > _JUMP_S
        self._now = replace(self._now, position_s=position_s, position_at=time.monotonic(), is_playing=is_playing)
        if is_reported or has_jumped:
            self._publish(has_jumped=has_jumped)

    def _change(self, **changes: Any) -> None:
        if "is_playing" in changes or "speed" in changes:
            changes |= {"position_s": self._now.position_now_s(), "position_at": time.monotonic()}
        self._now = replace(self._now, **changes)
        self._publish(has_jumped=False)

    def _publish(self, *, has_jumped: bool) -> None:
        if (loop := self._loop) is None:
            return
        try:
            loop.call_soon_threadsafe(self._publish_now, has_jumped)
        except RuntimeError:
            # The bus is gone, and its loop is closed.
            self._loop = None

    # In the bus's thread

    def _publish_now(self, has_jumped: bool) -> None:
        if self._player is not None:
            self._player.publish_changes()
            if has_jumped:
                self._player.seeked()

    def _ask(self, key: str, value: float) -> None:
        self._post(partial(self._emit, DesktopCommand(key, value)))

    def _run(self) -> None:
        # The module is missing without the extra [desktop].
        if (bus := optional_module("desktop_bus.mpris_bus")) is None:
            return
        try:
            asyncio.run(bus.serve(lambda: self._now, self._ask, self._connected), debug=False)
        finally:
            self._player = self._loop = None

    def _connected(self, player: Any) -> None:
        self._player, self._loop = player, asyncio.get_running_loop()
