"""How good is it: one digit."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static


class RateModal(ModalScreen[int | None]):
    """Ends with a rating from 0 to 5, or None."""

    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = [
        Binding("escape,q", "dismiss(None)", "Leave", show=False),
        *(Binding(str(rating), f"dismiss({rating})", "Rate", show=False) for rating in range(6)),
    ]

    def compose(self) -> ComposeResult:
        """The question, and what answers it."""
        with Vertical(id="choose-box"):
            yield Static("How good is it?", id="choose-title", markup=False)
            yield Static("1 ★   2 ★★   3 ★★★   4 ★★★★   5 ★★★★★   0 no rating   esc leaves", markup=False)
