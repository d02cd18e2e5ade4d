"""Annotations: ratings with their totals, labels, notes, the trash, albums and searches."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sunotui.domain.annotations import (
    NAME_LIMIT,
    AlbumSummary,
    AnnotationField,
    NamedCount,
    SavedSearch,
    TakeRating,
    TakeRef,
)
from sunotui.domain.browse import Sort
from sunotui.domain.errors import InvalidRequest, LibraryError, NotFound
from sunotui.domain.tasks.summary import View
from sunotui.domain.tasks.task import Task, TaskStatus
from sunotui.storage.annotations.albums import AlbumStore
from sunotui.storage.annotations.labels import LabelStore
from sunotui.storage.annotations.lookup import read_annotations
from sunotui.storage.annotations.notes import NoteStore, TrashStore
from sunotui.storage.annotations.ratings import RatingStore
from sunotui.storage.annotations.saved_searches import SavedSearchStore
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.support.complete_list import all_ids, counts

MakeTask = Callable[..., Task]
ONE, TWO = TakeRef("t1", "t1-c1"), TakeRef("t1", "t1-c2")


@pytest.fixture
def songs(library: TaskStore, make_task: MakeTask) -> TaskStore:
    """Three songs with two takes each."""
    library.save([make_task(f"t{number}", added_at=float(number)) for number in (1, 2, 3)])
    return library


@pytest.fixture
def ratings(db: Database, songs: TaskStore) -> RatingStore:
    return RatingStore(db)


@pytest.fixture
def refreshed() -> list[str]:
    """The tasks whose full-text index was updated."""
    return []


@pytest.fixture
def labels(db: Database, songs: TaskStore, refreshed: list[str]) -> LabelStore:
    return LabelStore(db, refreshed.extend)


@pytest.fixture
def albums(db: Database, songs: TaskStore) -> AlbumStore:
    return AlbumStore(db)


# --- ratings ---------------------------------------------------------------------------------------------------------


def test_a_row_shows_the_star_the_best_rating_and_unplayed_takes(ratings: RatingStore, songs: TaskStore) -> None:
    assert songs.summaries(["t1"])[0].is_unplayed
    ratings.put(AnnotationField.FAVOURITE, {TWO: 1})
    ratings.put(AnnotationField.RATING, {ONE: 2, TWO: 5})
    ratings.put(AnnotationField.PLAYED, {ONE: 10.0})
    row = songs.summaries(["t1"])[0]
    assert (row.is_favourite, row.rating, row.is_unplayed) == (True, 5, True)
    ratings.put(AnnotationField.PLAYED, {TWO: 11.0})
    ratings.put(AnnotationField.FAVOURITE, {TWO: 0})
    ratings.put(AnnotationField.RATING, {TWO: 0})
    row = songs.summaries(["t1"])[0]
    assert (row.is_favourite, row.rating, row.is_unplayed) == (False, 2, False)
    assert ratings.of(["t1", "t2"]) == {
        "t1": {ONE.clip_id: TakeRating(False, 2, 10.0), TWO.clip_id: TakeRating(played_at=11.0)}
    }


def test_plays_are_counted_by_take_and_the_task_knows_the_last_one(
    ratings: RatingStore, songs: TaskStore, db: Database
) -> None:
    def last() -> object:
        return db.column("SELECT last_played_at FROM task WHERE id = 't1'")[0]

    assert ratings.count_play(TakeRef("t1"), 10.0), "its first take"
    assert ratings.count_play(ONE, 12.0)
    assert ratings.count_play(TWO, 11.0)
    assert not ratings.count_play(TakeRef("t1", "gone"), 13.0)
    assert ratings.of(["t1"])["t1"] == {
        "t1-c1": TakeRating(played_at=10.0, plays=2, last_played_at=12.0),
        "t1-c2": TakeRating(played_at=11.0, plays=1, last_played_at=11.0),
    }
    assert last() == 12.0
    # What the user marks as not played was not played last, but its count stays.
    ratings.put(AnnotationField.PLAYED, {ONE: None})
    assert last() == 11.0
    ratings.put(AnnotationField.PLAYED, {TWO: None})
    assert last() is None
    assert ratings.of(["t1"])["t1"]["t1-c1"] == TakeRating(plays=2, last_played_at=12.0)
    ratings.put(AnnotationField.PLAYED, {TakeRef("t2", "t2-c1"): 9.0})
    assert db.column("SELECT last_played_at FROM task WHERE id = 't2'") == [9.0], "marked by hand"


def test_view_counts_equal_the_totals(ratings: RatingStore, db: Database) -> None:
    ratings.put(AnnotationField.FAVOURITE, {TWO: 1, TakeRef("t2", "t2-c1"): 1})
    ratings.put(AnnotationField.PLAYED, {ONE: 1.0, TWO: 1.0})
    views = counts(db)
    assert (views[View.FAVOURITES], views[View.UNPLAYED]) == (2, 2)


def test_a_task_reference_means_its_first_take(ratings: RatingStore) -> None:
    ratings.put(AnnotationField.RATING, {TakeRef("t1"): 3})
    assert ratings.values(AnnotationField.RATING, [ONE, TWO, TakeRef("t1")]) == {ONE: 3, TWO: 0}


def test_unknown_tasks_and_takes_are_ignored(ratings: RatingStore, db: Database) -> None:
    strange = [
        TakeRef("nope"),
        TakeRef("t1", "nope"),
        TakeRef("sending:s-1"),
        TakeRef("\ud800"),
        TakeRef("t1", "t2-c1"),
    ]
    ratings.put(AnnotationField.FAVOURITE, dict.fromkeys(strange, 1))
    assert ratings.values(AnnotationField.FAVOURITE, strange) == {}
    assert db.query("SELECT count(*) FROM opinion")[0][0] == 0


def test_a_removed_rating_leaves_no_row(ratings: RatingStore, db: Database) -> None:
    ratings.put(AnnotationField.FAVOURITE, {ONE: 1})
    ratings.put(AnnotationField.FAVOURITE, {ONE: 0})
    assert db.query("SELECT count(*) FROM opinion")[0][0] == 0


def test_a_star_from_before_the_takes_belongs_to_the_first_take(
    ratings: RatingStore, songs: TaskStore, make_task: MakeTask, db: Database
) -> None:
    done = make_task("late")
    songs.save([done._replace(clips=(), status=TaskStatus.SUBMITTED)])
    ratings.put(AnnotationField.FAVOURITE, {TakeRef("late"): 1})
    assert ratings.of(["late"]) == {"late": {"": TakeRating(True)}}
    songs.save([done])
    assert ratings.of(["late"]) == {"late": {"late-c1": TakeRating(True)}}
    ratings.put(AnnotationField.RATING, {TakeRef("late", "late-c1"): 4})
    assert ratings.of(["late"]) == {"late": {"late-c1": TakeRating(True, 4)}}
    ratings.put(AnnotationField.FAVOURITE, {TakeRef("late", ""): 0})
    assert songs.summaries(["late"])[0].is_favourite is False
    assert db.column("SELECT clip_id FROM opinion WHERE task_id = 'late'") == ["late-c1"]


def test_ten_thousand_takes_are_one_transaction(
    ratings: RatingStore, songs: TaskStore, make_task: MakeTask, db: Database
) -> None:
    songs.save([make_task(f"many-{number}") for number in range(10_000)])
    takes = [TakeRef(f"many-{number}") for number in range(10_000)]
    ratings.put(AnnotationField.FAVOURITE, dict.fromkeys(takes, 1))
    assert counts(db)[View.FAVOURITES] == 10_000
    assert len(ratings.values(AnnotationField.FAVOURITE, takes)) == 10_000


def test_a_failed_change_is_rolled_back(ratings: RatingStore, songs: TaskStore) -> None:
    with pytest.raises(LibraryError, match="could not be written"):
        ratings.put(AnnotationField.RATING, {ONE: 4, TWO: 6})
    assert songs.summaries(["t1"])[0].rating == 0


# --- labels, notes, trash --------------------------------------------------------------------------------------------


def test_labels_ignore_case_and_accents(labels: LabelStore, refreshed: list[str]) -> None:
    assert labels.put(["t1", "t2", "nope"], "  Café\x1b[31m  Noir ", is_on=True) == ("Café\x1b[31m Noir", ["t1", "t2"])
    labels.put(["t1"], "Café", is_on=True)
    assert labels.put(["t1", "t3"], "CAFE", is_on=True) == ("Café", ["t3"])
    assert labels.all() == [NamedCount("Café", 2), NamedCount("Café\x1b[31m Noir", 2)]
    assert labels.of(["t1", "t3", "nope"]) == {"t1": ("Café", "Café\x1b[31m Noir"), "t3": ("Café",)}
    assert labels.among(["t1", "t2", "t3"]) == {"Café": 2, "Café\x1b[31m Noir": 2}
    assert refreshed == ["t1", "t2", "t1", "t3"]


def test_a_label_is_deleted_with_its_last_task(labels: LabelStore) -> None:
    labels.put(["t1", "t2"], "jazz", is_on=True)
    labels.put(["t1"], "Jazz", is_on=False)
    assert labels.all() == [NamedCount("jazz", 1)]
    assert labels.put(["t1", "t2"], "JAZZ", is_on=False) == ("jazz", ["t2"])
    assert labels.all() == []
    assert labels.put(["t1"], "jazz", is_on=False) == ("jazz", [])
    assert labels.put(["nope"], "jazz", is_on=True) == ("jazz", [])
    assert labels.all() == []


@pytest.mark.parametrize("name", ["", "   ", "\x1b\x07", "\u200b", "\u0301"])
def test_a_name_needs_visible_text(labels: LabelStore, name: str) -> None:
    with pytest.raises(InvalidRequest):
        labels.put(["t1"], name, is_on=True)
    assert labels.all() == []


def test_long_names_are_complete_and_distinguished_by_their_ends(labels: LabelStore) -> None:
    one, other = ("x" * (NAME_LIMIT - 1) + end for end in "12")
    assert labels.put(["t1"], one, is_on=True) == (one, ["t1"])
    assert labels.put(["t1", "t2"], other, is_on=True) == (other, ["t1", "t2"])
    assert [label.name for label in labels.all()] == [one, other]
    with pytest.raises(InvalidRequest, match="at most"):
        labels.put(["t1"], one + "1", is_on=True)


def test_ten_thousand_labels(labels: LabelStore, db: Database) -> None:
    with db.write():
        for number in range(10_000):
            labels.put(["t1"], f"label {number}", is_on=True)
    assert len(labels.all()) == 10_000
    assert len(labels.of(["t1"])["t1"]) == 10_000


def test_a_note_is_stored_unchanged_and_searched(db: Database, songs: TaskStore, refreshed: list[str]) -> None:
    notes = NoteStore(db, refreshed.extend)
    notes.put("t1", "\n  good\tbridge\x1b]52;\r\nuse it  \n")
    assert notes.get("t1") == "\n  good\tbridge\x1b]52;\r\nuse it  "
    assert notes.get("nope") is None
    assert refreshed == ["t1"]


def test_the_trash_hides_tasks_and_keeps_their_annotations(db: Database, songs: TaskStore, make_task: MakeTask) -> None:
    songs.save([make_task("paid", status=TaskStatus.IN_PROGRESS)])
    trash = TrashStore(db)
    trash.put({"t1": 50.0, "paid": 51.0})
    assert trash.times(["t1", "t2", "nope"]) == {"t1": 50.0, "t2": None}
    assert set(all_ids(db)) == {"t2", "t3"}
    assert set(all_ids(db, View.TRASH)) == {"t1", "paid"}
    assert [task.id for task in songs.unfinished()] == ["paid"]
    songs.save([make_task("paid")])
    assert "paid" in all_ids(db, View.TRASH)
    trash.put({"t1": None})
    assert "t1" in all_ids(db)


# --- albums ----------------------------------------------------------------------------------------------------------


def test_an_album_keeps_its_order(albums: AlbumStore) -> None:
    albums.find_or_create("Best", 5.0)
    albums.find_or_create("BEST", 6.0)
    albums.put("best", {TWO: 1, TakeRef("t2"): 2, ONE: 3})
    assert albums.album("best").takes == (TWO, TakeRef("t2", "t2-c1"), ONE)
    albums.put("Best", {ONE: 0, TakeRef("t2"): None, TakeRef("nope"): 9})
    assert albums.album("best").takes == (ONE, TWO)
    assert albums.all() == [AlbumSummary("Best", 2, 123.0, 0)]
    assert albums.of(["t1"]) == {"t1": {ONE.clip_id: ("Best",), TWO.clip_id: ("Best",)}}
    albums.delete("best")
    assert (albums.all(), albums.of(["t1"])) == ([], {})


def test_a_song_added_to_an_album_before_it_had_takes(
    albums: AlbumStore, songs: TaskStore, make_task: MakeTask, db: Database
) -> None:
    done = make_task("late")
    songs.save([done._replace(clips=(), status=TaskStatus.SUBMITTED)])
    albums.find_or_create("Best", 5.0)
    albums.put("Best", {TakeRef("late"): 1})
    songs.save([done])
    assert albums.album("Best").takes == (TakeRef("late", "late-c1"),)
    assert albums.of(["late"]) == {"late": {"late-c1": ("Best",)}}
    assert albums.album("Best", with_trash=False).takes == (TakeRef("late", "late-c1"),)
    TrashStore(db).put({"late": 9.0})
    assert albums.album("Best", with_trash=False).takes == ()
    assert albums.album("Best").takes == (TakeRef("late", "late-c1"),)
    albums.put("Best", {TakeRef("late", "late-c2"): 2})
    assert db.column("SELECT clip_id FROM album_take ORDER BY place") == ["late-c1", "late-c2"]


def test_album_names_are_unique(albums: AlbumStore) -> None:
    albums.find_or_create("Best", 5.0)
    albums.find_or_create("Rest", 5.0)
    assert albums.rename("best", "BEST") == "BEST"
    with pytest.raises(InvalidRequest, match="already"):
        albums.rename("BEST", "rest")
    with pytest.raises(InvalidRequest):
        albums.rename("BEST", " ")
    for missing in (albums.album, albums.row):
        with pytest.raises(NotFound):
            missing("nope")
    with pytest.raises(NotFound):
        albums.rename("nope", "new")


def test_all_annotations_are_read_at_once(
    albums: AlbumStore, labels: LabelStore, ratings: RatingStore, db: Database
) -> None:
    ratings.put(AnnotationField.RATING, {ONE: 3, TWO: 4})
    labels.put(["t1"], "jazz", is_on=True)
    albums.find_or_create("Best", 1.0)
    albums.put("Best", {TWO: 1})
    NoteStore(db, lambda _: None).put("t1", "good")
    TrashStore(db).put({"t1": 1.0})
    kept = read_annotations(db, ["t1", "t2", "nope"])
    assert list(kept) == ["t1", "t2"]
    assert (kept["t1"].rating, kept["t1"].labels, kept["t1"].note) == (4, ("jazz",), "good")
    assert (kept["t1"].albums, kept["t1"].is_trashed) == ({TWO.clip_id: ("Best",)}, True)
    assert (kept["t2"].is_favourite, kept["t2"].played, kept["t2"].is_trashed) == (False, 0, False)


# --- searches --------------------------------------------------------------------------------------------------------


def test_a_search_is_saved_under_its_name(db: Database) -> None:
    searches = SavedSearchStore(db)
    searches.put(SavedSearch("Jazz", "tag:jazz", Sort.RATING, True))
    searches.put(SavedSearch("Old", "before:2020 \x00", Sort.AGE))
    searches.put(SavedSearch("JAZZ", "tag:jazz is:unheard", Sort.AGE))
    assert searches.get("jazz") == SavedSearch("JAZZ", "tag:jazz is:unheard", Sort.AGE)
    assert [found.name for found in searches.all()] == ["JAZZ", "Old"]
    searches.delete("jazz")
    searches.delete("jazz")
    assert searches.get("Jazz") is None
