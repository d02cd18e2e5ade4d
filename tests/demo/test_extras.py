"""The extras of the paid gateway: personas, tags, timings, WAVs, the feed; their prices, and faults among them."""

from __future__ import annotations

import io
import wave
from dataclasses import replace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.demo import prices
from sunotui.demo.music.word_timings import timing_json, words_of
from tests.demo.bench import LONG_S, UNKNOWN_ID, Bench, sample
from tests.demo.conftest import OpenBench
from tests.demo.music.test_jobs import job as job_of
from tests.demo.music.test_jobs import take as take_of


async def a_clip(bench: Bench, **fields: Any) -> dict[str, Any]:
    """A finished clip."""
    task_id = await bench.song(**fields)
    bench.let_pass(LONG_S)
    clip = (await bench.task(task_id))["data"][0]
    assert isinstance(clip, dict)
    return clip


# --- personas ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/suno/persona/create", "/suno/persona/create/", "/v1/suno/persona/create"])
async def test_a_persona_is_made_of_a_clip(open_bench: OpenBench, path: str) -> None:
    bench = open_bench("paid")
    clip = await a_clip(bench)
    before = bench.simulator.spent()
    order = {"root_clip_id": clip["id"], "name": "Ada", "description": "low", "clips": [clip["id"]], "is_public": False}
    made = (await bench.post(path, order)).json()
    assert made["id"] not in ("", clip["id"])
    assert {key: made[key] for key in ("name", "description", "root_clip_id")} == {
        "name": "Ada",
        "description": "low",
        "root_clip_id": clip["id"],
    }
    assert made["clip"]["id"] == clip["id"]
    assert bench.simulator.spent() - before == pytest.approx(prices.PERSONA)


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
async def test_a_persona_of_nothing_is_refused(open_bench: OpenBench, change: dict[str, Any], status: int) -> None:
    bench = open_bench("paid")
    order = {"root_clip_id": (await a_clip(bench))["id"], "name": "Ada"}
    before = bench.simulator.spent()
    assert (await bench.post("/suno/persona/create", order | change)).status_code == status
    assert bench.simulator.spent() == before


# --- tags -------------------------------------------------------------------------------------------------------------


async def test_few_tags_become_many_and_the_same_ones_twice(open_bench: OpenBench) -> None:
    bench = open_bench("paid")
    document = [(await bench.post("/suno/act/tags", {"original_tags": "sea shanty"})).json() for _ in range(2)]
    assert document[0] == document[1]
    assert document[0].keys() == sample("tags_upsample").keys()
    assert document[0]["upsampled_tags"].startswith("sea shanty, with ")
    assert len(document[0]["upsampled_tags"]) > 60
    assert bench.simulator.spent() == pytest.approx(2 * prices.TAGS)
    assert (await bench.post("/suno/act/tags", {"original_tags": " "})).status_code == 400


# --- timings ----------------------------------------------------------------------------------------------------------


async def test_words_are_timed_from_first_to_last(open_bench: OpenBench) -> None:
    bench = open_bench("paid")
    lyrics = "[Verse 1]\nTin roof, tin rain\nall night\n\n[Chorus]\nSing it [softly] again\n[End]"
    clip = await a_clip(bench, prompt=lyrics, tags="folk")
    document = (await bench.http.get(f"/suno/act/timing/{clip['id']}")).json()
    wanted = sample("timing_aligned_words")
    assert document.keys() == wanted.keys()
    words = document["aligned_words"]
    assert words[0].keys() == wanted["aligned_words"][0].keys()
    assert [word["word"] for word in words][:3] == ["[Verse 1]\nTin ", "roof, ", "tin "]
    assert "".join(word["word"] for word in words) == lyrics
    assert document["waveform_data"]


async def test_an_instrumental_has_no_words_to_time(open_bench: OpenBench) -> None:
    bench = open_bench("paid")
    clip = await a_clip(bench, tags="ambient")
    assert (await bench.http.get(f"/suno/act/timing/{clip['id']}")).json()["aligned_words"] == []


async def test_no_times_before_the_end_nor_of_an_upload_nor_of_nobody(open_bench: OpenBench) -> None:
    bench = open_bench("paid")
    await bench.song()
    waiting = next(iter(bench.simulator._clips))
    upload_id = await bench.submit("upload", url="https://a.example/b.mp3")
    bench.let_pass(16)
    uploaded = (await bench.task(upload_id))["data"][0]["id"]
    for clip_id in (waiting, uploaded, UNKNOWN_ID):
        answer = await bench.http.get(f"/suno/act/timing/{clip_id}")
        assert (answer.status_code, answer.json()["message"]) == (404, "clip not found")


@given(st.text(alphabet="ab [](]\n\t\u3000雨\u2028", max_size=60), st.floats(5, 500))
def test_any_words_keep_their_order_and_stay_inside_the_clip(lyrics: str, duration_s: float) -> None:
    take = replace(take_of(), duration_s=duration_s)
    words = words_of(lyrics)
    assert not words or "".join(words) == lyrics
    document = timing_json(replace(job_of(take), lyrics=lyrics), take)["aligned_words"]
    assert [word["word"] for word in document] == words
    moments = [second for word in document for second in (word["start_s"], word["end_s"])]
    assert moments == sorted(moments)
    assert all(0 <= second <= duration_s for second in moments)


# --- WAV --------------------------------------------------------------------------------------------------------------


async def test_a_wav_of_the_clips_length_is_really_there(open_bench: OpenBench) -> None:
    bench = open_bench("paid")
    clip = await a_clip(bench)
    before = bench.simulator.spent()
    document = [(await bench.http.get(f"/suno/act/wav/{clip['id']}")).json() for _ in range(2)]
    assert document[0] == document[1]
    assert document[0]["status"] == "complete"
    assert bench.simulator.spent() - before == pytest.approx(prices.WAV), "made and paid once"
    answer = await bench.http.get(document[0]["url"], headers={"Authorization": ""})
    assert answer.headers["content-type"] == "audio/wav"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert (await bench.http.head(document[0]["url"])).headers["content-length"] == str(len(answer.content))
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(clip["metadata"]["duration"], abs=0.001)
        assert any(sound.readframes(100))


async def test_crazyrouter_has_a_wav_beside_each_mp3_and_others_have_none(open_bench: OpenBench) -> None:
    for dialect, status in [("crazyrouter", 200), ("paid", 200), ("reference", 404), ("new-api", 404)]:
        bench = open_bench(dialect)
        clip = await a_clip(bench)
        assert (await bench.http.head(clip["audio_url"].replace(".mp3", ".wav"))).status_code == status


async def test_a_wav_is_processed_while_the_song_is_made(open_bench: OpenBench) -> None:
    bench = open_bench("paid")
    await bench.song()
    clip_id = next(iter(bench.simulator._clips))
    assert (await bench.http.get(f"/suno/act/wav/{clip_id}")).json() == {"url": "", "status": "processing"}
    assert (await bench.http.get(f"/media/{clip_id}.wav")).status_code == 404
    assert (await bench.http.get(f"/suno/act/wav/{UNKNOWN_ID}")).status_code == 404
    assert bench.simulator.spent() == pytest.approx(prices.SONG)


# --- MP4 and notes ----------------------------------------------------------------------------------------------------


async def test_an_mp4_and_notes_are_made_once_after_they_were_asked_for(open_bench: OpenBench) -> None:
    bench = open_bench("paid")
    clip = await a_clip(bench)
    before = bench.simulator.spent()
    assert (await bench.http.get(f"/suno/act/mp4/{clip['id']}")).json()["data"] == {"state": "running"}
    assert (await bench.http.get(f"/suno/act/midi/{clip['id']}")).json() == {"state": "running"}
    bench.let_pass(LONG_S)
    assert (await bench.http.get(f"/suno/act/mp4/{clip['id']}")).json()["data"].keys() == {"mp4_file_url"}
    assert (await bench.http.get(f"/suno/act/midi/{clip['id']}")).json()["state"] == "complete"
    assert bench.simulator.spent() - before == pytest.approx(prices.MP4 + prices.MIDI)


# --- the feed ---------------------------------------------------------------------------------------------------------


async def test_the_feed_is_ahead_of_the_relays_copy(open_bench: OpenBench) -> None:
    bench = open_bench("paid")
    bench.let_pass(1)
    task_id = await bench.song()
    bench.let_pass(5)
    first, second = list(bench.simulator._clips)
    clips = (await bench.http.get(f"/suno/feed/{second},{UNKNOWN_ID},{first}")).json()
    assert [clip["id"] for clip in clips] == [second, first]
    assert {clip["status"] for clip in clips} == {"queued"}
    assert (await bench.task(task_id))["data"] is None


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


async def sent(bench: Bench, method: str, path: str, body: Any, **headers: str) -> httpx.Response:
    return await bench.http.request(method, path, json=body, headers=headers)


@pytest.mark.parametrize("number", range(6))
async def test_every_extra_wants_the_key_and_can_go_wrong(open_bench: OpenBench, number: int) -> None:
    bench = open_bench("paid")
    call = calls((await a_clip(bench))["id"])[number]
    assert (await sent(bench, *call, Authorization="")).status_code == 401
    spent = bench.simulator.spent()
    for fault, status in [("bad-token", 401), ("rate-limit", 429), ("http-500", 500), ("quota", 403)]:
        bench.set_faults(f"{fault}@extra:1")
        assert (await sent(bench, *call)).status_code == status
    bench.set_faults("html-200@extra:1")
    assert (await sent(bench, *call)).text.startswith("<!doctype html>")
    assert bench.simulator.spent() == spent, "nothing was made"
    bench.set_faults("http-502-html@extra:1")
    assert (await sent(bench, *call)).status_code == 502
    bench.set_faults("empty-200@extra:1")
    assert (await sent(bench, *call)).content == b""
    assert (await sent(bench, *call)).status_code == 200


async def test_an_empty_account_gets_no_extra_that_costs(open_bench: OpenBench) -> None:
    bench = open_bench("paid", balance=0.1)
    for call in calls((await a_clip(bench))["id"]):
        answer = await sent(bench, *call)
        assert answer.status_code == (200 if "timing" in call[1] else 403)


async def test_a_fault_of_the_feed_is_one_of_fetches(open_bench: OpenBench) -> None:
    bench = open_bench("paid")
    clip = await a_clip(bench)
    for fault, document in [("unknown-id", []), ("null-data", None)]:
        bench.set_faults(f"{fault}:1")
        assert (await bench.http.get(f"/suno/feed/{clip['id']}")).json() == document
