"""Each dialect refuses with the messages of its server and lacks what its server lacks (protocol 1.2 and 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo.conftest import OpenDemo
from tests.demo.harness import sample


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
async def test_a_refusal_equals_the_sample(
    open_demo: OpenDemo, dialect: str, path: str, body: dict[str, Any], status: int, name: str
) -> None:
    demo = open_demo(dialect)
    response = await demo.post(f"{demo.root}/submit/{path}", body)
    assert response.status_code == status
    assert response.json() == sample(name)
    assert demo.simulator.spent() == 0


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
async def test_a_fault_equals_the_sample(open_demo: OpenDemo, dialect: str, fault: str, status: int, name: str) -> None:
    response = await open_demo(dialect, [fault]).post("/suno/submit/music", {})
    assert (response.status_code, response.json()) == (status, sample(name))


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
async def test_insufficient_quota_in_both_versions(open_demo: OpenDemo, dialect: str, wanted: dict[str, Any]) -> None:
    response = await open_demo(dialect, balance=0.05).post("/suno/submit/music", {"prompt": "la"})
    assert (response.status_code, response.json()) == (403, wanted)


@pytest.mark.parametrize(("dialect", "code"), [("new-api", None), ("new-api-2026", "model_not_found")])
async def test_an_unsupported_action_is_named_and_only_2026_sends_a_code(
    open_demo: OpenDemo, dialect: str, code: str | None
) -> None:
    response = await open_demo(dialect).post("/suno/submit/concat", {"clip_id": "x"})
    error = response.json()["error"]
    assert (response.status_code, error.get("code")) == (503, code)
    assert "suno_concat" in error["message"]


@pytest.mark.parametrize("dialect", ["new-api-2026", "paid", "crazyrouter", "gptproto"])
async def test_these_dialects_extend_without_a_task_id(open_demo: OpenDemo, dialect: str) -> None:
    demo = open_demo(dialect)
    task_id = await demo.finished_song()
    clip_id = (await demo.task(task_id))["data"][0]["id"]
    assert await demo.song(prompt="la", continue_clip_id=clip_id, continue_at=20)


@pytest.mark.parametrize("path", ["uploads/audio-url", "uploads/audio", "persona/create", "act/tags"])
async def test_a_missing_extra_is_html_on_relays_and_404_on_the_reference(open_demo: OpenDemo, path: str) -> None:
    for dialect in ("new-api", "new-api-2026", "one-hub", "crazyrouter"):
        response = await open_demo(dialect).post(f"/suno/{path}", {"url": "https://a.example/b.mp3"})
        assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert (await open_demo(dialect).post(f"/v1/suno/{path}", {})).status_code == 404
    if path != "uploads/audio-url":
        response = await open_demo().post(f"/suno/{path}", {})
        assert (response.status_code, response.text) == (404, "404 page not found")


async def test_upload_is_not_an_action(open_demo: OpenDemo) -> None:
    response = await open_demo().post("/suno/submit/upload", {"url": "https://a.example/b.mp3"})
    assert (response.status_code, response.json()["message"]) == (400, "invalid action")


async def test_gptproto_serves_under_v1_only(open_demo: OpenDemo) -> None:
    demo = open_demo("gptproto")
    assert (await demo.post("/suno/submit/music", {"prompt": "la"})).status_code == 404
    assert demo.simulator.spent() == 0
