"""A question with a one-line answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.text import trim
from sunotui.domain.token_detection import has_token
from sunotui.tui.dialogs.base import ENTER, ESCAPE, Dialog
from sunotui.tui.terminal.paste_limit import TOKEN_REFUSED
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.open_input import FreeInput


class PromptDialog(Dialog[str | None]):
    """Closes with the line that was written, or None."""

    BINDINGS = [Binding("escape", "leave", "Cancel", show=False)]

    def __init__(
        self,
        question: str,
        text: str = "",
        words: str = "",
        *,
        check: Callable[[str], object] = str,
        subject: str | None = None,
        is_bad: bool = False,
        accept: str = "Done",
    ) -> None:
        """`text` is the initial text of the line; `words` say what an answer does or, with `is_bad`, what was wrong
        with the last one. An answer for which `check` raises InvalidRequest stays in the line, and the reason is shown.
        An unfinished text is restored for the same question and `subject`, which defaults to the initial text. `accept`
        names what enter does."""
        super().__init__(question)
        self._text = text
        self._words = words
        self._check = check
        self._is_bad = is_bad
        self._accept = accept
        self._left_key = (question, text if subject is None else subject)

    def compose_body(self) -> ComposeResult:
        """The line."""
        left = self.app.left_texts.pop(self._left_key, self._text)
        line = FreeInput(left, id="answer", classes="dialog-input")
        line.cursor_blink = False
        yield line

    def on_mount(self) -> None:
        """Show what an answer does."""
        self.show_message(self._words, is_bad=self._is_bad)

    def footer_keys(self) -> Sequence[FooterKey]:
        """Answer or leave."""
        return FooterKey(ENTER, self._accept, "screen.answer"), FooterKey(ESCAPE, "Cancel", "screen.leave")

    def action_leave(self) -> None:
        """Close without an answer; the text is restored when the same question is asked again."""
        typed = self.query_one(Input).value
        if typed.strip() and typed != self._text and not has_token(typed):
            self.app.left_texts[self._left_key] = typed
        self.dismiss(None)

    async def action_answer(self) -> None:
        """Give the answer that is in the line."""
        await self.query_one(Input).action_submit()

    def on_open_input_refused(self) -> None:
        """A token was typed where it is visible."""
        self.show_message(TOKEN_REFUSED, is_bad=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with the answer, unless it is empty or contains a token."""
        answer = trim(event.value)
        if has_token(answer):
            event.input.value = ""
            self.show_message(TOKEN_REFUSED, is_bad=True)
            return
        if not answer:
            return
        try:
            self._check(event.value)
        except InvalidRequest as refused:
            self.show_message(refused.sentence, is_bad=True)
            return
        self.dismiss(answer)
