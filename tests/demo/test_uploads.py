"""File uploads: the steps in order and out of order (protocol 1.2)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.demo.requests.multipart import InvalidForm, read_form
from tests.demo.conftest import OpenDemo
from tests.demo.harness import DemoHarness, sample

FINISH = {"upload_type": "file_upload", "upload_filename": "My Hum.mp3"}
SOUND = bytes(range(256)) * 4 + b"\r\n--not-the-boundary\r\n\r\n"


async def begun(demo: DemoHarness, extension: str = "mp3") -> dict[str, Any]:
    """Begin an upload and return the target to send the file to."""
    response = await demo.post("/suno/uploads/audio", {"extension": extension})
    assert response.status_code == 200, response.text
    target = response.json()
    assert isinstance(target, dict)
    return target


async def stored(demo: DemoHarness, target: dict[str, Any], content: bytes = SOUND) -> httpx.Response:
    """Send the file to the target as a browser does, without the gateway's key."""
    async with httpx.AsyncClient(transport=demo.http._transport) as http:
        return await http.post(target["url"], data=target["fields"], files={"file": ("hum.mp3", content)})


async def step(demo: DemoHarness, target: dict[str, Any], name: str, body: Any = None) -> httpx.Response:
    return await demo.post(f"/suno/uploads/audio/{target['id']}/{name}", {} if body is None else body)


async def status(demo: DemoHarness, target: dict[str, Any]) -> dict[str, Any]:
    document = (await demo.http.get(f"/suno/uploads/audio/{target['id']}")).json()
    assert isinstance(document, dict)
    return document


async def processed(demo: DemoHarness) -> tuple[dict[str, Any], list[str]]:
    """Upload a file and poll until it is processed; return the target and the statuses seen."""
    target = await begun(demo)
    assert (await stored(demo, target)).status_code == 204
    assert (await step(demo, target, "upload-finish", FINISH)).status_code == 200
    seen: list[str] = []
    while not seen or seen[-1] == "processing":
        seen.append((await status(demo, target))["status"])
    return target, seen


async def test_some_files_take_two_polls_and_some_three(open_demo: OpenDemo) -> None:
    assert {len((await processed(open_demo("paid", seed=seed)))[1]) for seed in range(8)} == {2, 3}


@pytest.mark.parametrize("seed", range(6))
async def test_an_uploaded_file_becomes_a_clip(open_demo: OpenDemo, seed: int) -> None:
    demo = open_demo("paid", seed=seed)
    target, seen = await processed(demo)
    assert target.keys() == sample("uploads_authorization").keys()
    assert target["fields"].keys() == sample("uploads_authorization")["fields"].keys()
    assert seen in (["processing", "complete"], ["processing", "processing", "complete"])
    document, wanted = await status(demo, target), sample("uploads_status_complete")
    assert document.keys() == wanted.keys()
    assert (document["status"], document["title"]) == ("complete", "My Hum")
    made = [(await step(demo, target, "initialize-clip")).json() for _ in range(2)]
    assert made[0].keys() == sample("uploads_initialize_clip").keys()
    assert made[0] == made[1], "a repeated call returns the same clip"
    assert document["s3_id"] == f"m_{made[0]['clip_id']}"
    (clip,) = (await demo.http.get(f"/suno/feed/{made[0]['clip_id']}")).json()
    assert (clip["title"], clip["status"], clip["metadata"]["type"]) == ("My Hum", "complete", "upload")
    assert (await demo.http.head(clip["audio_url"])).status_code == 200
    fields = {"task": "upload_extend", "mv": "chirp-auk", "continue_clip_id": clip["id"], "continue_at": 10}
    assert len((await demo.post("/suno/submit/music", fields | {"prompt": "la"})).json()["clips"]) == 2


async def test_the_same_seed_gives_the_same_upload(open_demo: OpenDemo) -> None:
    one, two = [await begun(open_demo("paid", seed=5)) for _ in range(2)]
    assert one == two
    assert one != await begun(open_demo("paid", seed=6))


async def test_steps_out_of_order_are_refused(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    target = await begun(demo)
    assert (await status(demo, target))["status"] == "pending"
    assert (await step(demo, target, "upload-finish", FINISH)).status_code == 400, "no file yet"
    assert (await stored(demo, target)).status_code == 204
    assert (await step(demo, target, "initialize-clip")).status_code == 400
    for wrong in ({}, {"upload_type": "file_upload"}, {**FINISH, "upload_type": "x"}, {**FINISH, "upload_filename": 7}):
        assert (await step(demo, target, "upload-finish", wrong)).status_code == 400
    assert (await step(demo, target, "upload-finish", FINISH)).status_code == 200
    assert (await step(demo, target, "initialize-clip")).status_code == 400, "not complete yet"


@pytest.mark.parametrize("extension", ["", "exe", "MP4", 7])
async def test_a_file_extension_that_is_not_audio_is_refused(open_demo: OpenDemo, extension: Any) -> None:
    response = await open_demo("paid").post("/suno/uploads/audio", {"extension": extension})
    assert (response.status_code, response.json()["code"]) == (400, "invalid_request")


async def test_an_unknown_upload_is_not_found(open_demo: OpenDemo) -> None:
    demo, unknown = open_demo("paid"), {"id": "unknown"}
    assert (await demo.http.get("/suno/uploads/audio/unknown")).status_code == 404
    for name in ("upload-finish", "initialize-clip"):
        assert (await step(demo, unknown, name, FINISH)).status_code == 404


# --- the storage ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [{"signature": "x"}, {"key": "raw_uploads/other.mp3"}, {"policy": ""}, {"more": "1"}, {"key": None}]
)
async def test_the_storage_requires_exactly_the_given_fields(
    open_demo: OpenDemo, change: dict[str, str | None]
) -> None:
    demo = open_demo("paid")
    target = await begun(demo)
    fields = {name: value for name, value in (target["fields"] | change).items() if value is not None}
    response = await stored(demo, target | {"fields": fields})
    assert (response.status_code, response.headers["content-type"]) == (403, "application/xml")
    assert "<Code>AccessDenied</Code>" in response.text
    assert (await step(demo, target, "upload-finish", FINISH)).status_code == 400


async def test_the_storage_requires_a_form_that_ends_with_the_file(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    target = await begun(demo)
    assert (await stored(demo, target, b"")).status_code == 400
    assert (await demo.http.post(target["url"], content=SOUND)).status_code == 400
    assert (await demo.http.post(target["url"], data=target["fields"])).status_code == 400
    early = [("file", ("hum.mp3", SOUND)), *((name, (None, value)) for name, value in target["fields"].items())]
    assert (await demo.http.post(target["url"], files=early)).status_code == 400
    assert (await demo.http.put(target["url"], content=SOUND)).status_code == 405


async def test_a_gateway_without_uploads_has_no_storage(open_demo: OpenDemo) -> None:
    demo = open_demo("new-api")
    assert "html" in (await demo.http.post("/storage/", content=b"")).headers["content-type"]


# --- faults -----------------------------------------------------------------------------------------------------------


async def test_a_file_that_cannot_be_read_ends_in_an_error(open_demo: OpenDemo) -> None:
    demo = open_demo("paid", ["fail-task"])
    target, seen = await processed(demo)
    assert seen[-1] == "error"
    assert (await status(demo, target))["error_message"]
    assert (await step(demo, target, "initialize-clip")).status_code == 400


async def test_faults_apply_to_each_step_and_the_storage(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    target = await begun(demo)
    for fault, code in [("http-500", 500), ("rate-limit", 429), ("bad-token", 401)]:
        demo.set_faults(f"{fault}@upload:1")
        assert (await demo.post("/suno/uploads/audio", {"extension": "mp3"})).status_code == code
        assert (await status(demo, target))["status"] == "pending", "once"
    demo.set_faults("http-500@storage:1")
    assert "InternalError" in (await stored(demo, target)).text
    assert (await step(demo, target, "upload-finish", FINISH)).status_code == 400, "nothing was stored"
    demo.set_faults("http-502-html@storage:1")
    assert (await stored(demo, target)).status_code == 502
    assert (await step(demo, target, "upload-finish", FINISH)).status_code == 200, "the file was stored"


# --- multipart forms --------------------------------------------------------------------------------------------------


@given(
    st.binary(max_size=300),
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters='"\r\n\\'), max_size=20),
)
def test_any_file_survives_a_form(content: bytes, value: str) -> None:
    request = httpx.Request("POST", "http://a.example", data={"key": value}, files={"file": ("x.mp3", content)})
    key, file = read_form(request.headers["content-type"], request.read())
    assert (key.name, key.content.decode(), key.filename) == ("key", value, None)
    assert (file.name, file.content, file.filename) == ("file", content, "x.mp3")


@given(st.binary(max_size=200), st.sampled_from(["", "multipart/form-data", 'multipart/form-data; boundary="a"']))
def test_any_body_is_parsed_or_refused(body: bytes, content_type: str) -> None:
    try:
        read_form(content_type, body)
    except InvalidForm:
        pass
