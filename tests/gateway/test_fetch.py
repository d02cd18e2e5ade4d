"""Asking for tasks: always in batches, every id accounted for, and one bad task never hides the others (P1 to P3)."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace

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
from tests.gateway.loopback import TOKEN, Asked, answer, listening, page
from tests.support.threads import threads_of


def reported(*tasks: object) -> bytes:
    """A batch answer of the reference server."""
    return answer(200, {"code": "success", "message": "", "data": list(tasks)})


def task(task_id: str, status: str = "SUCCESS") -> dict[str, object]:
    """A task object."""
    return {"task_id": task_id, "action": "MUSIC", "status": status, "fail_reason": "", "data": []}


def ids_of(count: int) -> list[str]:
    return [f"task-{number}" for number in range(count)]


async def test_one_id_goes_by_the_batch_endpoint_too(client_for: Client) -> None:
    async with listening(reported(task("a"))) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a"])
    assert [(asked.method, asked.path, asked.ids) for asked in gateway.asked] == [("POST", "/suno/fetch", ["a"])]
    assert [(report.id, report.status) for report in batch.reports] == [("a", TaskStatus.SUCCESS)]
    assert (batch.absent, batch.unreadable, batch.error) == ((), (), None)


@pytest.mark.parametrize("prefix", ["", "/v1", "/api/v1"])
async def test_the_prefix_of_the_base_url_stands_before_the_path(prefix: str, client_for: Client) -> None:
    async with listening(reported()) as gateway:
        await client_for(replace(gateway.base_url, prefix=prefix)).fetch_tasks(["a"])
    assert gateway.asked[0].path == f"{prefix}/suno/fetch"


async def test_many_ids_go_fifty_at_a_time_and_each_once(client_for: Client) -> None:
    def echo(asked: Asked) -> bytes:
        return reported(*(task(task_id) for task_id in asked.ids))

    wanted = ids_of(BATCH * 2 + 7)
    async with listening(echo) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks([*wanted, *wanted[:9]])
    assert [len(asked.ids) for asked in gateway.asked] == [50, 50, 7]
    assert [report.id for report in batch.reports] == wanted


async def test_no_ids_ask_nothing(client_for: Client) -> None:
    async with listening(reported()) as gateway:
        assert await client_for(gateway.base_url).fetch_tasks([]) == FetchResult((), (), (), requests=0)
    assert gateway.asked == []


async def test_what_is_left_out_is_absent_and_what_was_not_asked_is_ignored(client_for: Client) -> None:
    async with listening(reported(task("b"), task("stranger"))) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a", "b", "c"])
    assert [report.id for report in batch.reports] == ["b"]
    assert batch.absent == ("a", "c")


@pytest.mark.parametrize("data", [None, [], {}, ""])
async def test_nothing_in_any_form_is_absent(data: object, client_for: Client) -> None:
    async with listening(answer(200, {"code": "success", "message": "", "data": data})) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a"])
    assert (batch.reports, batch.absent, batch.unreadable) == ((), ("a",), ())


@pytest.mark.parametrize("data", [[None, 7, "x", []], {"list": None}, 7])
async def test_something_in_no_known_form_is_not_called_absent(data: object, client_for: Client) -> None:
    async with listening(answer(200, {"code": "success", "message": "", "data": data})) as gateway:
        with pytest.raises(UnreadableResponse):
            await client_for(gateway.base_url).fetch_tasks(["a"])


async def test_what_can_be_no_id_is_never_sent(client_for: Client) -> None:
    async with listening(reported(task("a"))) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a", "", "b c", "x" * 129, "\x1b[2J", "задача"])
    assert gateway.asked[0].ids == ["a"]
    assert len(batch.absent) == 5


@pytest.mark.guarantee("P2", ordinary="halving at the client")
async def test_one_task_that_spoils_the_answer_is_found_by_halving(client_for: Client) -> None:
    def spoilt(asked: Asked) -> bytes:
        if "task-13" in asked.ids:
            return answer(200, '{"code":"success","data":[{"task_id":"task-13"')
        return reported(*(task(task_id) for task_id in asked.ids))

    wanted = ids_of(40)
    async with listening(spoilt) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(wanted)
    assert batch.unreadable == ("task-13",)
    assert {report.id for report in batch.reports} == set(wanted) - {"task-13"}
    # 40 20 20 10 10 ...: halving, not asking one by one.
    assert len(gateway.asked) <= 14


@pytest.mark.guarantee("P2")
async def test_a_gateway_that_answers_nothing_readable_is_told_as_that(client_for: Client) -> None:
    async with listening(answer(200, "")) as gateway:
        with pytest.raises(SunotuiError):
            await client_for(gateway.base_url).fetch_tasks(["a"])
    assert len(gateway.asked) == 2


async def test_trouble_after_the_first_batch_keeps_what_was_heard(client_for: Client) -> None:
    def then_fail(asked: Asked) -> bytes:
        return reported(*(task(task_id) for task_id in asked.ids)) if "task-0" in asked.ids else page(502)

    async with listening(then_fail) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(ids_of(BATCH + 5))
    assert len(batch.reports) == BATCH
    assert isinstance(batch.error, GatewayFailed)
    # The five that were not asked are not called absent: nobody said so.
    assert batch.absent == ()


@pytest.mark.parametrize(
    ("given_answer", "expected"),
    [
        (page(200, "New API"), NotAGateway),
        (page(502), GatewayFailed),
        (answer(401, {"error": {"message": "无效的令牌", "type": "new_api_error"}}), TokenRejected),
        (answer(500, {"code": "get_tasks_failed", "message": "dial tcp", "data": None}), GatewayFailed),
    ],
)
async def test_troubles_of_a_fetch(given_answer: bytes, expected: type[SunotuiError], client_for: Client) -> None:
    async with listening(given_answer) as gateway:
        with pytest.raises(expected):
            await client_for(gateway.base_url).fetch_tasks(["a", "b"])
    # After a refused token one more page is asked, whether the key's quota is used up (test_key_quota.py).
    assert gateway.posts == 1


@pytest.mark.guarantee("P3", ordinary="the limit of 8 MiB, two fetches in flight, the deadline")
async def test_a_silent_gateway_is_given_up_in_time(client_for: Client) -> None:
    async def never(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with listening(never) as gateway:
        with pytest.raises(TimedOut):
            await client_for(gateway.base_url, limits=TimeLimits(fetch_s=0.2)).fetch_tasks(["a"])


@pytest.mark.guarantee("P3")
async def test_two_fetches_at_a_time_and_no_more(client_for: Client) -> None:
    may_answer = asyncio.Event()
    waiting = 0
    most = 0

    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        if waiting == 2:
            asyncio.get_running_loop().call_later(0.1, may_answer.set)
        await may_answer.wait()
        waiting -= 1
        writer.write(reported(*(task(task_id) for task_id in asked.ids)))
        await writer.drain()

    async with listening(slow) as gateway:
        client = client_for(gateway.base_url)
        await asyncio.gather(*(client.fetch_tasks([f"task-{number}"]) for number in range(8)))
    assert most == 2


async def test_the_token_is_not_kept_when_a_gateway_echoes_it(client_for: Client) -> None:
    echoing = {**task("a", "FAILURE"), "fail_reason": f"bad key {TOKEN.reveal()}", "debug": TOKEN.reveal()}
    async with listening(reported(echoing)) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a"])
    (report,) = batch.reports
    assert TOKEN.reveal() not in report.raw + report.fail_reason
    assert "bad key" in report.fail_reason


async def test_a_large_answer_is_read_off_the_loop(client_for: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = {**task("a"), "data": [{"id": "c1", "status": "complete", "prompt": "la " * 400_000}]}
    readers = threads_of(monkeypatch, response_cache, "reports_of")
    async with listening(reported(heavy)) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a"])
    assert len(batch.reports[0].clips) == 1
    assert readers
    assert threading.get_ident() not in readers


@pytest.mark.guarantee("P3")
async def test_a_body_over_the_limit_is_cut_off(client_for: Client) -> None:
    body = b'{"code":"success","data":[]}' + b" " * LARGEST_BODY
    async with listening(answer(200, body)) as gateway:
        with pytest.raises(SunotuiError, match="larger"):
            await client_for(gateway.base_url).fetch_tasks(["a"])


# --- one by its own address -------------------------------------------------------------------------------------------


async def test_one_task_by_its_address(client_for: Client) -> None:
    async with listening(answer(200, {"code": "success", "message": "", "data": task("a/../b")})) as gateway:
        report = await client_for(gateway.base_url).fetch_one("a/../b")
    assert gateway.asked[0].path == "/suno/fetch/a%2F%2E%2E%2Fb"
    assert report is not None
    assert report.id == "a/../b"


async def test_one_task_that_nobody_knows(client_for: Client) -> None:
    refusal = {"code": "task_not_exist", "message": "task not exist", "data": None}
    async with listening(answer(400, refusal)) as gateway:
        client = client_for(gateway.base_url)
        assert await client.fetch_one("a") is None
        assert await client.fetch_one("no id at all") is None
    assert len(gateway.asked) == 1


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


def told_or_refused(status: int, kind: str, body: bytes) -> str:
    """What an answer is read as, in a word or a sentence; any other exception than SunotuiError ends the test."""
    try:
        reports = reports_of(Response(status, {"content-type": kind}, body), ["a"], TOKEN.reveal())
    except SunotuiError as failure:
        return failure.sentence
    assert all(isinstance(report.id, str) for report in reports)
    return "reports"


@pytest.mark.guarantee("P1", ordinary="600 generated documents and bodies")
@settings(max_examples=400)
@given(DOCUMENTS, st.sampled_from([200, 200, 200, 201, 204, 400, 401, 404, 429, 500, 503]))
def test_any_document_is_reports_or_a_trouble(document: object, status: int) -> None:
    for reported in ({"code": "success", "data": document}, document):
        assert told_or_refused(status, "application/json", json.dumps(reported).encode())


@pytest.mark.guarantee("P1")
@settings(max_examples=300)
@given(st.binary(max_size=200), st.sampled_from([200, 302, 400, 500]), st.text(max_size=20))
def test_any_bytes_are_reports_or_a_trouble(body: bytes, status: int, kind: str) -> None:
    assert "\x1b" not in told_or_refused(status, kind, body)
