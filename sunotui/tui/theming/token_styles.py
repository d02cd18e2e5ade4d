"""The styles of lines that widgets draw themselves, made from the tokens of theme.py.

They are no component classes of the style sheets: Textual resolves each of those as a widget of its own, twice before
the first frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from rich.style import Style
from textual.color import Color

from sunotui.tui.theming.theme import ShownColor, readable


class Tone(StrEnum):
    """The meaning of a text; the values are names of tokens."""

    PLAIN = "foreground"
    STRONG = "strong"
    MUTED = "muted"
    KEY = "key"
    MARK = "mark"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    RULE = "rule"
    RULE_STRONG = "rule-strong"
    """Lines, which are not text."""


class Background(StrEnum):
    """The background of a text; the values are names of tokens."""

    PLAIN = "background"
    BAR = "bar"
    CURSOR = "cursor"
    CURSOR_IDLE = "cursor-idle"
    """The row under the cursor while another pane has the focus."""

    @property
    def text_style(self) -> str | None:
        """The token of its text style; None without one."""
        return f"{self.value}-style" if self in {Background.CURSOR, Background.CURSOR_IDLE} else None


_LINES = {Tone.RULE, Tone.RULE_STRONG}
_UNDERLINE = Style(underline=True)


class TokenStyles:
    """The style of each tone on each background of one theme, composed once and then looked up."""

    def __init__(self, variables: Mapping[str, str], shown: ShownColor) -> None:
        """`variables` has the theme's tokens; `shown` returns what the terminal shows of a colour."""
        self._variables = variables
        self._shown = shown
        self._styles: dict[tuple[Tone, Background], Style] = {}

    def style(self, tone: Tone, background: Background = Background.PLAIN) -> Style:
        """A tone on a background. On the cursor plain text is strong, and every colour is corrected until it is
        readable."""
        found = self._styles.get((tone, background))
        if found is None:
            found = self._styles[tone, background] = self._composed(tone, background)
        return found

    def found(self, background: Background = Background.PLAIN) -> Style:
        """The style of words that a search found."""
        return self.style(Tone.MARK, background) + _UNDERLINE

    def _composed(self, tone: Tone, background: Background) -> Style:
        token = background.text_style
        is_cursor = token is not None
        base = Style.parse(self._variables[token]) if token is not None else Style.null()
        plain, under = self._color(Tone.STRONG if is_cursor else Tone.PLAIN), self._color(background)
        if tone is Tone.PLAIN or base.reverse:
            # A text colour would become the background, also of blanks: a reversed row has one style.
            return base + Style.from_color(plain.rich_color, under.rich_color)
        color = self._color(tone)
        # The colours of a terminal's own palette are not known, and stay as they are.
        if (
            background is Background.CURSOR
            and tone not in _LINES
            and not any(one.ansi is not None for one in (color, under))
        ):
            color = readable(color, under, plain, self._shown)
        made = Style.from_color(color.rich_color, under.rich_color)
        # Only plain text is bold on the cursor; the line that shows an idle cursor goes through the whole row.
        return base + made if background is Background.CURSOR_IDLE else made

    def _color(self, token: str) -> Color:
        return Color.parse(self._variables[token])
