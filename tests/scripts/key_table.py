"""The key tables of docs/keys.md and of the README, made from the registry of commands."""

from __future__ import annotations

from sunotui.tui.commands.command import Command, Scope, shown_key
from sunotui.tui.commands.registry import command_named, of

MAIN_COMMANDS = (
    "library.compose",
    "composer.send",
    "library.go-in",
    "library.go-back",
    "library.search",
    "library.play",
    "library.copy-url",
    "library.star",
    "library.rate",
    "library.extend",
    "library.trash",
    "library.undo",
    "everywhere.command-palette",
    "everywhere.help",
    "library.leave",
)
"""The commands that the README lists."""


def key_table() -> str:
    """All commands with their keys, a Markdown table per scope."""
    parts: list[str] = []
    for scope in Scope:
        commands = [command for command in of(scope) if not command.id.startswith("take.")]
        parts += [f"**{scope.value}**", "", "| key | does |", "|---|---|"]
        if scope is Scope.LIBRARY:
            parts.append("| `1` to `9` | Take 1 to 9 |")
        parts += [f"| {_keys(command)} | {command.title}: {command.help} |" for command in commands]
        parts.append("")
    return "\n".join(parts).rstrip()


def main_key_table() -> str:
    """The most important commands with their keys, as a Markdown table."""
    commands = map(command_named, MAIN_COMMANDS)
    rows = [f"| {_keys(command)} | {command.title}: {command.help} |" for command in commands]
    return "\n".join(["| key | does |", "|---|---|", *rows])


def _keys(command: Command) -> str:
    return " ".join(f"`{shown_key(key)}`" for key in command.keys)
