"""The poller survives every response and every exception, and applies the next good response within one period (P1)."""

from __future__ import annotations

from collections.abc import Iterable

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

PARALLEL = 40
"""The number of gateways tested at the same time, each with its own responses."""
PERIOD_S = 5.01
"""The poll interval of a new task, which is also the maximum backoff after a first failure."""


class Gateway:
    """Sends a bad response while `bad` is set; otherwise every task is finished."""

    def __init__(self, path_part: str = "/suno/fetch") -> None:
        self.path_part = path_part
        """Only paths with this part get bad responses; a batch on another path gets an empty response."""
        self.bad: BadResponse | None = None
        self.served: set[str] = set()
        """Ids in requests that got a good response."""
        self.bad_sent = 0

    def __call__(self, request: httpx.Request) -> FakeResponse | Exception:
        if self.bad is None:
            self.served.update(ids_of(request))
            return healthy(request)
        if self.path_part not in request.url.path:
            return batch() if ids_of(request) else NO_PAGE
        self.bad_sent += 1
        if isinstance(self.bad, Exception):
            return self.bad
        ids = ids_of(request)
        body = self.bad.body.replace(TASK.encode(), ids[0].encode()) if ids else self.bad.body
        return FakeResponse(body, self.bad.status, self.bad.headers)


async def send_each(
    offline: OfflineCore, responses: Iterable[tuple[str, BadResponse]], path_part: str = "/suno/fetch"
) -> int:
    """Send each bad response to a poller with two tasks; return the number of responses."""
    gateways = {f"g{number}": Gateway(path_part) for number in range(PARALLEL)}
    for name, gateway in gateways.items():
        offline.add(name, gateway)
    count = 0
    cases = list(responses)
    for number, start in enumerate(range(0, len(cases), PARALLEL)):
        some = cases[start : start + PARALLEL]
        batch_cases = list(zip(gateways, some, strict=False))
        for name, (_, bad) in batch_cases:
            gateway = gateways[name]
            gateway.bad, gateway.bad_sent = bad, 0
            reset_feed_state(offline, name)
            await offline.put(name, [f"{name}-{number}-a", f"{name}-{number}-b"], misses=1)
        await offline.settle()
        for name, (what, _) in batch_cases:
            assert gateways[name].bad_sent > 0, f"{what}: the gateway got no request"
            gateways[name].bad = None
            if offline.poller(name).connection.state is ConnectionState.REFUSED:
                offline.poller(name).resume()
        await offline.clock.advance(PERIOD_S)
        await assert_recovered(offline, gateways, number, batch_cases)
        count += len(batch_cases)
    for name in gateways:
        loop = offline.poller(name)._loop_task
        assert loop is not None
        assert not loop.done()
    return count


def reset_feed_state(offline: OfflineCore, name: str) -> None:
    """Reset what the poller has learned about the feed, so that every response is requested from it."""
    feed = offline.poller(name)._feed
    feed._refusals, feed._failures, feed._quiet_until = 0, 0, 0.0
    offline.core.services.capabilities._known.pop(name, None)


async def assert_recovered(
    offline: OfflineCore,
    gateways: dict[str, Gateway],
    number: int,
    batch_cases: list[tuple[str, tuple[str, BadResponse]]],
) -> None:
    """Check that the good response was applied to every task that the bad one had not finished."""
    tasks = await offline.tasks([f"{name}-{number}-{part}" for name, _ in batch_cases for part in "ab"])
    for name, (what, bad) in batch_cases:
        for part in "ab":
            task = tasks[f"{name}-{number}-{part}"]
            assert task.status.is_final, f"{what}: still {task.status} after one period\n{bad!r:.2000}"
            if task.id in gateways[name].served:
                assert task.status is TaskStatus.SUCCESS, f"{what}: the good response was not applied\n{bad!r:.2000}"


def unexpected_errors(offline: OfflineCore) -> list[str]:
    """Errors that only the outermost handler of the loop caught. A correct client raises only SunotuiError."""
    log = offline.core.paths.event_log
    return [line for line in log.read_text().splitlines() if "unexpected error" in line] if log.exists() else []


async def test_every_sample_is_survived(offline: OfflineCore) -> None:
    """Fails if the first backoff after a failure is thirty seconds longer."""
    assert await send_each(offline, sample_responses()) > 140
    assert unexpected_errors(offline) == []


async def test_every_handwritten_response_is_survived(offline: OfflineCore) -> None:
    """Fails with `except httpx.HTTPError` instead of `except Exception` in `Requester.request`."""
    assert await send_each(offline, handwritten_responses()) > 150
    assert unexpected_errors(offline) == []


@pytest.mark.parametrize("responses", [sample_responses(), handwritten_responses()], ids=["samples", "canned"])
async def test_every_bad_response_of_the_feed_is_survived(
    offline: OfflineCore, responses: list[tuple[str, BadResponse]]
) -> None:
    """Fails with `except httpx.HTTPError` instead of `except Exception` in `Requester.request`."""
    assert await send_each(offline, responses, path_part="/suno/feed/") == len(responses)
    assert unexpected_errors(offline) == []


@pytest.mark.parametrize("error", [KeyError("data"), RecursionError(), MemoryError(), AssertionError(), OSError(5, "")])
async def test_the_poller_survives_an_unexpected_error(
    offline: OfflineCore, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Fails with `except ValueError` instead of `except Exception` in the poller."""
    gateway = Gateway()
    offline.add("main", gateway)

    def broken(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(offline.core.stores.tasks, "update", broken)
        offline.poller("main").add([Task("a", "main", TaskKind.MUSIC, TaskStatus.QUEUED, 0.0)], is_due_now=True)
        await offline.settle()
    assert len(unexpected_errors(offline)) == 1
    await offline.clock.advance(PERIOD_S)
    assert (await offline.tasks(["a"]))["a"].status is TaskStatus.SUCCESS


async def test_two_thousand_generated_responses_are_survived(offline: OfflineCore) -> None:
    """Fails if `fields.line` treats every value that is not text as a number."""
    assert await send_each(offline, generated_responses(2_000, seed=1)) == 2_000
    assert unexpected_errors(offline) == []


@pytest.mark.long
@pytest.mark.timeout(1_800)
async def test_twenty_thousand_generated_responses_are_survived(offline: OfflineCore) -> None:
    """Ten times the responses of the ordinary test, from another seed."""
    assert await send_each(offline, generated_responses(20_000, seed=2)) == 20_000
    assert unexpected_errors(offline) == []
