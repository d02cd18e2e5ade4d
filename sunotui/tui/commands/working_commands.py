"""Which commands of the registry work now: those of the focused pane, of its screen and of the app."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from textual.binding import Binding
from textual.dom import DOMNode

from sunotui.named_tuple import NamedTuple
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import footers
from sunotui.tui.commands.command import Command, Scope, binding_id, only_moves, shown_key
from sunotui.tui.commands.registry import COMMANDS, of


class HelpEntry(NamedTuple):
    """A command, and what runs it now."""

    command: Command
    keys: str
    """The names of its keys as they are printed, with the user's settings."""
    node: DOMNode | None
    """The pane, screen or app that runs it; None if it does not work now."""

    @property
    def works(self) -> bool:
        """Whether it can be run now."""
        return self.node is not None

    @property
    def texts(self) -> tuple[str, str]:
        """What a filter searches besides the keys."""
        return self.command.title, self.command.help


def help_entries(app: BaseApp) -> list[HelpEntry]:
    """Every command, in the registry's order."""
    nodes = _nodes_by_binding(app)
    found = []
    for command in COMMANDS:
        keys = _shown(app.keys_of(command))
        node = nodes.get(binding_id(command))
        works = node is not None and _is_enabled(node, command)
        found.append(HelpEntry(command, keys, node if works else None))
    return found


def scopes_by_focus(app: BaseApp) -> list[Scope]:
    """All scopes: that of the focused pane first, then its screen, the app, the screen's other panes, and the rest."""
    nodes = _nodes_by_binding(app)
    here = [scope for scope in Scope if any(binding_id(command) in nodes for command in of(scope))]
    depth = {id(node): at for at, node in enumerate(_chain(app))}
    here.sort(key=lambda scope: min(depth[id(nodes[name])] for name in map(binding_id, of(scope)) if name in nodes))
    panes = [Scope.LIST, Scope.SIDEBAR, Scope.DETAIL, Scope.SEARCH] if Scope.LIBRARY in here else []
    return list(dict.fromkeys([*here, *panes, *Scope]))


def help_sections(app: BaseApp) -> list[tuple[Scope, Sequence[HelpEntry]]]:
    """All commands by scope, those of the focused pane first. The commands for single takes are one entry, and those
    of the library that belong to one of its panes are in its group, too."""
    entries = help_entries(app)
    sections: list[tuple[Scope, Sequence[HelpEntry]]] = []
    for scope in scopes_by_focus(app):
        rows = [entry for entry in entries if entry.command.scope is scope]
        takes = [entry for entry in rows if entry.command.id.startswith("take.")]
        if takes:
            first = takes[0].command
            all_takes = first._replace(title="Take 1 to 9", help="Show that take.")
            rows = [entry for entry in rows if entry not in takes[1:]]
            rows[rows.index(takes[0])] = HelpEntry(all_takes, "1 to 9", takes[0].node)
        elsewhere = footers.also_in(scope)
        by_name = {binding_id(entry.command): entry for entry in entries}
        first_move = next((at for at, entry in enumerate(rows) if only_moves(entry.command)), len(rows))
        for name, title in reversed(elsewhere.items()):
            entry = by_name[name]
            if scope is Scope.SEARCH:
                entry = entry._replace(keys=_shown(footers.not_typed(app.keys_of(entry.command))))
            rows.insert(first_move, entry._replace(command=entry.command._replace(title=title)))
        sections.append((scope, rows))
    return sections


def _shown(keys: Sequence[str]) -> str:
    return " ".join(map(shown_key, keys))


def _chain(app: BaseApp) -> list[DOMNode]:
    """The nodes that receive a key, in this order: the focused widget, its ancestors, the screen, and the app."""
    start: DOMNode = app.focused or app.screen
    return [*(node for node in start.ancestors_with_self if node is not app), app]


def _nodes_by_binding(app: BaseApp) -> dict[str, DOMNode]:
    nodes: dict[str, DOMNode] = {}
    for node in _chain(app):
        for kind in type(node).__mro__:
            for binding in kind.__dict__.get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id:
                    nodes.setdefault(binding.id, node)
    return nodes


def _is_enabled(node: DOMNode, command: Command) -> bool:
    name, _, arguments = command.action.partition("(")
    parameters = ast.literal_eval(f"({arguments.removesuffix(')')},)") if arguments else ()
    return bool(node.check_action(name, parameters))
