"""The poller: one batch for all due tasks, the state of the connection, and no error ends it (P1, P4, P5)."""

from __future__ import annotations

import asyncio

import pytest

from sunotui.core.events import ConnectionChanged, ConnectionState, TaskEnded, TaskPlayable, TasksChanged
from sunotui.core.polling import schedule
from sunotui.domain.errors import (
    GatewayFailed,
    NetworkError,
    NotFound,
    RateLimited,
    SunotuiError,
    TokenMissing,
    TokenRejected,
)
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from tests.core.harness import CoreHarness


async def test_unfinished_tasks_are_fetched_in_one_batch_at_the_start(harness: CoreHarness) -> None:
    await harness.put("a", "b", "c")
    await harness.put("old", status=TaskStatus.SUCCESS)
    for task_id in "abc":
        harness.gateway.set_task(task_id, TaskStatus.QUEUED)
    await harness.core.start()
    await harness.settle()
    assert harness.gateway.asked == [["a", "b", "c"]]
    assert harness.connection_state is ConnectionState.ONLINE
    changed = await harness.task("a")
    assert changed is not None
    assert changed.status is TaskStatus.QUEUED


@pytest.mark.guarantee("P4", ordinary="Retry-After, a refused token stops polling, nothing when idle")
async def test_idle_means_only_the_timer_for_external_changes(harness: CoreHarness) -> None:
    await harness.core.start()
    await harness.clock.advance(3_600)
    assert harness.gateway.asked == []
    assert len(harness.clock._sleepers) == 1


async def test_a_task_is_polled_until_it_ends(harness: CoreHarness) -> None:
    await harness.put("a")
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.clock.advance(20.5)
    assert len(harness.gateway.asked) == 5
    clip = Clip("c", title="Gulls", status=ClipStatus.COMPLETE, audio_url="https://x.example/c.mp3")
    harness.gateway.set_task("a", TaskStatus.SUCCESS, clips=(clip,))
    await harness.clock.advance(5)
    ended = harness.published(TaskEnded)
    assert [event.task.title for event in ended if isinstance(event, TaskEnded)] == ["Gulls"]
    asked = len(harness.gateway.asked)
    await harness.clock.advance(1_000)
    assert len(harness.gateway.asked) == asked


async def test_a_task_that_can_be_played_is_reported_once(harness: CoreHarness) -> None:
    """Not for one that ends at once, and not again for the next change of it."""
    await harness.put("a", "b")
    for task_id in "ab":
        harness.gateway.set_task(task_id, TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.settle()
    clip = Clip("c", title="Gulls", status=ClipStatus.STREAMING, audio_url="https://x.example/c.mp3")
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS, clips=(clip,))
    harness.gateway.set_task("b", TaskStatus.SUCCESS, clips=(clip._replace(id="d", status=ClipStatus.COMPLETE),))
    await harness.clock.advance(5)
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS, clips=(clip._replace(title="Gulls again"),))
    await harness.clock.advance(5)
    playable = harness.published(TaskPlayable)
    assert [(event.task.id, event.task.title) for event in playable if isinstance(event, TaskPlayable)] == [
        ("a", "Gulls")
    ]


async def test_an_unchanged_response_reads_and_writes_nothing(
    harness: CoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harness.put("a")
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.clock.advance(1)
    first = await harness.task("a")
    saved: list[object] = []
    update = harness.core.stores.tasks.update
    monkeypatch.setattr(harness.core.stores.tasks, "update", lambda *args: saved.append(args) or update(*args))  # type: ignore[func-returns-value]
    await harness.clock.advance(20)
    assert len(harness.gateway.asked) > 3
    assert saved == []
    await harness.clock.advance(20)
    assert len(saved) == 1
    later = await harness.task("a")
    assert first is not None
    assert first.checked_at is not None
    assert later is not None
    assert later.checked_at is not None
    assert later.checked_at - first.checked_at >= 30.0


async def test_a_poll_reads_the_known_tasks_once(harness: CoreHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    await harness.put("a", "b")
    for task_id in "ab":
        harness.gateway.set_task(task_id, TaskStatus.IN_PROGRESS)
    read: list[list[str]] = []
    tasks = harness.core.stores.tasks.tasks
    await harness.core.start()
    monkeypatch.setattr(harness.core.stores.tasks, "tasks", lambda ids: read.append(list(ids)) or tasks(ids))  # type: ignore[func-returns-value]
    await harness.clock.advance(1)
    assert read == [["a", "b"]]


async def test_a_poll_reads_the_tasks_that_are_absent_once(
    harness: CoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that the feed does not decide about were read before the transaction that writes them, and in it again."""
    await harness.put("a", "b", "c")
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS)
    read: list[list[str]] = []
    tasks = harness.core.stores.tasks.tasks
    await harness.core.start()
    monkeypatch.setattr(harness.core.stores.tasks, "tasks", lambda ids: read.append(list(ids)) or tasks(ids))  # type: ignore[func-returns-value]
    await harness.clock.advance(1)
    assert read == [["a", "b", "c"]]
    missed = [await harness.task(task_id) for task_id in "bc"]
    assert [task.misses for task in missed if task is not None] == [1, 1]
    assert harness.gateway.fed == []


async def test_only_tasks_that_the_feed_decides_about_are_read_again(
    harness: CoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harness.put("a", "b")
    clip = Clip("clip-a", status=ClipStatus.STREAMING)
    harness.gateway.clips = {"clip-a": clip}
    with_clip = await harness.task("a")
    assert with_clip is not None
    await harness.core.storage.run(harness.core.stores.tasks.save, [with_clip._replace(clips=(clip,))])
    read: list[list[str]] = []
    tasks = harness.core.stores.tasks.tasks
    await harness.core.start()
    monkeypatch.setattr(harness.core.stores.tasks, "tasks", lambda ids: read.append(list(ids)) or tasks(ids))  # type: ignore[func-returns-value]
    await harness.clock.advance(1)
    assert read == [["a", "b"], ["a"]]
    assert harness.gateway.fed == [["clip-a"]]
    found = [await harness.task(task_id) for task_id in "ab"]
    assert [(task.misses, task.status) for task in found if task is not None] == [
        (0, TaskStatus.IN_PROGRESS),
        (1, TaskStatus.SUBMITTED),
    ]


async def test_a_task_missing_in_one_response_is_not_counted_further(harness: CoreHarness) -> None:
    await harness.put("a", "b")
    for task_id in "ab":
        harness.gateway.set_task(task_id, TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.clock.advance(1)
    report = harness.gateway.reports.pop("a")
    await harness.clock.advance(5)
    missed = await harness.task("a")
    assert missed is not None
    assert missed.misses == 1
    harness.gateway.reports["a"] = report
    await harness.clock.advance(5)
    back = await harness.task("a")
    assert back is not None
    assert back.misses == 0


async def test_an_unchanged_response_publishes_nothing(harness: CoreHarness) -> None:
    await harness.put("a")
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.clock.advance(1)
    before = len(harness.published(TasksChanged))
    await harness.clock.advance(30)
    assert len(harness.gateway.asked) > 4
    assert len(harness.published(TasksChanged)) == before


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (GatewayFailed(), ConnectionState.FAILING),
        (NetworkError(), ConnectionState.OFFLINE),
        (NotFound(), ConnectionState.FAILING),
        (RuntimeError("anything"), ConnectionState.FAILING),
        (RecursionError(), ConnectionState.FAILING),
    ],
)
async def test_an_error_is_published_and_polling_resumes_after_a_pause(
    harness: CoreHarness, error: Exception, line: ConnectionState
) -> None:
    await harness.put("a")
    harness.gateway.error = error
    await harness.core.start()
    await harness.settle()
    assert harness.connection_state is line
    await harness.clock.advance(600)
    assert 8 <= len(harness.gateway.asked) <= 40
    harness.gateway.error = None
    harness.gateway.set_task("a", TaskStatus.SUCCESS)
    await harness.clock.advance(61)
    assert harness.connection_state is ConnectionState.ONLINE
    done = await harness.task("a")
    assert done is not None
    assert done.status is TaskStatus.SUCCESS


@pytest.mark.guarantee("P4")
async def test_retry_after_is_honoured(harness: CoreHarness) -> None:
    await harness.put("a")
    harness.gateway.error = RateLimited(retry_after_s=120)
    await harness.core.start()
    await harness.clock.advance(119)
    assert len(harness.gateway.asked) == 1
    await harness.clock.advance(2)
    assert len(harness.gateway.asked) == 2


@pytest.mark.guarantee("P4")
@pytest.mark.parametrize(
    ("error", "line"), [(TokenRejected(), ConnectionState.REFUSED), (TokenMissing(), ConnectionState.NO_TOKEN)]
)
async def test_a_rejected_token_stops_polling_until_the_user_acts(
    harness: CoreHarness, error: TokenRejected | TokenMissing, line: ConnectionState
) -> None:
    await harness.put("a")
    harness.gateway.error = error
    await harness.core.start()
    await harness.clock.advance(3_600)
    assert len(harness.gateway.asked) == 1
    assert harness.connection_state is line
    harness.gateway.error = None
    harness.gateway.set_task("a", TaskStatus.SUCCESS)
    harness.core.services.pollers.resume()
    await harness.settle()
    assert harness.connection_state is ConnectionState.ONLINE


@pytest.mark.parametrize("is_cut", [False, True], ids=["refused at once", "refused within a batch"])
@pytest.mark.parametrize("failure", [GatewayFailed(), NetworkError(), RateLimited(retry_after_s=45)], ids=str)
async def test_another_error_of_a_refresh_resumes_polling(
    harness: CoreHarness, failure: SunotuiError, is_cut: bool
) -> None:
    """Regression: such a refresh ended the stop without waking the loop, which then slept forever without a timer."""
    await harness.put("a", "b")
    for task_id in "ab":
        harness.gateway.set_task(task_id, TaskStatus.QUEUED)
    if is_cut:
        harness.gateway.cut_after, harness.gateway.cut_by = 1, TokenRejected()
    else:
        harness.gateway.error = TokenRejected()
    await harness.core.start()
    await harness.clock.advance(12)
    assert harness.connection_state is ConnectionState.REFUSED
    harness.gateway.cut_by, harness.gateway.error = None, failure
    with pytest.raises(type(failure)):
        await harness.core.refresh(["a"])
    harness.gateway.error = None
    await harness.clock.advance(46)
    assert "b" in harness.gateway.asked[-1]
    assert harness.connection_state is ConnectionState.ONLINE


async def test_a_refresh_that_is_rejected_again_leaves_polling_stopped(harness: CoreHarness) -> None:
    await harness.put("a", "b")
    harness.gateway.error = TokenRejected()
    await harness.core.start()
    await harness.settle()
    with pytest.raises(TokenRejected):
        await harness.core.refresh(["a"])
    await harness.clock.advance(3_600)
    assert harness.gateway.asked == [["a", "b"], ["a"]]
    assert harness.connection_state is ConnectionState.REFUSED


async def test_a_successful_refresh_after_a_rejection_resumes_polling(harness: CoreHarness) -> None:
    """Regression: only the beginning of a refresh ended the stop: the connection was good, but nothing was polled."""
    await harness.put("a", "b")
    for task_id in "ab":
        harness.gateway.set_task(task_id, TaskStatus.QUEUED)
    harness.gateways.gate = asyncio.Event()
    harness.gateway.next_error = TokenRejected()
    await harness.core.start()
    await harness.settle()
    refresh = asyncio.create_task(harness.core.refresh(["a"]))
    await harness.settle()
    harness.gateways.gate.set()
    await refresh
    assert harness.connection_state is ConnectionState.ONLINE
    await harness.clock.advance(6)
    assert "b" in harness.gateway.asked[-1]
    queued = await harness.task("b")
    assert queued is not None
    assert queued.status is TaskStatus.QUEUED


@pytest.mark.parametrize(
    ("error", "again_after"),
    [(RateLimited(retry_after_s=300), 300.0), (TokenRejected(), None)],
    ids=["busy", "refused"],
)
async def test_the_result_of_a_refresh_counts_for_the_waiting_batch(
    harness: CoreHarness, error: SunotuiError, again_after: float | None
) -> None:
    """Regression: a batch was selected before it waited for the request in flight."""
    await harness.put("a", "b")
    for task_id in "ab":
        harness.gateway.set_task(task_id, TaskStatus.QUEUED)
    await harness.core.start()
    await harness.settle()
    harness.gateways.gate = asyncio.Event()
    refresh = asyncio.create_task(harness.core.refresh(["a"]))
    await harness.clock.advance(6)
    harness.gateway.error = error
    harness.gateways.gate.set()
    with pytest.raises(type(error)):
        await refresh
    await harness.clock.advance(290)
    assert harness.gateway.asked == [["a", "b"], ["a"]]
    await harness.clock.advance(12)
    assert len(harness.gateway.asked) == (2 if again_after is None else 3)


async def test_repeated_refreshes_poll_all_tasks(harness: CoreHarness) -> None:
    """Regression: the key made all tasks equally due: the first ones were always polled first, and the last ones
    never."""
    ids = [f"t{number:03}" for number in range(600)]
    await harness.put(*ids)
    for task_id in ids:
        harness.gateway.set_task(task_id, TaskStatus.QUEUED)
    harness.gateway.requests = 10
    await harness.core.start()
    for _ in range(12):
        await harness.clock.advance(4)
        harness.core.services.pollers.resume()
    await harness.settle()
    assert {task_id for batch in harness.gateway.asked for task_id in batch} == set(ids)


async def test_a_missing_task_is_finally_lost_and_not_failed(harness: CoreHarness) -> None:
    await harness.put("a")
    await harness.core.start()
    await harness.clock.advance(300)
    absent = await harness.task("a")
    assert absent is not None
    assert not absent.status.is_final
    await harness.clock.advance(1_200)
    lost = await harness.task("a")
    assert lost is not None
    assert lost.status is TaskStatus.LOST


@pytest.mark.guarantee("P2", ordinary="an unreadable task is polled rarely and hides no other")
async def test_an_unreadable_task_is_polled_slowly_and_hides_no_others(harness: CoreHarness) -> None:
    await harness.put("bad", "good")
    harness.gateway.unreadable = {"bad"}
    harness.gateway.set_task("good", TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.clock.advance(schedule.STALLED_S - 10)
    assert sum("bad" in ids for ids in harness.gateway.asked) == 1
    assert sum("good" in ids for ids in harness.gateway.asked) > 10
    await harness.clock.advance(40)
    assert sum("bad" in ids for ids in harness.gateway.asked) == 2


async def test_refresh_adds_tasks_made_elsewhere_and_polls_them(harness: CoreHarness) -> None:
    await harness.core.start()
    harness.gateway.set_task("elsewhere", TaskStatus.IN_PROGRESS)
    found = await harness.core.refresh(["elsewhere", "nowhere"])
    assert [task.id for task in found] == ["elsewhere"]
    assert TasksChanged(("elsewhere",)) in harness.events
    await harness.clock.advance(6)
    assert harness.gateway.asked[-1] == ["elsewhere"]


@pytest.mark.guarantee("P5", ordinary="no burst after a jump")
async def test_a_wall_clock_that_jumps_causes_no_burst(harness: CoreHarness) -> None:
    await harness.put("a")
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.clock.advance(10)
    asked = len(harness.gateway.asked)
    for jump in (3_600.0, -7_200.0, 3.2e8, -6.4e8):
        harness.clock._wall += jump
        await harness.settle()
    assert len(harness.gateway.asked) == asked
    await harness.clock.advance(5.5)
    assert len(harness.gateway.asked) <= asked + 2


async def test_twenty_songs_cost_few_requests(harness: CoreHarness) -> None:
    """B9 of the targets: a fixed 5 s loop with one id per request would send 20 x 26 requests for songs of 130 s."""
    await harness.put(*(f"t{number}" for number in range(20)))
    for number in range(20):
        harness.gateway.set_task(f"t{number}", TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.clock.advance(130)
    assert len(harness.gateway.asked) <= 20 * 26 / 25


async def test_the_connection_has_the_time_of_the_last_response(harness: CoreHarness) -> None:
    await harness.put("a")
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.settle()
    last_at = harness.clock.now()
    harness.gateway.error = NetworkError()
    await harness.clock.advance(6)
    line = harness.core.connection()
    assert isinstance(line, ConnectionChanged)
    assert (line.state, line.answered_at) == (ConnectionState.OFFLINE, last_at)


async def test_an_unexpected_error_is_logged_and_not_printed(
    harness: CoreHarness, capfd: pytest.CaptureFixture[str]
) -> None:
    await harness.put("a")
    harness.gateway.error = ZeroDivisionError("sk-CANARY-9f8e7d")
    await harness.core.start()
    await harness.clock.advance(10)
    log = harness.core.paths.event_log.read_text()
    assert "unexpected error" in log
    assert "ZeroDivisionError" in log
    assert "CANARY" not in log
    assert "".join(capfd.readouterr()) == ""


async def test_a_lost_task_is_no_longer_polled(harness: CoreHarness, rare_beat: None) -> None:
    await harness.put("a")
    await harness.core.start()
    await harness.clock.advance(1_500)
    lost = await harness.task("a")
    assert lost is not None
    assert lost.status is TaskStatus.LOST
    asked = len(harness.gateway.asked)
    await harness.clock.advance(36_000)
    assert len(harness.gateway.asked) == asked
    assert len(harness.clock._sleepers) == 1, "an idle watch holds no timer"


async def test_ids_that_a_batch_did_not_request_are_requested_later(harness: CoreHarness) -> None:
    await harness.put("a", "b")
    harness.gateway.set_task("a", TaskStatus.QUEUED)
    harness.gateway.set_task("b", TaskStatus.QUEUED)
    harness.gateway.cut_after, harness.gateway.cut_by = 1, RateLimited(retry_after_s=300)
    await harness.core.start()
    await harness.settle()
    assert harness.connection_state is ConnectionState.FAILING
    first, second = await harness.task("a"), await harness.task("b")
    assert first is not None
    assert second is not None
    assert (first.status, second.status) == (TaskStatus.QUEUED, TaskStatus.SUBMITTED)
    await harness.clock.advance(299)
    assert len(harness.gateway.asked) == 1
    harness.gateway.cut_by = None
    await harness.clock.advance(2)
    assert "b" in harness.gateway.asked[-1]
    assert harness.connection_state is ConnectionState.ONLINE


async def test_an_incomplete_refresh_raises_and_saves_what_it_got(harness: CoreHarness) -> None:
    await harness.core.start()
    harness.gateway.set_task("a", TaskStatus.QUEUED)
    harness.gateway.cut_after, harness.gateway.cut_by = 1, RateLimited()
    with pytest.raises(RateLimited):
        await harness.core.refresh(["a", "b"])
    assert await harness.task("a") is not None


async def test_every_request_of_a_halved_batch_uses_the_budget(harness: CoreHarness) -> None:
    await harness.put("a")
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS)
    harness.gateway.requests = 20
    await harness.core.start()
    await harness.clock.advance(15)
    # Twenty at once leave a debt of ten, and each further request takes two seconds.
    assert len(harness.gateway.asked) == 1
    await harness.clock.advance(10)
    assert len(harness.gateway.asked) == 2


async def test_a_token_accepted_elsewhere_resumes_polling(harness: CoreHarness) -> None:
    """It is stopped without a timer, so nothing else would wake it."""
    await harness.put("a")
    harness.gateway.next_error = TokenRejected()
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.clock.advance(3_600)
    assert len(harness.gateway.asked) == 1
    harness.core.services.pollers.of("main").trust_token()
    await harness.clock.advance(6)
    assert len(harness.gateway.asked) > 1
    assert harness.connection_state is ConnectionState.ONLINE


async def test_after_a_failed_refresh_retry_after_is_honoured(harness: CoreHarness) -> None:
    await harness.put("a")
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.clock.advance(1)
    harness.gateway.next_error = RateLimited(retry_after_s=300)
    with pytest.raises(RateLimited):
        await harness.core.refresh(["a"])
    assert harness.connection_state is ConnectionState.FAILING
    asked = len(harness.gateway.asked)
    await harness.clock.advance(299)
    assert len(harness.gateway.asked) == asked
    await harness.clock.advance(2)
    assert len(harness.gateway.asked) == asked + 1
    assert harness.connection_state is ConnectionState.ONLINE


CLIP = Clip("c", status=ClipStatus.STREAMING)


@pytest.mark.parametrize(
    ("facts", "is_event"),
    [
        ({"clips": (CLIP,)}, True),
        ({"lyrics": Lyrics("Rain", "one line")}, True),
        ({"kind": TaskKind.LYRICS}, True),
        ({"fail_reason": "slow"}, True),
        ({"progress": "50%"}, True),
        ({"started_at": 5.0}, True),
        ({"finished_at": 6.0}, True),
        ({"submitted_at": 4.0}, False),
        ({"charged_quota": 5.0}, False),
        ({}, False),
    ],
    ids=lambda facts: next(iter(facts), "nothing") if isinstance(facts, dict) else None,
)
async def test_a_change_is_published_only_if_a_screen_shows_it(
    harness: CoreHarness, facts: dict[str, object], is_event: bool
) -> None:
    await harness.put("a")
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.clock.advance(1)
    reported = len(harness.published(TasksChanged))
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS, **facts)
    await harness.clock.advance(6)
    assert len(harness.published(TasksChanged)) == reported + is_event


async def test_another_clip_of_a_known_task_is_published_and_saved(harness: CoreHarness) -> None:
    await harness.put("a")
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS, clips=(CLIP,))
    await harness.core.start()
    await harness.clock.advance(1)
    reported = len(harness.published(TasksChanged))
    harness.gateway.set_task(
        "a", TaskStatus.IN_PROGRESS, clips=(Clip("c", title="Gulls", status=ClipStatus.STREAMING),)
    )
    await harness.clock.advance(6)
    assert len(harness.published(TasksChanged)) == reported + 1
    task = await harness.task("a")
    assert task is not None
    assert task.title == "Gulls"
