"""A question with a one-line answer."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.text import trim
from sunotui.domain.token_detection import has_token
from sunotui.tui.dialogs.base import Dialog
from sunotui.tui.runtime.paste_limit import TOKEN_REFUSED
from sunotui.tui.widgets.open_input import FreeInput


class PromptDialog(Dialog[str | None]):
    """Closes with the line that was written, or None."""

    BINDINGS = [Binding("escape", "leave", "Leave", show=False)]

    def __init__(self, question: str, text: str = "", words: str = "", *, check: Callable[[str], object] = str) -> None:
        """`text` is in the line at first; `words` say what an answer does. An answer for which `check` raises
        InvalidRequest stays in the line, and the reason is shown."""
        super().__init__()
        self._question = question
        self._text = text
        self._words = words
        self._check = check

    def compose(self) -> ComposeResult:
        """The question, the input, the effect of an answer."""
        with Vertical(id="choose-box"):
            yield Static(self._question, id="choose-title", markup=False)
            left = self.app.left_texts.pop((self._question, self._text), self._text)
            line = FreeInput(left, id="answer")
            line.cursor_blink = False
            yield line
            yield Static(self._words, id="ask-words", markup=False)

    def action_leave(self) -> None:
        """Close without an answer; the text is restored when the same question is asked again."""
        typed = self.query_one(Input).value
        if typed.strip() and typed != self._text and not has_token(typed):
            self.app.left_texts[self._question, self._text] = typed
        self.dismiss(None)

    def on_open_input_refused(self) -> None:
        """A token was typed where it is visible."""
        self.query_one("#ask-words", Static).update(TOKEN_REFUSED)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with the answer, unless it is empty or contains a token."""
        answer = trim(event.value)
        if has_token(answer):
            event.input.value = ""
            self.query_one("#ask-words", Static).update(TOKEN_REFUSED)
            return
        if not answer:
            return
        try:
            self._check(event.value)
        except InvalidRequest as refused:
            self.query_one("#ask-words", Static).update(refused.sentence)
            return
        self.dismiss(answer)
