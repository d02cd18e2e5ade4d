"""The pane beside the form with the check and the JSON, and the row that replaces it in a narrow window."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings
from sunotui.tui.composer.check import Check
from sunotui.tui.widgets.tab_strip import TabStrip

_TABS = ("Check", "JSON")


class CheckPane(VerticalScroll, can_focus=True, inherit_bindings=False):
    """The check, or the JSON, of the form."""

    BINDINGS = bindings(Scope.CHECK)
    BORDER_TITLE = "Before sending"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes="pane")
        self._tabs = TabStrip(_TABS, id="check-tabs")
        self._body = Static(id="check-body", markup=False)
        self.check = Check()
        self.tab = 0
        """0 is the check, 1 the JSON."""

    def compose(self) -> ComposeResult:
        """The tabs, and the page of the current one."""
        yield self._tabs
        yield self._body

    def show(self, check: Check) -> None:
        """Show another check."""
        if check != self.check:
            self.check = check
            self._draw()

    def show_tab(self, index: int) -> None:
        """Show the check or the JSON."""
        self.tab = index
        self.scroll_home(animate=False)
        self._draw()

    def action_turn(self) -> None:
        """Show the other tab."""
        self.show_tab(1 - self.tab)

    def action_scroll(self, step: int) -> None:
        """Scroll lines down or up."""
        self.scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        """Scroll half a page down or up."""
        self.scroll_relative(y=step * max(1, self.size.height // 2), animate=False)

    def action_top(self) -> None:
        """Scroll to the first line."""
        self.scroll_home(animate=False)

    def action_bottom(self) -> None:
        """Scroll to the last line."""
        self.scroll_end(animate=False)

    def on_tab_strip_chosen(self, event: TabStrip.Chosen) -> None:
        """A tab was clicked."""
        event.stop()
        self.show_tab(event.index)

    def on_resize(self) -> None:
        """Wrap to the new width."""
        self._draw()

    def _draw(self) -> None:
        if width := self._body.size.width:
            self._tabs.current = self.tab
            self._body.update(self.check.json() if self.tab else self.check.lines(width))


class CheckLine(Static):
    """The check in one row; a click opens the whole check."""

    class Clicked(Message):
        """The row was clicked."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._check = Check()

    def show(self, check: Check) -> None:
        """Show another check."""
        if check != self._check:
            self._check = check
            self._draw()

    def on_resize(self) -> None:
        """Fit the new width."""
        self._draw()

    @property
    def is_cut(self) -> bool:
        """Whether the row leaves something out."""
        return bool(self.size.width) and self._check.is_cut(self.size.width)

    def on_click(self) -> None:
        """Open the whole check."""
        self.post_message(self.Clicked())

    def _draw(self) -> None:
        if width := self.size.width:
            self.update(self._check.line(width))
