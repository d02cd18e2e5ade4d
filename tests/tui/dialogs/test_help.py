"""Help: the focused pane first, a filter, entries that run, a glossary."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Region
from textual.widgets import Input

from sunotui.tui.commands.registry import COMMANDS
from sunotui.tui.composer.check_pane import CheckPane
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs.help import GLOSSARY, HelpDialog
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.widgets.lines import WrappedRow
from sunotui.tui.widgets.option_list import ChoiceList
from tests.tui.harness import AppHarness, open_app


def first_heading(harness: AppHarness) -> str:
    choices = harness.app.screen.query_one(ChoiceList)
    prompt = choices.get_option_at_index(0).prompt
    assert choices.get_option_at_index(0).disabled
    return str(prompt)


def first_rows(harness: AppHarness, number: int) -> list[str]:
    choices = harness.app.screen.query_one(ChoiceList)
    return [harness_line(choices, index) for index in range(1, number + 1)]


def harness_line(choices: ChoiceList, index: int) -> str:
    prompt = choices.get_option_at_index(index).prompt
    return prompt.plain if isinstance(prompt, WrappedRow) else str(prompt)


async def test_the_section_of_the_focused_pane_is_first(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("question_mark")
        assert first_heading(harness) == "List"
        await harness.press("escape", "j", "enter", "question_mark")
        assert first_heading(harness) == "Detail"
        for key, heading in {"J": "Journal", "P": "Gateways", "percent_sign": "Statistics"}.items():
            await harness.press("escape", key, "question_mark")
            assert first_heading(harness) == heading
            await harness.press("escape", "escape")


async def test_the_sidebar_has_its_own_section(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("h", "question_mark")
        assert first_heading(harness) == "Sidebar"
        assert [row for row in first_rows(harness, 10) if "Show" in row and "enter" in row]


async def test_while_a_search_is_typed_its_keys_are_first(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("slash", *"ra", "f1")
        assert first_heading(harness) == "Search"
        rows = first_rows(harness, 8)
        assert [row.split()[0] for row in rows] == ["enter", "esc", "up", "^f", "^s", "^l", "down", "Library"]
        assert "End search" in rows[1]


async def test_the_check_of_the_composer_has_its_own_section(tmp_path: Path) -> None:
    async with open_app(tmp_path, (160, 40)) as harness:
        await harness.press("n")
        harness.app.screen.query_one(CheckPane).focus()
        await harness.press("question_mark")
        assert first_heading(harness) == "Check and JSON"


async def test_an_entry_runs_with_enter(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("question_mark", "slash", *"open the composer", "enter")
        await harness.until(lambda: isinstance(harness.app.screen, ComposeScreen), "the composer")


async def test_an_entry_of_a_pane_runs_there(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("question_mark", "slash", *"to the last row", "enter")
        await harness.until(lambda: harness.tasks.current == "task-0", "the last row")


async def test_an_entry_of_another_screen_says_where_it_works(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("question_mark", "slash", *"treat lost")
        assert "enter Run" not in harness.text()
        await harness.press("enter")
        assert isinstance(harness.app.screen, HelpDialog)
        assert "This key works in: Journal" in harness.text()


async def test_the_glossary_is_last_and_runs_nothing(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("question_mark", *["pagedown"] * 15)
        assert "Glossary" in harness.text()
        await harness.press("enter")
        assert isinstance(harness.app.screen, HelpDialog)


async def test_escape_ends_the_filter_and_then_closes(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("question_mark", "slash", *"zzz")
        assert "No matches." in harness.text()
        await harness.press("escape")
        assert harness.app.screen.query_one(ChoiceList).option_count > 90
        await harness.press("escape")
        assert isinstance(harness.app.screen, LibraryScreen)


async def test_the_cursor_moves_while_one_types(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("question_mark", *"album", "down")
        choices = harness.app.screen.query_one(ChoiceList)
        assert choices.position == "2 of 11"
        # The commands for single takes are one entry; six of the library are in the groups of its panes, too.
        assert f"11 of {len(COMMANDS) - 8 + 6 + len(GLOSSARY)}" in harness.text(), "the hits of all"


async def test_letters_filter_at_once_and_the_box_keeps_its_place(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as harness:
        await harness.press("question_mark")
        box = harness.app.screen.query_one("#dialog")
        region = box.region
        assert region.y > 0, "the header can be seen"
        for letter in "jqzz":
            await harness.press(letter)
            assert box.region == region
        assert harness.app.screen.query_one(Input).value == "jqzz"
        await harness.press("escape", "question_mark")
        assert isinstance(harness.app.screen, LibraryScreen), "its key closes it, too"


async def test_the_box_keeps_its_place_where_explanations_are_below_the_list(tmp_path: Path) -> None:
    """Regression: it grew with an explanation of two rows, and four rows of the window were free."""
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press("question_mark")
        box, note = (harness.app.screen.query_one(name) for name in ("#dialog", "#dialog-note"))
        heights = set()
        for _ in range(25):
            assert box.region == Region(0, 0, 60, 15)
            heights.add(len(harness.text_of(note).splitlines()))
            await harness.press("down")
        assert heights == {1, 2}
        await harness.press(*"zzz")
        assert box.region == Region(0, 0, 60, 15)


def painted(harness: AppHarness) -> str:
    """The words of the dialog, without its borders."""
    return " ".join(harness.text().replace("│", " ").replace("▌", " ").replace("▐", " ").split())


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (100, 30), (120, 40), (200, 60)])
async def test_every_explanation_can_be_read_as_a_whole(size: tuple[int, int], tmp_path: Path) -> None:
    longest = max(COMMANDS, key=lambda command: len(command.help))
    async with open_app(tmp_path, size) as harness:
        await harness.press("question_mark")
        harness.app.screen.query_one(Input).value = longest.help
        await harness.until(lambda: "1 of" in harness.text(), "the entry")
        assert "…" not in harness.text().split("Help", 1)[1].split("╰")[0]
        columns = harness.text().splitlines()
        assert all(word in painted(harness) for word in longest.help.split())
        if size[0] > 60:
            beside = [line for line in columns if longest.title in line]
            assert longest.help[:20] in beside[0], "beside its title"


async def test_the_errors_of_the_search_come_first_with_their_places(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as harness:
        await harness.press("slash", *"love lenn:>3 rating:9 ")
        await harness.until(lambda: "use 0 to 5" in harness.text(), "the errors")
        for keys in (("f1",), ("enter", "question_mark")):
            await harness.press(*keys)
            assert first_heading(harness) == "Errors in the search"
            rows = first_rows(harness, 2)
            assert rows[0].startswith("lenn:>3")
            assert "at character 6: There is no field 'lenn'" in rows[0]
            assert rows[1].startswith("rating:9")
            assert "at character 14: '9' is not a rating" in rows[1]
            await harness.press("escape")
        await harness.press("escape", "question_mark")
        assert first_heading(harness) == "List"


async def test_keys_of_the_user_are_shown(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "config.toml").write_text('[keys]\n"library.statistics" = "ctrl+t"\n')
    async with open_app(tmp_path) as harness:
        await harness.press("question_mark", "slash", *"statistics")
        assert "^t" in harness.text()
