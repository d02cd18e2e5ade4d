"""A confirmation before something is billed, replaced or discarded."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sunotui.domain.text import printable
from sunotui.tui.dialogs.base import ENTER, ESCAPE, UP_DOWN, Dialog, move_cursor
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.option_list import ChoiceList

SILENCE_S = 0.7
"""Seconds without a key, once the question is on the screen, before it accepts one: longer than the pause between two
typed keys, or of a key that repeats."""
_TEXT_LIMIT = 400
PAY_AGAIN = "pay for it once more"
"""The meaning of sending a request again."""


class ConfirmDialog(Dialog[str | None]):
    """Closes with "yes", "no" or None. Keys and clicks from before the question could be read do not answer it: they
    were meant for the previous screen, and are dropped. Escape always works, since it confirms nothing."""

    BINDINGS = [
        Binding("escape,q", "dismiss(None)", "Cancel", show=False),
    ]
    EARLY_KEYS = frozenset({"escape"})

    def __init__(self, question: str, no: str, yes: str, meaning: str) -> None:
        """`no` says what No means, `yes` is the name of the other answer and `meaning` says what that does."""
        super().__init__(yes)
        self._question = question
        self._answers = (("no", "No", no), ("yes", yes, meaning))
        self._is_ready = False
        self._silence: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """The question and the answers, each with what it means."""
        question = printable(self._question[:_TEXT_LIMIT])
        yield Static(Content.styled(question, "bold $strong"), classes="dialog-question")
        options = [
            Option(
                Content.assemble(
                    (printable(name), "bold $foreground"), "\n", (printable(meaning[:_TEXT_LIMIT]), "$muted")
                )
            )
            for _, name, meaning in self._answers
        ]
        yield ChoiceList(*options, id="choose-list", classes="dialog-list", markup=False)

    def on_mount(self) -> None:
        """Wait until the question is on the screen."""
        self.call_after_refresh(self.on_early_key)

    def footer_keys(self) -> Sequence[FooterKey]:
        """Answer, move, leave."""
        return (
            FooterKey(ENTER, "Choose", "screen.choose"),
            FooterKey(UP_DOWN, "Move", "screen.move(1)"),
            FooterKey(ESCAPE, "Cancel", "screen.dismiss(None)"),
        )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with the answer, unless it was clicked before the question could be read: as with keys, the second
        click on what asked the question does not answer it."""
        if self._is_ready:
            self.dismiss(self._answers[event.option_index][0])
        else:
            self.on_early_key()

    def action_choose(self) -> None:
        """Choose the answer under the cursor."""
        self.query_one(ChoiceList).action_select()

    def action_move(self, step: int) -> None:
        """Move to the other answer."""
        move_cursor(self.query_one(ChoiceList), step)

    @property
    def takes_keys(self) -> bool:
        """Whether there was time to read the question."""
        return self._is_ready

    def on_early_key(self) -> None:
        """Restart the wait for a pause in typing."""
        if self._silence is not None:
            self._silence.stop()
        self._silence = self.set_timer(SILENCE_S, self._become_ready)

    def _become_ready(self) -> None:
        self._is_ready = True
        self.app.key_queue.deliver_soon()
