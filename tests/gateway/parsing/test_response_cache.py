"""Identical responses are parsed once."""

from __future__ import annotations

import json

import pytest

from sunotui.domain.errors import SunotuiError
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.text import clean, printable
from sunotui.gateway.parsing.envelope import Response, digest_of
from sunotui.gateway.parsing.response_cache import _KEPT, CachingReader, reports_of
from sunotui.gateway.transport.redaction import body_without_secret


def tasks_response(*task_ids: str, status: str = "IN_PROGRESS") -> Response:
    tasks = [{"task_id": task_id, "action": "MUSIC", "status": status, "data": []} for task_id in task_ids]
    return Response(200, {}, json.dumps({"code": "success", "data": tasks}).encode())


async def test_the_same_response_to_the_same_request_gives_the_same_objects() -> None:
    reader = CachingReader()
    first = await reader.reports(tasks_response("a", "b"), ["a", "b"], "secret")
    assert [id(report) for report in await reader.reports(tasks_response("a", "b"), ["a", "b"], "secret")] == [
        *map(id, first)
    ]


async def test_another_response_or_another_request_is_parsed_again() -> None:
    reader = CachingReader()
    first = await reader.reports(tasks_response("a"), ["a"], "secret")
    assert (await reader.reports(tasks_response("a", status="SUCCESS"), ["a"], "secret"))[0].status != first[0].status
    assert (await reader.reports(tasks_response("a"), ["a", "b"], "secret"))[0] is not first[0]


async def test_a_single_task_without_an_id_gets_the_requested_id() -> None:
    reader = CachingReader()
    bare = Response(200, {}, b'{"code": "success", "data": {"status": "SUCCESS", "data": []}}')
    assert [(await reader.reports(bare, [task_id], "secret"))[0].id for task_id in "aba"] == ["a", "b", "a"]


@pytest.mark.parametrize("status", [201, 202])
async def test_a_response_with_another_success_status_is_parsed_and_cached(status: int) -> None:
    reader = CachingReader()
    response = Response(status, {}, tasks_response("a").body)
    first = await reader.reports(response, ["a"], "secret")
    assert [report.id for report in first] == ["a"]
    assert await reader.reports(response, ["a"], "secret") is first


async def test_a_partial_response_is_not_parsed() -> None:
    with pytest.raises(SunotuiError):
        await CachingReader().reports(Response(206, {}, tasks_response("a").body), ["a"], "secret")


async def test_only_the_last_requests_are_cached() -> None:
    reader = CachingReader()
    for number in range(_KEPT * 3):
        await reader.reports(tasks_response(f"t{number}"), [f"t{number}"], "secret")
    assert len(reader._kept) == _KEPT


async def test_long_responses_evict_earlier_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    response = tasks_response(*"abc")
    monkeypatch.setattr("sunotui.gateway.parsing.response_cache.KEPT_BYTES", 2 * len(response.body))
    reader = CachingReader()
    for ids in (["a"], ["b"], ["c"]):
        await reader.reports(response, ids, "secret")
    assert list(reader._kept) == [("b",), ("c",)]
    await reader.reports(tasks_response(*(f"t{number}" for number in range(20))), ["t0"], "secret")
    assert not reader._kept, "a response longer than the cache is not stored"


@pytest.mark.parametrize("field", ["audio_url", "video_url", "image_url"])
def test_a_link_whose_host_becomes_the_token_in_ascii_is_dropped(field: str) -> None:
    """Such a token is in no form in the body."""
    token, wide = "ab3def6hij9lmn2p", "ａｂ３ｄｅｆ６ｈｉｊ９ｌｍｎ２ｐ"
    clips = [
        {"id": "c", "title": "Rain", field: f"https://{wide}.example/a"},
        {"id": "d", field: "https://e.example/a"},
    ]
    body = json.dumps({"code": "success", "data": [{"task_id": "a", "data": clips}]}, ensure_ascii=False).encode()
    (report,) = reports_of(Response(200, {}, body, digest_of(body)), ["a"], token)
    assert [getattr(clip, field) for clip in report.clips] == [None, "https://e.example/a"]
    assert report.clips[0].title == "Rain"


def test_every_link_of_a_clip_is_searched() -> None:
    links = {name: f"https://{name}.example" for name in Clip._fields if name.endswith("_url")}
    assert Clip("c", **links).links == tuple(links.values())  # type: ignore[arg-type]


@pytest.mark.guarantee("K1", ordinary="8 escapes")
@pytest.mark.parametrize("escape", ["\\b", "\\f", "\\n", "\\r", "\\t", "\\u0008", "\\u200b", "\\/"])
def test_a_token_with_an_escape_within_it_is_never_shown_whole(escape: str) -> None:
    """Control characters are not shown, which joins what was around them."""
    token = "sk-AbCdEf0123456789GhIjKlMn"
    title = escape.join((token[:9], token[9:18], token[18:]))
    item = f'{{"task_id": "t", "status": "SUCCESS", "data": [{{"id": "c", "title": "{title}"}}]}}'
    body, is_clean = body_without_secret(
        f'{{"code": "success", "message": "", "data": [{item}]}}'.encode(), token, "[token]"
    )
    (report,) = reports_of(Response(200, {}, body, digest_of(body) if is_clean else b""), ["t"], token)
    assert token not in printable(report.clips[0].title)
    assert token not in clean(report.clips[0].title)
