"""Five tasks for lists, and functions that change a library."""

from __future__ import annotations

import pytest

from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import TaskKind
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.storage.conftest import MakeTask


def change(db: Database, *statements: str) -> None:
    with db.write() as connection:
        for statement in statements:
            connection.execute(statement)


def clip(task_id: str, title: str = "", model: str = "", length: float | None = None) -> Clip:
    return Clip(f"{task_id}-clip", title=title, model=model, duration_s=length, status=ClipStatus.COMPLETE)


@pytest.fixture
def five(library: TaskStore, make_task: MakeTask) -> TaskStore:
    """Five tasks with different orders by age, title, length and model."""
    for number, (title, model, length) in enumerate(
        [("Échoes", "chirp-v4", 90.0), ("delta", "chirp-crow", None), ("", "", 200.0), ("Alpha", "odd", 30.0)]
    ):
        task_id = f"t{number}"
        library.save([make_task(task_id, clips=(clip(task_id, title, model, length),), added_at=100.0 + number)])
    library.save([make_task("words", kind=TaskKind.LYRICS, clips=(), lyrics=Lyrics("beta", "la"), added_at=50.0)])
    return library
