"""Several gateways at once: each is polled at its own rate, and errors of one do not affect the others."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sunotui.core.events import ConnectionChanged, ConnectionState
from sunotui.domain.errors import NetworkError, RateLimited, SunotuiError, TokenMissing, TokenRejected
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.gateway.submit.outcome import Accepted
from tests.core.harness import CoreHarness, FakeGateway
from tests.support.send_request import send_request

SONG = MusicRequest(description="rain on a tin roof")


async def put(harness: CoreHarness, profile: str, ids: Sequence[str]) -> None:
    """Put unfinished tasks of a profile into the library."""
    now = harness.clock.now()
    tasks = [Task(task_id, profile, TaskKind.MUSIC, TaskStatus.SUBMITTED, added_at=now) for task_id in ids]
    await harness.core.storage.run(harness.core.stores.tasks.save, tasks)


def gateway(harness: CoreHarness, profile: str, *ids: str) -> FakeGateway:
    """A separate gateway for a profile, which is generating these tasks."""
    made = harness.gateways.others[profile] = FakeGateway()
    for task_id in ids:
        made.set_task(task_id, TaskStatus.IN_PROGRESS)
    return made


def line_of(harness: CoreHarness, profile: str) -> ConnectionState:
    line = harness.core.services.pollers.connection(profile)
    assert line is not None
    return line.state


async def test_unfinished_tasks_are_polled_in_every_profile(harness: CoreHarness) -> None:
    for profile, ids in (("one", ["a", "b"]), ("two", ["c"]), ("three", ["d"])):
        await put(harness, profile, ids)
    gateways = [gateway(harness, "one", "a", "b"), gateway(harness, "two", "c"), gateway(harness, "three", "d")]
    await harness.core.start()
    await harness.settle()
    assert [made.asked for made in gateways] == [[["a", "b"]], [["c"]], [["d"]]]
    assert harness.gateway.asked == [], "the profile in use has nothing unfinished"
    assert set(harness.core.services.pollers.connections()) == {"one", "two", "three", "main"}


@pytest.mark.parametrize(
    ("trouble", "line", "asked_at_most"),
    [
        (NetworkError(), ConnectionState.OFFLINE, 20),
        (TokenRejected(), ConnectionState.REFUSED, 1),
        (RateLimited(retry_after_s=600), ConnectionState.FAILING, 1),
        (RecursionError(), ConnectionState.FAILING, 20),
    ],
)
async def test_errors_of_one_gateway_do_not_affect_others(
    harness: CoreHarness, trouble: SunotuiError | Exception, line: ConnectionState, asked_at_most: int
) -> None:
    await put(harness, "good", ["a"])
    await put(harness, "bad", ["b"])
    good, bad = gateway(harness, "good", "a"), gateway(harness, "bad")
    bad.trouble = trouble
    await harness.core.start()
    await harness.clock.advance(120)
    # Every five seconds in the first minute, every ten in the second: the rate of a single gateway.
    assert 18 <= len(good.asked) <= 19
    assert (line_of(harness, "good"), line_of(harness, "bad")) == (ConnectionState.ONLINE, line)
    assert 1 <= len(bad.asked) <= asked_at_most
    good.set_task("a", TaskStatus.SUCCESS)
    await harness.clock.advance(21)
    ended = await harness.task("a")
    assert ended is not None
    assert ended.status is TaskStatus.SUCCESS


async def test_a_deleted_profile_is_reported_quietly(harness: CoreHarness) -> None:
    await put(harness, "gone", ["a"])
    await put(harness, "good", ["b"])
    harness.gateways.others["gone"] = TokenMissing("There is no gateway 'gone'")
    good = gateway(harness, "good", "b")
    await harness.core.start()
    await harness.clock.advance(600)
    changes = [event for event in harness.events if isinstance(event, ConnectionChanged) and event.profile == "gone"]
    assert [event.state for event in changes] == [ConnectionState.NO_TOKEN]
    assert changes[0].error is not None
    assert "gone" in changes[0].error.sentence
    current = harness.core.connection()
    assert current is not None
    assert (current.profile, current.error) == ("main", None)
    assert len(good.asked) > 20
    task = await harness.task("a")
    assert task is not None
    assert not task.status.is_final, "a task without its gateway is not lost: the profile may come back"


@pytest.mark.guarantee("P4", ordinary="a budget for each profile")
async def test_each_profile_has_its_own_budget(harness: CoreHarness) -> None:
    busy, idle = [f"t{number}" for number in range(60)], ["z"]
    await put(harness, "busy", busy)
    await put(harness, "idle", idle)
    gateway(harness, "busy", *busy).requests = 60
    quiet = gateway(harness, "idle", *idle)
    await harness.core.start()
    await harness.clock.advance(60)
    assert 12 <= len(quiet.asked) <= 13


async def test_a_request_can_be_sent_to_another_profile(harness: CoreHarness) -> None:
    other = gateway(harness, "other")
    other.outcome = lambda _: Accepted("there-1")
    await harness.core.start()
    ended = await send_request(harness.core, SONG, "other")
    assert (ended.profile, ended.task_id, harness.core.active_profiles.name) == ("other", "there-1", "main")
    assert harness.gateway.orders == []
    await harness.clock.advance(6)
    assert other.asked == [["there-1"]]


async def test_the_same_request_at_two_gateways_is_not_a_duplicate(harness: CoreHarness) -> None:
    other = gateway(harness, "other")
    other.outcome = lambda _: Accepted("there-1")
    await send_request(harness.core, SONG, "main")
    await send_request(harness.core, SONG, "other")
    assert (len(harness.gateway.orders), len(other.orders)) == (1, 1)


async def test_a_refresh_polls_each_task_at_its_own_gateway(harness: CoreHarness) -> None:
    await put(harness, "one", ["a"])
    await put(harness, "two", ["b"])
    one, two = gateway(harness, "one", "a"), gateway(harness, "two", "b")
    harness.gateway.set_task("new", TaskStatus.QUEUED)
    found = await harness.core.refresh(["b", "new", "a"])
    assert [(task.id, task.profile) for task in found] == [("b", "two"), ("new", "main"), ("a", "one")]
    assert (one.asked, two.asked, harness.gateway.asked) == ([["a"]], [["b"]], [["new"]])


async def test_switching_profiles_stops_no_poller(harness: CoreHarness) -> None:
    await put(harness, "main", ["a"])
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.clock.advance(6)
    harness.core.add_profile(Profile("second", parse_base_url("http://127.0.0.1:10")))
    asked = len(harness.gateway.asked)
    await harness.clock.advance(30)
    assert harness.core.active_profiles.name == "second"
    assert len(harness.gateway.asked) > asked


async def test_without_a_profile_known_tasks_are_refreshed_and_unknown_ones_are_not(harness: CoreHarness) -> None:
    """It failed for the known ones too, although each is asked for at its own gateway."""
    await put(harness, "one", ["a"])
    one = gateway(harness, "one", "a")
    harness.core.active_profiles.name = ""
    assert [task.id for task in await harness.core.refresh(["a", "a"])] == ["a"]
    with pytest.raises(TokenMissing, match="There is no gateway yet"):
        await harness.core.refresh(["a", "new"])
    assert (one.asked, harness.gateway.asked) == ([["a"]], [])
    harness.gateway.set_task("new", TaskStatus.QUEUED)
    assert [task.id for task in await harness.core.refresh(["new"], "main")] == ["new"]
