"""Search, filters, sorting and marks by keyboard: the text of the search line, and the messages."""

from __future__ import annotations

from pathlib import Path

from textual.events import Key, Paste
from textual.widgets import Input

from sunotui.domain.browse import Collection, CollectionKind, ListQuery, Sort
from sunotui.storage.db.connection import Database
from sunotui.tui.library.list_choices import filter_choices, with_filter_toggled, with_sort
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.library.sidebar import Sidebar
from tests.tui.harness import AppHarness, open_app


def line(quiet: AppHarness) -> Input:
    return quiet.app.screen.query_one("#search-line", Input)


def listing(quiet: AppHarness) -> ListQuery:
    screen = quiet.app.screen
    assert isinstance(screen, LibraryScreen)
    return screen.context.state.list_query


async def test_letters_typed_before_the_input_is_mounted_are_searched_for(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        for key, letter in (("slash", "/"), ("n", "n"), ("e", "e"), ("o", "o"), ("n", "n")):
            quiet.app.post_message(Key(key, letter))
        await quiet.until(lambda: listing(quiet).query.text == "neon", "the search")
        await quiet.until(lambda: quiet.tasks.row_count == 1, "what was looked for")
        assert quiet.tasks.current == "task-4"


async def test_invalid_parts_are_underlined_and_the_rest_is_searched(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("slash", *"neon is:nice")
        assert quiet.tasks.row_count == 1
        assert "'nice' is not one of" in quiet.text().splitlines()[-2]
        underlined = [
            segment.text for segment in line(quiet).render_line(0) if segment.style and segment.style.underline
        ]
        assert "".join(underlined) == "is:nice"
        await quiet.press(*["backspace"] * 8)
        assert "none of" not in quiet.text()


async def test_a_search_of_symbols_lists_nothing_with_a_reason(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("slash", "👩")
        await quiet.until(lambda: quiet.tasks.row_count == 0, "an empty list")
        assert "no letter and no digit" in quiet.text()
        await quiet.press("backspace", *"neon")
        await quiet.until(lambda: quiet.tasks.row_count == 1, "what the words find")


async def test_invalid_parts_of_a_saved_search_are_reported(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        with Database.open(quiet.core_harness.core.paths.library).write() as connection:
            connection.execute("INSERT INTO saved_search VALUES (1, 'Odd', 'odd', 'neon is:nice', 'age', 0)")
        quiet.app.screen.query_one(Sidebar).chosen = Collection(CollectionKind.SEARCH, "Odd")
        await quiet.until(
            lambda: "In the search “Odd”: 'nice' is not one of" in quiet.app.message_log.lines()[0].text, "the sentence"
        )
        assert quiet.tasks.row_count == 1


async def test_matches_are_highlighted_in_the_detail_too(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("slash", *"hands", "enter")
        body = quiet.detail.body
        found = [
            segment.text
            for y in range(body.size.height)
            for segment in body.render_line(y)
            if segment.style and segment.style.underline
        ]
        assert found == ["Hands"]
        await quiet.press("escape")
        assert not any(
            segment.style and segment.style.underline
            for y in range(body.size.height)
            for segment in body.render_line(y)
        )


async def test_a_pasted_page_is_rejected_and_several_lines_are_joined(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("slash", *"neon")
        quiet.app.post_message(Paste("Winter\nWonderland " * 600))
        await quiet.settle()
        assert line(quiet).value == "neon"
        quiet.app.post_message(Paste(" Winter\nWonderland\n"))
        await quiet.settle()
        assert line(quiet).value == "neonWinter Wonderland"
        line(quiet).value = "a " * 20
        await quiet.until(lambda: "A search has at most 16 words" in quiet.text(), "the complaint")
        await quiet.press("escape")
        assert quiet.tasks.row_count == 6


async def test_a_filter_is_added_to_the_search_and_removed(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("f", "j", "enter")
        assert listing(quiet).query.text == "is:unheard"
        assert quiet.tasks.has_focus
        await quiet.press("f")
        assert "✓ is:unheard" in quiet.text()
        await quiet.press("j", "enter")
        assert listing(quiet).query.text == ""
        assert quiet.tasks.row_count == 6


async def test_an_incomplete_filter_waits_for_its_value(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("f", *["j"] * 7, "enter")
        assert line(quiet).has_focus
        await quiet.press(*"edm")
        assert listing(quiet).query.text == "tag:edm"
        assert quiet.tasks.row_count == 3


async def test_sorting_is_shown_in_the_status_bar_and_can_be_reversed(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("j", "S", "j", "j", "enter")
        assert listing(quiet).sort is Sort.TITLE
        assert "by title" in quiet.text().splitlines()[0]
        assert quiet.tasks.current == "task-4", "the cursor stays on its task"
        await quiet.press("S", "j", "j", "enter")
        assert listing(quiet).is_reversed
        assert "by title ↑" in quiet.text().splitlines()[0]


async def test_marks_are_counted_and_cleared_before_the_search(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("slash", *"tag:edm", "enter", "g", "v", "G", "V")
        assert sorted(quiet.tasks.selected) == ["task-3", "task-4", "task-5"]
        assert "3 marked" in quiet.text().splitlines()[0]
        await quiet.press("escape")
        assert quiet.tasks.selected == ()
        assert "marked" not in quiet.text().splitlines()[0]
        assert listing(quiet).query.text == "tag:edm"
        await quiet.press("escape")
        assert listing(quiet).query.text == ""


def test_filters_offer_the_labels_with_most_tasks() -> None:
    counts = {Collection(CollectionKind.LABEL, f"label {number}"): number for number in range(10_000)}
    choices = filter_choices('label:"label 9999" rain', counts)
    labels = [(key, name) for key, name, _ in choices if key.startswith("label:")]
    assert labels[0] == ('label:"label 9999"', '✓ label:"label 9999"')
    assert len(labels) < 100


def test_a_filter_is_added_once_and_removed_completely() -> None:
    assert with_filter_toggled("", "is:starred") == "is:starred"
    assert with_filter_toggled("rain is:starred len:>3:00", "is:starred") == "rain len:>3:00"
    assert with_filter_toggled("is:starredish", "is:starred") == "is:starredish is:starred"


def test_the_same_order_is_reversed_and_another_starts_normally() -> None:
    by_age = with_sort(ListQuery(), Sort.AGE)
    assert (by_age.sort, by_age.is_reversed) == (Sort.AGE, False)
    assert with_sort(by_age, Sort.AGE).is_reversed
    assert not with_sort(with_sort(by_age, Sort.AGE), Sort.AGE).is_reversed
    assert not with_sort(with_sort(by_age, Sort.AGE), Sort.TITLE).is_reversed


async def test_up_restores_a_cleared_search(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("slash", *"rain", "escape")
        assert quiet.tasks.row_count == 6
        await quiet.press("slash", "up")
        assert quiet.app.screen.query_one("#search-line", Input).value == "rain"
        await quiet.press("enter")
        assert quiet.tasks.row_count == 1
