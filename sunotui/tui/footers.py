"""Which commands the footer shows for the focused widget, the most useful first; the last one is always shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sunotui.tui.command import Command, Scope, shown_key
from sunotui.tui.commands import command_named
from sunotui.tui.widgets.footer import FooterKey

LIST = (
    "library.go-in",
    "library.copy-url",
    "library.star",
    "library.search",
    "library.compose",
    "library.toggle-sidebar",
    "library.extend",
    "library.reuse",
    "everywhere.command-palette",
    "everywhere.help",
)
BACK = "library.go-back"
END_SEARCH = "End search"
FOUND = (*LIST[:-1], BACK)
"""In a list that a search narrows."""
EMPTY = (
    "library.compose",
    "library.profiles",
    "everywhere.command-palette",
    "everywhere.help",
    "library.leave",
)
"""While the library has nothing to open, or is not open yet."""
MARKED = (
    "library.star",
    "library.rate",
    "library.labels",
    "library.albums",
    "library.trash",
    "library.mark",
    "library.mark-range",
    "library.go-back",
)
COUNTED = ("library.star", "library.rate", "library.labels", "library.albums", "library.trash")
"""Commands that work on all marked songs, and say how many these are."""
SAVE_SEARCH = "library.save-search"
SIDEBAR = ("library.go-in", "library.rename-album", "library.forget-place", "library.go-back")
DETAIL = (
    "library.next-take",
    "library.next-tab",
    "library.copy-url",
    "library.star",
    "library.extend",
    "library.copy-choose",
    "library.go-back",
)
_FUNCTION_KEYS = tuple(f"f{number}" for number in range(1, 13))
COMPOSER = (
    "composer.send",
    "composer.recall",
    "composer.edit-outside",
    "composer.other-gateway",
    "composer.clear",
    "composer.more-modes",
    "composer.leave",
)
SUBMISSIONS = (
    "submissions.answer",
    "submissions.look",
    "submissions.found",
    "submissions.retry",
    "submissions.drop",
    "submissions.leave",
)
PROFILES = ("profiles.use", "profiles.log-in", "profiles.probe", "profiles.log-out", "profiles.leave")


def search_keys(keys_of: Callable[[Command], tuple[str, ...]]) -> list[FooterKey]:
    """The keys of the search line: of the commands, those keys that do not write a letter."""

    def unwritten(command: Command) -> tuple[str, ...]:
        return tuple(key for key in keys_of(command) if key.startswith(("ctrl+", "alt+")) or key in _FUNCTION_KEYS)

    return [
        FooterKey("enter", "To the list", "screen.finish_search"),
        *footer_keys(("library.filter", SAVE_SEARCH), unwritten),
        FooterKey("esc", END_SEARCH, "screen.cancel_search"),
    ]


def footer_keys(
    names: Sequence[str],
    keys_of: Callable[[Command], tuple[str, ...]],
    *,
    texts: Mapping[str, str] | None = None,
    without: Sequence[str] = (),
) -> list[FooterKey]:
    """The keys of these commands. `keys_of` gives the keys that the user's settings give a command; `texts` replaces
    the title of some, such as "Trash 3"; those in `without` do not work now."""
    found = []
    for name in names:
        command = command_named(name)
        keys = keys_of(command)
        if name in without or not keys:
            continue
        owner = "app" if command.scope is Scope.EVERYWHERE else "screen"
        text = (texts or {}).get(name, command.title)
        found.append(FooterKey(shown_key(keys[0]), text, f"{owner}.{command.action}"))
    return found
