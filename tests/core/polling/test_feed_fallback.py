"""Clips whose task the gateway does not know are polled from the feed; a missing feed is learned once."""

from __future__ import annotations

import pytest

from sunotui.core.events import TaskEnded
from sunotui.core.polling.feed_fallback import REFUSALS_UNTIL_MISSING, RETRY_FEED_AFTER_S
from sunotui.domain.errors import GatewayFailed, NetworkError
from sunotui.domain.gateways.capabilities import Feature, Support
from sunotui.domain.requests.request import MusicRequest, UploadRequest
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.gateway.endpoints import CLIPS_A_REQUEST
from sunotui.gateway.submit.outcome import Accepted, outcome_of_answer
from tests.core.harness import CoreHarness
from tests.support.sending import send_request

pytestmark = pytest.mark.guarantee("P4", ordinary="following clips: budget, silence, a missing feed")

SONG = MusicRequest(description="rain on a tin roof")
RAW_CLIPS = b'{"clips": [{"id": "clip-a", "status": "submitted"}, {"id": "clip-b", "status": "submitted"}]}'


def clip(clip_id: str, status: ClipStatus, **facts: str) -> Clip:
    return Clip(clip_id, status=status, **facts)  # type: ignore[arg-type]


async def followed(bench: CoreHarness, task_id: str) -> Task:
    task = await bench.task(task_id)
    assert task is not None
    return task


async def test_raw_clips_without_an_id_are_polled_to_the_end(bench: CoreHarness) -> None:
    bench.gateway.outcome = lambda _: outcome_of_answer(200, {}, RAW_CLIPS)
    bench.gateway.clips = {name: clip(name, ClipStatus.QUEUED) for name in ("clip-a", "clip-b")}
    await bench.core.start()
    ended = await send_request(bench.core, SONG, "main")
    assert ended.task_id == "clip-a", "the first clip's id stands for the task"
    await bench.clock.advance(6)
    assert bench.gateway.asked[-1] == ["clip-a"]
    assert bench.gateway.fed == [["clip-a", "clip-b"]]
    task = await followed(bench, "clip-a")
    assert (task.status, task.misses) == (TaskStatus.QUEUED, 0)
    stream, final = "https://audiopipe.example/?item_id=clip-a", "https://cdn.example/clip-a.mp3"
    bench.gateway.clips["clip-a"] = clip("clip-a", ClipStatus.STREAMING, audio_url=stream)
    await bench.clock.advance(6)
    task = await followed(bench, "clip-a")
    assert (task.status, task.is_streaming) == (TaskStatus.IN_PROGRESS, True)
    bench.gateway.clips["clip-a"] = clip("clip-a", ClipStatus.COMPLETE, audio_url=final, title="Gulls")
    bench.gateway.clips["clip-b"] = clip("clip-b", ClipStatus.ERROR, error="the words were refused")
    await bench.clock.advance(6)
    task = await followed(bench, "clip-a")
    assert (task.status, task.title, task.clips[0].audio_url) == (TaskStatus.SUCCESS, "Gulls", final)
    assert [reported.task.id for reported in bench.published(TaskEnded) if isinstance(reported, TaskEnded)] == [
        "clip-a"
    ]
    fed = len(bench.gateway.fed)
    await bench.clock.advance(600)
    assert len(bench.gateway.fed) == fed


async def test_an_upload_that_returned_a_clip_id_is_found_in_the_feed(bench: CoreHarness) -> None:
    """Quirk 18: the same path returns a task's id at some gateways and a clip's id at others."""
    bench.gateway.outcome = lambda _: Accepted("clip-u")
    bench.gateway.clips = {"clip-u": clip("clip-u", ClipStatus.COMPLETE, title="Mine")}
    await bench.core.start()
    await send_request(bench.core, UploadRequest(url="https://x.example/mine.mp3"), "main")
    await bench.clock.advance(6)
    assert bench.gateway.fed == [], "one answer without it says nothing yet"
    await bench.clock.advance(6)
    task = await followed(bench, "clip-u")
    assert (task.kind, task.status, task.title) == (TaskKind.UPLOAD, TaskStatus.SUCCESS, "Mine")
    assert bench.core.services.capabilities.known("main").verdict(Feature.FEED) is Support.OFFERED


async def test_a_missing_feed_is_requested_three_times_only(bench: CoreHarness) -> None:
    """A single response that there is none may come from a failing proxy, and the tasks are paid for."""
    await bench.put("a", "b")
    await bench.core.start()
    await bench.clock.advance(290)
    assert len(bench.gateway.asked) > 20
    assert len(bench.gateway.fed) == 1
    assert bench.core.services.capabilities.known("main").verdict(Feature.FEED) is Support.MISSING
    assert (await followed(bench, "a")).misses < 3, "while nobody can tell, it is not missing"
    await bench.clock.advance(RETRY_FEED_AFTER_S * 2)
    assert len(bench.gateway.fed) == REFUSALS_UNTIL_MISSING
    await bench.clock.advance(RETRY_FEED_AFTER_S * 4)
    assert len(bench.gateway.fed) == REFUSALS_UNTIL_MISSING
    assert (await followed(bench, "a")).misses > 3


async def test_a_feed_that_was_missing_briefly_is_polled_again(bench: CoreHarness) -> None:
    bench.gateway.outcome = lambda _: outcome_of_answer(200, {}, RAW_CLIPS)
    bench.gateway.has_extras = False
    bench.gateway.clips = {name: clip(name, ClipStatus.QUEUED) for name in ("clip-a", "clip-b")}
    await bench.core.start()
    made = await send_request(bench.core, SONG, "main")
    await bench.clock.advance(200)
    bench.gateway.has_extras = True
    await bench.clock.advance(RETRY_FEED_AFTER_S + 60)
    assert len(bench.gateway.fed) > 1
    task = await followed(bench, made.task_id or "")
    assert not task.misses
    assert bench.core.services.capabilities.known("main").verdict(Feature.FEED) is Support.OFFERED


async def test_a_users_refresh_polls_a_feed_that_was_given_up(bench: CoreHarness) -> None:
    await bench.core.services.capabilities.learn("main", Feature.FEED, False, "seen")
    await bench.put("a")
    await bench.core.start()
    await bench.core.refresh(["a"])
    assert len(bench.gateway.fed) == 1


async def test_a_feed_known_to_be_missing_is_never_polled(bench: CoreHarness) -> None:
    await bench.core.services.capabilities.learn("main", Feature.FEED, False, "seen")
    await bench.put("a")
    await bench.core.start()
    await bench.clock.advance(120)
    assert bench.gateway.fed == []


async def test_a_feed_that_fails_loses_no_task(bench: CoreHarness) -> None:
    """Its clips are paid for: an unreachable feed does not mean that the task is lost."""
    bench.gateway.outcome = lambda _: outcome_of_answer(200, {}, RAW_CLIPS)
    bench.gateway.feed_trouble = GatewayFailed()
    await bench.core.start()
    await send_request(bench.core, SONG, "main")
    await bench.clock.advance(3_600)
    task = await followed(bench, "clip-a")
    assert (task.status.is_final, task.misses) == (False, 0)
    assert len(bench.gateway.fed) <= len(bench.gateway.asked)
    bench.gateway.feed_trouble = None
    bench.gateway.clips = {name: clip(name, ClipStatus.COMPLETE) for name in ("clip-a", "clip-b")}
    await bench.clock.advance(200)
    assert (await followed(bench, "clip-a")).status is TaskStatus.SUCCESS


async def test_with_clips_missing_in_the_feed_the_task_is_lost(bench: CoreHarness) -> None:
    bench.gateway.outcome = lambda _: outcome_of_answer(200, {}, RAW_CLIPS)
    bench.gateway.clips = {}
    await bench.core.start()
    await send_request(bench.core, SONG, "main")
    await bench.clock.advance(1_500)
    assert (await followed(bench, "clip-a")).status is TaskStatus.LOST


async def test_the_feed_uses_the_same_budget(bench: CoreHarness) -> None:
    ids = [f"t{number}" for number in range(2 * CLIPS_A_REQUEST + 1)]
    await bench.put(*ids)
    bench.gateway.clips = {name: clip(name, ClipStatus.STREAMING) for name in ids}
    await bench.core.start()
    await bench.clock.advance(60)
    # Ten at once and one every two seconds are forty in a minute; each round takes one and three for the feed.
    spent = len(bench.gateway.asked) + 3 * len(bench.gateway.fed)
    assert len(bench.gateway.fed) > 3
    assert spent <= 10 + 60 / 2 + 4


async def test_a_users_refresh_polls_the_feed_immediately(bench: CoreHarness) -> None:
    await bench.put("clip-u")
    bench.gateway.clips = {"clip-u": clip("clip-u", ClipStatus.COMPLETE)}
    (task,) = await bench.core.refresh(["clip-u"])
    assert task.status is TaskStatus.SUCCESS
    assert bench.gateway.fed == [["clip-u"]]


async def test_an_unreachable_feed_does_not_change_the_connection(bench: CoreHarness) -> None:
    await bench.put("a")
    bench.gateway.feed_trouble = NetworkError()
    await bench.core.start()
    await bench.clock.advance(60)
    line = bench.core.connection()
    assert line is not None
    assert line.error is None
