"""Each dialect has the response format of its server: the keys of the samples, its statuses, the fields it drops."""

from __future__ import annotations

from typing import Any

import pytest

from sunotui.demo.dialects import DIALECTS, find_dialect
from tests.demo.conftest import OpenDemo
from tests.demo.harness import EVERY_DIALECT, LONG_S, UNKNOWN_ID, DemoHarness, sample


async def single(demo: DemoHarness, task_id: str) -> Any:
    response = await demo.http.get(f"{demo.root}/fetch/{task_id}")
    assert response.status_code == 200, response.text
    return response.json()


def test_every_dialect_is_tested() -> None:
    assert tuple(DIALECTS) == EVERY_DIALECT


def test_new_api_has_two_names() -> None:
    assert find_dialect("new-api-2025") is find_dialect("new-api")
    assert find_dialect("") is find_dialect("reference")


# --- response keys ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "name"),
    [
        ("new-api", "fetch_single_newapi_2025_not_start"),
        ("new-api-2026", "fetch_single_newapi_current_not_start"),
        ("crazyrouter", "fetch_single_code_1_processing"),
    ],
)
async def test_a_new_task_matches_the_sample(open_demo: OpenDemo, dialect: str, name: str) -> None:
    demo, wanted = open_demo(dialect), sample(name)
    body = await single(demo, await demo.song())
    assert body.keys() == wanted.keys()
    assert body["data"].keys() == wanted["data"].keys()
    same = ("code", "message")
    assert {key: body.get(key) for key in same} == {key: wanted.get(key) for key in same}
    for key in ("action", "progress", "start_time", "finish_time"):
        assert body["data"].get(key) == wanted["data"].get(key), key
    if "properties" in wanted["data"]:
        assert body["data"]["properties"] == wanted["data"]["properties"]


async def test_clips_of_the_reference_match_the_sample(open_demo: OpenDemo) -> None:
    demo, wanted = open_demo(), sample("fetch_single_reference_bare_clips")
    body = await single(demo, await demo.finished_song())
    assert body.keys() == wanted.keys()
    assert body["data"][0].keys() == wanted["data"][0].keys()
    assert body["data"][0]["metadata"].keys() == wanted["data"][0]["metadata"].keys()


async def test_lyrics_of_the_reference_match_the_sample(open_demo: OpenDemo) -> None:
    demo, wanted = open_demo(), sample("fetch_single_reference_bare_lyrics")
    body = await single(demo, await demo.submit("lyrics", prompt="tea"))
    assert body["data"].keys() == wanted["data"].keys()


async def test_a_batch_of_the_reference_matches_the_sample(open_demo: OpenDemo) -> None:
    demo, (wanted,) = open_demo(), sample("fetch_batch_reference_fields")["data"]
    body = await demo.task(await demo.song())
    assert body.keys() == wanted.keys()
    assert body["data"][0].keys() == wanted["data"][0].keys()


async def test_a_batch_of_one_hub_matches_the_sample(open_demo: OpenDemo) -> None:
    demo = open_demo("one-hub")
    tasks = [await demo.task(await demo.submit("lyrics", prompt="tea")), await demo.task(await demo.finished_song())]
    for task in tasks:
        assert task.keys() == sample("fetch_batch_mixed")["data"][0].keys()
    assert "user_id" not in tasks[1]["data"][0]


async def test_the_single_flat_clip_of_gptproto_matches_the_sample(open_demo: OpenDemo) -> None:
    demo, wanted = open_demo("gptproto"), sample("fetch_single_bare_array_completed")
    task_id = await demo.finished_song()
    body = await single(demo, task_id)
    assert body.keys() == wanted.keys()
    (clip,) = body["data"]
    assert clip.keys() == wanted["data"][0].keys()
    assert (clip["id"], clip["status"]) == (task_id, "completed")
    assert task_id not in clip["audio_url"]


async def test_a_clip_of_gptproto_can_be_extended_by_its_reported_id(open_demo: OpenDemo) -> None:
    demo = open_demo("gptproto")
    task_id = await demo.finished_song()
    part = await demo.song(prompt="la", continue_clip_id=task_id, continue_at=20)
    job, parent = demo.simulator.job(part), demo.simulator.job(task_id)
    assert job is not None
    assert parent is not None
    assert job.history[0].clip_id == parent.takes[0].id
    response = await demo.post(f"{demo.root}/submit/music", {"prompt": "la", "continue_clip_id": UNKNOWN_ID})
    assert (response.status_code, response.json()["code"]) == (404, "error")


async def test_crazyrouter_reports_lower_case_statuses_and_flat_clips(open_demo: OpenDemo) -> None:
    demo = open_demo("crazyrouter")
    response = await demo.post("/suno/submit/music", {"prompt": "la", "title": "Tin"})
    assert response.json().keys() == {"code", "description", "result"}
    assert response.json()["code"] == 1
    task_id = response.json()["result"]
    assert (await single(demo, task_id))["data"] == {"task_id": task_id, "status": "submitted", "data": []}
    demo.let_pass(16)
    assert (await demo.task(task_id))["status"] == "processing"
    demo.let_pass(LONG_S)
    task = await demo.task(task_id)
    assert task["status"] == "complete"
    assert [clip["title"] for clip in task["data"]] == ["Tin", "Tin"]
    assert all("metadata" not in clip and clip["duration"] > 90 for clip in task["data"])


@pytest.mark.parametrize(
    ("dialect", "statuses"),
    [("crazyrouter", {"submitted", "error"}), ("gptproto", {"queued", "failed"})],
)
async def test_statuses_of_a_failing_task(open_demo: OpenDemo, dialect: str, statuses: set[str]) -> None:
    demo = open_demo(dialect, ["fail-task"])
    task_id, seen = await demo.song(), set()
    for _ in range(20):
        task = await demo.task(task_id)
        seen.add(task["status"])
        demo.let_pass(3)
    assert seen == statuses
    assert "moderation" in task["fail_reason"]


async def test_progress_is_reported_by_private_relays_only(open_demo: OpenDemo) -> None:
    for dialect, wanted in [("new-api", {"0%", "100%"}), ("paid", {"0%", "50%", "100%"})]:
        demo = open_demo(dialect)
        task_id, seen = await demo.song(), set()
        for _ in range(20):
            seen.add((await demo.task(task_id))["progress"])
            demo.let_pass(5)
        assert seen == wanted


async def test_a_relay_refreshes_its_copy_every_fifteen_seconds(open_demo: OpenDemo) -> None:
    demo = open_demo("new-api-2026")
    demo.let_pass(1)
    task_id = await demo.song()
    demo.let_pass(13.9)
    assert (await demo.task(task_id))["status"] == "NOT_START"
    demo.let_pass(0.2)
    copy = await demo.task(task_id)
    assert copy["status"] == "IN_PROGRESS"
    demo.let_pass(14)
    assert await demo.task(task_id) == copy


@pytest.mark.parametrize(("dialect", "action"), [("new-api", ""), ("new-api-2026", "MUSIC"), ("paid", "MUSIC")])
async def test_new_api_of_2025_does_not_report_the_action(open_demo: OpenDemo, dialect: str, action: str) -> None:
    demo = open_demo(dialect)
    assert (await demo.task(await demo.finished_song()))["action"] == action


# --- dropped fields ---------------------------------------------------------------------------------------------------

OPTIONS = {"negative_tags": "drums", "task": "cover", "cover_clip_id": UNKNOWN_ID, "persona_id": 7, "vocal_gender": "f"}


@pytest.mark.parametrize("dialect", [name for name in EVERY_DIALECT if not DIALECTS[name].tasks])
async def test_unsupported_fields_are_dropped_and_the_song_is_charged(open_demo: OpenDemo, dialect: str) -> None:
    demo = open_demo(dialect)
    task_id = await demo.finished_song(prompt="la", title="Tin", **OPTIONS)
    job = demo.simulator.job(task_id)
    assert job is not None
    assert (job.title, dict(job.metadata)) == ("Tin", {})
    assert demo.simulator.spent() == pytest.approx(0.1)


async def test_an_extension_at_second_zero_is_lost_on_stock_relays_only(open_demo: OpenDemo) -> None:
    for dialect, begins in [("one-hub", "the end"), ("paid", "zero"), ("reference", "zero")]:
        demo = open_demo(dialect)
        parent_id = await demo.finished_song(prompt="la", mv="chirp-v4")
        parent = demo.simulator.job(parent_id)
        assert parent is not None
        fields = {"prompt": "la", "mv": "chirp-v4", "continue_clip_id": parent.takes[0].id, "continue_at": 0}
        job = demo.simulator.job(await demo.song(**fields, task_id=parent_id))
        assert job is not None
        assert job.history[0].continue_at == (parent.takes[0].duration_s if begins == "the end" else 0.0)
