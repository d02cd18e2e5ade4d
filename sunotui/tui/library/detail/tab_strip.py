"""The tabs of the detail pane."""

from __future__ import annotations

from enum import StrEnum

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class Tab(StrEnum):
    """The tabs in their order."""

    LYRICS = "Lyrics"
    DETAILS = "Details"
    FAMILY = "Family"
    REQUEST = "Request"
    RAW = "Raw"


class TabStrip(Static):
    """The names of the tabs with the current one highlighted; a click chooses one."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: Tab) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._painted: tuple[Tab, int] | None = None

    @property
    def _padding(self) -> int:
        """Spaces on either side of a name, if there is room for them."""
        return 1 if self.size.width >= sum(len(tab.value) + 3 for tab in Tab) - 1 else 0

    def show_tab(self, current: Tab) -> None:
        """Highlight the current tab."""
        padding = self._padding
        if (current, padding) == self._painted:
            return
        self._painted = current, padding
        pieces: list[tuple[str, str]] = []
        for tab in Tab:
            if pieces:
                pieces.append(("│", "$muted"))
            spaces = " " * padding
            pieces.append((f"{spaces}{tab.value}{spaces}", "bold reverse" if tab is current else "$muted"))
        self.update(Content.assemble(*pieces))

    def on_resize(self) -> None:
        """Use more or less padding."""
        if self._painted is not None:
            self.show_tab(self._painted[0])

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the mouse."""
        start = 0
        for tab in Tab:
            width = len(tab.value) + 2 * self._padding + 1
            if start <= event.x < start + width:
                self.post_message(self.Chosen(tab))
                return
            start += width
