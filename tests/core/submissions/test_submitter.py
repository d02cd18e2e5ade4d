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
from tests.support.sending import send_request

SONG = MusicRequest(description="rain on a tin roof", model="chirp-v4")


async def test_an_acceptance_is_saved_then_published_then_polled(bench: CoreHarness) -> None:
    await bench.core.start()
    seen: list[object] = []

    def look(event: object) -> None:
        if isinstance(event, TasksChanged):
            seen.append(bench.core.storage.call(bench.core.stores.tasks.task, event.ids[0]))

    bench.core.events.subscribe(look)
    ended = await send_request(bench.core, SONG, "main")
    assert (ended.state, ended.task_id) == (SubmissionState.ACCEPTED, "task-1")
    assert seen
    assert seen[0] is not None
    task = await bench.task("task-1")
    assert task is not None
    assert (task.kind, task.status, task.title) == (TaskKind.MUSIC, TaskStatus.SUBMITTED, "rain on a tin roof")
    bench.gateway.tell("task-1", TaskStatus.SUCCESS)
    await bench.clock.advance(6)
    assert ["task-1"] in bench.gateway.asked


async def test_the_journal_has_the_texts_as_sent(bench: CoreHarness) -> None:
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
    row = await send_request(bench.core, asked, "main")
    assert row.request == bare
    assert row.body == build_payload(bare).body
    with pytest.raises(DuplicateRequest):
        await send_request(bench.core, bare, "main")
    stems = DerivedRequest("mashup", ends.format("c1"), more_clip_ids=(ends.format("c2"),), style=ends.format("pop"))
    assert trimmed(stems) == DerivedRequest("mashup", "c1", more_clip_ids=("c2",), style="pop")
    assert trimmed(UploadFileRequest(" /a\u200b.mp3\u200b ")) == UploadFileRequest("/a\u200b.mp3\u200b")


async def test_a_nul_at_an_end_is_rejected(bench: CoreHarness) -> None:
    with pytest.raises(InvalidRequest, match=r"U\+0000"):
        await send_request(bench.core, replace(SONG, description="rain\0"), "main")


@pytest.mark.guarantee("S1", ordinary="one submission id used fifty times at once")
async def test_the_same_id_fifty_times_sends_once(bench: CoreHarness) -> None:
    ended = await asyncio.gather(*(send_request(bench.core, SONG, "main", submission_id="one-wish") for _ in range(50)))
    assert len(bench.gateway.orders) == 1
    assert {row.task_id for row in ended} == {"task-1"}
    again = await send_request(bench.core, SONG, "main", submission_id="one-wish")
    assert again.task_id == "task-1"
    assert len(bench.gateway.orders) == 1


async def test_a_duplicate_within_ten_minutes_is_rejected(bench: CoreHarness) -> None:
    await send_request(bench.core, SONG, "main")
    with pytest.raises(DuplicateRequest):
        await send_request(bench.core, SONG, "main")
    await send_request(bench.core, SONG, "main", is_again=True)
    await bench.clock.advance(601)
    await send_request(bench.core, SONG, "main")
    assert len(bench.gateway.orders) == 3


async def test_a_rejection_has_a_reason_and_no_task(bench: CoreHarness) -> None:
    bench.gateway.outcome = lambda _: Rejected(InsufficientBalance(http_status=402, request_id="req-1"), "{}")
    ended = await send_request(bench.core, SONG, "main")
    assert ended.state is SubmissionState.REJECTED
    assert ended.request_id == "req-1"
    assert "money" in ended.trouble
    assert await bench.core.storage.run(bench.core.stores.tasks.unfinished) == []
    await send_request(bench.core, SONG, "main")


async def test_unknown_stays_until_the_user_decides(bench: CoreHarness) -> None:
    bench.gateway.outcome = lambda _: Unknown(GatewayFailed(charge=Charge.MAYBE, http_status=502), "<html>")
    first = await send_request(bench.core, SONG, "main")
    assert first.state is SubmissionState.UNKNOWN
    assert "may have been charged" in first.trouble
    with pytest.raises(DuplicateRequest):
        await send_request(bench.core, SONG, "main")
    with pytest.raises(NotFound):
        await bench.core.services.unknown_outcomes.resolve(first.id, "not-there")
    bench.gateway.tell("was-there", TaskStatus.IN_PROGRESS)
    adopted = await bench.core.services.unknown_outcomes.resolve(first.id, "was-there")
    assert (adopted.state, adopted.task_id) == (SubmissionState.ACCEPTED, "was-there")
    task = await bench.task("was-there")
    assert task is not None
    assert task.submission_id == first.id
    with pytest.raises(InvalidRequest):
        await bench.core.services.unknown_outcomes.give_up(first.id)


async def test_a_task_of_another_submission_is_not_found_twice(bench: CoreHarness) -> None:
    await send_request(bench.core, SONG, "main")
    bench.gateway.tell("task-1", TaskStatus.IN_PROGRESS)
    bench.gateway.outcome = lambda _: Unknown(GatewayFailed(charge=Charge.MAYBE), "")
    lost = await send_request(bench.core, SONG, "main", is_again=True)
    with pytest.raises(InvalidRequest, match="another submission"):
        await bench.core.services.unknown_outcomes.resolve(lost.id, "task-1")


async def test_an_unknown_can_be_given_up_or_sent_again(bench: CoreHarness) -> None:
    bench.gateway.outcome = lambda _: Unknown(GatewayFailed(charge=Charge.MAYBE), "")
    first = await send_request(bench.core, SONG, "main")
    second = await bench.core.services.unknown_outcomes.retry(first.id)
    assert second.retry_of == first.id
    assert second.id != first.id
    assert (await bench.core.services.unknown_outcomes.give_up(first.id)).state is SubmissionState.DROPPED
    assert len(bench.gateway.orders) == 2


async def test_without_a_token_nothing_is_journalled(bench: CoreHarness) -> None:
    bench.gateways.trouble = TokenMissing()
    with pytest.raises(TokenMissing):
        await send_request(bench.core, SONG, "main")
    assert await bench.core.reader.submissions() == []


async def test_an_invalid_request_is_not_journalled(bench: CoreHarness) -> None:
    with pytest.raises(InvalidRequest):
        await send_request(bench.core, LyricsRequest("  "), "main")
    assert await bench.core.reader.submissions() == []
    assert bench.gateway.orders == []


async def test_an_unsupported_chosen_model_is_rejected_before_journalling(bench: CoreHarness) -> None:
    remaster = DerivedRequest("remaster", "c", variation="normal")
    bench.gateway.found = Capabilities(models=("chirp-v3-5",))
    await bench.core.services.capabilities.probe("main")
    with pytest.raises(InvalidRequest, match=r"v3\.5 has no remaster"):
        await send_request(bench.core, remaster, "main")
    assert await bench.core.reader.submissions() == []
    assert bench.gateway.orders == []


@pytest.mark.guarantee("S8", ordinary="a journal that cannot be written")
async def test_with_an_unwritable_journal_nothing_is_sent(bench: CoreHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise LibraryError("The disk is full") from OSError(28, "No space left on device")

    monkeypatch.setattr(bench.core.stores.journal._db, "write", full)
    with pytest.raises(JournalWriteError):
        await send_request(bench.core, SONG, "main")
    assert bench.gateway.orders == []


async def test_cancelling_the_caller_does_not_lose_the_response(bench: CoreHarness) -> None:
    bench.gateway.gate = asyncio.Event()
    caller = asyncio.create_task(send_request(bench.core, SONG, "main", submission_id="w"))
    await bench.settle()
    assert bench.core.services.submitter.in_flight == 1
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    assert await bench.core.services.submitter.drain(0.01) is False
    bench.gateway.gate.set()
    assert await bench.core.services.submitter.drain(5) is True
    row = await bench.core.storage.run(bench.core.stores.journal.reader.get, "w")
    assert row is not None
    assert row.state is SubmissionState.ACCEPTED


async def test_only_a_few_are_in_flight_at_a_time(bench: CoreHarness) -> None:
    bench.gateway.gate = asyncio.Event()
    sends = [
        asyncio.create_task(send_request(bench.core, SONG, "main", submission_id=f"w{n}", is_again=True))
        for n in range(MAX_IN_FLIGHT + 3)
    ]
    await bench.settle()
    assert len(bench.gateway.orders) == MAX_IN_FLIGHT
    bench.gateway.gate.set()
    ended = await asyncio.gather(*sends)
    assert len(bench.gateway.orders) == MAX_IN_FLIGHT + 3
    assert all(row.state is SubmissionState.ACCEPTED for row in ended)


async def test_every_step_is_published(bench: CoreHarness) -> None:
    await send_request(bench.core, SONG, "main")
    states = [event.submission.state for event in bench.events if isinstance(event, SubmissionChanged)]
    assert states == [SubmissionState.SENDING, SubmissionState.ACCEPTED]


async def test_the_status_of_an_acceptance_is_saved(bench: CoreHarness) -> None:
    bench.gateway.outcome = lambda _: Accepted("task-1", http_status=202)
    ended = await send_request(bench.core, SONG, "main")
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
    bench: CoreHarness, request_: Request, outcome: Outcome, expected: tuple[object, ...]
) -> None:
    bench.gateway.delivers = False
    bench.gateway.outcome = lambda _: outcome
    ended = await send_request(bench.core, request_, "main")
    kept = await bench.core.storage.run(bench.core.stores.journal.reader.get, ended.id)
    assert kept == ended
    found = (ended.state, ended.task_id, ended.request_id, ended.http_status, ended.answer)
    assert (*found, ended.task_hints, ended.result) == expected
    assert ("may have been charged" in ended.trouble) == (ended.state is SubmissionState.UNKNOWN)


async def test_a_used_id_leaves_an_unknown_outcome_with_all_data(bench: CoreHarness) -> None:
    bench.gateway.outcome = lambda _: Accepted("the-same", request_id="r", answer="{ok}", http_status=202)
    await send_request(bench.core, SONG, "main")
    taken = await send_request(bench.core, replace(SONG, description="snow"), "main")
    assert (taken.state, taken.task_id) == (SubmissionState.UNKNOWN, None)
    assert (taken.request_id, taken.http_status, taken.answer) == ("r", 202, "{ok}")
    assert (taken.trouble_kind, "may have been charged" in taken.trouble) == ("answer_unreadable", True)


async def test_a_task_of_another_submission_is_never_replaced(bench: CoreHarness) -> None:
    """A gateway reuses ids after a reset; the song that already has the id was paid for, too."""
    bench.gateway.outcome = lambda _: Accepted("the-same")
    await bench.core.start()
    first = await send_request(bench.core, SONG, "main")
    second = await send_request(bench.core, replace(SONG, description="snow"), "main")
    assert (first.state, second.state) == (SubmissionState.ACCEPTED, SubmissionState.UNKNOWN)
    assert "the-same" in second.trouble
    kept = await bench.task("the-same")
    assert kept is not None
    assert (kept.submission_id, kept.title) == (first.id, "rain on a tin roof")


async def test_a_task_fetched_before_its_acceptance_belongs_to_the_submission(bench: CoreHarness) -> None:
    await bench.core.start()
    bench.gateway.tell("task-1", TaskStatus.QUEUED)
    await bench.core.refresh(["task-1"])
    ended = await send_request(bench.core, SONG, "main")
    assert (ended.state, ended.task_id) == (SubmissionState.ACCEPTED, "task-1")
    task = await bench.task("task-1")
    assert task is not None
    assert task.submission_id == ended.id


async def test_a_duplicate_while_waiting_for_the_token_is_sent_once(bench: CoreHarness) -> None:
    """Both search for a duplicate before either is in the journal: the check in the writing transaction counts."""
    bench.gateways.gate = asyncio.Event()
    sends = [asyncio.create_task(send_request(bench.core, SONG, "main")) for _ in range(3)]
    await bench.settle()
    bench.gateways.gate.set()
    ended = await asyncio.gather(*sends, return_exceptions=True)
    assert len(bench.gateway.orders) == 1
    assert sorted(type(end).__name__ for end in ended) == ["DuplicateRequest", "DuplicateRequest", "Submission"]


async def test_requests_sent_together_are_no_duplicates(bench: CoreHarness) -> None:
    ids = ("a", "b", "c")
    ended = await asyncio.gather(
        *(send_request(bench.core, SONG, "main", submission_id=wish, together=ids) for wish in ids)
    )
    assert [row.state for row in ended] == [SubmissionState.ACCEPTED] * 3
    with pytest.raises(DuplicateRequest):
        await send_request(bench.core, SONG, "main", submission_id="d", together=("d", "e"))


async def test_an_older_task_does_not_belong_to_the_new_submission(bench: CoreHarness) -> None:
    """It was fetched long ago: a gateway that returns its id again must not attach its song to the new submission."""
    await bench.core.start()
    bench.gateway.tell("task-1", TaskStatus.SUCCESS)
    await bench.core.refresh(["task-1"])
    await bench.clock.advance(60)
    ended = await send_request(bench.core, SONG, "main")
    assert ended.state is SubmissionState.UNKNOWN
    kept = await bench.task("task-1")
    assert kept is not None
    assert (kept.status, kept.submission_id) == (TaskStatus.SUCCESS, None)


async def test_a_task_that_ended_before_its_acceptance_stays_ended(bench: CoreHarness) -> None:
    await bench.core.start()
    bench.gateway.gate = asyncio.Event()
    sending = asyncio.create_task(send_request(bench.core, SONG, "main"))
    await bench.settle()
    bench.gateway.tell("task-1", TaskStatus.SUCCESS)
    await bench.core.refresh(["task-1"])
    bench.gateway.gate.set()
    ended = await sending
    task = await bench.task("task-1")
    assert task is not None
    assert (task.status, task.submission_id) == (TaskStatus.SUCCESS, ended.id)


async def test_an_acceptance_proves_the_token_and_its_task_is_polled(bench: CoreHarness) -> None:
    await bench.put("old")
    bench.gateway.trouble = TokenRejected()
    await bench.core.start()
    await bench.settle()
    asked = len(bench.gateway.asked)
    bench.gateway.trouble = None
    await send_request(bench.core, SONG, "main")
    await bench.clock.advance(60)
    assert len(bench.gateway.asked) > asked + 2
    assert "task-1" in bench.gateway.asked[-1]


async def test_a_retried_submission_is_not_sent_a_third_time(bench: CoreHarness) -> None:
    bench.gateway.outcome = lambda _: Unknown(GatewayFailed(charge=Charge.MAYBE))
    first = await send_request(bench.core, SONG, "main")
    bench.gateway.outcome = lambda number: Accepted(f"task-{number}")
    await bench.core.services.unknown_outcomes.retry(first.id)
    with pytest.raises(InvalidRequest, match="accepted"):
        await bench.core.services.unknown_outcomes.retry(first.id)
    assert len(bench.gateway.orders) == 2


async def test_after_a_rejection_it_may_be_sent_again(bench: CoreHarness) -> None:
    bench.gateway.outcome = lambda _: Unknown(GatewayFailed(charge=Charge.MAYBE))
    first = await send_request(bench.core, SONG, "main")
    bench.gateway.outcome = lambda _: Rejected(InsufficientBalance())
    await bench.core.services.unknown_outcomes.retry(first.id)
    bench.gateway.outcome = lambda number: Accepted(f"task-{number}")
    again = await bench.core.services.unknown_outcomes.retry(first.id)
    assert again.state is SubmissionState.ACCEPTED
