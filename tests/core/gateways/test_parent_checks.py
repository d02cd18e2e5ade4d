"""Clips of other gateways and uploads: warnings before a request that will probably fail is paid for."""

from __future__ import annotations

import pytest

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MusicRequest,
    Request,
)
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from tests.core.harness import CoreHarness
from tests.support.send_request import send_request


async def put(harness: CoreHarness) -> None:
    song = Task("t", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(Clip("c", parents=("elder",)),))
    upload = Task("u", "main", TaskKind.UPLOAD, TaskStatus.SUCCESS, 2.0, clips=(Clip("up"),))
    await harness.core.storage.run(harness.core.stores.tasks.save, [song, upload])


@pytest.mark.parametrize(
    "request_",
    [
        MusicRequest(lyrics="la", extend_clip_id=" c ", extend_at_s=3.0),
        MusicRequest(lyrics="la", persona_id="p", persona_clip_id="c"),
        ConcatRequest("c"),
        DerivedRequest("infill", "c"),
        DerivedRequest("stems", "c"),
    ],
)
async def test_another_gateways_clip_causes_a_warning(harness: CoreHarness, request_: Request) -> None:
    await put(harness)
    (sentence,) = await harness.core.services.parent_checks.warnings(request_, "other")
    assert sentence == "That take was made at 'main'; 'other' may not know it"
    assert await harness.core.services.parent_checks.warnings(request_, "main") == ()


async def test_covers_work_across_accounts_but_not_of_uploads(harness: CoreHarness) -> None:
    await put(harness)
    assert await harness.core.services.parent_checks.warnings(DerivedRequest("cover", "c"), "other") == ()
    (sentence,) = await harness.core.services.parent_checks.warnings(DerivedRequest("cover", "up"), "main")
    assert "uploaded" in sentence


@pytest.mark.parametrize("request_", [MusicRequest(lyrics="la"), LyricsRequest("rain"), ConcatRequest("unknown")])
async def test_unknown_clips_cause_no_warning(harness: CoreHarness, request_: Request) -> None:
    await put(harness)
    assert await harness.core.services.parent_checks.warnings(request_, "other") == ()


@pytest.mark.parametrize(
    "request_",
    [
        MusicRequest(lyrics="la", extend_clip_id=" long ", extend_at_s=540.0),
        DerivedRequest("infill", "long", start_s=540.0, end_s=550.0, lyrics="la"),
        DerivedRequest("add_vocals", "long", start_s=0.0, end_s=121.5, lyrics="la"),
        DerivedRequest("cover_extend", "long", at_s=540.0, lyrics="la"),
    ],
)
async def test_a_position_after_a_clips_end_is_rejected_before_journalling(
    harness: CoreHarness, request_: Request
) -> None:
    clips = (Clip("long", status=ClipStatus.COMPLETE, duration_s=120.0), Clip("growing", duration_s=5.0))
    song = Task("t", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=clips)
    await harness.core.storage.run(harness.core.stores.tasks.save, [song])
    with pytest.raises(InvalidRequest, match="The take ends at 2:00"):
        await send_request(harness.core, request_, "main")
    assert await harness.core.reader.submissions() == []
    assert harness.gateway.orders == []


async def test_positions_inside_a_clip_or_in_one_of_unknown_length_pass(harness: CoreHarness) -> None:
    clips = (Clip("long", status=ClipStatus.COMPLETE, duration_s=120.0), Clip("growing", duration_s=5.0))
    song = Task("t", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=clips)
    await harness.core.storage.run(harness.core.stores.tasks.save, [song])
    for request in (
        MusicRequest(lyrics="la", extend_clip_id="long", extend_at_s=121.0),
        MusicRequest(lyrics="la", extend_clip_id="growing", extend_at_s=60.0),
        MusicRequest(lyrics="la", extend_clip_id="unknown", extend_at_s=600.0),
        DerivedRequest("stems", "long", end_s=900.0),
        LyricsRequest("rain"),
    ):
        await harness.core.services.parent_checks.check_range(request)


async def test_a_take_without_a_parent_cannot_be_joined(harness: CoreHarness) -> None:
    clips = (Clip("alone", "Rain"), Clip("longer", "Rain", parents=("alone",)))
    task = Task("t", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1_000.0, clips=clips)
    await harness.core.storage.run(harness.core.stores.tasks.save, [task])
    warnings = harness.core.services.parent_checks.warnings
    assert ["continue another one" in words for words in await warnings(ConcatRequest("alone"), "main")] == [True]
    assert await warnings(ConcatRequest("longer"), "main") == ()
    check = harness.core.services.parent_checks.check_take
    await check(ConcatRequest("alone"), Dialect.FLAT)
    # A song that was made here is known to continue nothing.
    await harness.core.storage.run(harness.core.stores.tasks.save, [task._replace(submission_id="s-1")])
    with pytest.raises(InvalidRequest, match="continues no other one"):
        await check(ConcatRequest("alone"), Dialect.FLAT)
    await check(ConcatRequest("longer"), Dialect.FLAT)
