"""Requests that generate no song: journalled and sent once like all others, with limited polling for the result."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from sunotui.core.events import ResultArrived
from sunotui.core.submissions.prepared_request import PreparedRequest
from sunotui.core.submissions.results import POLL_DELAYS_S
from sunotui.domain.errors import DuplicateRequest, GatewayFailed, InvalidRequest, NotReady, SunotuiError, TimedOut
from sunotui.domain.gateways.capabilities import Feature, Support
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.requests.request import (
    MidiRequest,
    Mp4Request,
    PersonaRequest,
    Request,
    UpsampleTagsRequest,
    WavRequest,
)
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import TaskKind, TaskReport, TaskStatus
from sunotui.gateway.parsing.results import ResultReading
from sunotui.gateway.submit.outcome import unknown
from tests.core.harness import CoreHarness
from tests.support.send_request import send_request

PERSONA = PersonaRequest("c", "Low voice", "gravel", "soul", 10.0, 40.0)
TAGS = UpsampleTagsRequest("jazz")
WAV = WavRequest("c", "t")
REQUESTS: list[Request] = [PERSONA, TAGS, WAV, Mp4Request("c", "t"), MidiRequest("c", "t")]
LINK = "https://x.example/later.wav"


async def send(harness: CoreHarness, request: Request, **more: Any) -> Submission:
    return await send_request(harness.core, request, "main", **more)


async def prepare(harness: CoreHarness, request: Request) -> PreparedRequest:
    return await harness.core.services.submitter.prepare(request, "main")


async def pass_time(harness: CoreHarness, waited: Awaitable[str]) -> str:
    """The result, while the clock advances."""
    task = asyncio.ensure_future(waited)
    for wait_s in (0.0, *POLL_DELAYS_S):
        await harness.clock.advance(wait_s)
        if task.done():
            break
    assert task.done(), "it waits longer than its limit"
    return task.result()


def support(harness: CoreHarness, feature: Feature) -> Support:
    return harness.core.services.capabilities.known("main").support(feature)


# --- the journal -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.kind)
async def test_the_row_is_saved_before_sending_and_creates_no_task(harness: CoreHarness, request_: Request) -> None:
    harness.gateway.gate = asyncio.Event()
    sending = asyncio.create_task(send(harness, request_))
    await harness.settle()
    (row,) = await harness.core.reader.submissions()
    assert (row.state, row.request, row.task_id) == (SubmissionState.SENDING, request_, None)
    assert (row.path, row.body) == (harness.gateway.orders[0].path, harness.gateway.orders[0].body)
    harness.gateway.gate.set()
    ended = await sending
    assert (ended.state, ended.task_id) == (SubmissionState.ACCEPTED, None)
    assert ended.result == harness.gateway.delivered(harness.gateway.orders[0])
    assert await harness.core.storage.run(harness.core.stores.tasks.unfinished) == []


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.kind)
async def test_an_unknown_outcome_stays_and_a_duplicate_needs_consent(harness: CoreHarness, request_: Request) -> None:
    harness.gateway.delivers = False
    harness.gateway.outcome = lambda _: unknown(TimedOut())
    row = await send(harness, request_)
    assert row.state is SubmissionState.UNKNOWN
    harness.gateway.delivers = True
    with pytest.raises(DuplicateRequest):
        await send(harness, request_)
    assert await harness.core.services.results.earlier_submission(await prepare(harness, request_)) is None
    assert len(harness.gateway.orders) == 1
    with pytest.raises(InvalidRequest, match="creates no song"):
        await harness.core.services.unknown_outcomes.resolve(row.id, "task-1")
    again = await harness.core.services.unknown_outcomes.retry(row.id)
    assert (again.state, again.retry_of) == (SubmissionState.ACCEPTED, row.id)
    kept = await harness.core.storage.run(harness.core.stores.journal.reader.get, row.id)
    assert kept is not None
    assert kept.state is SubmissionState.UNKNOWN


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.kind)
async def test_a_duplicate_within_ten_minutes_needs_consent(harness: CoreHarness, request_: Request) -> None:
    await send(harness, request_)
    with pytest.raises(DuplicateRequest):
        await send(harness, request_)
    await harness.clock.advance(601)
    await send(harness, request_)
    assert len(harness.gateway.orders) == 2


async def test_two_presses_are_one_request(harness: CoreHarness) -> None:
    ended = await asyncio.gather(*(send(harness, PERSONA, submission_id="one") for _ in range(3)))
    assert {row.id for row in ended} == {"one"}
    assert len(harness.gateway.orders) == 1


async def test_a_persona_is_saved_with_its_row_and_its_gateway(harness: CoreHarness) -> None:
    await send(harness, PERSONA)
    made = Persona("persona-1", "Low voice", "c", "main", harness.clock.now())
    assert await harness.core.services.extras.personas("main") == [made]
    assert await harness.core.services.extras.personas("other") == []


async def test_a_missing_feature_is_rejected_and_learned(harness: CoreHarness) -> None:
    harness.gateway.has_extras = False
    for request in REQUESTS:
        assert (await send(harness, request)).state is SubmissionState.REJECTED
    await harness.settle()
    features = (Feature.PERSONA_CREATION, Feature.TAGS, Feature.WAV, Feature.MP4, Feature.MIDI)
    assert {support(harness, feature) for feature in features} == {Support.MISSING}
    assert await harness.core.services.extras.personas("main") == []


async def test_a_created_persona_proves_nothing_about_songs(harness: CoreHarness) -> None:
    await send(harness, PERSONA)
    await harness.settle()
    assert support(harness, Feature.PERSONA_CREATION) is Support.OFFERED
    assert support(harness, Feature.PERSONA) is Support.UNKNOWN


# --- files that are ready later --------------------------------------------------------------------------------------


async def test_a_file_in_progress_is_polled(harness: CoreHarness) -> None:
    harness.gateway.delivered = lambda _: ""
    row = await send(harness, WAV)
    await harness.settle()
    assert support(harness, Feature.WAV) is Support.UNKNOWN, "it was accepted, and never came so far"
    harness.gateway.readings = [ResultReading(), ResultReading(LINK)]
    assert await pass_time(harness, harness.core.services.results.result_of(row)) == LINK
    assert [(order.method, order.path) for order in harness.gateway.looks] == [("GET", "/suno/act/wav/c")] * 2
    assert len(harness.gateway.orders) == 1
    kept = await harness.core.storage.run(harness.core.stores.journal.reader.get, row.id)
    assert kept is not None
    arrived = [event.submission for event in harness.published(ResultArrived) if isinstance(event, ResultArrived)]
    assert (kept.result, arrived) == (LINK, [kept])
    assert support(harness, Feature.WAV) is Support.OFFERED
    assert await harness.core.services.results.result_of(kept) == LINK
    assert len(harness.gateway.looks) == 2


async def test_polling_ends_and_may_continue_later_for_free(harness: CoreHarness) -> None:
    harness.gateway.delivered = lambda _: ""
    row = await send(harness, WAV)
    with pytest.raises(NotReady, match="responded 9 times without the WAV"):
        await pass_time(harness, harness.core.services.results.result_of(row))
    assert len(harness.gateway.looks) == len(POLL_DELAYS_S)
    assert await harness.core.services.results.earlier_submission(await prepare(harness, WAV)) == row
    harness.gateway.readings = [ResultReading(LINK)]
    assert await pass_time(harness, harness.core.services.results.result_of(row)) == LINK
    assert len(harness.gateway.orders) == 1


async def test_a_known_file_is_not_requested_again(harness: CoreHarness) -> None:
    row = await send(harness, WAV)
    assert await harness.core.services.results.earlier_submission(await prepare(harness, WAV)) == row
    assert await harness.core.services.results.earlier_submission(await prepare(harness, TAGS)) is None
    await harness.clock.advance(601)
    assert await harness.core.services.results.earlier_submission(await prepare(harness, WAV)) is None


async def test_a_gateway_that_cannot_make_it_ends_the_wait(harness: CoreHarness) -> None:
    harness.gateway.delivered = lambda _: ""
    row = await send(harness, MidiRequest("c"))
    harness.gateway.readings = [ResultReading(has_failed=True)]
    with pytest.raises(GatewayFailed, match="could not make the notes"):
        await pass_time(harness, harness.core.services.results.result_of(row))
    assert len(harness.gateway.looks) == 1


async def test_two_waits_do_not_poll_twice(harness: CoreHarness) -> None:
    harness.gateway.delivered = lambda _: ""
    row = await send(harness, WAV)
    first = asyncio.create_task(harness.core.services.results.result_of(row))
    await harness.settle()
    with pytest.raises(InvalidRequest, match="already"):
        await harness.core.services.results.result_of(row)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    harness.gateway.readings = [ResultReading(LINK)]
    assert await pass_time(harness, harness.core.services.results.result_of(row)) == LINK


# --- requests that become tasks --------------------------------------------------------------------------------------


def set_result(harness: CoreHarness, status: TaskStatus, data: str, **more: Any) -> None:
    harness.gateway.reports["task-1"] = TaskReport(
        "task-1", status, raw=f'{{"task_id": "task-1", "data": {data}}}', **more
    )


@pytest.fixture
def nested(harness: CoreHarness) -> CoreHarness:
    harness.gateways.dialect_in_use = Dialect.NESTED
    return harness


async def test_a_persona_created_as_a_task_is_read_when_the_task_ends(nested: CoreHarness) -> None:
    row = await send(nested, PERSONA)
    assert (row.path, row.task_id, row.result) == ("/suno/submit/persona", "task-1", "")
    task = await nested.task("task-1")
    assert task is not None
    assert (task.kind, task.title) == (TaskKind.PERSONA, "Voice Low voice")
    set_result(nested, TaskStatus.IN_PROGRESS, "null")
    waiting = asyncio.create_task(nested.core.services.results.result_of(row))
    await nested.clock.advance(1)
    set_result(nested, TaskStatus.SUCCESS, '{"id": "per-9", "name": "x", "root_clip_id": "c"}', kind=TaskKind.PERSONA)
    assert await pass_time(nested, waiting) == "per-9"
    (made,) = await nested.core.services.extras.personas("main")
    assert (made.id, made.name, made.clip_id) == ("per-9", "Low voice", "c")
    assert len(nested.gateway.orders) == 1


async def test_tags_made_as_a_task(nested: CoreHarness) -> None:
    row = await send(nested, TAGS)
    assert row.path == "/suno/submit/upsample-tags"
    set_result(nested, TaskStatus.SUCCESS, '{"upsampled_tags": "jazz, brushed drums"}')
    assert await pass_time(nested, nested.core.services.results.result_of(row)) == "jazz, brushed drums"


async def test_the_poller_reads_a_result_without_a_waiting_caller(nested: CoreHarness) -> None:
    await send(nested, PERSONA)
    set_result(nested, TaskStatus.SUCCESS, '{"persona_id": "per-9"}')
    await nested.clock.advance(10)
    assert [persona.id for persona in await nested.core.services.extras.personas("main")] == ["per-9"]


async def test_a_result_whose_program_ended_is_read_at_the_next_start(nested: CoreHarness) -> None:
    row = await send(nested, PERSONA)
    task = await nested.task("task-1")
    assert task is not None
    ended, raw = task._replace(status=TaskStatus.SUCCESS), {"task-1": '{"task_id": "task-1", "data": {"id": "per-9"}}'}
    await nested.core.storage.run(nested.core.stores.tasks.save, [ended], raw)
    await nested.core.services.results.collect()
    await nested.core.services.results.collect()
    kept = await nested.core.storage.run(nested.core.stores.journal.reader.get, row.id)
    assert kept is not None
    assert kept.result == "per-9"
    assert len(nested.published(ResultArrived)) == 1


async def test_a_failed_task_and_a_missing_result_are_reported(nested: CoreHarness) -> None:
    row = await send(nested, TAGS)
    set_result(nested, TaskStatus.SUCCESS, '{"something": "else"}')
    with pytest.raises(SunotuiError, match="could not be found in the response"):
        await pass_time(nested, nested.core.services.results.result_of(row))
    set_result(nested, TaskStatus.FAILURE, "null", fail_reason="moderation")
    await nested.core.refresh(["task-1"])
    with pytest.raises(GatewayFailed, match="could not make the style"):
        await pass_time(nested, nested.core.services.results.result_of(row))


async def test_an_unknown_persona_is_found_by_its_task(nested: CoreHarness) -> None:
    nested.gateway.outcome = lambda _: unknown(TimedOut())
    row = await send(nested, PERSONA)
    set_result(nested, TaskStatus.SUCCESS, '{"id": "per-9", "root_clip_id": "c"}', kind=TaskKind.PERSONA)
    found = await nested.core.services.unknown_outcomes.resolve(row.id, "task-1")
    assert (found.state, found.result) == (SubmissionState.ACCEPTED, "per-9")


async def test_a_section_is_required_if_the_dialect_needs_one(nested: CoreHarness) -> None:
    with pytest.raises(InvalidRequest, match="section of the take"):
        await send(nested, PersonaRequest("c", "Low voice"))
    with pytest.raises(InvalidRequest, match="song of this take is unknown"):
        await send(nested, Mp4Request("c"))
    assert nested.gateway.orders == []
    assert await nested.core.reader.submissions() == []
