"""One user action, one request, one journal row with an outcome: accepted, rejected or unknown (S1 to S8)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from sunotui.core.events import SubmissionChanged, TasksChanged
from sunotui.core.submissions.submitter import MAX_IN_FLIGHT
from sunotui.domain.errors import (
    Charge,
    DuplicateRequest,
    GatewayFailed,
    InsufficientBalance,
    InvalidRequest,
    JournalWriteError,
    LibraryError,
    NotFound,
    TokenMissing,
    TokenRejected,
)
from sunotui.domain.gateways.capabilities import Capabilities
from sunotui.domain.requests.request import (
    DerivedRequest,
    LyricsRequest,
    MusicRequest,
    PersonaRequest,
    Request,
    UploadFileRequest,
    trimmed,
)
from sunotui.domain.submission import SubmissionState
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from sunotui.gateway.submit.outcome import Accepted, Delivered, Outcome, Rejected, Unknown
from sunotui.gateway.submit.payloads import build_payload
from tests.core.harness import CoreHarness
from tests.support.send_request import send_request

SONG = MusicRequest(description="rain on a tin roof", model="chirp-v4")


async def test_an_acceptance_is_saved_then_published_then_polled(harness: CoreHarness) -> None:
    await harness.core.start()
    seen: list[object] = []

    def look(event: object) -> None:
        if isinstance(event, TasksChanged):
            seen.append(harness.core.storage.call(harness.core.stores.tasks.task, event.ids[0]))

    harness.core.events.subscribe(look)
    ended = await send_request(harness.core, SONG, "main")
    assert (ended.state, ended.task_id) == (SubmissionState.ACCEPTED, "task-1")
    assert seen
    assert seen[0] is not None
    task = await harness.task("task-1")
    assert task is not None
    assert (task.kind, task.status, task.title) == (TaskKind.MUSIC, TaskStatus.SUBMITTED, "rain on a tin roof")
    harness.gateway.set_task("task-1", TaskStatus.SUCCESS)
    await harness.clock.advance(6)
    assert ["task-1"] in harness.gateway.asked


async def test_the_journal_has_the_texts_as_sent(harness: CoreHarness) -> None:
    """Regression: the row had the invisible ends that the body had not, and "send again" sent them."""
    ends = "\ufeff\u200b {}\u2060\n"
    bare = MusicRequest(lyrics="la\u200bla", style="jazz", title="Rain", model="chirp-v4", extra='{"a": 1}')
    asked = MusicRequest(
        lyrics=ends.format(bare.lyrics),
        style=ends.format(bare.style),
        title=ends.format(bare.title),
        model=ends.format(bare.model),
        extra=ends.format(bare.extra),
    )
    row = await send_request(harness.core, asked, "main")
    assert row.request == bare
    assert row.body == build_payload(bare).body
    with pytest.raises(DuplicateRequest):
        await send_request(harness.core, bare, "main")
    stems = DerivedRequest("mashup", ends.format("c1"), more_clip_ids=(ends.format("c2"),), style=ends.format("pop"))
    assert trimmed(stems) == DerivedRequest("mashup", "c1", more_clip_ids=("c2",), style="pop")
    assert trimmed(UploadFileRequest(" /a\u200b.mp3\u200b ")) == UploadFileRequest("/a\u200b.mp3\u200b")


async def test_a_nul_at_an_end_is_rejected(harness: CoreHarness) -> None:
    with pytest.raises(InvalidRequest, match=r"U\+0000"):
        await send_request(harness.core, replace(SONG, description="rain\0"), "main")


@pytest.mark.guarantee("S1", ordinary="one submission id used fifty times at once")
async def test_the_same_id_fifty_times_sends_once(harness: CoreHarness) -> None:
    ended = await asyncio.gather(
        *(send_request(harness.core, SONG, "main", submission_id="one-wish") for _ in range(50))
    )
    assert len(harness.gateway.orders) == 1
    assert {row.task_id for row in ended} == {"task-1"}
    again = await send_request(harness.core, SONG, "main", submission_id="one-wish")
    assert again.task_id == "task-1"
    assert len(harness.gateway.orders) == 1


async def test_a_duplicate_within_ten_minutes_is_rejected(harness: CoreHarness) -> None:
    await send_request(harness.core, SONG, "main")
    with pytest.raises(DuplicateRequest):
        await send_request(harness.core, SONG, "main")
    await send_request(harness.core, SONG, "main", is_again=True)
    await harness.clock.advance(601)
    await send_request(harness.core, SONG, "main")
    assert len(harness.gateway.orders) == 3


async def test_a_rejection_has_a_reason_and_no_task(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda _: Rejected(InsufficientBalance(http_status=402, request_id="req-1"), "{}")
    ended = await send_request(harness.core, SONG, "main")
    assert ended.state is SubmissionState.REJECTED
    assert ended.request_id == "req-1"
    assert "money" in ended.error
    assert await harness.core.storage.run(harness.core.stores.tasks.unfinished) == []
    await send_request(harness.core, SONG, "main")


async def test_unknown_stays_until_the_user_decides(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda _: Unknown(GatewayFailed(charge=Charge.MAYBE, http_status=502), "<html>")
    first = await send_request(harness.core, SONG, "main")
    assert first.state is SubmissionState.UNKNOWN
    assert "may have been charged" in first.error
    with pytest.raises(DuplicateRequest):
        await send_request(harness.core, SONG, "main")
    with pytest.raises(NotFound):
        await harness.core.services.unknown_outcomes.resolve(first.id, "not-there")
    harness.gateway.set_task("was-there", TaskStatus.IN_PROGRESS)
    adopted = await harness.core.services.unknown_outcomes.resolve(first.id, "was-there")
    assert (adopted.state, adopted.task_id) == (SubmissionState.ACCEPTED, "was-there")
    task = await harness.task("was-there")
    assert task is not None
    assert task.submission_id == first.id
    with pytest.raises(InvalidRequest):
        await harness.core.services.unknown_outcomes.give_up(first.id)


async def test_a_task_of_another_submission_is_not_found_twice(harness: CoreHarness) -> None:
    await send_request(harness.core, SONG, "main")
    harness.gateway.set_task("task-1", TaskStatus.IN_PROGRESS)
    harness.gateway.outcome = lambda _: Unknown(GatewayFailed(charge=Charge.MAYBE), "")
    lost = await send_request(harness.core, SONG, "main", is_again=True)
    with pytest.raises(InvalidRequest, match="another submission"):
        await harness.core.services.unknown_outcomes.resolve(lost.id, "task-1")


async def test_an_unknown_can_be_given_up_or_sent_again(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda _: Unknown(GatewayFailed(charge=Charge.MAYBE), "")
    first = await send_request(harness.core, SONG, "main")
    second = await harness.core.services.unknown_outcomes.retry(first.id)
    assert second.retry_of == first.id
    assert second.id != first.id
    assert (await harness.core.services.unknown_outcomes.give_up(first.id)).state is SubmissionState.DROPPED
    assert len(harness.gateway.orders) == 2


async def test_without_a_token_nothing_is_journalled(harness: CoreHarness) -> None:
    harness.gateways.trouble = TokenMissing()
    with pytest.raises(TokenMissing):
        await send_request(harness.core, SONG, "main")
    assert await harness.core.reader.submissions() == []


async def test_an_invalid_request_is_not_journalled(harness: CoreHarness) -> None:
    with pytest.raises(InvalidRequest):
        await send_request(harness.core, LyricsRequest("  "), "main")
    assert await harness.core.reader.submissions() == []
    assert harness.gateway.orders == []


async def test_an_unsupported_chosen_model_is_rejected_before_journalling(harness: CoreHarness) -> None:
    remaster = DerivedRequest("remaster", "c", variation="normal")
    harness.gateway.found = Capabilities(models=("chirp-v3-5",))
    await harness.core.services.capabilities.probe("main")
    with pytest.raises(InvalidRequest, match=r"v3\.5 has no remaster"):
        await send_request(harness.core, remaster, "main")
    assert await harness.core.reader.submissions() == []
    assert harness.gateway.orders == []


@pytest.mark.guarantee("S8", ordinary="a journal that cannot be written")
async def test_with_an_unwritable_journal_nothing_is_sent(
    harness: CoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LibraryError("The disk is full") from OSError(28, "No space left on device")

    monkeypatch.setattr(harness.core.stores.journal._db, "write", full)
    with pytest.raises(JournalWriteError):
        await send_request(harness.core, SONG, "main")
    assert harness.gateway.orders == []


async def test_cancelling_the_caller_does_not_lose_the_response(harness: CoreHarness) -> None:
    harness.gateway.gate = asyncio.Event()
    caller = asyncio.create_task(send_request(harness.core, SONG, "main", submission_id="w"))
    await harness.settle()
    assert harness.core.services.submitter.in_flight == 1
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    assert await harness.core.services.submitter.drain(0.01) is False
    harness.gateway.gate.set()
    assert await harness.core.services.submitter.drain(5) is True
    row = await harness.core.storage.run(harness.core.stores.journal.reader.get, "w")
    assert row is not None
    assert row.state is SubmissionState.ACCEPTED


async def test_only_a_few_are_in_flight_at_a_time(harness: CoreHarness) -> None:
    harness.gateway.gate = asyncio.Event()
    sends = [
        asyncio.create_task(send_request(harness.core, SONG, "main", submission_id=f"w{n}", is_again=True))
        for n in range(MAX_IN_FLIGHT + 3)
    ]
    await harness.settle()
    assert len(harness.gateway.orders) == MAX_IN_FLIGHT
    harness.gateway.gate.set()
    ended = await asyncio.gather(*sends)
    assert len(harness.gateway.orders) == MAX_IN_FLIGHT + 3
    assert all(row.state is SubmissionState.ACCEPTED for row in ended)


async def test_every_step_is_published(harness: CoreHarness) -> None:
    await send_request(harness.core, SONG, "main")
    states = [event.submission.state for event in harness.events if isinstance(event, SubmissionChanged)]
    assert states == [SubmissionState.SENDING, SubmissionState.ACCEPTED]


async def test_the_status_of_an_acceptance_is_saved(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda _: Accepted("task-1", http_status=202)
    ended = await send_request(harness.core, SONG, "main")
    assert (ended.state, ended.http_status) == (SubmissionState.ACCEPTED, 202)


PERSONA = PersonaRequest(clip_id="c1", name="Nina")


@pytest.mark.parametrize(
    ("request_", "outcome", "expected"),
    [
        (
            SONG,
            Accepted("t9", request_id="r", answer="{ok}", http_status=201),
            ("accepted", "t9", "r", 201, "{ok}", (), ""),
        ),
        (PERSONA, Delivered("p9", "r", "{ok}"), ("accepted", None, "r", 200, "{ok}", (), "p9")),
        (
            SONG,
            Rejected(InsufficientBalance(request_id="r", http_status=403), "{no}"),
            ("rejected", None, "r", 403, "{no}", (), ""),
        ),
        (
            SONG,
            Unknown(GatewayFailed(request_id="r", http_status=502, charge=Charge.MAYBE), "{?}", ("t1", "t2")),
            ("unknown", None, "r", 502, "{?}", ("t1", "t2"), ""),
        ),
    ],
    ids=["accepted", "delivered", "rejected", "unknown"],
)
async def test_all_data_of_an_outcome_is_in_the_journal(
    harness: CoreHarness, request_: Request, outcome: Outcome, expected: tuple[object, ...]
) -> None:
    harness.gateway.delivers = False
    harness.gateway.outcome = lambda _: outcome
    ended = await send_request(harness.core, request_, "main")
    kept = await harness.core.storage.run(harness.core.stores.journal.reader.get, ended.id)
    assert kept == ended
    found = (ended.state, ended.task_id, ended.request_id, ended.http_status, ended.answer)
    assert (*found, ended.task_hints, ended.result) == expected
    assert ("may have been charged" in ended.error) == (ended.state is SubmissionState.UNKNOWN)


async def test_a_used_id_leaves_an_unknown_outcome_with_all_data(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda _: Accepted("the-same", request_id="r", answer="{ok}", http_status=202)
    await send_request(harness.core, SONG, "main")
    taken = await send_request(harness.core, replace(SONG, description="snow"), "main")
    assert (taken.state, taken.task_id) == (SubmissionState.UNKNOWN, None)
    assert (taken.request_id, taken.http_status, taken.answer) == ("r", 202, "{ok}")
    assert (taken.error_code, "may have been charged" in taken.error) == ("answer_unreadable", True)


async def test_a_task_of_another_submission_is_never_replaced(harness: CoreHarness) -> None:
    """A gateway reuses ids after a reset; the song that already has the id was paid for, too."""
    harness.gateway.outcome = lambda _: Accepted("the-same")
    await harness.core.start()
    first = await send_request(harness.core, SONG, "main")
    second = await send_request(harness.core, replace(SONG, description="snow"), "main")
    assert (first.state, second.state) == (SubmissionState.ACCEPTED, SubmissionState.UNKNOWN)
    assert "the-same" in second.error
    kept = await harness.task("the-same")
    assert kept is not None
    assert (kept.submission_id, kept.title) == (first.id, "rain on a tin roof")


async def test_a_task_fetched_before_its_acceptance_belongs_to_the_submission(harness: CoreHarness) -> None:
    await harness.core.start()
    harness.gateway.set_task("task-1", TaskStatus.QUEUED)
    await harness.core.refresh(["task-1"])
    ended = await send_request(harness.core, SONG, "main")
    assert (ended.state, ended.task_id) == (SubmissionState.ACCEPTED, "task-1")
    task = await harness.task("task-1")
    assert task is not None
    assert task.submission_id == ended.id


async def test_a_duplicate_while_waiting_for_the_token_is_sent_once(harness: CoreHarness) -> None:
    """Both search for a duplicate before either is in the journal: the check in the writing transaction counts."""
    harness.gateways.gate = asyncio.Event()
    sends = [asyncio.create_task(send_request(harness.core, SONG, "main")) for _ in range(3)]
    await harness.settle()
    harness.gateways.gate.set()
    ended = await asyncio.gather(*sends, return_exceptions=True)
    assert len(harness.gateway.orders) == 1
    assert sorted(type(end).__name__ for end in ended) == ["DuplicateRequest", "DuplicateRequest", "Submission"]


async def test_requests_sent_together_are_not_duplicates(harness: CoreHarness) -> None:
    ids = ("a", "b", "c")
    ended = await asyncio.gather(
        *(send_request(harness.core, SONG, "main", submission_id=wish, together=ids) for wish in ids)
    )
    assert [row.state for row in ended] == [SubmissionState.ACCEPTED] * 3
    with pytest.raises(DuplicateRequest):
        await send_request(harness.core, SONG, "main", submission_id="d", together=("d", "e"))


async def test_an_older_task_does_not_belong_to_the_new_submission(harness: CoreHarness) -> None:
    """It was fetched long ago: a gateway that returns its id again must not attach its song to the new submission."""
    await harness.core.start()
    harness.gateway.set_task("task-1", TaskStatus.SUCCESS)
    await harness.core.refresh(["task-1"])
    await harness.clock.advance(60)
    ended = await send_request(harness.core, SONG, "main")
    assert ended.state is SubmissionState.UNKNOWN
    kept = await harness.task("task-1")
    assert kept is not None
    assert (kept.status, kept.submission_id) == (TaskStatus.SUCCESS, None)


async def test_a_task_that_ended_before_its_acceptance_stays_ended(harness: CoreHarness) -> None:
    await harness.core.start()
    harness.gateway.gate = asyncio.Event()
    sending = asyncio.create_task(send_request(harness.core, SONG, "main"))
    await harness.settle()
    harness.gateway.set_task("task-1", TaskStatus.SUCCESS)
    await harness.core.refresh(["task-1"])
    harness.gateway.gate.set()
    ended = await sending
    task = await harness.task("task-1")
    assert task is not None
    assert (task.status, task.submission_id) == (TaskStatus.SUCCESS, ended.id)


async def test_an_acceptance_proves_the_token_and_its_task_is_polled(harness: CoreHarness) -> None:
    await harness.put("old")
    harness.gateway.trouble = TokenRejected()
    await harness.core.start()
    await harness.settle()
    asked = len(harness.gateway.asked)
    harness.gateway.trouble = None
    await send_request(harness.core, SONG, "main")
    await harness.clock.advance(60)
    assert len(harness.gateway.asked) > asked + 2
    assert "task-1" in harness.gateway.asked[-1]


async def test_a_retried_submission_is_not_sent_a_third_time(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda _: Unknown(GatewayFailed(charge=Charge.MAYBE))
    first = await send_request(harness.core, SONG, "main")
    harness.gateway.outcome = lambda number: Accepted(f"task-{number}")
    await harness.core.services.unknown_outcomes.retry(first.id)
    with pytest.raises(InvalidRequest, match="accepted"):
        await harness.core.services.unknown_outcomes.retry(first.id)
    assert len(harness.gateway.orders) == 2


async def test_after_a_rejection_it_may_be_sent_again(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda _: Unknown(GatewayFailed(charge=Charge.MAYBE))
    first = await send_request(harness.core, SONG, "main")
    harness.gateway.outcome = lambda _: Rejected(InsufficientBalance())
    await harness.core.services.unknown_outcomes.retry(first.id)
    harness.gateway.outcome = lambda number: Accepted(f"task-{number}")
    again = await harness.core.services.unknown_outcomes.retry(first.id)
    assert again.state is SubmissionState.ACCEPTED
