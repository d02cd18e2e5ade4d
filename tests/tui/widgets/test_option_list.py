"""The lists to choose from."""

from __future__ import annotations

import pytest
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.widgets.option_list import Option

from sunotui.tui.theming.themed_app import ThemedApp
from sunotui.tui.widgets.option_list import ChoiceList, PageList


class _Alone(ThemedApp[None]):
    def __init__(self, kind: type[ChoiceList]) -> None:
        super().__init__()
        self._kind = kind
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        yield self._kind(*(Option(f"row {number}") for number in range(5)), markup=False)

    def on_option_list_option_selected(self, event: ChoiceList.OptionSelected) -> None:
        self.chosen.append(event.option_index)


def _click(choices: ChoiceList, index: int, chain: int) -> events.Click:
    """A click on the row that was painted for this index."""
    style = Style(meta={"option": index})
    return events.Click(choices, 1, index, 0, 0, 1, False, False, False, 1, index, style, chain)


@pytest.mark.parametrize("kind", [ChoiceList, PageList])
@pytest.mark.parametrize("chain", [1, 2])
async def test_a_click_on_a_row_that_is_no_longer_in_the_list_does_nothing(kind: type[ChoiceList], chain: int) -> None:
    """Regression: a click on its way while the list was filtered ended the program with an IndexError."""
    app = _Alone(kind)
    async with app.run_test() as pilot:
        choices = app.query_one(ChoiceList)
        choices.post_message(_click(choices, 4, chain))
        choices.clear_options()
        choices.add_options([Option("the only row")])
        await pilot.pause()
        assert app.chosen == []
        choices.post_message(_click(choices, 0, 2))
        await pilot.pause()
        assert app.chosen == [0]
