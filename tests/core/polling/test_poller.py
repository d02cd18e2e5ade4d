"""The poller: one batch for all due tasks, the state of the connection, and no error ends it (P1, P4, P5)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from sunotui.core.events import ConnectionChanged, ConnectionState, TaskEnded, TasksChanged
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


def line_of(bench: CoreHarness) -> ConnectionState:
    line = bench.core.connection()
    assert line is not None
    return line.state


async def test_unfinished_tasks_are_fetched_in_one_batch_at_the_start(bench: CoreHarness) -> None:
    await bench.put("a", "b", "c")
    await bench.put("old", status=TaskStatus.SUCCESS)
    for task_id in "abc":
        bench.gateway.tell(task_id, TaskStatus.QUEUED)
    await bench.core.start()
    await bench.settle()
    assert bench.gateway.asked == [["a", "b", "c"]]
    assert line_of(bench) is ConnectionState.ONLINE
    changed = await bench.task("a")
    assert changed is not None
    assert changed.status is TaskStatus.QUEUED


@pytest.mark.guarantee("P4", ordinary="Retry-After, a refused token stops polling, nothing when idle")
async def test_idle_means_only_the_timer_for_external_changes(bench: CoreHarness) -> None:
    await bench.core.start()
    await bench.clock.advance(3_600)
    assert bench.gateway.asked == []
    assert len(bench.clock._sleepers) == 1


async def test_a_task_is_polled_until_it_ends(bench: CoreHarness) -> None:
    await bench.put("a")
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS)
    await bench.core.start()
    await bench.clock.advance(20.5)
    assert len(bench.gateway.asked) == 5
    clip = Clip("c", title="Gulls", status=ClipStatus.COMPLETE, audio_url="https://x.example/c.mp3")
    bench.gateway.tell("a", TaskStatus.SUCCESS, clips=(clip,))
    await bench.clock.advance(5)
    ended = bench.published(TaskEnded)
    assert [event.task.title for event in ended if isinstance(event, TaskEnded)] == ["Gulls"]
    asked = len(bench.gateway.asked)
    await bench.clock.advance(1_000)
    assert len(bench.gateway.asked) == asked


async def test_an_unchanged_response_reads_and_writes_nothing(
    bench: CoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.put("a")
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS)
    await bench.core.start()
    await bench.clock.advance(1)
    first = await bench.task("a")
    saved: list[object] = []
    update = bench.core.stores.tasks.update
    monkeypatch.setattr(bench.core.stores.tasks, "update", lambda *args: saved.append(args) or update(*args))  # type: ignore[func-returns-value]
    await bench.clock.advance(20)
    assert len(bench.gateway.asked) > 3
    assert saved == []
    await bench.clock.advance(20)
    assert len(saved) == 1
    later = await bench.task("a")
    assert first is not None
    assert first.checked_at is not None
    assert later is not None
    assert later.checked_at is not None
    assert later.checked_at - first.checked_at >= 30.0


async def test_a_poll_reads_the_known_tasks_once(bench: CoreHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    await bench.put("a", "b")
    for task_id in "ab":
        bench.gateway.tell(task_id, TaskStatus.IN_PROGRESS)
    read: list[list[str]] = []
    tasks = bench.core.stores.tasks.tasks
    await bench.core.start()
    monkeypatch.setattr(bench.core.stores.tasks, "tasks", lambda ids: read.append(list(ids)) or tasks(ids))  # type: ignore[func-returns-value]
    await bench.clock.advance(1)
    assert read == [["a", "b"]]


async def test_a_poll_reads_the_tasks_that_are_absent_once(bench: CoreHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that the feed does not decide about were read before the transaction that writes them, and in it again."""
    await bench.put("a", "b", "c")
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS)
    read: list[list[str]] = []
    tasks = bench.core.stores.tasks.tasks
    await bench.core.start()
    monkeypatch.setattr(bench.core.stores.tasks, "tasks", lambda ids: read.append(list(ids)) or tasks(ids))  # type: ignore[func-returns-value]
    await bench.clock.advance(1)
    assert read == [["a", "b", "c"]]
    missed = [await bench.task(task_id) for task_id in "bc"]
    assert [task.misses for task in missed if task is not None] == [1, 1]
    assert bench.gateway.fed == []


async def test_only_the_tasks_that_the_feed_decides_about_are_read_again_after_it(
    bench: CoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.put("a", "b")
    clip = Clip("clip-a", status=ClipStatus.STREAMING)
    bench.gateway.clips = {"clip-a": clip}
    with_clip = await bench.task("a")
    assert with_clip is not None
    await bench.core.storage.run(bench.core.stores.tasks.save, [replace(with_clip, clips=(clip,))])
    read: list[list[str]] = []
    tasks = bench.core.stores.tasks.tasks
    await bench.core.start()
    monkeypatch.setattr(bench.core.stores.tasks, "tasks", lambda ids: read.append(list(ids)) or tasks(ids))  # type: ignore[func-returns-value]
    await bench.clock.advance(1)
    assert read == [["a", "b"], ["a"]]
    assert bench.gateway.fed == [["clip-a"]]
    found = [await bench.task(task_id) for task_id in "ab"]
    assert [(task.misses, task.status) for task in found if task is not None] == [
        (0, TaskStatus.IN_PROGRESS),
        (1, TaskStatus.SUBMITTED),
    ]


async def test_a_task_missing_in_one_response_is_not_counted_further(bench: CoreHarness) -> None:
    await bench.put("a", "b")
    for task_id in "ab":
        bench.gateway.tell(task_id, TaskStatus.IN_PROGRESS)
    await bench.core.start()
    await bench.clock.advance(1)
    report = bench.gateway.reports.pop("a")
    await bench.clock.advance(5)
    missed = await bench.task("a")
    assert missed is not None
    assert missed.misses == 1
    bench.gateway.reports["a"] = report
    await bench.clock.advance(5)
    back = await bench.task("a")
    assert back is not None
    assert back.misses == 0


async def test_an_unchanged_response_publishes_nothing(bench: CoreHarness) -> None:
    await bench.put("a")
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS)
    await bench.core.start()
    await bench.clock.advance(1)
    before = len(bench.published(TasksChanged))
    await bench.clock.advance(30)
    assert len(bench.gateway.asked) > 4
    assert len(bench.published(TasksChanged)) == before


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
    bench: CoreHarness, error: Exception, line: ConnectionState
) -> None:
    await bench.put("a")
    bench.gateway.trouble = error
    await bench.core.start()
    await bench.settle()
    assert line_of(bench) is line
    await bench.clock.advance(600)
    assert 8 <= len(bench.gateway.asked) <= 40
    bench.gateway.trouble = None
    bench.gateway.tell("a", TaskStatus.SUCCESS)
    await bench.clock.advance(61)
    assert line_of(bench) is ConnectionState.ONLINE
    done = await bench.task("a")
    assert done is not None
    assert done.status is TaskStatus.SUCCESS


@pytest.mark.guarantee("P4")
async def test_retry_after_is_honoured(bench: CoreHarness) -> None:
    await bench.put("a")
    bench.gateway.trouble = RateLimited(retry_after_s=120)
    await bench.core.start()
    await bench.clock.advance(119)
    assert len(bench.gateway.asked) == 1
    await bench.clock.advance(2)
    assert len(bench.gateway.asked) == 2


@pytest.mark.guarantee("P4")
@pytest.mark.parametrize(
    ("trouble", "line"), [(TokenRejected(), ConnectionState.REFUSED), (TokenMissing(), ConnectionState.NO_TOKEN)]
)
async def test_a_rejected_token_stops_polling_until_the_user_acts(
    bench: CoreHarness, trouble: TokenRejected | TokenMissing, line: ConnectionState
) -> None:
    await bench.put("a")
    bench.gateway.trouble = trouble
    await bench.core.start()
    await bench.clock.advance(3_600)
    assert len(bench.gateway.asked) == 1
    assert line_of(bench) is line
    bench.gateway.trouble = None
    bench.gateway.tell("a", TaskStatus.SUCCESS)
    bench.core.services.pollers.resume()
    await bench.settle()
    assert line_of(bench) is ConnectionState.ONLINE


@pytest.mark.parametrize("is_cut", [False, True], ids=["refused at once", "refused within a batch"])
@pytest.mark.parametrize("failure", [GatewayFailed(), NetworkError(), RateLimited(retry_after_s=45)], ids=str)
async def test_another_error_of_a_refresh_resumes_polling(
    bench: CoreHarness, failure: SunotuiError, is_cut: bool
) -> None:
    """Regression: such a refresh ended the stop without waking the loop, which then slept forever without a timer."""
    await bench.put("a", "b")
    for task_id in "ab":
        bench.gateway.tell(task_id, TaskStatus.QUEUED)
    if is_cut:
        bench.gateway.cut_after, bench.gateway.cut_by = 1, TokenRejected()
    else:
        bench.gateway.trouble = TokenRejected()
    await bench.core.start()
    await bench.clock.advance(12)
    assert line_of(bench) is ConnectionState.REFUSED
    bench.gateway.cut_by, bench.gateway.trouble = None, failure
    with pytest.raises(type(failure)):
        await bench.core.refresh(["a"])
    bench.gateway.trouble = None
    await bench.clock.advance(46)
    assert "b" in bench.gateway.asked[-1]
    assert line_of(bench) is ConnectionState.ONLINE


async def test_a_refresh_that_is_rejected_again_leaves_polling_stopped(bench: CoreHarness) -> None:
    await bench.put("a", "b")
    bench.gateway.trouble = TokenRejected()
    await bench.core.start()
    await bench.settle()
    with pytest.raises(TokenRejected):
        await bench.core.refresh(["a"])
    await bench.clock.advance(3_600)
    assert bench.gateway.asked == [["a", "b"], ["a"]]
    assert line_of(bench) is ConnectionState.REFUSED


async def test_a_successful_refresh_after_a_rejection_resumes_polling(bench: CoreHarness) -> None:
    """Regression: only the beginning of a refresh ended the stop: the connection was good, but nothing was polled."""
    await bench.put("a", "b")
    for task_id in "ab":
        bench.gateway.tell(task_id, TaskStatus.QUEUED)
    bench.gateways.gate = asyncio.Event()
    bench.gateway.next_trouble = TokenRejected()
    await bench.core.start()
    await bench.settle()
    refresh = asyncio.create_task(bench.core.refresh(["a"]))
    await bench.settle()
    bench.gateways.gate.set()
    await refresh
    assert line_of(bench) is ConnectionState.ONLINE
    await bench.clock.advance(6)
    assert "b" in bench.gateway.asked[-1]
    queued = await bench.task("b")
    assert queued is not None
    assert queued.status is TaskStatus.QUEUED


@pytest.mark.parametrize(
    ("trouble", "again_after"),
    [(RateLimited(retry_after_s=300), 300.0), (TokenRejected(), None)],
    ids=["busy", "refused"],
)
async def test_the_result_of_a_refresh_counts_for_the_waiting_batch(
    bench: CoreHarness, trouble: SunotuiError, again_after: float | None
) -> None:
    """Regression: a batch was selected before it waited for the request in flight."""
    await bench.put("a", "b")
    for task_id in "ab":
        bench.gateway.tell(task_id, TaskStatus.QUEUED)
    await bench.core.start()
    await bench.settle()
    bench.gateways.gate = asyncio.Event()
    refresh = asyncio.create_task(bench.core.refresh(["a"]))
    await bench.clock.advance(6)
    bench.gateway.trouble = trouble
    bench.gateways.gate.set()
    with pytest.raises(type(trouble)):
        await refresh
    await bench.clock.advance(290)
    assert bench.gateway.asked == [["a", "b"], ["a"]]
    await bench.clock.advance(12)
    assert len(bench.gateway.asked) == (2 if again_after is None else 3)


async def test_repeated_refreshes_poll_all_tasks(bench: CoreHarness) -> None:
    """Regression: the key made all tasks equally due: the first ones were always polled first, and the last ones
    never."""
    ids = [f"t{number:03}" for number in range(600)]
    await bench.put(*ids)
    for task_id in ids:
        bench.gateway.tell(task_id, TaskStatus.QUEUED)
    bench.gateway.requests = 10
    await bench.core.start()
    for _ in range(12):
        await bench.clock.advance(4)
        bench.core.services.pollers.resume()
    await bench.settle()
    assert {task_id for batch in bench.gateway.asked for task_id in batch} == set(ids)


async def test_a_missing_task_is_finally_lost_and_not_failed(bench: CoreHarness) -> None:
    await bench.put("a")
    await bench.core.start()
    await bench.clock.advance(300)
    absent = await bench.task("a")
    assert absent is not None
    assert not absent.status.is_final
    await bench.clock.advance(1_200)
    lost = await bench.task("a")
    assert lost is not None
    assert lost.status is TaskStatus.LOST


@pytest.mark.guarantee("P2", ordinary="an unreadable task is polled rarely and hides no other")
async def test_an_unreadable_task_is_polled_slowly_and_hides_no_others(bench: CoreHarness) -> None:
    await bench.put("bad", "good")
    bench.gateway.unreadable = {"bad"}
    bench.gateway.tell("good", TaskStatus.IN_PROGRESS)
    await bench.core.start()
    await bench.clock.advance(schedule.STALLED_S - 10)
    assert sum("bad" in ids for ids in bench.gateway.asked) == 1
    assert sum("good" in ids for ids in bench.gateway.asked) > 10
    await bench.clock.advance(40)
    assert sum("bad" in ids for ids in bench.gateway.asked) == 2


async def test_refresh_adds_tasks_made_elsewhere_and_polls_them(bench: CoreHarness) -> None:
    await bench.core.start()
    bench.gateway.tell("elsewhere", TaskStatus.IN_PROGRESS)
    found = await bench.core.refresh(["elsewhere", "nowhere"])
    assert [task.id for task in found] == ["elsewhere"]
    assert TasksChanged(("elsewhere",)) in bench.events
    await bench.clock.advance(6)
    assert bench.gateway.asked[-1] == ["elsewhere"]


@pytest.mark.guarantee("P5", ordinary="no burst after a jump")
async def test_a_wall_clock_that_jumps_causes_no_burst(bench: CoreHarness) -> None:
    await bench.put("a")
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS)
    await bench.core.start()
    await bench.clock.advance(10)
    asked = len(bench.gateway.asked)
    for jump in (3_600.0, -7_200.0, 3.2e8, -6.4e8):
        bench.clock._wall += jump
        await bench.settle()
    assert len(bench.gateway.asked) == asked
    await bench.clock.advance(5.5)
    assert len(bench.gateway.asked) <= asked + 2


async def test_twenty_songs_cost_few_requests(bench: CoreHarness) -> None:
    """B9 of the targets: a fixed 5 s loop with one id per request would send 20 x 26 requests for songs of 130 s."""
    await bench.put(*(f"t{number}" for number in range(20)))
    for number in range(20):
        bench.gateway.tell(f"t{number}", TaskStatus.IN_PROGRESS)
    await bench.core.start()
    await bench.clock.advance(130)
    assert len(bench.gateway.asked) <= 20 * 26 / 25


async def test_the_connection_has_the_time_of_the_last_response(bench: CoreHarness) -> None:
    await bench.put("a")
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS)
    await bench.core.start()
    await bench.settle()
    heard = bench.clock.now()
    bench.gateway.trouble = NetworkError()
    await bench.clock.advance(6)
    line = bench.core.connection()
    assert isinstance(line, ConnectionChanged)
    assert (line.state, line.answered_at) == (ConnectionState.OFFLINE, heard)


async def test_an_unexpected_error_is_logged_and_not_printed(
    bench: CoreHarness, capfd: pytest.CaptureFixture[str]
) -> None:
    await bench.put("a")
    bench.gateway.trouble = ZeroDivisionError("sk-CANARY-9f8e7d")
    await bench.core.start()
    await bench.clock.advance(10)
    log = bench.core.paths.event_log.read_text()
    assert "unexpected error" in log
    assert "ZeroDivisionError" in log
    assert "CANARY" not in log
    assert "".join(capfd.readouterr()) == ""


async def test_a_lost_task_is_no_longer_polled(bench: CoreHarness, rare_beat: None) -> None:
    await bench.put("a")
    await bench.core.start()
    await bench.clock.advance(1_500)
    lost = await bench.task("a")
    assert lost is not None
    assert lost.status is TaskStatus.LOST
    asked = len(bench.gateway.asked)
    await bench.clock.advance(36_000)
    assert len(bench.gateway.asked) == asked
    assert len(bench.clock._sleepers) == 1, "an idle watch holds no timer"


async def test_ids_that_a_batch_did_not_request_are_requested_later(bench: CoreHarness) -> None:
    await bench.put("a", "b")
    bench.gateway.tell("a", TaskStatus.QUEUED)
    bench.gateway.tell("b", TaskStatus.QUEUED)
    bench.gateway.cut_after, bench.gateway.cut_by = 1, RateLimited(retry_after_s=300)
    await bench.core.start()
    await bench.settle()
    assert line_of(bench) is ConnectionState.FAILING
    first, second = await bench.task("a"), await bench.task("b")
    assert first is not None
    assert second is not None
    assert (first.status, second.status) == (TaskStatus.QUEUED, TaskStatus.SUBMITTED)
    await bench.clock.advance(299)
    assert len(bench.gateway.asked) == 1
    bench.gateway.cut_by = None
    await bench.clock.advance(2)
    assert "b" in bench.gateway.asked[-1]
    assert line_of(bench) is ConnectionState.ONLINE


async def test_an_incomplete_refresh_raises_and_saves_what_it_got(bench: CoreHarness) -> None:
    await bench.core.start()
    bench.gateway.tell("a", TaskStatus.QUEUED)
    bench.gateway.cut_after, bench.gateway.cut_by = 1, RateLimited()
    with pytest.raises(RateLimited):
        await bench.core.refresh(["a", "b"])
    assert await bench.task("a") is not None


async def test_every_request_of_a_halved_batch_uses_the_budget(bench: CoreHarness) -> None:
    await bench.put("a")
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS)
    bench.gateway.requests = 20
    await bench.core.start()
    await bench.clock.advance(15)
    # Twenty at once leave a debt of ten, and each further request takes two seconds.
    assert len(bench.gateway.asked) == 1
    await bench.clock.advance(10)
    assert len(bench.gateway.asked) == 2


async def test_a_token_accepted_elsewhere_resumes_polling(bench: CoreHarness) -> None:
    """It is stopped without a timer, so nothing else would wake it."""
    await bench.put("a")
    bench.gateway.next_trouble = TokenRejected()
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS)
    await bench.core.start()
    await bench.clock.advance(3_600)
    assert len(bench.gateway.asked) == 1
    bench.core.services.pollers.of("main").trust_token()
    await bench.clock.advance(6)
    assert len(bench.gateway.asked) > 1
    assert line_of(bench) is ConnectionState.ONLINE


async def test_after_a_failed_refresh_retry_after_is_honoured(bench: CoreHarness) -> None:
    await bench.put("a")
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS)
    await bench.core.start()
    await bench.clock.advance(1)
    bench.gateway.next_trouble = RateLimited(retry_after_s=300)
    with pytest.raises(RateLimited):
        await bench.core.refresh(["a"])
    assert line_of(bench) is ConnectionState.FAILING
    asked = len(bench.gateway.asked)
    await bench.clock.advance(299)
    assert len(bench.gateway.asked) == asked
    await bench.clock.advance(2)
    assert len(bench.gateway.asked) == asked + 1
    assert line_of(bench) is ConnectionState.ONLINE


CLIP = Clip("c", status=ClipStatus.STREAMING)


@pytest.mark.parametrize(
    ("facts", "is_news"),
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
    bench: CoreHarness, facts: dict[str, object], is_news: bool
) -> None:
    await bench.put("a")
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS)
    await bench.core.start()
    await bench.clock.advance(1)
    reported = len(bench.published(TasksChanged))
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS, **facts)
    await bench.clock.advance(6)
    assert len(bench.published(TasksChanged)) == reported + is_news


async def test_another_clip_of_a_known_task_is_published_and_saved(bench: CoreHarness) -> None:
    await bench.put("a")
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS, clips=(CLIP,))
    await bench.core.start()
    await bench.clock.advance(1)
    reported = len(bench.published(TasksChanged))
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS, clips=(Clip("c", title="Gulls", status=ClipStatus.STREAMING),))
    await bench.clock.advance(6)
    assert len(bench.published(TasksChanged)) == reported + 1
    task = await bench.task("a")
    assert task is not None
    assert task.title == "Gulls"


async def test_a_closed_poller_stops_and_can_be_closed_again(bench: CoreHarness) -> None:
    await bench.put("a")
    bench.gateway.tell("a", TaskStatus.IN_PROGRESS)
    await bench.core.start()
    await bench.settle()
    watch = bench.core.services.pollers.of("main")
    loop = watch._loop_task
    assert loop is not None
    await watch.close()
    await watch.close()
    assert loop.cancelled()
    await bench.clock.advance(600)
    assert len(bench.gateway.asked) == 1


async def test_a_request_in_flight_is_cancelled_when_the_poller_closes(bench: CoreHarness) -> None:
    await bench.put("a")
    bench.gateways.gate = asyncio.Event()
    await bench.core.start()
    await bench.settle()
    await bench.core.services.pollers.of("main").close()
    bench.gateways.gate.set()
    await bench.settle()
    assert bench.gateway.asked == []


async def test_polling_an_ended_task_that_is_missing_changes_nothing(bench: CoreHarness) -> None:
    await bench.put("done", status=TaskStatus.SUCCESS)
    await bench.core.start()
    before = await bench.task("done")
    assert await bench.core.services.pollers.of("main").poll_now("done") is None
    assert await bench.task("done") == before
    assert line_of(bench) is ConnectionState.ONLINE


async def test_polling_an_ended_task_adds_news_and_never_goes_backwards(bench: CoreHarness) -> None:
    await bench.put("done", status=TaskStatus.SUCCESS)
    await bench.core.start()
    bench.gateway.tell("done", TaskStatus.IN_PROGRESS, clips=(Clip("c", title="Gulls"),))
    found = await bench.core.services.pollers.of("main").poll_now("done")
    assert found is not None
    assert (found.status, found.title) == (TaskStatus.SUCCESS, "Gulls")
    assert await bench.core.services.pollers.of("main").poll_now("nowhere") is None
    assert await bench.task("nowhere") is None
