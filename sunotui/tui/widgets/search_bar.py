"""Search as you type: a line that appears when wanted and stays while a search is on."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

_PAUSE_S = 0.08


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
            line = Input(placeholder="title, tags, lyrics, prompt, id", compact=True)
            line.cursor_blink = False
            self.mount(Static(" / ", markup=False), line)
        self.call_after_refresh(lambda: self.query_one(Input).focus())

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
