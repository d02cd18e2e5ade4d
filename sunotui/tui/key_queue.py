"""One key at a time: what a key changes, such as the focus or the screen, is changed before the next key is handled."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import cast

from textual import events
from textual.app import App, ScreenStackError
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widgets import Input, TextArea

_HANDLER_LIMIT_S = 1.0
"""How long a key waits for one handler of the key before it: a handler that hangs does not take the keyboard away."""

KeyOrPaste = events.Key | events.Paste


class HoldsKeys:
    """A screen that is not complete at once: keys and pastes wait until it is, but for those of the whole program."""

    @property
    def takes_keys(self) -> bool:
        """Whether it is complete. When that becomes so, call `KeyQueue.pass_on_soon`."""
        raise NotImplementedError


class KeyQueue(App[int]):
    """Passes a key on when the one before it was handled, with everything that it caused.

    Textual forwards a key to the widget that has the focus when the key reaches the app. Of keys that come in one
    burst, as from a password manager, all would reach the app before the first Tab among them moves the focus: a token
    typed behind that Tab would land in the field before it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._queued: deque[KeyOrPaste] = deque()
        self._incomplete: Screen[object] | None = None
        """The screen that the queue waits for."""
        self._lineage: tuple[MessagePump, ...] = ()
        """The widget that got the last key, and all that the key bubbles through, up to the app."""
        self._is_text = False
        """Whether all keys under way are letters for a field: those change no focus, and are passed on at once."""
        self._settling: asyncio.Task[None] | None = None

    async def on_event(self, event: events.Event) -> None:
        """Pass a key or a paste on, or queue it."""
        if not isinstance(event, KeyOrPaste) or event.is_forwarded:
            await super().on_event(event)
        elif self._is_incomplete and self._is_own(event):
            await self._deliver(event)
        elif self._queued or not self._can_follow(event):
            self._queued.append(event)
        else:
            await self._deliver(event)

    def on_unmount(self) -> None:
        """Nothing waits for the end of the program."""
        if self._settling is not None:
            self._settling.cancel()

    def pass_on_soon(self) -> None:
        """Pass on what is queued, after all that the app was asked for before, such as a focus."""
        self.call_later(self._pass_on)

    async def _pass_on(self) -> None:
        if self._incomplete is not None and self._incomplete is not self.screen:
            # What was typed for a screen that went away is no command of another one.
            self._queued.clear()
            self._incomplete = None
        while self._queued and self._can_follow(self._queued[0]):
            await self._deliver(self._queued.popleft())

    @property
    def _is_incomplete(self) -> bool:
        return isinstance(self.screen, HoldsKeys) and not self.screen.takes_keys

    def _is_own(self, event: KeyOrPaste) -> bool:
        """Whether it is a key that works on every screen, such as the one that leaves the program."""
        bound = self.screen.active_bindings.get(event.key) if isinstance(event, events.Key) else None
        return bound is not None and bound.node is self

    def _can_follow(self, event: KeyOrPaste) -> bool:
        """Whether the event need not wait for what is under way."""
        if self._is_incomplete:
            self._incomplete = self.screen
            return False
        self._incomplete = None
        return self._settling is None or (self._is_text and self._is_letter(event))

    def _is_letter(self, event: KeyOrPaste) -> bool:
        """Whether it is a letter for a field; a blank may be a command in one."""
        is_printable = isinstance(event, events.Key) and event.is_printable and event.key != "space"
        return is_printable and isinstance(self.focused, Input | TextArea)

    async def _deliver(self, event: KeyOrPaste) -> None:
        target = self.focused or self.screen
        self._lineage = tuple(cast("list[MessagePump]", target.ancestors_with_self))
        self._is_text = self._is_letter(event)
        await super().on_event(event)
        if self._settling is None and self.is_running:
            self._settling = asyncio.create_task(self._settle(), name="the last key is handled")

    async def _settle(self) -> None:
        """Wait until the last key was handled and what it opened is there; then the next one is passed on."""
        while self._lineage and self.is_running:
            lineage, self._lineage = self._lineage, ()
            # Once for the key itself, once for the messages that its handlers posted, such as Input.Submitted.
            for pump in (*lineage, *lineage):
                await _until_handled(pump)
            with suppress(ScreenStackError):
                # A screen that the key opened asks the app for its focus.
                for pump in (self.screen, self):
                    await _until_handled(pump)
        self._settling = None
        self.pass_on_soon()


async def _until_handled(pump: MessagePump) -> None:
    """Wait until a widget has handled all messages that it has now."""
    handled = asyncio.Event()
    if pump.is_running and pump.call_later(handled.set):
        with suppress(TimeoutError):
            await asyncio.wait_for(handled.wait(), _HANDLER_LIMIT_S)
