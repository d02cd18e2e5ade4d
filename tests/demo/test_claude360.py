"""The gateway of the sunoapi form: what it takes for a description, its fields, its clips and its statuses."""

from __future__ import annotations

from typing import Any

import pytest

from sunotui.demo.server import DemoServer
from sunotui.domain.errors import InsufficientBalance
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.profile import parse_base_url
from sunotui.domain.requests.request import DerivedRequest, MusicRequest
from sunotui.domain.token import Token
from sunotui.gateway.client import GatewayClient
from sunotui.gateway.submit.outcome import Accepted, Rejected
from sunotui.gateway.submit.payloads import build_payload
from tests.demo.bench import UNKNOWN_ID, Bench
from tests.demo.conftest import OpenBench, StartServer
from tests.demo.test_story import history, sent

WORDS = "[Verse]\nla la la"
CUSTOM = {"custom_mode": True, "prompt": WORDS, "style": "folk", "title": "Tin", "model": "V5_5"}


def client_of(server: DemoServer) -> GatewayClient:
    return GatewayClient(parse_base_url(server.base_url), Token(server.token))


async def clip_of(bench: Bench, fields: dict[str, Any]) -> dict[str, Any]:
    """The first finished clip of a song."""
    task_id = await bench.finished_song(**fields)
    clip = (await bench.task(task_id))["data"][0]
    assert isinstance(clip, dict)
    return clip


async def test_our_client_gets_its_words_sung_and_extended(start_server: StartServer) -> None:
    client = client_of(start_server(dialect="claude360", speed=800.0))
    song = MusicRequest(lyrics=WORDS, title="Tin", style="folk", exclude="drums", model="chirp-hawk")
    parent = (await history(client, await sent(client, song, "claude360")))[-1].clips[0]
    assert (parent.lyrics, parent.title, parent.model) == (WORDS, "Tin", "chirp-hawk")
    assert (parent.tags, parent.exclude, parent.description) == ("", "", ""), "nothing of what was asked comes back"
    more = MusicRequest(lyrics="lo", model="chirp-hawk", extend_clip_id=parent.id, extend_at_s=40)
    part = (await history(client, await sent(client, more, "claude360")))[-1].clips[0]
    assert (part.lyrics, part.title) == ("lo", "Tin")
    await client.aclose()


async def test_our_clients_flat_form_is_taken_for_a_description_and_paid(start_server: StartServer) -> None:
    client = client_of(start_server(dialect="claude360", speed=800.0))
    song = MusicRequest(lyrics=WORDS, title="Tin", style="folk", model="chirp-hawk")
    outcome = await client.submit(build_payload(song, Dialect.FLAT))
    assert isinstance(outcome, Accepted)
    clip = (await history(client, outcome.task_id))[-1].clips[0]
    assert clip.lyrics not in ("", WORDS)
    assert clip.title != "Tin"
    balance = await client.balance()
    assert balance is not None
    assert balance.remaining == pytest.approx(4.9)
    await client.aclose()


async def test_a_cover_in_the_flat_form_becomes_a_plain_song(open_bench: OpenBench) -> None:
    bench = open_bench("claude360")
    cover = build_payload(
        DerivedRequest("cover", clip_id=UNKNOWN_ID, lyrics="tea at sea", style="polka", model="chirp-hawk")
    )
    answer = await bench.post(cover.path, cover.body.encode())
    job = bench.simulator.job(answer.json()["data"])
    assert job is not None
    assert (job.description, dict(job.metadata)) == ("tea at sea", {})


@pytest.mark.parametrize(
    "fields",
    [
        CUSTOM,
        {"custom_mode": True, "prompt": WORDS, "tags": "folk", "title": "Tin", "mv": "chirp-fenix"},
        {**CUSTOM, "model": "v5_5"},
    ],
)
async def test_words_are_sung_in_custom_mode(open_bench: OpenBench, fields: dict[str, Any]) -> None:
    bench = open_bench("claude360")
    task_id = await bench.finished_song(**fields)
    job = bench.simulator.job(task_id)
    assert job is not None
    assert (job.lyrics, job.tags, job.title, job.model) == (WORDS, "folk", "Tin", "chirp-fenix")
    clip = (await bench.task(task_id))["data"][0]
    assert clip["text"] == WORDS
    assert clip["metadata"].keys() == {
        *("type", "duration", "refund_credits", "stream", "error_type", "error_message"),
    }


async def test_without_a_model_it_is_v4_5(open_bench: OpenBench) -> None:
    clip = await clip_of(open_bench("claude360"), {"prompt": "tea"})
    assert clip["model_name"] == "chirp-auk"


@pytest.mark.parametrize("name", ["instrumental", "make_instrumental"])
async def test_an_instrumental_has_no_words(open_bench: OpenBench, name: str) -> None:
    for more in ({"prompt": "tea"}, {"custom_mode": True, "style": "folk"}):
        assert (await clip_of(open_bench("claude360"), {name: True, **more}))["text"] == ""


async def test_sliders_and_the_voice_stand_at_the_top(open_bench: OpenBench) -> None:
    bench = open_bench("claude360")
    sliders = {"style_weight": 0.25, "weirdness_constraint": 1, "audio_weight": 0}
    job = bench.simulator.job(await bench.song(**CUSTOM, **sliders, vocal_gender="f", negative_tags="drums"))
    assert job is not None
    assert dict(job.metadata) == {"negative_tags": "drums", "vocal_gender": "f", "control_sliders": sliders}


@pytest.mark.parametrize("word", ["style_persona", "voice_persona"])
async def test_a_persona_sings(open_bench: OpenBench, word: str) -> None:
    bench = open_bench("claude360")
    root = await clip_of(bench, CUSTOM)
    persona = (await bench.post("/suno/persona/create", {"root_clip_id": root["id"], "name": "Ada"})).json()
    job = bench.simulator.job(await bench.song(**CUSTOM, persona_id=persona["id"], persona_model=word))
    assert job is not None
    assert (job.metadata["persona_id"], job.metadata["persona_model"]) == (persona["id"], word)


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({}, 400, "prompt is required"),
        ({"gpt_description_prompt": "tea"}, 400, "prompt is required"),
        ({"custom_mode": True}, 400, "prompt is required"),
        ({"custom_mode": "true", "prompt": "x"}, 400, "cannot unmarshal string"),
        ({"prompt": "x" * 501}, 413, "too long"),
        ({"prompt": "x" * 501, "model": "V6"}, 413, "too long"),
        ({**CUSTOM, "prompt": "x" * 5_001}, 413, "too long"),
        ({**CUSTOM, "style": "x" * 1_001}, 413, "too long"),
        ({**CUSTOM, "title": "x" * 101}, 413, "too long"),
        ({**CUSTOM, "model": "V9"}, 400, "model V9 is not supported"),
        ({**CUSTOM, "style_weight": 1.01}, 400, "style_weight must be between 0 and 1"),
        ({**CUSTOM, "audio_weight": -0.01}, 400, "audio_weight must be between 0 and 1"),
        ({**CUSTOM, "style_weight": 0.555}, 400, "two decimals"),
        ({**CUSTOM, "style_weight": "0.5"}, 400, "cannot unmarshal string"),
        ({**CUSTOM, "vocal_gender": "female"}, 400, "vocal_gender must be m or f"),
        ({**CUSTOM, "vocal_gender": "m", "model": "V4"}, 400, "V4_5 or later"),
        ({**CUSTOM, "persona_id": "x"}, 400, "persona_model must be one of"),
        ({**CUSTOM, "persona_id": "x", "persona_model": "style_persona"}, 400, "persona not found"),
        ({**CUSTOM, "continue_clip_id": UNKNOWN_ID, "continue_at": 9}, 404, "clip not found"),
    ],
)
async def test_what_is_wrong_is_refused_and_costs_nothing(
    open_bench: OpenBench, fields: dict[str, Any], status: int, words: str
) -> None:
    bench = open_bench("claude360")
    answer = await bench.post("/suno/submit/music", fields)
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (status, status, None)
    assert words in answer.json()["message"]
    assert bench.simulator.spent() == 0


async def test_an_extension_has_the_model_of_its_parent(open_bench: OpenBench) -> None:
    bench = open_bench("claude360")
    parent = await clip_of(bench, CUSTOM)
    more = {**CUSTOM, "continue_clip_id": parent["id"], "continue_at": 20}
    for other in ("V6", None):
        answer = await bench.post("/suno/submit/music", {**more, "model": other})
        assert (answer.status_code, answer.json()["message"]) == (400, "model must be the one of the song to extend")
    job = bench.simulator.job(await bench.song(**more))
    assert job is not None
    assert (job.history[0].clip_id, job.history[0].continue_at) == (parent["id"], 20)


@pytest.mark.parametrize(
    ("fault", "status"), [("bad-token", 401), ("quota", 429), ("rate-limit", 430), ("maintenance", 455)]
)
async def test_each_refusal_has_its_documented_status(open_bench: OpenBench, fault: str, status: int) -> None:
    answer = await open_bench("claude360", [fault]).post("/suno/submit/music", CUSTOM)
    assert (answer.status_code, answer.json()["code"]) == (status, status)


async def test_its_429_is_an_empty_account_for_our_client(start_server: StartServer) -> None:
    client = client_of(start_server(dialect="claude360", balance=0.05))
    outcome = await client.submit(build_payload(MusicRequest(lyrics=WORDS, model="chirp-hawk"), Dialect.SUNOAPI))
    assert isinstance(outcome, Rejected)
    assert isinstance(outcome.error, InsufficientBalance)
    await client.aclose()
