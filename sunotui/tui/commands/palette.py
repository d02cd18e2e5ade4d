"""The entries of the command palette: the commands that work now and entries of other parts of the program. Songs that
match are added by the dialog."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from sunotui.named_tuple import NamedTuple
from sunotui.tui.base import BaseApp
from sunotui.tui.commands.command import Scope, only_moves
from sunotui.tui.commands.working_commands import help_entries, scopes_by_focus
from sunotui.tui.matching import match_text

_NOT_OFFERED = frozenset({"command-palette"})


class PaletteEntry(NamedTuple):
    """One line of the palette."""

    title: str
    scope: str
    """Where it works, or what it is."""
    key: str
    """The name of its key as it is printed; empty without one."""
    run: Callable[[], Awaitable[object]]
    """Called once the palette is closed."""
    words: str = ""
    """Further text that a search finds, after all matches of the title."""


EntryProvider = Callable[[BaseApp], Sequence[PaletteEntry]]


def command_entries(app: BaseApp) -> list[PaletteEntry]:
    """The commands that work now, those of the focused pane first; within a scope in the registry's order."""
    order = {scope: at for at, scope in enumerate(scopes_by_focus(app))}
    entries = [
        entry
        for entry in help_entries(app)
        # Cursor keys need no search, and the palette itself is already open.
        if entry.works and entry.command.id not in _NOT_OFFERED and not only_moves(entry.command)
    ]
    return [
        PaletteEntry(
            entry.command.title,
            entry.command.scope.value,
            entry.keys.partition(" ")[0],
            partial(app.run_action, entry.command.action, entry.node),
            entry.command.help,
        )
        for entry in sorted(entries, key=lambda entry: order[entry.command.scope])
    ]


def app_entries(app: BaseApp) -> list[PaletteEntry]:
    """Entries without a key."""

    def entry(title: str, action: str, words: str) -> PaletteEntry:
        return PaletteEntry(title, Scope.EVERYWHERE.value, "", partial(app.run_action, action), words)

    return [
        entry("Save a screenshot", "screenshot", "A picture of the screen, as SVG."),
    ]


PROVIDERS: tuple[EntryProvider, ...] = (command_entries, app_entries)
"""Each returns its entries; they are shown in this order while nothing is typed."""


def palette_entries(app: BaseApp) -> list[PaletteEntry]:
    """The entries of all providers."""
    return [entry for provider in PROVIDERS for entry in provider(app)]


class PaletteMatch(NamedTuple):
    """An entry that matches, and which characters of its title do."""

    entry: PaletteEntry
    hits: tuple[tuple[int, int], ...]
    """Ranges of the title, start and end."""


def find_entries(entries: Sequence[PaletteEntry], wanted: str) -> list[PaletteMatch]:
    """The entries that match, the best first; all, in their order, while nothing is typed."""
    if not wanted.strip():
        return [PaletteMatch(entry, ()) for entry in entries]
    found = [(match, entry) for entry in entries if (match := match_text(wanted, entry.title, _further(entry)))]
    return [PaletteMatch(entry, match.hits) for match, entry in sorted(found, key=lambda one: one[0].rank)]


def _further(entry: PaletteEntry) -> str:
    return f"{entry.scope} {entry.words}"
