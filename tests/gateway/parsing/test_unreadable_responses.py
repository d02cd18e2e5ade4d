"""A response of unknown format is kept for the user: its beginning, its request id and the task id in it."""

from __future__ import annotations

import json

import pytest

from sunotui.domain.errors import UnreadableResponse
from tests.gateway.conftest import Client
from tests.gateway.loopback import TOKEN, ReceivedRequest, loopback_server, response

STRANGE = {"outcome": "fine", "job": "736a6f88-bd29-4b1e-b110-37132a5325ac"}


async def test_the_error_keeps_the_response_about_the_task(client_for: Client) -> None:
    def respond(request: ReceivedRequest) -> bytes:
        reported = STRANGE if request.ids else {"outcome": "nothing requested"}
        return response(200, reported, headers={"X-Oneapi-Request-Id": "r-1"})

    async with loopback_server(respond) as gateway:
        with pytest.raises(UnreadableResponse) as caught:
            await client_for(gateway.base_url).fetch_tasks(["a"])
    assert json.loads(caught.value.answer) == STRANGE
    assert caught.value.request_id == "r-1"


async def test_one_unreadable_response_is_reported_with_the_batch(client_for: Client) -> None:
    def respond(request: ReceivedRequest) -> bytes:
        if "b" in request.ids:
            return response(200, {**STRANGE, "echo": TOKEN.reveal()}, headers={"X-Oneapi-Request-Id": "r-2"})
        tasks = [{"task_id": task_id, "status": "SUCCESS", "data": []} for task_id in request.ids]
        return response(200, {"code": "success", "data": tasks})

    async with loopback_server(respond) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a", "b", "c"])
    assert [report.id for report in batch.reports] == ["a", "c"]
    assert batch.unreadable == ("b",)
    assert batch.why_unreadable is not None
    assert STRANGE["job"] in batch.why_unreadable.answer
    assert batch.why_unreadable.request_id == "r-2"
    assert TOKEN.reveal() not in batch.why_unreadable.answer


async def test_readable_responses_have_no_error(client_for: Client) -> None:
    async with loopback_server(response(200, {"code": "success", "data": []})) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a"])
    assert batch.why_unreadable is None
