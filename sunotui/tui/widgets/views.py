"""The side pane: the places of the library with how many tasks each holds."""

from collections.abc import Mapping

from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sunotui.domain.listing import EVERYTHING, Place, PlaceKind
from sunotui.domain.summary import View
from sunotui.tui import show

_MARKS = {PlaceKind.LABEL: "#", PlaceKind.ALBUM: "♫ ", PlaceKind.GATEWAY: "@", PlaceKind.SEARCH: "/"}
_FIRST: Mapping[Place, int] = {Place.of_view(view): 0 for view in View}


def place_name(place: Place) -> str:
    """The place's name on screen."""
    if place.view is not None:
        return place.view.value.capitalize()
    return _MARKS[place.kind] + place.name


class Views(ScrollView, can_focus=True):
    """One line a place; moving the bar chooses it. Thousands of labels are lines that are not drawn."""

    BINDINGS = [
        Binding("j,down", "move(1)", "Next view", show=False),
        Binding("k,up", "move(-1)", "Previous view", show=False),
        Binding("g,home", "first", "First view", show=False),
        Binding("G,end", "last", "Last view", show=False),
    ]
    COMPONENT_CLASSES = {"views--plain", "views--chosen", "views--chosen-blurred", "views--count"}

    class Chosen(Message):
        """Another place is to be shown."""

        def __init__(self, place: Place) -> None:
            super().__init__()
            self.place = place

    chosen: reactive[Place] = reactive(EVERYTHING)
    counts: reactive[Mapping[Place, int]] = reactive(_FIRST)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._places: tuple[Place, ...] = tuple(_FIRST)

    def watch_chosen(self, place: Place) -> None:
        """Tell whoever shows the place."""
        self.post_message(self.Chosen(place))

    def watch_counts(self, counts: Mapping[Place, int]) -> None:
        """Places come and go: one that is gone can be shown no more."""
        self._places = tuple(counts)
        self.virtual_size = Size(0, len(self._places))
        if self.chosen not in counts:
            self.chosen = EVERYTHING

    def count_of(self, view: View) -> int:
        """How many tasks a built-in view holds."""
        return self.counts.get(Place.of_view(view), 0)

    def action_move(self, step: int) -> None:
        """The place below or above."""
        self._choose(self._places.index(self.chosen) + step)

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
            self.scroll_to_region(Region(0, index, 1, 1), animate=False, force=True, immediate=True, x_axis=False)

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
        is_chosen = place == self.chosen
        style = self.get_component_rich_style("views--plain")
        if is_chosen:
            style = self.get_component_rich_style("views--chosen" if self.has_focus else "views--chosen-blurred")
        number = self.counts[place]
        count = f"{number:,} " if number >= 0 else " "
        mark = "▌" if is_chosen else " "
        name = show.fit(f"{mark}{place_name(place)}", max(0, width - len(count)))
        faint = style if is_chosen else self.get_component_rich_style("views--count")
        return Strip([Segment(name, style), Segment(count, faint)]).adjust_cell_length(width, style)
