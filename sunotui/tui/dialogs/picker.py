"""A list from which the user picks one item, filtered by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar  # noqa: TID251 - ours cannot be generic

from rich.cells import cell_len
from textual.content import Content
from textual.widgets.option_list import Option

from sunotui.domain.text import printable
from sunotui.tui.dialogs.base import ENTER, ESCAPE, UP_DOWN
from sunotui.tui.dialogs.filtered import FilteredDialog
from sunotui.tui.matching import match_text
from sunotui.tui.theming import glyphs
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.lines import Row

_MOST_ROWS = 100
_WORDS_LIMIT = 300
_KIND_CELLS, _WHEN_CELLS = 11, 5
_CELLS_AROUND = 4
"""The columns of the list that are not part of a row."""
_CELLS_AROUND_BOX = 8
"""Columns of the box that are not part of a row."""
_LEAST_WIDTH, _MOST_WIDTH = 72, 112

Picked = TypeVar("Picked")


class PickerRow(NamedTuple, Generic[Picked]):
    """One item to pick."""

    value: Picked
    when: str
    """A few cells beside it, such as its age."""
    kind: str
    """A word for its kind."""
    words: str
    """The text that is searched; a row without text is shown only while nothing is typed."""


class PickerDialog(FilteredDialog[Picked | None]):
    """Closes with the value of the picked row, or None."""

    ROWS_AROUND_LIST = 10

    def __init__(
        self,
        title: str,
        rows: Sequence[PickerRow[Picked]],
        *,
        row_of: Callable[[str], PickerRow[Picked]] | None = None,
    ) -> None:
        """`row_of` makes a row of what was typed, so that it can be picked, too; the cursor has to be moved to it."""
        super().__init__(title, classes="-wide")
        self._row_of = row_of
        self._rows = tuple(rows)
        self._shown: list[PickerRow[Picked]] = []
        self._hits = 0

    def _fit_list(self) -> None:
        """Give the box the width of its longest row, at most that of the screen."""
        widest = max(map(_cells, self._rows[:_MOST_ROWS]), default=0) + _CELLS_AROUND_BOX
        self.query_one("#dialog").styles.width = min(max(_LEAST_WIDTH, widest), _MOST_WIDTH, self.app.size.width)
        super()._fit_list()

    def footer_keys(self) -> Sequence[FooterKey]:
        """Choose, move, leave."""
        keys = (FooterKey(ENTER, "Choose", "screen.choose"), FooterKey(UP_DOWN, "Move", "screen.move(1)"))
        return (*(keys if self._shown else ()), FooterKey(ESCAPE, "Cancel", "screen.leave"))

    @property
    def hits(self) -> tuple[int, int]:
        """The rows that match, of all, however many are shown."""
        return self._hits, len(self._rows)

    async def action_choose(self) -> None:
        """Pick the row under the cursor."""
        index = self.choices.highlighted
        if index is not None and index < len(self._shown):
            self.dismiss(self._shown[index].value)

    def show_matches(self, wanted: str) -> None:
        """Show the matching rows, the best first."""
        wanted = wanted.strip()
        rows: Sequence[PickerRow[Picked]] = self._rows
        if wanted:
            found = [
                (match.rank, row) for row in rows if row.words and (match := match_text(wanted, row.words, row.kind))
            ]
            rows = [row for _, row in sorted(found, key=lambda one: one[0])]
        self._hits = len(rows)
        rows = list(rows[:_MOST_ROWS])
        is_known = bool(rows)
        if self._row_of is not None and wanted:
            rows.append(self._row_of(wanted))
        self._shown = rows
        # Enter after any text must not pick that text.
        self.show_options([Option(_row(row)) for row in rows], at=0 if is_known else None)

    def describe(self) -> None:
        """Show also the whole text of a row that is cut. The note stays if any row is cut, so that the box does not
        change its height with the cursor."""
        super().describe()
        width = self.choices.size.width - _CELLS_AROUND
        keeps_note = any(0 < width < _cells(row) for row in self._rows[:_MOST_ROWS])
        self.query_one("#dialog-note").set_class(keeps_note, "-two-rows")
        at = self.choices.highlighted
        words = ""
        if at is not None and at < len(self._shown):
            row = self._shown[at]
            words = printable(row.words[:_WORDS_LIMIT]) if 0 < width < _cells(row) else ""
        elif self._shown:
            words = f"No matches. {glyphs.ARROW_DOWN} selects the name that was typed."
        self.show_message(words or (" " if keeps_note else ""))


def _cells(row: PickerRow[Picked]) -> int:
    """The width of a row that is not cut."""
    return cell_len(printable(row.words[:_WORDS_LIMIT])) + cell_len(_about(row))


def _row(row: PickerRow[Picked]) -> Row:
    """The text, and at the right what it is and how old."""
    words = Content.styled(printable(row.words[:_WORDS_LIMIT]) or "Untitled", "$foreground")
    return Row(words, Content.styled(_about(row), "$muted"))


def _about(row: PickerRow[Picked]) -> str:
    """What it is and how old; a row without a kind leaves more room for the text."""
    kind = f"{printable(row.kind):<{_KIND_CELLS}}" if row.kind else ""
    return f"  {kind}{printable(row.when).rjust(_WHEN_CELLS)}"
