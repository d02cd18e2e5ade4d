"""The bottom line: the keys that matter where you are, from the registry."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from sunotui.tui.commands import Command, shown_key


class KeyBar(Widget):
    """As many keys as there is room for, the most important first."""

    commands: reactive[Sequence[Command]] = reactive(tuple[Command, ...])

    def render(self) -> Content:
        """The line."""
        room = self.size.width - 1
        pieces: list[tuple[str, str]] = []
        for command in self.commands:
            key, words = shown_key(command.keys[0]), command.footer
            cells = cell_len(key) + cell_len(words) + 3
            if cells > room:
                break
            room -= cells
            pieces += [(f" {key}", "bold $accent"), (f" {words} ", "$text-muted")]
        return Content.assemble(*pieces)
