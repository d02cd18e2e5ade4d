"""The statistics of the library."""

from __future__ import annotations

import time

import pytest

from sunotui.domain.requests.request import LyricsRequest, MusicRequest
from sunotui.domain.statistics import Spending, Statistics, TaskCounts
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.gateway_facts.prices import PriceStore
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.statistics import read_statistics
from sunotui.storage.tasks.task_store import TaskStore
from tests.storage.conftest import MakeSubmission, MakeTask

NOON = time.mktime((2026, 11, 25, 12, 0, 0, 0, 0, -1))
WEEK_S = 7 * 86_400.0


def keep(db: Database, sql: str) -> None:
    with db.write() as connection:
        connection.execute(sql)


def test_an_empty_library_counts_nothing(db: Database) -> None:
    assert read_statistics(db) == Statistics(TaskCounts("all"), (), (), (), {}, None, (), 0, 0, None)


def test_counts_by_week_model_and_gateway(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    new, old = (Clip("n1", model="chirp-v5"), Clip("n2", model="chirp-v5")), (Clip("o1", model="chirp-v4"),)
    library.save(
        [
            make_task("starred", added_at=NOON, clips=new),
            make_task("old", added_at=NOON - 2 * WEEK_S, clips=old, profile="other"),
            make_task("failed", added_at=NOON, clips=(), status=TaskStatus.FAILURE),
            make_task("lost", added_at=NOON, clips=(), status=TaskStatus.LOST),
            make_task("words", added_at=NOON, clips=(), kind=TaskKind.LYRICS),
            make_task("running", added_at=NOON, clips=(), status=TaskStatus.QUEUED),
        ]
    )
    keep(db, "INSERT INTO opinion (task_id, clip_id, is_starred) VALUES ('starred', 'n1', 1)")
    keep(db, "INSERT INTO opinion (task_id, clip_id, rating) VALUES ('starred', 'n2', 3), ('old', 'o1', 4)")
    found = read_statistics(db)
    assert found.total == TaskCounts("all", tasks=6, ended=5, failed=2, takes=3, liked=2)
    assert [(week.name, week.takes) for week in found.weeks] == [
        ("2026-11-09", 1),
        ("2026-11-16", 0),
        ("2026-11-23", 2),
    ]
    assert [(model.name, model.takes, model.liked) for model in found.models] == [
        ("chirp-v5", 2, 1),
        ("chirp-v4", 1, 1),
    ]
    assert [(one.name, one.tasks, one.failed) for one in found.gateways] == [("home", 5, 2), ("other", 1, 0)]


def test_takes_on_albums_count_once_and_trash_does_not_count(
    db: Database, library: TaskStore, make_task: MakeTask
) -> None:
    library.save([make_task("a"), make_task("b")])
    keep(db, "INSERT INTO album (id, name, key, created_at) VALUES (1, 'A', 'a', 0), (2, 'B', 'b', 0)")
    keep(
        db,
        "INSERT INTO album_take (album_id, place, task_id, clip_id) "
        "VALUES (1, 1, 'a', 'a-c1'), (2, 1, 'a', 'a-c1'), (1, 2, 'b', 'b-c1')",
    )
    keep(db, "INSERT INTO opinion (task_id, clip_id, is_starred) VALUES ('a', 'a-c1', 1)")
    keep(db, "UPDATE task SET trashed_at = 5 WHERE id = 'b'")
    assert read_statistics(db).total == TaskCounts("all", tasks=2, ended=2, takes=4, liked=1)


def test_plays_outside_the_trash_are_summed(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    library.save([make_task("a"), make_task("b")])
    keep(db, "INSERT INTO opinion (task_id, clip_id, plays, last_played_at) VALUES ('a', 'a-c1', 3, 8), "
        "('a', 'a-c2', 1, 9), ('b', 'b-c1', 5, 10)")  # fmt: skip
    keep(db, "INSERT INTO opinion (task_id, clip_id, heard_at) VALUES ('b', 'b-c2', 11)")
    keep(db, "UPDATE task SET trashed_at = 5 WHERE id = 'b'")
    found = read_statistics(db)
    assert (found.played, found.plays, found.last_played_at) == (2, 4, 9.0)


def test_durations_need_enough_polled_tasks(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    clips = (Clip("c", model="chirp-v5"),)
    library.save([make_task(f"t{taken}", clips=clips, made_in_s=float(taken)) for taken in (100, 120, 200)])
    library.save([make_task("slow", clips=(Clip("d", model="chirp-v4"),), made_in_s=900.0), make_task("unwatched")])
    found = read_statistics(db)
    times = {key: (one.median_s, one.sample_size) for key, one in found.times.items()}
    assert times == {("home", "chirp-v5"): (120.0, 3)}
    assert found.all_times is not None
    assert (found.all_times.median_s, found.all_times.p90_s) == (160.0, 900.0)


@pytest.mark.parametrize("status", [TaskStatus.SUCCESS, TaskStatus.FAILURE])
def test_spending_counts_accepted_requests_that_did_not_fail(
    db: Database,
    library: TaskStore,
    journal: Journal,
    make_task: MakeTask,
    make_submission: MakeSubmission,
    status: TaskStatus,
) -> None:
    PriceStore(db).add("home", MusicRequest.kind, 0.2, "$", NOON)
    requests = {
        "song": MusicRequest(description="rain"),
        "unsent": MusicRequest(description="snow"),
        "words": LyricsRequest(prompt="sun"),
    }
    for name, request in requests.items():
        journal.add(make_submission(name, request=request))
    for name in ("song", "words"):
        journal.claim(name, NOON)
        journal.accept(name, make_task(f"{name}-task", submission_id=name), NOON)
    library.save([make_task("song-task", submission_id="song", status=status)])
    keep(db, "INSERT INTO opinion (task_id, clip_id, is_starred) VALUES ('song-task', 'song-task-c1', 1)")
    spent = read_statistics(db).spending
    if status is TaskStatus.SUCCESS:
        assert spent == (Spending("home", "$", 0.2, 1, 1, 1),)
    else:
        assert spent == ()


def test_absurd_times_hide_nothing_else(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    library.save(
        [make_task("far", added_at=1e18), make_task("before", added_at=-1e18), make_task("now", added_at=NOON)]
    )
    found = read_statistics(db)
    assert found.total.tasks == 3
    assert found.weeks[-1].name == "2026-11-23"
