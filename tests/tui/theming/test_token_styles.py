"""The colours of drawn lines: each is readable on each background, in every theme."""

from __future__ import annotations

import pytest
from rich.color import Color as RichColor
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from sunotui.tui.theming.theme import OWN_THEMES, contrast, shown_by, tokens
from sunotui.tui.theming.token_styles import Background, TokenStyles, Tone
from tests.tui.fake_list_source import list_alone, row


def styles_of(theme: Theme) -> TokenStyles:
    variables = theme.to_color_system().generate()
    return TokenStyles(variables | tokens(variables, is_ansi=theme.ansi, is_dark=theme.dark), shown_by(None))


@pytest.mark.parametrize(
    "theme",
    [theme for theme in (*OWN_THEMES, *BUILTIN_THEMES.values()) if not theme.ansi],
    ids=lambda theme: theme.name,
)
def test_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    styles = styles_of(theme)
    for background in Background:
        for tone in set(Tone) - {Tone.RULE, Tone.RULE_STRONG}:
            style = styles.style(tone, background)
            assert style.color is not None
            assert style.bgcolor is not None
            found = contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))
            assert found >= 4.5, (tone, background)


def test_words_that_a_search_found_are_underlined() -> None:
    assert styles_of(OWN_THEMES[0]).found(Background.CURSOR).underline


@pytest.mark.parametrize("name", ["ansi-dark", "ansi-light"])
def test_a_reversed_row_has_one_style(name: str) -> None:
    """A text colour would be the background of the blanks beside a sign."""
    styles = styles_of(BUILTIN_THEMES[name])
    style = styles.style(Tone.BAD, Background.CURSOR)
    assert style == styles.style(Tone.PLAIN, Background.CURSOR)
    assert style.reverse
    assert style.color == style.bgcolor == RichColor.default()


async def test_another_theme_draws_the_list_in_its_colours() -> None:
    async with list_alone([row(1), row(0)]) as alone:
        before = alone.list.render_line(2)
        alone.app.theme = "textual-light"
        await alone.settle()
        after = alone.list.render_line(2)
        assert [segment.text for segment in before] == [segment.text for segment in after]
        assert [segment.style for segment in before] != [segment.style for segment in after]
