"""A small list to choose one thing from."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sunotui.domain.text import printable
from sunotui.tui import formatting
from sunotui.tui.widgets.option_list import Choices

_NARROWEST_NAME, _WIDEST_NAME = 16, 28
"""Cells of the column of names, which is as wide as the longest."""


class ChooseModal(ModalScreen[str | None]):
    """Shows names with a line of what each stands for; ends with the chosen key, or None."""

    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = [
        Binding("escape,q", "dismiss(None)", "Leave", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[tuple[str, str, str]]) -> None:
        """`choices` are (key, name, what it stands for); two may have one key, such as equal links."""
        super().__init__()
        self._title = title
        self._choices = tuple(choices)

    def compose(self) -> ComposeResult:
        """The list in a box."""
        width = min(_WIDEST_NAME, max(_NARROWEST_NAME, *(cell_len(name) for _, name, _ in self._choices)))
        with Vertical(id="choose-box"):
            yield Static(self._title, id="choose-title", markup=False)
            yield Choices(
                *(
                    # Cut, since a raw answer may have megabytes; the list itself ends a long line with an ellipsis.
                    Option(Text.assemble((formatting.fit(name, width), "bold"), " ", (printable(value[:200]), "dim")))
                    for _, name, value in self._choices
                ),
                id="choose-list",
            )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """The choice is made."""
        self.dismiss(self._choices[event.option_index][0])
