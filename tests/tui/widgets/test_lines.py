"""A label of a border is shown without repainting what it encloses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip

from sunotui.tui.widgets.lines import LabelledBorder


class Box(LabelledBorder):
    """A widget with a border, and cells between it and its content. Counts how often a line of the content is
    painted."""

    painted = 0

    def render_line(self, y: int) -> Strip:
        self.painted += 1
        return Strip.blank(self.size.width)


class BoxApp(App[None]):
    CSS = "Box { width: 20; height: 5; border: round white; padding: 0 2; }"

    def compose(self) -> ComposeResult:
        yield Box()


def line_of(app: App[None], y: int) -> str:
    (strip,) = app.screen.query_one(Box).render_lines(Region(0, y, 20, 1))
    return strip.text


@pytest.mark.parametrize(("show", "y"), [(Box.show_at_top, 0), (Box.show_at_bottom, 4)])
async def test_a_label_is_shown_and_only_its_line_is_repainted(show: Callable[[Box, str], None], y: int) -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        box = app.query_one(Box)
        for text in ("[one]", "two"):
            await pilot.pause()
            painted = box.painted
            show(box, text)
            await pilot.pause()
            assert text in line_of(app, y)
            assert box.painted == painted
        box.refresh()
        await pilot.pause()
        assert "two" in line_of(app, y), "it stays when everything is repainted"
