"""Annotating by key: the current take or all marked tasks, reported immediately, undone with u."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input, Static

from sunotui.domain.annotations import NAME_LIMIT, TakeRef
from sunotui.domain.browse import Collection, CollectionKind
from sunotui.domain.tasks.summary import View
from sunotui.storage.annotations.labels import LabelStore
from sunotui.storage.db.connection import Database
from sunotui.tui.dialogs.checklist import ChecklistDialog
from sunotui.tui.dialogs.prompt import PromptDialog
from sunotui.tui.dialogs.rate import RateDialog
from sunotui.tui.library.detail.tabs import Tab
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.library.sidebar import Sidebar
from tests.tui.harness import AppHarness, open_app, song
from tests.tui.library.actions.annotated import count, kept, last_message, sidebar

HOSTILE = "[/b] [@click=app.quit]x[/]\x1b]52;c;UFdORUQ=\x07"


@pytest.fixture(autouse=True)
def quiet_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.app.App.copy_to_clipboard", lambda *_: None)
    monkeypatch.setattr("sunotui.tui.base.copy_with_tools", lambda *_, **__: [])
    monkeypatch.setattr("sunotui.tui.runtime.links.open_link", lambda *_: None)


async def test_a_star_is_shown_in_row_and_views(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "2", "s")
        found = await kept(harness, "task-4")
        assert (found.take_rating("clip-4-1").is_favourite, found.take_rating("clip-4-2").is_favourite) == (False, True)
        assert "Favourite: 1 take" in last_message(harness)
        assert count(harness, View.FAVOURITES) == 1
        assert "♥" in harness.text()
        await harness.press("s")
        assert count(harness, View.FAVOURITES) == 0
        await harness.press("u", "u")
        assert not (await kept(harness, "task-4")).is_favourite
        await harness.press("u")
        assert "nothing to undo" in last_message(harness)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_a_narrow_terminal_shows_the_whole_foot_of_the_labels(tmp_path: Path, size: tuple[int, int]) -> None:
    async with open_app(tmp_path, size=size) as harness:
        await harness.press("b")
        words = " ".join(harness.text().replace("│", " ").split())
        assert "No label yet. Type a name and press enter." in words
        assert "enter Done esc Close" in words


async def test_the_words_about_no_label_go_when_one_is_created(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("b")
        box = harness.app.screen.query_one("#dialog")
        region = box.region
        await harness.press(*"sea")
        assert "No label yet" not in harness.text()
        assert "enter Create and close" in harness.text()
        assert box.region == region


async def test_a_rating_is_an_asterisk_and_a_digit_however_fast(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "asterisk", "4")
        assert (await kept(harness, "task-4")).take_rating("clip-4-1").rating == 4
        assert harness.detail.take == 1
        assert "★4" in harness.text()
        await harness.press("asterisk")
        assert isinstance(harness.app.screen, RateDialog)
        await harness.press("escape")
        assert (await kept(harness, "task-4")).rating == 4
        await harness.press("asterisk", "0", "u")
        assert (await kept(harness, "task-4")).rating == 4


async def test_all_marked_tasks_are_changed_together(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "v", "g", "j", "j", "j", "V")
        assert set(harness.tasks.selected) == {"task-2", "task-3", "task-4"}
        await harness.press("s")
        assert "Favourite: 3 takes" in last_message(harness)
        assert (await kept(harness, "task-3")).take_rating("clip-3-1").is_favourite
        assert (await kept(harness, "task-2")).take_rating().is_favourite
        assert harness.tasks.selected == (), "marks end with what was done to them"
        await harness.press("g", "j", "v", "v", "v", "x")
        assert (count(harness, View.TRASH), count(harness, View.ALL)) == (3, 3)
        await harness.press("u", "u")
        assert (count(harness, View.TRASH), count(harness, View.FAVOURITES)) == (0, 0)


async def test_fast_keys_work_on_the_whole_range(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        for key in ("v", "j", "V", "x"):
            harness.app.simulate_key(key)
        await harness.settle()
        assert "Moved 3 songs to the trash" in last_message(harness)


async def test_the_trash_hides_a_row_and_restores_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "x")
        assert harness.tasks.current == "task-3"
        harness.app.screen_stack[0].query_one(Sidebar).chosen = Collection.of_view(View.TRASH)
        await harness.settle()
        assert harness.tasks.current == "task-4"
        await harness.press("x")
        assert "Restored 1 song from the trash" in last_message(harness)
        assert harness.tasks.row_count == 0


async def test_a_generating_task_in_the_trash_is_polled_to_its_end(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.core_harness.core.start()
        await harness.press("x")
        done = song(5, "Electric Dance Party", 0.0)
        harness.core_harness.gateway.set_task(done.id, done.status, clips=done.clips)
        await harness.core_harness.clock.advance(60)
        await harness.settle()
        task = await harness.core_harness.task("task-5")
        assert task is not None
        assert task.status.is_final
        assert (await kept(harness, "task-5")).is_trashed


async def test_labels_are_found_created_and_toggled(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "b", *"late", "space", *"night", "enter")
        assert isinstance(harness.app.screen, LibraryScreen), "enter finishes"
        assert (await kept(harness, "task-4")).labels == ("late night",)
        await harness.press("b", *"jazz", "enter")
        assert "Labelled “jazz”: 1 song" in last_message(harness)
        await harness.press("v", "g", "j", "j", "V", "b")
        assert isinstance(harness.app.screen, ChecklistDialog)
        assert "◐ jazz" in harness.text()
        assert "1 of 2" in harness.text()
        await harness.press("space")
        assert (await kept(harness, "task-3")).labels == ("jazz",)
        assert "✓ jazz" in harness.text()
        await harness.press("space")
        assert "○ jazz" in harness.text()
        await harness.press(*"LATE", "enter")
        assert (await kept(harness, "task-3")).labels == ("late night",)
        await harness.press("b", "down", "up", "space", "escape")
        assert (await kept(harness, "task-3")).labels == ()
        await harness.press("u", "u", "u", "u")
        assert (await kept(harness, "task-3")).labels == ()
        assert (await kept(harness, "task-4")).labels == ("jazz", "late night")


async def test_enter_twice_removes_no_label(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "b", *"jazz", "enter", "b", *"jazz", "enter", "b", "enter")
        assert (await kept(harness, "task-4")).labels == ("jazz",)
        await harness.press("b", "space", "escape")
        assert (await kept(harness, "task-4")).labels == ()


async def test_the_keys_of_the_labels_say_what_enter_does(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.core_harness.core.services.annotations.label(["task-4"], "jazz", True)
        await harness.press("j", "b")
        assert "enter Done  space On, off  esc Close" in harness.text()
        await harness.press(*"ja")
        assert "enter Done  space On, off  esc Close" in harness.text(), "it is on already"
        await harness.press("down")
        assert "enter Create and close  esc Close" in harness.text()
        assert "1 of 1" in harness.text()


async def test_enter_creates_what_was_typed_although_other_names_contain_it(tmp_path: Path) -> None:
    """Regression: the cursor was on a name with the text in its middle. If the song had that label, enter closed the
    dialog without a word; otherwise the song got it."""
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations
        await annotations.label(["task-4"], "beta", True)
        await annotations.label(["task-1"], "zeta", True)
        await harness.press("j", "b", *"eta")
        assert "enter Create and close" in harness.text()
        assert "beta" in harness.text()
        await harness.press("enter")
        assert (await kept(harness, "task-4")).labels == ("beta", "eta")
        await harness.press("b", *"ze", "enter")
        assert (await kept(harness, "task-4")).labels == ("beta", "eta", "zeta"), "the beginning of a name"
        await annotations.label(["task-1"], "late night", True)
        await harness.press("b", *"nig", "enter")
        assert "late night" in (await kept(harness, "task-4")).labels, "the beginning of a word"


async def test_a_name_that_is_what_was_typed_comes_first(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations
        await annotations.label(["task-4"], "night bus", True)
        for name in ("late night", "night"):
            await annotations.label(["task-1"], name, True)
        await harness.press("j", "b", *"night", "enter")
        assert (await kept(harness, "task-4")).labels == ("night", "night bus")


async def test_enter_says_that_the_label_is_on_already(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "b", *"jazz", "enter", "b", *"ja", "enter")
        assert last_message(harness) == "“jazz” is on already"
        assert "“jazz” is on already" in harness.text()
        assert (await kept(harness, "task-4")).labels == ("jazz",)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 15)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_labels_keep_their_place_when_they_say_what_was_done(size: tuple[int, int], tmp_path: Path) -> None:
    """Regression: the box grew by the rows of the sentence."""
    async with open_app(tmp_path, size) as harness:
        annotations = harness.core_harness.core.services.annotations
        long = "a label with a name that is so long that the sentence about it takes more than a row"
        for name in (*(f"label {number:02}" for number in range(30)), long):
            await annotations.label(["task-1"], name, True)
        await harness.press("j", "b")
        box = harness.app.screen.query_one("#dialog")
        region, lines = box.region, harness.text_of(box).splitlines()
        await harness.press("down", "space")
        assert "Labelled “" in harness.text_of(box)
        assert box.region == region
        await harness.press(*"a", "down", "up", "space")
        assert "Labelled “a label with" in harness.text_of(box)
        assert box.region == region
        assert len(harness.text_of(box).splitlines()) == len(lines)
        assert "esc Close" in harness.text_of(box)


async def test_enter_adds_the_name_that_the_cursor_was_moved_to(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations
        for name in ("folk", "jazz", "rock"):
            await annotations.label(["task-1"], name, True)
        await harness.press("j", "b", *"ro", "down", "backspace", "backspace")
        assert "enter Done" in harness.text(), "the cursor is on the first name again"
        await harness.press("down")
        assert "enter Add and close" in harness.text()
        await harness.press("enter")
        assert (await kept(harness, "task-4")).labels == ("jazz",)
        await harness.press("b", "down", "space", "down")
        assert "enter Done" in harness.text(), "names were turned on with space"
        await harness.press("enter")
        assert (await kept(harness, "task-4")).labels == ("folk", "jazz")


async def test_the_cursor_stays_on_a_name_that_was_found_and_turned_on(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations
        for name in ("folk", "jazz", "rock"):
            await annotations.label(["task-1"], name, True)
        await harness.press("j", "b", "k", "down", "space")
        turned = (await kept(harness, "task-4")).labels
        assert len(turned) == 1
        await harness.press("space")
        assert (await kept(harness, "task-4")).labels == ()


async def test_enter_turns_on_what_another_program_turned_off(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations
        await annotations.label(["task-4"], "jazz", True)
        await harness.press("j", "b")
        await annotations.label(["task-4"], "jazz", False)
        await harness.press(*"jazz", "enter")
        assert (await kept(harness, "task-4")).labels == ("jazz",)


async def test_several_names_in_one_burst_are_all_created(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        for key in ("j", "b", *"jazz", "enter", "b", *"rock", "enter", "j", "b", *"folk", "enter"):
            harness.app.simulate_key(key) if len(key) > 1 else harness.app.post_message(Key(key, key))
        await harness.settle()
        assert (await kept(harness, "task-4")).labels == ("jazz", "rock")
        assert (await kept(harness, "task-3")).labels == ("folk",)


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        (("x",), "Moved 1 song to the trash"),
        (("s",), "Favourite: 1 take"),
        (("asterisk", "4"), "Rated ★4: 1 take"),
        (("b", *"jazz", "enter"), "Labelled “jazz”: 1 song"),
        (("a", *"Best", "enter"), "Added to the album “Best”: 1 take"),
    ],
    ids=["trash", "favourite", "rate", "label", "album"],
)
async def test_marked_songs_outside_the_list_are_left_alone_and_named(
    keys: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "v", "v", "v", "slash", *"rain", "enter")
        assert "3 marked, 2 hidden" in str(harness.tasks.border_subtitle)
        footer = harness.text().splitlines()[-1]
        assert "s Favourite 1  * Rate 1  b Label 1  a Album 1  x Trash 1" in footer
        before = {task_id: await kept(harness, task_id) for task_id in ("task-2", "task-3")}
        if len(keys) > 1:
            await harness.press(keys[0])
            assert harness.text().count("3 marked, 2 hidden") == 2, "the dialog says so, too"
            await harness.press(*keys[1:])
        else:
            await harness.press(*keys)
        assert f"{sentence}; 2 not in this list stay marked" in last_message(harness)
        assert {task_id: await kept(harness, task_id) for task_id in before} == before
        assert set(harness.tasks.selected) == set(before)
        await harness.press("escape")
        assert harness.tasks.selected == ()


@pytest.mark.parametrize("key", ["s", "asterisk", "b", "a", "x", "H"])
async def test_nothing_is_changed_while_every_marked_song_is_hidden(key: str, tmp_path: Path) -> None:
    """The song under the cursor is not marked, so it is not changed either."""
    async with open_app(tmp_path) as harness:
        await harness.press("j", "j", "v", "slash", *"rain", "enter")
        assert "Favourite" not in harness.text().splitlines()[-1]
        before = {task_id: await kept(harness, task_id) for task_id in ("task-3", "task-4")}
        await harness.press(key)
        assert isinstance(harness.app.screen, LibraryScreen)
        assert "No marked song is in this list; esc unmarks them" in last_message(harness)
        assert {task_id: await kept(harness, task_id) for task_id in before} == before
        assert harness.tasks.selected == ("task-3",)


async def test_nothing_in_the_trash_is_acted_upon(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "v", "v", "v", "slash", *"rain", "enter", "x", "s")
        assert "Favourite" not in last_message(harness)


async def test_a_note_is_of_the_song_under_the_cursor_whatever_is_marked(tmp_path: Path) -> None:
    """Fails with the first marked song, which may not be in the list."""
    async with open_app(tmp_path) as harness:
        await harness.press("j", "j", "v", "slash", *"rain", "enter", "N", *"good", "ctrl+s")
        assert (await kept(harness, "task-4")).note == "good"
        assert (await kept(harness, "task-3")).note == ""
        assert harness.tasks.selected == ("task-3",), "and the marks stay"


async def test_marks_are_counted_again_when_the_list_shows_them(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "v", "v", "slash", *"rain", "enter")
        assert "2 marked, 1 hidden" in str(harness.tasks.border_subtitle)
        await harness.press("slash", "escape")
        assert "2 marked" in str(harness.tasks.border_subtitle)
        assert "hidden" not in str(harness.tasks.border_subtitle)


async def test_ten_thousand_labels_and_hostile_names(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations

        def fill(db: Database) -> None:
            # The task's text in the index is written once, not ten thousand times.
            labels = LabelStore(db, lambda _: None)
            with db.write():
                for number in range(9_999):
                    labels.put(["task-3"], f"label {number}", is_on=True)
                annotations._ratings.labels.put(["task-3"], "label 9999", is_on=True)

        await harness.core_harness.core.storage.run(fill, harness.core_harness.core.stores.database)
        await annotations.label(["task-4"], HOSTILE)
        await harness.press("j", "b")
        await harness.until(lambda: "The first 100 of 10,001" in harness.text(), "the labels")
        assert "✓ [/b]" in harness.text()
        await harness.press(*"9999", "enter")
        assert "label 9999" in (await kept(harness, "task-4")).labels
        await harness.press("escape")
        assert "\x1b" not in harness.text()


async def test_the_current_take_is_added_to_albums(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "2", "a", *"Best", "space", *"of", "enter", "escape")
        await harness.press("j", "a")
        assert "○ Best of" in harness.text()
        await harness.press("space", "enter")
        album = await harness.core_harness.core.services.annotations.album("best of")
        assert album.takes == (TakeRef("task-4", "clip-4-2"), TakeRef("task-3", "clip-3-1"))
        await harness.press("a", "enter", "escape")
        assert len((await harness.core_harness.core.services.annotations.album("best of")).takes) == 2, (
            "enter takes nothing out"
        )
        await harness.press("a", "space", "escape")
        assert "Removed from the album “Best of”: 1 take" in last_message(harness)


async def test_the_dialog_keeps_its_task_when_the_row_disappears(tmp_path: Path) -> None:
    """Another process moves the task to the trash while the user chooses: the next row is not labelled instead."""
    async with open_app(tmp_path) as harness:
        await harness.press("j", "b")
        await harness.core_harness.core.services.annotations.trash(["task-4"])
        await harness.settle()
        assert harness.tasks.current != "task-4"
        await harness.press(*"jazz", "enter", "escape")
        assert (await kept(harness, "task-4")).labels == ("jazz",)


async def test_copying_or_opening_a_link_does_not_mark_a_take_as_played(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "y", "o")
        await harness.press("Y", "enter")
        await harness.press("O", "enter")
        assert (await kept(harness, "task-4")).played == 0
        assert count(harness, View.UNPLAYED) == 2


async def test_a_played_mark_is_set_and_undone(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "H")
        assert (await kept(harness, "task-4")).take_rating("clip-4-1").played_at is not None
        await harness.press("H", "u", "u")
        assert (await kept(harness, "task-4")).played == 0
        await harness.press("u")
        assert "nothing to undo" in last_message(harness)


async def test_the_details_show_annotations(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations
        await annotations.rate([TakeRef("task-4", "clip-4-1")], 3)
        await annotations.mark_favourite([TakeRef("task-4", "clip-4-1")])
        await annotations.label(["task-4"], "jazz")
        await annotations.add_to_album("Best", [TakeRef("task-4", "clip-4-2")])
        await annotations.note("task-4", f"{HOSTILE}\nsecond line")
        await harness.press("j")
        harness.detail.choose_tab(Tab.DETAILS)
        await harness.settle()
        text = harness.detail.body.text
        for words in (
            "Favourite  yes",
            "Rating  ★★★ 3 of 5",
            "Played  not yet",
            "Labels  jazz",
            "Note  [/b]",
            "second line",
        ):
            assert words in text, text
        assert "Best" not in text
        await harness.press("2")
        assert "Albums  Best" in harness.detail.body.text
        assert "Rating" not in harness.detail.body.text


async def test_an_empty_list_has_nothing_to_annotate(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=[]) as harness:
        for key in ("s", "b", "a", "N", "x", "H", "u"):
            await harness.press(key)
            assert len(harness.app.screen_stack) == 1
        await harness.press("asterisk", "3")
        assert "There is no song here" in last_message(harness)


async def test_a_failing_disk_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def say_no() -> None:
        raise OSError(28, "No space left on device")

    async with open_app(tmp_path) as harness:
        await harness.press("j", "b")
        monkeypatch.setattr(harness.core_harness.core.stores.database, "_check_in_place", say_no)
        await harness.press(*"jazz", "enter")
        foot = harness.app.screen.query_one("#dialog-note", Static)
        assert "could not be written" in str(foot.content)
        assert harness.app.screen.query_one(Input).value == "jazz"
        await harness.press("escape", "s")
        assert "could not be written" in last_message(harness)


@pytest.mark.parametrize("size", [(60, 15), (20, 5)])
@pytest.mark.parametrize("key", ["b", "a", "N", "asterisk"])
async def test_small_terminals(tmp_path: Path, size: tuple[int, int], key: str) -> None:
    async with open_app(tmp_path, size) as harness:
        await harness.press("j", key)
        assert len(harness.app.screen_stack) == 2
        await harness.press("escape")
        assert len(harness.app.screen_stack) == 1


async def test_an_album_is_deleted_and_its_takes_stay(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("X")
        assert "Choose an album" in last_message(harness)
        await harness.press("j", "a", *"Best", "enter", "escape")
        sidebar(harness).chosen = Collection(CollectionKind.ALBUM, "Best")
        await harness.settle()
        assert harness.tasks.row_count == 1
        await harness.press("X")
        assert "Deleted the album “Best”; its takes stay" in last_message(harness)
        assert harness.tasks.row_count == 6


async def test_long_labels_are_created_completely_or_rejected(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j")
        for name in ("x" * (NAME_LIMIT - 1) + "1", "x" * (NAME_LIMIT - 1) + "2"):
            await harness.press("b")
            harness.app.screen.query_one(Input).value = name
            await harness.press("enter")
            assert name in (await kept(harness, "task-4")).labels
        await harness.press("b")
        line = harness.app.screen.query_one(Input)
        line.value = "x" * (NAME_LIMIT + 1)
        await harness.press("enter")
        assert "at most 200" in harness.text()
        assert line.value == "x" * (NAME_LIMIT + 1)
        assert len((await kept(harness, "task-4")).labels) == 2


async def test_a_rejected_name_stays_in_the_input(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("slash", *"rain", "enter", "ctrl+s")
        line = harness.app.screen.query_one(Input)
        line.value = "x" * (NAME_LIMIT + 1)
        await harness.press("enter")
        assert isinstance(harness.app.screen, PromptDialog)
        assert "at most 200" in harness.text()
        line.value = "x" * NAME_LIMIT
        await harness.press("enter")
        assert [search.name for search in await harness.core_harness.core.services.annotations.searches()] == [
            "x" * NAME_LIMIT
        ]


async def album_of_three(harness: AppHarness) -> None:
    """Show the album "Best" with the tasks 5, 4 and 3."""
    await harness.core_harness.core.services.annotations.add_to_album(
        "Best", [TakeRef("task-5"), TakeRef("task-4"), TakeRef("task-3")]
    )
    await harness.settle()
    sidebar(harness).chosen = Collection(CollectionKind.ALBUM, "Best")
    await harness.settle()


async def order_of(harness: AppHarness, name: str) -> list[str]:
    return [take.task_id for take in (await harness.core_harness.core.services.annotations.album(name)).takes]


async def test_takes_move_within_an_album_and_the_cursor_with_them(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("ctrl+down")
        assert "Choose an album" in last_message(harness)
        await harness.press("alt+o")
        assert "Choose an album" in last_message(harness)
        await album_of_three(harness)
        await harness.press("g", "greater_than_sign")
        assert "Nothing is playing" in last_message(harness), "the key seeks"
        await harness.press("alt+o", "greater_than_sign", "ctrl+down")
        assert await order_of(harness, "Best") == ["task-4", "task-3", "task-5"]
        assert harness.tasks.current == "task-5"
        assert "Moved to position 3" in last_message(harness)
        await harness.press("greater_than_sign", "less_than_sign")
        assert await order_of(harness, "Best") == ["task-4", "task-5", "task-3"]
        await harness.press("u", "u", "u")
        assert await order_of(harness, "Best") == ["task-5", "task-4", "task-3"]
        await harness.press("escape", "g", "greater_than_sign")
        assert await order_of(harness, "Best") == ["task-5", "task-4", "task-3"], "the mode has ended"


async def test_an_album_is_renamed_and_stays_visible(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("A")
        assert "Choose an album" in last_message(harness)
        await album_of_three(harness)
        await harness.press("A", "end", *" of all", "enter")
        await harness.until(
            lambda: "Renamed the album “Best” to “Best of all”" in last_message(harness), "the other name"
        )
        assert sidebar(harness).chosen == Collection(CollectionKind.ALBUM, "Best of all")
        assert harness.tasks.row_count == 3
        await harness.press("u")
        assert Collection(CollectionKind.ALBUM, "Best") in sidebar(harness).counts


async def test_a_rating_looks_the_same_in_the_list_and_in_the_detail(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "asterisk", "4")
        assert harness.text().count("★4") >= 2
        await harness.press("s")
        assert "♥ ★4" in harness.text()
