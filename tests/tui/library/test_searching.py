"""Search, filters, sorting and marks by keyboard: the text of the search line, and the messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.events import Key, Paste
from textual.widgets import Input

from sunotui.core.events import LibraryChanged
from sunotui.domain.annotations import TakeRef
from sunotui.domain.browse import Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.clip import Derivation, DerivationKind
from sunotui.storage.db.connection import Database
from sunotui.tui.library import screen
from sunotui.tui.library.album_facts import read_album_facts
from sunotui.tui.library.current_list import show_collection
from sunotui.tui.library.list_choices import filter_choices, sort_choices, with_filter_toggled, with_sort
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.library.sidebar import Sidebar
from sunotui.tui.widgets.footer import Footer
from tests.tui.harness import AppHarness, open_app, song


def line(harness: AppHarness) -> Input:
    return harness.app.screen.query_one("#search-line", Input)


def listing(harness: AppHarness) -> ListQuery:
    screen = harness.app.screen
    assert isinstance(screen, LibraryScreen)
    return screen.context.state.list_query


async def test_letters_typed_before_the_input_is_mounted_are_searched_for(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        for key, letter in (("slash", "/"), ("n", "n"), ("e", "e"), ("o", "o"), ("n", "n")):
            harness.app.post_message(Key(key, letter))
        await harness.until(lambda: listing(harness).query.text == "neon", "the search")
        await harness.until(lambda: harness.tasks.row_count == 1, "what was looked for")
        assert harness.tasks.current == "task-4"


async def test_invalid_parts_are_underlined_and_the_rest_is_searched(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("slash", *"neon is:nice")
        assert harness.tasks.row_count == 1
        assert "'nice' is not one of" in harness.text()
        underlined = [
            segment.text for segment in line(harness).render_line(0) if segment.style and segment.style.underline
        ]
        assert "".join(underlined) == "is:nice"
        await harness.press(*["backspace"] * 8)
        assert "none of" not in harness.text()


async def test_an_unfinished_word_is_explained_only_when_typing_has_ended(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 24)) as harness:
        await harness.press("slash")
        for letter in "is:fav":
            await harness.press(letter)
            assert harness.text().splitlines()[2].lstrip().startswith("╭"), "the list does not move"
        assert not any(segment.style and segment.style.underline for segment in line(harness).render_line(0))
        await harness.press("enter")
        assert "'fav' is not one of" in harness.text()


async def test_a_search_of_symbols_lists_nothing_with_a_reason(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("slash", "👩")
        await harness.until(lambda: harness.tasks.row_count == 0, "an empty list")
        assert "no letter and no digit" in harness.text()
        await harness.press("backspace", *"neon")
        await harness.until(lambda: harness.tasks.row_count == 1, "what the words find")


async def test_invalid_parts_of_a_saved_search_are_reported(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        with Database.open(harness.core_harness.core.paths.library).write() as connection:
            connection.execute("INSERT INTO saved_search VALUES (1, 'Odd', 'odd', 'neon is:nice', 'age', 0)")
        harness.app.screen.query_one(Sidebar).chosen = Collection(CollectionKind.SEARCH, "Odd")
        await harness.until(
            lambda: "In the search “Odd”: 'nice' is not one of" in harness.app.message_log.lines()[0].text,
            "the sentence",
        )
        assert harness.tasks.row_count == 1


async def test_a_saved_search_has_a_count_that_follows_the_library(tmp_path: Path) -> None:
    search = Collection(CollectionKind.SEARCH, "Rain")
    async with open_app(tmp_path) as harness:
        with Database.open(harness.core_harness.core.paths.library).write() as connection:
            connection.execute("INSERT INTO saved_search VALUES (1, 'Rain', 'rain', 'neon', 'age', 0)")
        harness.app.screen.on_core_event(LibraryChanged())  # type: ignore[attr-defined]
        sidebar = harness.app.screen.query_one(Sidebar)
        await harness.until(lambda: sidebar.counts.get(search) == 1, "the count")
        await harness.until(lambda: bool(re.search(r" Rain +1 ", harness.text())), "the count in the sidebar")
        await harness.press("j", "x")
        await harness.until(lambda: sidebar.counts.get(search) == 0, "the count of what is left")


async def test_matches_are_highlighted_in_the_detail_too(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("slash", *"hands", "enter")
        body = harness.detail.body
        found = [
            segment.text
            for y in range(body.size.height)
            for segment in body.render_line(y)
            if segment.style and segment.style.underline
        ]
        assert found == ["Hands"]
        await harness.press("escape")
        assert not any(
            segment.style and segment.style.underline
            for y in range(body.size.height)
            for segment in body.render_line(y)
        )


async def test_a_pasted_page_is_rejected_and_several_lines_are_joined(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("slash", *"neon")
        harness.app.post_message(Paste("Winter\nWonderland " * 600))
        await harness.settle()
        assert line(harness).value == "neon"
        harness.app.post_message(Paste(" Winter\nWonderland\n"))
        await harness.settle()
        assert line(harness).value == "neonWinter Wonderland"
        line(harness).value = "a " * 20
        await harness.until(lambda: "A search has at most 16 words" in harness.text(), "the complaint")
        await harness.press("escape")
        assert harness.tasks.row_count == 6


async def test_a_filter_is_added_to_the_search_and_removed(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("f", "down", "enter")
        assert listing(harness).query.text == "is:unplayed"
        assert harness.tasks.has_focus
        await harness.press("f")
        assert "✓ is:unplayed" in harness.text()
        await harness.press("down", "enter")
        assert listing(harness).query.text == ""
        assert harness.tasks.row_count == 6


async def test_the_filters_are_found_by_typing(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.core_harness.core.services.annotations.label(["task-4"], "late night", True)
        await harness.press("f")
        assert "Type to filter" in harness.text()
        box = harness.app.screen.query_one("#dialog")
        region = box.region
        await harness.press(*"rated")
        assert [line.split()[2] for line in harness.text_of(box).splitlines() if "▌" in line] == ["rating:>=4"]
        assert "is:saved" not in harness.text_of(box), "it has no such word"
        assert box.region == region
        await harness.press("escape", "f", *"late", "enter")
        assert listing(harness).query.text == 'label:"late night"'
        await harness.press("f", *"zzz", "enter")
        assert "No matches." in harness.text_of(harness.app.screen.query_one("#dialog")), "enter chooses nothing"


@pytest.mark.parametrize("keys", [("slash", *"dance", "enter"), ("f", "down", "enter")], ids=["search", "filter"])
async def test_a_search_from_the_detail_shows_the_list(keys: tuple[str, ...], tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as harness:
        await harness.press("enter")
        assert not harness.tasks.region
        await harness.press(*keys[:3])
        await harness.press(*keys[3:])
        assert harness.tasks.has_focus
        assert harness.tasks.region, "the list is visible"
        assert listing(harness).query.text


async def test_an_incomplete_filter_waits_for_its_value(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("f", *["down"] * 10, "enter")
        assert line(harness).has_focus
        await harness.press(*"edm")
        assert listing(harness).query.text == "style:edm"
        assert harness.tasks.row_count == 3


async def test_the_row_says_what_can_be_searched_for_and_how_much_was_found(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("slash", *"edm")
        row = harness.text().splitlines()[1]
        assert (
            row
            == " / edm     label: style: model: is: since: len: rating:"
            + " " * 31
            + "3 of 6 songs   ^s Save to sidebar"
        )
        keys = " enter To the list  ^f Filter  F1 Help  ^s Save to sidebar  esc End search"
        assert harness.text().splitlines()[-1] == keys
        await harness.press(*" neon")
        assert "1 of 6 songs" in harness.text().splitlines()[1]
        await harness.press("enter")
        assert harness.text().splitlines()[-1].endswith("esc End search")


@pytest.mark.parametrize(
    ("width", "first"), [(160, ""), (80, "edm is:nice"), (60, "edm is:nice"), (60, "is:nice " + "x" * 90)]
)
async def test_no_word_of_a_problem_is_cut_off(width: int, first: str, tmp_path: Path) -> None:
    text = first or "edm is:nice"
    async with open_app(tmp_path, (width, 24)) as harness:
        await harness.press("slash")
        line(harness).value = text
        await harness.until(lambda: "is not one of" in harness.text(), "the problem")
        shown = " ".join(harness.text().split("╭")[0].split())
        assert parse(text).issues[0].sentence in shown
        beside = harness.text().splitlines()[1]
        assert ("is not one of" in beside) is (width == 160), "it has its own rows where it does not fit"
        line(harness).value = "edm"
        await harness.until(lambda: "is not one of" not in harness.text(), "its end")
        assert "╭" in harness.text().splitlines()[2], "and the rows are the list's again"


async def test_a_problem_moves_to_where_it_fits_when_the_window_changes(tmp_path: Path) -> None:
    async with open_app(tmp_path, (160, 24)) as harness:
        await harness.press("slash", *"edm is:nice")
        for width in (70, 160):
            await harness.pilot.resize_terminal(width, 24)
            await harness.settle()
            assert ("is not one of" in harness.text().splitlines()[1]) is (width == 160)
            assert parse("is:nice").issues[0].sentence in " ".join(harness.text().split("╭")[0].split())


async def test_the_keys_of_the_search_line_can_be_clicked(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:

        async def click(words: str, row: int) -> None:
            at = harness.text().splitlines()[row].index(words) + 1
            await harness.pilot.click(offset=(at, row if row >= 0 else harness.app.size.height + row))
            await harness.settle()

        await harness.press("slash", *"edm")
        await click("To the list", -1)
        assert harness.tasks.has_focus
        assert listing(harness).query.text == "edm"
        await click("Save to sidebar", 1)
        assert "Name this search" in harness.text()
        await harness.press("escape", "slash", "ctrl+f")
        assert "rated 4 or 5" in harness.text()
        await harness.press("escape", "slash")
        await click("End search", -1)
        assert listing(harness).query.text == ""
        assert harness.tasks.row_count == 6


async def test_the_order_is_shown_in_the_head_of_its_column_and_can_be_reversed(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "S", "j", "enter")
        assert listing(harness).sort is Sort.TITLE
        assert "Title, style▴" in harness.text().splitlines()[2]
        assert harness.tasks.current == "task-4", "the cursor stays on its task"
        await harness.press("S", "j", "enter")
        assert listing(harness).is_reversed
        assert "Title, style▾" in harness.text().splitlines()[2]
        await harness.press("S", "j", "j", "j", "j", "enter")
        assert listing(harness).sort is Sort.MODEL
        assert "by model ▾ · 2 of 6" in harness.text(), "which has no column in a list of this width"


async def test_marks_are_counted_and_cleared_before_the_search(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("slash", *"style:edm", "enter", "g", "v", "G", "V")
        assert sorted(harness.tasks.selected) == ["task-3", "task-4", "task-5"]
        assert "3 marked" in harness.text()
        await harness.press("escape")
        assert harness.tasks.selected == ()
        assert "marked" not in harness.text()
        assert listing(harness).query.text == "style:edm"
        await harness.press("escape")
        assert listing(harness).query.text == ""


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


def test_the_same_order_again_turns_it_round_and_another_begins_as_usual() -> None:
    by_age = with_sort(ListQuery(sort=Sort.TITLE), Sort.AGE)
    assert (by_age.sort, by_age.is_reversed) == (Sort.AGE, False)
    assert with_sort(ListQuery(), Sort.AGE).is_reversed, "without a search the list is by age already"
    assert with_sort(by_age, Sort.AGE).is_reversed
    assert not with_sort(with_sort(by_age, Sort.AGE), Sort.AGE).is_reversed
    assert not with_sort(with_sort(by_age, Sort.AGE), Sort.TITLE).is_reversed


async def test_the_footer_offers_the_end_of_a_search_only_during_one(tmp_path: Path) -> None:
    async with open_app(tmp_path, (176, 40)) as harness:

        def footer() -> str:
            return harness.text_of(harness.app.screen.query_one(Footer))

        await harness.press("slash", *"rain", "enter")
        assert "esc End search" in footer()
        await harness.press("escape")
        assert "End search" not in footer()
        assert "? Help" in footer()


async def test_up_restores_a_cleared_search(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("slash", *"rain", "escape")
        assert harness.tasks.row_count == 6
        await harness.press("slash", "up")
        assert harness.app.screen.query_one("#search-line", Input).value == "rain"
        await harness.press("enter")
        assert harness.tasks.row_count == 1


async def test_a_click_on_a_head_sorts_and_again_reverses(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        width = harness.tasks.scrollable_content_region.width
        for x, sort, head in ((6, Sort.TITLE, "Title, style▴"), (width - 8, Sort.LENGTH, "Time▾")):
            await harness.pilot.click(harness.tasks, offset=(x + 1, 1))
            await harness.settle()
            assert (listing(harness).sort, listing(harness).is_reversed) == (sort, False)
            assert head in harness.text()
        await harness.pilot.click(harness.tasks, offset=(width - 8, 1))
        await harness.settle()
        assert listing(harness).is_reversed
        assert "Time▴" in harness.text()


async def test_a_double_click_opens_a_song(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.pilot.click(harness.tasks, offset=(8, 3))
        await harness.settle()
        assert harness.tasks.current == "task-4"
        assert harness.tasks.has_focus
        await harness.pilot.double_click(harness.tasks, offset=(8, 4))
        await harness.settle()
        assert harness.tasks.current == "task-3"
        assert harness.detail.body.has_focus


def test_relevance_is_offered_only_for_a_search() -> None:
    def offered(query: ListQuery) -> list[str]:
        return [name.strip() for _, name, _ in sort_choices(query)]

    assert offered(ListQuery()) == ["✓ age", "title", "length", "rating", "model"]
    assert offered(ListQuery(query=parse("rain")))[:2] == ["✓ relevance", "age"]
    assert offered(ListQuery(query=parse("is:starred")))[0] == "✓ age"
    assert offered(ListQuery(Collection(CollectionKind.ALBUM, "Best"), sort=Sort.TITLE))[0] == "album order"


async def test_derived_songs_are_under_their_source_until_a_key_separates_them(tmp_path: Path) -> None:
    child = song(3, "Gulls", 300.0)
    made_from = (Derivation(DerivationKind.CONTINUATION, "clip-1-1"),)
    clips = tuple(clip._replace(parents=("clip-1-1",), derivations=made_from) for clip in child.clips)
    tasks = [song(1, "Gulls", 100.0), song(2, "Rain", 200.0), child._replace(clips=clips)]
    async with open_app(tmp_path, tasks=tasks) as harness:

        def order() -> list[str]:
            return [row.id for row in harness.tasks._window.rows(0, 9)]

        assert order() == ["task-1", "task-3", "task-2"]
        assert "↦ └ extended" in harness.text()
        await harness.press("F")
        assert order() == ["task-3", "task-2", "task-1"]
        assert "└ " not in harness.text()
        assert harness.core_harness.core.ui_state.now.is_grouped is False
        await harness.press("S", "j", "enter", "F")
        assert order() == ["task-1", "task-3", "task-2"]
        assert "seen when sorted by age" in harness.text()
        assert harness.core_harness.core.ui_state.now.is_grouped


async def test_every_issue_of_a_search_is_shown(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as harness:
        await harness.press("slash", *"len:nice since:never rain")
        text = " ".join(harness.text().split())
        assert "'nice' is not a length" in text
        assert "'never' is not a time" in text
        assert "; and 1 more" not in text


async def test_a_low_window_shows_the_first_problem_and_how_many_more(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press("slash")
        line(harness).value = "lenn:>3 is:nice rating:9 love"
        await harness.until(lambda: "There is no field" in harness.text(), "the problem")
        assert "searched for as a word; and 2 more" in " ".join(harness.text().split("╭")[0].split())
        assert "F1 Help" in harness.text().splitlines()[-1]


async def test_the_detail_follows_when_the_user_pauses_or_ends_typing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each letter may list another song first; showing all of them would delay the letters."""
    monkeypatch.setattr(screen, "_TYPING_PAUSE_S", 3_600.0)
    async with open_app(tmp_path) as harness:
        before = harness.tasks.current
        await harness.press("slash", *"neon")
        assert harness.tasks.current == "task-4" != before
        assert harness.detail.shown is not None
        assert harness.detail.shown.task.id == before
        await harness.press("enter")
        await harness.until(lambda: _shown(harness) == "task-4", "the song under the cursor")


async def test_a_user_who_pauses_sees_the_song_under_the_cursor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "_TYPING_PAUSE_S", 0.01)
    async with open_app(tmp_path) as harness:
        await harness.press("slash", *"neon")
        await harness.until(lambda: _shown(harness) == "task-4", "the song under the cursor")
        assert line(harness).has_focus


async def test_a_command_does_not_wait_for_the_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It must never work on the song that was shown before."""
    monkeypatch.setattr(screen, "_TYPING_PAUSE_S", 3_600.0)
    async with open_app(tmp_path) as harness:
        await harness.press("slash", *"neon")
        library = harness.app.screen
        assert isinstance(library, LibraryScreen)
        detail = await library.context.loaded_detail()
        assert detail.shown is not None
        assert detail.shown.task.id == "task-4"


async def test_the_take_of_an_album_is_chosen_again_after_another_song(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: a command worked on the first take if the search was corrected before the detail had followed."""
    monkeypatch.setattr(screen, "_TYPING_PAUSE_S", 3_600.0)
    async with open_app(tmp_path) as harness:
        takes = [TakeRef("task-3", "clip-3-1"), TakeRef("task-4", "clip-4-2")]
        await harness.core_harness.core.services.annotations.add_to_album("Rain", takes)
        library = harness.app.screen
        assert isinstance(library, LibraryScreen)
        show_collection(library.context, Collection(CollectionKind.ALBUM, "Rain"))
        read_album_facts(library.context)
        await harness.settle()
        harness.tasks.select("task-4")
        await harness.until(lambda: harness.detail.take == 2, "the take of the album")
        await harness.press("slash", "w")
        assert harness.tasks.current == "task-3"
        assert (_shown(harness), harness.detail.take) == ("task-4", 2), "what is shown does not change yet"
        await harness.press("backspace", "enter")
        detail = await library.context.loaded_detail()
        assert detail.clip is not None
        assert (harness.tasks.current, detail.clip.id) == ("task-4", "clip-4-2")


def _shown(harness: AppHarness) -> str:
    return harness.detail.shown.task.id if harness.detail.shown is not None else ""
