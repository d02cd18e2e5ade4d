"""The sidebar: the collections of the library with the number of tasks in each."""

from __future__ import annotations

from collections.abc import Mapping

from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sunotui.domain.browse import EVERYTHING, Collection, CollectionKind
from sunotui.domain.tasks.summary import View
from sunotui.domain.text import printable
from sunotui.tui import formatting

_PREFIXES = {
    CollectionKind.VIEW: "",
    CollectionKind.LABEL: "#",
    CollectionKind.ALBUM: "♫ ",
    CollectionKind.GATEWAY: "@",
    CollectionKind.SEARCH: "/",
}
_NO_COUNTS: Mapping[Collection, int] = {Collection.of_view(view): 0 for view in View}
_NAME_LIMIT = 200
"""The number of characters of a name that are used: no line shows more."""


def collection_label(collection: Collection) -> str:
    """The collection's name on screen: Songs, #label, ♫ album, @gateway, /saved search."""
    if collection.view is not None:
        return collection.name.capitalize()
    return _PREFIXES[collection.kind] + printable(collection.name[:_NAME_LIMIT])


class Sidebar(ScrollView, can_focus=True):
    """One line for each collection; moving the cursor chooses it. Only visible lines are rendered, so that thousands of
    collections cost no more than twenty."""

    BINDINGS = [
        Binding("j,down", "move(1)", "Next collection", show=False),
        Binding("k,up", "move(-1)", "Previous collection", show=False),
        Binding("ctrl+d,pagedown", "page(1)", "Page down", show=False),
        Binding("ctrl+u,pageup", "page(-1)", "Page up", show=False),
        Binding("g,home", "first", "First collection", show=False),
        Binding("G,end", "last", "Last collection", show=False),
    ]
    COMPONENT_CLASSES = {"sidebar--plain", "sidebar--chosen", "sidebar--chosen-blurred", "sidebar--count"}

    class Chosen(Message):
        """Posted when the user chooses another collection."""

        def __init__(self, collection: Collection) -> None:
            super().__init__()
            self.collection = collection

    chosen: reactive[Collection] = reactive(EVERYTHING)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._counts = _NO_COUNTS
        self._collections: tuple[Collection, ...] = tuple(_NO_COUNTS)
        self._index = 0

    @property
    def counts(self) -> Mapping[Collection, int]:
        """The number of tasks in each collection, in the order of the sidebar."""
        return self._counts

    def count_of(self, view: View) -> int:
        """The number of tasks in a built-in view."""
        return self._counts.get(Collection.of_view(view), 0)

    def show_counts(self, counts: Mapping[Collection, int]) -> None:
        """Show these collections and counts; only lines that change are repainted. If the chosen collection is gone,
        everything is chosen."""
        before = [(collection, self._counts[collection]) for collection in self._visible()]
        self._counts, self._collections = counts, tuple(counts)
        if self.virtual_size.height != len(self._collections):
            self.virtual_size = Size(0, len(self._collections))
        if self.chosen not in counts:
            self.chosen = EVERYTHING
        elif self._collections[min(self._index, len(self._collections) - 1)] != self.chosen:
            self._index = self._collections.index(self.chosen)
            self._scroll_to_chosen()
        now = [(collection, counts[collection]) for collection in self._visible()]
        for y in range(max(len(before), len(now))):
            if before[y : y + 1] != now[y : y + 1]:
                self.refresh(Region(0, y, self.size.width, 1))

    def rename(self, old: Collection, new: Collection) -> None:
        """Show a collection under its new name; it stays chosen if it was."""
        was_chosen = self.chosen == old
        counts = {new if collection == old else collection: count for collection, count in self._counts.items()}
        self._counts, self._collections = counts, tuple(counts)
        if was_chosen:
            self.chosen = new
        self.refresh()

    def _visible(self) -> tuple[Collection, ...]:
        return self._collections[self.scroll_offset.y : self.scroll_offset.y + self.size.height]

    def watch_chosen(self, collection: Collection) -> None:
        """Move the cursor to the collection, and post a message."""
        self._index = self._collections.index(collection) if collection in self._counts else 0
        self._scroll_to_chosen()
        self.post_message(self.Chosen(collection))

    def action_move(self, step: int) -> None:
        """Choose the collection below or above."""
        self._choose(self._index + step)

    def action_page(self, step: int) -> None:
        """Move half a page down or up, at most to the last or first collection."""
        self._choose(max(0, min(self._index + step * max(1, self.size.height // 2), len(self._collections) - 1)))

    def action_first(self) -> None:
        """Choose the first collection."""
        self._choose(0)

    def action_last(self) -> None:
        """Choose the last collection."""
        self._choose(len(self._collections) - 1)

    def on_click(self, event: events.Click) -> None:
        """Choose the collection under the mouse."""
        self._choose(event.y + self.scroll_offset.y)

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._collections):
            self.chosen = self._collections[index]

    def _scroll_to_chosen(self) -> None:
        self.scroll_to_region(Region(0, self._index, 1, 1), animate=False, force=True, immediate=True, x_axis=False)

    def on_resize(self) -> None:
        """Keep the chosen collection visible."""
        self._scroll_to_chosen()

    def on_focus(self) -> None:
        """Paint the cursor in its focused style."""
        self.refresh()

    def on_blur(self) -> None:
        """Paint the cursor in its blurred style."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line of one collection."""
        width, index = self.size.width, y + self.scroll_offset.y
        if index >= len(self._collections):
            return Strip.blank(width, self.get_component_rich_style("sidebar--plain"))
        collection = self._collections[index]
        is_chosen = index == self._index
        style = self.get_component_rich_style("sidebar--plain")
        if is_chosen:
            style = self.get_component_rich_style("sidebar--chosen" if self.has_focus else "sidebar--chosen-blurred")
        number = self._counts[collection]
        count = f"{number:,} " if number >= 0 else " "
        cursor = "▌" if is_chosen else " "
        name = formatting.fit(f"{cursor}{collection_label(collection)}", max(0, width - len(count)))
        count_style = style if is_chosen else self.get_component_rich_style("sidebar--count")
        return Strip([Segment(name, style), Segment(count, count_style)]).adjust_cell_length(width, style)
