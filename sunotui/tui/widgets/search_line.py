"""The input line for a search."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text

from sunotui.domain.search.query import TEXT_LIMIT, QueryIssue
from sunotui.tui.widgets.open_input import FreeInput

LIMIT = TEXT_LIMIT + 100
"""The maximum length of a search, in characters: drawing a pasted page of text at every key would block the screen."""


class _IssueHighlighter(Highlighter):
    """Underlines the invalid parts of a search."""

    def __init__(self, style: Callable[[], Style]) -> None:
        self._style = style
        self.issues: Sequence[QueryIssue] = ()

    def highlight(self, text: Text) -> None:
        """Style the text; called whenever the line is measured or drawn."""
        plain = text.plain
        indent = len(plain) - len(plain.lstrip())
        for issue in self.issues:
            start = indent + issue.at
            end = plain.find(" ", start)
            text.stylize(self._style(), start, end if end >= 0 else len(plain))


class SearchLine(FreeInput):
    """The input of the search bar."""

    most_characters = LIMIT

    def __init__(self, issue_style: Callable[[], Style]) -> None:
        """`issue_style` gives the style of what is not understood, in the theme of the moment."""
        self._highlighter = _IssueHighlighter(issue_style)
        super().__init__(
            placeholder='words, "exact words", -without, tag:jazz is:starred len:>3:00 since:7d',
            highlighter=self._highlighter,
            max_length=LIMIT,
            select_on_focus=False,
            id="search-line",
        )
        self.cursor_blink = False

    def show_issues(self, issues: Sequence[QueryIssue]) -> None:
        """Underline these issues. Their positions count from the first character that is not a space."""
        self._highlighter.issues = issues
        self.refresh()

    def write(self, text: str) -> None:
        """Set the text, with the cursor at its end."""
        self.value = text[:LIMIT]
        self.cursor_position = len(self.value)
