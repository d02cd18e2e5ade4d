"""The side pane: the places of the library with how many tasks each holds."""

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

_MARKS = {
    CollectionKind.VIEW: "",
    CollectionKind.LABEL: "#",
    CollectionKind.ALBUM: "♫ ",
    CollectionKind.GATEWAY: "@",
    CollectionKind.SEARCH: "/",
}
_AT_FIRST: Mapping[Collection, int] = {Collection.of_view(view): 0 for view in View}
_NAME_LIMIT = 200
"""Characters of a name that are looked at."""


def place_name(place: Collection) -> str:
    """The place's name on screen: Songs, #label, ♫ album, @gateway, /saved search."""
    if place.view is not None:
        return place.name.capitalize()
    return _MARKS[place.kind] + printable(place.name[:_NAME_LIMIT])


class Views(ScrollView, can_focus=True):
    """One line a place; moving the bar chooses it. A line is made when it is in sight, however many there are."""

    BINDINGS = [
        Binding("j,down", "move(1)", "Next view", show=False),
        Binding("k,up", "move(-1)", "Previous view", show=False),
        Binding("ctrl+d,pagedown", "page(1)", "Page down", show=False),
        Binding("ctrl+u,pageup", "page(-1)", "Page up", show=False),
        Binding("g,home", "first", "First view", show=False),
        Binding("G,end", "last", "Last view", show=False),
    ]
    COMPONENT_CLASSES = {"views--plain", "views--chosen", "views--chosen-blurred", "views--count"}

    class Chosen(Message):
        """Another place is to be shown."""

        def __init__(self, place: Collection) -> None:
            super().__init__()
            self.place = place

    chosen: reactive[Collection] = reactive(EVERYTHING)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._counts = _AT_FIRST
        self._places: tuple[Collection, ...] = tuple(_AT_FIRST)
        self._index = 0

    @property
    def counts(self) -> Mapping[Collection, int]:
        """How many tasks each place holds, in the order of the pane."""
        return self._counts

    def count_of(self, view: View) -> int:
        """How many tasks a built-in view holds."""
        return self._counts.get(Collection.of_view(view), 0)

    def show_counts(self, counts: Mapping[Collection, int]) -> None:
        """Repaint the lines that say something else now. A place that is gone can be shown no more."""
        before = [(place, self._counts[place]) for place in self._in_sight()]
        self._counts, self._places = counts, tuple(counts)
        if self.virtual_size.height != len(self._places):
            self.virtual_size = Size(0, len(self._places))
        if self.chosen not in counts:
            self.chosen = EVERYTHING
        elif self._places[min(self._index, len(self._places) - 1)] != self.chosen:
            self._index = self._places.index(self.chosen)
            self._chosen_into_view()
        now = [(place, counts[place]) for place in self._in_sight()]
        for y in range(max(len(before), len(now))):
            if before[y : y + 1] != now[y : y + 1]:
                self.refresh(Region(0, y, self.size.width, 1))

    def rename(self, old: Collection, new: Collection) -> None:
        """A place goes by another name: who looks at it stays there."""
        is_shown = self.chosen == old
        counts = {new if place == old else place: count for place, count in self._counts.items()}
        self._counts, self._places = counts, tuple(counts)
        if is_shown:
            self.chosen = new
        self.refresh()

    def _in_sight(self) -> tuple[Collection, ...]:
        return self._places[self.scroll_offset.y : self.scroll_offset.y + self.size.height]

    def watch_chosen(self, place: Collection) -> None:
        """Tell whoever shows the place."""
        self._index = self._places.index(place) if place in self._counts else 0
        self._chosen_into_view()
        self.post_message(self.Chosen(place))

    def action_move(self, step: int) -> None:
        """The place below or above."""
        self._choose(self._index + step)

    def action_page(self, step: int) -> None:
        """Half a page down or up, as far as there are places."""
        self._choose(max(0, min(self._index + step * max(1, self.size.height // 2), len(self._places) - 1)))

    def action_first(self) -> None:
        """The first place."""
        self._choose(0)

    def action_last(self) -> None:
        """The last place."""
        self._choose(len(self._places) - 1)

    def on_click(self, event: events.Click) -> None:
        """The place under the mouse."""
        self._choose(event.y + self.scroll_offset.y)

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._places):
            self.chosen = self._places[index]

    def _chosen_into_view(self) -> None:
        self.scroll_to_region(Region(0, self._index, 1, 1), animate=False, force=True, immediate=True, x_axis=False)

    def on_resize(self) -> None:
        """What is shown stays in sight."""
        self._chosen_into_view()

    def on_focus(self) -> None:
        """The bar looks awake."""
        self.refresh()

    def on_blur(self) -> None:
        """The bar looks asleep."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One place's line."""
        width, index = self.size.width, y + self.scroll_offset.y
        if index >= len(self._places):
            return Strip.blank(width, self.get_component_rich_style("views--plain"))
        place = self._places[index]
        is_chosen = index == self._index
        style = self.get_component_rich_style("views--plain")
        if is_chosen:
            style = self.get_component_rich_style("views--chosen" if self.has_focus else "views--chosen-blurred")
        number = self._counts[place]
        count = f"{number:,} " if number >= 0 else " "
        mark = "▌" if is_chosen else " "
        name = formatting.fit(f"{mark}{place_name(place)}", max(0, width - len(count)))
        faint = style if is_chosen else self.get_component_rich_style("views--count")
        return Strip([Segment(name, style), Segment(count, faint)]).adjust_cell_length(width, style)
