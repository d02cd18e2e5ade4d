"""Each dialect has the forms of its server: the keys of the samples, its ids, its pages, its ways to say no."""

import json
from pathlib import Path
from typing import Any

import pytest

from sunotui.demo.dialects import DIALECTS, find_dialect

from .bench import EVERY_DIALECT, TOKEN, Bench
from .conftest import OpenBench

SAMPLES = Path(__file__).parent.parent / "protocol_samples"
NOBODY = "00000000-0000-4000-8000-000000000001"
LONG_S = 100.0
"""Longer than a song takes and a relay lags."""


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


async def single(bench: Bench, task_id: str) -> Any:
    answer = await bench.http.get(f"{bench.root}/fetch/{task_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def finished_song(bench: Bench, **fields: Any) -> str:
    task_id = await bench.song(**fields)
    bench.let_pass(LONG_S)
    return task_id


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
    told = await single(bench, await bench.song())
    assert told.keys() == wanted.keys()
    assert told["data"].keys() == wanted["data"].keys()
    same = ("code", "message")
    assert {key: told.get(key) for key in same} == {key: wanted.get(key) for key in same}
    for key in ("action", "progress", "start_time", "finish_time"):
        assert told["data"].get(key) == wanted["data"].get(key), key
    if "properties" in wanted["data"]:
        assert told["data"]["properties"] == wanted["data"]["properties"]


async def test_the_reference_tells_bare_clips_as_in_the_sample(open_bench: OpenBench) -> None:
    bench, wanted = open_bench(), sample("fetch_single_reference_bare_clips")
    told = await single(bench, await finished_song(bench))
    assert told.keys() == wanted.keys()
    assert told["data"][0].keys() == wanted["data"][0].keys()
    assert told["data"][0]["metadata"].keys() == wanted["data"][0]["metadata"].keys()


async def test_the_reference_tells_bare_words_as_in_the_sample(open_bench: OpenBench) -> None:
    bench, wanted = open_bench(), sample("fetch_single_reference_bare_lyrics")
    told = await single(bench, await bench.submit("lyrics", prompt="tea"))
    assert told["data"].keys() == wanted["data"].keys()


async def test_the_reference_tells_a_batch_as_in_the_sample(open_bench: OpenBench) -> None:
    bench, (wanted,) = open_bench(), sample("fetch_batch_reference_fields")["data"]
    told = await bench.task(await bench.song())
    assert told.keys() == wanted.keys()
    assert told["data"][0].keys() == wanted["data"][0].keys()


async def test_one_hub_tells_a_batch_as_in_the_sample(open_bench: OpenBench) -> None:
    bench = open_bench("one-hub")
    told = [await bench.task(await bench.submit("lyrics", prompt="tea")), await bench.task(await finished_song(bench))]
    for task in told:
        assert task.keys() == sample("fetch_batch_mixed")["data"][0].keys()
    assert "user_id" not in told[1]["data"][0]


async def test_gptproto_tells_one_bare_flat_clip_as_in_the_sample(open_bench: OpenBench) -> None:
    bench, wanted = open_bench("gptproto"), sample("fetch_single_bare_array_completed")
    task_id = await finished_song(bench)
    told = await single(bench, task_id)
    assert told.keys() == wanted.keys()
    (clip,) = told["data"]
    assert clip.keys() == wanted["data"][0].keys()
    assert (clip["id"], clip["status"]) == (task_id, "completed")
    assert task_id not in clip["audio_url"]


async def test_a_clip_of_gptproto_can_be_extended_by_the_id_it_shows(open_bench: OpenBench) -> None:
    bench = open_bench("gptproto")
    task_id = await finished_song(bench)
    part = await bench.song(prompt="la", continue_clip_id=task_id, continue_at=20)
    job, parent = bench.studio.job(part), bench.studio.job(task_id)
    assert job is not None
    assert parent is not None
    assert job.history[0].clip_id == parent.takes[0].id
    answer = await bench.post(f"{bench.root}/submit/music", {"prompt": "la", "continue_clip_id": NOBODY})
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
    assert (await bench.task(await finished_song(bench)))["action"] == action


# --- what is dropped --------------------------------------------------------------------------------------------------

WISHES = {"negative_tags": "drums", "task": "cover", "cover_clip_id": NOBODY, "persona_id": 7, "vocal_gender": "f"}


@pytest.mark.parametrize("dialect", [name for name in EVERY_DIALECT if name != "paid"])
async def test_what_no_open_server_reads_is_dropped_and_billed(open_bench: OpenBench, dialect: str) -> None:
    bench = open_bench(dialect)
    task_id = await finished_song(bench, prompt="la", title="Tin", **WISHES)
    job = bench.studio.job(task_id)
    assert job is not None
    assert (job.title, dict(job.metadata)) == ("Tin", {})
    assert bench.studio.spent() == pytest.approx(0.1)


async def test_the_second_zero_is_lost_on_stock_relays_only(open_bench: OpenBench) -> None:
    for dialect, begins in [("one-hub", "the end"), ("paid", "zero"), ("reference", "zero")]:
        bench = open_bench(dialect)
        parent_id = await finished_song(bench, prompt="la", mv="chirp-v4")
        parent = bench.studio.job(parent_id)
        assert parent is not None
        order = {"prompt": "la", "mv": "chirp-v4", "continue_clip_id": parent.takes[0].id, "continue_at": 0}
        job = bench.studio.job(await bench.song(**order, task_id=parent_id))
        assert job is not None
        assert job.history[0].continue_at == (parent.takes[0].duration_s if begins == "the end" else 0.0)


# --- ways to say no ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "path", "body", "status", "name"),
    [
        ("reference", "lyrics", {}, 400, "err_ref_400_empty_lyrics_prompt"),
        ("new-api", "lyrics", {}, 400, "err_newapi_400_prompt_empty"),
        ("gptproto", "lyrics", {}, 400, "err_gptproto_400"),
        ("reference", "music", {"continue_clip_id": "x"}, 400, "err_ref_400_continue_without_task_id"),
        ("new-api", "music", {"continue_clip_id": "x"}, 400, "err_newapi_400_continue_without_task_id"),
        ("new-api", "music", {"continue_clip_id": "x", "task_id": "y"}, 400, "err_newapi_400_origin_missing"),
        ("new-api-2026", "music", {"continue_clip_id": "x", "task_id": "y"}, 400, "err_newapi_400_origin_missing"),
        ("one-hub", "music", {"continue_clip_id": "x", "task_id": "y"}, 500, "err_onehub_500_origin_missing"),
        ("one-hub", "concat", {"clip_id": "x"}, 400, "err_onehub_400_invalid_action"),
        ("one-hub", "music", {"mv": "chirp-v5"}, 503, "err_onehub_503_no_provider"),
    ],
)
async def test_a_refusal_is_the_sample_word_for_word(
    open_bench: OpenBench, dialect: str, path: str, body: dict[str, Any], status: int, name: str
) -> None:
    bench = open_bench(dialect)
    answer = await bench.post(f"{bench.root}/submit/{path}", body)
    assert answer.status_code == status
    assert answer.json() == sample(name)
    assert bench.studio.spent() == 0


@pytest.mark.parametrize(
    ("dialect", "fault", "status", "name"),
    [
        ("new-api", "http-500", 500, "err_newapi_500_panic"),
        ("one-hub", "http-500", 500, "err_onehub_500_panic"),
        ("one-hub", "quota", 402, "err_onehub_402_quota"),
        ("new-api", "rate-limit", 429, "err_newapi_429_saturated"),
        ("reference", "rate-limit", 429, "err_ref_429_upstream"),
        ("reference", "bad-token", 401, "err_ref_401_bad_key"),
    ],
)
async def test_a_fault_is_the_sample_word_for_word(
    open_bench: OpenBench, dialect: str, fault: str, status: int, name: str
) -> None:
    answer = await open_bench(dialect, [fault]).post("/suno/submit/music", {})
    assert (answer.status_code, answer.json()) == (status, sample(name))


@pytest.mark.parametrize(
    ("dialect", "wanted"),
    [
        ("new-api", {"code": "quota_not_enough", "message": "user quota is not enough", "data": None}),
        (
            "new-api-2026",
            {
                "code": "insufficient_user_quota",
                "message": "预扣费额度失败, 用户剩余额度: ＄0.050000, 需要预扣费额度: ＄0.100000",
                "data": None,
            },
        ),
    ],
)
async def test_an_empty_account_at_both_builds(open_bench: OpenBench, dialect: str, wanted: dict[str, Any]) -> None:
    answer = await open_bench(dialect, balance=0.05).post("/suno/submit/music", {"prompt": "la"})
    assert (answer.status_code, answer.json()) == (403, wanted)


@pytest.mark.parametrize(("dialect", "code"), [("new-api", None), ("new-api-2026", "model_not_found")])
async def test_a_missing_action_names_itself_and_only_2026_has_a_code(
    open_bench: OpenBench, dialect: str, code: str | None
) -> None:
    answer = await open_bench(dialect).post("/suno/submit/concat", {"clip_id": "x"})
    error = answer.json()["error"]
    assert (answer.status_code, error.get("code")) == (503, code)
    assert "suno_concat" in error["message"]


@pytest.mark.parametrize("dialect", ["new-api-2026", "paid", "crazyrouter", "gptproto"])
async def test_these_extend_without_a_task_id(open_bench: OpenBench, dialect: str) -> None:
    bench = open_bench(dialect)
    task_id = await finished_song(bench)
    clip_id = (await bench.task(task_id))["data"][0]["id"]
    assert await bench.song(prompt="la", continue_clip_id=clip_id, continue_at=20)


@pytest.mark.parametrize("path", ["uploads/audio-url", "uploads/audio", "persona/create", "act/tags"])
async def test_a_missing_extra_is_a_web_page_on_relays_and_no_page_on_the_reference(
    open_bench: OpenBench, path: str
) -> None:
    for dialect in ("new-api", "new-api-2026", "one-hub", "crazyrouter"):
        answer = await open_bench(dialect).post(f"/suno/{path}", {"url": "https://a.example/b.mp3"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert (await open_bench(dialect).post(f"/v1/suno/{path}", {})).status_code == 404
    if path != "uploads/audio-url":
        answer = await open_bench().post(f"/suno/{path}", {})
        assert (answer.status_code, answer.text) == (404, "404 page not found")


async def test_an_upload_is_no_action(open_bench: OpenBench) -> None:
    answer = await open_bench().post("/suno/submit/upload", {"url": "https://a.example/b.mp3"})
    assert (answer.status_code, answer.json()["message"]) == (400, "invalid action")


async def test_gptproto_is_under_v1_only(open_bench: OpenBench) -> None:
    bench = open_bench("gptproto")
    assert (await bench.post("/suno/submit/music", {"prompt": "la"})).status_code == 404
    assert bench.studio.spent() == 0


# --- the pages beside the protocol ------------------------------------------------------------------------------------


async def test_the_status_page_has_the_samples_keys_and_each_relays_marks(open_bench: OpenBench) -> None:
    wanted = sample("api_status")
    for dialect in ("new-api", "new-api-2026", "one-hub", "paid"):
        page = (await open_bench(dialect).http.get("/api/status", headers={"Authorization": ""})).json()
        assert page.keys() == wanted.keys()
        assert page["data"].keys() >= wanted["data"].keys() - {"enable_task"}
        assert ("enable_task" in page["data"]) is dialect.startswith(("new-api", "paid"))
        assert ("PaymentUSDRate" in page["data"]) is (dialect == "one-hub")
    for dialect in ("reference", "gptproto", "crazyrouter"):
        assert (await open_bench(dialect).http.get("/api/status")).status_code == 404
        assert (await open_bench(dialect).http.get("/v1/models")).status_code == 404


async def test_only_the_reference_answers_a_ping(open_bench: OpenBench) -> None:
    for dialect in EVERY_DIALECT:
        answer = await open_bench(dialect).http.get("/ping")
        assert ("pong" in answer.text) is (dialect == "reference")
        account = await open_bench(dialect).http.get("/suno/account")
        assert ("credits_left" in account.text) is (dialect == "reference")


@pytest.mark.parametrize(
    ("dialect", "name"),
    [("new-api", "models_newapi"), ("one-hub", "models_onehub")],
)
async def test_the_models_are_told_as_in_the_sample(open_bench: OpenBench, dialect: str, name: str) -> None:
    told, wanted = (await open_bench(dialect).http.get("/v1/models")).json(), sample(name)
    assert told.keys() == wanted.keys()
    assert told["data"][0].keys() == wanted["data"][0].keys()
    assert {model["id"] for model in told["data"]} >= {model["id"] for model in wanted["data"]}


async def test_2026_says_that_its_models_are_a_list(open_bench: OpenBench) -> None:
    assert (await open_bench("new-api-2026").http.get("/v1/models")).json()["object"] == "list"


@pytest.mark.parametrize("path", ["/api/usage/token", "/api/usage/token/"])
async def test_the_page_about_the_key_is_there_from_2026_on(open_bench: OpenBench, path: str) -> None:
    for dialect in ("new-api-2026", "paid"):
        bench = open_bench(dialect)
        await bench.song()
        page = (await bench.http.get(path)).json()
        assert page["code"] is True
        told = page["data"]
        assert (told["total_granted"], told["total_used"], told["total_available"]) == (2_500_000, 50_000, 2_450_000)
    for dialect in ("new-api", "one-hub", "crazyrouter"):
        assert (await open_bench(dialect).http.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/dashboard/billing/usage", "/v1/dashboard/billing/usage"])
async def test_the_usage_is_in_cents(open_bench: OpenBench, path: str) -> None:
    for dialect in EVERY_DIALECT:
        bench = open_bench(dialect)
        await bench.song()
        answer = await bench.http.get(path)
        if dialect == "gptproto":
            assert answer.status_code == 404
            continue
        assert answer.json().keys() == sample("billing_usage").keys()
        assert answer.json()["total_usage"] == pytest.approx(10.0)


async def test_prices_are_told_by_new_api(open_bench: OpenBench) -> None:
    page = (await open_bench("new-api").http.get("/api/pricing")).json()
    assert {entry["model_name"]: entry["model_price"] for entry in page["data"]} == {
        "suno_music": 0.1,
        "suno_lyrics": 0.01,
    }
    assert (await open_bench("one-hub").http.get("/api/pricing")).status_code == 404


async def test_a_keyed_page_wants_the_key(open_bench: OpenBench) -> None:
    bench = open_bench("new-api-2026")
    for key in ("", f"Bearer {TOKEN}x"):
        answer = await bench.http.get("/api/usage/token", headers={"Authorization": key})
        assert answer.status_code == 401
        wanted = sample("err_newapi_401_invalid_token" if key else "err_newapi_401_no_token")["error"]
        assert answer.json()["error"].keys() == wanted.keys()
