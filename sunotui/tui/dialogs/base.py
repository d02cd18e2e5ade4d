"""The base of all dialogs: the only screen of ours that others inherit from.

Every dialog is one box over the dimmed screen: its title in the border, its body, a note that is shown when there is a
message, and in its last row the keys that work, which can be clicked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from sunotui.domain.text import clean, printable
from sunotui.tui.base import BaseApp
from sunotui.tui.theming import glyphs
from sunotui.tui.widgets.footer import Footer, FooterKey
from sunotui.tui.widgets.option_list import ChoiceList

Result = TypeVar("Result")

ENTER, ESCAPE = "enter", "esc"
UP_DOWN = f"{glyphs.ARROW_UP} {glyphs.ARROW_DOWN}"
_NOTE_LIMIT = 400
_TITLE_CELLS = 50
"""A longer title would be cut in the border of the usual box."""


def key_text(name: str, value: str, width: int) -> Content:
    """A name in its own column, and its meaning."""
    pad = " " * max(0, width - cell_len(name))
    return Content.assemble((name + pad, "bold $foreground"), "  ", (value, "$muted"))


class Dialog(ModalScreen[Result]):
    """A box on top of another screen, which closes with a result."""

    # Relative to the file of the subclass, which is one folder below `tui`.
    CSS_PATH = "../styles/screens.tcss"
    ROWS_AROUND_LIST = 6
    """Rows of the box that are not its list: borders, input, note, keys and the blank rows between them. A list takes
    at most the rest of the screen."""

    app: BaseApp

    def __init__(self, title: str, *, classes: str = "") -> None:
        """`title` may have any text in it; a title that is too long for the border is shown in the body."""
        super().__init__()
        self._title = printable(title[:_NOTE_LIMIT])
        self._box_classes = f"dialog {classes}".strip()
        self._unsubscribe: Callable[[], None] = lambda: None
        self._shows_notice = False

    def compose(self) -> ComposeResult:
        """The box."""
        self.set_classes(self.app.size_classes)
        box = Vertical(id="dialog", classes=self._box_classes)
        is_long = cell_len(self._title) > _TITLE_CELLS
        if not is_long:
            box.border_title = Content(self._title)
        with box:
            if is_long:
                yield Static(Content.styled(self._title, "bold $strong"), classes="dialog-question")
            yield from self.compose_body()
            yield Static("", id="dialog-note", markup=False)
            yield Footer(id="dialog-keys", has_messages=False)

    def compose_body(self) -> ComposeResult:
        """The widgets between title and keys."""
        raise NotImplementedError

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys of the last row."""
        return (FooterKey(ESCAPE, "Cancel", "screen.dismiss(None)"),)

    @on(events.Mount)
    def follow_status(self) -> None:
        """Show the app's messages while the dialog is open, since it covers the footer of its screen. Messages about
        events wait, since they do not concern the dialog."""
        self._unsubscribe = self.app.status.subscribe(self._update_notice)
        self._fit_list()

    @on(events.Unmount)
    def leave_status(self) -> None:
        """Stop following the status."""
        self._unsubscribe()

    @on(events.Resize)
    def fit_list(self) -> None:
        """Let the list take the rows that are there."""
        self._fit_list()

    def show_message(self, text: str | Content, *, is_bad: bool = False) -> None:
        """Show a sentence above the keys; an empty one removes it."""
        note = self.query_one("#dialog-note", Static)
        self._shows_notice = False
        note.set_class(bool(text), "-filled")
        note.set_class(is_bad, "-bad")
        note.update(Content(clean(text, _NOTE_LIMIT)) if isinstance(text, str) else text)

    def show_position(self, text: str) -> None:
        """Show at the bottom right of the border where the cursor is."""
        self.query_one("#dialog").border_subtitle = Content(text)

    def update_keys(self) -> None:
        """Show the keys that work now."""
        self.query_one(Footer).update_keys()

    def _update_notice(self) -> None:
        notice = self.app.status.notice
        if not self.is_current or not self.is_mounted:
            return
        if notice is not None and not notice.is_event:
            self.show_message(notice.text, is_bad=notice.severity != "information")
            self._shows_notice = True
        elif self._shows_notice:
            self.show_message("")

    def _fit_list(self) -> None:
        rows = max(2, self.size.height - self.ROWS_AROUND_LIST)
        for choices in self.query(".dialog-list").results(Widget):
            choices.styles.max_height = rows


def move_cursor(choices: ChoiceList, step: int) -> None:
    """Move the cursor of a list while another widget has the focus."""
    if step > 0:
        choices.action_cursor_down()
    else:
        choices.action_cursor_up()
