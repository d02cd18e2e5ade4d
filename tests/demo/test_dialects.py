"""Each dialect has the forms of its server: the keys of the samples, its words, what it drops."""

from __future__ import annotations

from typing import Any

import pytest

from sunotui.demo.dialects import DIALECTS, find_dialect
from tests.demo.bench import EVERY_DIALECT, LONG_S, UNKNOWN_ID, Bench, sample
from tests.demo.conftest import OpenBench


async def single(bench: Bench, task_id: str) -> Any:
    answer = await bench.http.get(f"{bench.root}/fetch/{task_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_dialect_is_tested() -> None:
    assert tuple(DIALECTS) == EVERY_DIALECT


def test_new_api_has_two_names() -> None:
    assert find_dialect("new-api-2025") is find_dialect("new-api")
    assert find_dialect("") is find_dialect("reference")


# --- the keys of what is told -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "name"),
    [
        ("new-api", "fetch_single_newapi_2025_not_start"),
        ("new-api-2026", "fetch_single_newapi_current_not_start"),
        ("crazyrouter", "fetch_single_code_1_processing"),
    ],
)
async def test_a_task_that_just_began_is_told_as_in_the_sample(open_bench: OpenBench, dialect: str, name: str) -> None:
    bench, wanted = open_bench(dialect), sample(name)
    body = await single(bench, await bench.song())
    assert body.keys() == wanted.keys()
    assert body["data"].keys() == wanted["data"].keys()
    same = ("code", "message")
    assert {key: body.get(key) for key in same} == {key: wanted.get(key) for key in same}
    for key in ("action", "progress", "start_time", "finish_time"):
        assert body["data"].get(key) == wanted["data"].get(key), key
    if "properties" in wanted["data"]:
        assert body["data"]["properties"] == wanted["data"]["properties"]


async def test_the_reference_tells_bare_clips_as_in_the_sample(open_bench: OpenBench) -> None:
    bench, wanted = open_bench(), sample("fetch_single_reference_bare_clips")
    body = await single(bench, await bench.finished_song())
    assert body.keys() == wanted.keys()
    assert body["data"][0].keys() == wanted["data"][0].keys()
    assert body["data"][0]["metadata"].keys() == wanted["data"][0]["metadata"].keys()


async def test_the_reference_tells_bare_words_as_in_the_sample(open_bench: OpenBench) -> None:
    bench, wanted = open_bench(), sample("fetch_single_reference_bare_lyrics")
    body = await single(bench, await bench.submit("lyrics", prompt="tea"))
    assert body["data"].keys() == wanted["data"].keys()


async def test_the_reference_tells_a_batch_as_in_the_sample(open_bench: OpenBench) -> None:
    bench, (wanted,) = open_bench(), sample("fetch_batch_reference_fields")["data"]
    body = await bench.task(await bench.song())
    assert body.keys() == wanted.keys()
    assert body["data"][0].keys() == wanted["data"][0].keys()


async def test_one_hub_tells_a_batch_as_in_the_sample(open_bench: OpenBench) -> None:
    bench = open_bench("one-hub")
    body = [await bench.task(await bench.submit("lyrics", prompt="tea")), await bench.task(await bench.finished_song())]
    for task in body:
        assert task.keys() == sample("fetch_batch_mixed")["data"][0].keys()
    assert "user_id" not in body[1]["data"][0]


async def test_gptproto_tells_one_bare_flat_clip_as_in_the_sample(open_bench: OpenBench) -> None:
    bench, wanted = open_bench("gptproto"), sample("fetch_single_bare_array_completed")
    task_id = await bench.finished_song()
    body = await single(bench, task_id)
    assert body.keys() == wanted.keys()
    (clip,) = body["data"]
    assert clip.keys() == wanted["data"][0].keys()
    assert (clip["id"], clip["status"]) == (task_id, "completed")
    assert task_id not in clip["audio_url"]


async def test_a_clip_of_gptproto_can_be_extended_by_the_id_it_shows(open_bench: OpenBench) -> None:
    bench = open_bench("gptproto")
    task_id = await bench.finished_song()
    part = await bench.song(prompt="la", continue_clip_id=task_id, continue_at=20)
    job, parent = bench.simulator.job(part), bench.simulator.job(task_id)
    assert job is not None
    assert parent is not None
    assert job.history[0].clip_id == parent.takes[0].id
    answer = await bench.post(f"{bench.root}/submit/music", {"prompt": "la", "continue_clip_id": UNKNOWN_ID})
    assert (answer.status_code, answer.json()["code"]) == (404, "error")


async def test_crazyrouter_tells_words_in_lower_case_and_flat_clips(open_bench: OpenBench) -> None:
    bench = open_bench("crazyrouter")
    answer = await bench.post("/suno/submit/music", {"prompt": "la", "title": "Tin"})
    assert answer.json().keys() == {"code", "description", "result"}
    assert answer.json()["code"] == 1
    task_id = answer.json()["result"]
    assert (await single(bench, task_id))["data"] == {"task_id": task_id, "status": "submitted", "data": []}
    bench.let_pass(16)
    assert (await bench.task(task_id))["status"] == "processing"
    bench.let_pass(LONG_S)
    task = await bench.task(task_id)
    assert task["status"] == "complete"
    assert [clip["title"] for clip in task["data"]] == ["Tin", "Tin"]
    assert all("metadata" not in clip and clip["duration"] > 90 for clip in task["data"])


@pytest.mark.parametrize(
    ("dialect", "words"),
    [("crazyrouter", {"submitted", "error"}), ("gptproto", {"queued", "failed"})],
)
async def test_words_of_a_failure(open_bench: OpenBench, dialect: str, words: set[str]) -> None:
    bench = open_bench(dialect, ["fail-task"])
    task_id, seen = await bench.song(), set()
    for _ in range(20):
        task = await bench.task(task_id)
        seen.add(task["status"])
        bench.let_pass(3)
    assert seen == words
    assert "moderation" in task["fail_reason"]


async def test_progress_stands_still_on_stock_relays_and_moves_on_private_ones(open_bench: OpenBench) -> None:
    for dialect, wanted in [("new-api", {"0%", "100%"}), ("paid", {"0%", "50%", "100%"})]:
        bench = open_bench(dialect)
        task_id, seen = await bench.song(), set()
        for _ in range(20):
            seen.add((await bench.task(task_id))["progress"])
            bench.let_pass(5)
        assert seen == wanted


async def test_a_relay_repeats_its_copy_for_fifteen_seconds(open_bench: OpenBench) -> None:
    bench = open_bench("new-api-2026")
    bench.let_pass(1)
    task_id = await bench.song()
    bench.let_pass(13.9)
    assert (await bench.task(task_id))["status"] == "NOT_START"
    bench.let_pass(0.2)
    copy = await bench.task(task_id)
    assert copy["status"] == "IN_PROGRESS"
    bench.let_pass(14)
    assert await bench.task(task_id) == copy


@pytest.mark.parametrize(("dialect", "action"), [("new-api", ""), ("new-api-2026", "MUSIC"), ("paid", "MUSIC")])
async def test_new_api_of_2025_never_stores_the_action(open_bench: OpenBench, dialect: str, action: str) -> None:
    bench = open_bench(dialect)
    assert (await bench.task(await bench.finished_song()))["action"] == action


# --- what is dropped --------------------------------------------------------------------------------------------------

OPTIONS = {"negative_tags": "drums", "task": "cover", "cover_clip_id": UNKNOWN_ID, "persona_id": 7, "vocal_gender": "f"}


@pytest.mark.parametrize("dialect", [name for name in EVERY_DIALECT if not DIALECTS[name].tasks])
async def test_what_no_open_server_reads_is_dropped_and_billed(open_bench: OpenBench, dialect: str) -> None:
    bench = open_bench(dialect)
    task_id = await bench.finished_song(prompt="la", title="Tin", **OPTIONS)
    job = bench.simulator.job(task_id)
    assert job is not None
    assert (job.title, dict(job.metadata)) == ("Tin", {})
    assert bench.simulator.spent() == pytest.approx(0.1)


async def test_the_second_zero_is_lost_on_stock_relays_only(open_bench: OpenBench) -> None:
    for dialect, begins in [("one-hub", "the end"), ("paid", "zero"), ("reference", "zero")]:
        bench = open_bench(dialect)
        parent_id = await bench.finished_song(prompt="la", mv="chirp-v4")
        parent = bench.simulator.job(parent_id)
        assert parent is not None
        order = {"prompt": "la", "mv": "chirp-v4", "continue_clip_id": parent.takes[0].id, "continue_at": 0}
        job = bench.simulator.job(await bench.song(**order, task_id=parent_id))
        assert job is not None
        assert job.history[0].continue_at == (parent.takes[0].duration_s if begins == "the end" else 0.0)
