"""Checks the settings that only the screens understand, and says what they do in this terminal."""

from __future__ import annotations

from collections.abc import Mapping

from sunotui.tui.commands.keymap import checked
from sunotui.tui.terminal.kitty_graphics import find_support
from sunotui.tui.theming.theme import theme_issue


def settings_issues(keys: Mapping[str, str], theme: str) -> list[str]:
    """A sentence for each thing that is wrong with the config's [keys] and its theme."""
    _, issues = checked(keys)
    return [*filter(None, [theme_issue(theme)]), *issues]


def describe_covers(environ: Mapping[str, str], setting: str) -> str:
    """How covers are shown in this terminal by the setting `covers`."""
    if setting == "off":
        return "Switched off (covers)"
    if setting == "auto" and find_support(environ):
        return "As pictures of the terminal itself"
    return "In half blocks"
