"""Balances and learned prices: requested after events that change the balance, once for many events, and never
polled."""

from __future__ import annotations

import asyncio

import pytest

from sunotui.core.events import BalanceChanged, RefundChecked
from sunotui.core.gateways.billing import CHECK_AFTER_S
from sunotui.domain.errors import GatewayFailed, InsufficientBalance, LibraryError, NetworkError
from sunotui.domain.gateways.money import Balance, Price, Refund, RefundSource, RefundVerdict
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.requests.request import LyricsRequest, MusicRequest
from sunotui.domain.tasks.task import TaskStatus
from sunotui.gateway.submit.outcome import Rejected
from sunotui.gateway.submit.payloads import build_payload
from sunotui.storage.gateway_facts.prices import PriceStore
from tests.core.harness import MAIN, CoreHarness
from tests.support.sending import send_request

SONG = MusicRequest(description="rain on a tin roof")
WORDS = LyricsRequest("winter in Porto")
A_LOOK = CHECK_AFTER_S + 0.5


async def started(bench: CoreHarness, left: float = 5.0) -> None:
    """Start core, with one balance request made."""
    bench.gateway.money = Balance(left, "$")
    await bench.core.start()
    await bench.core.services.billing.refresh("main")


async def pay(bench: CoreHarness, request: MusicRequest | LyricsRequest, price: float) -> str:
    """Send a request with this price; returns the task's id."""
    assert bench.gateway.money is not None
    ended = await send_request(bench.core, request, "main", is_again=True)
    bench.gateway.money = Balance(round(bench.gateway.money.remaining - price, 6), "$")
    assert ended.task_id is not None
    return ended.task_id


async def end(bench: CoreHarness, task_id: str, status: TaskStatus = TaskStatus.SUCCESS) -> None:
    """Let the gateway end a task and the poller see it."""
    bench.gateway.tell(task_id, status)
    await bench.clock.advance(21)
    task = await bench.task(task_id)
    assert task is not None
    assert task.status is status


async def test_the_balance_is_published_and_cached(bench: CoreHarness) -> None:
    assert bench.core.services.billing.balance("main") is None
    await started(bench, 4.9)
    assert bench.core.services.billing.balance("main") == Balance(4.9, "$")
    assert bench.published(BalanceChanged) == [BalanceChanged("main", Balance(4.9, "$"))]


async def test_a_gateway_without_a_balance_publishes_nothing(bench: CoreHarness) -> None:
    await bench.core.services.billing.refresh("main")
    bench.gateways.trouble = NetworkError()
    await bench.core.services.billing.refresh("main")
    assert bench.published(BalanceChanged) == []


async def test_a_check_without_a_balance_keeps_the_last_one(bench: CoreHarness) -> None:
    await started(bench, 4.9)
    bench.gateway.money = None
    await bench.core.services.billing.refresh("main")
    assert bench.core.services.billing.balance("main") == Balance(4.9, "$")
    assert len(bench.published(BalanceChanged)) == 1


async def test_it_is_never_polled(bench: CoreHarness, rare_beat: None) -> None:
    await started(bench)
    await bench.clock.advance(36_000)
    assert bench.gateway.balances == 1


async def test_ten_songs_share_one_check(bench: CoreHarness) -> None:
    await started(bench)
    for _ in range(10):
        await send_request(bench.core, SONG, "main", is_again=True)
        await bench.clock.advance(0.4)
    await bench.clock.advance(CHECK_AFTER_S)
    assert bench.gateway.balances == 2


async def test_a_series_of_songs_is_checked_periodically(bench: CoreHarness) -> None:
    await started(bench)
    for _ in range(60):
        await send_request(bench.core, SONG, "main", is_again=True)
        await bench.clock.advance(2)
    assert 3 <= bench.gateway.balances - 1 <= 5


async def test_a_price_is_learned_from_one_song_and_saved(bench: CoreHarness) -> None:
    await started(bench)
    await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    assert bench.core.services.billing.price("main", "music") == Price(0.1, "$", 1)
    assert bench.core.services.billing.price("main", "lyrics") is None
    assert bench.core.services.billing.price("other", "music") is None
    kept = await bench.core.storage.run(PriceStore(bench.core.stores.database).prices, "main", "music")
    assert kept == (Price(0.1, "$", 1),)


async def test_a_price_of_another_unit_is_neither_shown_nor_compared(bench: CoreHarness) -> None:
    await started(bench)
    await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    bench.gateway.money = Balance(0.05, "¥")
    await bench.core.services.billing.refresh("main")
    assert bench.core.services.billing.price("main", "music") is None
    assert bench.core.services.capabilities.warnings(SONG, build_payload(SONG), "main") == ()
    assert bench.core.services.billing.price("main", "music", "$") == Price(0.1, "$", 1)
    bench.gateway.money = Balance(0.05, "$")
    await bench.core.services.billing.refresh("main")
    assert bench.core.services.billing.price("main", "music") == Price(0.1, "$", 1)
    assert len(bench.core.services.capabilities.warnings(SONG, build_payload(SONG), "main")) == 1


async def test_the_price_is_known_when_the_balance_is_published(bench: CoreHarness) -> None:
    await started(bench)
    prices: list[Price | None] = []

    def note(event: object) -> None:
        if isinstance(event, BalanceChanged):
            prices.append(bench.core.services.billing.price("main", "music"))

    bench.core.events.subscribe(note)
    await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    assert prices == [Price(0.1, "$", 1)]


async def test_two_songs_at_once_give_no_price(bench: CoreHarness) -> None:
    await started(bench)
    await pay(bench, SONG, 0.1)
    await pay(bench, WORDS, 0.01)
    await bench.clock.advance(A_LOOK)
    assert bench.core.services.billing.balance("main") == Balance(4.89, "$")
    assert bench.core.services.billing.price("main", "music") is None
    assert bench.core.services.billing.price("main", "lyrics") is None


async def test_a_task_that_ended_in_between_may_have_been_refunded(bench: CoreHarness) -> None:
    await started(bench)
    first = await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    await pay(bench, WORDS, 0.01)
    await end(bench, first)
    assert bench.core.services.billing.price("main", "lyrics") is None


async def test_a_running_task_may_have_been_refunded_too(bench: CoreHarness) -> None:
    await started(bench)
    await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    # Its failure is refunded before the poller can see it.
    bench.gateway.money = Balance(5.0, "$")
    await pay(bench, SONG, 0.19)
    await bench.clock.advance(A_LOOK)
    assert bench.core.services.billing.price("main", "music") == Price(0.1, "$", 1)


async def test_one_song_after_the_other_gives_each_price(bench: CoreHarness) -> None:
    await started(bench)
    song = await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    await end(bench, song)
    await bench.core.services.billing.refresh("main")
    await pay(bench, WORDS, 0.01)
    await bench.clock.advance(A_LOOK)
    assert bench.core.services.billing.price("main", "music") == Price(0.1, "$", 1)
    assert bench.core.services.billing.price("main", "lyrics") == Price(0.01, "$", 1)


async def test_a_quick_end_of_the_same_task_disturbs_nothing(bench: CoreHarness) -> None:
    await started(bench)
    bench.gateway.tell("task-1", TaskStatus.SUCCESS)
    await pay(bench, WORDS, 0.01)
    await bench.clock.advance(A_LOOK)
    assert bench.core.services.pollers.active_submissions("main") == [], "the watch saw the end before the look"
    assert bench.core.services.billing.price("main", "lyrics") == Price(0.01, "$", 1)


async def test_the_balance_is_checked_after_a_failure(bench: CoreHarness) -> None:
    await started(bench)
    task_id = await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    looks = bench.gateway.balances
    bench.gateway.money = Balance(5.0, "$")
    await end(bench, task_id, TaskStatus.FAILURE)
    assert bench.gateway.balances == looks + 1
    assert bench.core.services.billing.balance("main") == Balance(5.0, "$")


def verdicts(bench: CoreHarness) -> list[tuple[str, RefundVerdict, float]]:
    """The published refund verdicts by task."""
    found = [event for event in bench.events if isinstance(event, RefundChecked)]
    return [(one.task.id, one.refund.verdict, round(one.refund.amount, 6)) for one in found]


@pytest.mark.parametrize(("left", "verdict"), [(5.0, RefundVerdict.SEEN), (4.9, RefundVerdict.NOT_SEEN)])
async def test_a_refund_is_checked_once_after_a_failure(
    bench: CoreHarness, left: float, verdict: RefundVerdict
) -> None:
    await started(bench)
    task_id = await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    bench.gateway.money = Balance(left, "$")
    await end(bench, task_id, TaskStatus.FAILURE)
    await bench.clock.advance(A_LOOK)
    assert verdicts(bench) == [(task_id, verdict, 0.1)]
    refund = await bench.core.services.billing.refund(task_id)
    assert refund is not None
    assert refund.verdict is verdict
    assert await bench.core.services.billing.refund("a task of yesterday") is None


async def test_a_task_that_fails_twice_before_the_check_has_one_verdict(bench: CoreHarness) -> None:
    await started(bench)
    task_id = await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    bench.gateway.tell(task_id, TaskStatus.FAILURE)
    await bench.core.refresh([task_id], "main")
    waiting = asyncio.create_task(bench.core.services.billing.refund(task_id))
    await asyncio.sleep(0)
    for status in (TaskStatus.IN_PROGRESS, TaskStatus.FAILURE):
        bench.gateway.tell(task_id, status)
        await bench.core.refresh([task_id], "main")
    await bench.clock.advance(2 * A_LOOK)
    assert waiting.done()
    assert waiting.result() is not None
    assert [found for found, _, _ in verdicts(bench)] == [task_id]


async def test_two_requests_at_once_have_no_refund_verdict(bench: CoreHarness) -> None:
    await started(bench)
    first = await pay(bench, SONG, 0.1)
    second = await pay(bench, WORDS, 0.01)
    await end(bench, first, TaskStatus.FAILURE)
    await bench.clock.advance(A_LOOK)
    await end(bench, second, TaskStatus.FAILURE)
    await bench.clock.advance(A_LOOK)
    assert verdicts(bench) == [(first, RefundVerdict.UNKNOWN, 0.0), (second, RefundVerdict.UNKNOWN, 0.0)]


async def test_without_a_response_the_refund_is_unknown(bench: CoreHarness) -> None:
    await started(bench)
    task_id = await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    bench.gateway.money = None
    await end(bench, task_id, TaskStatus.FAILURE)
    await bench.clock.advance(A_LOOK)
    assert await bench.core.services.billing.refund(task_id) == Refund(RefundVerdict.UNKNOWN)


@pytest.mark.parametrize(
    ("at_the_end", "later", "reason", "expected"),
    [
        (0, 50_000, "", Refund(RefundVerdict.SEEN, source=RefundSource.TASK)),
        (50_000, 0, "", Refund(RefundVerdict.SEEN, source=RefundSource.TASK)),
        (50_000, 50_000, "", Refund(RefundVerdict.NOT_SEEN, 50_000, "quota", RefundSource.TASK)),
        (50_000, None, "", Refund(RefundVerdict.UNKNOWN)),
        (0, 0, "任务超时（旧系统遗留任务，不进行退款，请联系管理员）", Refund(RefundVerdict.UNKNOWN)),
        (None, 0, "", Refund(RefundVerdict.UNKNOWN)),
    ],
)
async def test_the_gateways_record_shows_a_refund_that_no_balance_shows(
    bench: CoreHarness, at_the_end: float | None, later: float | None, reason: str, expected: Refund
) -> None:
    await started(bench)
    task_id = await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    bench.gateway.money = None
    bench.gateway.tell(task_id, TaskStatus.FAILURE, charged_quota=at_the_end, fail_reason=reason)
    await bench.clock.advance(CHECK_AFTER_S - 1)
    task = await bench.task(task_id)
    assert task is not None
    assert task.status is TaskStatus.FAILURE
    bench.gateway.tell(task_id, TaskStatus.FAILURE, charged_quota=later, fail_reason=reason)
    await bench.clock.advance(21)
    assert await bench.core.services.billing.refund(task_id) == expected


async def test_a_record_that_cannot_be_fetched_again_proves_nothing(bench: CoreHarness) -> None:
    await started(bench)
    task_id = await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    bench.gateway.money = None
    bench.gateway.tell(task_id, TaskStatus.FAILURE, charged_quota=50_000)
    await bench.clock.advance(CHECK_AFTER_S - 1)
    bench.gateway.trouble = GatewayFailed()
    await bench.clock.advance(21)
    assert await bench.core.services.billing.refund(task_id) == Refund(RefundVerdict.UNKNOWN)


async def test_a_gateway_without_a_record_gets_no_second_request(bench: CoreHarness) -> None:
    await started(bench)
    task_id = await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    await end(bench, task_id, TaskStatus.FAILURE)
    asked = len(bench.gateway.asked)
    await bench.clock.advance(A_LOOK)
    assert verdicts(bench) != []
    assert len(bench.gateway.asked) == asked


async def test_a_success_and_a_rejection_do_not_change_the_balance(bench: CoreHarness) -> None:
    await started(bench)
    task_id = await pay(bench, SONG, 0.1)
    await bench.clock.advance(A_LOOK)
    looks = bench.gateway.balances
    await end(bench, task_id)
    bench.gateway.outcome = lambda _: Rejected(InsufficientBalance())
    await send_request(bench.core, SONG, "main", is_again=True)
    await bench.clock.advance(60)
    assert bench.gateway.balances == looks


async def test_concurrent_calls_share_one_request(bench: CoreHarness) -> None:
    bench.gateway.money = Balance(5.0, "$")
    await asyncio.gather(*(bench.core.services.billing.refresh("main") for _ in range(5)))
    assert bench.gateway.balances == 1


async def test_a_full_disk_loses_the_price_and_not_the_balance(
    bench: CoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LibraryError("The disk is full")

    await started(bench)
    await pay(bench, SONG, 0.1)
    monkeypatch.setattr(bench.core.services.billing._price_store, "add", full)
    told = len(bench.published(BalanceChanged))
    await bench.clock.advance(A_LOOK)
    assert bench.core.services.billing.balance("main") == Balance(4.9, "$")
    assert bench.published(BalanceChanged)[told:] == [BalanceChanged("main", Balance(4.9, "$"))]
    assert bench.core.services.billing.price("main", "music") is None


async def test_a_missed_price_is_never_learned_wrongly_later(bench: CoreHarness) -> None:
    """The check after the request has no balance: the next one with a balance compares with the last one that had
    one."""
    await started(bench)
    await pay(bench, SONG, 0.1)
    bench.gateway.money, left = None, bench.gateway.money
    await bench.clock.advance(A_LOOK)
    assert bench.core.services.billing.price("main", "music") is None
    bench.gateway.money = left
    await bench.core.services.billing.refresh("main")
    assert bench.core.services.billing.price("main", "music") == Price(0.1, "$", 1)


@pytest.fixture
async def beside(bench: CoreHarness) -> CoreHarness:
    """Two profiles of one account, "main" in use and "second", with a balance check of each; "elsewhere" has another
    gateway."""
    bench.core.add_profile(Profile("elsewhere", parse_base_url("http://127.0.0.1:10")))
    bench.core.add_profile(Profile("second", MAIN.base_url))
    bench.core.add_profile(MAIN)
    await started(bench)
    await bench.core.services.billing.refresh("second")
    return bench


async def send_as(bench: CoreHarness, profile: str, price: float) -> str:
    """Send a song with a profile of the same account; returns the task's id."""
    assert bench.gateway.money is not None
    ended = await send_request(bench.core, SONG, profile, is_again=True)
    bench.gateway.money = Balance(round(bench.gateway.money.remaining - price, 6), "$")
    assert ended.task_id is not None
    return ended.task_id


@pytest.mark.parametrize(("other", "price"), [("second", None), ("elsewhere", Price(0.1, "$", 1))])
async def test_a_request_with_the_same_account_prevents_the_price(
    beside: CoreHarness, other: str, price: Price | None
) -> None:
    bench = beside
    await pay(bench, WORDS, 0.1)
    await send_as(bench, other, 0.5 if other == "second" else 0.0)
    await bench.clock.advance(A_LOOK)
    assert bench.core.services.billing.balance("main") is not None
    assert bench.core.services.billing.price("main", "lyrics") == price
    assert bench.core.services.billing.price("second", "music") is None


async def test_a_refund_to_the_same_account_prevents_the_price(beside: CoreHarness) -> None:
    bench = beside
    task_id = await send_as(bench, "second", 0.5)
    await bench.clock.advance(30)
    await bench.core.services.billing.refresh("main")
    await bench.clock.advance(1)
    await pay(bench, WORDS, 0.7)
    bench.gateway.tell(task_id, TaskStatus.FAILURE)
    bench.gateway.money = Balance(4.3, "$")
    await bench.core.refresh([task_id])
    await bench.clock.advance(3 * A_LOOK)
    await bench.core.services.billing.refresh("main")
    assert bench.core.services.billing.balance("main") == Balance(4.3, "$")
    assert bench.core.services.billing.price("main", "lyrics") is None, "0.2 is what two movements came to"


async def test_a_failing_gateway_in_the_meantime_changes_nothing(bench: CoreHarness) -> None:
    await started(bench)
    await pay(bench, SONG, 0.1)
    bench.gateways.trouble = GatewayFailed()
    await bench.clock.advance(A_LOOK)
    bench.gateways.trouble = None
    await bench.core.services.billing.refresh("main")
    assert bench.core.services.billing.price("main", "music") == Price(0.1, "$", 1)


@pytest.fixture
async def later(bench: CoreHarness, monkeypatch: pytest.MonkeyPatch) -> CoreHarness:
    """A saved balance, then a sent song; a minute later, without a check since."""
    monkeypatch.setattr(bench.gateways, "profile", lambda _: MAIN)
    await bench.core.open()
    bench.gateway.money = Balance(5.0, "$")
    await bench.core.services.billing.refresh("main")
    await bench.core.services.billing.save_balance("main")
    bench.gateway.money = None
    await send_request(bench.core, SONG, "main")
    await bench.clock.advance(60)
    bench.gateway.money = Balance(4.9, "$")
    return bench


async def test_an_earlier_request_is_priced_once(later: CoreHarness) -> None:
    bench = later
    await bench.core.services.billing.learn_earlier_price("main")
    assert bench.core.services.billing.price("main", "music") == Price(0.1, "$", 1)
    looks = bench.gateway.balances
    await bench.core.services.billing.learn_earlier_price("main")
    assert bench.core.services.billing.price("main", "music") == Price(0.1, "$", 1)
    assert bench.gateway.balances == looks, "nothing was left to ask for"


async def test_an_earlier_request_has_no_price_while_another_program_sends(
    later: CoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the first comparison and the gateway's response."""
    bench = later
    tell = bench.gateway.balance

    async def balance() -> Balance | None:
        told = await tell()
        await send_request(bench.core, WORDS, "main")
        return told

    monkeypatch.setattr(bench.gateway, "balance", balance)
    await bench.core.services.billing.learn_earlier_price("main")
    assert bench.core.services.billing.price("main", "music") is None
