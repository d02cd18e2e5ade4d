"""The pages outside the protocol that identify a server and report its balance (protocol 1.3)."""

from __future__ import annotations

import pytest

from tests.demo.conftest import OpenDemo
from tests.demo.harness import EVERY_DIALECT, TOKEN, sample


async def test_the_status_page_has_the_keys_of_each_relay(open_demo: OpenDemo) -> None:
    wanted = sample("api_status")
    for dialect in ("new-api", "new-api-2026", "one-hub", "paid"):
        page = (await open_demo(dialect).http.get("/api/status", headers={"Authorization": ""})).json()
        assert page.keys() == wanted.keys()
        assert page["data"].keys() >= wanted["data"].keys() - {"enable_task"}
        assert ("enable_task" in page["data"]) is dialect.startswith(("new-api", "paid"))
        assert ("PaymentUSDRate" in page["data"]) is (dialect == "one-hub")
    for dialect in ("reference", "gptproto", "crazyrouter"):
        assert (await open_demo(dialect).http.get("/api/status")).status_code == 404
        assert (await open_demo(dialect).http.get("/v1/models")).status_code == 404


async def test_only_the_reference_responds_to_ping_and_account(open_demo: OpenDemo) -> None:
    for dialect in EVERY_DIALECT:
        response = await open_demo(dialect).http.get("/ping")
        assert ("pong" in response.text) is (dialect == "reference")
        account = await open_demo(dialect).http.get("/suno/account")
        assert ("credits_left" in account.text) is (dialect == "reference")


@pytest.mark.parametrize(
    ("dialect", "name"),
    [("new-api", "models_newapi"), ("one-hub", "models_onehub")],
)
async def test_the_models_page_matches_the_sample(open_demo: OpenDemo, dialect: str, name: str) -> None:
    body, wanted = (await open_demo(dialect).http.get("/v1/models")).json(), sample(name)
    assert body.keys() == wanted.keys()
    assert body["data"][0].keys() == wanted["data"][0].keys()
    assert {model["id"] for model in body["data"]} >= {model["id"] for model in wanted["data"]}


async def test_new_api_2026_labels_its_models_as_a_list(open_demo: OpenDemo) -> None:
    assert (await open_demo("new-api-2026").http.get("/v1/models")).json()["object"] == "list"


@pytest.mark.parametrize("path", ["/api/usage/token", "/api/usage/token/"])
async def test_the_key_usage_page_exists_since_2026(open_demo: OpenDemo, path: str) -> None:
    for dialect in ("new-api-2026", "paid"):
        demo = open_demo(dialect)
        await demo.song()
        page = (await demo.http.get(path)).json()
        assert page["code"] is True
        body = page["data"]
        assert (body["total_granted"], body["total_used"], body["total_available"]) == (2_500_000, 50_000, 2_450_000)
    for dialect in ("new-api", "one-hub", "crazyrouter"):
        assert (await open_demo(dialect).http.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/dashboard/billing/usage", "/v1/dashboard/billing/usage"])
async def test_the_billing_usage_is_in_cents(open_demo: OpenDemo, path: str) -> None:
    for dialect in EVERY_DIALECT:
        demo = open_demo(dialect)
        await demo.song()
        response = await demo.http.get(path)
        if dialect == "gptproto":
            assert response.status_code == 404
            continue
        assert response.json().keys() == sample("billing_usage").keys()
        assert response.json()["total_usage"] == pytest.approx(10.0)


async def test_only_new_api_publishes_prices(open_demo: OpenDemo) -> None:
    page = (await open_demo("new-api").http.get("/api/pricing")).json()
    assert {entry["model_name"]: entry["model_price"] for entry in page["data"]} == {
        "suno_music": 0.1,
        "suno_lyrics": 0.01,
    }
    assert (await open_demo("one-hub").http.get("/api/pricing")).status_code == 404


async def test_the_key_usage_page_requires_the_key(open_demo: OpenDemo) -> None:
    demo = open_demo("new-api-2026")
    for key in ("", f"Bearer {TOKEN}x"):
        response = await demo.http.get("/api/usage/token", headers={"Authorization": key})
        assert response.status_code == 401
        wanted = sample("err_newapi_401_invalid_token" if key else "err_newapi_401_no_token")["error"]
        assert response.json()["error"].keys() == wanted.keys()
