"""The bottom line of every screen: the keys that work now, and at the right what just happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands.command import shown_key
from sunotui.tui.commands.registry import MESSAGES, command_named
from sunotui.tui.feedback.status import Notice
from sunotui.tui.runtime.own_screen import run_on_own_screen
from sunotui.tui.terminal.paste_limit import TextField
from sunotui.tui.theming import glyphs

UNDO = "library.undo"
"""The command that undoes the last change of the library."""
_MORE = " more"
"""The text after the key that shows the whole message."""
_SIGNS = {
    "information": (glyphs.DONE, "$good"),
    "warning": (glyphs.WARNING, "$warn"),
    "error": (glyphs.FAILED, "$bad"),
}


class FooterKey(NamedTuple):
    """A key with what it does now."""

    key: str
    """The name of the key as it is printed, such as "^s"."""
    text: str
    """A verb with a capital, with a number when it acts on several, with the price when it costs."""
    action: str
    """What a click runs, such as "screen.leave"."""


@runtime_checkable
class HasFooter(Protocol):
    """A screen with a footer."""

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys of the focused widget that work now, the most useful first; the last one is the way back, or the
        help, and is always shown."""


class Footer(Widget):
    """Shows as many keys as fit; a click runs one. The last message has priority over all but the last key, and
    disappears with the next key."""

    app: BaseApp

    keys: reactive[tuple[FooterKey, ...]] = reactive(tuple[FooterKey, ...])

    def __init__(self, *, id: str = "footer", has_messages: bool = True) -> None:
        """A footer without messages shows keys only, where another widget shows what just happened."""
        super().__init__(id=id)
        self._has_messages = has_messages
        self._shown: Sequence[FooterKey] = ()
        self._painted_notice: Notice | None = None
        self._undo_at = 0
        """The cell at which the undo key of the message begins; without one, the width."""
        self._unsubscribe: Callable[[], None] = lambda: None

    def on_mount(self) -> None:
        """Show the keys of what has the focus, now and whenever it changes, and follow the status."""
        self._unsubscribe = self.app.status.subscribe(self._update_status)
        self.watch(self.screen, "focused", self.update_keys, init=True)
        if self.app.playing is not None:
            self.app.playing.show_on(self.screen)

    def update_keys(self) -> None:
        """Show the keys that work now."""
        if isinstance(self.screen, HasFooter):
            self.keys = tuple(self.screen.footer_keys())

    def on_unmount(self) -> None:
        """Stop following the status."""
        self._unsubscribe()

    def _update_status(self) -> None:
        """Repaint the line if the message changed."""
        if self._has_messages and self.app.status.notice != self._painted_notice:
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Run the key under the mouse, also the one beside the message, which then disappears."""
        notice = self._painted_notice
        self.app.status.end_notice(self.app.core.clock.now(), keeps_events=not self._has_messages)
        if notice is not None and event.x >= self._undo_at:
            self.call_next(run_on_own_screen, self, f"screen.{command_named(notice.undo).action}")
            return
        start = 0
        for key in self._shown:
            end = start + _cells(key)
            if start <= event.x < end:
                self.call_next(run_on_own_screen, self, key.action)
                return
            start = end

    def render(self) -> Content:
        """The line."""
        width = self.size.width
        self._painted_notice = notice = self.app.status.notice if self._has_messages else None
        keys = self.keys
        last = keys[-1:]
        room = width - sum(map(_cells, last))
        undo = shown_key(next(iter(self.app.keys_of(command_named(notice.undo))), "")) if notice and notice.undo else ""
        whole = shown_key(next(iter(self.app.keys_of(command_named(MESSAGES))), ""))
        if isinstance(self.screen.focused, TextField) and len(whole) == 1:
            # The key would be typed as text.
            whole = ""
        message = _notice_content(notice, room - 2, undo, whole) if notice is not None else Content("")
        room -= message.cell_length + 2 if notice is not None else 0
        shown: list[FooterKey] = []
        for key in keys[:-1]:
            room -= _cells(key)
            if room < 0:
                break
            shown.append(key)
        self._shown = [*shown, *last]
        self._undo_at = width - (_undo_cells(undo) + 1 if undo else 0)
        pieces: list[tuple[str, str]] = []
        for key in self._shown:
            pieces += [(f" {key.key}", "bold $key"), (f" {key.text} ", "$muted")]
        left = Content.assemble(*pieces)
        return Content.assemble(left, " " * max(0, width - left.cell_length - message.cell_length), message)


def _notice_content(notice: Notice, room: int, undo: str, whole: str) -> Content:
    """The message; `undo` is the key that undoes what it reports, empty without one, and `whole` the key that shows all
    of a message that is cut."""
    sign, colour = _SIGNS[notice.severity]
    cells = _undo_cells(undo) if undo else 0
    room = max(0, room - 3 - cells)
    is_cut = cell_len(notice.text) > room
    text = formatting.fit(notice.text, max(0, room - _whole_cells(whole)) if is_cut else cell_len(notice.text))
    tone = "$foreground" if notice.severity == "information" else colour
    pieces = [(f"{sign} ", f"bold {colour}"), (text, tone)]
    if is_cut and whole:
        pieces += [(f" {whole}", "bold $key"), (_MORE, "$muted")]
    if undo:
        pieces += [(f"  {undo}", "bold $key"), (f" {command_named(UNDO).title}", "$muted")]
    return Content.assemble(*pieces, " ")


def _whole_cells(key: str) -> int:
    return cell_len(key) + 1 + len(_MORE) if key else 0


def _undo_cells(key: str) -> int:
    return cell_len(key) + cell_len(command_named(UNDO).title) + 3


def _cells(key: FooterKey) -> int:
    return cell_len(key.key) + cell_len(key.text) + 3
