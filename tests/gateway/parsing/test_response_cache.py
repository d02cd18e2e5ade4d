"""The same answer is read once."""

from __future__ import annotations

import json

import pytest

from sunotui.domain.errors import SunotuiError
from sunotui.gateway.parsing.envelope import Response
from sunotui.gateway.parsing.response_cache import _KEPT, CachingReader


def reported(*task_ids: str, status: str = "IN_PROGRESS") -> Response:
    tasks = [{"task_id": task_id, "action": "MUSIC", "status": status, "data": []} for task_id in task_ids]
    return Response(200, {}, json.dumps({"code": "success", "data": tasks}).encode())


async def test_the_same_answer_to_the_same_question_gives_the_same_objects() -> None:
    reader = CachingReader()
    first = await reader.reports(reported("a", "b"), ["a", "b"], "secret")
    assert [id(report) for report in await reader.reports(reported("a", "b"), ["a", "b"], "secret")] == [
        *map(id, first)
    ]


async def test_another_answer_or_another_question_is_read_anew() -> None:
    reader = CachingReader()
    first = await reader.reports(reported("a"), ["a"], "secret")
    assert (await reader.reports(reported("a", status="SUCCESS"), ["a"], "secret"))[0].status != first[0].status
    assert (await reader.reports(reported("a"), ["a", "b"], "secret"))[0] is not first[0]


async def test_a_lone_task_without_its_id_is_that_of_the_question() -> None:
    reader = CachingReader()
    bare = Response(200, {}, b'{"code": "success", "data": {"status": "SUCCESS", "data": []}}')
    assert [(await reader.reports(bare, [task_id], "secret"))[0].id for task_id in "aba"] == ["a", "b", "a"]


@pytest.mark.parametrize("status", [201, 202])
async def test_an_answer_of_another_success_status_is_read_and_kept(status: int) -> None:
    reader = CachingReader()
    answer = Response(status, {}, reported("a").body)
    first = await reader.reports(answer, ["a"], "secret")
    assert [report.id for report in first] == ["a"]
    assert await reader.reports(answer, ["a"], "secret") is first


async def test_a_partial_answer_is_not_read() -> None:
    with pytest.raises(SunotuiError):
        await CachingReader().reports(Response(206, {}, reported("a").body), ["a"], "secret")


async def test_only_the_last_questions_are_remembered() -> None:
    reader = CachingReader()
    for number in range(_KEPT * 3):
        await reader.reports(reported(f"t{number}"), [f"t{number}"], "secret")
    assert len(reader._kept) == _KEPT


async def test_long_answers_push_earlier_ones_out(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = reported(*"abc")
    monkeypatch.setattr("sunotui.gateway.parsing.response_cache.KEPT_BYTES", 2 * len(answer.body))
    reader = CachingReader()
    for question in (["a"], ["b"], ["c"]):
        await reader.reports(answer, question, "secret")
    assert list(reader._kept) == [("b",), ("c",)]
    await reader.reports(reported(*(f"t{number}" for number in range(20))), ["t0"], "secret")
    assert not reader._kept, "one that is too long by itself is kept no more than the others"
