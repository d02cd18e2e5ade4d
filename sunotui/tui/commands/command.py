"""What a command is: its id, keys, texts and handler."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

from sunotui.named_tuple import NamedTuple


class Scope(StrEnum):
    """Where a command works."""

    EVERYWHERE = "Everywhere"
    LIBRARY = "Library"
    LIST = "List"
    SIDEBAR = "Sidebar"
    DETAIL = "Detail"
    SEARCH = "Search"
    COMPOSER = "Composer"
    CHECK = "Check and JSON"
    SUBMISSIONS = "Journal"
    PROFILES = "Gateways"
    STATISTICS = "Statistics"
    PLAYING = "Now playing"
    QUEUE = "Queue"
    SYNCED_LYRICS = "Synced lyrics"
    STEMS = "Stems"
    PARTS = "Parts"
    COMPARE = "Compare"
    TRIAGE = "Triage"
    DOWNLOADS = "Downloads"

    @property
    def prefix(self) -> str:
        """The first part of its commands' binding ids in the config file's [keys]."""
        return _PREFIXES[self]


_PREFIXES = {
    Scope.EVERYWHERE: "everywhere",
    Scope.LIBRARY: "library",
    Scope.LIST: "list",
    Scope.SIDEBAR: "sidebar",
    Scope.DETAIL: "detail",
    Scope.SEARCH: "search",
    Scope.COMPOSER: "composer",
    Scope.CHECK: "check",
    Scope.SUBMISSIONS: "submissions",
    Scope.PROFILES: "profiles",
    Scope.STATISTICS: "statistics",
    Scope.PLAYING: "playing",
    Scope.QUEUE: "queue",
    Scope.SYNCED_LYRICS: "lyrics",
    Scope.STEMS: "stems",
    Scope.PARTS: "parts",
    Scope.COMPARE: "compare",
    Scope.TRIAGE: "triage",
    Scope.DOWNLOADS: "downloads",
}
"""The prefixes are in users' config files: they must not change."""


class Command(NamedTuple):
    """A command of the user."""

    id: str
    """Its name within its scope. The part before a dot is the action of the widgets, so that several commands can share
    one action with different arguments."""
    title: str
    """Its text in footer, help, palette and README: a verb with a capital, or the name of a screen."""
    keys: tuple[str, ...]
    scope: Scope
    help: str
    argument: int | str | None = None
    """The argument of its action or handler, such as the number of a take."""
    handler: str = ""
    """The function that runs it, as "module:function"; it gets the context of the screen and the argument. Empty for a
    command whose widget, screen or app has an action method."""
    needs_library: bool = False
    """Whether it is disabled until the library is open."""
    needs_services: bool = False
    """Whether it is disabled until the services of the core are ready, too."""

    @property
    def action(self) -> str:
        """The action string that Textual runs."""
        if self.handler:
            return f"run_command({binding_id(self)!r})"
        name = self.id.split(".", 1)[0].replace("-", "_")
        return f"{name}({self.argument!r})" if self.argument is not None else name

    async def run(self, ctx: object) -> None:
        """Run the handler with the context of its screen."""
        arguments = () if self.argument is None else (self.argument,)
        result = self.load_handler()(ctx, *arguments)
        if inspect.isawaitable(result):
            await result

    def load_handler(self) -> Callable[..., Awaitable[None] | None]:
        """The handler; its module is imported when it is first needed."""
        module, _, function = self.handler.partition(":")
        handler: Callable[..., Awaitable[None] | None] = getattr(importlib.import_module(module), function)
        return handler


_MOVES = frozenset(
    {"move", "step", "choose", "scroll", "page", "half-page", "half-page-down", "half-page-up", "lyrics-down"}
    | {"lyrics-up", "first", "last", "top", "bottom", "to-list"}
)
"""The ids, or their parts before the dot, of the commands that only move a cursor or scroll a text."""


def only_moves(command: Command) -> bool:
    """Whether a command only moves a cursor or scrolls a text, which is not searched by name."""
    return command.id.partition(".")[0] in _MOVES


_KEY_TEXTS = {
    "question_mark": "?",
    "slash": "/",
    "asterisk": "*",
    "comma": ",",
    "full_stop": ".",
    "semicolon": ";",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "underscore": "_",
    "exclamation_mark": "!",
    "percent_sign": "%",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "escape": "esc",
    "left": "←",
    "right": "→",
    "pagedown": "pgdn",
    "pageup": "pgup",
}


def shown_key(key: str) -> str:
    """A key as it is printed: "?" for question_mark, "^s" for ctrl+s."""
    if key.startswith("ctrl+"):
        return "^" + shown_key(key.removeprefix("ctrl+"))
    if key.startswith("shift+"):
        return "shift+" + shown_key(key.removeprefix("shift+"))
    if key.startswith("alt+"):
        return "alt+" + shown_key(key.removeprefix("alt+"))
    return _KEY_TEXTS.get(key, key.upper() if len(key) in {2, 3} and key[0] == "f" and key[1:].isdigit() else key)


def precedes_fields(command: Command) -> bool:
    """Whether its keys have priority over the focused field, so that a letter among them could not be typed there."""
    return command.scope is Scope.COMPOSER or command.id == "quit"


def binding_id(command: Command) -> str:
    """The name of a command in the config file's [keys], such as "library.compose"."""
    return f"{command.scope.prefix}.{command.id}"


def keys_with(settings: Mapping[str, str], command: Command) -> tuple[str, ...]:
    """The keys of a command: those of the user's settings, by binding id, or else its own."""
    own = settings.get(binding_id(command))
    return tuple(own.split(",")) if own is not None else command.keys


def command(scope: Scope, id: str, keys: str, title: str, help: str, argument: int | str | None = None) -> Command:
    """A command whose action has its own name."""
    return Command(id, title, tuple(keys.split()), scope, help, argument)


def handled_command(
    scope: Scope,
    module: str,
    id: str,
    keys: str,
    title: str,
    help: str,
    function: str,
    argument: int | str | None = None,
    *,
    needs_library: bool = False,
    needs_services: bool = False,
) -> Command:
    """A command that a function of a module runs."""
    handler = f"{module}:{function}"
    return Command(id, title, tuple(keys.split()), scope, help, argument, handler, needs_library, needs_services)
