"""The tabs of a pane: the chosen one stands on a heavy line."""

from __future__ import annotations

from enum import StrEnum

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from sunotui.tui import glyphs


class Tab(StrEnum):
    """The tabs in their order."""

    LYRICS = "Lyrics"
    DETAILS = "Details"
    FAMILY = "Family"
    REQUEST = "Request"
    RAW = "Raw"


_GAP = 2


class TabStrip(Widget):
    """The names of the tabs, with a line under them if there are two rows; a click chooses one."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: Tab) -> None:
            super().__init__()
            self.tab = tab

    current: reactive[Tab] = reactive(Tab.LYRICS)

    def render(self) -> Content:
        """The names, and the line under them."""
        names: list[tuple[str, str]] = []
        line: list[tuple[str, str]] = []
        used = 0
        is_low = self.size.height < 2
        for tab in Tab:
            is_current = tab is self.current
            style = "bold $strong" if is_current else "$muted"
            names += [(tab.value, f"{style} underline" if is_low and is_current else style), (" " * _GAP, "")]
            sign = glyphs.BAR_FULL if is_current else glyphs.BAR_REST
            line += [
                (sign * len(tab.value), "$key" if is_current else "$rule"),
                (glyphs.BAR_REST * _GAP, "$rule"),
            ]
            used += len(tab.value) + _GAP
        line.append((glyphs.BAR_REST * max(0, self.size.width - used), "$rule"))
        return Content.assemble(*names) if is_low else Content.assemble(*names, "\n", *line)

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the mouse."""
        start = 0
        for tab in Tab:
            end = start + len(tab.value) + _GAP
            if start <= event.x < end:
                self.post_message(self.Chosen(tab))
                return
            start = end
