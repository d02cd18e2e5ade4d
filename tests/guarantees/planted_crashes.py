"""Runs the program with an error planted in it: `python -m tests.guarantees.planted_crashes LOCATION [ARGUMENT...]`.

Each crash happens once the library is open, with the token in a local variable and in the text of the exception.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from typing import Any

from textual.app import ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from sunotui.tui.app import SunoApp
from sunotui.tui.library.actions import list_actions
from sunotui.tui.library.detail.pane import Detail
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.library.sidebar import Sidebar
from sunotui.tui.library.task_list.list import TaskList
from sunotui.tui.messages import CoreEvent
from sunotui.tui.terminal.output_sanitizer import ControlCharFilter
from sunotui.tui.widgets.footer import Footer
from sunotui.tui.widgets.header import Header
from tests.support.canary import CANARY


def crash(*_: Any, **__: Any) -> Any:
    """Raise an error with the secret in a local variable, in the arguments and in the notes of the error."""
    headers = {"Authorization": f"Bearer {CANARY}"}
    error = ZeroDivisionError(f"Illegal header value {headers!r}")
    error.add_note(CANARY)
    raise error


async def crash_later(*_: Any, **__: Any) -> Any:
    """Raise the error in a coroutine."""
    await asyncio.sleep(0)
    crash()


def recurse(depth: int = 0, token: str = CANARY) -> int:
    """Recurse until RecursionError."""
    return recurse(depth + 1, token) + 1


class BrokenMount(ModalScreen[None]):
    """A screen that crashes when it is mounted."""

    on_mount = crash


class BrokenCompose(Screen[None]):
    """A screen that crashes while it is composed."""

    def compose(self) -> ComposeResult:
        """Yield one widget, then crash."""
        yield Static("half")
        crash()


class Poke(Message):
    """A message whose handler crashes."""


def _patched(owner: type, name: str, then: Callable[[SunoApp], object]) -> Callable[[SunoApp], object]:
    def plant(app: SunoApp) -> object:
        setattr(owner, name, crash)
        return then(app)

    return plant


def _handler(app: SunoApp) -> None:
    LibraryScreen.on_poke = crash  # type: ignore[attr-defined]
    app.screen.post_message(Poke())


def _key(app: SunoApp) -> None:
    list_actions.search = crash
    app.simulate_key("slash")


def _repaint(app: SunoApp, kind: type[Any]) -> None:
    app.set_interval(0.05, lambda: app.screen.query_one(kind).refresh(layout=True))


def _resize(app: SunoApp) -> None:
    app.screen.query_one(TaskList).post_message(Resize(Size(9, 9), Size(9, 9)))


def _exit(app: SunoApp) -> None:
    raise SystemExit(3)


FATAL: dict[str, Callable[[SunoApp], object]] = {
    "mount": lambda app: app.push_screen(BrokenMount()),
    "compose": lambda app: app.push_screen(BrokenCompose()),
    "timer": lambda app: app.set_timer(0.01, crash),
    "interval": lambda app: app.set_interval(0.01, crash),
    "worker": lambda app: app.run_worker(crash_later()),
    "thread-worker": lambda app: app.run_worker(crash, thread=True),
    "recursion": lambda app: app.set_timer(0.01, lambda: recurse()),
    "call-later": lambda app: app.call_later(crash),
    "after-refresh": lambda app: app.call_after_refresh(crash),
    "handler": _handler,
    "key": _key,
    "core-event": _patched(LibraryScreen, "on_core_event", lambda app: app.post_message(CoreEvent(None))),  # type: ignore[arg-type]
    "app-core-event": _patched(SunoApp, "on_core_event", lambda app: app.post_message(CoreEvent(None))),  # type: ignore[arg-type]
    "render-list": _patched(TaskList, "render_line", lambda app: _repaint(app, TaskList)),
    "render-sidebar": _patched(Sidebar, "render_line", lambda app: _repaint(app, Sidebar)),
    "status-bar": _patched(Header, "render", lambda app: _repaint(app, Header)),
    "key-bar": _patched(Footer, "render", lambda app: _repaint(app, Footer)),
    "detail": _patched(Detail, "_lines", lambda app: app.screen.query_one(Detail).choose_take(1) or crash()),
    "output-filter": _patched(ControlCharFilter, "apply", lambda app: _repaint(app, Header)),
    "resize": _patched(
        TaskList, "on_resize", lambda app: app.screen.query_one(TaskList).post_message(Resize(Size(9, 9), Size(9, 9)))
    ),
}
"""Locations where a crash ends the program."""

NON_FATAL: dict[str, Callable[[SunoApp], object]] = {
    "task": lambda app: asyncio.get_running_loop().create_task(crash_later()) and None,
    "loop": lambda app: asyncio.get_running_loop().call_soon(crash),
    "thread": lambda app: threading.Thread(target=crash).start(),
}
"""Locations where the error is shown and logged, and the program continues."""

OTHERS: dict[str, Callable[[SunoApp], object]] = {
    "nothing": lambda app: None,
    "background-task": lambda app: app.core._background.start("planted", crash_later),
    "sys-exit": lambda app: app.call_later(_exit, app),
    "cancelled": lambda app: app.call_later(_cancel),
    "cancelled-widget": lambda app: app.screen.query_one(TaskList).call_later(_cancel),
    "cancelled-screen": lambda app: app.screen.call_later(_cancel),
}


def _cancel() -> None:
    raise asyncio.CancelledError


def plant(location: str) -> None:
    """Make the program crash at this location as soon as its library is open."""
    before = LibraryScreen.open_library

    async def open_library(self: LibraryScreen) -> None:
        await before(self)
        app = self.app
        assert isinstance(app, SunoApp)
        app.set_timer(0.02, lambda: {**FATAL, **NON_FATAL, **OTHERS}[location](app))

    LibraryScreen.open_library = open_library  # type: ignore[method-assign]


if __name__ == "__main__":
    from sunotui.cli.main import main

    plant(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
