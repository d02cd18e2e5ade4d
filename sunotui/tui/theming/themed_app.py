"""An app with the themes of theme.py."""

from __future__ import annotations

import os

from textual.app import App, ReturnType

from sunotui.tui.runtime import textual_patches
from sunotui.tui.theming.theme import IDLE_WITHOUT_COLORS, OWN_THEMES, SUNOTUI, ansi_theme, shown_by, tokens
from sunotui.tui.theming.token_styles import TokenStyles


class ThemedApp(App[ReturnType]):
    """Adds our own themes to those of Textual, and our tokens to all of them."""

    token_styles: TokenStyles
    """The styles of the current theme; another object after a change of the theme."""

    def __init__(self) -> None:
        self._has_own_themes = False
        if not os.environ.get("NO_COLOR", "unset"):
            # An empty value does not count (no-color.org), but Textual only checks whether the variable exists.
            del os.environ["NO_COLOR"]
        super().__init__()
        # Before the styles are read for the first time, so that they are read once.
        for theme in OWN_THEMES:
            self.register_theme(theme)
        self._has_own_themes = True
        # With 16 colours the tokens would be too similar; the terminal's own colours are readable.
        self.has_few_colors = self.console.color_system == "standard"
        """Whether the terminal shows 16 colours only."""
        self.has_many_colors = not self.no_color and self.console.color_system in {"truecolor", "256"}
        """Whether the terminal can show pictures."""
        self.default_theme = ansi_theme(os.environ) if self.has_few_colors else SUNOTUI.name
        """The theme until another one is chosen."""
        self.set_reactive(App.theme, self.default_theme)
        textual_patches.use_terminal_colors(self)
        self.stylesheet.set_variables(self.get_css_variables())

    @property
    def idle_box(self) -> str:
        """The style of a box whose choice can be changed but has no focus, such as a take that is not shown."""
        style = self.theme_variables["cursor-idle-style"]
        return " ".join(filter(None, ("" if style == "none" else style, "$strong on $cursor-idle")))

    def get_css_variables(self) -> dict[str, str]:
        """The variables of the theme, and the tokens made from them."""
        if not self._has_own_themes:
            # Textual asks while it is built, for its own default theme, which is never shown.
            return {}
        variables = super().get_css_variables()
        theme, shown = self.current_theme, shown_by(self.console.color_system)
        variables |= tokens(variables, is_ansi=theme.ansi, is_dark=theme.dark, shown=shown)
        if self.no_color:
            variables["cursor-idle-style"] = IDLE_WITHOUT_COLORS
        self.theme_variables = variables
        self.token_styles = TokenStyles(variables, shown)
        return variables
