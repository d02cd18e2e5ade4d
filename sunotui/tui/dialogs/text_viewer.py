"""A dialog for longer texts, such as a whole response or the messages."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding

from sunotui.domain.text import printable
from sunotui.tui.dialogs.base import ESCAPE, Dialog
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.text_view import LABEL_CELLS, TextLine, TextView, wrap

_CELLS_AROUND = 7
"""The columns of the box that are not text: borders, blanks and the scrollbar."""
_ROWS_AROUND = 5
_LEAST_CELLS = 58
_MOST_CELLS = 160
"""The maximum width of a line: wider ones are hard to read, and wrap."""


class TextViewer(Dialog[None]):
    """Lines that scroll, in a box as wide and as high as they need, at most the screen; any of the usual keys closes
    it."""

    BINDINGS = [Binding("escape,q,enter,question_mark,f1", "dismiss", "Close", show=False)]

    def __init__(self, title: str, lines: Sequence[TextLine]) -> None:
        super().__init__(title, classes="-text")
        self._text_lines = tuple(lines)

    def compose_body(self) -> ComposeResult:
        """The text."""
        yield TextView(id="reading-body")

    def footer_keys(self) -> Sequence[FooterKey]:
        """Scroll, close."""
        return FooterKey("j k", "Scroll", "screen.page(1)"), FooterKey(ESCAPE, "Close", "screen.dismiss")

    def on_mount(self) -> None:
        """Show the text."""
        view = self.query_one(TextView)
        self._fit()
        view.show_lines(self._text_lines)
        view.focus()
        self.watch(view, "scroll_y", self._update_position)
        self.watch(view, "virtual_size", self._update_position)

    def on_resize(self) -> None:
        """Fit the box to the screen."""
        self._fit()

    def action_page(self, step: int) -> None:
        """Scroll half a page."""
        self.query_one(TextView).action_page(step)

    def _fit(self) -> None:
        width, height = self.app.size
        widest = max(map(_cells, self._text_lines), default=0)
        inner = min(max(widest, _LEAST_CELLS - _CELLS_AROUND), _MOST_CELLS, width - _CELLS_AROUND)
        most = max(1, height - _ROWS_AROUND)
        rows = 0
        for line in self._text_lines:
            room = max(4, inner - (LABEL_CELLS if line.label else 0))
            rows += len(wrap(printable(line.text), room)) if len(line.text) > room // 2 else 1
            if rows >= most:
                break
        self.query_one("#dialog").styles.width = inner + _CELLS_AROUND
        self.query_one(TextView).styles.height = max(1, min(rows, most))

    def _update_position(self) -> None:
        self.show_position(self.query_one(TextView).position)

    def on_plain_text_view_fitted(self) -> None:
        """Show how many lines are visible now."""
        self._update_position()


def _cells(line: TextLine) -> int:
    return cell_len(line.text[:_MOST_CELLS]) + (LABEL_CELLS if line.label else 0)
