"""Songs that were made elsewhere are looked up at the gateway, once, and stay in the library."""

from __future__ import annotations

import pytest

from sunotui.core.adoption.service import IDS_AT_ONCE, NO_FEED, NOT_THERE, AdoptionState
from sunotui.core.events import TasksChanged
from sunotui.domain.errors import GatewayFailed, NetworkError
from sunotui.domain.song_reference import SongReference
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import TaskStatus
from tests.core.harness import CoreHarness

LINK = SongReference("clip-9", is_clip=True)


async def test_a_task_comes_by_its_id_and_a_clip_by_the_feed(harness: CoreHarness) -> None:
    gateway = harness.gateway
    gateway.set_task("task-9", TaskStatus.SUCCESS, clips=(Clip("clip-1", status=ClipStatus.COMPLETE),))
    gateway.clips = {"clip-9": Clip("clip-9", "Far", ClipStatus.COMPLETE)}
    adoption = harness.core.services.adoption
    found = await adoption.look_up([LINK, SongReference("task-9"), SongReference("nothing")], "main")
    assert [(one.state, one.task_id, one.clip_id, one.reason) for one in found] == [
        (AdoptionState.ADDED, "clip-9", "clip-9", ""),
        (AdoptionState.ADDED, "task-9", "", ""),
        (AdoptionState.MISSING, "", "", NOT_THERE),
    ]
    assert gateway.asked == [["clip-9", "task-9", "nothing"]]
    assert gateway.fed == [["clip-9", "nothing"]]
    assert harness.published(TasksChanged)
    task = await harness.task("clip-9")
    assert task is not None
    assert (task.status, task.title, task.profile) == (TaskStatus.SUCCESS, "Far", "main")
    # A clip of a known task is known with it, and nothing is asked.
    again = await adoption.look_up([LINK, SongReference("clip-1"), SongReference("task-9")], "main")
    assert [(one.state, one.task_id, one.clip_id) for one in again] == [
        (AdoptionState.KNOWN, "clip-9", "clip-9"),
        (AdoptionState.KNOWN, "task-9", "clip-1"),
        (AdoptionState.KNOWN, "task-9", ""),
    ]
    assert len(gateway.asked) == 1


async def test_a_clip_that_is_being_generated_is_followed_to_its_end(harness: CoreHarness) -> None:
    gateway = harness.gateway
    gateway.clips = {"clip-9": Clip("clip-9", status=ClipStatus.QUEUED)}
    await harness.core.start()
    (found,) = await harness.core.services.adoption.look_up([LINK], "main")
    assert found.state is AdoptionState.ADDED
    gateway.clips = {"clip-9": Clip("clip-9", "Far", ClipStatus.COMPLETE, audio_url="https://cdn.example/9.mp3")}
    await harness.clock.advance(60)
    task = await harness.task("clip-9")
    assert task is not None
    assert (task.status, task.title) == (TaskStatus.SUCCESS, "Far")


async def test_without_a_feed_only_the_id_of_a_task_helps(harness: CoreHarness) -> None:
    (found,) = await harness.core.services.adoption.look_up([LINK], "main")
    assert (found.state, found.reason) == (AdoptionState.MISSING, NO_FEED)
    assert await harness.task("clip-9") is None


async def test_what_was_found_before_a_failure_stays(harness: CoreHarness) -> None:
    gateway = harness.gateway
    ids = [f"task-{number}" for number in range(IDS_AT_ONCE + 5)]
    gateway.set_task(ids[0], TaskStatus.SUCCESS)
    gateway.set_task(ids[-1], TaskStatus.SUCCESS)
    gateway.clips = {}
    gateway.feed_error = GatewayFailed()
    with pytest.raises(GatewayFailed):
        await harness.core.services.adoption.look_up([SongReference(one) for one in ids], "main")
    assert await harness.task(ids[0]) is not None
    gateway.feed_error = None
    found = await harness.core.services.adoption.look_up([SongReference(one) for one in ids], "main")
    states = [one.state for one in found]
    assert (states[0], states[-1], states.count(AdoptionState.MISSING)) == (
        AdoptionState.KNOWN,
        AdoptionState.ADDED,
        len(ids) - 2,
    )
    assert [len(asked) for asked in gateway.asked[-2:]] == [IDS_AT_ONCE - 1, 5]
    gateway.error = NetworkError()
    with pytest.raises(NetworkError):
        await harness.core.services.adoption.look_up([SongReference("other")], "main")
