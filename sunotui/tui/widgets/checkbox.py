"""A checkbox that is readable without colours: [x] or [ ]."""

from __future__ import annotations

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Checkbox(Widget, can_focus=True):
    """A box with a label; space, enter or a click changes it."""

    BINDINGS = [Binding("space,enter", "turn", "Toggle", show=False)]

    class Changed(Message):
        """The box was checked or unchecked."""

        def __init__(self, checkbox: Checkbox) -> None:
            super().__init__()
            self.checkbox = checkbox

    value: reactive[bool] = reactive(False)

    def __init__(self, label: str, *, id: str, short: str = "", narrow: int = 0) -> None:
        """`short` is the label if the window is narrower than `narrow` cells."""
        super().__init__(id=id)
        self._label = label
        self._short = short
        self._narrow = narrow

    def render(self) -> Content:
        """The box and its label."""
        label = self._short if self.app.size.width < self._narrow else self._label
        box = "[x] " if self.value else "[ ] "
        if self.has_focus:
            return Content.styled(box + label, "bold reverse $key")
        return Content.assemble((box, "bold $key" if self.value else ""), label)

    def watch_value(self) -> None:
        """Notify the form."""
        self.post_message(self.Changed(self))

    def action_turn(self) -> None:
        """Check or uncheck."""
        self.value = not self.value

    def on_click(self) -> None:
        """Check or uncheck."""
        self.value = not self.value
