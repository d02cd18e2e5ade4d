"""The tabs of a pane: the chosen one is underlined by a heavy line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from sunotui.tui.theming import glyphs

_GAP = 2


class TabStrip(Widget):
    """The names of the tabs, with a line under them if there are two rows; a click chooses one."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    current: reactive[int] = reactive(0)
    """The index of the chosen tab."""

    def __init__(self, names: Sequence[str], *, id: str) -> None:
        super().__init__(id=id)
        self._names = tuple(names)

    def render(self) -> Content:
        """The names, and the line under them."""
        is_low = self.size.height < 2
        names, line = list[tuple[str, str]](), list[tuple[str, str]]()
        for index, name in enumerate(self._names):
            is_current = index == self.current
            style = "bold $strong" if is_current else "$muted"
            names += [(name, f"{style} underline" if is_low and is_current else style), (" " * _GAP, "")]
            sign = glyphs.BAR_FULL if is_current else glyphs.BAR_REST
            line += [(sign * len(name), "$key" if is_current else "$rule"), (glyphs.BAR_REST * _GAP, "$rule")]
        used = sum(len(name) + _GAP for name in self._names)
        line.append((glyphs.BAR_REST * max(0, self.size.width - used), "$rule"))
        return Content.assemble(*names) if is_low else Content.assemble(*names, "\n", *line)

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the mouse."""
        for index, end in enumerate(self._ends()):
            if event.x < end:
                self.post_message(self.Chosen(index))
                return

    def _ends(self) -> Iterator[int]:
        """The cell after each tab and its gap."""
        end = 0
        for name in self._names:
            end += len(name) + _GAP
            yield end
