"""A rating: one digit."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from sunotui.tui.dialogs.base import Dialog


class RateDialog(Dialog[int | None]):
    """Closes with a rating from 0 to 5, or None."""

    BINDINGS = [
        Binding("escape,q", "dismiss(None)", "Leave", show=False),
        *(Binding(str(rating), f"dismiss({rating})", "Rate", show=False) for rating in range(6)),
    ]

    def compose(self) -> ComposeResult:
        """The question and its answers."""
        with Vertical(id="choose-box"):
            yield Static("Rate this take", id="choose-title", markup=False)
            yield Static("1 ★   2 ★★   3 ★★★   4 ★★★★   5 ★★★★★   0 no rating   esc leaves", markup=False)
