"""Checks the settings that only the screens understand."""

from __future__ import annotations

from collections.abc import Mapping

from sunotui.tui.keymap import checked
from sunotui.tui.theme import theme_issue


def settings_issues(keys: Mapping[str, str], theme: str) -> list[str]:
    """A sentence for each thing that is wrong with the config's [keys] and its theme."""
    _, issues = checked(keys)
    return [*filter(None, [theme_issue(theme)]), *issues]
