"""The statistics screen: takes, failures, durations and cost."""

from __future__ import annotations

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from sunotui.core.core import Core
from sunotui.core.library.library import Library
from sunotui.core.statistics.page import PageLine, statistics_page
from sunotui.domain.errors import SunotuiError
from sunotui.domain.statistics import Statistics
from sunotui.tui.dialogs.base import Dialog
from sunotui.tui.widgets.text_view import TextLine, TextView

_SCROLLBAR_CELLS = 2
_EMPTY = PageLine("", "No tasks yet: press n in the library to make the first song.")


class StatisticsScreen(Dialog[None]):
    """Shows statistics when it opens and on request; it does not update by itself."""

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
        yield Static("Statistics", id="reading-title", markup=False)
        yield TextView(id="reading-body")
        yield Static(" esc leaves · j k move · r refreshes", id="reading-foot", markup=False)

    def on_mount(self) -> None:
        """Read the statistics."""
        self.query_one(TextView).focus()
        self.action_count()

    @work(group="statistics", exclusive=True)
    async def action_count(self) -> None:
        """Read the statistics again."""
        try:
            self._statistics = await self._core.read(Library.statistics)
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
        page = list(statistics_page(self._statistics, view.size.width - _SCROLLBAR_CELLS)) or [_EMPTY]
        view.show_lines([TextLine(text, "head" if is_head else "plain", name) for name, text, is_head in page])
