"""The search bar: one row under the header, which appears when it is opened and stays while there is a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from sunotui.domain.search.query import QueryIssue
from sunotui.domain.text import counted
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import footers
from sunotui.tui.runtime.own_screen import run_on_own_screen
from sunotui.tui.terminal.paste_limit import TOKEN_REFUSED

if TYPE_CHECKING:
    from sunotui.tui.widgets.open_input import OpenInput
    from sunotui.tui.widgets.search_line import SearchLine


_LOW = 20
"""The height of the window below which only one issue is shown."""


class SearchBar(Vertical):
    """Its input is created on first use, so that it costs nothing at start-up. Invalid parts of a search are explained
    after it, or in separate rows if the line is too narrow."""

    class Changed(Message):
        """The text of the search changed; it is empty when the search ended."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Ended(Message):
        """The user has finished typing; the list gets the focus."""

        def __init__(self, *, is_submitted: bool = False) -> None:
            super().__init__()
            self.is_submitted = is_submitted
            """Whether enter ended it."""

    app: BaseApp

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._line: SearchLine | None = None
        self._reported = self._found = ""
        self._issues: Sequence[QueryIssue] = ()
        self._last_search = ""
        """The last search that was cleared; up restores it into an empty input."""
        self.is_opening = False
        """Whether the input is about to get the focus: what the user types until then belongs to it."""

    def compose(self) -> ComposeResult:
        """Yield no widgets; the input is mounted on first use."""
        return
        yield

    @property
    def text(self) -> str:
        """The search as the user typed it."""
        return self._line.value.strip() if self._line is not None else ""

    @property
    def problems(self) -> Sequence[tuple[str, str]]:
        """The invalid parts of the search, each with its place and what is wrong with it."""
        return self._line.problems if self._line is not None else ()

    @property
    def is_typing(self) -> bool:
        """Whether the input has the focus."""
        return self._line is not None and self.screen.focused is self._line

    def open(self) -> None:
        """Show the input and focus it."""
        self.is_opening = True
        self._open_input()
        self.call_after_refresh(self._focus_input)

    def _focus_input(self) -> None:
        self._open_input().focus()
        self.call_after_refresh(self._end_opening)

    def _end_opening(self) -> None:
        self.is_opening = False
        self.app.key_queue.deliver_soon()

    def show_text(self, text: str) -> None:
        """Search for a text without focusing the input; an empty text ends the search."""
        if text:
            self._open_input().write(text)
        else:
            self.clear()

    def show_issues(self, issues: Sequence[QueryIssue]) -> None:
        """Underline the invalid parts of the search, and show a sentence about the first issue. A last word that may
        become valid is no issue as long as the user types."""
        self._issues = issues
        self._place_issue()

    def show_found(self, found: str, total: int) -> None:
        """Show how many songs were found, such as 1,234 or 2,000+, of how many; a negative total is not known."""
        of = f" of {counted(total, 'song')}" if total >= 0 else f" song{'' if found == '1' else 's'}"
        self._found = f"{found}{of}"
        if self._line is not None:
            self._line.show_found(self._found)

    def _place_issue(self) -> None:
        """Show the issues, in rows of their own if they do not fit after the text. A low window has room for the first
        one; the help has all of them."""
        line = self._line
        if line is None or not self.is_mounted:
            return
        line.show_issues(self._issues)
        is_low = self.app.size.height < _LOW
        sentence = "" if line.has_room_for_issue else line.short_sentence if is_low else line.sentence
        for issue in self.query("#search-issue").results(Static):
            # Every update lays the screen out again, so it is only updated when the sentence changes.
            if issue.display is not bool(sentence) or issue.content != sentence:
                issue.display = bool(sentence)
                issue.update(sentence)

    def on_resize(self) -> None:
        """Move the issue to where it fits."""
        self._place_issue()

    def on_descendant_blur(self) -> None:
        """Typing has ended."""
        self._place_issue()

    def clear(self) -> None:
        """End the search."""
        self.remove_class("-open")
        if self._line is not None:
            self._last_search = self.text or self._last_search
            self._line.value = ""
        self._report("")

    def _open_input(self) -> SearchLine:
        self.add_class("-open")
        if self._line is None:
            # The first frame shows no search, unless there was one when the program ended.
            from sunotui.tui.widgets.search_line import MARK, SearchLine

            key = next(iter(footers.footer_keys((footers.SAVE_SEARCH,), self.app.keys_of)), None)
            self._line = SearchLine(key)
            self._line.show_found(self._found)
            mark, issue = Static(MARK, id="search-mark", markup=False), Static(id="search-issue", markup=False)
            issue.display = False
            self.mount(Horizontal(mark, self._line, id="search-row"), issue)
        return self._line

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search immediately: the list runs one query at a time, however fast the user types."""
        event.stop()
        self._place_issue()
        self._report(event.value)

    async def on_search_line_key_clicked(self, event: SearchLine.KeyClicked) -> None:
        """Run the key at the end of the line."""
        event.stop()
        self.call_next(run_on_own_screen, self, event.action)

    def on_open_input_refused(self, event: OpenInput.Refused) -> None:
        """Show a message: a token was typed where it would be readable."""
        event.stop()
        self.app.say(TOKEN_REFUSED, "warning")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the search and focus the list."""
        event.stop()
        self.finish()

    def finish(self) -> None:
        """End typing; an empty search ends, any other stays."""
        if not self.text:
            self.clear()
        self.post_message(self.Ended(is_submitted=True))

    def cancel(self) -> None:
        """End the search."""
        self.clear()
        self.post_message(self.Ended())

    def on_search_line_left(self, event: SearchLine.Left) -> None:
        """Focus the list, with the search or without it."""
        event.stop()
        if event.is_cancelled:
            self.cancel()
        else:
            self.post_message(self.Ended())

    def on_search_line_recall_requested(self, event: SearchLine.RecallRequested) -> None:
        """Restore the last search."""
        event.stop()
        self.show_text(self._last_search)

    def _report(self, text: str) -> None:
        if text.strip() == self._reported:
            return
        self._reported = text.strip()
        self.post_message(self.Changed(self._reported))
