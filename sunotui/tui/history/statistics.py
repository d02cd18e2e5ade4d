"""The statistics screen: takes, failures, durations and cost."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding

from sunotui.core.core import Core
from sunotui.domain.errors import SunotuiError
from sunotui.domain.statistics import Statistics
from sunotui.tui.dialogs.base import Dialog
from sunotui.tui.history.statistics_page import statistics_page
from sunotui.tui.widgets.footer import Footer, FooterKey
from sunotui.tui.widgets.header import Header
from sunotui.tui.widgets.text_view import TextLine, TextView

_SCROLLBAR_CELLS = 2


class StatisticsScreen(Dialog[None]):
    """Counts when it opens and on request; it does not update by itself."""

    BINDINGS = [
        Binding("escape,q,percent_sign", "dismiss", "Leave", show=False),
        Binding("r", "count", "Refresh", show=False),
    ]

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._statistics: Statistics | None = None

    def compose(self) -> ComposeResult:
        """The title, the text, the keys."""
        yield Header("Statistics")
        yield TextView(id="reading-body")
        yield Footer()

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys of this screen."""
        return (
            FooterKey("j k", "Scroll", "screen.scroll"),
            FooterKey("r", "Refresh", "screen.count"),
            FooterKey("esc", "Back", "screen.dismiss"),
        )

    def on_mount(self) -> None:
        """Count."""
        self.query_one(TextView).focus()
        self.action_count()

    @work(group="statistics", exclusive=True)
    async def action_count(self) -> None:
        """Count again."""
        try:
            self._statistics = await self._core.statistics()
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Draw the charts in the new width."""
        self._draw()

    def _draw(self) -> None:
        if self._statistics is None:
            return
        view = self.query_one(TextView)
        page = statistics_page(self._statistics, view.size.width - _SCROLLBAR_CELLS)
        view.show_lines([TextLine(text, "head" if is_head else "plain", name) for name, text, is_head in page])
