"""The extras of a gateway: fetched once, saved if possible, rejected clearly if missing, and evidence of
capabilities."""

from __future__ import annotations

import pytest

from sunotui.domain.errors import NetworkError, NotFound, NotSupported
from sunotui.domain.gateways.capabilities import Feature, Support
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from tests.core.harness import CoreHarness

STREAM = "https://audiopipe.example/?item_id=c"
FINAL = "https://cdn.example/c.mp3"


async def keep(harness: CoreHarness, clip: Clip, status: TaskStatus = TaskStatus.IN_PROGRESS) -> None:
    """Put a task with one clip into the library."""
    task = Task("t", "main", TaskKind.MUSIC, status, added_at=harness.clock.now(), clips=(clip,))
    await harness.core.storage.run(harness.core.stores.tasks.save, [task])


def clip(status: ClipStatus, url: str | None = None) -> Clip:
    return Clip("c", status=status, audio_url=url)


async def test_word_timings_are_requested_once_and_saved(harness: CoreHarness) -> None:
    await keep(harness, clip(ClipStatus.COMPLETE, FINAL))
    first, again = [await harness.core.services.extras.timing("t", "c") for _ in range(2)]
    assert first.words == again.words
    assert harness.gateway.asked_extras == 1
    shown = await harness.core.reader.detail("t")
    assert shown is not None
    assert [word.text for word in shown.timings["c"].words] == ["rain"]


async def test_a_missing_extra_is_reported_and_learned(harness: CoreHarness) -> None:
    await keep(harness, clip(ClipStatus.COMPLETE, FINAL))
    harness.gateway.has_extras = False
    with pytest.raises(NotSupported):
        await harness.core.services.extras.timing("t", "c")
    assert harness.core.services.capabilities.known("main").support(Feature.TIMING) is Support.MISSING


@pytest.mark.parametrize("status", [ClipStatus.QUEUED, ClipStatus.STREAMING])
async def test_timings_of_an_unfinished_song_are_not_requested(harness: CoreHarness, status: ClipStatus) -> None:
    """Regression: a gateway without timings for an unfinished song was recorded as one that offers no timings."""
    await keep(harness, clip(status, STREAM))
    harness.gateway.has_extras = False
    with pytest.raises(NotFound, match="before the song is done"):
        await harness.core.services.extras.timing("t", "c")
    assert harness.gateway.asked_extras == 0
    assert harness.core.services.capabilities.known("main").support(Feature.TIMING) is Support.UNKNOWN


async def test_an_unknown_take_causes_no_request(harness: CoreHarness) -> None:
    with pytest.raises(NotFound):
        await harness.core.services.extras.fresh_clip("t", "c")
    assert harness.gateway.asked_extras == 0


# --- a fresh link ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [clip(ClipStatus.COMPLETE, FINAL), clip(ClipStatus.ERROR)])
async def test_a_final_link_is_not_requested_again(harness: CoreHarness, kept: Clip) -> None:
    await keep(harness, kept, TaskStatus.SUCCESS)
    assert await harness.core.services.extras.fresh_clip("t", "c") == kept
    assert (harness.gateway.asked, harness.gateway.fed) == ([], [])


async def test_a_stream_is_resolved_by_the_gateway(harness: CoreHarness) -> None:
    await keep(harness, clip(ClipStatus.STREAMING, STREAM))
    harness.gateway.set_task("t", TaskStatus.SUCCESS, clips=(clip(ClipStatus.COMPLETE, FINAL),))
    fresh = await harness.core.services.extras.fresh_clip("t", "c")
    assert (fresh.audio_url, fresh.is_stream) == (FINAL, False)
    assert harness.gateway.fed == []


async def test_a_frozen_copy_is_resolved_by_the_feed_and_saved(harness: CoreHarness) -> None:
    """Quirk 23: a relay's copy of an ended task never changes again."""
    frozen = clip(ClipStatus.STREAMING, STREAM)
    await keep(harness, frozen, TaskStatus.FAILURE)
    harness.gateway.set_task("t", TaskStatus.FAILURE, clips=(frozen,))
    harness.gateway.clips = {"c": clip(ClipStatus.COMPLETE, FINAL)}
    assert (await harness.core.services.extras.fresh_clip("t", "c")).audio_url == FINAL
    task = await harness.task("t")
    assert task is not None
    assert (task.status, task.clips[0].audio_url) == (TaskStatus.SUCCESS, FINAL)


async def test_a_stale_response_changes_nothing(harness: CoreHarness) -> None:
    """D2: the stream of an ended task is requested again, and a stale relay reports that it is still running."""
    await keep(harness, clip(ClipStatus.COMPLETE), TaskStatus.SUCCESS)
    harness.gateway.set_task("t", TaskStatus.IN_PROGRESS, clips=(clip(ClipStatus.STREAMING, STREAM),))
    fresh = await harness.core.services.extras.fresh_clip("t", "c")
    task = await harness.task("t")
    assert task is not None
    assert (task.status, fresh.status) == (TaskStatus.SUCCESS, ClipStatus.COMPLETE)


@pytest.mark.parametrize("is_reachable", [True, False])
async def test_without_a_better_link_the_stored_clip_is_returned(harness: CoreHarness, is_reachable: bool) -> None:
    kept = clip(ClipStatus.STREAMING, STREAM)
    await keep(harness, kept)
    if not is_reachable:
        harness.gateway.error = NetworkError()
    assert await harness.core.services.extras.fresh_clip("t", "c") == kept
    assert len(harness.gateway.fed) <= 1
