"""Every fault by name: what the gateway does, and how our client classifies it over real HTTP."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from types import SimpleNamespace

import httpx
import pytest

from sunotui.demo import middleware
from sunotui.demo.faults import FAULTS, FaultTarget
from sunotui.demo.server import DemoServer
from sunotui.domain.errors import (
    GatewayFailed,
    InsufficientBalance,
    NetworkError,
    NotAGateway,
    RateLimited,
    SunotuiError,
    TokenRejected,
    UnreadableResponse,
)
from sunotui.domain.gateways.profile import parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.requests.request import LyricsRequest, MusicRequest
from sunotui.domain.tasks.task import TaskReport, TaskStatus
from sunotui.domain.text import clean, clean_lines
from sunotui.gateway.client import FetchResult, GatewayClient
from sunotui.gateway.submit.outcome import Accepted, Outcome, Rejected, Unknown
from sunotui.gateway.submit.payloads import Payload, build_payload
from tests.demo.conftest import StartServer
from tests.demo.harness import EVERY_DIALECT, form_of, prefix_of
from tests.support.demo_faults import set_faults

SONG = MusicRequest(description="a sea shanty about tea", model="chirp-v4")
SPEED = 400.0


@dataclass
class Connection:
    """A server and our client connected to it."""

    server: DemoServer
    client: GatewayClient
    payload: Payload
    """The payload of SONG, in the form that the server reads."""

    async def count(self, name: str) -> int:
        """A counter of the gateway."""
        # Without TLS: otherwise each client reads all root certificates.
        async with httpx.AsyncClient(trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)) as http:
            document: int = (await http.get(self.server.base_url + "/demo/stats")).json()[name]
            return document

    async def song(self) -> str:
        """Submit SONG and return the id of the accepted task."""
        outcome = await self.client.submit(self.payload)
        assert isinstance(outcome, Accepted), outcome
        return outcome.task_id

    async def end_of(self, task_id: str) -> TaskReport:
        """Poll until the task has ended and return its last report."""
        while True:
            (report,) = (await self.client.fetch_tasks([task_id])).reports
            if report.status in {TaskStatus.SUCCESS, TaskStatus.FAILURE}:
                return report


StartConnection = Callable[..., Connection]


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Records the seconds of every pause that the gateway makes before it responds. The pauses still take place."""
    made: list[float] = []

    async def sleep(seconds: float) -> None:
        made.append(seconds)
        await asyncio.sleep(seconds)

    monkeypatch.setattr(middleware, "asyncio", SimpleNamespace(sleep=sleep))
    return made


@pytest.fixture
async def start_connection(start_server: StartServer) -> AsyncIterator[StartConnection]:
    """Starts servers with clients."""
    made: list[Connection] = []

    def make(*faults: str, dialect: str = "reference", speed: float = SPEED) -> Connection:
        server = start_server(faults=faults, dialect=dialect, speed=speed)
        base_url = parse_base_url(server.base_url + prefix_of(dialect))
        client = GatewayClient(base_url, Token(server.token))
        made.append(Connection(server, client, build_payload(SONG, form_of(dialect))))
        return made[-1]

    yield make
    for connection in made:
        await connection.client.aclose()


# --- faults of submissions --------------------------------------------------------------------------------------------

SUBMITS: dict[str, tuple[type[Outcome], type[SunotuiError] | None, int]] = {
    # name: outcome, error, number of tasks the gateway then has
    "slow": (Accepted, None, 1),
    "lost-answer": (Unknown, NetworkError, 1),
    "empty-200": (Unknown, UnreadableResponse, 1),
    "http-500": (Unknown, GatewayFailed, 0),
    "http-502-html": (Unknown, GatewayFailed, 1),
    "rate-limit": (Rejected, RateLimited, 0),
    "maintenance": (Unknown, GatewayFailed, 0),
    "quota": (Rejected, InsufficientBalance, 0),
    "bad-token": (Rejected, TokenRejected, 0),
    "two-documents": (Unknown, UnreadableResponse, 1),
    "html-200": (Unknown, NotAGateway, 0),
    "half-body": (Unknown, NetworkError, 1),
    "fail-task": (Accepted, None, 1),
    "half-fail": (Accepted, None, 1),
    "silence-audio": (Accepted, None, 1),
    "hostile-text": (Accepted, None, 1),
}


def test_every_submission_fault_is_tested() -> None:
    assert set(SUBMITS) == {name for name, fault in FAULTS.items() if FaultTarget.SUBMIT in fault.possible}


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
@pytest.mark.parametrize("name", SUBMITS)
async def test_a_fault_gives_the_expected_outcome(name: str, dialect: str, start_connection: StartConnection) -> None:
    outcome_type, failure, tasks = SUBMITS[name]
    if (name, dialect) == ("maintenance", "claude360"):
        # Its 455 is documented as a refusal; the 503 of the others is not.
        outcome_type = Rejected
    connection = start_connection(f"{name}@submit", dialect=dialect)
    outcome = await connection.client.submit(connection.payload)
    assert type(outcome) is outcome_type, outcome
    if isinstance(outcome, Rejected | Unknown):
        # The reference has no user accounts: only its own account at Suno can be empty.
        is_upstream = (name, dialect) == ("quota", "reference")
        assert type(outcome.error) is (GatewayFailed if is_upstream else failure)
    assert await connection.count("posts") == 1
    assert await connection.count("submits") == tasks


# --- faults of fetches ------------------------------------------------------------------------------------------------

FETCHES: dict[str, type[SunotuiError] | str] = {
    "slow": "reported",
    "lost-answer": NetworkError,
    "empty-200": UnreadableResponse,
    "http-500": GatewayFailed,
    "http-502-html": GatewayFailed,
    "rate-limit": RateLimited,
    "maintenance": GatewayFailed,
    "quota": InsufficientBalance,
    "bad-token": TokenRejected,
    "two-documents": "reported",
    "unknown-id": "absent",
    "null-data": "absent",
    "html-200": NotAGateway,
    "half-body": NetworkError,
    "bad-clip": "reported",
}


def test_every_fetch_fault_is_tested() -> None:
    assert set(FETCHES) == {name for name, fault in FAULTS.items() if FaultTarget.FETCH in fault.possible}


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
@pytest.mark.parametrize("name", FETCHES)
async def test_a_fault_gives_the_expected_fetch_result(
    name: str, dialect: str, start_connection: StartConnection
) -> None:
    connection = start_connection(dialect=dialect)
    task_id = await connection.song()
    set_faults(connection.server, f"{name}@fetch")
    # The reference has no user accounts: only its own account at Suno can be empty.
    expected = GatewayFailed if (name, dialect) == ("quota", "reference") else FETCHES[name]
    if not isinstance(expected, str):
        with pytest.raises(expected):
            await connection.client.fetch_tasks([task_id])
    else:
        batch = await connection.client.fetch_tasks([task_id])
        assert [report.id for report in batch.reports] == ([task_id] if expected == "reported" else [])
        assert batch.absent == ((task_id,) if expected == "absent" else ())
    set_faults(connection.server)
    assert (await connection.end_of(task_id)).status is TaskStatus.SUCCESS


async def test_one_bad_clip_hides_neither_its_task_nor_the_others(start_connection: StartConnection) -> None:
    connection = start_connection()
    ids = [await connection.song() for _ in range(3)]
    for task_id in ids:
        await connection.end_of(task_id)
    set_faults(connection.server, "bad-clip")
    (alone,) = (await connection.client.fetch_tasks(ids[:1])).reports
    assert (alone.id, alone.status) == (ids[0], TaskStatus.SUCCESS), "the task is not confused with the broken one"
    batch: FetchResult = await connection.client.fetch_tasks(ids)
    assert [report.id for report in batch.reports] == ids
    assert all(len([clip for clip in report.clips if clip.audio_url]) == 2 for report in batch.reports)


# --- faults of extras and uploads -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "path", "body"),
    [
        ("extra", "/suno/act/tags", {"original_tags": "tea"}),
        ("upload", "/suno/uploads/audio", {"extension": "mp3"}),
    ],
)
async def test_an_extra_is_truncated_or_slow(
    place: str, path: str, body: dict[str, str], start_server: StartServer, pauses: list[float]
) -> None:
    server = start_server(dialect="paid", speed=20.0)
    headers = {"Authorization": f"Bearer {server.token}"}
    async with httpx.AsyncClient(trust_env=False, base_url=server.base_url, headers=headers) as http:
        for name in ("lost-answer", "half-body"):
            set_faults(server, f"{name}@{place}:1")
            with pytest.raises(httpx.RemoteProtocolError):
                await http.post(path, json=body)
            assert (await http.post(path, json=body)).status_code == 200
        set_faults(server, f"slow@{place}:1")
        assert (await http.post(path, json=body)).status_code == 200
        assert pauses == [4.0 / 20.0]


# --- the result of the task -------------------------------------------------------------------------------------------


async def test_a_failed_task_has_a_reason_and_costs_nothing(start_connection: StartConnection) -> None:
    connection = start_connection("fail-task")
    before = await connection.client.balance()
    report = await connection.end_of(await connection.song())
    assert report.status is TaskStatus.FAILURE
    assert report.fail_reason
    assert before == await connection.client.balance()


async def test_a_half_failed_task_has_one_good_take(start_connection: StartConnection) -> None:
    connection = start_connection("half-fail")
    report = await connection.end_of(await connection.song())
    assert report.status is TaskStatus.FAILURE
    assert sorted(bool(clip.audio_url) for clip in report.clips) == [False, True]


async def test_silent_takes_have_no_link(start_connection: StartConnection) -> None:
    connection = start_connection("silence-audio")
    report = await connection.end_of(await connection.song())
    assert report.status is TaskStatus.SUCCESS
    assert "None.mp3" in report.raw
    assert [clip.audio_url for clip in report.clips] == [None, None]


async def test_hostile_texts_arrive_unchanged_and_are_cleaned_for_display(start_connection: StartConnection) -> None:
    connection = start_connection("hostile-text")
    report = await connection.end_of(await connection.song())
    assert "\\u001b" in report.raw or "\x1b" in report.raw
    for clip in report.clips:
        for text in (clip.title, clip.tags, clip.lyrics):
            assert "\x1b" in text
            assert not {"\x1b", "\x9b", "\u202e"} & set(clean(text) + clean_lines(text))


async def test_slow_is_four_seconds_at_speed_one(start_connection: StartConnection, pauses: list[float]) -> None:
    connection = start_connection("slow", speed=20.0)
    await connection.song()
    assert pauses == [4.0 / 20.0]


async def test_lyrics_are_generated_although_the_response_was_lost(start_connection: StartConnection) -> None:
    connection = start_connection("lost-answer")
    outcome = await connection.client.submit(build_payload(LyricsRequest("a girl from Mars")))
    assert isinstance(outcome, Unknown)
    async with httpx.AsyncClient(trust_env=False) as http:
        (made,) = (await http.get(connection.server.base_url + "/demo/submits")).json()
    assert made["path"] == "/suno/submit/lyrics"
    report = await connection.end_of(made["task_id"])
    assert report.lyrics is not None


# --- fault plans ------------------------------------------------------------------------------------------------------


async def test_a_fault_applies_to_the_first_two_requests(start_connection: StartConnection) -> None:
    connection = start_connection("rate-limit@submit:2")
    outcomes = [type(await connection.client.submit(connection.payload)) for _ in range(3)]
    assert outcomes == [Rejected, Rejected, Accepted]


async def test_a_rate_limit_gives_the_retry_time(start_connection: StartConnection) -> None:
    connection = start_connection("rate-limit")
    outcome = await connection.client.submit(connection.payload)
    assert isinstance(outcome, Rejected)
    assert outcome.error.retry_after_s == 2


async def test_faults_of_a_running_gateway_can_be_changed(start_connection: StartConnection) -> None:
    connection = start_connection("bad-token")
    assert isinstance(await connection.client.submit(connection.payload), Rejected)
    set_faults(connection.server)
    assert isinstance(await connection.client.submit(connection.payload), Accepted)
