"""Fetching tasks: in batches, every id accounted for, and one bad task never hides the others (P1 to P3)."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunotui.domain.errors import GatewayFailed, NotAGateway, SunotuiError, TimedOut, TokenRejected, UnreadableResponse
from sunotui.domain.tasks.task import TaskStatus
from sunotui.gateway.client import BATCH, FetchResult
from sunotui.gateway.parsing import response_cache
from sunotui.gateway.parsing.envelope import Response
from sunotui.gateway.parsing.response_cache import reports_of
from sunotui.gateway.transport.connection import LARGEST_BODY, TimeLimits
from tests.gateway.conftest import Client
from tests.gateway.loopback import TOKEN, ReceivedRequest, loopback_server, page, response
from tests.support.threads import threads_of


def batch_response(*tasks: object) -> bytes:
    """A batch response of the reference server."""
    return response(200, {"code": "success", "message": "", "data": list(tasks)})


def task(task_id: str, status: str = "SUCCESS") -> dict[str, object]:
    """A task object."""
    return {"task_id": task_id, "action": "MUSIC", "status": status, "fail_reason": "", "data": []}


def ids_of(count: int) -> list[str]:
    return [f"task-{number}" for number in range(count)]


async def test_one_id_uses_the_batch_endpoint(client_for: Client) -> None:
    async with loopback_server(batch_response(task("a"))) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a"])
    assert [(request.method, request.path, request.ids) for request in gateway.requests] == [
        ("POST", "/suno/fetch", ["a"])
    ]
    assert [(report.id, report.status) for report in batch.reports] == [("a", TaskStatus.SUCCESS)]
    assert (batch.absent, batch.unreadable, batch.error) == ((), (), None)


@pytest.mark.parametrize("prefix", ["", "/v1", "/api/v1"])
async def test_the_prefix_of_the_base_url_is_used(prefix: str, client_for: Client) -> None:
    async with loopback_server(batch_response()) as gateway:
        await client_for(gateway.base_url._replace(prefix=prefix)).fetch_tasks(["a"])
    assert gateway.requests[0].path == f"{prefix}/suno/fetch"


async def test_many_ids_are_fetched_once_each_in_batches_of_fifty(client_for: Client) -> None:
    def echo(request: ReceivedRequest) -> bytes:
        return batch_response(*(task(task_id) for task_id in request.ids))

    wanted = ids_of(BATCH * 2 + 7)
    async with loopback_server(echo) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks([*wanted, *wanted[:9]])
    assert [len(request.ids) for request in gateway.requests] == [50, 50, 7]
    assert [report.id for report in batch.reports] == wanted


async def test_no_ids_send_no_request(client_for: Client) -> None:
    async with loopback_server(batch_response()) as gateway:
        assert await client_for(gateway.base_url).fetch_tasks([]) == FetchResult((), (), (), requests=0)
    assert gateway.requests == []


async def test_missing_tasks_are_absent_and_unrequested_tasks_ignored(client_for: Client) -> None:
    async with loopback_server(batch_response(task("b"), task("unrequested"))) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a", "b", "c"])
    assert [report.id for report in batch.reports] == ["b"]
    assert batch.absent == ("a", "c")


@pytest.mark.parametrize("data", [None, [], {}, ""])
async def test_empty_data_means_absent(data: object, client_for: Client) -> None:
    async with loopback_server(response(200, {"code": "success", "message": "", "data": data})) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a"])
    assert (batch.reports, batch.absent, batch.unreadable) == ((), ("a",), ())


@pytest.mark.parametrize("data", [[None, 7, "x", []], {"list": None}, 7])
async def test_data_of_an_unknown_format_does_not_mean_absent(data: object, client_for: Client) -> None:
    async with loopback_server(response(200, {"code": "success", "message": "", "data": data})) as gateway:
        with pytest.raises(UnreadableResponse):
            await client_for(gateway.base_url).fetch_tasks(["a"])


async def test_invalid_ids_are_not_sent(client_for: Client) -> None:
    async with loopback_server(batch_response(task("a"))) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a", "", "b c", "x" * 129, "\x1b[2J", "задача"])
    assert gateway.requests[0].ids == ["a"]
    assert len(batch.absent) == 5


@pytest.mark.guarantee("P2", ordinary="bisection in the client")
async def test_a_task_that_breaks_the_response_is_found_by_bisection(client_for: Client) -> None:
    def respond(request: ReceivedRequest) -> bytes:
        if "task-13" in request.ids:
            return response(200, '{"code":"success","data":[{"task_id":"task-13"')
        return batch_response(*(task(task_id) for task_id in request.ids))

    wanted = ids_of(40)
    async with loopback_server(respond) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(wanted)
    assert batch.unreadable == ("task-13",)
    assert {report.id for report in batch.reports} == set(wanted) - {"task-13"}
    # 40 20 20 10 10 ...: bisection, not one request per id.
    assert len(gateway.requests) <= 14


@pytest.mark.guarantee("P2")
async def test_a_gateway_without_readable_responses_raises_an_error(client_for: Client) -> None:
    async with loopback_server(response(200, "")) as gateway:
        with pytest.raises(SunotuiError):
            await client_for(gateway.base_url).fetch_tasks(["a"])
    assert len(gateway.requests) == 2


async def test_an_error_after_the_first_batch_keeps_its_reports(client_for: Client) -> None:
    def then_fail(request: ReceivedRequest) -> bytes:
        return batch_response(*(task(task_id) for task_id in request.ids)) if "task-0" in request.ids else page(502)

    async with loopback_server(then_fail) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(ids_of(BATCH + 5))
    assert len(batch.reports) == BATCH
    assert isinstance(batch.error, GatewayFailed)
    # The five tasks of the failed batch are not absent: their state is unknown.
    assert batch.absent == ()


@pytest.mark.parametrize(
    ("given_response", "expected"),
    [
        (page(200, "New API"), NotAGateway),
        (page(502), GatewayFailed),
        (response(401, {"error": {"message": "无效的令牌", "type": "new_api_error"}}), TokenRejected),
        (response(500, {"code": "get_tasks_failed", "message": "dial tcp", "data": None}), GatewayFailed),
    ],
)
async def test_errors_of_a_fetch(given_response: bytes, expected: type[SunotuiError], client_for: Client) -> None:
    async with loopback_server(given_response) as gateway:
        with pytest.raises(expected):
            await client_for(gateway.base_url).fetch_tasks(["a", "b"])
    # After a rejected token the usage page is requested as well (test_key_quota.py).
    assert gateway.posts == 1


@pytest.mark.guarantee("P3", ordinary="the limit of 8 MiB, two fetches in flight, the deadline")
async def test_a_fetch_without_a_response_times_out(client_for: Client) -> None:
    async def never(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with loopback_server(never) as gateway:
        with pytest.raises(TimedOut):
            await client_for(gateway.base_url, limits=TimeLimits(fetch_s=0.2)).fetch_tasks(["a"])


@pytest.mark.guarantee("P3")
async def test_at_most_two_fetches_run_at_once(client_for: Client) -> None:
    may_respond = asyncio.Event()
    waiting = 0
    most = 0

    async def slow(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        if waiting == 2:
            asyncio.get_running_loop().call_later(0.1, may_respond.set)
        await may_respond.wait()
        waiting -= 1
        writer.write(batch_response(*(task(task_id) for task_id in request.ids)))
        await writer.drain()

    async with loopback_server(slow) as gateway:
        client = client_for(gateway.base_url)
        await asyncio.gather(*(client.fetch_tasks([f"task-{number}"]) for number in range(8)))
    assert most == 2


async def test_a_token_echoed_by_the_gateway_is_not_stored(client_for: Client) -> None:
    echoing = {**task("a", "FAILURE"), "fail_reason": f"bad key {TOKEN.reveal()}", "debug": TOKEN.reveal()}
    async with loopback_server(batch_response(echoing)) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a"])
    (report,) = batch.reports
    assert TOKEN.reveal() not in report.raw + report.fail_reason
    assert "bad key" in report.fail_reason


async def test_a_large_response_is_parsed_off_the_event_loop(
    client_for: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    heavy = {**task("a"), "data": [{"id": "c1", "status": "complete", "prompt": "la " * 400_000}]}
    readers = threads_of(monkeypatch, response_cache, "reports_of")
    async with loopback_server(batch_response(heavy)) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a"])
    assert len(batch.reports[0].clips) == 1
    assert readers
    assert threading.get_ident() not in readers


@pytest.mark.guarantee("P3")
async def test_a_body_over_the_limit_raises_an_error(client_for: Client) -> None:
    body = b'{"code":"success","data":[]}' + b" " * LARGEST_BODY
    async with loopback_server(response(200, body)) as gateway:
        with pytest.raises(SunotuiError, match="larger"):
            await client_for(gateway.base_url).fetch_tasks(["a"])


# --- a single task ----------------------------------------------------------------------------------------------------


async def test_one_task_is_fetched_by_its_path(client_for: Client) -> None:
    async with loopback_server(response(200, {"code": "success", "message": "", "data": task("a/../b")})) as gateway:
        report = await client_for(gateway.base_url).fetch_one("a/../b")
    assert gateway.requests[0].path == "/suno/fetch/a%2F%2E%2E%2Fb"
    assert report is not None
    assert report.id == "a/../b"


async def test_one_unknown_task(client_for: Client) -> None:
    refusal = {"code": "task_not_exist", "message": "task not exist", "data": None}
    async with loopback_server(response(400, refusal)) as gateway:
        client = client_for(gateway.base_url)
        assert await client.fetch_one("a") is None
        assert await client.fetch_one("not an id") is None
    assert len(gateway.requests) == 1


# --- totality ---------------------------------------------------------------------------------------------------------

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
_WORDS = st.sampled_from(
    ["code", "data", "message", "msg", "error", "task_id", "taskId", "id", "status", "action", "clips", "audio_url",
     "metadata", "fail_reason", "submit_time", "result", "list", "duration", "text", "title", "created_at", "a"]
)  # fmt: skip
_STATUS_WORDS = st.sampled_from(["success", "SUCCESS", "complete", "streaming", "error", "a", "NOT_START", "200"])
DOCUMENTS = st.recursive(
    _SCALARS | _STATUS_WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_WORDS | st.text(max_size=5), inner, max_size=6),
    max_leaves=24,
)


def parsed_or_refused(status: int, kind: str, body: bytes) -> str:
    """ "reports", or the sentence of the error. Any exception other than SunotuiError fails the test."""
    try:
        reports = reports_of(Response(status, {"content-type": kind}, body), ["a"], TOKEN.reveal())
    except SunotuiError as failure:
        return failure.sentence
    assert all(isinstance(report.id, str) for report in reports)
    return "reports"


@pytest.mark.guarantee("P1", ordinary="600 generated documents and bodies")
@settings(max_examples=400)
@given(DOCUMENTS, st.sampled_from([200, 200, 200, 201, 204, 400, 401, 404, 429, 500, 503]))
def test_any_document_gives_reports_or_an_error(document: object, status: int) -> None:
    for batch_response in ({"code": "success", "data": document}, document):
        assert parsed_or_refused(status, "application/json", json.dumps(batch_response).encode())


@pytest.mark.guarantee("P1")
@settings(max_examples=300)
@given(st.binary(max_size=200), st.sampled_from([200, 302, 400, 500]), st.text(max_size=20))
def test_any_bytes_give_reports_or_an_error(body: bytes, status: int, kind: str) -> None:
    assert "\x1b" not in parsed_or_refused(status, kind, body)
