"""The line that a search is typed into."""

from __future__ import annotations

from collections.abc import Sequence

from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text

from sunotui.domain.search.query import TEXT_LIMIT, QueryIssue
from sunotui.tui.widgets.open_input import FreeInput

LIMIT = TEXT_LIMIT + 100
"""Characters that the line takes: drawing a pasted page of text at every key would hold the screen."""


class _Complaints(Highlighter):
    """Marks what of a search was not understood, where it stands."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self.found: Sequence[QueryIssue] = ()

    def highlight(self, text: Text) -> None:
        """Called whenever the line is measured or drawn."""
        plain = text.plain
        indent = len(plain) - len(plain.lstrip())
        for complaint in self.found:
            at = indent + complaint.at
            end = plain.find(" ", at)
            text.stylize(self._style, at, end if end >= 0 else len(plain))


class SearchLine(FreeInput):
    """One line, which takes no page of text."""

    most_characters = LIMIT

    def __init__(self, odd: Style) -> None:
        """`odd` is the style of what cannot be understood."""
        self._complaints = _Complaints(odd)
        super().__init__(
            placeholder='words, "exact words", -without, tag:jazz is:starred len:>3:00 since:7d',
            highlighter=self._complaints,
            max_length=LIMIT,
            select_on_focus=False,
            id="search-line",
        )
        self.cursor_blink = False

    def complain(self, complaints: Sequence[QueryIssue]) -> None:
        """Mark these, whose places are counted from the first character that is no blank."""
        self._complaints.found = complaints
        self.refresh()

    def write(self, text: str) -> None:
        """Have this text in the line, the cursor behind it."""
        self.value = text[:LIMIT]
        self.cursor_position = len(self.value)
