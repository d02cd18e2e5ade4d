"""Delivers the events of core to its subscribers."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sunotui.core.events import Event

_log = logging.getLogger(__name__)


class EventBus:
    """Passes every event to every listener, in order; a listener that raises does not stop the others."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on; returns a function that unsubscribes it."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def publish(self, event: Event) -> None:
        """Pass an event to every listener."""
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:  # noqa: BLE001 - a screen that is closing must not stop the pollers
                _log.exception("a listener failed on %s", type(event).__name__)
