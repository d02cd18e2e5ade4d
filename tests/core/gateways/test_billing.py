"""Balances and learned prices: requested after events that change the balance, once for many events, and never
polled."""

from __future__ import annotations

import asyncio

import pytest

from sunotui.core.events import BalanceChanged, RefundChecked
from sunotui.core.gateways.billing import CHECK_AFTER_S
from sunotui.domain.errors import GatewayFailed, InsufficientBalance, LibraryError, NetworkError
from sunotui.domain.gateways.money import Balance, Price, Refund, RefundSource, RefundState
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.requests.request import LyricsRequest, MusicRequest
from sunotui.domain.tasks.task import TaskStatus
from sunotui.gateway.submit.outcome import Rejected
from sunotui.gateway.submit.payloads import build_payload
from sunotui.storage.gateway_facts.prices import PriceStore
from tests.core.harness import MAIN, CoreHarness
from tests.support.send_request import send_request

SONG = MusicRequest(description="rain on a tin roof")
WORDS = LyricsRequest("winter in Porto")
A_LOOK = CHECK_AFTER_S + 0.5


async def started(harness: CoreHarness, left: float = 5.0) -> None:
    """Start core, with one balance request made."""
    harness.gateway.money = Balance(left, "$")
    await harness.core.start()
    await harness.core.services.billing.refresh("main")


async def pay(harness: CoreHarness, request: MusicRequest | LyricsRequest, price: float) -> str:
    """Send a request with this price; returns the task's id."""
    assert harness.gateway.money is not None
    ended = await send_request(harness.core, request, "main", is_again=True)
    harness.gateway.money = Balance(round(harness.gateway.money.remaining - price, 6), "$")
    assert ended.task_id is not None
    return ended.task_id


async def end(harness: CoreHarness, task_id: str, status: TaskStatus = TaskStatus.SUCCESS) -> None:
    """Let the gateway end a task and the poller see it."""
    harness.gateway.set_task(task_id, status)
    await harness.clock.advance(21)
    task = await harness.task(task_id)
    assert task is not None
    assert task.status is status


async def test_the_balance_is_published_and_cached(harness: CoreHarness) -> None:
    assert harness.core.services.billing.balance("main") is None
    await started(harness, 4.9)
    assert harness.core.services.billing.balance("main") == Balance(4.9, "$")
    assert harness.published(BalanceChanged) == [BalanceChanged("main", Balance(4.9, "$"))]


async def test_a_gateway_without_a_balance_publishes_nothing(harness: CoreHarness) -> None:
    await harness.core.services.billing.refresh("main")
    harness.gateways.error = NetworkError()
    await harness.core.services.billing.refresh("main")
    assert harness.published(BalanceChanged) == []


async def test_a_check_without_a_balance_keeps_the_last_one(harness: CoreHarness) -> None:
    await started(harness, 4.9)
    harness.gateway.money = None
    await harness.core.services.billing.refresh("main")
    assert harness.core.services.billing.balance("main") == Balance(4.9, "$")
    assert len(harness.published(BalanceChanged)) == 1


async def test_it_is_never_polled(harness: CoreHarness, rare_beat: None) -> None:
    await started(harness)
    await harness.clock.advance(36_000)
    assert harness.gateway.balances == 1


async def test_ten_songs_share_one_check(harness: CoreHarness) -> None:
    await started(harness)
    for _ in range(10):
        await send_request(harness.core, SONG, "main", is_again=True)
        await harness.clock.advance(0.4)
    await harness.clock.advance(CHECK_AFTER_S)
    assert harness.gateway.balances == 2


async def test_a_series_of_songs_is_checked_periodically(harness: CoreHarness) -> None:
    await started(harness)
    for _ in range(60):
        await send_request(harness.core, SONG, "main", is_again=True)
        await harness.clock.advance(2)
    assert 3 <= harness.gateway.balances - 1 <= 5


async def test_a_price_is_learned_from_one_song_and_saved(harness: CoreHarness) -> None:
    await started(harness)
    await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    assert harness.core.services.billing.price("main", "music") == Price(0.1, "$", 1)
    assert harness.core.services.billing.price("main", "lyrics") is None
    assert harness.core.services.billing.price("other", "music") is None
    kept = await harness.core.storage.run(PriceStore(harness.core.stores.database).prices, "main", "music")
    assert kept == (Price(0.1, "$", 1),)


async def test_a_price_of_another_unit_is_neither_shown_nor_compared(harness: CoreHarness) -> None:
    await started(harness)
    await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    harness.gateway.money = Balance(0.05, "¥")
    await harness.core.services.billing.refresh("main")
    assert harness.core.services.billing.price("main", "music") is None
    assert harness.core.services.capabilities.warnings(SONG, build_payload(SONG), "main") == ()
    assert harness.core.services.billing.price("main", "music", "$") == Price(0.1, "$", 1)
    harness.gateway.money = Balance(0.05, "$")
    await harness.core.services.billing.refresh("main")
    assert harness.core.services.billing.price("main", "music") == Price(0.1, "$", 1)
    assert len(harness.core.services.capabilities.warnings(SONG, build_payload(SONG), "main")) == 1


async def test_the_price_is_known_when_the_balance_is_published(harness: CoreHarness) -> None:
    await started(harness)
    prices: list[Price | None] = []

    def record(event: object) -> None:
        if isinstance(event, BalanceChanged):
            prices.append(harness.core.services.billing.price("main", "music"))

    harness.core.events.subscribe(record)
    await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    assert prices == [Price(0.1, "$", 1)]


async def test_two_songs_at_once_give_no_price(harness: CoreHarness) -> None:
    await started(harness)
    await pay(harness, SONG, 0.1)
    await pay(harness, WORDS, 0.01)
    await harness.clock.advance(A_LOOK)
    assert harness.core.services.billing.balance("main") == Balance(4.89, "$")
    assert harness.core.services.billing.price("main", "music") is None
    assert harness.core.services.billing.price("main", "lyrics") is None


async def test_a_task_that_ended_in_between_may_have_been_refunded(harness: CoreHarness) -> None:
    await started(harness)
    first = await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    await pay(harness, WORDS, 0.01)
    await end(harness, first)
    assert harness.core.services.billing.price("main", "lyrics") is None


async def test_a_running_task_may_have_been_refunded_too(harness: CoreHarness) -> None:
    await started(harness)
    await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    # Its failure is refunded before the poller can see it.
    harness.gateway.money = Balance(5.0, "$")
    await pay(harness, SONG, 0.19)
    await harness.clock.advance(A_LOOK)
    assert harness.core.services.billing.price("main", "music") == Price(0.1, "$", 1)


async def test_one_song_after_the_other_gives_each_price(harness: CoreHarness) -> None:
    await started(harness)
    song = await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    await end(harness, song)
    await harness.core.services.billing.refresh("main")
    await pay(harness, WORDS, 0.01)
    await harness.clock.advance(A_LOOK)
    assert harness.core.services.billing.price("main", "music") == Price(0.1, "$", 1)
    assert harness.core.services.billing.price("main", "lyrics") == Price(0.01, "$", 1)


async def test_a_quick_end_of_the_same_task_disturbs_nothing(harness: CoreHarness) -> None:
    await started(harness)
    harness.gateway.set_task("task-1", TaskStatus.SUCCESS)
    await pay(harness, WORDS, 0.01)
    await harness.clock.advance(A_LOOK)
    assert harness.core.services.pollers.of("main").active_submissions == [], "the watch saw the end before the look"
    assert harness.core.services.billing.price("main", "lyrics") == Price(0.01, "$", 1)


async def test_the_balance_is_checked_after_a_failure(harness: CoreHarness) -> None:
    await started(harness)
    task_id = await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    looks = harness.gateway.balances
    harness.gateway.money = Balance(5.0, "$")
    await end(harness, task_id, TaskStatus.FAILURE)
    assert harness.gateway.balances == looks + 1
    assert harness.core.services.billing.balance("main") == Balance(5.0, "$")


def refund_states(harness: CoreHarness) -> list[tuple[str, RefundState, float]]:
    """The published states of refunds by task."""
    found = [event for event in harness.events if isinstance(event, RefundChecked)]
    return [(one.task.id, one.refund.state, round(one.refund.amount, 6)) for one in found]


@pytest.mark.parametrize(("left", "state"), [(5.0, RefundState.SEEN), (4.9, RefundState.NOT_SEEN)])
async def test_a_refund_is_checked_once_after_a_failure(harness: CoreHarness, left: float, state: RefundState) -> None:
    await started(harness)
    task_id = await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    harness.gateway.money = Balance(left, "$")
    await end(harness, task_id, TaskStatus.FAILURE)
    await harness.clock.advance(A_LOOK)
    assert refund_states(harness) == [(task_id, state, 0.1)]
    refund = await harness.core.services.billing.refund(task_id)
    assert refund is not None
    assert refund.state is state
    assert await harness.core.services.billing.refund("a task of yesterday") is None


async def test_a_task_that_fails_twice_before_the_check_has_one_refund_state(harness: CoreHarness) -> None:
    await started(harness)
    task_id = await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    harness.gateway.set_task(task_id, TaskStatus.FAILURE)
    await harness.core.refresh([task_id], "main")
    waiting = asyncio.create_task(harness.core.services.billing.refund(task_id))
    await asyncio.sleep(0)
    for status in (TaskStatus.IN_PROGRESS, TaskStatus.FAILURE):
        harness.gateway.set_task(task_id, status)
        await harness.core.refresh([task_id], "main")
    await harness.clock.advance(2 * A_LOOK)
    assert waiting.done()
    assert waiting.result() is not None
    assert [found for found, _, _ in refund_states(harness)] == [task_id]


async def test_two_requests_at_once_have_no_known_refund(harness: CoreHarness) -> None:
    await started(harness)
    first = await pay(harness, SONG, 0.1)
    second = await pay(harness, WORDS, 0.01)
    await end(harness, first, TaskStatus.FAILURE)
    await harness.clock.advance(A_LOOK)
    await end(harness, second, TaskStatus.FAILURE)
    await harness.clock.advance(A_LOOK)
    assert refund_states(harness) == [(first, RefundState.UNKNOWN, 0.0), (second, RefundState.UNKNOWN, 0.0)]


async def test_without_a_response_the_refund_is_unknown(harness: CoreHarness) -> None:
    await started(harness)
    task_id = await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    harness.gateway.money = None
    await end(harness, task_id, TaskStatus.FAILURE)
    await harness.clock.advance(A_LOOK)
    assert await harness.core.services.billing.refund(task_id) == Refund(RefundState.UNKNOWN)


@pytest.mark.parametrize(
    ("at_the_end", "later", "reason", "expected"),
    [
        (0, 50_000, "", Refund(RefundState.SEEN, source=RefundSource.TASK)),
        (50_000, 0, "", Refund(RefundState.SEEN, source=RefundSource.TASK)),
        (50_000, 50_000, "", Refund(RefundState.UNKNOWN)),
        (50_000, None, "", Refund(RefundState.UNKNOWN)),
        (0, 0, "任务超时（旧系统遗留任务，不进行退款，请联系管理员）", Refund(RefundState.UNKNOWN)),
        (None, 0, "", Refund(RefundState.UNKNOWN)),
    ],
)
async def test_the_gateways_record_shows_a_refund_that_no_balance_shows(
    harness: CoreHarness, at_the_end: float | None, later: float | None, reason: str, expected: Refund
) -> None:
    await started(harness)
    task_id = await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    harness.gateway.money = None
    harness.gateway.set_task(task_id, TaskStatus.FAILURE, charged_quota=at_the_end, fail_reason=reason)
    await harness.clock.advance(CHECK_AFTER_S - 1)
    task = await harness.task(task_id)
    assert task is not None
    assert task.status is TaskStatus.FAILURE
    harness.gateway.set_task(task_id, TaskStatus.FAILURE, charged_quota=later, fail_reason=reason)
    await harness.clock.advance(21)
    assert await harness.core.services.billing.refund(task_id) == expected


async def test_a_record_that_cannot_be_fetched_again_proves_nothing(harness: CoreHarness) -> None:
    await started(harness)
    task_id = await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    harness.gateway.money = None
    harness.gateway.set_task(task_id, TaskStatus.FAILURE, charged_quota=50_000)
    await harness.clock.advance(CHECK_AFTER_S - 1)
    harness.gateway.error = GatewayFailed()
    await harness.clock.advance(21)
    assert await harness.core.services.billing.refund(task_id) == Refund(RefundState.UNKNOWN)


async def test_a_gateway_without_a_record_gets_no_second_request(harness: CoreHarness) -> None:
    await started(harness)
    task_id = await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    await end(harness, task_id, TaskStatus.FAILURE)
    asked = len(harness.gateway.asked)
    await harness.clock.advance(A_LOOK)
    assert refund_states(harness) != []
    assert len(harness.gateway.asked) == asked


async def test_a_success_and_a_rejection_do_not_change_the_balance(harness: CoreHarness) -> None:
    await started(harness)
    task_id = await pay(harness, SONG, 0.1)
    await harness.clock.advance(A_LOOK)
    looks = harness.gateway.balances
    await end(harness, task_id)
    harness.gateway.outcome = lambda _: Rejected(InsufficientBalance())
    await send_request(harness.core, SONG, "main", is_again=True)
    await harness.clock.advance(60)
    assert harness.gateway.balances == looks


async def test_concurrent_calls_share_one_request(harness: CoreHarness) -> None:
    harness.gateway.money = Balance(5.0, "$")
    await asyncio.gather(*(harness.core.services.billing.refresh("main") for _ in range(5)))
    assert harness.gateway.balances == 1


async def test_a_full_disk_loses_the_price_and_not_the_balance(
    harness: CoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LibraryError("The disk is full")

    await started(harness)
    await pay(harness, SONG, 0.1)
    monkeypatch.setattr(harness.core.services.billing._price_store, "add", full)
    seen = len(harness.published(BalanceChanged))
    await harness.clock.advance(A_LOOK)
    assert harness.core.services.billing.balance("main") == Balance(4.9, "$")
    assert harness.published(BalanceChanged)[seen:] == [BalanceChanged("main", Balance(4.9, "$"))]
    assert harness.core.services.billing.price("main", "music") is None


async def test_a_missed_price_is_never_learned_wrongly_later(harness: CoreHarness) -> None:
    """The check after the request has no balance: the next one with a balance compares with the last one that had
    one."""
    await started(harness)
    await pay(harness, SONG, 0.1)
    harness.gateway.money, left = None, harness.gateway.money
    await harness.clock.advance(A_LOOK)
    assert harness.core.services.billing.price("main", "music") is None
    harness.gateway.money = left
    await harness.core.services.billing.refresh("main")
    assert harness.core.services.billing.price("main", "music") == Price(0.1, "$", 1)


@pytest.fixture
async def beside(harness: CoreHarness) -> CoreHarness:
    """Two profiles of one account, "main" in use and "second", with a balance check of each; "elsewhere" has another
    gateway."""
    harness.core.add_profile(Profile("elsewhere", parse_base_url("http://127.0.0.1:10")))
    harness.core.add_profile(Profile("second", MAIN.base_url))
    harness.core.add_profile(MAIN)
    await started(harness)
    await harness.core.services.billing.refresh("second")
    return harness


async def send_as(harness: CoreHarness, profile: str, price: float) -> str:
    """Send a song with a profile of the same account; returns the task's id."""
    assert harness.gateway.money is not None
    ended = await send_request(harness.core, SONG, profile, is_again=True)
    harness.gateway.money = Balance(round(harness.gateway.money.remaining - price, 6), "$")
    assert ended.task_id is not None
    return ended.task_id


@pytest.mark.parametrize(("other", "price"), [("second", None), ("elsewhere", Price(0.1, "$", 1))])
async def test_a_request_with_the_same_account_prevents_the_price(
    beside: CoreHarness, other: str, price: Price | None
) -> None:
    harness = beside
    await pay(harness, WORDS, 0.1)
    await send_as(harness, other, 0.5 if other == "second" else 0.0)
    await harness.clock.advance(A_LOOK)
    assert harness.core.services.billing.balance("main") is not None
    assert harness.core.services.billing.price("main", "lyrics") == price
    assert harness.core.services.billing.price("second", "music") is None


async def test_a_refund_to_the_same_account_prevents_the_price(beside: CoreHarness) -> None:
    harness = beside
    task_id = await send_as(harness, "second", 0.5)
    await harness.clock.advance(30)
    await harness.core.services.billing.refresh("main")
    await harness.clock.advance(1)
    await pay(harness, WORDS, 0.7)
    harness.gateway.set_task(task_id, TaskStatus.FAILURE)
    harness.gateway.money = Balance(4.3, "$")
    await harness.core.refresh([task_id])
    await harness.clock.advance(3 * A_LOOK)
    await harness.core.services.billing.refresh("main")
    assert harness.core.services.billing.balance("main") == Balance(4.3, "$")
    assert harness.core.services.billing.price("main", "lyrics") is None, "0.2 is what two movements came to"


async def test_a_failing_gateway_in_the_meantime_changes_nothing(harness: CoreHarness) -> None:
    await started(harness)
    await pay(harness, SONG, 0.1)
    harness.gateways.error = GatewayFailed()
    await harness.clock.advance(A_LOOK)
    harness.gateways.error = None
    await harness.core.services.billing.refresh("main")
    assert harness.core.services.billing.price("main", "music") == Price(0.1, "$", 1)


@pytest.fixture
async def later(harness: CoreHarness, monkeypatch: pytest.MonkeyPatch) -> CoreHarness:
    """A saved balance, then a sent song; a minute later, without a check since."""
    monkeypatch.setattr(harness.gateways, "profile", lambda _: MAIN)
    await harness.core.open()
    harness.gateway.money = Balance(5.0, "$")
    await harness.core.services.billing.refresh("main")
    await harness.core.services.billing.save_balance("main")
    harness.gateway.money = None
    await send_request(harness.core, SONG, "main")
    await harness.clock.advance(60)
    harness.gateway.money = Balance(4.9, "$")
    return harness


async def test_an_earlier_request_is_priced_once(later: CoreHarness) -> None:
    harness = later
    await harness.core.services.billing.learn_earlier_price("main")
    assert harness.core.services.billing.price("main", "music") == Price(0.1, "$", 1)
    looks = harness.gateway.balances
    await harness.core.services.billing.learn_earlier_price("main")
    assert harness.core.services.billing.price("main", "music") == Price(0.1, "$", 1)
    assert harness.gateway.balances == looks, "nothing was left to ask for"


async def test_an_earlier_request_has_no_price_while_another_program_sends(
    later: CoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the first comparison and the gateway's response."""
    harness = later
    read_balance = harness.gateway.balance

    async def balance() -> Balance | None:
        seen = await read_balance()
        await send_request(harness.core, WORDS, "main")
        return seen

    monkeypatch.setattr(harness.gateway, "balance", balance)
    await harness.core.services.billing.learn_earlier_price("main")
    assert harness.core.services.billing.price("main", "music") is None
