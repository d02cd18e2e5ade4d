"""The theme picker: what the cursor is on is shown, esc restores, and the choice is kept for the next start."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.theme import BUILTIN_THEMES

from sunotui.tui.theming.theme import OWN_THEMES, SUNOTUI, ansi_theme, theme_choices
from sunotui.tui.theming.theme_dialog import ThemeDialog
from sunotui.tui.widgets.option_list import ChoiceList
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.harness import AppHarness, open_app


def ground(harness: AppHarness) -> str:
    """The ground of the screen behind the picker."""
    return harness.app.screen_stack[0].styles.background.hex.lower()


def test_ours_come_first_and_those_of_the_terminal_last() -> None:
    themes = BUILTIN_THEMES | {theme.name: theme for theme in OWN_THEMES}
    names = [choice.name for choice in theme_choices(themes)]
    assert names[:3] == ["sunotui", "sunotui-light", "sunotui-contrast"]
    assert names[-2:] == ["ansi-dark", "ansi-light"]
    assert names[3:-2] == sorted(names[3:-2])
    assert len(names) > 15


@pytest.mark.parametrize("size", [(60, 15), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_it_looks_like_every_dialog(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        await harness.press("alt+t")
        assert isinstance(harness.app.screen, ThemeDialog)
        assert_looks_like(
            harness.text_of(harness.app.screen.query_one("#dialog")), SNAPSHOTS / f"theme-{size[0]}x{size[1]}.txt"
        )


async def test_the_theme_under_the_cursor_is_shown_and_esc_restores(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        assert ground(harness) == SUNOTUI.background
        await harness.press("alt+t", "j")
        await harness.until(lambda: harness.app.theme == "sunotui-light", "the preview")
        assert ground(harness) != SUNOTUI.background
        await harness.press("escape")
        assert harness.app.theme == "sunotui"
        await harness.until(lambda: ground(harness) == SUNOTUI.background, "the theme from before")
        assert harness.core_harness.core.ui_state.now.theme == ""


async def test_enter_keeps_it_even_before_the_preview(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("alt+t", "j", "j", "enter")
        assert harness.app.theme == "sunotui-contrast"
    async with open_app(tmp_path, tasks=[]) as harness:
        assert harness.app.theme == "sunotui-contrast"
        await harness.press("alt+t")
        assert harness.app.screen.query_one(ChoiceList).current_id == "sunotui-contrast"


async def test_it_is_in_the_palette(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("ctrl+p", *"theme", "enter")
        assert isinstance(harness.app.screen, ThemeDialog)


async def test_a_theme_for_more_colours_is_not_used_with_sixteen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM", raising=False)
    async with open_app(tmp_path) as harness:
        assert harness.app.theme == "ansi-dark"
        assert harness.app.native_ansi_color
        assert not harness.app._filters[0].enabled, "the terminal's own colours are not replaced"
        harness.core_harness.core.ui_state.keep(theme="sunotui-light")
    async with open_app(tmp_path, tasks=[]) as harness:
        assert harness.app.theme == "ansi-dark"
        harness.core_harness.core.ui_state.keep(theme="ansi-light")
    async with open_app(tmp_path, tasks=[]) as harness:
        assert harness.app.theme == "ansi-light"


async def test_with_sixteen_colours_only_the_terminal_s_own_can_be_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM", raising=False)
    config = tmp_path / "config" / "config.toml"
    config.parent.mkdir(exist_ok=True)
    config.write_text('theme = "nord"')
    async with open_app(tmp_path) as harness:
        assert harness.core_harness.core.settings.theme == "nord"
        assert harness.app.theme == "ansi-dark"
        await harness.press("alt+t")
        names = [one.id for one in harness.app.screen.query_one(ChoiceList).options]
        assert set(names) == {"ansi-dark", "ansi-light"}


@pytest.mark.parametrize(
    ("value", "name"), [("", "dark"), ("15;0", "dark"), ("0;15", "light"), ("0;default;7", "light")]
)
def test_the_ground_of_the_terminal_is_taken_from_its_environment(value: str, name: str) -> None:
    assert ansi_theme({"COLORFGBG": value}) == f"ansi-{name}"
    assert ansi_theme({}) == "ansi-dark"


async def test_without_colours_and_with_sixteen_nothing_is_black_on_black(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(tmp_path) as harness:
        names = [type(one).__name__ for one in harness.app.get_line_filters()]
        assert "NoColor" in names
        assert "Monochrome" not in names
