"""The claude360 gateway (sunoapi form): what it treats as a description, its fields, clips and status codes."""

from __future__ import annotations

from typing import Any

import pytest

from sunotui.demo.server import DemoServer
from sunotui.domain.errors import InsufficientBalance
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.profile import parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.requests.request import DerivedRequest, MusicRequest
from sunotui.gateway.client import GatewayClient
from sunotui.gateway.submit.outcome import Accepted, Rejected
from sunotui.gateway.submit.payloads import build_payload
from tests.demo.conftest import OpenDemo, StartServer
from tests.demo.dialects.test_with_our_client import history, sent
from tests.demo.harness import UNKNOWN_ID, DemoHarness

LYRICS = "[Verse]\nla la la"
CUSTOM = {"custom_mode": True, "prompt": LYRICS, "style": "folk", "title": "Tin", "model": "V5_5"}


def client_of(server: DemoServer) -> GatewayClient:
    return GatewayClient(parse_base_url(server.base_url), Token(server.token))


async def clip_of(demo: DemoHarness, fields: dict[str, Any]) -> dict[str, Any]:
    """The first finished clip of a song."""
    task_id = await demo.finished_song(**fields)
    clip = (await demo.task(task_id))["data"][0]
    assert isinstance(clip, dict)
    return clip


async def test_our_client_creates_and_extends_a_song_with_lyrics(start_server: StartServer) -> None:
    client = client_of(start_server(dialect="claude360", speed=800.0))
    song = MusicRequest(lyrics=LYRICS, title="Tin", style="folk", exclude="drums", model="chirp-hawk")
    parent = (await history(client, await sent(client, song, "claude360")))[-1].clips[0]
    assert (parent.lyrics, parent.title, parent.model) == (LYRICS, "Tin", "chirp-hawk")
    assert (parent.tags, parent.exclude, parent.description) == ("", "", ""), "no requested field is repeated"
    more = MusicRequest(lyrics="lo", model="chirp-hawk", extend_clip_id=parent.id, extend_at_s=40)
    part = (await history(client, await sent(client, more, "claude360")))[-1].clips[0]
    assert (part.lyrics, part.title) == ("lo", "Tin")
    await client.aclose()


async def test_our_clients_flat_form_is_treated_as_a_description_and_charged(start_server: StartServer) -> None:
    client = client_of(start_server(dialect="claude360", speed=800.0))
    song = MusicRequest(lyrics=LYRICS, title="Tin", style="folk", model="chirp-hawk")
    outcome = await client.submit(build_payload(song, Dialect.FLAT))
    assert isinstance(outcome, Accepted)
    clip = (await history(client, outcome.task_id))[-1].clips[0]
    assert clip.lyrics not in ("", LYRICS)
    assert clip.title != "Tin"
    balance = await client.balance()
    assert balance is not None
    assert balance.remaining == pytest.approx(4.9)
    await client.aclose()


async def test_a_cover_in_the_flat_form_becomes_a_plain_song(open_demo: OpenDemo) -> None:
    demo = open_demo("claude360")
    cover = build_payload(
        DerivedRequest("cover", clip_id=UNKNOWN_ID, lyrics="tea at sea", style="polka", model="chirp-hawk")
    )
    response = await demo.post(cover.path, cover.body.encode())
    job = demo.simulator.job(response.json()["data"])
    assert job is not None
    assert (job.description, dict(job.metadata)) == ("tea at sea", {})


@pytest.mark.parametrize(
    "fields",
    [
        CUSTOM,
        {"custom_mode": True, "prompt": LYRICS, "tags": "folk", "title": "Tin", "mv": "chirp-fenix"},
        {**CUSTOM, "model": "v5_5"},
    ],
)
async def test_lyrics_are_used_in_custom_mode(open_demo: OpenDemo, fields: dict[str, Any]) -> None:
    demo = open_demo("claude360")
    task_id = await demo.finished_song(**fields)
    job = demo.simulator.job(task_id)
    assert job is not None
    assert (job.lyrics, job.tags, job.title, job.model) == (LYRICS, "folk", "Tin", "chirp-fenix")
    clip = (await demo.task(task_id))["data"][0]
    assert clip["text"] == LYRICS
    assert clip["metadata"].keys() == {
        *("type", "duration", "refund_credits", "stream", "error_type", "error_message"),
    }


async def test_the_default_model_is_v4_5(open_demo: OpenDemo) -> None:
    clip = await clip_of(open_demo("claude360"), {"prompt": "tea"})
    assert clip["model_name"] == "chirp-auk"


@pytest.mark.parametrize("name", ["instrumental", "make_instrumental"])
async def test_an_instrumental_has_no_lyrics(open_demo: OpenDemo, name: str) -> None:
    for more in ({"prompt": "tea"}, {"custom_mode": True, "style": "folk"}):
        assert (await clip_of(open_demo("claude360"), {name: True, **more}))["text"] == ""


async def test_sliders_and_vocal_gender_are_top_level_fields(open_demo: OpenDemo) -> None:
    demo = open_demo("claude360")
    sliders = {"style_weight": 0.25, "weirdness_constraint": 1, "audio_weight": 0}
    job = demo.simulator.job(await demo.song(**CUSTOM, **sliders, vocal_gender="f", negative_tags="drums"))
    assert job is not None
    assert dict(job.metadata) == {"negative_tags": "drums", "vocal_gender": "f", "control_sliders": sliders}


@pytest.mark.parametrize("model", ["style_persona", "voice_persona"])
async def test_a_song_with_a_persona_reports_it(open_demo: OpenDemo, model: str) -> None:
    demo = open_demo("claude360")
    root = await clip_of(demo, CUSTOM)
    persona = (await demo.post("/suno/persona/create", {"root_clip_id": root["id"], "name": "Ada"})).json()
    job = demo.simulator.job(await demo.song(**CUSTOM, persona_id=persona["id"], persona_model=model))
    assert job is not None
    assert (job.metadata["persona_id"], job.metadata["persona_model"]) == (persona["id"], model)


@pytest.mark.parametrize(
    ("fields", "status", "message"),
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
async def test_an_invalid_request_is_refused_and_costs_nothing(
    open_demo: OpenDemo, fields: dict[str, Any], status: int, message: str
) -> None:
    demo = open_demo("claude360")
    response = await demo.post("/suno/submit/music", fields)
    assert (response.status_code, response.json()["code"], response.json()["data"]) == (status, status, None)
    assert message in response.json()["message"]
    assert demo.simulator.spent() == 0


async def test_an_extension_requires_the_model_of_its_parent(open_demo: OpenDemo) -> None:
    demo = open_demo("claude360")
    parent = await clip_of(demo, CUSTOM)
    more = {**CUSTOM, "continue_clip_id": parent["id"], "continue_at": 20}
    for other in ("V6", None):
        response = await demo.post("/suno/submit/music", {**more, "model": other})
        assert (response.status_code, response.json()["message"]) == (
            400,
            "model must be the one of the song to extend",
        )
    job = demo.simulator.job(await demo.song(**more))
    assert job is not None
    assert (job.history[0].clip_id, job.history[0].continue_at) == (parent["id"], 20)


@pytest.mark.parametrize(
    ("fault", "status"), [("bad-token", 401), ("quota", 429), ("rate-limit", 430), ("maintenance", 455)]
)
async def test_each_refusal_has_its_documented_status(open_demo: OpenDemo, fault: str, status: int) -> None:
    response = await open_demo("claude360", [fault]).post("/suno/submit/music", CUSTOM)
    assert (response.status_code, response.json()["code"]) == (status, status)


async def test_our_client_reads_its_429_as_insufficient_balance(start_server: StartServer) -> None:
    client = client_of(start_server(dialect="claude360", balance=0.05))
    outcome = await client.submit(build_payload(MusicRequest(lyrics=LYRICS, model="chirp-hawk"), Dialect.SUNOAPI))
    assert isinstance(outcome, Rejected)
    assert isinstance(outcome.error, InsufficientBalance)
    await client.aclose()
