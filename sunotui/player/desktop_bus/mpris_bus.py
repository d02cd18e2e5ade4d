"""The connection to the session bus, on which MPRIS is served."""

from __future__ import annotations

import os
from collections.abc import Callable

from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusFastError

from sunotui.player.desktop_bus.mpris import BUS_NAME, OBJECT_PATH, Ask, PlayerInterface, RootInterface
from sunotui.player.desktop_bus.now_playing import NowPlaying


async def serve(now: Callable[[], NowPlaying], ask: Ask, connected: Callable[[PlayerInterface], None]) -> None:
    """Serve until the bus ends; returns at once without a bus."""
    try:
        bus = await MessageBus().connect()
        player = PlayerInterface(now, ask)
        bus.export(OBJECT_PATH, RootInterface())
        bus.export(OBJECT_PATH, player)
        await bus.request_name(f"{BUS_NAME}{os.getpid()}")
        connected(player)
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
    except (DBusFastError, OSError, EOFError, ValueError):
        return
