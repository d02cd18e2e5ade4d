"""The command palette: what matches and in which order, what it runs, and songs by title."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sunotui.core.library.browser import LibraryBrowser
from sunotui.domain.tasks.origin import Origin
from sunotui.tui.commands.palette import PaletteEntry, find_entries, palette_entries
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs.palette import PaletteDialog, song_title
from sunotui.tui.history.submissions import SubmissionsScreen
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.widgets.option_list import ChoiceList
from tests.tui.fake_list_source import row
from tests.tui.harness import AppHarness, open_app, song


async def nothing() -> None:
    """What an entry of these tests runs."""


def entry(title: str, words: str = "") -> PaletteEntry:
    return PaletteEntry(title, "Library", "", nothing, words)


ENTRIES = [
    entry("Next tab"),
    entry("Extend", "Continue this take."),
    entry("Split into stems", "Separate the voice."),
    entry("Rate"),
    entry("Expand style"),
]


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("", ["Next tab", "Extend", "Split into stems", "Rate", "Expand style"]),
        ("ex", ["Extend", "Expand style", "Next tab"]),
        ("EX", ["Extend", "Expand style", "Next tab"]),
        ("tab", ["Next tab"]),
        ("style expand", ["Expand style"]),
        ("rate", ["Rate"]),
        ("voice", ["Split into stems"]),
        ("etd", []),
    ],
    ids=str,
)
def test_the_best_match_is_first(typed: str, titles: list[str]) -> None:
    assert [match.entry.title for match in find_entries(ENTRIES, typed)] == titles


def test_what_was_typed_is_marked_in_the_title() -> None:
    assert find_entries(ENTRIES, "tab")[0].hits == ((5, 8),)
    assert find_entries(ENTRIES, "style exp")[0].hits == ((7, 12), (0, 3))
    assert find_entries([entry("Straße")], "stra")[0].hits == (), "folding moved the letters"


def shown(harness: AppHarness) -> list[str]:
    palette = harness.app.screen
    assert isinstance(palette, PaletteDialog)
    return [entry.title for entry in palette._found]


def test_songs_of_the_same_title_differ_by_how_they_were_made() -> None:
    extended = row(1, title="Rain", origin=Origin.EXTENSION, start_s=107.0)
    assert [song_title(song) for song in (row(2, title="Rain"), extended)] == ["Rain", "Rain · extended from 1:47"]


async def test_send_is_first_in_the_composer(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "ctrl+p")
        assert shown(harness)[0] == "Send"
        assert "Favourite" not in shown(harness), "the composer has no such command"


async def test_the_palette_keeps_its_size_and_counts_its_hits(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as harness:
        await harness.press("ctrl+p")
        box, choices = harness.app.screen.query_one("#dialog"), harness.app.screen.query_one(ChoiceList)
        region = box.region
        assert region.y > 0, "the header can be seen"
        assert choices.size.height == 16
        total = choices.option_count
        await harness.press(*"rating")
        assert box.region == region
        assert f"{choices.option_count} of {total}" in harness.text()
        await harness.press(*"zzz")
        assert box.region == region
        assert "No matches." in harness.text()
        assert f"0 of {total}" in harness.text()


async def test_commands_of_another_screen_are_not_offered(tmp_path: Path) -> None:
    """Fails with a search for a method of that name: "Back" of the composer was offered in the journal."""
    async with open_app(tmp_path) as harness:
        await harness.press("J")
        await harness.until(lambda: isinstance(harness.app.screen, SubmissionsScreen), "the journal")
        titles = [entry.title for entry in palette_entries(harness.app)]
        assert titles.count("Back") == 1
        assert "Whole response" in titles
        assert "Send" not in titles


@pytest.mark.parametrize(("keys", "first"), [((), "New song"), (("n",), "Send"), (("J",), "Find song")])
async def test_the_commands_of_the_focused_pane_are_first(keys: tuple[str, ...], first: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press(*keys, "ctrl+p")
        assert first in shown(harness)[0]


async def test_a_song_is_found_by_its_title_from_the_composer(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"a draft", "ctrl+p", *"wint")
        await harness.until(lambda: "Winter Wonderland" in shown(harness), "the song")
        await harness.press("enter")
        await harness.until(lambda: isinstance(harness.app.screen, LibraryScreen), "the library")
        assert harness.tasks.current == "task-3"
        await harness.press("n")
        assert isinstance(harness.app.screen, ComposeScreen)
        assert "a draft" in harness.text(), "leaving the composer saved it"


async def test_a_song_with_exactly_that_title_is_the_first_of_the_songs(tmp_path: Path) -> None:
    titles = ("Gulls", "Gulls (Slowly)", "Three Gulls")
    tasks = [song(number, title, 50.0 * number) for number, title in enumerate(titles)]
    async with open_app(tmp_path, tasks=tasks) as harness:
        await harness.press("ctrl+p", *"gulls")
        await harness.until(lambda: "Three Gulls" in shown(harness), "the songs")
        assert shown(harness)[-3:] == ["Gulls", "Gulls (Slowly)", "Three Gulls"]


async def test_a_song_that_the_list_does_not_show_is_listed(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("slash", *"girl", "enter", "ctrl+p", *"wint")
        await harness.until(lambda: "Winter Wonderland" in shown(harness), "the song")
        await harness.press("enter")
        await harness.until(lambda: harness.tasks.current == "task-3", "the song in the list")


async def test_songs_of_an_earlier_text_are_not_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new search ends the previous one: the response to "wi" came while "wix" was typed."""
    read = LibraryBrowser.page
    go = asyncio.Event()

    async def slow(browser: LibraryBrowser, *args: object, **options: object) -> object:
        await go.wait()
        return await read(browser, *args, **options)  # type: ignore[arg-type]

    async with open_app(tmp_path) as harness:
        await harness.press("ctrl+p")
        monkeypatch.setattr(LibraryBrowser, "page", slow)
        await harness.press(*"wi", "x", "backspace", "backspace", "backspace")
        go.set()
        await harness.settle()
        assert "Winter Wonderland" not in shown(harness)


async def test_the_cursor_stays_where_it_was_when_songs_arrive(tmp_path: Path) -> None:
    """Enter runs what was read: some commands cost money."""
    async with open_app(tmp_path) as harness:
        await harness.press("ctrl+p", *"in")
        choices = harness.app.screen.query_one(ChoiceList)
        assert choices.highlighted == 0
        await harness.press("down")
        before = shown(harness)[1]
        palette = harness.app.screen
        assert isinstance(palette, PaletteDialog)
        palette._find_songs("in")
        await harness.settle()
        assert choices.highlighted == 1
        assert shown(harness)[1] == before


async def test_the_mouse_runs_an_entry(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("ctrl+p", *"journal")
        await harness.pilot.click(ChoiceList, offset=(4, 0))
        await harness.until(lambda: isinstance(harness.app.screen, SubmissionsScreen), "the journal")
