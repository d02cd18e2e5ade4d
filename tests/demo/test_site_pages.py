"""The pages beside the protocol, by which servers are told apart and money is counted (protocol 1.3)."""

from __future__ import annotations

import pytest

from tests.demo.bench import EVERY_DIALECT, TOKEN, sample
from tests.demo.conftest import OpenBench


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
    body, wanted = (await open_bench(dialect).http.get("/v1/models")).json(), sample(name)
    assert body.keys() == wanted.keys()
    assert body["data"][0].keys() == wanted["data"][0].keys()
    assert {model["id"] for model in body["data"]} >= {model["id"] for model in wanted["data"]}


async def test_2026_says_that_its_models_are_a_list(open_bench: OpenBench) -> None:
    assert (await open_bench("new-api-2026").http.get("/v1/models")).json()["object"] == "list"


@pytest.mark.parametrize("path", ["/api/usage/token", "/api/usage/token/"])
async def test_the_page_about_the_key_is_there_from_2026_on(open_bench: OpenBench, path: str) -> None:
    for dialect in ("new-api-2026", "paid"):
        bench = open_bench(dialect)
        await bench.song()
        page = (await bench.http.get(path)).json()
        assert page["code"] is True
        body = page["data"]
        assert (body["total_granted"], body["total_used"], body["total_available"]) == (2_500_000, 50_000, 2_450_000)
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
