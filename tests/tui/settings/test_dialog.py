"""The settings: what the app keeps is changed there, and the lines of the config file can be copied."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from sunotui.core.triage.rules import ListeningMode
from sunotui.tui.commands.registry import command_named
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs.select import SelectDialog
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.settings.app_rows import app_rows
from sunotui.tui.settings.dialog import SettingsDialog, open_settings
from sunotui.tui.theming.theme_dialog import ThemeDialog
from sunotui.tui.widgets.search_bar import SearchBar
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.harness import AppHarness, open_app

SIZES = [(120, 40), (80, 24), (60, 15)]


@pytest.fixture(autouse=True)
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    taken: list[str] = []
    monkeypatch.setattr("textual.app.App.copy_to_clipboard", lambda _, text: taken.append(text))
    monkeypatch.setattr("sunotui.tui.base.copy_with_tools", lambda *_, **__: [])
    return taken


def configure(folder: Path, text: str) -> None:
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "config.toml").write_text(text, encoding="utf-8")


def dialog_of(harness: AppHarness) -> SettingsDialog:
    dialog = harness.app.screen
    assert isinstance(dialog, SettingsDialog)
    return dialog


def value_of(harness: AppHarness, name: str) -> str:
    return next(row.value for row in app_rows(harness.app) if row.name == name)


async def open_at(harness: AppHarness, name: str) -> None:
    """Open the settings with the cursor on a row of the app."""
    await harness.press("comma")
    dialog = dialog_of(harness)
    while dialog.current is None or dialog.current.name != name:
        await harness.press("down")


async def open_filtered(harness: AppHarness, text: str) -> None:
    """Open the settings, and filter them."""
    await harness.press("comma", *("space" if letter == " " else letter for letter in text))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(("name", "text"), [("settings", ""), ("settings-line", "loudness")])
async def test_it_looks_like_its_picture(name: str, text: str, size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        await open_filtered(harness, text)
        box = dialog_of(harness).query_one("#dialog")
        assert_looks_like(harness.text_of(box), SNAPSHOTS / f"{name}-{size[0]}x{size[1]}.txt")


async def test_a_resize_shows_for_which_panes_there_is_room(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as harness:
        await harness.press("comma")
        assert "no room here" not in harness.text()
        await harness.pilot.resize_terminal(80, 24)
        await harness.settle()
        assert "no room here" in harness.text()
        await harness.pilot.resize_terminal(120, 40)
        await harness.settle()
        assert "no room here" not in harness.text()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_problems_look_like_their_picture(size: tuple[int, int], tmp_path: Path) -> None:
    configure(tmp_path, '[keys]\n"library.nothing" = "x"\n[player]\nloudness = false\n')
    async with open_app(tmp_path, size) as harness:
        await harness.press("comma")
        box = dialog_of(harness).query_one("#dialog")
        assert_looks_like(harness.text_of(box), SNAPSHOTS / f"settings-problem-{size[0]}x{size[1]}.txt")


def test_it_has_one_key_and_one_text() -> None:
    command = command_named("everywhere.settings")
    assert (command.keys, command.title, command.load_handler()) == (("comma",), "Settings", open_settings)


async def test_it_is_in_the_palette(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("ctrl+p", *"settings", "enter")
        await harness.until(lambda: isinstance(harness.app.screen, SettingsDialog), "the settings")


@pytest.mark.parametrize("screen", ["J", "P", "percent_sign"])
async def test_it_opens_on_other_screens(screen: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press(screen)
        below = harness.app.screen
        await harness.press("comma")
        dialog_of(harness)
        await harness.press("escape")
        assert harness.app.screen is below


async def test_a_comma_in_a_field_is_a_comma(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in a search that is still opening, and where keys wait."""
    opens = SearchBar.open

    def open_and_type(bar: SearchBar) -> None:
        opens(bar)
        for key, letter in (("r", "r"), ("comma", ","), ("a", "a")):
            harness.app.post_message(events.Key(key, letter))

    monkeypatch.setattr(SearchBar, "open", open_and_type)
    async with open_app(tmp_path) as harness:
        library = harness.app.screen
        assert isinstance(library, LibraryScreen)
        await harness.press("slash")
        assert library.context.search_bar.text == "r,a"
        assert harness.app.screen is library
        await harness.press("escape", "n", "f2", *"rain", "comma")
        assert isinstance(harness.app.screen, ComposeScreen)
        assert "rain," in harness.text()


async def test_the_theme_is_chosen_there_and_it_comes_back(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_at(harness, "Theme")
        dialog = dialog_of(harness)
        await harness.press("enter")
        assert isinstance(harness.app.screen, ThemeDialog)
        assert "Settings" not in harness.text(), "the preview shows the program"
        await harness.press("j", "enter")
        assert dialog_of(harness) is dialog
        assert harness.app.theme == harness.core_harness.core.ui_state.now.theme == "sunotui-light"
        assert "Theme                sunotui-light" in harness.text()
        assert harness.app.focused is dialog.typed
        assert dialog.current is not None
        assert dialog.current.name == "Theme"
        await harness.press("escape")
        assert isinstance(harness.app.screen, LibraryScreen)


async def test_the_panes_change_at_once_and_are_kept(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_at(harness, "Sidebar")
        await harness.press("enter")
        kept = harness.core_harness.core.ui_state
        assert not kept.now.has_sidebar
        assert value_of(harness, "Sidebar") == "hidden"
        await harness.press("down", "enter")
        assert kept.now.detail == "below"
        text = harness.text()
        assert "Detail               below the list" in text
        assert "Detail below the list" in text, "the message of the command"
        await harness.press("up")
        assert "opens as a popup" in harness.text(), "the next key removes the message"
        await harness.press("down", "enter")
        assert kept.now.detail == "hidden"


async def test_the_library_also_changes_below_another_screen(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("percent_sign")
        await open_at(harness, "Sidebar")
        await harness.press("enter", "down", "enter", "down", "enter", "j", "enter")
        kept = harness.core_harness.core.ui_state.now
        assert (kept.has_sidebar, kept.detail, kept.sort) == (False, "below", "title")
        await harness.press("escape", "escape")
        assert isinstance(harness.app.screen, LibraryScreen)
        lines = [line for line in harness.text().splitlines() if "Winter Wonderland" in line or "雨の東京" in line]
        assert "Winter" in lines[0], "the list is sorted by title"


async def test_what_has_no_room_is_not_changed(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await open_at(harness, "Sidebar")
        await harness.press("enter")
        assert harness.core_harness.core.ui_state.now.has_sidebar
        assert "the sidebar is a popup" in harness.text()
        assert value_of(harness, "Sidebar") == "shown, no room here"
        assert value_of(harness, "Detail") == "on the right, no room here"


async def test_the_order_is_chosen_there_and_it_comes_back(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_at(harness, "Sort")
        await harness.press("enter")
        assert isinstance(harness.app.screen, SelectDialog)
        await harness.press("j", "enter")
        dialog_of(harness)
        assert harness.core_harness.core.ui_state.now.sort == "title"
        assert "Sort                 by title" in harness.text()
        await harness.press("enter", "j", "enter")
        assert "by title, reversed" in harness.text()
        await harness.press("down", "enter")
        assert not harness.core_harness.core.ui_state.now.is_grouped
        assert value_of(harness, "Group by song") == "off"


async def test_the_speed_is_chosen_there(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_at(harness, "Speed")
        await harness.press("enter", "j", "enter")
        dialog_of(harness)
        assert harness.core_harness.core.services.playback.status.speed == 1.1
        assert "Speed                1.1x" in harness.text()


async def test_what_triage_plays_is_chosen_there(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_at(harness, "Triage plays")
        await harness.press("enter")
        assert harness.core_harness.core.ui_state.now.triage_listen == ListeningMode.CHORUS
        assert "Triage plays         from the chorus" in harness.text()


async def test_enter_copies_the_lines_to_write(tmp_path: Path, copied: list[str]) -> None:
    async with open_app(tmp_path) as harness:
        file = tmp_path / "config" / "config.toml"
        before = file.read_bytes()
        await open_filtered(harness, "loudness")
        assert "[player]" in harness.text()
        assert "loudness = false" in harness.text()
        await harness.press("enter")
        assert copied == ["[player]\nloudness = false"]
        assert "Lines copied" in harness.text()
        assert file.read_bytes() == before, "sunotui never writes it"


async def test_the_heading_of_a_table_that_the_file_has_is_not_copied(tmp_path: Path, copied: list[str]) -> None:
    configure(tmp_path, "[player]\nseek_s = 9\n")
    async with open_app(tmp_path) as harness:
        await open_filtered(harness, "loudness")
        row = dialog_of(harness).current
        assert row is not None
        assert "The file has [player] already" in row.meaning
        await harness.press("enter")
        assert copied == ["loudness = false"]


async def test_the_path_of_the_file_comes_last(tmp_path: Path, copied: list[str]) -> None:
    async with open_app(tmp_path) as harness:
        file = tmp_path / "config" / "config.toml"
        await harness.press("comma", "up")
        assert "Read at the start" in harness.text()
        await harness.press("enter")
        assert copied == [str(file)]
        await harness.press("escape")
        file.unlink()
        await harness.press("comma", "up")
        assert "Not there yet" in harness.text()


async def test_problems_come_first(tmp_path: Path) -> None:
    configure(tmp_path, 'theme = "nort"\nthme = "x"\n')
    async with open_app(tmp_path) as harness:
        await harness.press("comma")
        dialog = dialog_of(harness)
        problems = [row.value for row in dialog._rows if row is not None and row.is_bad]
        assert [problem.partition(";")[0].split(": ")[-1] for problem in problems] == [
            *("Unknown theme 'nort'", "there is no setting 'thme'")
        ]
        assert dialog.current is not None
        assert dialog.current.is_bad


async def test_a_file_that_was_changed_or_broken_is_a_problem(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        configure(tmp_path, 'covers = "off"\n')
        await harness.press("comma")
        assert "changed after sunotui started" in harness.text()
        await harness.press("escape")
        configure(tmp_path, "[player\n")
        await harness.press("comma")
        assert "is not TOML" in harness.text()
        assert "changed after sunotui started" not in harness.text()


async def test_escape_ends_the_filter_first(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_filtered(harness, "cache mb")
        dialog = dialog_of(harness)
        assert dialog.hits[0] == 1
        await harness.press("escape")
        assert dialog.hits[0] == dialog.hits[1] > 20
        await harness.press("escape")
        assert isinstance(harness.app.screen, LibraryScreen)


async def test_nothing_happens_without_a_match(tmp_path: Path, copied: list[str]) -> None:
    async with open_app(tmp_path) as harness:
        await open_filtered(harness, "qqq")
        assert "No matches." in harness.text()
        await harness.press("enter")
        dialog_of(harness)
        assert copied == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_typing_does_not_move_the_box(size: tuple[int, int], tmp_path: Path) -> None:
    """Regression: it became lower and moved with the first letter that nothing has."""
    async with open_app(tmp_path, size) as harness:
        await harness.press("comma")
        box, choices = (harness.app.screen.query_one(name) for name in ("#dialog", "#choose-list"))
        region, top = box.region, choices.region.y
        for key in "zzq":
            await harness.press(key)
            assert (box.region, choices.region.y) == (region, top)
        assert "No matches." in harness.text()
        await harness.press("escape", *"loudness")
        assert (box.region, choices.region.y) == (region, top)


@pytest.mark.parametrize("size", [(80, 24), (60, 15)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_small_window_has_no_blank_rows_below_a_description(size: tuple[int, int], tmp_path: Path) -> None:
    """Regression: a description of one row was above three blank ones, and one of five rows was cut."""
    async with open_app(tmp_path, size) as harness:
        await harness.press("comma")
        dialog = dialog_of(harness)
        box, note = dialog.query_one("#dialog"), dialog.query_one("#dialog-note")
        region = box.region
        heights: set[int] = set()
        seen: set[str] = set()
        while dialog.current is not None and dialog.current.name not in seen - {"Theme"}:
            seen.add(dialog.current.name)
            rows = harness.text_of(note).splitlines()
            assert all(rows), f"a blank row in {rows}"
            assert "".join(dialog.current.meaning.split()) in "".join("".join(rows).split())
            assert f"▌ {dialog.current.name}"[:12] in harness.text_of(dialog.choices), "the cursor is visible"
            assert box.region == region
            heights.add(len(rows))
            await harness.press("down")
        assert len(seen) > 20
        assert len(heights) > 2
