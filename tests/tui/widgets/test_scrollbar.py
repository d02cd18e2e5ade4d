"""The scrollbar of a view of lines is drawn again only if it looks different."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from sunotui.tui.widgets.scrollbar import LineScroll, ThinScrollBar, use_thin_scrollbars

_SHOWN = 20


class Lines(LineScroll):
    def render_line(self, y: int) -> Strip:
        return Strip.blank(self.size.width)


class Scrolled(App[None]):
    def compose(self) -> ComposeResult:
        yield Lines()


@pytest.mark.parametrize(
    ("before", "after", "is_drawn"),
    [(10_000, 10_001, False), (100_000, 2_000, False), (40, 80, True), (30, 31, False), (21, 30, True)],
)
async def test_a_bar_that_looks_the_same_is_not_drawn_again(
    before: int, after: int, is_drawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    render_bar = ThinScrollBar.render_bar.__func__  # type: ignore[attr-defined]

    def counted(cls: type[ThinScrollBar], *args: Any, **options: Any) -> Any:
        drawn.append(1)
        return render_bar(cls, *args, **options)

    monkeypatch.setattr(ScrollBar, "renderer", ScrollBar.renderer)
    use_thin_scrollbars()
    monkeypatch.setattr(ThinScrollBar, "render_bar", classmethod(counted))
    app = Scrolled()
    async with app.run_test(size=(30, _SHOWN)) as pilot:
        lines = app.query_one(Lines)
        lines.resize_content(Size(30, before))
        await pilot.pause()
        assert drawn
        drawn.clear()
        lines.resize_content(Size(30, after))
        await pilot.pause()
        assert bool(drawn) is is_drawn
        # A drag of the bar moves the view in proportion to this.
        assert lines.vertical_scrollbar.window_virtual_size == after
