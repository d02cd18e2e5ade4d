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
from sunotui.gateway.submit.outcome import Accepted, outcome_of_response
from tests.core.harness import CoreHarness
from tests.support.send_request import send_request

pytestmark = pytest.mark.guarantee("P4", ordinary="following clips: budget, silence, a missing feed")

SONG = MusicRequest(description="rain on a tin roof")
RAW_CLIPS = b'{"clips": [{"id": "clip-a", "status": "submitted"}, {"id": "clip-b", "status": "submitted"}]}'


def clip(clip_id: str, status: ClipStatus, **facts: str) -> Clip:
    return Clip(clip_id, status=status, **facts)  # type: ignore[arg-type]


async def followed(harness: CoreHarness, task_id: str) -> Task:
    task = await harness.task(task_id)
    assert task is not None
    return task


async def test_raw_clips_without_an_id_are_polled_to_the_end(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda _: outcome_of_response(200, {}, RAW_CLIPS)
    harness.gateway.clips = {name: clip(name, ClipStatus.QUEUED) for name in ("clip-a", "clip-b")}
    await harness.core.start()
    ended = await send_request(harness.core, SONG, "main")
    assert ended.task_id == "clip-a", "the first clip's id stands for the task"
    await harness.clock.advance(6)
    assert harness.gateway.asked[-1] == ["clip-a"]
    assert harness.gateway.fed == [["clip-a", "clip-b"]]
    task = await followed(harness, "clip-a")
    assert (task.status, task.misses) == (TaskStatus.QUEUED, 0)
    stream, final = "https://audiopipe.example/?item_id=clip-a", "https://cdn.example/clip-a.mp3"
    harness.gateway.clips["clip-a"] = clip("clip-a", ClipStatus.STREAMING, audio_url=stream)
    await harness.clock.advance(6)
    task = await followed(harness, "clip-a")
    assert (task.status, task.is_streaming) == (TaskStatus.IN_PROGRESS, True)
    harness.gateway.clips["clip-a"] = clip("clip-a", ClipStatus.COMPLETE, audio_url=final, title="Gulls")
    harness.gateway.clips["clip-b"] = clip("clip-b", ClipStatus.ERROR, error="the words were refused")
    await harness.clock.advance(6)
    task = await followed(harness, "clip-a")
    assert (task.status, task.title, task.clips[0].audio_url) == (TaskStatus.SUCCESS, "Gulls", final)
    assert [reported.task.id for reported in harness.published(TaskEnded) if isinstance(reported, TaskEnded)] == [
        "clip-a"
    ]
    fed = len(harness.gateway.fed)
    await harness.clock.advance(600)
    assert len(harness.gateway.fed) == fed


async def test_an_upload_that_returned_a_clip_id_is_found_in_the_feed(harness: CoreHarness) -> None:
    """Quirk 18: the same path returns a task's id at some gateways and a clip's id at others."""
    harness.gateway.outcome = lambda _: Accepted("clip-u")
    harness.gateway.clips = {"clip-u": clip("clip-u", ClipStatus.COMPLETE, title="Mine")}
    await harness.core.start()
    await send_request(harness.core, UploadRequest(url="https://x.example/mine.mp3"), "main")
    await harness.clock.advance(6)
    assert harness.gateway.fed == [], "one response without it says nothing yet"
    await harness.clock.advance(6)
    task = await followed(harness, "clip-u")
    assert (task.kind, task.status, task.title) == (TaskKind.UPLOAD, TaskStatus.SUCCESS, "Mine")
    assert harness.core.services.capabilities.known("main").support(Feature.FEED) is Support.OFFERED


async def test_a_missing_feed_is_requested_three_times_only(harness: CoreHarness) -> None:
    """A single response without the task may come from a failing proxy, and the tasks are paid for."""
    await harness.put("a", "b")
    await harness.core.start()
    await harness.clock.advance(290)
    assert len(harness.gateway.asked) > 20
    assert len(harness.gateway.fed) == 1
    assert harness.core.services.capabilities.known("main").support(Feature.FEED) is Support.MISSING
    assert (await followed(harness, "a")).misses < 3, "while that is not certain, it is not missing"
    await harness.clock.advance(RETRY_FEED_AFTER_S * 2)
    assert len(harness.gateway.fed) == REFUSALS_UNTIL_MISSING
    await harness.clock.advance(RETRY_FEED_AFTER_S * 4)
    assert len(harness.gateway.fed) == REFUSALS_UNTIL_MISSING
    assert (await followed(harness, "a")).misses > 3


async def test_a_feed_that_was_missing_briefly_is_polled_again(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda _: outcome_of_response(200, {}, RAW_CLIPS)
    harness.gateway.has_extras = False
    harness.gateway.clips = {name: clip(name, ClipStatus.QUEUED) for name in ("clip-a", "clip-b")}
    await harness.core.start()
    made = await send_request(harness.core, SONG, "main")
    await harness.clock.advance(200)
    harness.gateway.has_extras = True
    await harness.clock.advance(RETRY_FEED_AFTER_S + 60)
    assert len(harness.gateway.fed) > 1
    task = await followed(harness, made.task_id or "")
    assert not task.misses
    assert harness.core.services.capabilities.known("main").support(Feature.FEED) is Support.OFFERED


async def test_a_users_refresh_polls_a_feed_that_was_given_up(harness: CoreHarness) -> None:
    await harness.core.services.capabilities.learn("main", Feature.FEED, False, "seen")
    await harness.put("a")
    await harness.core.start()
    await harness.core.refresh(["a"])
    assert len(harness.gateway.fed) == 1


async def test_a_feed_known_to_be_missing_is_never_polled(harness: CoreHarness) -> None:
    await harness.core.services.capabilities.learn("main", Feature.FEED, False, "seen")
    await harness.put("a")
    await harness.core.start()
    await harness.clock.advance(120)
    assert harness.gateway.fed == []


async def test_a_feed_that_fails_loses_no_task(harness: CoreHarness) -> None:
    """Its clips are paid for: an unreachable feed does not mean that the task is lost."""
    harness.gateway.outcome = lambda _: outcome_of_response(200, {}, RAW_CLIPS)
    harness.gateway.feed_error = GatewayFailed()
    await harness.core.start()
    await send_request(harness.core, SONG, "main")
    await harness.clock.advance(3_600)
    task = await followed(harness, "clip-a")
    assert (task.status.is_final, task.misses) == (False, 0)
    assert len(harness.gateway.fed) <= len(harness.gateway.asked)
    harness.gateway.feed_error = None
    harness.gateway.clips = {name: clip(name, ClipStatus.COMPLETE) for name in ("clip-a", "clip-b")}
    await harness.clock.advance(200)
    assert (await followed(harness, "clip-a")).status is TaskStatus.SUCCESS


async def test_with_clips_missing_in_the_feed_the_task_is_lost(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda _: outcome_of_response(200, {}, RAW_CLIPS)
    harness.gateway.clips = {}
    await harness.core.start()
    await send_request(harness.core, SONG, "main")
    await harness.clock.advance(1_500)
    assert (await followed(harness, "clip-a")).status is TaskStatus.LOST


async def test_the_feed_uses_the_same_budget(harness: CoreHarness) -> None:
    ids = [f"t{number}" for number in range(2 * CLIPS_A_REQUEST + 1)]
    await harness.put(*ids)
    harness.gateway.clips = {name: clip(name, ClipStatus.STREAMING) for name in ids}
    await harness.core.start()
    await harness.clock.advance(60)
    # Ten at once and one every two seconds are forty in a minute; each round takes one and three for the feed.
    spent = len(harness.gateway.asked) + 3 * len(harness.gateway.fed)
    assert len(harness.gateway.fed) > 3
    assert spent <= 10 + 60 / 2 + 4


async def test_a_users_refresh_polls_the_feed_immediately(harness: CoreHarness) -> None:
    await harness.put("clip-u")
    harness.gateway.clips = {"clip-u": clip("clip-u", ClipStatus.COMPLETE)}
    (task,) = await harness.core.refresh(["clip-u"])
    assert task.status is TaskStatus.SUCCESS
    assert harness.gateway.fed == [["clip-u"]]


async def test_an_unreachable_feed_does_not_change_the_connection(harness: CoreHarness) -> None:
    await harness.put("a")
    harness.gateway.feed_error = NetworkError()
    await harness.core.start()
    await harness.clock.advance(60)
    line = harness.core.connection()
    assert line is not None
    assert line.error is None
