"""Duration estimates: only from tasks polled from beginning to end."""

from __future__ import annotations

import pytest

from sunotui.domain.errors import NetworkError
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.tasks.durations import DurationEstimate
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from tests.core.harness import CoreHarness
from tests.support.send_request import send_request

SONG = MusicRequest(description="rain on a tin roof")


async def send(harness: CoreHarness) -> str:
    """A song that the gateway is generating."""
    ended = await send_request(harness.core, SONG, "main", is_again=True)
    assert ended.task_id is not None
    harness.gateway.set_task(ended.task_id, TaskStatus.IN_PROGRESS)
    return ended.task_id


async def made_in_s(harness: CoreHarness, task_id: str) -> float | None:
    task = await harness.task(task_id)
    assert task is not None
    return task.made_in_s


async def test_a_song_polled_to_its_end_has_a_duration(harness: CoreHarness) -> None:
    await harness.core.start()
    for seconds in (50, 90, 70):
        task_id = await send(harness)
        await harness.clock.advance(seconds)
        harness.gateway.set_task(task_id, TaskStatus.SUCCESS)
        await harness.clock.advance(11)
        assert await made_in_s(harness, task_id) == pytest.approx(seconds + 5, abs=6)
    usual = await harness.core.reader.duration_estimate("main", TaskKind.MUSIC)
    assert usual is not None
    assert (usual.sample_size, usual.median_s) == (3, pytest.approx(75, abs=6))
    assert await harness.core.reader.duration_estimate("main", TaskKind.LYRICS) is None
    assert await harness.core.reader.duration_estimate("other", TaskKind.MUSIC) is None
    shown = await harness.core.reader.detail("task-1")
    assert shown is not None
    assert isinstance(shown.duration_estimate, DurationEstimate)


async def test_a_failure_has_no_duration(harness: CoreHarness) -> None:
    await harness.core.start()
    task_id = await send(harness)
    harness.gateway.set_task(task_id, TaskStatus.FAILURE)
    await harness.clock.advance(6)
    assert await made_in_s(harness, task_id) is None


async def test_a_song_with_a_gap_in_polling_has_no_duration(harness: CoreHarness) -> None:
    await harness.core.start()
    task_id = await send(harness)
    await harness.clock.advance(20)
    harness.gateway.error = NetworkError()
    await harness.clock.advance(120)
    harness.gateway.error = None
    harness.gateway.set_task(task_id, TaskStatus.SUCCESS)
    await harness.clock.advance(70)
    task = await harness.task(task_id)
    assert task is not None
    assert (task.status, task.made_in_s) == (TaskStatus.SUCCESS, None)


async def test_a_song_during_which_the_computer_slept_has_no_duration(harness: CoreHarness) -> None:
    """The monotonic clock of some systems stands still in sleep; the wall clock does not."""
    await harness.core.start()
    task_id = await send(harness)
    await harness.clock.advance(20)
    harness.clock._wall += 3_600
    harness.gateway.set_task(task_id, TaskStatus.SUCCESS)
    await harness.clock.advance(6)
    assert await made_in_s(harness, task_id) is None


async def test_a_song_started_before_the_program_has_no_duration(harness: CoreHarness) -> None:
    await harness.put("old")
    await harness.clock.advance(30)
    harness.gateway.set_task("old", TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.clock.advance(30)
    harness.gateway.set_task("old", TaskStatus.SUCCESS)
    await harness.clock.advance(6)
    assert await made_in_s(harness, "old") is None
