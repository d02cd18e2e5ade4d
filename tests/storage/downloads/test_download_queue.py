"""The queue of downloads as it is stored."""

from __future__ import annotations

from pathlib import Path

from sunotui.domain.annotations import TakeRef
from sunotui.domain.saving.downloads import DownloadState, FileKind
from sunotui.storage.db.connection import Database
from sunotui.storage.downloads.download_queue import DownloadQueueStore
from sunotui.storage.tasks.task_store import TaskStore
from tests.storage.conftest import MakeTask


def test_a_download_is_queued_once(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    task = make_task()
    library.save([task])
    takes = [TakeRef(task.id, clip.id) for clip in task.clips]
    store = DownloadQueueStore(db)
    assert store.add([*takes, takes[0], TakeRef("unknown", "x")], FileKind.AUDIO, None, 10.0) == len(takes)
    assert store.add(takes, FileKind.AUDIO, Path("/else"), 11.0) == len(takes), "another folder is another file"
    first, *_others = store.all()
    assert (first.take, first.profile, first.folder, first.state) == (takes[0], task.profile, "", DownloadState.WAITING)
    store.change([first.id], DownloadState.PAUSED, 12.0)
    assert store.add(takes[:1], FileKind.AUDIO, None, 13.0) == 1, "what is paused is wanted now"
    store.change([first.id], DownloadState.FAILED, 14.0, "The disk is full", tries=1)
    assert store.all()[0][7:] == ("The disk is full", 1, 10.0, 14.0)
    assert store.add(takes[:1], FileKind.AUDIO, None, 15.0) == 1
    assert store.all()[0][6:] == (DownloadState.WAITING, "", 1, 10.0, 15.0)
    store.remove([first.id])
    assert first.id not in {one.id for one in store.all()}
