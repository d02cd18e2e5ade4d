"""One key at a time: what a key changes, such as the focus or the screen, is changed before the next key is handled."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

from textual import events
from textual.app import ScreenStackError
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.worker import Worker, get_current_worker

from sunotui.tui.runtime.paste_limit import Pasting

_HANDLER_LIMIT_S = 10.0
"""How long a key waits for the handlers of the key before it. A handler that hangs does not take the keyboard away,
but on a slow machine a key that came early could type a token into a field that shows it."""
_DIALOG_LIMIT_S = 3.0
"""How long a key waits for a dialog that the key before it opens, such as one that asks the gateway first."""
_LIVENESS_S = 0.1

KeyOrPaste = events.Key | events.Paste


class HoldsKeys:
    """A screen that is not complete at once: keys and pastes wait until it is, but for those of the whole program."""

    keeps_early_keys: ClassVar[bool] = True
    """Whether they wait; else they are dropped, and `on_early_key` is called for each."""

    @property
    def takes_keys(self) -> bool:
        """Whether it is complete. When that becomes so, call `KeyQueue.pass_on_soon`."""
        raise NotImplementedError

    def on_early_key(self) -> None:
        """A key or a paste was dropped."""


R = TypeVar("R")
W = TypeVar("W", bound=Widget)
P = ParamSpec("P")


def opens_dialog(action: Callable[Concatenate[W, P], Coroutine[Any, Any, None]]) -> Callable[Concatenate[W, P], None]:
    """Make an action that reads something first and may then ask a worker of its screen; keys wait until it asks."""

    def begin(self: W, /, *args: P.args, **kwargs: P.kwargs) -> None:
        cast("KeyQueue", self.app).run_dialog(self, action(self, *args, **kwargs))

    update_wrapper(begin, action)
    return begin


@dataclass(slots=True)
class _Preparation:
    """A worker that has not asked yet."""

    has_ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it has asked, too."""
    is_overtaken: bool = False
    """Whether a later key was passed on already."""


class KeyQueue(Pasting):
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
        self.has_typed = False
        """Whether there was a key or a paste since the start."""
        self._preparations: dict[Worker[None], _Preparation] = {}

    def run_dialog(self, node: DOMNode, work: Coroutine[Any, Any, None]) -> None:
        """Run a worker that reads something first and may then ask; keys wait until it asks or has ended."""
        preparation = _Preparation()
        worker = node.run_worker(_prepare(work, preparation), group="dialog")
        self._preparations[worker] = preparation

    async def push_screen_wait(  # type: ignore[override]  # Our screens have no names.
        self, screen: Screen[R], *, mode: str | None = None
    ) -> R:
        """Ask something, and wait for the answer; only in a worker.

        The worker of a screen that is covered or gone is cancelled instead, since nobody sees what it asks about, and
        so is one that took so long that a later key was passed on: the question would take the keys after that.
        Textual first runs what the app is to do next. Within the worker of a screen that is being removed that is the
        removal: the screen cancels its workers as it ends, and with this one its own end, and the whole app.
        """
        worker = get_current_worker()
        if worker.node is not self and (not worker.node.is_attached or worker.node.screen is not self.screen):
            raise asyncio.CancelledError
        if preparation := self._preparations.pop(worker, None):
            preparation.has_ended.set()
            if preparation.is_overtaken:
                self.say("That took long, and other keys came first: press its key again", "warning")
                raise asyncio.CancelledError
        if isinstance(screen, HoldsKeys) and not screen.keeps_early_keys:
            self._queued = deque(event for event in self._queued if self._is_own(event))
        # A worker that is cancelled leaves its question on the screen.
        return await asyncio.shield(self.push_screen(screen, wait_for_dismiss=True, mode=mode))

    async def on_event(self, event: events.Event) -> None:
        """Pass a key or a paste on, or queue it."""
        if not isinstance(event, KeyOrPaste) or event.is_forwarded:
            await super().on_event(event)
            return
        self.has_typed = True
        if self._is_incomplete and self._is_own(event):
            await self._deliver(event)
        elif self._is_incomplete and not cast("HoldsKeys", self.screen).keeps_early_keys:
            cast("HoldsKeys", self.screen).on_early_key()
        elif self._queued or not self._can_follow(event):
            self._queued.append(event)
        else:
            await self._deliver(event)

    def on_unmount(self) -> None:
        """Nothing waits for the end of the program."""
        if self._settling is not None:
            self._settling.cancel()

    @property
    def has_keys(self) -> bool:
        """Whether keys wait, or the last one is still being handled."""
        return bool(self._queued) or self._settling is not None

    def pass_on_soon(self) -> None:
        """Pass on what is queued, after all that the app was asked for before, such as a focus."""
        self.call_later(self._pass_on)

    async def _pass_on(self) -> None:
        if self._incomplete is not None and self._incomplete is not self.screen:
            # What was typed for a screen that went away is no command of another one.
            self._queued = deque(event for event in self._queued if self._is_own(event))
            self._incomplete = None
        while self._queued and self._can_follow(self._queued[0]):
            await self._deliver(self._queued.popleft())

    @property
    def _is_incomplete(self) -> bool:
        return isinstance(self.screen, HoldsKeys) and not self.screen.takes_keys

    def _is_own(self, event: KeyOrPaste) -> bool:
        """Whether it is a key that works on every screen, such as the one that leaves the program."""
        if not isinstance(event, events.Key):
            return False
        # Dialogs hide the app's other keys.
        if any(binding.priority for binding in self._bindings.key_to_bindings.get(event.key, ())):
            return True
        bound = self.screen.active_bindings.get(event.key)
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
        for preparation in self._preparations.values():
            preparation.is_overtaken = True
        await super().on_event(event)
        if self._settling is None and self.is_running:
            self._settling = asyncio.create_task(self._settle(), name="the last key is handled")

    async def _settle(self) -> None:
        """Wait until the last key was handled and what it opened is there; then the next one is passed on."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_HANDLER_LIMIT_S):
                await self._until_settled()
        self._settling = None
        self.pass_on_soon()

    async def _until_settled(self) -> None:
        while self._lineage and self.is_running:
            lineage, self._lineage = self._lineage, ()
            # Once for the key itself, once for the messages that its handlers posted, such as Input.Submitted.
            for pump in (*lineage, *lineage):
                await _until_handled(pump)
            await self._until_dialogs_open()
            with suppress(ScreenStackError):
                # A screen that the key opened asks the app for its focus.
                for pump in (self.screen, self):
                    await _until_handled(pump)

    async def _until_dialogs_open(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_DIALOG_LIMIT_S):
                for worker, preparation in tuple(self._preparations.items()):
                    # One that was cancelled before it began says nothing.
                    if not (preparation.is_overtaken or worker.is_finished):
                        await preparation.has_ended.wait()
        self._preparations = {worker: kept for worker, kept in self._preparations.items() if not worker.is_finished}


async def _prepare(work: Coroutine[Any, Any, None], preparation: _Preparation) -> None:
    try:
        await work
    finally:
        preparation.has_ended.set()


async def _until_handled(pump: MessagePump) -> None:
    """Wait until a widget has handled all messages that it has now."""
    handled = asyncio.Event()
    if pump.is_running and pump.call_later(handled.set):
        while pump.is_running and not handled.is_set():
            # A widget that ends on the way says nothing any more.
            with suppress(TimeoutError):
                await asyncio.wait_for(handled.wait(), _LIVENESS_S)
