"""The extras of the paid gateway: personas, tags, timings, WAV, MP4, MIDI and the feed; their prices and faults."""

from __future__ import annotations

import io
import wave
from dataclasses import replace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.demo.music import prices
from sunotui.demo.music.word_timings import timing_json, words_of
from tests.demo.conftest import OpenDemo
from tests.demo.harness import LONG_S, UNKNOWN_ID, DemoHarness, sample
from tests.demo.music.test_jobs import job as job_of
from tests.demo.music.test_jobs import take as take_of


async def a_clip(demo: DemoHarness, **fields: Any) -> dict[str, Any]:
    """Create a song and return its first finished clip."""
    task_id = await demo.song(**fields)
    demo.let_pass(LONG_S)
    clip = (await demo.task(task_id))["data"][0]
    assert isinstance(clip, dict)
    return clip


# --- personas ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/suno/persona/create", "/suno/persona/create/", "/v1/suno/persona/create"])
async def test_a_persona_is_created_from_a_clip(open_demo: OpenDemo, path: str) -> None:
    demo = open_demo("paid")
    clip = await a_clip(demo)
    before = demo.simulator.spent()
    fields = {
        "root_clip_id": clip["id"],
        "name": "Ada",
        "description": "low",
        "clips": [clip["id"]],
        "is_public": False,
    }
    made = (await demo.post(path, fields)).json()
    assert made["id"] not in ("", clip["id"])
    assert {key: made[key] for key in ("name", "description", "root_clip_id")} == {
        "name": "Ada",
        "description": "low",
        "root_clip_id": clip["id"],
    }
    assert made["clip"]["id"] == clip["id"]
    assert demo.simulator.spent() - before == pytest.approx(prices.PERSONA)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": " "}, 400),
        ({"root_clip_id": ""}, 400),
        ({"name": 7}, 400),
        ({"clips": "one"}, 400),
        ({"root_clip_id": UNKNOWN_ID}, 404),
        ({"clips": [UNKNOWN_ID]}, 404),
    ],
)
async def test_a_persona_with_invalid_fields_is_refused(
    open_demo: OpenDemo, change: dict[str, Any], status: int
) -> None:
    demo = open_demo("paid")
    fields = {"root_clip_id": (await a_clip(demo))["id"], "name": "Ada"}
    before = demo.simulator.spent()
    assert (await demo.post("/suno/persona/create", fields | change)).status_code == status
    assert demo.simulator.spent() == before


# --- tags -------------------------------------------------------------------------------------------------------------


async def test_tags_are_expanded_deterministically(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    document = [(await demo.post("/suno/act/tags", {"original_tags": "sea shanty"})).json() for _ in range(2)]
    assert document[0] == document[1]
    assert document[0].keys() == sample("tags_upsample").keys()
    assert document[0]["upsampled_tags"].startswith("sea shanty, with ")
    assert len(document[0]["upsampled_tags"]) > 60
    assert demo.simulator.spent() == pytest.approx(2 * prices.TAGS)
    assert (await demo.post("/suno/act/tags", {"original_tags": " "})).status_code == 400


# --- timings ----------------------------------------------------------------------------------------------------------


async def test_all_words_are_timed_in_order(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    lyrics = "[Verse 1]\nTin roof, tin rain\nall night\n\n[Chorus]\nSing it [softly] again\n[End]"
    clip = await a_clip(demo, prompt=lyrics, tags="folk")
    document = (await demo.http.get(f"/suno/act/timing/{clip['id']}")).json()
    wanted = sample("timing_aligned_words")
    assert document.keys() == wanted.keys()
    words = document["aligned_words"]
    assert words[0].keys() == wanted["aligned_words"][0].keys()
    assert [word["word"] for word in words][:3] == ["[Verse 1]\nTin ", "roof, ", "tin "]
    assert "".join(word["word"] for word in words) == lyrics
    assert document["waveform_data"]


async def test_an_instrumental_has_no_words_to_time(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    clip = await a_clip(demo, tags="ambient")
    assert (await demo.http.get(f"/suno/act/timing/{clip['id']}")).json()["aligned_words"] == []


async def test_no_timings_of_an_unfinished_uploaded_or_unknown_clip(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    await demo.song()
    waiting = next(iter(demo.simulator._clips))
    upload_id = await demo.submit("upload", url="https://a.example/b.mp3")
    demo.let_pass(16)
    uploaded = (await demo.task(upload_id))["data"][0]["id"]
    for clip_id in (waiting, uploaded, UNKNOWN_ID):
        response = await demo.http.get(f"/suno/act/timing/{clip_id}")
        assert (response.status_code, response.json()["message"]) == (404, "clip not found")


@given(st.text(alphabet="ab [](]\n\t\u3000雨\u2028", max_size=60), st.floats(5, 500))
def test_any_words_keep_their_order_and_stay_within_the_clip(lyrics: str, duration_s: float) -> None:
    take = replace(take_of(), duration_s=duration_s)
    words = words_of(lyrics)
    assert not words or "".join(words) == lyrics
    document = timing_json(replace(job_of(take), lyrics=lyrics), take)["aligned_words"]
    assert [word["word"] for word in document] == words
    moments = [second for word in document for second in (word["start_s"], word["end_s"])]
    assert moments == sorted(moments)
    assert all(0 <= second <= duration_s for second in moments)


# --- WAV --------------------------------------------------------------------------------------------------------------


async def test_the_wav_exists_and_has_the_duration_of_the_clip(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    clip = await a_clip(demo)
    before = demo.simulator.spent()
    document = [(await demo.http.get(f"/suno/act/wav/{clip['id']}")).json() for _ in range(2)]
    assert document[0] == document[1]
    assert document[0]["status"] == "complete"
    assert demo.simulator.spent() - before == pytest.approx(prices.WAV), "charged once"
    response = await demo.http.get(document[0]["url"], headers={"Authorization": ""})
    assert response.headers["content-type"] == "audio/wav"
    assert int(response.headers["content-length"]) == len(response.content)
    assert (await demo.http.head(document[0]["url"])).headers["content-length"] == str(len(response.content))
    with wave.open(io.BytesIO(response.content)) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(clip["metadata"]["duration"], abs=0.001)
        assert any(sound.readframes(100))


async def test_crazyrouter_and_paid_have_a_wav_beside_each_mp3(open_demo: OpenDemo) -> None:
    for dialect, status in [("crazyrouter", 200), ("paid", 200), ("reference", 404), ("new-api", 404)]:
        demo = open_demo(dialect)
        clip = await a_clip(demo)
        assert (await demo.http.head(clip["audio_url"].replace(".mp3", ".wav"))).status_code == status


async def test_a_wav_is_processing_while_the_song_is_generated(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    await demo.song()
    clip_id = next(iter(demo.simulator._clips))
    assert (await demo.http.get(f"/suno/act/wav/{clip_id}")).json() == {"url": "", "status": "processing"}
    assert (await demo.http.get(f"/media/{clip_id}.wav")).status_code == 404
    assert (await demo.http.get(f"/suno/act/wav/{UNKNOWN_ID}")).status_code == 404
    assert demo.simulator.spent() == pytest.approx(prices.SONG)


# --- MP4 and MIDI -----------------------------------------------------------------------------------------------------


async def test_mp4_and_midi_are_generated_on_request_and_charged_once(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    clip = await a_clip(demo)
    before = demo.simulator.spent()
    assert (await demo.http.get(f"/suno/act/mp4/{clip['id']}")).json()["data"] == {"state": "running"}
    assert (await demo.http.get(f"/suno/act/midi/{clip['id']}")).json() == {"state": "running"}
    demo.let_pass(LONG_S)
    document = (await demo.http.get(f"/suno/act/mp4/{clip['id']}")).json()["data"]
    assert document.keys() == {"mp4_file_url"}
    video = await demo.http.get(document["mp4_file_url"], headers={"Authorization": ""})
    assert (video.status_code, video.headers["content-type"]) == (200, "video/mp4")
    assert (await demo.http.get(f"/suno/act/midi/{clip['id']}")).json()["state"] == "complete"
    assert demo.simulator.spent() - before == pytest.approx(prices.MP4 + prices.MIDI)


# --- the feed ---------------------------------------------------------------------------------------------------------


async def test_the_feed_is_ahead_of_the_relays_copy(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    demo.let_pass(1)
    task_id = await demo.song()
    demo.let_pass(5)
    first, second = list(demo.simulator._clips)
    clips = (await demo.http.get(f"/suno/feed/{second},{UNKNOWN_ID},{first}")).json()
    assert [clip["id"] for clip in clips] == [second, first]
    assert {clip["status"] for clip in clips} == {"queued"}
    assert (await demo.task(task_id))["data"] is None


# --- faults and keys --------------------------------------------------------------------------------------------------


def calls(clip_id: str) -> list[tuple[str, str, Any]]:
    return [
        ("POST", "/suno/persona/create", {"root_clip_id": clip_id, "name": "Ada"}),
        ("POST", "/suno/act/tags", {"original_tags": "tea"}),
        ("GET", f"/suno/act/timing/{clip_id}", None),
        ("GET", f"/suno/act/wav/{clip_id}", None),
        ("GET", f"/suno/act/mp4/{clip_id}", None),
        ("GET", f"/suno/act/midi/{clip_id}", None),
    ]


async def sent(demo: DemoHarness, method: str, path: str, body: Any, **headers: str) -> httpx.Response:
    return await demo.http.request(method, path, json=body, headers=headers)


@pytest.mark.parametrize("number", range(6))
async def test_every_extra_requires_the_key_and_can_fail(open_demo: OpenDemo, number: int) -> None:
    demo = open_demo("paid")
    call = calls((await a_clip(demo))["id"])[number]
    assert (await sent(demo, *call, Authorization="")).status_code == 401
    spent = demo.simulator.spent()
    for fault, status in [("bad-token", 401), ("rate-limit", 429), ("http-500", 500), ("quota", 403)]:
        demo.set_faults(f"{fault}@extra:1")
        assert (await sent(demo, *call)).status_code == status
    demo.set_faults("html-200@extra:1")
    assert (await sent(demo, *call)).text.startswith("<!doctype html>")
    assert demo.simulator.spent() == spent, "nothing was charged"
    demo.set_faults("http-502-html@extra:1")
    assert (await sent(demo, *call)).status_code == 502
    demo.set_faults("empty-200@extra:1")
    assert (await sent(demo, *call)).content == b""
    assert (await sent(demo, *call)).status_code == 200


async def test_an_empty_account_gets_only_the_free_extra(open_demo: OpenDemo) -> None:
    demo = open_demo("paid", balance=0.1)
    for call in calls((await a_clip(demo))["id"]):
        response = await sent(demo, *call)
        assert response.status_code == (200 if "timing" in call[1] else 403)


async def test_fetch_faults_apply_to_the_feed(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    clip = await a_clip(demo)
    documents: dict[str, list[object] | None] = {"unknown-id": [], "null-data": None}
    for fault, document in documents.items():
        demo.set_faults(f"{fault}:1")
        assert (await demo.http.get(f"/suno/feed/{clip['id']}")).json() == document
