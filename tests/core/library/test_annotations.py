"""Annotations: one transaction per change, published, and undone to exactly the previous state."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterator

import pytest

from sunotui.core.events import LibraryChanged, TasksChanged
from sunotui.core.library import undo
from sunotui.core.library.annotations import AnnotationService
from sunotui.core.library.external_changes import CHECK_EVERY_S
from sunotui.domain.annotations import AnnotationField, NamedCount, SavedSearch, TakeRating, TakeRef
from sunotui.domain.browse import ListQuery, Sort
from sunotui.domain.errors import InvalidRequest, LibraryError, NotFound
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.annotations.albums import AlbumStore
from sunotui.storage.annotations.notes import NoteStore
from sunotui.storage.annotations.ratings import RatingStore
from sunotui.storage.db.connection import Database
from tests.core.harness import CoreHarness

ONE, TWO = TakeRef("a", "a1"), TakeRef("a", "a2")
OTHER = TakeRef("b", "b1")


def songs(*names: str) -> list[Task]:
    """Finished songs with two takes each."""
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


@pytest.fixture  # type: ignore[no-redef]
async def annotations(harness: CoreHarness) -> AnnotationService:
    await harness.core.storage.run(harness.core.stores.tasks.save, songs("a", "b", "c"))
    return harness.core.services.annotations


@pytest.fixture
def other(harness: CoreHarness) -> Iterator[Database]:
    """The library of the harness, opened by another program."""
    database = Database.open(harness.core.paths.library)
    yield database
    database.close()


async def rows(harness: CoreHarness, *ids: str) -> list[tuple[bool, int, bool, bool]]:
    """The list's values of these tasks: star, rating, unheard, trash."""
    found = await harness.core.storage.run(harness.core.stores.tasks.summaries, ids)
    return [(row.is_favourite, row.rating, row.is_unplayed, row.is_trashed) for row in found]


async def test_a_star_is_toggled(harness: CoreHarness, annotations: AnnotationService) -> None:
    assert await annotations.mark_favourite([TWO]) == "Favourite: 1 take"
    assert await annotations.mark_favourite([TWO, OTHER]) == "Favourite: 1 take"
    assert await annotations.mark_favourite([TWO, OTHER]) == "No longer a favourite: 2 takes"
    assert await annotations.mark_favourite([TWO], False) == ""
    assert await annotations.mark_favourite([TakeRef("nope")]) == ""
    assert await rows(harness, "a") == [(False, 0, True, False)]


async def test_a_preference_is_kept_and_undone(harness: CoreHarness, annotations: AnnotationService) -> None:
    harness.events.clear()
    assert await annotations.prefer(TWO, ONE, profile="main", title="Take 2") == "Take 2 kept"
    assert await annotations.prefer(OTHER, TWO, profile="main", title="Rain") == "Rain kept"
    found = await annotations.preferences(["a2"])
    assert {(preference.winner, preference.loser) for preference in found} == {(OTHER, TWO), (TWO, ONE)}
    assert await annotations.preferences(["c1"]) == []
    undone = await annotations.undo()
    assert undone is not None
    assert undone.undone == "Removed the verdict on Rain"
    assert [preference.winner for preference in await annotations.preferences(["a1", "a2", "b1"])] == [TWO]
    assert harness.published(TasksChanged) == [TasksChanged(("a",)), TasksChanged(("b", "a")), TasksChanged(("b", "a"))]


async def test_every_change_is_published_with_its_tasks(harness: CoreHarness, annotations: AnnotationService) -> None:
    harness.events.clear()
    await annotations.mark_favourite([ONE, OTHER])
    await annotations.mark_favourite([ONE, OTHER], True)
    await annotations.save_search("jazz", ListQuery(query=parse("tag:jazz")))
    await annotations.undo()
    assert harness.published(TasksChanged) == [
        TasksChanged(("a", "b")),
        TasksChanged(()),
        TasksChanged(()),
    ]


async def test_undo_reverts_one_change_at_a_time_and_names_it(
    harness: CoreHarness, annotations: AnnotationService
) -> None:
    await annotations.rate([ONE], 2)
    await annotations.rate([ONE, TWO], 5)
    await annotations.trash(["a", "b"])
    assert await rows(harness, "a", "b") == [(False, 5, True, True), (False, 0, True, True)]
    assert await _undo(annotations) == "Moved 2 songs to the trash"
    assert await rows(harness, "a") == [(False, 5, True, False)]
    assert await _undo(annotations) == "Rated ★5: 2 takes"
    assert await rows(harness, "a") == [(False, 2, True, False)]
    assert await _undo(annotations) == "Rated ★2: 1 take"
    assert await _undo(annotations) is None


async def test_a_play_is_counted_and_the_next_undo_takes_back_what_the_user_did(
    harness: CoreHarness, annotations: AnnotationService
) -> None:
    await annotations.mark_favourite([ONE])
    for take in (ONE, ONE, TWO):
        await annotations.count_play(take)
    now = harness.clock.now()
    ratings = (await annotations.annotations(["a"]))["a"].ratings
    assert ratings == {"a1": TakeRating(True, 0, now, 2, now), "a2": TakeRating(False, 0, now, 1, now)}
    assert await annotations.mark_played([ONE]) == "", "it was played before"
    assert await _undo(annotations) == "Favourite: 1 take"
    assert await rows(harness, "a") == [(False, 0, False, False)]
    await annotations.mark_played([TWO], False)
    assert await rows(harness, "a") == [(False, 0, True, False)]
    assert (await annotations.annotations(["a"]))["a"].take_rating("a2").plays == 1
    await annotations.count_play(TakeRef("unknown", "x"))


async def test_undo_of_a_mark_leaves_what_was_played_since(
    harness: CoreHarness, annotations: AnnotationService
) -> None:
    assert await annotations.mark_played([ONE, TWO]) == "Played: 2 takes"
    await annotations.count_play(TWO)
    assert await _undo(annotations) == "Played: 2 takes"
    ratings = (await annotations.annotations(["a"]))["a"].ratings
    assert "a1" not in ratings
    assert ratings["a2"].played_at is not None


async def test_undo_leaves_alone_what_changed_since(
    harness: CoreHarness, annotations: AnnotationService, other: Database
) -> None:
    """Another process rates what is starred here: undoing the star keeps the rating."""
    await annotations.mark_favourite([ONE])
    await annotations.add_to_album("Best", [ONE, OTHER])
    await annotations.remove_from_album("Best", [OTHER])
    RatingStore(other).put(AnnotationField.RATING, {ONE: 4})
    AlbumStore(other).delete("Best")
    assert await _undo(annotations) == "Removed from the album “Best”: 1 take"
    assert await _undo(annotations) == "Added to the album “Best”: 2 takes"
    assert await annotations.albums() == []
    await annotations.undo()
    assert await rows(harness, "a") == [(False, 4, True, False)]


async def test_another_process_is_notified(
    harness: CoreHarness, annotations: AnnotationService, other: Database
) -> None:
    await harness.core.start()
    await harness.settle()
    RatingStore(other).put(AnnotationField.FAVOURITE, {ONE: 1})
    await harness.clock.advance(CHECK_EVERY_S + 0.1)
    assert harness.published(LibraryChanged)
    assert await rows(harness, "a") == [(True, 0, True, False)]


async def test_labels_and_notes(annotations: AnnotationService) -> None:
    assert await annotations.label(["a", "b"], "Jazz") == "Labelled “Jazz”: 2 songs"
    assert await annotations.label(["a", "b", "c"], "jazz") == "Labelled “Jazz”: 1 song"
    assert await annotations.labels() == [NamedCount("Jazz", 3)]
    assert await annotations.labels_of(["a", "c"]) == {"Jazz": 2}
    assert await annotations.label(["a"], "JAZZ", False) == "Removed label “Jazz”: 1 song"
    assert await annotations.note("a", " the bridge \n") == "Wrote a note"
    assert await annotations.note("a", " the bridge ") == ""
    assert await annotations.note_of("a") == " the bridge "
    assert await annotations.note("a", "") == "Removed the note"
    assert await annotations.note("nope", "lost") == ""
    assert await annotations.note_of("nope") == ""


async def test_an_edited_note_does_not_overwrite_another_one(annotations: AnnotationService) -> None:
    await annotations.note("a", "the bridge")
    await annotations.note("a", "from elsewhere")
    assert await annotations.note("a", "the bridge", base="the bridge") == "", "nothing was edited"
    assert await annotations.note_of("a") == "from elsewhere"
    sentence = await annotations.note("a", "the bridge!", base="the bridge")
    assert sentence == "The note was changed in the meantime: it has both texts now"
    assert await annotations.note_of("a") == "from elsewhere\n\nthe bridge!"
    await annotations.note("a", "", base="the bridge")
    assert await annotations.note_of("a") == "from elsewhere\n\nthe bridge!", "what was not seen is not taken away"


async def test_the_undo_of_a_note_leaves_a_newer_one_alone(annotations: AnnotationService, other: Database) -> None:
    await annotations.note("a", "mine")
    NoteStore(other, lambda _: None).put("a", "newer")
    with pytest.raises(InvalidRequest, match="changed since"):
        await annotations.undo()
    assert await annotations.note_of("a") == "newer"


async def test_an_album_is_created_filled_ordered_and_deleted(annotations: AnnotationService) -> None:
    assert await annotations.add_to_album("Best", [TWO, OTHER]) == "Added to the album “Best”: 2 takes"
    assert await annotations.add_to_album("BEST", [OTHER, ONE]) == "Added to the album “Best”: 1 take"
    assert await annotations.add_to_album("Best", [OTHER]) == ""
    assert await annotations.move_in_album("Best", ONE, -2) == "Moved to position 1 of the album “Best”"
    assert await annotations.move_in_album("Best", ONE, -1) == ""
    assert (await annotations.album("best")).takes == (ONE, TWO, OTHER)
    assert await annotations.move_in_album("Best", ONE, 99) == "Moved to position 3 of the album “Best”"
    assert await annotations.remove_from_album("Best", [TWO, TakeRef("c")]) == "Removed from the album “Best”: 1 take"
    assert await annotations.rename_album("best", "Rest") == "Renamed the album “Best” to “Rest”"
    assert await annotations.delete_album("rest") == "Deleted the album “Rest”; its takes stay"
    assert await annotations.albums() == []
    for _ in range(3):
        await annotations.undo()
    assert (await annotations.album("Best")).takes == (TWO, OTHER, ONE)


async def test_undo_deletes_an_album_that_the_change_created(annotations: AnnotationService) -> None:
    await annotations.add_to_album("Best", [ONE])
    await annotations.undo()
    assert await annotations.albums() == []
    await annotations.add_to_album("Best", [ONE])
    await annotations.remove_from_album("Best", [ONE])
    assert [(album.name, album.count) for album in await annotations.albums()] == [("Best", 0)]


async def test_unknown_names_are_reported(annotations: AnnotationService) -> None:
    for work in (
        annotations.album("nope"),
        annotations.remove_from_album("nope", [ONE]),
        annotations.move_in_album("nope", ONE, 1),
        annotations.rename_album("nope", "new"),
        annotations.delete_album("nope"),
    ):
        with pytest.raises(NotFound):
            await work
    await annotations.add_to_album("Best", [ONE])
    with pytest.raises(NotFound):
        await annotations.move_in_album("Best", TWO, 1)
    with pytest.raises(InvalidRequest):
        await annotations.add_to_album(" ", [ONE])
    with pytest.raises(InvalidRequest):
        await annotations.rate([ONE], 6)
    assert await annotations.add_to_album("New", [TakeRef("nope")]) == ""
    assert [(album.name, album.count) for album in await annotations.albums()] == [("Best", 1)]


async def test_searches_are_saved_with_their_order(annotations: AnnotationService) -> None:
    await annotations.save_search("Jazz", ListQuery(query=parse("tag:jazz"), sort=Sort.RATING, is_reversed=True))
    await annotations.save_search("JAZZ", ListQuery(query=parse("tag:jazz is:unheard")))
    assert [(one.name, one.text) for one in await annotations.searches()] == [("JAZZ", "tag:jazz is:unheard")]
    await annotations.undo()
    assert await annotations.searches() == [SavedSearch("Jazz", "tag:jazz", Sort.RATING, True)]
    assert await annotations.delete_search("jazz") == "Deleted the search “Jazz”"
    assert await annotations.delete_search("jazz") == ""
    await annotations.undo()
    await annotations.undo()
    assert await annotations.searches() == []


async def test_a_failing_disk_loses_no_undo(
    harness: CoreHarness, annotations: AnnotationService, monkeypatch: pytest.MonkeyPatch
) -> None:
    await annotations.trash(["a"])
    with monkeypatch.context() as full:
        full.setattr(harness.core.stores.database, "_check_in_place", _say_no)
        with pytest.raises(LibraryError):
            await annotations.mark_favourite([ONE])
        with pytest.raises(LibraryError):
            await annotations.undo()
    assert await rows(harness, "a") == [(False, 0, True, True)]
    assert await _undo(annotations) == "Moved 1 song to the trash"


def _say_no() -> None:
    raise OSError(28, "No space left on device")


async def test_ten_thousand_marked_tasks_at_once(harness: CoreHarness, annotations: AnnotationService) -> None:
    names = [f"many{number}" for number in range(10_000)]
    await harness.core.storage.run(harness.core.stores.tasks.save, songs(*names))
    takes = [TakeRef(name) for name in names]
    assert await annotations.mark_favourite(takes) == "Favourite: 10,000 takes"
    assert await annotations.label(names, "big") == "Labelled “big”: 10,000 songs"
    assert await annotations.add_to_album("All", takes) == "Added to the album “All”: 10,000 takes"
    assert await annotations.trash(names) == "Moved 10,000 songs to the trash"
    while await annotations.undo():
        pass
    assert await rows(harness, "many0", "many9999") == [(False, 0, True, False)] * 2
    assert (await annotations.labels(), await annotations.albums()) == ([], [])


async def test_the_undo_history_is_bounded(annotations: AnnotationService, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(undo.MAX_CHANGES + 20):
        await annotations.mark_favourite([ONE])
    assert len([0 async for _ in _undone(annotations)]) == undo.MAX_CHANGES
    monkeypatch.setattr(undo, "MAX_TASKS", 3)
    await annotations.trash(["a"])
    await annotations.mark_favourite([ONE, OTHER])
    await annotations.label(["a", "b"], "jazz")
    assert [sentence async for sentence in _undone(annotations)] == ["Labelled “jazz”: 2 songs"]
    await annotations.restore(["a"])
    await annotations.label(["a", "b", "c"], "more than is remembered in all")
    await annotations.label(["a", "b", "c"], "even so the last one can be taken back")
    assert len([0 async for _ in _undone(annotations)]) == 1


async def _undone(annotations: AnnotationService) -> AsyncIterator[str]:
    while (sentence := await _undo(annotations)) is not None:
        yield sentence


async def _undo(annotations: AnnotationService) -> str | None:
    """Undo the last change; its sentence."""
    change = await annotations.undo()
    return change.sentence if change is not None else None


async def test_a_tasks_takes_move_together_past_those_of_another(annotations: AnnotationService) -> None:
    await annotations.add_to_album("Best", [ONE, OTHER, TWO])
    assert await annotations.move_beside("best", ONE.task_id, OTHER.task_id, is_behind=True) != ""
    assert (await annotations.album("Best")).takes == (OTHER, ONE, TWO)
    assert await annotations.move_beside("Best", ONE.task_id, OTHER.task_id, is_behind=True) == ""
    assert await annotations.move_beside("Best", OTHER.task_id, ONE.task_id, is_behind=True) == (
        "Moved to position 3 of the album “Best”"
    )
    assert (await annotations.album("Best")).takes == (ONE, TWO, OTHER)
    await annotations.undo()
    await annotations.undo()
    assert (await annotations.album("Best")).takes == (ONE, OTHER, TWO)
    with pytest.raises(NotFound):
        await annotations.move_beside("Best", "nope", ONE.task_id, is_behind=False)


async def test_undo_says_what_it_restored(annotations: AnnotationService) -> None:
    take = ONE
    changes: list[tuple[Awaitable[str], str]] = [
        (annotations.mark_favourite([take], True), "Removed 1 take from the favourites"),
        (annotations.rate([take], 4), "Removed the rating of 1 take"),
        (annotations.label(["a", "b"], "x", is_on=True), "Removed the label “x” from 2 songs"),
        (annotations.note("a", "a note"), "Removed the note"),
        (annotations.trash(["a"]), "Restored 1 song from the trash"),
    ]
    for change, _ in changes:
        assert await change
    for _, sentence in reversed(changes):
        undone = await annotations.undo()
        assert undone is not None
        assert undone.undone == sentence
    await annotations.note("a", "a note")
    await annotations.note("a", "another")
    undone = await annotations.undo()
    assert undone is not None
    assert undone.undone == "Restored the note"
