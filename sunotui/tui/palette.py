"""What the command palette offers: the commands that work now and entries of other parts of the program. Songs that
match are added by the dialog."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import NamedTuple

from sunotui.tui.base import BaseApp
from sunotui.tui.command import Scope
from sunotui.tui.working_commands import help_entries, scopes_by_focus

_NOT_OFFERED = frozenset({"command-palette"})


class PaletteEntry(NamedTuple):
    """One line of the palette."""

    title: str
    place: str
    """Where it works, or what it is."""
    key: str
    """As it is printed; empty without one."""
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
        # Moving the cursor is not worth a search, and the palette itself is open.
        if entry.works and entry.command.id not in _NOT_OFFERED and not _only_moves(entry.command.scope)
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
    """What has no key."""

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


def _only_moves(scope: Scope) -> bool:
    return scope in {Scope.LIST, Scope.DETAIL}


class PaletteMatch(NamedTuple):
    """An entry that matches, and which characters of its title do."""

    entry: PaletteEntry
    hits: tuple[tuple[int, int], ...]
    """Ranges of the title, start and end."""


def find_entries(entries: Sequence[PaletteEntry], wanted: str) -> list[PaletteMatch]:
    """The entries that match, the best first; all, in their order, while nothing is typed."""
    wanted = " ".join(wanted.casefold().split())
    if not wanted:
        return [PaletteMatch(entry, ()) for entry in entries]
    rated = []
    for at, entry in enumerate(entries):
        if (found := _rank(entry, wanted)) is not None:
            rank, hits = found
            rated.append((rank, at, PaletteMatch(entry, hits)))
    return [match for _, _, match in sorted(rated, key=lambda one: one[:2])]


def _rank(entry: PaletteEntry, wanted: str) -> tuple[int, tuple[tuple[int, int], ...]] | None:
    """How well an entry matches, 0 best: its title begins with the text, a word of it does, it contains the text, it
    contains every word, or words of its other text begin with them. Letters apart do not match: what enter runs may
    cost money."""
    title = entry.title.casefold()
    if len(title) != len(entry.title):
        # Folding changed the positions, as for "ß": such a title is found but not marked.
        return (2, ()) if wanted in title else None
    at = title.find(wanted)
    if at >= 0:
        return (0 if at == 0 else 1 if not title[at - 1].isalnum() else 2), ((at, at + len(wanted)),)
    words = wanted.split(" ")
    if all(word in title for word in words):
        return 3, tuple((title.find(word), title.find(word) + len(word)) for word in words)
    starts = re.findall(r"\w+", f"{title} {entry.place} {entry.words}".casefold())
    if all(any(start.startswith(word) for start in starts) for word in words):
        return 4, tuple((title.find(word), title.find(word) + len(word)) for word in words if word in title)
    return None
