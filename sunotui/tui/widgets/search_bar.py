"""Search as you type: a line that appears when wanted and stays while a search is on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from sunotui.tui.runtime.paste_limit import TOKEN_REFUSED
from sunotui.tui.widgets.open_input import OpenInput

if TYPE_CHECKING:
    from sunotui.domain.search.query import QueryIssue
    from sunotui.tui.base import BaseApp
    from sunotui.tui.widgets.search_line import SearchLine


class SearchBar(Horizontal):
    """A line that is made on first use, so that it costs the start nothing."""

    COMPONENT_CLASSES = {"search-bar--odd"}

    class Changed(Message):
        """Another text to search for; empty for none."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Ended(Message):
        """The keyboard goes back to the list."""

    app: BaseApp

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._line: SearchLine | None = None
        self._told = self._sentence = ""
        self._given_up = ""
        """The last search that was ended: up brings it back into an empty line."""
        self.is_opening = False
        """Whether the line is about to have the keyboard: what is typed until then is meant for it."""

    def compose(self) -> ComposeResult:
        """Nothing until it is wanted."""
        return
        yield

    @property
    def text(self) -> str:
        """What is searched for, as it was typed."""
        return self._line.value.strip() if self._line is not None else ""

    def open(self) -> None:
        """Show the line and type into it."""
        self.is_opening = True
        self._shown_line()
        self.call_after_refresh(self._take_keyboard)

    def _take_keyboard(self) -> None:
        self._shown_line().focus()
        self.call_after_refresh(self._opened)

    def _opened(self) -> None:
        self.is_opening = False
        self.app.key_queue.deliver_soon()

    def show_text(self, text: str) -> None:
        """Search for this, without typing; nothing to search for ends the search."""
        if text:
            self._shown_line().write(text)
        else:
            self.clear()

    def show_issues(self, issues: Sequence[QueryIssue]) -> None:
        """Underline what is not understood in the search, and show a sentence about the first issue."""
        if self._line is not None:
            self._line.show_issues(issues)
        sentence = issues[0].sentence if issues else ""
        if sentence != self._sentence:
            # Told at every letter, it would be laid out at every letter.
            self._sentence = sentence
            for place in self.query("#search-complaint").results(Static):
                place.update(sentence)

    def clear(self) -> None:
        """End the search."""
        self.remove_class("-open")
        if self._line is not None:
            self._given_up = self.text or self._given_up
            self._line.value = ""
        self._tell("")

    def _shown_line(self) -> SearchLine:
        from sunotui.tui.widgets.search_line import SearchLine

        self.add_class("-open")
        if self._line is None:
            self._line = SearchLine(self.get_component_rich_style("search-bar--odd", partial=True))
            mark, complaint = Static(" / ", id="search-mark", markup=False), Static(id="search-complaint", markup=False)
            self.mount(mark, self._line, complaint)
        return self._line

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search at once: the list asks one question at a time, however fast one types."""
        event.stop()
        self._tell(event.value)

    def on_open_input_refused(self, event: OpenInput.Refused) -> None:
        """A token was typed where it can be read."""
        event.stop()
        self.app.say(TOKEN_REFUSED, "warning")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the search and go to what was found."""
        event.stop()
        if not event.value.strip():
            self.clear()
        self.post_message(self.Ended())

    def on_key(self, event: events.Key) -> None:
        """Escape gives the search up, down goes to what was found, up brings the last search back."""
        if event.key == "escape":
            event.stop()
            self.clear()
            self.post_message(self.Ended())
        elif event.key == "up" and not self.text:
            event.stop()
            self.show_text(self._given_up)
        elif event.key == "down":
            event.stop()
            self.post_message(self.Ended())

    def _tell(self, text: str) -> None:
        if text.strip() == self._told:
            return
        self._told = text.strip()
        self.post_message(self.Changed(self._told))
