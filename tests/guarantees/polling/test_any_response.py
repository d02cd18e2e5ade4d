"""The poller survives every response and every exception, and applies the next good response within one period (P1)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import httpx
import pytest

from sunotui.core.events import ConnectionState
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from tests.guarantees.fake_transport import NO_PAGE, FakeResponse, OfflineCore, batch, healthy, ids_of
from tests.guarantees.polling.bad_responses import (
    TASK,
    BadResponse,
    generated_responses,
    handwritten_responses,
    sample_responses,
)

pytestmark = pytest.mark.guarantee(
    "P1",
    ordinary=("every sample under three statuses, 180 written by hand, 2,000 generated, each through the real poller"),
    long="20,000 generated",
    last_long_run="2026-11-25: 20,000 bodies, 73 s",
    gaps="The feed gets the samples and the hand-written bodies only, not the generated ones.",
)

SIDE_BY_SIDE = 40
"""Gateways at a time, each with send_each of its own."""
PERIOD_S = 5.01
"""A young task's interval, which is also the longest wait after a first failure."""


class Gateway:
    """Responds badly until it recovers; then every task is finished."""

    def __init__(self, where: str = "/suno/fetch") -> None:
        self.where = where
        """The part of the path that gets bad responses; a batch elsewhere hears that its tasks are unknown."""
        self.bad: BadResponse | None = None
        self.asked: set[str] = set()
        """Ids asked for in good send_each."""
        self.bad_sent = 0

    def __call__(self, request: httpx.Request) -> FakeResponse | Exception:
        if self.bad is None:
            self.asked.update(ids_of(request))
            return healthy(request)
        if self.where not in request.url.path:
            return batch() if ids_of(request) else NO_PAGE
        self.bad_sent += 1
        if isinstance(self.bad, Exception):
            return self.bad
        ids = ids_of(request)
        body = self.bad.body.replace(TASK.encode(), ids[0].encode()) if ids else self.bad.body
        return FakeResponse(body, self.bad.status, self.bad.headers)


@pytest.fixture
async def offline(tmp_path: Path) -> AsyncIterator[OfflineCore]:
    made = OfflineCore(tmp_path)
    await made.open()
    yield made
    await made.close()


async def send_each(
    offline: OfflineCore, responses: Iterable[tuple[str, BadResponse]], where: str = "/suno/fetch"
) -> int:
    """Send each bad response to a poller of two tasks; how many there were."""
    gateways = {f"g{number}": Gateway(where) for number in range(SIDE_BY_SIDE)}
    for name, gateway in gateways.items():
        offline.add(name, gateway)
    passed = 0
    all_storms = list(responses)
    for number, start in enumerate(range(0, len(all_storms), SIDE_BY_SIDE)):
        some = all_storms[start : start + SIDE_BY_SIDE]
        over = list(zip(gateways, some, strict=False))
        for name, (_, bad) in over:
            gateway = gateways[name]
            gateway.bad, gateway.bad_sent = bad, 0
            forget_what_the_feed_taught(offline, name)
            await offline.put(name, [f"{name}-{number}-a", f"{name}-{number}-b"], misses=1)
        await offline.settle()
        for name, (what, _) in over:
            assert gateways[name].bad_sent > 0, f"{what}: the gateway was not asked"
            gateways[name].bad = None
            if offline.watch(name).connection.state is ConnectionState.REFUSED:
                offline.watch(name).resume()
        await offline.clock.advance(PERIOD_S)
        await all_is_well(offline, gateways, number, over)
        passed += len(over)
    for name in gateways:
        loop = offline.watch(name)._loop_task
        assert loop is not None
        assert not loop.done()
    return passed


def forget_what_the_feed_taught(offline: OfflineCore, name: str) -> None:
    """A missing feed is not asked again, and a failing one is left alone: each response needs a new poller."""
    follower = offline.watch(name)._feed
    follower._is_missing, follower._failures, follower._quiet_until = False, 0, 0.0
    offline.core.services.capabilities._known.pop(name, None)


async def all_is_well(
    offline: OfflineCore, gateways: dict[str, Gateway], number: int, over: list[tuple[str, tuple[str, BadResponse]]]
) -> None:
    """The good response was applied to every task that the bad one had not finished."""
    tasks = await offline.tasks([f"{name}-{number}-{part}" for name, _ in over for part in "ab"])
    for name, (what, bad) in over:
        for part in "ab":
            task = tasks[f"{name}-{number}-{part}"]
            assert task.status.is_final, f"{what}: still {task.status} after one period\n{bad!r:.2000}"
            if task.id in gateways[name].asked:
                assert task.status is TaskStatus.SUCCESS, f"{what}: the good answer was not applied\n{bad!r:.2000}"


def unexpected_errors(offline: OfflineCore) -> list[str]:
    """What only the outermost handler of the loop caught: a correct client raises nothing but SunotuiError."""
    log = offline.core.paths.event_log
    return [line for line in log.read_text().splitlines() if "unexpected error" in line] if log.exists() else []


async def test_every_sample_is_survived(offline: OfflineCore) -> None:
    """Fails when the first wait after a failure is thirty seconds longer."""
    assert await send_each(offline, sample_responses()) > 140
    assert unexpected_errors(offline) == []


async def test_every_handwritten_response_is_survived(offline: OfflineCore) -> None:
    """Fails with `except httpx.HTTPError` in place of `except Exception` in the client's `_ask`."""
    assert await send_each(offline, handwritten_responses()) > 150
    assert unexpected_errors(offline) == []


@pytest.mark.parametrize("responses", [sample_responses(), handwritten_responses()], ids=["samples", "canned"])
async def test_every_bad_response_of_the_feed_is_survived(
    offline: OfflineCore, responses: list[tuple[str, BadResponse]]
) -> None:
    """Fails with `except httpx.HTTPError` in place of `except Exception` in the client's `_ask`."""
    assert await send_each(offline, responses, where="/suno/feed/") == len(responses)
    assert unexpected_errors(offline) == []


@pytest.mark.parametrize("error", [KeyError("data"), RecursionError(), MemoryError(), AssertionError(), OSError(5, "")])
async def test_an_unexpected_error_in_the_poller_ends_nothing(
    offline: OfflineCore, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Fails with `except ValueError` in place of `except Exception` in the poller."""
    gateway = Gateway()
    offline.add("main", gateway)

    def broken(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(offline.core.stores.tasks, "update", broken)
        offline.watch("main").add([Task("a", "main", TaskKind.MUSIC, TaskStatus.QUEUED, 0.0)], is_due_now=True)
        await offline.settle()
    assert len(unexpected_errors(offline)) == 1
    await offline.clock.advance(PERIOD_S)
    assert (await offline.tasks(["a"]))["a"].status is TaskStatus.SUCCESS


async def test_two_thousand_generated_responses_are_survived(offline: OfflineCore) -> None:
    """Fails when `fields.line` takes everything but text for a number."""
    assert await send_each(offline, generated_responses(2_000, seed=1)) == 2_000
    assert unexpected_errors(offline) == []


@pytest.mark.long
@pytest.mark.timeout(1_800)
async def test_twenty_thousand_generated_responses_are_survived(offline: OfflineCore) -> None:
    """The same with another seed."""
    assert await send_each(offline, generated_responses(20_000, seed=2)) == 20_000
    assert unexpected_errors(offline) == []
