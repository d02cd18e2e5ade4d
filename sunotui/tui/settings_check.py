"""Checks the settings that only the screens use, and describes their effect in this terminal."""

from __future__ import annotations

from collections.abc import Mapping

from sunotui.tui.commands.keymap import checked
from sunotui.tui.terminal.picture_protocol import PictureProtocol, cell_pixels, picture_protocol
from sunotui.tui.theming.theme import theme_issue


def settings_issues(keys: Mapping[str, str], theme: str) -> list[str]:
    """A sentence for each thing that is wrong with the config's [keys] and its theme."""
    _, issues = checked(keys)
    return [*filter(None, [theme_issue(theme)]), *issues]


def describe_covers(environ: Mapping[str, str], setting: str) -> str:
    """How covers are shown in this terminal with the setting `covers`."""
    if setting == "off":
        return "Switched off (covers)"
    protocol = picture_protocol(environ, setting)
    if protocol is None:
        return "In half blocks"
    if protocol is PictureProtocol.SIXEL and cell_pixels(environ) is None:
        return "In half blocks: the size of a cell in pixels is not known, which sixel needs"
    return f"As pictures of the terminal itself ({protocol.value})"
