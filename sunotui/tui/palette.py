"""The command palette: everything in the registry that can be done where you are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.command import DiscoveryHit, Hit, Hits, Provider

from sunotui.tui.commands import COMMANDS, Command, Scope

_HELP_COUNTS = 0.5
"""How much a match in a command's help counts beside one in its name."""


class CommandsProvider(Provider):
    """Offers the registry's commands whose action the focused widget, its screen or the app has."""

    def _offered(self) -> list[tuple[Command, str]]:
        found = []
        for command in COMMANDS:
            if command.scope in {Scope.LIST, Scope.DETAIL} or command.id == "command-palette":
                continue
            owner = "app" if command.scope is Scope.EVERYWHERE else "screen"
            node = self.app if owner == "app" else self.screen
            if hasattr(node, "action_" + command.action.split("(", 1)[0]):
                found.append((command, f"{owner}.{command.action}"))
        return found

    async def search(self, query: str) -> Hits:
        """The commands whose words match, then those whose help does."""
        matcher = self.matcher(query)
        for command, action in self._offered():
            score = max(matcher.match(command.words), matcher.match(command.help) * _HELP_COUNTS)
            if score > 0:
                yield Hit(score, matcher.highlight(command.words), self._run(action), help=self._help(command))

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command, action in self._offered():
            yield DiscoveryHit(command.words, self._run(action), help=self._help(command))

    def _run(self, action: str) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            await self.app.run_action(action)

        return run

    @staticmethod
    def _help(command: Command) -> str:
        return f"{command.key_words}  {command.help}"
