"""The command palette: the commands of the registry that work on the current screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.command import DiscoveryHit, Hit, Hits, Provider

from sunotui.tui.command import Command, Scope
from sunotui.tui.commands import COMMANDS

_HELP_WEIGHT = 0.5
"""The weight of a match in a command's help, compared with one in its title."""


class CommandsProvider(Provider):
    """Offers the commands whose action the screen or the app has."""

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
        """The commands whose title or help matches."""
        matcher = self.matcher(query)
        for command, action in self._offered():
            score = max(matcher.match(command.title), matcher.match(command.help) * _HELP_WEIGHT)
            if score > 0:
                yield Hit(score, matcher.highlight(command.title), self._run(action), help=self._help(command))

    async def discover(self) -> Hits:
        """All commands, while nothing is typed."""
        for command, action in self._offered():
            yield DiscoveryHit(command.title, self._run(action), help=self._help(command))

    def _run(self, action: str) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            await self.app.run_action(action)

        return run

    @staticmethod
    def _help(command: Command) -> str:
        return f"{command.keys_text}  {command.help}"
