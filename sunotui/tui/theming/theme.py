"""The colour themes of sunotui, and the colour tokens that are made from any theme.

Style sheets and drawn lines use the tokens only: `$strong`, `$foreground` and `$muted` for text, `$key`, `$mark`,
`$good`, `$warn` and `$bad` for meaning, `$rule` and `$rule-strong` for lines, `$cursor`, `$cursor-idle` and `$bar` for
backgrounds; `$on-key` is text on `$key`, `$cursor-style` and `$cursor-idle-style` are the text styles on `$cursor` and
`$cursor-idle`, and `$shade` dims what is behind a dialog. Colours are opaque, so that a style sheet, a Content and a
drawn line show the same, and every text colour has a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3) on every background
but `$cursor`, where `readable` corrects it. In a terminal with 256 colours that is the contrast of what the terminal
shows; the backgrounds are greys there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from rich.color import ColorSystem
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from sunotui.domain.text import clean
from sunotui.named_tuple import NamedTuple

SUNOTUI = Theme(
    name="sunotui",
    primary="#8aa9ff",
    secondary="#a99bf0",
    accent="#f0b866",
    foreground="#d8dbe8",
    background="#12131a",
    surface="#191b24",
    panel="#22242f",
    success="#8ccf8f",
    warning="#f29a5c",
    error="#f2788b",
    dark=True,
)
LIGHT = Theme(
    name="sunotui-light",
    primary="#3450c4",
    secondary="#6b4fb3",
    accent="#925c00",
    foreground="#23252f",
    background="#fbfaf6",
    surface="#f2f0ea",
    panel="#e7e4dc",
    success="#2b7034",
    warning="#a34a05",
    error="#b8243f",
    dark=False,
)
HIGH_CONTRAST = Theme(
    name="sunotui-contrast",
    primary="#7fd4ff",
    secondary="#d0b3ff",
    accent="#ffd75f",
    foreground="#ffffff",
    background="#000000",
    surface="#101010",
    panel="#1c1c1c",
    success="#7dff8a",
    warning="#ffb454",
    error="#ff8f9c",
    dark=True,
)
OWN_THEMES = (SUNOTUI, LIGHT, HIGH_CONTRAST)

_MIN_CONTRAST = 4.6
_STRONG_CONTRAST = 7.0
"""With less contrast of the theme's foreground on the cursor's background, black or white is used there."""
_BLEND_STEPS = 20
_MEANINGS = {
    "key": "primary",
    "mark": "accent",
    "good": "success",
    "warn": "warning",
    "bad": "error",
}
"""The tokens that are colours of the theme, made readable."""
_BACKGROUNDS = (
    *("scrollbar-background", "scrollbar-background-hover", "scrollbar-background-active"),
    *("scrollbar-corner-color", "input-cursor-foreground"),
)
"""The variables of Textual's own widgets that are the background."""
_FOLLOWERS = {
    "scrollbar": "rule-strong",
    "scrollbar-hover": "key",
    "scrollbar-active": "key",
    "text-muted": "muted",
    "text-disabled": "muted",
    "input-cursor-background": "key",
    "input-selection-background": "cursor",
    "input-selection-foreground": "strong",
    "screen-selection-background": "cursor",
    "screen-selection-foreground": "strong",
}
"""The variables of Textual's own widgets that follow a token."""
IDLE_WITHOUT_COLORS = "underline"
"""The text style on `$cursor-idle` where no background shows it. A reversed row is the cursor with the focus."""
_ANSI_TOKENS = {
    "strong": "ansi_default",
    "muted": "ansi_default",
    "rule": "ansi_default",
    "rule-strong": "ansi_default",
    "cursor": "ansi_default",
    "cursor-idle": "ansi_default",
    "bar": "ansi_default",
    "shade": "transparent",
    "cursor-style": "bold reverse",
    "cursor-idle-style": IDLE_WITHOUT_COLORS,
    "scrollbar": "ansi_default",
    "scrollbar-corner-color": "ansi_default",
    **{f"scrollbar-background{state}": "ansi_default" for state in ("", "-hover", "-active")},
    "text-muted": "ansi_default",
    "text-disabled": "ansi_default",
}
"""With the terminal's own colours nothing can be computed: text and backgrounds are its default colours. The cursor's
row is reversed, and underlined while another pane has the focus. A scrollbar has no trough, as in the other themes."""
_ANSI_MEANINGS = {
    True: {
        **dict.fromkeys(("primary", "key", "scrollbar-hover", "scrollbar-active"), "ansi_cyan"),
        "on-key": "ansi_black",
        "mark": "ansi_bright_yellow",
        "good": "ansi_green",
        "warn": "ansi_yellow",
        "bad": "ansi_bright_red",
    },
    False: {
        **dict.fromkeys(("primary", "key", "scrollbar-hover", "scrollbar-active"), "ansi_blue"),
        "on-key": "ansi_bright_white",
        "mark": "ansi_magenta",
        "good": "ansi_default",
        "warn": "ansi_red",
        "bad": "ansi_red",
    },
}
"""The tokens of the dark and of the light theme with the terminal's own colours: those that the usual palettes make
readable on a dark or on a light background. Signs and words convey the same as these colours."""
_LIGHT_BACKGROUNDS = {"7", "15"}


def ansi_theme(environ: Mapping[str, str]) -> str:
    """The name of the theme with the terminal's own colours; light only if COLORFGBG, which some terminals set, says
    that the background is light."""
    _, _, background = environ.get("COLORFGBG", "").rpartition(";")
    return "ansi-light" if background in _LIGHT_BACKGROUNDS else "ansi-dark"


ShownColor = Callable[[Color], Color]
"""What a terminal shows of a colour."""


def shown_by(color_system: str | None) -> ShownColor:
    """What a terminal with a color system of Rich shows of a colour; the names of the terminal's own stay unknown."""
    return _nearest_of_256 if color_system == "256" else _same


def _same(color: Color) -> Color:
    return color


@cache
def _nearest_of_256(color: Color) -> Color:
    """What Rich makes of a colour for a terminal with 256 colours."""
    return Color.from_rich_color(color.rich_color.downgrade(ColorSystem.EIGHT_BIT))


@cache
def _greys(shown: ShownColor) -> Mapping[Color, Color]:
    """Every grey that the terminal shows, with a colour that it shows as that."""
    # Rich rounds a grey to one of 26.
    levels = (round(step * 255 / 25) for step in range(26))
    made = {shown(grey): grey for grey in (Color(level, level, level) for level in levels)}
    return {seen: grey for seen, grey in made.items() if len(set(seen.rgb)) == 1}


def _background(color: Color, shown: ShownColor, *others: Color) -> Color:
    """The colour as a background. With few colours it is the nearest grey that differs from the others: the dark
    colours of a terminal's palette are too far from each other."""
    if shown is _same:
        return color
    taken = set(map(shown, others))
    return min(
        (grey for seen, grey in _greys(shown).items() if seen not in taken),
        key=lambda grey: contrast(shown(grey), color),
    )


def tokens(
    variables: Mapping[str, str], *, is_ansi: bool, is_dark: bool = True, shown: ShownColor = _same
) -> dict[str, str]:
    """The tokens for a theme's variables, and the variables of Textual's own widgets that follow them. `shown` is what
    the terminal shows of a colour.

    An ANSI theme has the terminal's own colours, of which only the names are known.
    """
    if is_ansi:
        return _ANSI_TOKENS | _ANSI_MEANINGS[is_dark]
    background, foreground, primary = (_opaque(variables[name]) for name in ("background", "foreground", "primary"))
    background = _background(background, shown)
    bar = _bar(background, foreground, shown)
    idle = _background(background.blend(foreground, 0.10), shown, background, bar)
    cursor = _background(background.blend(primary, 0.27), shown, background, bar, idle)
    strong = foreground
    if contrast(shown(foreground), shown(cursor)) <= _STRONG_CONTRAST:
        strong = _opaque(background.get_contrast_text(1.0).hex)

    def text(color: Color) -> str:
        return readable(color, idle, strong, shown).hex

    made = {
        "strong": strong.hex,
        "muted": text(background.blend(foreground, 0.5)),
        "rule": background.blend(foreground, 0.22).hex,
        "rule-strong": background.blend(foreground, 0.38).hex,
        "cursor": cursor.hex,
        "cursor-idle": idle.hex,
        "bar": bar.hex,
        "shade": f"{background.hex} 60%",
        "on-key": background.hex,
        "cursor-style": "bold",
        "cursor-idle-style": "none",
        **{token: text(_opaque(variables[name])) for token, name in _MEANINGS.items()},
    }
    if shown is not _same:
        made |= {"background": background.hex, "foreground": text(foreground)}
    return {
        **made,
        **dict.fromkeys(_BACKGROUNDS, background.hex),
        **{name: made[token] for name, token in _FOLLOWERS.items()},
        "input-cursor-text-style": "none",
    }


def _bar(background: Color, foreground: Color, shown: ShownColor) -> Color:
    """A colour that differs slightly from the background, as far as the foreground stays readable on it."""
    if shown is not _same:
        # The foreground is corrected on it.
        return _background(background.blend(foreground, 0.06), shown, background)
    for percent in range(6, 0, -1):
        bar = background.blend(foreground, percent / 100)
        if contrast(foreground, bar) >= _MIN_CONTRAST:
            return bar
    return background


def _opaque(color: str) -> Color:
    return Color(*Color.parse(color).rgb)


def contrast(color: Color, other: Color) -> float:
    """The contrast of two opaque colours, from 1 to 21, as WCAG 2.2 defines it."""
    high, low = sorted((_luminance(color), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(color: Color) -> float:
    """The relative luminance of WCAG 2.2."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in color.rgb)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(color: Color, background: Color, strong: Color, shown: ShownColor = _same) -> Color:
    """The colour, shifted towards `strong` only as far as needed to be readable on the background, as the terminal
    shows it."""
    for step in range(_BLEND_STEPS + 1):
        mixed = color.blend(strong, step / _BLEND_STEPS)
        if contrast(shown(mixed), shown(background)) >= _MIN_CONTRAST:
            return mixed
    return strong


class ThemeChoice(NamedTuple):
    """A theme that can be chosen."""

    name: str
    description: str


def theme_choices(themes: Mapping[str, Theme], *, has_few_colors: bool = False) -> list[ThemeChoice]:
    """Our own themes, those of the toolkit, then those with the terminal's own colours, which are the only ones for a
    terminal with few colours."""
    shown = [theme for theme in themes.values() if theme.ansi or not has_few_colors]
    own = [theme.name for theme in OWN_THEMES]

    def rank(theme: Theme) -> tuple[int, int, str]:
        place = own.index(theme.name) if theme.name in own else len(own)
        return 2 if theme.ansi else int(theme.name not in own), place, theme.name

    return [ThemeChoice(theme.name, _description(theme)) for theme in sorted(shown, key=rank)]


def _description(theme: Theme) -> str:
    background = "dark" if theme.dark else "light"
    if theme.ansi:
        return f"{background}, terminal colours"
    return f"{background}, high contrast" if theme is HIGH_CONTRAST else background


def theme_issue(name: str) -> str:
    """A sentence about an unknown theme in the config file; empty for a known theme or an empty name."""
    names = sorted([*(theme.name for theme in OWN_THEMES), *BUILTIN_THEMES])
    return "" if not name or name in names else f"Unknown theme '{clean(name)}'; use one of: {', '.join(names)}"
