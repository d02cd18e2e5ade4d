"""The statistics screen: takes, failures, durations and cost."""

from __future__ import annotations

from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen

from sunotui.core.core import Core
from sunotui.core.statistics.page import PageLine, library_statistics, statistics_page
from sunotui.domain.errors import SunotuiError
from sunotui.domain.statistics import Statistics
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import footers
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings
from sunotui.tui.library.context import LibraryContext
from sunotui.tui.widgets.footer import Footer, FooterKey
from sunotui.tui.widgets.header import Header
from sunotui.tui.widgets.text_view import PlainTextView, TextLine

_SCROLLBAR_CELLS = 2
_EMPTY = PageLine("", "No songs yet: press n in the library to make the first one.")


def open_statistics(ctx: LibraryContext) -> None:
    """Open the statistics."""
    ctx.app.push_screen(StatisticsScreen(ctx.app.core))


class StatisticsScreen(Screen[None]):
    """Counts when it opens and on request; it does not update automatically."""

    # Relative to this file.
    CSS_PATH = "../styles/screens.tcss"

    BINDINGS = bindings(Scope.STATISTICS)

    app: BaseApp

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._statistics: Statistics | None = None

    def compose(self) -> ComposeResult:
        """The title, the text, the keys."""
        self.set_classes(self.app.size_classes)
        yield Header("Statistics")
        view = PlainTextView(id="statistics")
        view.add_class("pane", "page")
        view.border_title = "Statistics"
        yield view
        yield Footer()

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys of this screen."""
        keys_of = self.app.keys_of
        scroll = footers.scroll_keys(keys_of, Scope.STATISTICS, "screen.page(1)")
        return *scroll, *footers.footer_keys(footers.STATISTICS, keys_of)

    def on_mount(self) -> None:
        """Count."""
        view = self.query_one(PlainTextView)
        view.focus()
        self.watch(view, "scroll_y", self._update_position)
        self.watch(view, "virtual_size", self._update_position)
        self.action_count()

    @work(group="statistics", exclusive=True)
    async def action_count(self) -> None:
        """Read the statistics again."""
        try:
            self._statistics = await self._core.read_long(library_statistics)
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        self._draw()

    def action_leave(self) -> None:
        """Go back to the library."""
        self.dismiss()

    def action_page(self, step: int) -> None:
        """Scroll half a page."""
        self.query_one(PlainTextView).action_page(step)

    def action_scroll(self, step: int) -> None:
        """Scroll lines down or up."""
        self.query_one(PlainTextView).action_scroll(step)

    def action_top(self) -> None:
        """Scroll to the first line."""
        self.query_one(PlainTextView).action_top()

    def action_bottom(self) -> None:
        """Scroll to the last line."""
        self.query_one(PlainTextView).action_bottom()

    def _update_position(self) -> None:
        view = self.query_one(PlainTextView)
        view.border_subtitle = Content(view.position)

    def on_plain_text_view_fitted(self) -> None:
        """Draw the charts in the new width, and show how many lines are visible."""
        self._draw()
        self._update_position()

    def _draw(self) -> None:
        if self._statistics is None:
            return
        view = self.query_one(PlainTextView)
        page = list(statistics_page(self._statistics, view.size.width - _SCROLLBAR_CELLS)) or [_EMPTY]
        lines = [TextLine(text, "head" if is_head else "plain", name) for name, text, is_head in page]
        view.show_lines(lines, keep_position=True)
