"""The program's own colours."""

from textual.theme import Theme

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
