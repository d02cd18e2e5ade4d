"""Lists of names with explanations, from which the user chooses one: small ones, and long ones to filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sunotui.domain.text import printable
from sunotui.tui import formatting
from sunotui.tui.dialogs.base import ENTER, ESCAPE, UP_DOWN, Dialog, key_text, move_cursor
from sunotui.tui.dialogs.filtered import FilteredDialog
from sunotui.tui.matching import match_text
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.lines import Row, WrappedRow
from sunotui.tui.widgets.option_list import ChoiceList

_NARROWEST_NAME, _WIDEST_NAME = 10, 40
"""Cells of the column of names, which is as wide as the longest name."""
_LEAST_TEXT = 14
"""The cells that names leave to the texts."""
_GAP = 2
"""The cells between a name and its text."""
_VALUE_LIMIT = 200
_CELLS_AROUND = 10
"""Columns of the box that are not part of a row: borders, blanks and the scrollbar."""
_CELLS_IN_LIST = 4
"""Columns of the list that are not part of a row."""
_LEAST_WIDTH, _MOST_WIDTH = 58, 100

Choice = tuple[str, str, str]
"""The key of a choice, its name, and an explanation."""


class SelectDialog(Dialog[str | None]):
    """Shows names with a line about each; closes with the key of the chosen one, or None."""

    BINDINGS = [
        Binding("escape,q", "dismiss(None)", "Cancel", show=False),
    ]

    ROWS_AROUND_LIST = 8

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        question: str = "",
        current: str = "",
        has_previews: bool = False,
    ) -> None:
        """Two choices may have the same key, such as equal links. `question` is a sentence above the list. The cursor
        is on the first choice with the key `current`, or else on the first one. The texts wrap; with `has_previews`
        they are the beginnings of longer ones, each in one row."""
        super().__init__(title)
        self._choices = tuple(choices)
        self._question = question
        self._has_previews = has_previews
        self._current = next((at for at, (key, _, _) in enumerate(choices) if key == current), 0)
        self._name_cells = _NARROWEST_NAME

    def compose_body(self) -> ComposeResult:
        """The question and the list."""
        self._name_cells = _name_cells(self._choices, self.app.size.width)
        if self._question:
            yield Static(Content.styled(printable(self._question), "bold $strong"), classes="dialog-question")
        options = [Option(self._row(name, value)) for name, value in self._texts]
        yield ChoiceList(*options, id="choose-list", classes="dialog-list", markup=False)

    @property
    def _texts(self) -> list[tuple[str, str]]:
        """The name of each choice, and its text."""
        return [_texts_of(choice, self._name_cells) for choice in self._choices]

    def _row(self, name: str, value: str) -> Row | WrappedRow:
        if self._has_previews:
            return Row(key_text(name, value, self._name_cells))
        return _wrapped_row(name, value)

    def _fit_list(self) -> None:
        """Give the box the width of its longest row, at most that of the screen."""
        self.query_one("#dialog").styles.width = _box_width(self._texts, self.app.size.width)
        super()._fit_list()

    def on_mount(self) -> None:
        """Put the cursor on what is chosen now."""
        self.query_one(ChoiceList).highlighted = self._current if self._choices else None

    def footer_keys(self) -> Sequence[FooterKey]:
        """Choose, move, leave."""
        return (
            FooterKey(ENTER, "Choose", "screen.choose"),
            FooterKey(UP_DOWN, "Move", "screen.move(1)"),
            FooterKey(ESCAPE, "Cancel", "screen.dismiss(None)"),
        )

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show where the cursor is, and the text of a row that is cut."""
        self.show_position(self.query_one(ChoiceList).position)
        if self._has_previews:
            self._show_whole_text(event.option_index)

    def on_choice_list_fitted(self) -> None:
        """Other rows are cut."""
        at = self.query_one(ChoiceList).highlighted
        if self._has_previews and at is not None:
            self._show_whole_text(at)

    def _show_whole_text(self, at: int) -> None:
        """The note stays if any row is cut, so that the box does not change its height with the cursor."""
        room = self.query_one(ChoiceList).size.width - _CELLS_IN_LIST - self._name_cells - _GAP
        values = [value for _, value in self._texts]
        note, is_cut = self.query_one("#dialog-note"), room > 0 and any(cell_len(value) > room for value in values)
        if is_cut or note.has_class("-two-rows"):
            note.set_class(is_cut, "-two-rows")
            self.show_message((values[at] if cell_len(values[at]) > room else " ") if is_cut else "")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with the choice."""
        self.dismiss(self._choices[event.option_index][0])

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        self.query_one(ChoiceList).action_select()

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        move_cursor(self.query_one(ChoiceList), step)


class FilteredSelectDialog(FilteredDialog[str | None]):
    """Shows names with a line about each, and filters them by what is typed; closes with the key of the chosen one, or
    None."""

    MOST_ROWS = 26

    def __init__(self, title: str, choices: Sequence[Choice]) -> None:
        super().__init__(title, classes="-wide")
        self._choices = tuple(choices)
        self._found: list[Choice] = []

    def footer_keys(self) -> Sequence[FooterKey]:
        """Choose, move, leave."""
        keys = (FooterKey(ENTER, "Choose", "screen.choose"), FooterKey(UP_DOWN, "Move", "screen.move(1)"))
        return (*(keys if self._found else ()), FooterKey(ESCAPE, "Cancel", "screen.leave"))

    def _fit_list(self) -> None:
        """Give the box the width of its longest row, at most that of the screen."""
        width = self.app.size.width
        cells = _name_cells(self._choices, width)
        texts = [_texts_of(choice, cells) for choice in self._choices]
        self.query_one("#dialog").styles.width = _box_width(texts, width)
        super()._fit_list()

    def on_choice_list_fitted(self) -> None:
        """Fit the column of names to the new width."""
        self._show_rows(at=self.choices.highlighted)

    async def action_choose(self) -> None:
        """Close with the choice under the cursor."""
        at = self.choices.highlighted
        if at is not None and at < len(self._found):
            self.dismiss(self._found[at][0])

    def show_matches(self, wanted: str) -> None:
        """Show the matching choices, those whose key matches first."""
        found = [(match_text(wanted.strip(), choice[0], choice[2]), choice) for choice in self._choices]
        ranked = [(match.rank if wanted.strip() else 0, choice) for match, choice in found if match is not None]
        self._found = [choice for _, choice in sorted(ranked, key=lambda one: one[0])]
        self._show_rows(at=0)

    def _show_rows(self, *, at: int | None) -> None:
        cells = _name_cells(self._choices, self.app.size.width)
        self.show_options([Option(_wrapped_row(*_texts_of(choice, cells))) for choice in self._found], at=at)


def _name_cells(choices: Sequence[Choice], width: int) -> int:
    """The width of the column of names in a window of some width."""
    most = min(_WIDEST_NAME, width - _CELLS_AROUND - _GAP - _LEAST_TEXT)
    return min(most, max((_NARROWEST_NAME, *(cell_len(name) for _, name, _ in choices))))


def _texts_of(choice: Choice, name_cells: int) -> tuple[str, str]:
    """The name of a choice in its column, and its text, which is cut, since a raw response may have megabytes."""
    _, name, value = choice
    return formatting.fit(name, name_cells), printable(value[:_VALUE_LIMIT])


def _wrapped_row(name: str, value: str) -> WrappedRow:
    return WrappedRow(Content.styled(name + " " * _GAP, "bold $foreground"), value)


def _box_width(texts: Sequence[tuple[str, str]], width: int) -> int:
    """The width of a box with its longest row, in a window of some width."""
    longest = max((cell_len(name) + _GAP + cell_len(value) for name, value in texts), default=0)
    return min(max(_LEAST_WIDTH, longest + _CELLS_AROUND), _MOST_WIDTH, width)


async def choose(
    app: App[Any], title: str, choices: Sequence[Choice], *, current: str = "", has_previews: bool = False
) -> str | None:
    """Let the user choose; returns the key, or None. The cursor begins at the key `current`. With `has_previews` the
    texts are the beginnings of longer ones. Call it in a worker."""
    return await app.push_screen_wait(SelectDialog(title, choices, current=current, has_previews=has_previews))


async def choose_filtered(app: App[Any], title: str, choices: Sequence[Choice]) -> str | None:
    """Let the user choose one of many, which typing filters; returns the key, or None. Call it in a worker."""
    return await app.push_screen_wait(FilteredSelectDialog(title, choices))
