"""A file's upload, step by step, in its order and out of it (protocol 1.2)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.demo.requests.multipart import InvalidForm, read_form
from tests.demo.bench import Bench, sample
from tests.demo.conftest import OpenBench

FINISH = {"upload_type": "file_upload", "upload_filename": "My Hum.mp3"}
SOUND = bytes(range(256)) * 4 + b"\r\n--not-the-boundary\r\n\r\n"


async def begun(bench: Bench, extension: str = "mp3") -> dict[str, Any]:
    """Where to send a file."""
    answer = await bench.post("/suno/uploads/audio", {"extension": extension})
    assert answer.status_code == 200, answer.text
    place = answer.json()
    assert isinstance(place, dict)
    return place


async def stored(bench: Bench, place: dict[str, Any], content: bytes = SOUND) -> httpx.Response:
    """Send the file there, as a browser does: without the gateway's key."""
    async with httpx.AsyncClient(transport=bench.http._transport) as http:
        return await http.post(place["url"], data=place["fields"], files={"file": ("hum.mp3", content)})


async def step(bench: Bench, place: dict[str, Any], name: str, body: Any = None) -> httpx.Response:
    return await bench.post(f"/suno/uploads/audio/{place['id']}/{name}", {} if body is None else body)


async def status(bench: Bench, place: dict[str, Any]) -> dict[str, Any]:
    document = (await bench.http.get(f"/suno/uploads/audio/{place['id']}")).json()
    assert isinstance(document, dict)
    return document


async def taken_in(bench: Bench) -> tuple[dict[str, Any], list[str]]:
    """A file on its way up to its last state, and the states it was in."""
    place = await begun(bench)
    assert (await stored(bench, place)).status_code == 204
    assert (await step(bench, place, "upload-finish", FINISH)).status_code == 200
    seen: list[str] = []
    while not seen or seen[-1] == "processing":
        seen.append((await status(bench, place))["status"])
    return place, seen


async def test_some_files_take_two_polls_and_some_three(open_bench: OpenBench) -> None:
    assert {len((await taken_in(open_bench("paid", seed=seed)))[1]) for seed in range(8)} == {2, 3}


@pytest.mark.parametrize("seed", range(6))
async def test_a_file_becomes_a_clip(open_bench: OpenBench, seed: int) -> None:
    bench = open_bench("paid", seed=seed)
    place, seen = await taken_in(bench)
    assert place.keys() == sample("uploads_authorization").keys()
    assert place["fields"].keys() == sample("uploads_authorization")["fields"].keys()
    assert seen in (["processing", "complete"], ["processing", "processing", "complete"])
    document, wanted = await status(bench, place), sample("uploads_status_complete")
    assert document.keys() == wanted.keys()
    assert (document["status"], document["title"]) == ("complete", "My Hum")
    made = [(await step(bench, place, "initialize-clip")).json() for _ in range(2)]
    assert made[0].keys() == sample("uploads_initialize_clip").keys()
    assert made[0] == made[1], "asked again it is the same clip"
    assert document["s3_id"] == f"m_{made[0]['clip_id']}"
    (clip,) = (await bench.http.get(f"/suno/feed/{made[0]['clip_id']}")).json()
    assert (clip["title"], clip["status"], clip["metadata"]["type"]) == ("My Hum", "complete", "upload")
    assert (await bench.http.head(clip["audio_url"])).status_code == 200
    order = {"task": "upload_extend", "mv": "chirp-auk", "continue_clip_id": clip["id"], "continue_at": 10}
    assert len((await bench.post("/suno/submit/music", order | {"prompt": "la"})).json()["clips"]) == 2


async def test_the_same_seed_gives_the_same_upload(open_bench: OpenBench) -> None:
    one, two = [await begun(open_bench("paid", seed=5)) for _ in range(2)]
    assert one == two
    assert one != await begun(open_bench("paid", seed=6))


async def test_steps_out_of_order_are_refused(open_bench: OpenBench) -> None:
    bench = open_bench("paid")
    place = await begun(bench)
    assert (await status(bench, place))["status"] == "pending"
    assert (await step(bench, place, "upload-finish", FINISH)).status_code == 400, "no file yet"
    assert (await stored(bench, place)).status_code == 204
    assert (await step(bench, place, "initialize-clip")).status_code == 400
    for wrong in ({}, {"upload_type": "file_upload"}, {**FINISH, "upload_type": "x"}, {**FINISH, "upload_filename": 7}):
        assert (await step(bench, place, "upload-finish", wrong)).status_code == 400
    assert (await step(bench, place, "upload-finish", FINISH)).status_code == 200
    assert (await step(bench, place, "initialize-clip")).status_code == 400, "not complete yet"


@pytest.mark.parametrize("extension", ["", "exe", "MP4", 7])
async def test_what_is_no_audio_has_no_place(open_bench: OpenBench, extension: Any) -> None:
    answer = await open_bench("paid").post("/suno/uploads/audio", {"extension": extension})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


async def test_an_upload_of_nobody_is_not_found(open_bench: OpenBench) -> None:
    bench, nobody = open_bench("paid"), {"id": "nobody"}
    assert (await bench.http.get("/suno/uploads/audio/nobody")).status_code == 404
    for name in ("upload-finish", "initialize-clip"):
        assert (await step(bench, nobody, name, FINISH)).status_code == 404


# --- the storage ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [{"signature": "x"}, {"key": "raw_uploads/other.mp3"}, {"policy": ""}, {"more": "1"}, {"key": None}]
)
async def test_the_storage_wants_every_field_as_given_and_no_other(
    open_bench: OpenBench, change: dict[str, str | None]
) -> None:
    bench = open_bench("paid")
    place = await begun(bench)
    fields = {name: value for name, value in (place["fields"] | change).items() if value is not None}
    answer = await stored(bench, place | {"fields": fields})
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/xml")
    assert "<Code>AccessDenied</Code>" in answer.text
    assert (await step(bench, place, "upload-finish", FINISH)).status_code == 400


async def test_the_storage_wants_a_form_with_the_file_at_its_end(open_bench: OpenBench) -> None:
    bench = open_bench("paid")
    place = await begun(bench)
    assert (await stored(bench, place, b"")).status_code == 400
    assert (await bench.http.post(place["url"], content=SOUND)).status_code == 400
    assert (await bench.http.post(place["url"], data=place["fields"])).status_code == 400
    early = [("file", ("hum.mp3", SOUND)), *((name, (None, value)) for name, value in place["fields"].items())]
    assert (await bench.http.post(place["url"], files=early)).status_code == 400
    assert (await bench.http.put(place["url"], content=SOUND)).status_code == 405


async def test_there_is_no_storage_without_the_upload(open_bench: OpenBench) -> None:
    bench = open_bench("new-api")
    assert "html" in (await bench.http.post("/storage/", content=b"")).headers["content-type"]


# --- faults -----------------------------------------------------------------------------------------------------------


async def test_a_file_that_cannot_be_read_ends_in_an_error(open_bench: OpenBench) -> None:
    bench = open_bench("paid", ["fail-task"])
    place, seen = await taken_in(bench)
    assert seen[-1] == "error"
    assert (await status(bench, place))["error_message"]
    assert (await step(bench, place, "initialize-clip")).status_code == 400


async def test_faults_strike_each_step_and_the_storage(open_bench: OpenBench) -> None:
    bench = open_bench("paid")
    place = await begun(bench)
    for fault, code in [("http-500", 500), ("rate-limit", 429), ("bad-token", 401)]:
        bench.set_faults(f"{fault}@upload:1")
        assert (await bench.post("/suno/uploads/audio", {"extension": "mp3"})).status_code == code
        assert (await status(bench, place))["status"] == "pending", "once"
    bench.set_faults("http-500@storage:1")
    assert "InternalError" in (await stored(bench, place)).text
    assert (await step(bench, place, "upload-finish", FINISH)).status_code == 400, "nothing was stored"
    bench.set_faults("http-502-html@storage:1")
    assert (await stored(bench, place)).status_code == 502
    assert (await step(bench, place, "upload-finish", FINISH)).status_code == 200, "it was stored all the same"


# --- forms ------------------------------------------------------------------------------------------------------------


@given(
    st.binary(max_size=300),
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters='"\r\n\\'), max_size=20),
)
def test_any_file_comes_through_a_form(content: bytes, value: str) -> None:
    request = httpx.Request("POST", "http://a.example", data={"key": value}, files={"file": ("x.mp3", content)})
    key, file = read_form(request.headers["content-type"], request.read())
    assert (key.name, key.content.decode(), key.filename) == ("key", value, None)
    assert (file.name, file.content, file.filename) == ("file", content, "x.mp3")


@given(st.binary(max_size=200), st.sampled_from(["", "multipart/form-data", 'multipart/form-data; boundary="a"']))
def test_whatever_comes_is_a_form_or_none(body: bytes, content_type: str) -> None:
    try:
        read_form(content_type, body)
    except InvalidForm:
        pass
