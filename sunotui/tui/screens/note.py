"""A note on a task, written in a small box."""

from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from sunotui.domain.errors import RequestImpossible
from sunotui.domain.keeping import kept_note
from sunotui.tui.type_ahead import WritesAtOnce


class NoteModal(WritesAtOnce, ModalScreen[str | None]):
    """Ends with the text as it was left: nothing that was written is lost, and an undo brings back what was there.

    None where nothing could be written.
    """

    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = [Binding("escape,ctrl+s,f5", "leave", "Leave", show=False, priority=True)]

    def __init__(self, read: Callable[[], Awaitable[str | None]]) -> None:
        """`read` gives the note so far; None where nothing can be written."""
        super().__init__()
        self._read = read

    def compose(self) -> ComposeResult:
        """What it is, the text, how to leave."""
        with Vertical(id="choose-box"):
            yield Static("Note", id="choose-title", markup=False)
            area = TextArea(id="note-text", soft_wrap=True)
            area.cursor_blink = False
            yield area
            yield Static("esc keeps it and leaves; an empty note is none", id="note-foot", markup=False)

    async def on_mount(self) -> None:
        """Go on where the text ends."""
        area = self.query_one(TextArea)
        area.focus()
        text = await self._read()
        if text is None:
            self.dismiss(None)
            return
        typed = area.text
        area.load_text(text + typed)
        area.move_cursor(area.document.end)
        self.open_field()

    def write(self, text: str) -> None:
        """Letters for the text."""
        self.query_one(TextArea).insert(text)

    def action_leave(self) -> None:
        """End with the text; one that is too long to be kept stays here."""
        try:
            kept_note(self.query_one(TextArea).text)
        except RequestImpossible as refused:
            self.query_one("#note-foot", Static).update(refused.sentence)
            return
        self.dismiss(self.query_one(TextArea).text if self._has_field else None)
