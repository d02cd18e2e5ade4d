"""Runs the program with an error planted in it: `python -m tests.guarantees.planted_crashes PLACE [ARGUMENT...]`.

Each place is crashed with the token in a variable and in the exception's own words, once the library is open.
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
from sunotui.tui.library import list_actions
from sunotui.tui.library.detail.pane import Detail
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.library.sidebar import Sidebar
from sunotui.tui.library.task_list.list import TaskList
from sunotui.tui.messages import CoreEvent
from sunotui.tui.runtime.output_sanitizer import ControlCharFilter
from sunotui.tui.widgets.footer import Footer
from sunotui.tui.widgets.header import Header
from tests.support.canary import CANARY


def boom(*_: Any, **__: Any) -> Any:
    """Crash with the secret in a variable, in the error's arguments and in its notes."""
    headers = {"Authorization": f"Bearer {CANARY}"}
    error = ZeroDivisionError(f"Illegal header value {headers!r}")
    error.add_note(CANARY)
    raise error


async def boom_later(*_: Any, **__: Any) -> Any:
    """Crash in a coroutine."""
    await asyncio.sleep(0)
    boom()


def deeper(depth: int = 0, token: str = CANARY) -> int:
    """Recurse without end."""
    return deeper(depth + 1, token) + 1


class BrokenMount(ModalScreen[None]):
    """Crashes when it is shown."""

    on_mount = boom


class BrokenCompose(Screen[None]):
    """Crashes while it is composed."""

    def compose(self) -> ComposeResult:
        """Half of it, then the crash."""
        yield Static("half")
        boom()


class Poke(Message):
    """The message to a broken handler."""


def _patched(owner: type, name: str, then: Callable[[SunoApp], object]) -> Callable[[SunoApp], object]:
    def plant(app: SunoApp) -> object:
        setattr(owner, name, boom)
        return then(app)

    return plant


def _handler(app: SunoApp) -> None:
    LibraryScreen.on_poke = boom  # type: ignore[attr-defined]
    app.screen.post_message(Poke())


def _key(app: SunoApp) -> None:
    list_actions.search = boom  # type: ignore[assignment]
    app.simulate_key("slash")


def _repaint(app: SunoApp, kind: type[Any]) -> None:
    app.set_interval(0.05, lambda: app.screen.query_one(kind).refresh(layout=True))


def _resize(app: SunoApp) -> None:
    app.screen.query_one(TaskList).post_message(Resize(Size(9, 9), Size(9, 9)))


def _leave(app: SunoApp) -> None:
    raise SystemExit(3)


ENDING: dict[str, Callable[[SunoApp], object]] = {
    "mount": lambda app: app.push_screen(BrokenMount()),
    "compose": lambda app: app.push_screen(BrokenCompose()),
    "timer": lambda app: app.set_timer(0.01, boom),
    "interval": lambda app: app.set_interval(0.01, boom),
    "worker": lambda app: app.run_worker(boom_later()),
    "thread-worker": lambda app: app.run_worker(boom, thread=True),
    "recursion": lambda app: app.set_timer(0.01, lambda: deeper()),
    "call-later": lambda app: app.call_later(boom),
    "after-refresh": lambda app: app.call_after_refresh(boom),
    "handler": _handler,
    "key": _key,
    "news": _patched(LibraryScreen, "on_core_event", lambda app: app.post_message(CoreEvent(None))),  # type: ignore[arg-type]
    "app-news": _patched(SunoApp, "on_core_event", lambda app: app.post_message(CoreEvent(None))),  # type: ignore[arg-type]
    "list-painted": _patched(TaskList, "render_line", lambda app: _repaint(app, TaskList)),
    "sidebar-painted": _patched(Sidebar, "render_line", lambda app: _repaint(app, Sidebar)),
    "top-line": _patched(Header, "render", lambda app: _repaint(app, Header)),
    "bottom-line": _patched(Footer, "render", lambda app: _repaint(app, Footer)),
    "detail": _patched(Detail, "_render_parts", lambda app: app.screen.query_one(Detail).choose_take(1) or boom()),
    "last-gate": _patched(ControlCharFilter, "apply", lambda app: _repaint(app, Header)),
    "resize": _patched(
        TaskList, "on_resize", lambda app: app.screen.query_one(TaskList).post_message(Resize(Size(9, 9), Size(9, 9)))
    ),
}
"""Places where a crash ends the program."""

LIVING: dict[str, Callable[[SunoApp], object]] = {
    "task": lambda app: asyncio.get_running_loop().create_task(boom_later()) and None,
    "loop": lambda app: asyncio.get_running_loop().call_soon(boom),
    "thread": lambda app: threading.Thread(target=boom).start(),
}
"""Places where the error is shown and logged, and the program continues."""

OTHERS: dict[str, Callable[[SunoApp], object]] = {
    "nothing": lambda app: None,
    "errand": lambda app: app.core._background.start("planted", boom_later),
    "sys-exit": lambda app: app.call_later(_leave, app),
    "cancelled": lambda app: app.call_later(_cancel),
    "cancelled-widget": lambda app: app.screen.query_one(TaskList).call_later(_cancel),
    "cancelled-screen": lambda app: app.screen.call_later(_cancel),
}


def _cancel() -> None:
    raise asyncio.CancelledError


def plant(place: str) -> None:
    """Make the program crash at this place as soon as its library is open."""
    before = LibraryScreen.open_library

    async def open_library(self: LibraryScreen) -> None:
        await before(self)
        self.app.set_timer(0.02, lambda: {**ENDING, **LIVING, **OTHERS}[place](self.app))

    LibraryScreen.open_library = open_library  # type: ignore[method-assign]


if __name__ == "__main__":
    from sunotui.cli.main import main

    plant(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
