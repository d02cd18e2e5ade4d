"""Which takes should be saved and are not."""

from __future__ import annotations

from pathlib import Path

from sunotui.domain.annotations import AnnotationField, TakeRef
from sunotui.domain.browse import Collection, ListQuery
from sunotui.domain.saving.downloads import FileKind, FileState, SavedFile
from sunotui.domain.saving.safety import DAY_S
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.summary import View
from sunotui.domain.tasks.task import Task
from sunotui.storage.annotations.notes import TrashStore
from sunotui.storage.annotations.ratings import RatingStore
from sunotui.storage.browse.list_queries import TaskLists
from sunotui.storage.db.connection import Database
from sunotui.storage.downloads.safety import SafetyStore
from sunotui.storage.downloads.saved_files import SavedFileStore
from sunotui.storage.tasks.task_store import TaskStore

NOW = 100 * DAY_S


def put(db: Database, name: str, days: float, *, starred: int = 0, saved: int = 0, takes: int = 2) -> None:
    """A song that was added the given number of days ago; `starred` and `saved` are numbers of takes."""
    clips = tuple(Clip(f"{name}{take}", status=ClipStatus.COMPLETE) for take in range(1, takes + 1))
    added_at = NOW - days * DAY_S
    TaskStore(db).save([Task(name, "p", TaskKind.MUSIC, TaskStatus.SUCCESS, added_at, clips=clips)])
    if starred:
        RatingStore(db).put(AnnotationField.FAVOURITE, {TakeRef(name, f"{name}{starred}"): 1})
    if saved:
        SavedFileStore(db).put([file_of(name, saved)])


def file_of(name: str, take: int, state: FileState = FileState.PRESENT) -> SavedFile:
    path = Path(f"/music/{name}{take}.mp3")
    return SavedFile(f"{name}{take}", FileKind.AUDIO, path, name, "p", 9, "ab", 5, NOW, NOW, state)


def clip_ids(takes: list[TakeRef]) -> list[str]:
    return [take.clip_id for take in takes]


def test_favourites_and_songs_whose_links_die_soon_are_at_risk(db: Database) -> None:
    put(db, "new", 1)
    put(db, "expiring", 5)
    put(db, "half", 5, saved=1)
    put(db, "kept", 5, starred=2, saved=2)
    put(db, "loved", 1, starred=2, saved=1)
    put(db, "ancient", 50)
    put(db, "old-love", 50, starred=1)
    store, lists = SafetyStore(db), TaskLists(db, lambda: NOW)
    assert clip_ids(store.at_risk(NOW)) == ["loved2", "old-love1", "expiring1", "expiring2"]
    place = Collection.of_view(View.AT_RISK)
    assert set(lists.ids(ListQuery(place), 0, 10)) == {"loved", "old-love", "expiring"}
    assert lists.counts()[place] == lists.total(ListQuery(place)) == 3
    assert {row.id for row in lists.rows(ListQuery(place), 0, 10)} == {"loved", "old-love", "expiring"}
    TrashStore(db).put({"loved": 5.0})
    assert lists.counts()[place] == 2


def test_time_puts_songs_at_risk(db: Database) -> None:
    put(db, "song", 1)
    now = NOW
    lists, place = TaskLists(db, lambda: now), Collection.of_view(View.AT_RISK)
    assert lists.counts()[place] == 0
    now = NOW + 4 * DAY_S
    assert lists.counts()[place] == lists.total(ListQuery(place)) == 1


def test_takes_whose_files_are_gone_are_missing(db: Database) -> None:
    put(db, "song", 1, saved=1)
    store, files = SafetyStore(db), SavedFileStore(db)
    assert store.missing() == []
    files.put([file_of("song", 1, FileState.MISSING)])
    assert clip_ids(store.missing()) == ["song1"]
    files.put([file_of("song", 1)._replace(path=Path("/other.mp3"))])
    assert store.missing() == [], "there is another file of it"
    assert clip_ids(store.unsaved()) == ["song2"]


def test_a_song_is_worth_its_favourites_or_all_takes(db: Database) -> None:
    put(db, "plain", 1)
    put(db, "loved", 1, starred=2)
    assert clip_ids(SafetyStore(db).takes_of(["loved", "plain"])) == ["plain1", "plain2", "loved2"]


def test_favourites_without_files_are_counted_in_every_order(db: Database) -> None:
    def count() -> list[int]:
        return [row[0] for row in db.query("SELECT unsaved_favourites FROM task")]

    stars, files = RatingStore(db), SavedFileStore(db)
    put(db, "song", 1)
    stars.put(AnnotationField.FAVOURITE, {TakeRef("song", "song1"): 1, TakeRef("song", "song2"): 1})
    assert count() == [2]
    files.put([file_of("song", 2)])
    assert count() == [1]
    stars.put(AnnotationField.FAVOURITE, {TakeRef("song", "song1"): 0})
    assert count() == [0]
    files.put([file_of("song", 2, FileState.MISSING)])
    assert count() == [1]
    files.forget(file_of("song", 2))
    stars.put(AnnotationField.FAVOURITE, {TakeRef("song", "song2"): 0})
    assert count() == [0]
