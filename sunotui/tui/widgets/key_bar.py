"""The bottom line: the most important keys of the current screen, from the registry."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from sunotui.tui.command import Command, Scope, shown_key
from sunotui.tui.theme import FAINT


class KeyBar(Widget):
    """Shows as many keys as fit, the most important first; those that work everywhere are always shown."""

    commands: reactive[Sequence[Command]] = reactive(tuple[Command, ...])

    def render(self) -> Content:
        """The line."""
        always = [command for command in self.commands if command.scope is Scope.EVERYWHERE]
        shown: list[Command] = []
        free = self.size.width - 1 - sum(map(_cells, always))
        for command in self.commands:
            if command not in always:
                free -= _cells(command)
                if free < 0:
                    break
                shown.append(command)
        pieces: list[tuple[str, str]] = []
        for command in (*shown, *always):
            pieces += [(f" {shown_key(command.keys[0])}", "bold $accent"), (f" {command.footer} ", FAINT)]
        return Content.assemble(*pieces)


def _cells(command: Command) -> int:
    return cell_len(shown_key(command.keys[0])) + cell_len(command.footer) + 3
