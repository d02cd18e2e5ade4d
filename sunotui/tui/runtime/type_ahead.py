"""Delivers keys one at a time: what a key changes, such as the focus or the screen, is changed before the next key is
handled."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast, runtime_checkable

from textual import events
from textual.app import App, ScreenStackError
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, get_current_worker

from sunotui.tui.runtime import textual_patches
from sunotui.tui.terminal.paste_limit import TextField

_HANDLER_LIMIT_S = 10.0
"""Seconds that a key waits for the handlers of the previous key. A handler that hangs must not block the keyboard, but
on a slow machine a key that is delivered too early could type a token into a field that shows it."""
_DIALOG_LIMIT_S = 3.0
"""Seconds that a key waits for the dialog that the previous key opens, such as one that asks the gateway first."""
_LIVENESS_S = 0.1

KeyOrPaste = events.Key | events.Paste


@runtime_checkable
class HoldsKeys(Protocol):
    """A screen that is not ready at once: keys and pastes wait until it is, except those that work on every screen."""

    @property
    def takes_keys(self) -> bool:
        """Whether the screen is ready. When that changes, call `KeyQueue.deliver_soon`."""


@runtime_checkable
class DropsEarlyKeys(Protocol):
    """A screen whose early keys are dropped instead of waiting, except those that are safe at any time."""

    EARLY_KEYS: frozenset[str]
    """The keys that are not dropped."""

    def on_early_key(self) -> None:
        """A key or a paste was dropped."""


class HasKeyQueue(Protocol):
    """An app with a key queue."""

    key_queue: KeyQueue


R = TypeVar("R")
W = TypeVar("W", bound=Widget)
P = ParamSpec("P")


def opens_dialog(action: Callable[Concatenate[W, P], Coroutine[Any, Any, None]]) -> Callable[Concatenate[W, P], None]:
    """Make an action that reads something first and may then open a dialog run as a worker of its screen; keys wait
    until the dialog is open."""

    def begin(self: W, /, *args: P.args, **kwargs: P.kwargs) -> None:
        cast("HasKeyQueue", self.app).key_queue.run_dialog(self, action(self, *args, **kwargs))

    update_wrapper(begin, action)
    return begin


class _Preparation:
    """A worker that has not opened its dialog yet."""

    def __init__(self) -> None:
        self.has_ended = asyncio.Event()
        """Set when the worker has ended or has opened its dialog."""
        self.is_overtaken = False
        """Whether a later key was already delivered."""


class KeyQueue:
    """Delivers a key when the previous key was handled, together with everything that it caused.

    Textual forwards a key to the widget that has the focus when the key reaches the app. When keys arrive in a burst,
    for instance from a password manager, all of them would reach the app before the first Tab moves the focus: a token
    typed after that Tab would land in the field before it.
    """

    def __init__(
        self, app: App[int], forward: Callable[[events.Event], Awaitable[None]], warn: Callable[[str], object]
    ) -> None:
        """`forward` gives an event to Textual; `warn` shows a sentence to the user."""
        self._app = app
        self._forward = forward
        self._warn = warn
        self._queued: deque[KeyOrPaste] = deque()
        self._incomplete: Screen[object] | None = None
        """The screen that the queue waits for."""
        self._lineage: tuple[MessagePump, ...] = ()
        """The widget that got the last key, and every node that the key bubbles through, up to the app."""
        self._is_text = False
        """Whether all keys in progress are letters for a field: these change no focus, and are delivered at once."""
        self._settling: asyncio.Task[None] | None = None
        self.has_typed = False
        """Whether a key or a paste has arrived since the start."""
        self._preparations: dict[Worker[None], _Preparation] = {}

    def run_dialog(self, node: DOMNode, work: Coroutine[Any, Any, None]) -> None:
        """Run a worker that reads something first and may then open a dialog; keys wait until the dialog is open or
        the worker has ended."""
        preparation = _Preparation()
        worker = node.run_worker(_prepare(work, preparation), group="dialog")
        self._preparations[worker] = preparation

    def admit_dialog(self, screen: Screen[R]) -> None:
        """Let the current worker open a dialog, or raise CancelledError.

        A worker may not open a dialog when its screen is covered or closed, because the user no longer sees what the
        dialog is about, nor when it took so long that a later key was delivered: the dialog would take the keys after
        that one.
        """
        worker = get_current_worker()
        is_visible = worker.node is self._app or (worker.node.is_attached and worker.node.screen is self._app.screen)
        if not is_visible:
            raise asyncio.CancelledError
        if preparation := self._preparations.pop(worker, None):
            preparation.has_ended.set()
            if preparation.is_overtaken:
                self._warn("That took too long and other keys came first; press its key again")
                raise asyncio.CancelledError
        if isinstance(screen, DropsEarlyKeys):
            self._keep_early_keys(screen)

    def _keep_early_keys(self, screen: DropsEarlyKeys) -> None:
        """Drop the queued keys that were meant for the previous screen. Of the keys that the new one accepts early,
        only the first stays: the next would go to the screen below, which the user did not expect to see again."""
        kept: deque[KeyOrPaste] = deque()
        has_early_key = False
        for event in self._queued:
            is_early = self._is_early(screen, event) and not has_early_key
            has_early_key = has_early_key or is_early
            if is_early or self._is_global(event):
                kept.append(event)
        self._queued = kept

    async def handle(self, event: events.Event) -> None:
        """Deliver a key or a paste, or queue it; forward any other event."""
        if not isinstance(event, KeyOrPaste) or event.is_forwarded:
            await self._forward(event)
            return
        self.has_typed = True
        screen = self._waiting_screen
        if screen is not None and self._is_global(event):
            await self._deliver(event)
        elif isinstance(screen, DropsEarlyKeys) and not self._is_early(screen, event):
            screen.on_early_key()
        elif self._queued or not self._can_follow(event):
            self._queued.append(event)
        else:
            await self._deliver(event)

    def close(self) -> None:
        """Stop waiting: the program ends."""
        if self._settling is not None:
            self._settling.cancel()

    @property
    def is_busy(self) -> bool:
        """Whether keys are queued, or the last one is still being handled."""
        return bool(self._queued) or self._settling is not None

    def deliver_soon(self) -> None:
        """Deliver queued keys, after everything scheduled before, such as moving the focus."""
        self._app.call_later(self._deliver_queued)

    async def _deliver_queued(self) -> None:
        if self._incomplete is not None and self._incomplete is not self._app.screen:
            # Keys that were typed for a closed screen are not commands for another one.
            self._queued = deque(event for event in self._queued if self._is_global(event))
            self._incomplete = None
        while self._queued and self._can_follow(self._queued[0]):
            await self._deliver(self._queued.popleft())

    @property
    def _waiting_screen(self) -> HoldsKeys | None:
        """The current screen, if it is not ready for keys."""
        screen = self._app.screen
        return screen if isinstance(screen, HoldsKeys) and not screen.takes_keys else None

    def _is_global(self, event: KeyOrPaste) -> bool:
        """Whether it is a key that works on every screen, such as the one that quits."""
        if not isinstance(event, events.Key):
            return False
        # Dialogs hide the app's other keys.
        if textual_patches.has_priority(self._app, event.key):
            return True
        if event.is_printable:
            # It belongs to the field that opens, such as a comma in a search.
            return False
        bound = self._app.screen.active_bindings.get(event.key)
        return bound is not None and bound.node is self._app

    def _is_early(self, screen: object, event: KeyOrPaste) -> bool:
        """Whether a screen that is not ready takes this key anyway."""
        if not isinstance(event, events.Key) or not isinstance(screen, DropsEarlyKeys):
            return False
        return event.key in screen.EARLY_KEYS

    def _can_follow(self, event: KeyOrPaste) -> bool:
        """Whether the event does not have to wait for the events before it."""
        screen = self._waiting_screen
        if screen is not None and not self._is_early(screen, event):
            self._incomplete = self._app.screen
            return False
        self._incomplete = None
        if not self._app.screen.is_mounted:
            # A click opened it, or an earlier key whose screen has not started to open: it has no widgets for a key
            # yet.
            if self._settling is None:
                self._lineage = (self._app.screen,)
                self._begin_to_settle()
            return False
        return self._settling is None or (self._is_text and self._is_letter(event))

    def _is_letter(self, event: KeyOrPaste) -> bool:
        """Whether it is a letter for a field; a space may be a command in one."""
        is_printable = isinstance(event, events.Key) and event.is_printable and event.key != "space"
        return is_printable and isinstance(self._app.focused, TextField)

    async def _deliver(self, event: KeyOrPaste) -> None:
        target = self._app.focused or self._app.screen
        self._lineage = tuple(cast("list[MessagePump]", target.ancestors_with_self))
        self._is_text = self._is_letter(event)
        for preparation in self._preparations.values():
            preparation.is_overtaken = True
        await self._forward(event)
        self._begin_to_settle()

    def _begin_to_settle(self) -> None:
        if self._settling is None and self._app.is_running:
            self._settling = asyncio.create_task(self._settle(), name="the last key is handled")

    async def _settle(self) -> None:
        """Wait until the last key was handled and the screen that it opened is mounted, then deliver the next one."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_HANDLER_LIMIT_S):
                await self._until_settled()
        self._settling = None
        self.deliver_soon()

    async def _until_settled(self) -> None:
        while self._lineage and self._app.is_running:
            lineage, self._lineage = self._lineage, ()
            # Once for the key itself, once for the messages that its handlers posted, such as Input.Submitted.
            for pump in (*lineage, *lineage):
                await _until_handled(pump)
            await self._until_dialogs_open()
            with suppress(ScreenStackError):
                # A screen that the key opened asks the app for its focus.
                for pump in (self._app.screen, self._app):
                    await _until_handled(pump)

    async def _until_dialogs_open(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_DIALOG_LIMIT_S):
                for worker, preparation in tuple(self._preparations.items()):
                    # A worker that was cancelled before it began never sets the event.
                    if not (preparation.is_overtaken or worker.is_finished):
                        await preparation.has_ended.wait()
        self._preparations = {
            worker: preparation for worker, preparation in self._preparations.items() if not worker.is_finished
        }


async def _prepare(work: Coroutine[Any, Any, None], preparation: _Preparation) -> None:
    try:
        await work
    finally:
        preparation.has_ended.set()


async def _until_handled(pump: MessagePump) -> None:
    """Wait until a widget has handled all messages that it has received."""
    handled = asyncio.Event()
    if pump.is_running and pump.call_later(handled.set):
        while pump.is_running and not handled.is_set():
            # A widget that is closed in the meantime never sets the event.
            with suppress(TimeoutError):
                await asyncio.wait_for(handled.wait(), _LIVENESS_S)
