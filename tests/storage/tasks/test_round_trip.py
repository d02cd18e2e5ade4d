"""Any task can be stored, and is read back unchanged as far as the database can represent it (D9)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.support.building import with_defaults
from tests.support.complete_list import all_ids

pytestmark = pytest.mark.guarantee(
    "D9", ordinary="7 hostile values in every field of tasks, clips and lyrics; 60 generated libraries"
)

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
TIME = st.none() | st.floats(allow_nan=False, allow_infinity=False)
CLIPS = st.lists(
    st.builds(
        with_defaults(Clip),
        id=TEXT,
        title=TEXT,
        status=st.sampled_from(ClipStatus),
        tags=TEXT,
        lyrics=TEXT,
        description=TEXT,
        model=TEXT,
        duration_s=TIME,
        audio_url=st.none() | TEXT,
        video_url=st.none() | TEXT,
        image_url=st.none() | TEXT,
        created_at=TIME,
        error=TEXT,
        bpm=TIME,
        musical_key=TEXT,
        style_weight=TIME,
        weirdness=TIME,
        audio_weight=TIME,
        persona_id=TEXT,
        is_max_mode=st.booleans(),
    ),
    unique_by=lambda clip: clip.id,
    max_size=3,
)
LYRICS = st.none() | st.builds(Lyrics, TEXT, TEXT, st.lists(TEXT, max_size=3).map(tuple), TEXT)
TASKS = st.builds(
    with_defaults(Task),
    id=TEXT,
    profile=TEXT,
    kind=st.sampled_from(TaskKind),
    status=st.sampled_from(TaskStatus),
    added_at=st.floats(allow_nan=False, allow_infinity=False),
    fail_reason=TEXT,
    progress=TEXT,
    submitted_at=TIME,
    started_at=TIME,
    finished_at=TIME,
    clips=CLIPS.map(tuple),
    lyrics=LYRICS,
    checked_at=TIME,
    misses=st.integers(0, 2**62),
    submission_id=st.none() | TEXT.filter(bool),
    title_hint=TEXT,
)


@given(st.lists(TASKS, unique_by=lambda task: task.id, max_size=4))
@settings(max_examples=60)
def test_tasks_are_read_back_unchanged(tasks: list[Task]) -> None:
    with TemporaryDirectory() as folder:
        db = Database.open(Path(folder) / "library.db")
        library = TaskStore(db)
        library.save(tasks)
        assert library.tasks([task.id for task in tasks]) == {task.id: task for task in tasks}
        library.save(tasks)
        assert sorted(all_ids(db)) == sorted(task.id for task in tasks)
        db.close()


@given(TASKS, TASKS, st.booleans(), st.none() | st.floats(0, 1e6))
@settings(max_examples=60)
def test_every_change_of_a_task_is_read_back(
    before: Task, other: Task, stays_in_lists: bool, made_in_s: float | None
) -> None:
    """A task whose place in the lists stays the same is written by another statement."""
    after = other._replace(
        id=before.id, added_at=before.added_at, clips=before.clips, made_in_s=made_in_s, charged_quota=None
    )
    if stays_in_lists:
        after = after._replace(profile=before.profile, kind=before.kind, status=before.status)
    with TemporaryDirectory() as folder:
        db = Database.open(Path(folder) / "library.db")
        library = TaskStore(db)
        library.save([before])
        library.save([after])
        expected = after._replace(submission_id=after.submission_id or before.submission_id)
        assert library.task(before.id) == expected
        library.save([after._replace(made_in_s=None)])
        assert library.task(before.id) == expected
        (title,) = db.column("SELECT title FROM task")
        assert title == after.title
        counted = [tuple(row) for row in db.query("SELECT profile, kind, status, n FROM tally WHERE n")]
        assert counted == [(after.profile, after.kind.value, after.status.value, 1)]
        db.close()


HOSTILE = ["\ud800", "a\0b", 2**63, -(2**70), float("nan"), float("inf"), 10**400]


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_any_field_value_can_be_saved(library: TaskStore, value: object) -> None:
    for number, name in enumerate(Task._fields):
        if name in {"kind", "status", "clips", "lyrics"}:
            continue
        task = Task(f"t{number}", "p", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0)
        changed: dict[str, Any] = {name: _fitting(name, value)}
        library.save([task._replace(**changed)])
    for number, name in enumerate(Clip._fields):
        if name in {"status", "derivations"}:
            continue
        changed = {name: _fitting(name, value)}
        clip = Clip("c")._replace(**changed)
        library.save([Task(f"c{number}", "p", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(clip,))])
    made_of = Clip("c", derivations=(Derivation(DerivationKind.COVER, value if isinstance(value, str) else "p"),))
    library.save([Task("d", "p", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(made_of,))])
    lyrics = Lyrics("\ud800", "\0", ("\ud800",), "\0")
    library.save([Task("l", "p", TaskKind.LYRICS, TaskStatus.SUCCESS, 1.0, lyrics=lyrics)], {"l": "\ud800\0"})
    ids = all_ids(library._db)
    assert len(library.tasks(ids)) == len(ids) > 20
    assert library.raw("l") == "\ufffd\ufffd"


def _fitting(name: str, value: object) -> object:
    """The hostile value if the field's type allows it: a text in a text field, a number in a number field."""
    is_number = name.endswith(("_at", "_s", "_weight")) or name in {"misses", "bpm", "weirdness"}
    if isinstance(value, str):
        return 1 if is_number else value
    if name == "misses" and isinstance(value, float):
        return 1
    return value if is_number else "x"
