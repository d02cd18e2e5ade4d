"""The tokens: readable on their grounds in every theme, opaque, and by name only with the terminal's own colours."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from sunotui.tui.theming.theme import OWN_THEMES, contrast, readable, shown_by, theme_issue, tokens

LEAST = 4.5
THEMES = (*OWN_THEMES, *BUILTIN_THEMES.values())
TEXTS = ("strong", "muted", "key", "mark", "good", "warn", "bad")
GROUNDS = ("background", "bar", "cursor-idle", "cursor")
COLOURED = [theme for theme in THEMES if not theme.ansi]


def made(theme: Theme) -> dict[str, str]:
    """The theme's variables with its tokens."""
    variables = theme.to_color_system().generate()
    return variables | tokens(variables, is_ansi=theme.ansi, is_dark=theme.dark)


def ratio(values: dict[str, str], text: str, ground: str) -> float:
    return contrast(Color.parse(values[text]), Color.parse(values[ground]))


@pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)
def test_text_can_be_read_on_its_grounds(theme: Theme) -> None:
    values = made(theme)
    texts = ("strong", "muted", "key", "mark", "good", "warn", "bad")
    pairs = [(text, ground) for text in texts for ground in ("background", "bar", "cursor-idle")]
    pairs += [("foreground", "background"), ("foreground", "bar"), ("strong", "cursor"), ("on-key", "key")]
    pairs += [("input-selection-foreground", "input-selection-background"), ("text-disabled", "background")]
    assert {pair: round(found, 2) for pair in pairs if (found := ratio(values, *pair)) < LEAST} == {}


@pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)
def test_grounds_and_lines_differ_from_the_background(theme: Theme) -> None:
    values = made(theme)
    for name in ("cursor", "cursor-idle", "bar", "rule", "rule-strong"):
        assert values[name] != values["background"], name
        assert Color.parse(values[name]).a == 1


@pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)
def test_what_a_terminal_with_256_colours_shows_can_be_read(theme: Theme) -> None:
    shown = shown_by("256")
    variables = theme.to_color_system().generate()
    made = variables | tokens(variables, is_ansi=False, is_dark=theme.dark, shown=shown)
    values = {name: shown(Color.parse(made[name])).hex for name in (*TEXTS, *GROUNDS, "foreground", "on-key")}
    pairs = [(text, ground) for text in (*TEXTS, "foreground") for ground in GROUNDS if ground != "cursor"]
    pairs += [("strong", "cursor"), ("on-key", "key")]
    assert {pair: round(found, 2) for pair in pairs if (found := ratio(values, *pair)) < LEAST} == {}
    assert len({values[ground] for ground in GROUNDS}) == len(GROUNDS)
    for text in TEXTS:
        own, cursor, strong = (Color.parse(made[name]) for name in (text, "cursor", "strong"))
        on_cursor = readable(own, cursor, strong, shown)
        assert contrast(shown(on_cursor), Color.parse(values["cursor"])) >= LEAST, text


@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme.ansi], ids=lambda theme: theme.name)
def test_with_the_terminals_colours_every_token_is_one_of_them(theme: Theme) -> None:
    values, coloured = made(theme), tokens(made(OWN_THEMES[0]), is_ansi=False)
    named = tokens(values, is_ansi=True, is_dark=theme.dark)
    others = [name for name, value in named.items() if not value.startswith("ansi_")]
    assert others == ["shade", "cursor-style", "cursor-idle-style"]
    assert "reverse" in named["cursor-style"], "the only way to see the cursor"
    for ground in ("-background", "-background-hover", "-background-active", "-corner-color", ""):
        assert named[f"scrollbar{ground}"] == "ansi_default", "no trough"
    textual_own = ("input-", "screen-")
    assert {name for name in coloured if not name.startswith(textual_own)} <= set(named)


def test_an_unknown_theme_is_named_with_those_there_are() -> None:
    assert theme_issue("") == ""
    assert all(theme_issue(theme.name) == "" for theme in THEMES)
    assert "sunotui-contrast" in theme_issue("no\x1b[31m such")
    assert "\x1b" not in theme_issue("no\x1b[31m such")
