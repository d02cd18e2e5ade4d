"""What the queue shows of takes, read without the rest of their songs."""

from __future__ import annotations

from collections.abc import Callable

from sunotui.domain.annotations import TakeRef
from sunotui.domain.playback import QueueEntry
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task
from sunotui.storage.annotations.notes import TrashStore
from sunotui.storage.db.connection import Database
from sunotui.storage.playback.queue_entries import StoredTake, read_takes
from sunotui.storage.tasks.task_store import TaskStore

MakeTask = Callable[..., Task]


def test_takes_are_read_as_they_were_asked_for(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    clips = (Clip("x1", "Rain", duration_s=61.5), Clip("x2"))
    library.save(
        [make_task("x", clips=clips, title_hint="Storm"), make_task("y", profile="work"), make_task("z", clips=())]
    )
    TrashStore(db).put({"y": 5.0})
    first = StoredTake(QueueEntry("x", "x1", "Rain", 1, "home", 61.5), is_trashed=False)
    asked = [
        TakeRef("x"),
        TakeRef("x", "x2"),
        TakeRef("x", "gone"),
        TakeRef("y", "y-c2"),
        TakeRef("z"),
        TakeRef("\ud800"),
    ]
    found = read_takes(db, [*asked, TakeRef("x", "x1"), TakeRef("x")])
    assert list(found) == [TakeRef("x"), TakeRef("x", "x2"), TakeRef("y", "y-c2"), TakeRef("x", "x1")]
    assert found[TakeRef("x")] == found[TakeRef("x", "x1")] == first
    assert found[TakeRef("x", "x2")].entry.take == 2
    assert found[TakeRef("x", "x2")].entry.title == "Rain", "that of the song"
    assert found[TakeRef("y", "y-c2")].is_trashed
    assert found[TakeRef("y", "y-c2")].entry.profile == "work"


def test_more_takes_than_one_query_can_name_are_read(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    one = make_task("t")
    library.save([one._replace(id=f"t{number}", clips=(Clip(f"c{number}"),)) for number in range(2_000)])
    refs = [TakeRef(f"t{number}", f"c{number}") for number in reversed(range(2_000))]
    assert list(read_takes(db, refs)) == refs
