"""Search as you type: a line that appears when wanted and stays while a search is on."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from sunotui.domain.search import TEXT_LIMIT, Complaint

_PAUSE_S = 0.08
_PLACEHOLDER = 'words, "exact words", -without, tag:jazz, is:starred, len:>3:00 …'


class SearchBar(Horizontal):
    """An input that is made on first use, so that it costs the start nothing."""

    class Changed(Message):
        """Another text to search for; empty for none."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Ended(Message):
        """The keyboard goes back to the list."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Nothing until it is wanted."""
        return
        yield

    def open(self) -> None:
        """Show the line and type into it."""
        self.add_class("-open")
        if not self.query(Input):
            line = Input(
                placeholder='words, "exact words", -without, tag:jazz, is:starred, len:>3:00 …',
                compact=True,
                max_length=TEXT_LIMIT,
            )
            line.cursor_blink = False
            self.mount(Static(" / ", id="search-mark", markup=False), line, Static(id="search-complaint", markup=False))
        self.call_after_refresh(lambda: self.query_one(Input).focus())

    def add(self, words: str) -> None:
        """Show the line with these words after what stands in it; the cursor behind them."""
        self.open()
        line = self.query_one(Input)
        line.value = f"{line.value.rstrip()} {words}".lstrip()
        line.cursor_position = len(line.value)

    def complain(self, complaints: Sequence[Complaint]) -> None:
        """Say what of the search was not understood, and where: its first trouble, or nothing."""
        words = ""
        if complaints:
            at = complaints[0].at + 1
            words = f" {complaints[0].sentence} (character {at}) "
        for place in self.query("#search-complaint").results(Static):
            place.update(words)

    def clear(self) -> None:
        """End the search."""
        self.remove_class("-open")
        for line in self.query(Input):
            line.value = ""
        self._tell("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search after a short pause in typing."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        text = event.value
        self._timer = self.set_timer(_PAUSE_S, lambda: self._tell(text))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the search and go to what was found."""
        event.stop()
        if not event.value.strip():
            self.clear()
        self.post_message(self.Ended())

    def on_key(self, event: events.Key) -> None:
        """Escape gives the search up, down goes to what was found."""
        if event.key == "escape":
            event.stop()
            self.clear()
            self.post_message(self.Ended())
        elif event.key == "down":
            event.stop()
            self.post_message(self.Ended())

    def _tell(self, text: str) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.post_message(self.Changed(text.strip()))
