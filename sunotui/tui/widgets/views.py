"""The side pane: the views of the library with how many tasks each holds."""

from collections.abc import Mapping

from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from sunotui.domain.summary import View
from sunotui.tui import show

_NAMES = {view: view.value.capitalize() for view in View}


def view_name(view: View) -> str:
    """The view's name on screen."""
    return _NAMES[view]


class Views(Widget, can_focus=True):
    """One line a view; moving the bar chooses it."""

    BINDINGS = [
        Binding("j,down", "move(1)", "Next view", show=False),
        Binding("k,up", "move(-1)", "Previous view", show=False),
    ]
    COMPONENT_CLASSES = {"views--plain", "views--chosen", "views--chosen-blurred", "views--count"}

    class Chosen(Message):
        """Another view is to be shown."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    chosen: reactive[View] = reactive(View.ALL)
    counts: reactive[Mapping[View, int]] = reactive(dict[View, int])

    def watch_chosen(self, view: View) -> None:
        """Tell whoever shows the view."""
        self.post_message(self.Chosen(view))

    def action_move(self, step: int) -> None:
        """The view below or above."""
        views = list(View)
        at = views.index(self.chosen) + step
        if 0 <= at < len(views):
            self.chosen = views[at]

    def on_click(self, event: events.Click) -> None:
        """The view under the mouse."""
        views = list(View)
        if 0 <= event.y < len(views):
            self.chosen = views[event.y]

    def on_focus(self) -> None:
        """The bar looks awake."""
        self.refresh()

    def on_blur(self) -> None:
        """The bar looks asleep."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One view's line."""
        width = self.size.width
        views = list(View)
        if y >= len(views):
            return Strip.blank(width, self.get_component_rich_style("views--plain"))
        view = views[y]
        is_chosen = view is self.chosen
        style = self.get_component_rich_style("views--plain")
        if is_chosen:
            style = self.get_component_rich_style("views--chosen" if self.has_focus else "views--chosen-blurred")
        count = f"{self.counts.get(view, 0):,} "
        mark = "▌" if is_chosen else " "
        name = show.fit(f"{mark}{_NAMES[view]}", max(0, width - len(count)))
        faint = style if is_chosen else self.get_component_rich_style("views--count")
        return Strip([Segment(name, style), Segment(count, faint)]).adjust_cell_length(width, style)
