"""One question, answered in one line."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from sunotui.domain.errors import RequestImpossible
from sunotui.domain.text import trim


class AskModal(ModalScreen[str | None]):
    """Ends with the line that was written, or None for a person who thought better of it."""

    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = [Binding("escape", "dismiss(None)", "Leave", show=False)]

    def __init__(self, question: str, text: str = "", words: str = "", *, check: Callable[[str], object] = str) -> None:
        """`text` stands in the line already; `words` say what an answer does. An answer for which `check` raises
        RequestImpossible stays in the line, and the reason is said."""
        super().__init__()
        self._question = question
        self._text = text
        self._words = words
        self._check = check

    def compose(self) -> ComposeResult:
        """The question, the line, what happens then."""
        with Vertical(id="choose-box"):
            yield Static(self._question, id="choose-title", markup=False)
            line = Input(self._text, id="answer", compact=True)
            line.cursor_blink = False
            yield line
            yield Static(self._words, id="ask-words", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter answers; an empty line does not."""
        answer = trim(event.value)
        if not answer:
            return
        try:
            self._check(event.value)
        except RequestImpossible as refused:
            self.query_one("#ask-words", Static).update(refused.sentence)
            return
        self.dismiss(answer)
