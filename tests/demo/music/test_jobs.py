"""A job's status is computed from the elapsed time, by the rules of the reference server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.demo.music.jobs import Job, Take
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.domain.tasks.task import TaskKind, TaskStatus

START = 1_700_000_000.0


def take(streams_s: float = 10.0, done_s: float = 30.0, error: str = "", queued_s: float = 3.0) -> Take:
    return Take("clip", "neon", 0.0, 10, 0.24, queued_s, streams_s, done_s, error)


def job(*takes: Take, speed: float = 1.0, error: str = "") -> Job:
    kind = TaskKind.MUSIC if takes else TaskKind.LYRICS
    return Job("id", 1, kind, START, speed, 0.1, "Title", "Words", takes=takes, error=error)


@pytest.mark.parametrize(
    ("age_s", "clip", "task"),
    [
        (0.0, ClipStatus.SUBMITTED, TaskStatus.SUBMITTED),
        (2.9, ClipStatus.SUBMITTED, TaskStatus.SUBMITTED),
        (3.0, ClipStatus.QUEUED, TaskStatus.QUEUED),
        (9.9, ClipStatus.QUEUED, TaskStatus.QUEUED),
        (10.0, ClipStatus.STREAMING, TaskStatus.IN_PROGRESS),
        (29.9, ClipStatus.STREAMING, TaskStatus.IN_PROGRESS),
        (30.0, ClipStatus.COMPLETE, TaskStatus.SUCCESS),
        (1e6, ClipStatus.COMPLETE, TaskStatus.SUCCESS),
    ],
)
def test_each_status_begins_at_its_time(age_s: float, clip: ClipStatus, task: TaskStatus) -> None:
    made = job(take())
    assert made.clip_status(made.takes[0], START + age_s) is clip
    assert made.status(START + age_s) is task


def test_double_speed_halves_the_time() -> None:
    made = job(take(), speed=2.0)
    assert made.status(START + 4.9) is TaskStatus.QUEUED
    assert made.status(START + 5.0) is TaskStatus.IN_PROGRESS
    assert made.status(START + 15.0) is TaskStatus.SUCCESS
    assert made.started_at(START + 15.0) == START + 5.0
    assert made.finished_at(START + 15.0) == START + 15.0


@pytest.mark.parametrize(
    ("first", "second", "at_25", "at_60"),
    [
        (take(done_s=20), take(done_s=40), TaskStatus.IN_PROGRESS, TaskStatus.SUCCESS),
        (take(done_s=40), take(done_s=20), TaskStatus.IN_PROGRESS, TaskStatus.SUCCESS),
        (take(done_s=20), take(done_s=40, error="no"), TaskStatus.IN_PROGRESS, TaskStatus.FAILURE),
        (take(done_s=20, error="no"), take(done_s=40), TaskStatus.FAILURE, TaskStatus.FAILURE),
        (take(done_s=20), take(done_s=20, error="no"), TaskStatus.FAILURE, TaskStatus.FAILURE),
        (take(done_s=20, error="a"), take(done_s=20, error="b"), TaskStatus.FAILURE, TaskStatus.FAILURE),
    ],
)
def test_the_status_combines_two_different_takes(
    first: Take, second: Take, at_25: TaskStatus, at_60: TaskStatus
) -> None:
    made = job(first, second)
    assert made.status(START + 25) is at_25
    assert made.status(START + 60) is at_60


def test_the_reason_is_the_first_failed_takes_and_set_only_on_failure() -> None:
    made = job(take(done_s=20), take(done_s=40, error="Unable"))
    assert made.fail_reason(START + 30) == ""
    assert made.fail_reason(START + 41) == "Unable"


def test_start_and_finish_times_are_set_only_once_reached() -> None:
    made = job(take(streams_s=10, done_s=20), take(streams_s=11, done_s=40))
    assert made.started_at(START + 9.9) is None
    assert made.started_at(START + 10) == START + 10
    assert made.finished_at(START + 39) is None
    assert made.finished_at(START + 50) == START + 40


def test_lyrics_are_finished_at_once() -> None:
    assert job().status(START) is TaskStatus.SUCCESS
    assert job().finished_at(START) == job().started_at(START) == START


def test_failed_lyrics_have_a_reason() -> None:
    failed = job(error="moderated")
    assert failed.status(START) is TaskStatus.FAILURE
    assert failed.fail_reason(START) == "moderated"


_RANKS = [TaskStatus.SUBMITTED, TaskStatus.QUEUED, TaskStatus.IN_PROGRESS, TaskStatus.SUCCESS, TaskStatus.FAILURE]
_takes = st.builds(
    take,
    streams_s=st.floats(4, 15),
    done_s=st.floats(16, 60),
    error=st.sampled_from(["", "no"]),
)


@given(st.lists(_takes, min_size=1, max_size=4), st.lists(st.floats(0, 100), min_size=2, max_size=8))
def test_a_status_never_regresses(takes: list[Take], ages: list[float]) -> None:
    made = job(*takes)
    seen = [made.status(START + age) for age in sorted(ages)]
    final = next((at for at, status in enumerate(seen) if status.is_final), len(seen))
    ranks = [_RANKS.index(status) for status in seen[:final]]
    assert ranks == sorted(ranks)
    assert len(set(seen[final:])) <= 1
