"""Features that only some gateways offer: parsed from every known format, reported as unsupported where missing."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunotui.domain.errors import (
    GatewayFailed,
    KeyQuotaExceeded,
    NotAGateway,
    NotFound,
    NotSupported,
    RateLimited,
    RequestRejected,
    SunotuiError,
    TokenRejected,
    UnreadableResponse,
)
from sunotui.domain.gateways.profile import parse_base_url
from sunotui.domain.music.word_timings import WordTimings
from sunotui.domain.requests.request import MidiRequest, Mp4Request, WavRequest
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.domain.text import has_dangerous
from sunotui.gateway.client import GatewayClient
from sunotui.gateway.endpoints import CLIPS_A_REQUEST
from sunotui.gateway.extras import ExtrasApi
from sunotui.gateway.parsing.results import ResultReading
from sunotui.gateway.parsing.word_timings import timing_of_text
from sunotui.gateway.submit.payloads import build_payload
from sunotui.gateway.transport.connection import LARGEST_BODY, Connection, TimeLimits
from sunotui.gateway.transport.requester import Requester
from tests.gateway.conftest import Client
from tests.gateway.loopback import TOKEN, ReceivedRequest, loopback_server, page, response
from tests.support.paths import SAMPLES

CLIP = "e9893d04-6a63-4007-8473-64b706eca4d1"
LINK = f"https://cdn1.suno.ai/{CLIP}.wav"
Call = Callable[[GatewayClient], Awaitable[Any]]

CALLS: dict[str, Call] = {
    "feed": lambda client: client.feed([CLIP]),
    "timing": lambda client: client.timing(CLIP),
    "wav": lambda client: client.look_for(build_payload(WavRequest(CLIP))),
    "mp4": lambda client: client.look_for(build_payload(Mp4Request(CLIP))),
    "midi": lambda client: client.look_for(build_payload(MidiRequest(CLIP))),
    "my-musics": lambda client: client.my_musics(2, 50),
}


def sample(name: str) -> object:
    found: object = json.loads((SAMPLES / name).read_text(encoding="utf-8"))
    return found


def wrapped(payload: object) -> dict[str, object]:
    return {"code": "success", "message": "", "data": payload}


def clip(clip_id: str = CLIP, **more: object) -> dict[str, object]:
    return {"id": clip_id, "status": "complete", "audio_url": f"https://cdn1.suno.ai/{clip_id}.mp3", **more}


async def called(name: str, client_for: Client, reported: bytes) -> tuple[Any, ReceivedRequest]:
    async with loopback_server(reported) as gateway:
        result = await CALLS[name](client_for(gateway.base_url))
    assert len(gateway.requests) == 1
    return result, gateway.requests[0]


# --- requests ---------------------------------------------------------------------------------------------------------

REQUESTS = {
    "feed": ("GET", f"/suno/feed/{CLIP}", None),
    "timing": ("GET", f"/suno/act/timing/{CLIP}", None),
    "wav": ("GET", f"/suno/act/wav/{CLIP}", None),
    "mp4": ("GET", f"/suno/act/mp4/{CLIP}", None),
    "midi": ("GET", f"/suno/act/midi/{CLIP}", None),
    "my-musics": ("GET", "/suno/act/my-musics?pageNum=2&pageSize=50", None),
}
GOOD: dict[str, object] = {
    "feed": [clip()],
    "timing": sample("timing_aligned_words.json"),
    "wav": {"url": LINK, "status": "complete"},
    "mp4": {"mp4_file_url": "https://cdn1.suno.ai/a.mp4"},
    "midi": {"state": "complete", "instruments": [{"name": "Piano", "notes": [{"pitch": 60, "start": 0, "end": 1}]}]},
    "my-musics": {"list": [clip()], "total": 1},
}


@pytest.mark.parametrize("name", CALLS)
async def test_the_request_that_is_sent(name: str, client_for: Client) -> None:
    _, request = await called(name, client_for, response(200, GOOD[name]))
    body = json.loads(request.body) if request.body else None
    assert (request.method, request.path, body) == REQUESTS[name]
    assert request.headers["authorization"] == f"Bearer {TOKEN.reveal()}"


@pytest.mark.parametrize("name", CALLS)
async def test_a_response_with_and_without_a_wrapper(name: str, client_for: Client) -> None:
    bare, _ = await called(name, client_for, response(200, GOOD[name]))
    in_envelope, _ = await called(name, client_for, response(200, wrapped(GOOD[name])))
    assert bare == in_envelope
    assert bare


# --- the feed ---------------------------------------------------------------------------------------------------------


async def test_the_feed_returns_the_requested_clips(client_for: Client) -> None:
    body = [clip("other"), None, 5, clip(title="Neon Rain", metadata={"duration": 161.2})]
    (found,), _ = await called("feed", client_for, response(200, body))
    assert (found.id, found.title, found.status, found.duration_s) == (CLIP, "Neon Rain", ClipStatus.COMPLETE, 161.2)


@pytest.mark.parametrize("nothing", [[], None, wrapped(None), wrapped([]), {"clips": []}])
async def test_an_empty_feed(nothing: object, client_for: Client) -> None:
    found, _ = await called("feed", client_for, response(200, nothing if nothing is not None else "null"))
    assert found == ()


async def test_a_feed_that_reports_an_unknown_clip_as_an_error(client_for: Client) -> None:
    found, _ = await called("feed", client_for, response(404, {"code": "error", "message": "clip not found"}))
    assert found == ()


async def test_an_unknown_clip_does_not_hide_the_others(client_for: Client) -> None:
    def feed(request: ReceivedRequest) -> bytes:
        ids = request.path.rsplit("/", 1)[1].split(",")
        if "gone" in ids:
            return response(404, {"code": "error", "message": "clip not found"})
        return response(200, [clip(clip_id) for clip_id in ids])

    wanted = ["good-1", "good-2", "gone", "good-3", "good-4"]
    async with loopback_server(feed) as gateway:
        found = await client_for(gateway.base_url).feed(wanted)
    assert [each.id for each in found] == ["good-1", "good-2", "good-3", "good-4"]
    assert len(gateway.requests) == 5


async def test_many_clips_are_fetched_in_batches_and_kept_in_order(client_for: Client) -> None:
    def feed(request: ReceivedRequest) -> bytes:
        ids = request.path.rsplit("/", 1)[1].split(",")
        return response(200, [clip(clip_id) for clip_id in reversed(ids)])

    wanted = [f"clip-{number}" for number in range(CLIPS_A_REQUEST + 3)]
    async with loopback_server(feed) as gateway:
        found = await client_for(gateway.base_url).feed([*wanted, "not an id", wanted[0]])
    assert [each.id for each in found] == wanted
    assert len(gateway.requests) == 2


async def test_invalid_clip_ids_are_not_requested(client_for: Client) -> None:
    async with loopback_server(response(500)) as gateway:
        assert await client_for(gateway.base_url).feed(["", "two words"]) == ()
    assert gateway.requests == []


# --- word timings -----------------------------------------------------------------------------------------------------


async def test_the_word_timings_of_a_clip(client_for: Client) -> None:
    timing, _ = await called("timing", client_for, response(200, GOOD["timing"]))
    assert [word.text for word in timing.words][:2] == ["[Verse]\nWinter ", "winds "]
    assert (timing.words[0].start_s, timing.words[0].end_s) == (8.38, 8.78)
    assert timing.text.endswith("cut so deep")
    assert "waveform" not in timing.raw
    # The stored text gives the same timings again.
    assert timing_of_text(timing.raw) == timing


@pytest.mark.parametrize(
    "body", [{}, wrapped(None), {"status": "processing"}, [1, 2], {"aligned_words": [{"word": 1}]}]
)
async def test_a_clip_without_timings(body: object, client_for: Client) -> None:
    with pytest.raises(NotFound, match="no word times"):
        await called("timing", client_for, response(200, body))


# --- the songs of a key -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([{**clip(), "task_id": "t-1"}], [(CLIP, "t-1", None)]),
        ({"records": [clip(created_at="2026-11-01T10:00:00Z")]}, [(CLIP, "", 1793527200.0)]),
        ({"list": [{"task_id": "t-1", "submit_time": 1793527200, "data": [clip("a"), clip("b")]}], "total": 9},
         [("a", "t-1", 1793527200.0), ("b", "t-1", 1793527200.0)]),
        ({"rows": [{"taskId": "t-1", "data": {"clips": [clip("a")]}}]}, [("a", "t-1", None)]),
        ({"list": []}, []),
        ({"list": [None, 5, "x", {"no": "id"}]}, []),
        ({}, []),
        (None, []),
    ],
)  # fmt: skip
async def test_the_songs_of_a_key_in_any_list_format(
    body: object, expected: list[tuple[str, str, float | None]], client_for: Client
) -> None:
    for reported in (body, wrapped(body)):
        found, _ = await called("my-musics", client_for, response(200, reported if reported is not None else "null"))
        assert [(song.clip.id, song.task_id, song.made_at) for song in found.songs] == expected


async def test_the_number_of_rows_includes_invalid_ones(client_for: Client) -> None:
    found, _ = await called("my-musics", client_for, response(200, {"list": [clip(), None]}))
    assert found.rows == 2


async def test_an_empty_clip_id_is_not_sent(client_for: Client) -> None:
    async with loopback_server(b"") as gateway:
        with pytest.raises(NotFound):
            await client_for(gateway.base_url).timing("")
    assert gateway.requests == []


# --- refusals ---------------------------------------------------------------------------------------------------------

NO_CHANNEL = {"error": {"message": "当前分组 default 下对于模型 suno_act 无可用渠道", "type": "new_api_error"}}
REFUSALS: dict[str, tuple[bytes, type[SunotuiError]]] = {
    "the relays' page": (page(200, "New API"), NotSupported),
    "a page under 404": (page(404), NotSupported),
    "gin's 404": (response(404, "404 page not found", kind="text/plain"), NotSupported),
    "an OpenAI server's 404": (
        response(404, {"error": {"message": "Invalid URL (GET /v1/x)", "type": "x"}}),
        NotSupported,
    ),
    "no channel": (response(503, NO_CHANNEL), NotSupported),
    "an unknown action": (response(400, {"code": "invalid_action", "message": "invalid action"}), NotSupported),
    "a refused token": (response(401, {"error": {"message": "无效的令牌", "type": "new_api_error"}}), TokenRejected),
    "a key without quota": (response(401, {"error": {"message": "该令牌额度已用尽", "type": "x"}}), KeyQuotaExceeded),
    "a limit": (response(429, ""), RateLimited),
    "a challenge": (page(403, "Just a moment"), NotAGateway),
    "a redirect": (response(302, "", headers={"Location": "/login"}), NotAGateway),
    "a bad request": (response(400, {"code": "invalid_request", "message": "no"}), RequestRejected),
    "a failure": (response(500, {"code": "error", "message": "panic"}), GatewayFailed),
    "an empty body": (response(200, ""), UnreadableResponse),
    "a number": (response(200, "17"), UnreadableResponse),
    "a body over the limit": (response(200, b'"' + b"x" * LARGEST_BODY), UnreadableResponse),
    "truncated JSON": (response(200, '{"clips": ['), UnreadableResponse),
    "deep nesting": (response(200, "[" * 90_000), UnreadableResponse),
    "compressed": (response(200, b"\x1f\x8b", headers={"Content-Encoding": "gzip"}), UnreadableResponse),
}


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("name", CALLS)
async def test_a_refusal_raises_its_error(name: str, refusal: str, client_for: Client) -> None:
    reported, expected = REFUSALS[refusal]
    async with loopback_server(reported) as gateway:
        with pytest.raises(SunotuiError) as caught:
            await CALLS[name](client_for(gateway.base_url))
    assert type(caught.value) is expected
    # After a rejected token the usage page is requested as well (test_key_quota.py).
    assert sum(request.path.startswith("/suno/") for request in gateway.requests) == 1


@pytest.mark.parametrize("name", ["timing", "wav", "midi"])
async def test_an_unknown_clip_is_not_a_missing_feature(name: str, client_for: Client) -> None:
    with pytest.raises(NotFound):
        await called(name, client_for, response(404, {"code": "error", "message": "clip not found", "data": None}))


@pytest.mark.parametrize("name", CALLS)
async def test_the_token_is_not_redirected_and_not_returned(name: str, client_for: Client) -> None:
    secret = TOKEN.reveal()
    async with loopback_server(response(200, [])) as elsewhere:
        away = {"Location": f"{elsewhere.base_url.origin}/suno", "Set-Cookie": f"key={secret}"}
        echo = {
            "url": f"https://a.example/{secret}.wav",
            "aligned_words": [{"word": secret, "start_s": 1, "end_s": 2}],
            "clips": [clip(title=secret)],
            "list": [clip(title=secret, task_id=secret)],
        }
        for reported in (
            response(307, echo, headers=away),
            response(200, echo, headers=away),
            response(400, {"error": secret}),
        ):
            try:
                result, _ = await called(name, client_for, reported)
            except SunotuiError as error:
                result = error.sentence + error.detail + error.request_id
            assert secret not in repr(result)
        assert elsewhere.requests == []


# --- totality ---------------------------------------------------------------------------------------------------------

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
_NAMES = st.sampled_from(
    ["code", "data", "result", "message", "error", "id", "clips", "aligned_words", "word", "start_s", "end_s", "url",
     "upsampled_tags", "name", "tags", "status", "audio_url", "metadata", "persona_id"]
)  # fmt: skip
_KNOWN_VALUES = st.sampled_from(["success", "a", LINK, "clip not found", "complete", "la\n", "1.5"])
DOCUMENTS = st.recursive(
    _SCALARS | _KNOWN_VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES | st.text(max_size=5), inner, max_size=6),
    max_leaves=24,
)


@settings(max_examples=300)
@given(DOCUMENTS, st.sampled_from([200, 200, 200, 201, 400, 404, 429, 503]))
async def test_any_document_gives_a_result_or_an_error(document: object, status: int) -> None:
    transport = httpx.MockTransport(
        lambda _: httpx.Response(
            status, headers={"content-type": "application/json"}, stream=httpx.ByteStream(json.dumps(document).encode())
        )
    )
    base_url, limits = parse_base_url("https://gateway.example"), TimeLimits()
    extras = ExtrasApi(Requester(Connection(base_url, TOKEN, transport, limits), base_url, TOKEN, limits))
    for call in (
        extras.feed(["a"]),
        extras.timing("a"),
        extras.look_for(build_payload(WavRequest("a"))),
        extras.look_for(build_payload(Mp4Request("a"))),
        extras.look_for(build_payload(MidiRequest("a"))),
        extras.my_musics(1, 10),
    ):
        try:
            result: object = await call
        except SunotuiError as error:
            result = error.sentence
        if isinstance(result, WordTimings):
            assert timing_of_text(result.raw) == result
            assert all(0 <= word.start_s <= word.end_s for word in result.words)
        elif isinstance(result, ResultReading):
            assert not has_dangerous(result.value)
        elif isinstance(result, str):
            assert not has_dangerous(result)
