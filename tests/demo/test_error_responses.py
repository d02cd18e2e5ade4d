"""Each dialect says no in the words of its server, and misses what its server misses (protocol 1.2 and 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo.bench import sample
from tests.demo.conftest import OpenBench


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
    assert bench.simulator.spent() == 0


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
    task_id = await bench.finished_song()
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
    assert bench.simulator.spent() == 0
