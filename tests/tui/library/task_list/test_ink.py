"""The colours of the list's lines: each is readable on each ground, in every theme."""

from __future__ import annotations

import pytest
from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from sunotui.tui.library.task_list.ink import Ground, Inks, Tone
from sunotui.tui.theme import OWN_THEMES, contrast, tokens
from tests.tui.imaginary_list import list_alone, row

_GROUNDS = {"plain": "background", "cursor": "cursor", "cursor-idle": "cursor-idle"}


class _Styles:
    """The component styles of library.tcss, made from a theme's tokens."""

    def __init__(self, theme: Theme) -> None:
        variables = theme.to_color_system().generate()
        self._tokens = variables | tokens(variables, is_ansi=theme.ansi)
        self.asked = 0

    def color(self, token: str) -> RichColor:
        return Color.parse(self._tokens[token]).rich_color

    def get_component_rich_style(self, *names: str, partial: bool = False) -> Style:
        self.asked += 1
        name = names[0].removeprefix("task-list--")
        if not partial:
            text = "foreground" if name == "plain" else "strong"
            return Style(color=self.color(text), bgcolor=self.color(_GROUNDS[name]), bold=name == "cursor")
        return Style(color=self.color({"found": "mark", "rule": "rule-strong"}.get(name, name)))


@pytest.mark.parametrize(
    "theme",
    [theme for theme in (*OWN_THEMES, *BUILTIN_THEMES.values()) if not theme.ansi],
    ids=lambda theme: theme.name,
)
def test_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    inks = Inks(_Styles(theme))
    for ground in Ground:
        for tone in set(Tone) - {Tone.RULE}:
            style = inks.style(tone, ground)
            assert style.color is not None
            assert style.bgcolor is not None
            found = contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))
            assert found >= 4.5, (tone, ground)


def test_styles_are_composed_once_until_they_are_cleared() -> None:
    styles = _Styles(OWN_THEMES[0])
    inks = Inks(styles)
    first = [inks.style(tone, Ground.CURSOR) for tone in Tone]
    asked = styles.asked
    assert [inks.style(tone, Ground.CURSOR) for tone in Tone] == first
    assert styles.asked == asked
    inks.clear()
    inks.style(Tone.KEY, Ground.CURSOR)
    assert styles.asked > asked


def test_a_reversed_row_has_one_style() -> None:
    """A text colour would be the ground of the blanks beside a sign."""

    class Palette:
        def get_component_rich_style(self, *names: str, partial: bool = False) -> Style:
            return Style(color="red") if partial else Style(color="default", bgcolor="default", reverse=True)

    inks = Inks(Palette())
    style = inks.style(Tone.BAD, Ground.CURSOR)
    assert style == inks.style(Tone.PLAIN, Ground.CURSOR)
    assert style == Style(color="default", bgcolor="default", reverse=True)


async def test_another_theme_draws_the_list_in_its_colours() -> None:
    async with list_alone([row(1), row(0)]) as alone:
        before = alone.list.render_line(2)
        alone.app.theme = "textual-light"
        await alone.settle()
        after = alone.list.render_line(2)
        assert [segment.text for segment in before] == [segment.text for segment in after]
        assert [segment.style for segment in before] != [segment.style for segment in after]
