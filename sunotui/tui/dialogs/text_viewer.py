"""A screen for longer texts: a whole response, the message log, help."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding

from sunotui.tui.dialogs.base import Dialog
from sunotui.tui.widgets.footer import Footer, FooterKey
from sunotui.tui.widgets.header import Header
from sunotui.tui.widgets.text_view import TextLine, TextView


class TextViewer(Dialog[None]):
    """A title and lines that scroll; any of the usual keys closes it."""

    BINDINGS = [Binding("escape,q,enter,question_mark,f1", "dismiss", "Leave", show=False)]

    def __init__(self, title: str, lines: Sequence[TextLine]) -> None:
        super().__init__()
        self._title = title
        self._text_lines = tuple(lines)

    def compose(self) -> ComposeResult:
        """The title, the text, the keys."""
        yield Header(self._title)
        yield TextView(id="reading-body")
        yield Footer()

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys of this screen."""
        return FooterKey("j k", "Scroll", "screen.scroll"), FooterKey("esc", "Back", "screen.dismiss")

    def on_mount(self) -> None:
        """Show the text."""
        view = self.query_one(TextView)
        view.show_lines(self._text_lines)
        view.focus()
