"""Keeping: one transaction a change, told to everyone, and undone to exactly what was there before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from sunotui.core.events import LibraryChanged, TasksChanged
from sunotui.core.external_changes import BEAT_S
from sunotui.core.library import undo
from sunotui.core.library.annotations import AnnotationService
from sunotui.domain.annotations import AnnotationField, NamedCount, SavedSearch, TakeRef
from sunotui.domain.browse import ListQuery, Sort
from sunotui.domain.errors import InvalidRequest, LibraryError, NotFound
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.annotations.albums import AlbumStore
from sunotui.storage.annotations.notes import NoteStore
from sunotui.storage.annotations.ratings import RatingStore
from sunotui.storage.db.connection import Database
from tests.core.bench import Bench

ONE, TWO = TakeRef("a", "a1"), TakeRef("a", "a2")
OTHER = TakeRef("b", "b1")


def songs(*names: str) -> list[Task]:
    """Finished songs of two takes each."""
    return [
        Task(
            name,
            "main",
            TaskKind.MUSIC,
            TaskStatus.SUCCESS,
            1_000.0,
            clips=tuple(Clip(f"{name}{number}", "Rain", ClipStatus.COMPLETE) for number in (1, 2)),
        )
        for name in names
    ]


@pytest.fixture
async def keeper(bench: Bench) -> AnnotationService:
    await bench.studio.desk.run(bench.studio.library.save, songs("a", "b", "c"))
    return bench.studio.keeper


@pytest.fixture
def neighbour(bench: Bench) -> Iterator[Database]:
    """The same library, opened by another program."""
    database = Database.open(bench.studio.places.library)
    yield database
    database.close()


async def rows(bench: Bench, *ids: str) -> list[tuple[bool, int, bool, bool]]:
    """What the list shows of these tasks: star, rating, unheard, trash."""
    found = await bench.studio.desk.run(bench.studio.library.summaries, ids)
    return [(row.is_starred, row.rating, row.is_unheard, row.is_trashed) for row in found]


async def test_a_star_turns(bench: Bench, keeper: AnnotationService) -> None:
    assert await keeper.star([TWO]) == "Starred: 1 take"
    assert await keeper.star([TWO, OTHER]) == "Starred: 1 take"
    assert await keeper.star([TWO, OTHER]) == "Unstarred: 2 takes"
    assert await keeper.star([TWO], False) == ""
    assert await keeper.star([TakeRef("nope")]) == ""
    assert await rows(bench, "a") == [(False, 0, True, False)]


async def test_every_change_is_told_with_its_tasks(bench: Bench, keeper: AnnotationService) -> None:
    bench.events.clear()
    await keeper.star([ONE, OTHER])
    await keeper.star([ONE, OTHER], True)
    await keeper.save_search("jazz", ListQuery(search="tag:jazz"))
    await keeper.undo()
    assert bench.told(TasksChanged) == [
        TasksChanged(("a", "b")),
        TasksChanged(()),
        TasksChanged(()),
    ]


async def test_undo_goes_back_one_by_one_and_says_what(bench: Bench, keeper: AnnotationService) -> None:
    await keeper.rate([ONE], 2)
    await keeper.rate([ONE, TWO], 5)
    await keeper.trash(["a", "b"])
    assert await rows(bench, "a", "b") == [(False, 5, True, True), (False, 0, True, True)]
    assert await keeper.undo() == "Into the trash: 2 tasks"
    assert await rows(bench, "a") == [(False, 5, True, False)]
    assert await keeper.undo() == "Rated ★5: 2 takes"
    assert await rows(bench, "a") == [(False, 2, True, False)]
    assert await keeper.undo() == "Rated ★2: 1 take"
    assert await keeper.undo() is None


async def test_what_was_heard_by_the_way_is_not_for_undoing(bench: Bench, keeper: AnnotationService) -> None:
    await keeper.star([ONE])
    assert await keeper.mark_played([ONE, TWO], is_by_hand=False) == "Heard: 2 takes"
    assert await keeper.mark_played([ONE]) == ""
    assert await keeper.undo() == "Starred: 1 take"
    assert await rows(bench, "a") == [(False, 0, False, False)]
    await keeper.mark_played([TWO], None)
    assert await rows(bench, "a") == [(False, 0, True, False)]


async def test_undo_leaves_alone_what_changed_since(
    bench: Bench, keeper: AnnotationService, neighbour: Database
) -> None:
    """Another process rates what is starred here: taking the star back does not take the rating."""
    await keeper.star([ONE])
    await keeper.add_to_album("Best", [ONE, OTHER])
    await keeper.remove_from_album("Best", [OTHER])
    RatingStore(neighbour).put(AnnotationField.RATING, {ONE: 4})
    AlbumStore(neighbour).delete("Best")
    assert await keeper.undo() == "Out of the album “Best”: 1 take"
    assert await keeper.undo() == "Into the album “Best”: 2 takes"
    assert await keeper.albums() == []
    await keeper.undo()
    assert await rows(bench, "a") == [(False, 4, True, False)]


async def test_another_process_is_told(bench: Bench, keeper: AnnotationService, neighbour: Database) -> None:
    await bench.studio.start()
    await bench.settle()
    RatingStore(neighbour).put(AnnotationField.STAR, {ONE: 1})
    await bench.clock.advance(BEAT_S + 0.1)
    assert bench.told(LibraryChanged)
    assert await rows(bench, "a") == [(True, 0, True, False)]


async def test_labels_and_notes(keeper: AnnotationService) -> None:
    assert await keeper.label(["a", "b"], "Jazz") == "Labelled “Jazz”: 2 tasks"
    assert await keeper.label(["a", "b", "c"], "jazz") == "Labelled “Jazz”: 1 task"
    assert await keeper.labels() == [NamedCount("Jazz", 3)]
    assert await keeper.labels_of(["a", "c"]) == {"Jazz": 2}
    assert await keeper.label(["a"], "JAZZ", False) == "No longer labelled “Jazz”: 1 task"
    assert await keeper.note("a", " the bridge \n") == "Wrote a note"
    assert await keeper.note("a", " the bridge ") == ""
    assert await keeper.note_of("a") == " the bridge "
    assert await keeper.note("a", "") == "Took the note away"
    assert await keeper.note("nope", "lost") == ""
    assert await keeper.note_of("nope") == ""


async def test_an_edited_note_writes_over_no_other_one(keeper: AnnotationService) -> None:
    await keeper.note("a", "the bridge")
    await keeper.note("a", "from elsewhere")
    assert await keeper.note("a", "the bridge", base="the bridge") == "", "nothing was edited"
    assert await keeper.note_of("a") == "from elsewhere"
    sentence = await keeper.note("a", "the bridge!", base="the bridge")
    assert sentence == "The note was changed meanwhile: it has both texts now"
    assert await keeper.note_of("a") == "from elsewhere\n\nthe bridge!"
    await keeper.note("a", "", base="the bridge")
    assert await keeper.note_of("a") == "from elsewhere\n\nthe bridge!", "what was not seen is not taken away"


async def test_the_undo_of_a_note_leaves_a_newer_one_alone(keeper: AnnotationService, neighbour: Database) -> None:
    await keeper.note("a", "mine")
    NoteStore(neighbour, lambda _: None).put("a", "newer")
    with pytest.raises(InvalidRequest, match="changed since"):
        await keeper.undo()
    assert await keeper.note_of("a") == "newer"


async def test_an_album_is_made_filled_ordered_and_deleted(keeper: AnnotationService) -> None:
    assert await keeper.add_to_album("Best", [TWO, OTHER]) == "Into the album “Best”: 2 takes"
    assert await keeper.add_to_album("BEST", [OTHER, ONE]) == "Into the album “Best”: 1 take"
    assert await keeper.add_to_album("Best", [OTHER]) == ""
    assert await keeper.move_in_album("Best", ONE, -2) == "Moved to place 1 of the album “Best”"
    assert await keeper.move_in_album("Best", ONE, -1) == ""
    assert (await keeper.album("best")).takes == (ONE, TWO, OTHER)
    assert await keeper.move_in_album("Best", ONE, 99) == "Moved to place 3 of the album “Best”"
    assert await keeper.remove_from_album("Best", [TWO, TakeRef("c")]) == "Out of the album “Best”: 1 take"
    assert await keeper.rename_album("best", "Rest") == "Renamed the album “Best” to “Rest”"
    assert await keeper.delete_album("rest") == "Deleted the album “Rest”; its takes stay"
    assert await keeper.albums() == []
    for _ in range(3):
        await keeper.undo()
    assert (await keeper.album("Best")).takes == (TWO, OTHER, ONE)


async def test_an_album_that_undo_leaves_empty_is_gone_when_it_was_made_for_it(keeper: AnnotationService) -> None:
    await keeper.add_to_album("Best", [ONE])
    await keeper.undo()
    assert await keeper.albums() == []
    await keeper.add_to_album("Best", [ONE])
    await keeper.remove_from_album("Best", [ONE])
    assert await keeper.albums() == [NamedCount("Best", 0)]


async def test_what_is_not_there_is_said(keeper: AnnotationService) -> None:
    for work in (
        keeper.album("nope"),
        keeper.remove_from_album("nope", [ONE]),
        keeper.move_in_album("nope", ONE, 1),
        keeper.rename_album("nope", "new"),
        keeper.delete_album("nope"),
    ):
        with pytest.raises(NotFound):
            await work
    await keeper.add_to_album("Best", [ONE])
    with pytest.raises(NotFound):
        await keeper.move_in_album("Best", TWO, 1)
    with pytest.raises(InvalidRequest):
        await keeper.add_to_album(" ", [ONE])
    with pytest.raises(InvalidRequest):
        await keeper.rate([ONE], 6)
    assert await keeper.add_to_album("New", [TakeRef("nope")]) == ""
    assert await keeper.albums() == [NamedCount("Best", 1)]


async def test_searches_are_kept_with_their_order(keeper: AnnotationService) -> None:
    await keeper.save_search("Jazz", ListQuery(search="tag:jazz", sort=Sort.RATING, is_reversed=True))
    await keeper.save_search("JAZZ", ListQuery(search="tag:jazz is:unheard"))
    assert [(one.name, one.query) for one in await keeper.searches()] == [("JAZZ", "tag:jazz is:unheard")]
    await keeper.undo()
    assert await keeper.searches() == [SavedSearch("Jazz", "tag:jazz", Sort.RATING, True)]
    assert await keeper.delete_search("jazz") == "Deleted the search “Jazz”"
    assert await keeper.delete_search("jazz") == ""
    await keeper.undo()
    await keeper.undo()
    assert await keeper.searches() == []


async def test_a_disk_that_says_no_loses_no_undo(
    bench: Bench, keeper: AnnotationService, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keeper.trash(["a"])
    with monkeypatch.context() as full:
        full.setattr(bench.studio._database, "_check_in_place", _say_no)
        with pytest.raises(LibraryError):
            await keeper.star([ONE])
        with pytest.raises(LibraryError):
            await keeper.undo()
    assert await rows(bench, "a") == [(False, 0, True, True)]
    assert await keeper.undo() == "Into the trash: 1 task"


def _say_no() -> None:
    raise OSError(28, "No space left on device")


async def test_ten_thousand_marked_tasks_at_once(bench: Bench, keeper: AnnotationService) -> None:
    names = [f"many{number}" for number in range(10_000)]
    await bench.studio.desk.run(bench.studio.library.save, songs(*names))
    takes = [TakeRef(name) for name in names]
    assert await keeper.star(takes) == "Starred: 10,000 takes"
    assert await keeper.label(names, "big") == "Labelled “big”: 10,000 tasks"
    assert await keeper.add_to_album("All", takes) == "Into the album “All”: 10,000 takes"
    assert await keeper.trash(names) == "Into the trash: 10,000 tasks"
    while await keeper.undo():
        pass
    assert await rows(bench, "many0", "many9999") == [(False, 0, True, False)] * 2
    assert (await keeper.labels(), await keeper.albums()) == ([], [])


async def test_what_is_remembered_is_bounded(keeper: AnnotationService, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(undo.MOST_CHANGES + 20):
        await keeper.star([ONE])
    assert len([0 async for _ in _undone(keeper)]) == undo.MOST_CHANGES
    monkeypatch.setattr(undo, "MOST_TASKS", 3)
    await keeper.trash(["a"])
    await keeper.star([ONE, OTHER])
    await keeper.label(["a", "b"], "jazz")
    assert [sentence async for sentence in _undone(keeper)] == ["Labelled “jazz”: 2 tasks"]
    await keeper.restore(["a"])
    await keeper.label(["a", "b", "c"], "more than is remembered in all")
    await keeper.label(["a", "b", "c"], "even so the last one can be taken back")
    assert len([0 async for _ in _undone(keeper)]) == 1


async def _undone(keeper: AnnotationService) -> AsyncIterator[str]:
    while (sentence := await keeper.undo()) is not None:
        yield sentence


async def test_a_tasks_takes_move_together_past_those_of_another(keeper: AnnotationService) -> None:
    await keeper.add_to_album("Best", [ONE, OTHER, TWO])
    assert await keeper.move_beside("best", ONE.task_id, OTHER.task_id, is_behind=True) != ""
    assert (await keeper.album("Best")).takes == (OTHER, ONE, TWO)
    assert await keeper.move_beside("Best", ONE.task_id, OTHER.task_id, is_behind=True) == ""
    assert await keeper.move_beside("Best", OTHER.task_id, ONE.task_id, is_behind=True) == (
        "Moved to place 3 of the album “Best”"
    )
    assert (await keeper.album("Best")).takes == (ONE, TWO, OTHER)
    await keeper.undo()
    await keeper.undo()
    assert (await keeper.album("Best")).takes == (ONE, OTHER, TWO)
    with pytest.raises(NotFound):
        await keeper.move_beside("Best", "nope", ONE.task_id, is_behind=False)
