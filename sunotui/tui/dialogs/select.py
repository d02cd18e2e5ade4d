"""A small list from which the user chooses one item."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sunotui.domain.text import printable
from sunotui.tui import formatting
from sunotui.tui.dialogs.base import Dialog
from sunotui.tui.widgets.option_list import ChoiceList

_NARROWEST_NAME, _WIDEST_NAME = 16, 28
"""The maximum width of the column of names, in cells; it is as wide as the longest name."""

Choice = tuple[str, str, str]
"""The key of a choice, its name, and an explanation."""


def choice_box(title: str, choices: Sequence[Choice]) -> Vertical:
    """A box with a title and a list of choices, in their order."""
    width = min(_WIDEST_NAME, max(_NARROWEST_NAME, *(cell_len(name) for _, name, _ in choices)))
    options = [
        # Truncated, since a raw response may have megabytes; the list itself ends a long line with an ellipsis.
        Option(Text.assemble((formatting.fit(name, width), "bold"), " ", (printable(value[:200]), "dim")))
        for _, name, value in choices
    ]
    return Vertical(
        Static(title, id="choose-title", markup=False), ChoiceList(*options, id="choose-list"), id="choose-box"
    )


class SelectDialog(Dialog[str | None]):
    """Shows names with a line about each; closes with the key of the chosen one, or None."""

    BINDINGS = [
        Binding("escape,q", "dismiss(None)", "Leave", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[Choice]) -> None:
        """Two choices may have the same key, such as equal links."""
        super().__init__()
        self._title = title
        self._choices = tuple(choices)

    def compose(self) -> ComposeResult:
        """The list in a box."""
        yield choice_box(self._title, self._choices)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with the choice."""
        self.dismiss(self._choices[event.option_index][0])
