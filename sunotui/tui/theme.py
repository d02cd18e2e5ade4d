"""The colour theme of sunotui."""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

from sunotui.domain.text import clean

SUNOTUI = Theme(
    name="sunotui",
    primary="#7aa2f7",
    secondary="#9d7cd8",
    accent="#e0af68",
    foreground="#c8d3f5",
    background="#16161e",
    surface="#1a1b26",
    panel="#24283b",
    success="#9ece6a",
    warning="#ff9e64",
    error="#f7768e",
    dark=True,
)

FAINT = "$foreground-muted"
"""The colour of less important words in Content, where automatic colours such as $text-muted come out white."""


def theme_issue(name: str) -> str:
    """A sentence about an unknown theme in the config file; empty for a known theme or an empty name."""
    if not name or name == SUNOTUI.name or name in BUILTIN_THEMES:
        return ""
    return f"Unknown theme '{clean(name)}'; use one of: {', '.join(sorted([SUNOTUI.name, *BUILTIN_THEMES]))}"
