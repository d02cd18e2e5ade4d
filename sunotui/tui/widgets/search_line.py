"""The input line for a search, with what it found and why a part of it is ignored."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from rich.highlighter import Highlighter
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from sunotui.domain.search.query import TEXT_LIMIT, QueryIssue, shown_issues
from sunotui.domain.search.unfinished import issues_while_typing
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings
from sunotui.tui.theming.themed_app import ThemedApp
from sunotui.tui.theming.token_styles import Background, Tone
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.open_input import FreeInput

LIMIT = TEXT_LIMIT + 100
"""The maximum length of a search, in characters: drawing a pasted page of text at every key would block the screen."""
_HINTS = ("label:", "style:", "model:", "is:", "since:", "len:", "rating:")
_GAP = 4
"""Cells between the text and what follows it."""
_BOLD, _UNDERLINE = Style(bold=True), Style(underline=True)
MARK = " / "
"""The label before the line, which takes the rest of the width."""


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
            text.stylize(self._style(), start, _end_of_part(plain, start))


def _end_of_part(text: str, start: int) -> int:
    """Where the invalid part that begins at `start` ends."""
    end = text.find(" ", start)
    return end if end >= 0 else len(text)


class SearchLine(FreeInput, inherit_bindings=False):
    """The input of the search bar. In the cells that the text leaves free it shows the fields of the search language or
    the first issue, and at the right end the number found and a key."""

    BINDINGS = [
        # The key of the one, ctrl+f, opens the filters; the other is a command of the registry.
        *(
            binding
            for binding in Input.BINDINGS
            if not (isinstance(binding, Binding) and binding.action in {"delete_right_word", "submit"})
        ),
        *bindings(Scope.SEARCH),
    ]
    app: ThemedApp[object]

    most_characters = LIMIT

    class Left(Message):
        """A key of the search was pressed that goes to the list."""

        def __init__(self, *, is_cancelled: bool) -> None:
            super().__init__()
            self.is_cancelled = is_cancelled
            """Whether the search ends, too."""

    class RecallRequested(Message):
        """The last search is wanted again."""

    class KeyClicked(Message):
        """The key at the right end was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, key: FooterKey | None) -> None:
        """`key` is shown at the right end; a click on it posts a message."""
        self._highlighter = _IssueHighlighter(
            lambda: self.app.token_styles.style(Tone.BAD, Background.BAR) + _UNDERLINE
        )
        super().__init__(
            placeholder='words, "exact words", -without, style:jazz is:favourite len:>3:00 since:7d',
            highlighter=self._highlighter,
            max_length=LIMIT,
            select_on_focus=False,
            id="search-line",
        )
        self.cursor_blink = False
        self._key = key
        self._found = ""
        self._key_at = -1
        """The cell at which the key begins; -1 while there is no room for it."""

    async def action_finish(self) -> None:
        """Keep the search and go to the list."""
        await self.action_submit()

    def action_to_list(self) -> None:
        """Go to the list."""
        self.post_message(self.Left(is_cancelled=False))

    def action_cancel(self) -> None:
        """End the search."""
        self.post_message(self.Left(is_cancelled=True))

    def action_recall(self) -> None:
        """Bring the last search back, unless something is typed."""
        if not self.value.strip():
            self.post_message(self.RecallRequested())

    def show_issues(self, issues: Sequence[QueryIssue]) -> None:
        """Underline these issues, and show the first one after the text. Their positions count from the first character
        that is not a space. While the user types, a last word that may become valid is no issue."""
        if self.has_focus:
            issues = issues_while_typing(self.value.lstrip(), issues)
        if issues != self._highlighter.issues:
            self._highlighter.issues = issues
            self.refresh()

    def show_found(self, text: str) -> None:
        """Show at the right end how much was found."""
        if text != self._found:
            self._found = text
            self.refresh()

    @property
    def sentence(self) -> str:
        """All issues; empty without one. What does not fit after the text is shown in rows of its own."""
        return ". ".join(dict.fromkeys(issue.sentence for issue in self._highlighter.issues))

    @property
    def short_sentence(self) -> str:
        """The first issue, and how many more there are."""
        return shown_issues(self._highlighter.issues)

    @property
    def problems(self) -> Sequence[tuple[str, str]]:
        """Every invalid part, with its place and what is wrong with it."""
        text = self.value.lstrip()
        return [
            (text[issue.at : _end_of_part(text, issue.at)], f"at character {issue.at + 1}: {issue.sentence}")
            for issue in self._highlighter.issues
        ]

    @property
    def has_room_for_issue(self) -> bool:
        """Whether the whole issue fits after the text."""
        return not self.sentence or cell_len(self.sentence) <= self._room

    @property
    def _used(self) -> int:
        """The cells of the text with its cursor, and of the gap after it."""
        return min(cell_len(self.value), LIMIT) + 1 + _GAP

    @property
    def _room(self) -> int:
        """The cells after the text; the last cell of the row stays free. It is known before the line is laid out."""
        return self.app.size.width - len(MARK) - self._used - 1

    def write(self, text: str) -> None:
        """Set the text, with the cursor at its end."""
        self.value = text[:LIMIT]
        self.cursor_position = len(self.value)

    def render_line(self, y: int) -> Strip:
        """The text, and in the free cells what follows it."""
        strip = super().render_line(y)
        self._key_at = -1
        if y or not self.value or self._room <= 0:
            return strip
        # Parts without room are left out in this order: the key, the fields, the number.
        middle, tone = self._middle()
        room = self._room - (cell_len(middle) + _GAP if middle else 0)
        found = self._found if cell_len(self._found) <= room else ""
        key = self._key
        if key is not None and cell_len(found + key.key + key.text) + _GAP <= room:
            name, words = f"   {key.key}", f" {key.text}"
        else:
            name = words = ""
        end = cell_len(found + name + words)
        blank = self._room - cell_len(middle) - end
        if name:
            self._key_at = self._used + cell_len(middle) + blank + cell_len(found)
        styles = self.app.token_styles
        parts = (
            (middle, tone),
            (" " * blank, Tone.MUTED),
            (found, Tone.PLAIN),
            (name, Tone.KEY),
            (words + " ", Tone.MUTED),
        )
        segments = [
            Segment(text, styles.style(tone, Background.BAR) + (_BOLD if tone is Tone.KEY else Style.null()))
            for text, tone in parts
        ]
        return Strip.join([strip.crop(0, self._used), Strip(segments)])

    def _middle(self) -> tuple[str, Tone]:
        """What follows the text, and its tone."""
        if self.sentence:
            return (self.sentence if self.has_room_for_issue else ""), Tone.WARN
        room, shown = self._room - _GAP - cell_len(self._found), ""
        for hint in _HINTS:
            if len(shown) + len(hint) > room:
                break
            shown += f"{hint} "
        return shown.rstrip(), Tone.MUTED

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Report a click on the key; other clicks are for the text."""
        if self._key is not None and 0 <= self._key_at <= event.x:
            self.post_message(self.KeyClicked(self._key.action))
            event.prevent_default()
