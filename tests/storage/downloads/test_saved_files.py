"""Which takes are saved in which files, and the total in the row of their task."""

from __future__ import annotations

from pathlib import Path

from sunotui.domain.saving.downloads import FileKind, FileState, SavedFile
from sunotui.domain.saving.safety import LinkLife
from sunotui.storage.db.connection import Database
from sunotui.storage.downloads.link_life import LinkLifeStore
from sunotui.storage.downloads.saved_files import SavedFileStore
from sunotui.storage.tasks.task_store import TaskStore
from tests.storage.conftest import MakeTask

AUDIO, VIDEO, WAV = FileKind.AUDIO, FileKind.VIDEO, FileKind.WAV


def a_file(clip_id: str, kind: FileKind = AUDIO, name: str = "a.mp3", **changes: object) -> SavedFile:
    file = SavedFile(clip_id, kind, Path("/music") / name, "t1", "p", 9, "ab", 5, 10.0, 10.0, FileState.PRESENT)
    return file._replace(**changes)  # type: ignore[arg-type]


def test_files_are_read_by_take_those_that_are_there_first(db: Database) -> None:
    store = SavedFileStore(db)
    old, gone, new = (
        a_file("c1"),
        a_file("c1", name="b", saved_at=30.0, state=FileState.MISSING),
        a_file("c1", name="c"),
    )
    store.put([gone, old, new._replace(saved_at=20.0), a_file("c2")])
    assert [file.path.name for file in store.of(["c1", "nothing"])["c1"]] == ["c", "a.mp3", "b"]
    assert set(store.of(["c2", "c1"])) == {"c1", "c2"}
    store.put([old._replace(size=10, sha256="cd")])
    assert store.at([Path("/music/a.mp3")])[0] == old._replace(size=10, sha256="cd")
    store.forget(gone)
    assert len(store.all()) == 3


def test_a_task_counts_its_takes_whose_sound_is_on_disk(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    store = SavedFileStore(db)

    def saved() -> list[int]:
        return [row[0] for row in db.query("SELECT saved FROM task ORDER BY seq")]

    task = make_task()
    first, second = (clip.id for clip in task.clips)
    store.put([a_file(first)])
    library.save([task])
    assert saved() == [1], "the file was known before the take"
    store.put([a_file(first, name="again.mp3"), a_file(second, VIDEO)])
    assert saved() == [1], "a second file is not a second take, and a video is not the song"
    store.put([a_file(second, WAV)])
    assert saved() == [2]
    store.put([a_file(second, WAV, state=FileState.MISSING)])
    assert saved() == [1]
    store.put([a_file(second, WAV, state=FileState.CHANGED)])
    assert saved() == [2], "a file with other tags is still the song"
    store.forget(a_file(second, WAV))
    assert saved() == [1]


def test_the_lives_of_links_only_get_narrower_and_longer(db: Database) -> None:
    store = LinkLifeStore(db)
    store.saw("p", 100.0, 1.0, is_alive=True)
    assert store.all() == {"p": LinkLife(None, 100.0)}
    store.saw("p", 900.0, 2.0, is_alive=False)
    store.saw("p", 50.0, 3.0, is_alive=True)
    store.saw("p", 800.0, 4.0, is_alive=False)
    store.saw("p", 950.0, 5.0, is_alive=False)
    assert store.all() == {"p": LinkLife(800.0, 100.0)}
