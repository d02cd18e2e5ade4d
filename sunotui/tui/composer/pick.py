"""Fields that are chosen from a list: they show the current choice, and open the list on demand."""

from __future__ import annotations

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting
from sunotui.tui.runtime.textual_patches import OrderedForFocus
from sunotui.tui.theming import glyphs
from sunotui.tui.theming.themed_app import ThemedApp

NARROW = 70
"""The width of the window below which the options have short labels."""
_WIDEST, _WIDEST_NARROW = 20, 8
"""The width of a choice in the row of options, in cells."""


class Pick(NamedTuple):
    """A choice of the form, and the draft's fields that hold it."""

    id: str
    label: str
    fields: tuple[str, ...]
    """The mode has the choice if it has one of these fields."""
    short: str = ""
    """The label in a narrow window."""


SOURCE = Pick("source", "Source take", ("clip",))
OTHERS = Pick("others", "Further takes", ("clips",))
MODEL = Pick("model-pick", "Model", ("model", "stem_model"))
VOICE = Pick("voice", "Voice", ("persona",))
REQUESTS = Pick("requests", "Requests", ("takes",), "Req.")
PICKS = (SOURCE, OTHERS, MODEL, VOICE, REQUESTS)


class PickField(OrderedForFocus, can_focus=True):
    """Shows a choice; enter, space, down or a click asks for the list."""

    app: ThemedApp[object]

    BINDINGS = [Binding("enter,space,down", "open", "Choose", show=False)]

    class Opened(Message):
        """The user asked for the list."""

        def __init__(self, pick: Pick) -> None:
            super().__init__()
            self.pick = pick

    value: reactive[str] = reactive("", layout=True)
    """The text of the current choice."""

    def __init__(self, pick: Pick, order: int, *, has_label: bool) -> None:
        """`has_label` shows the label before the choice; otherwise it is in the surrounding border."""
        super().__init__(id=pick.id)
        self.pick = pick
        self.focus_order = order
        self._has_label = has_label

    def render(self) -> Content:
        """The label, and the choice in a box."""
        box = "bold reverse $key" if self.has_focus else self.app.idle_box
        if not self._has_label:
            width = max(1, self.size.width - 4)
            text = formatting.fit(self.value, min(width, cell_len(self.value[:width])))
            return Content.assemble((f" {text} {glyphs.DOWN} ", box))
        is_narrow = self.app.size.width < NARROW
        label = self.pick.short if is_narrow and self.pick.short else self.pick.label
        most = _WIDEST_NARROW if is_narrow else _WIDEST
        text = formatting.fit(self.value, min(most, cell_len(self.value[:most])))
        return Content.assemble((f"{label} ", "$muted"), (f" {text} {glyphs.DOWN} ", box))

    def action_open(self) -> None:
        """Ask for the list."""
        self.post_message(self.Opened(self.pick))

    def on_click(self) -> None:
        """Ask for the list."""
        self.action_open()


class FoldButton(OrderedForFocus, can_focus=True):
    """Opens and folds the fields under More, and shows their labels."""

    BINDINGS = [Binding("enter,space", "turn", "Open or fold", show=False)]

    class Turned(Message):
        """More was opened or folded."""

    is_open: reactive[bool] = reactive(False)
    names: reactive[tuple[str, ...]] = reactive(tuple[str, ...])
    """The labels of the folded fields."""
    filled: reactive[int] = reactive(0)
    """How many of them are filled."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.focus_order = 1_000

    def render(self) -> Content:
        """The word More, then what is folded, as far as there is room."""
        sign = glyphs.DOWN if self.is_open else glyphs.FOLDED
        head = f"{sign} More"
        style = "bold reverse $key" if self.has_focus else "$key"
        pieces = [(head, style)]
        if self.filled:
            pieces.append((f" {self.filled} set", "$foreground"))
        rest = " " + ", ".join(self.names)
        room = self.size.width - sum(cell_len(text) for text, _ in pieces)
        if self.names and room >= cell_len(self.names[0]) + 2:
            pieces.append((formatting.fit(rest, room), "$muted"))
        return Content.assemble(*pieces)

    def action_turn(self) -> None:
        """Open or fold."""
        self.post_message(self.Turned())

    def on_click(self) -> None:
        """Open or fold."""
        self.action_turn()
