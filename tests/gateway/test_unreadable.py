"""An answer that nobody understands stays readable: its head, its request id, and the task id that is in it."""

from __future__ import annotations

import json

import pytest

from sunotui.domain.errors import UnreadableResponse
from tests.gateway.conftest import Client
from tests.gateway.loopback import TOKEN, Asked, answer, listening

STRANGE = {"outcome": "fine", "job": "736a6f88-bd29-4b1e-b110-37132a5325ac"}


async def test_when_no_answer_can_be_read_the_one_about_the_task_is_shown(client_for: Client) -> None:
    def strange(asked: Asked) -> bytes:
        reported = STRANGE if asked.ids else {"outcome": "nothing asked"}
        return answer(200, reported, headers={"X-Oneapi-Request-Id": "r-1"})

    async with listening(strange) as gateway:
        with pytest.raises(UnreadableResponse) as caught:
            await client_for(gateway.base_url).fetch_tasks(["a"])
    assert json.loads(caught.value.answer) == STRANGE
    assert caught.value.request_id == "r-1"


async def test_one_strange_answer_among_good_ones_comes_with_the_batch(client_for: Client) -> None:
    def spoilt(asked: Asked) -> bytes:
        if "b" in asked.ids:
            return answer(200, {**STRANGE, "echo": TOKEN.reveal()}, headers={"X-Oneapi-Request-Id": "r-2"})
        tasks = [{"task_id": task_id, "status": "SUCCESS", "data": []} for task_id in asked.ids]
        return answer(200, {"code": "success", "data": tasks})

    async with listening(spoilt) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a", "b", "c"])
    assert [report.id for report in batch.reports] == ["a", "c"]
    assert batch.unreadable == ("b",)
    assert batch.why_unreadable is not None
    assert STRANGE["job"] in batch.why_unreadable.answer
    assert batch.why_unreadable.request_id == "r-2"
    assert TOKEN.reveal() not in batch.why_unreadable.answer


async def test_good_answers_have_nothing_to_explain(client_for: Client) -> None:
    async with listening(answer(200, {"code": "success", "data": []})) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a"])
    assert batch.why_unreadable is None
