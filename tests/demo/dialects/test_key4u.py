"""The key4u gateway (nested form): what it reads from `metadata_params`, what it refuses, and its own two pages."""

from __future__ import annotations

from typing import Any

import pytest

from sunotui.demo.music import prices
from sunotui.demo.server import DemoServer
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.profile import parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.requests.request import DerivedRequest, MusicRequest, Request
from sunotui.domain.tasks.task import TaskReport, TaskStatus
from sunotui.gateway.client import GatewayClient
from sunotui.gateway.submit.outcome import Rejected
from sunotui.gateway.submit.payloads import build_payload
from tests.demo.conftest import OpenDemo, StartServer
from tests.demo.dialects.test_with_our_client import history, sent
from tests.demo.harness import LONG_S, UNKNOWN_ID, DemoHarness

LYRICS = "[Verse]\nla la la"


class Nested:
    """A key4u gateway with one finished song, called without a network."""

    def __init__(self, demo: DemoHarness) -> None:
        self.demo = demo
        self.parent_id = ""
        self.task_id = ""

    async def begin(self) -> Nested:
        """Make the song."""
        self.task_id = await self.demo.finished_song(prompt=LYRICS, title="Tin", tags="folk", mv="chirp-auk")
        self.parent_id = (await self.demo.task(self.task_id))["data"][0]["id"]
        return self

    async def send(self, fields: dict[str, Any]) -> Any:
        """Submit a song with these fields; "PARENT" anywhere in them stands for the clip of the first song."""
        return await self.demo.post("/suno/submit/music", {"mv": "chirp-auk", **self._named(fields)})

    async def clip(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The first finished clip of such a song."""
        response = await self.send(fields)
        assert response.status_code == 200, response.text
        self.demo.let_pass(LONG_S)
        clip = (await self.demo.task(response.json()["data"]))["data"][0]
        assert isinstance(clip, dict)
        return clip

    def _named(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._named(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._named(inner) for inner in value]
        return self.parent_id if value == "PARENT" else value


@pytest.fixture
async def nested(open_demo: OpenDemo) -> Nested:
    return await Nested(open_demo("key4u")).begin()


def client_of(server: DemoServer) -> GatewayClient:
    return GatewayClient(parse_base_url(server.base_url), Token(server.token))


async def made(client: GatewayClient, request: Request) -> TaskReport:
    report = (await history(client, await sent(client, request, "key4u")))[-1]
    assert report.status is TaskStatus.SUCCESS
    return report


async def test_our_client_derives_songs_in_the_nested_form(start_server: StartServer) -> None:
    client = client_of(start_server(dialect="key4u", speed=800.0))
    song = await made(client, MusicRequest(lyrics=LYRICS, title="Tin", exclude="drums", model="chirp-auk"))
    parent = song.clips[0]
    assert (parent.lyrics, parent.title, parent.exclude) == (LYRICS, "Tin", "drums")
    cover = await made(
        client, DerivedRequest("cover", clip_id=parent.id, lyrics="li", style="polka", model="chirp-hawk")
    )
    assert (cover.clips[0].parents, cover.clips[0].tags) == ((parent.id,), "polka")
    request = DerivedRequest("infill", clip_id=parent.id, start_s=20, end_s=32.5, lyrics="lo lo", model="chirp-hawk")
    section = (await made(client, request)).clips[0]
    assert (section.parents, section.lyrics) == ((parent.id,), "lo lo")
    assert section.duration_s == pytest.approx(12.5, abs=0.05)
    more = MusicRequest(lyrics="la", model="chirp-auk", extend_clip_id=parent.id, extend_at_s=40)
    assert (await made(client, more)).clips[0].parents == (parent.id,)
    await client.aclose()


async def test_our_clients_flat_form_is_refused_and_costs_nothing(start_server: StartServer) -> None:
    client = client_of(start_server(dialect="key4u", speed=800.0))
    parent = (await made(client, MusicRequest(lyrics=LYRICS, title="Tin", model="chirp-auk"))).clips[0]
    before = await client.balance()
    cover = DerivedRequest("cover", clip_id=parent.id, lyrics="li", style="polka", model="chirp-hawk")
    outcome = await client.submit(build_payload(cover, Dialect.FLAT))
    assert isinstance(outcome, Rejected)
    assert "metadata_params.clip_id is required" in outcome.answer
    assert await client.balance() == before
    await client.aclose()


@pytest.mark.parametrize(
    "fields",
    [
        {"task": "cover", "metadata_params": {"clip_id": "PARENT"}},
        {"metadata": {"task": "cover", "metadata_params": {"clip_id": "PARENT"}}},
        {"task": "cover", "metadata": {"metadata_params": {"clip_id": "PARENT"}}},
    ],
)
async def test_the_fields_of_a_task_are_read_at_either_level(nested: Nested, fields: dict[str, Any]) -> None:
    clip = await nested.clip({"prompt": LYRICS, **fields})
    assert (clip["metadata"]["task"], clip["metadata"]["cover_clip_id"]) == ("cover", nested.parent_id)


async def test_an_extended_upload_requires_the_clip_id_twice(nested: Nested) -> None:
    task_id = await nested.demo.submit("upload", url="https://a.example/hum.mp3")
    nested.demo.let_pass(LONG_S)
    clip_id = (await nested.demo.task(task_id))["data"][0]["id"]
    fields = {"task": "upload_extend", "prompt": LYRICS, "continue_clip_id": clip_id, "continue_at": 9}
    response = await nested.send({**fields, "metadata_params": {"clip_id": clip_id}})
    assert response.json()["clips"][0]["metadata"]["audio_prompt_id"] == clip_id
    assert (await nested.send(fields)).json()["message"] == "metadata_params.clip_id is required"


async def test_a_description_takes_precedence_over_lyrics_and_exclusions(nested: Nested) -> None:
    clip = await nested.clip({"gpt_description_prompt": "tea", "prompt": LYRICS, "negative_tags": "drums"})
    assert clip["metadata"]["gpt_description_prompt"] == "tea"
    assert clip["metadata"]["prompt"] not in ("", LYRICS)
    assert "negative_tags" not in clip["metadata"]


async def test_fields_that_its_documentation_does_not_name_are_dropped(nested: Nested) -> None:
    sliders = {"control_sliders": {"style_weight": 0.5}, "vocal_gender": "f"}
    clip = await nested.clip({"prompt": LYRICS, "vocal_gender": "f", "metadata": sliders})
    assert not {"vocal_gender", "control_sliders"} & clip["metadata"].keys()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"task": "cover", "cover_clip_id": "PARENT"}, "metadata_params.clip_id is required"),
        (
            {"task": "infill", "continue_clip_id": "PARENT", "infill_start_s": 9, "infill_end_s": 19},
            "metadata_params.infill_start_s is required",
        ),
        (
            {
                "task": "infill",
                "continue_clip_id": "PARENT",
                "prompt": LYRICS,
                "metadata_params": {"infill_start_s": 9, "infill_end_s": 19},
            },
            "prompt is empty",
        ),
        ({"task": "upload_infill"}, "invalid task upload_infill"),
        ({"task": "gen_stem", "continue_clip_id": "PARENT"}, "invalid task gen_stem"),
        ({"task": "cover", "metadata_params": []}, "cannot unmarshal array"),
        ({"task": "cover", "metadata_params": {"clip_id": 7}}, "cannot unmarshal number"),
        ({"metadata": {"task": 7}}, "cannot unmarshal number"),
        ({"gpt_description_prompt": "", "prompt": LYRICS}, "gpt_description_prompt is empty"),
    ],
)
async def test_an_invalid_request_is_refused_and_costs_nothing(
    nested: Nested, fields: dict[str, Any], message: str
) -> None:
    before = nested.demo.simulator.spent()
    response = await nested.send(fields)
    assert (response.status_code, response.json()["code"]) == (400, "invalid_request")
    assert message in response.json()["message"]
    assert nested.demo.simulator.spent() == before


async def test_an_unknown_clip_is_not_found(nested: Nested) -> None:
    fields = {"task": "cover", "prompt": LYRICS, "metadata_params": {"clip_id": UNKNOWN_ID}}
    assert (await nested.send(fields)).status_code == 404


async def test_the_songs_of_a_key_are_listed_by_page(nested: Nested) -> None:
    await nested.demo.submit("upload", url="https://a.example/hum.mp3")
    second = await nested.demo.finished_song(prompt="lo", title="Brass", mv="chirp-auk")
    pages = [
        (await nested.demo.http.get(f"/suno/act/my-musics?pageNum={page}&pageSize=3")).json()["data"]
        for page in (1, 2, 3)
    ]
    assert {(page["total"], page["pageSize"]) for page in pages} == {(4, 3)}
    assert [len(page["list"]) for page in pages] == [3, 1, 0]
    rows = [row for page in pages for row in page["list"]]
    assert [row["title"] for row in rows] == ["Brass", "Brass", "Tin", "Tin"]
    assert [row["task_id"] for row in rows] == [second] * 2 + [nested.task_id] * 2
    assert rows[0]["metadata"]["prompt"] == "lo"


@pytest.mark.parametrize("query", ["pageNum=0", "pageNum=x", "pageSize=101", "pageSize=-1", "pageNum=9999999"])
async def test_an_invalid_page_is_refused(nested: Nested, query: str) -> None:
    assert (await nested.demo.http.get(f"/suno/act/my-musics?{query}")).status_code == 400


async def test_the_balance_is_in_points(nested: Nested) -> None:
    page = (await nested.demo.http.get("/suno/account/integral")).json()
    assert (page["code"], page["data"]) == ("success", {"integral": 490})


@pytest.mark.parametrize("path", ["/suno/act/my-musics", "/suno/account/integral"])
async def test_its_pages_require_the_key_and_only_it_has_them(nested: Nested, open_demo: OpenDemo, path: str) -> None:
    assert (await nested.demo.http.get(path, headers={"Authorization": ""})).status_code == 401
    assert "success" not in (await open_demo("paid").http.get(path)).text


# --- tasks that create no song ----------------------------------------------------------------------------------------


async def run_task(nested: Nested, action: str, fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The task object while the task runs and after it has ended."""
    response = await nested.demo.post(f"/suno/submit/{action}", nested._named(fields))
    assert response.status_code == 200, response.text
    task_id = response.json()["data"]
    nested.demo.let_pass(1)
    begun = await nested.demo.task(task_id)
    nested.demo.let_pass(LONG_S)
    return begun, await nested.demo.task(task_id)


PERSONA = {"root_clip_id": "PARENT", "vocal_start_s": 10, "vocal_end_s": 40, "user_input_styles": "soul"}


async def test_a_persona_is_a_task_whose_result_has_the_id(nested: Nested) -> None:
    before = nested.demo.simulator.spent()
    begun, ended = await run_task(nested, "persona", PERSONA)
    assert begun["data"] is None
    assert (ended["action"], ended["status"]) == ("PERSONA", "SUCCESS")
    assert ended["data"]["id"] not in {"", nested.parent_id}
    assert ended["data"]["description"] == "soul"
    assert nested.demo.gateway.extras.personas.find(ended["data"]["id"]) is not None
    assert nested.demo.simulator.spent() - before == pytest.approx(prices.PERSONA)


@pytest.mark.parametrize("change", [{"vocal_start_s": None}, {"vocal_start_s": 40}, {"vocal_end_s": "40"}])
async def test_a_persona_without_a_section_is_refused(nested: Nested, change: dict[str, Any]) -> None:
    before = nested.demo.simulator.spent()
    assert (await nested.demo.post("/suno/submit/persona", nested._named(PERSONA | change))).status_code == 400
    assert nested.demo.simulator.spent() == before


async def test_expanding_tags_is_a_task(nested: Nested) -> None:
    begun, ended = await run_task(nested, "upsample-tags", {"original_tags": "sea shanty"})
    assert begun["data"] is None
    assert ended["action"] == "UPSAMPLE_TAGS"
    assert ended["data"]["upsampled_tags"].startswith("sea shanty, with ")
    assert (await nested.demo.post("/suno/submit/upsample-tags", {"original_tags": " "})).status_code == 400


async def test_midi_is_running_and_then_complete(nested: Nested) -> None:
    path = f"/suno/act/midi?clipId={nested.parent_id}"
    before = nested.demo.simulator.spent()
    assert (await nested.demo.http.get(path)).json() == {"state": "running"}
    nested.demo.let_pass(LONG_S)
    body = (await nested.demo.http.get(path)).json()
    assert body["state"] == "complete"
    assert [one["name"] for one in body["instruments"]] == ["Piano", "Bass", "Drums"]
    assert all(0 <= note["start"] < note["end"] for one in body["instruments"] for note in one["notes"])
    assert nested.demo.simulator.spent() - before == pytest.approx(prices.MIDI), "charged once"


async def test_an_mp4_is_requested_by_task_id(nested: Nested) -> None:
    path = f"/suno/act/mp4-state?taskBatchId={nested.task_id}"
    assert (await nested.demo.http.get(path)).json()["data"] == {"state": "running"}
    nested.demo.let_pass(LONG_S)
    link = (await nested.demo.http.get(path)).json()["data"]["mp4_file_url"]
    assert link.endswith(f"/media/{nested.parent_id}.mp4")
    assert (await nested.demo.http.head(link)).headers["content-type"] == "video/mp4"
    assert (await nested.demo.http.get(f"/suno/act/mp4-state?taskBatchId={UNKNOWN_ID}")).status_code == 404


async def test_each_gateway_has_only_its_own_form(nested: Nested, open_demo: OpenDemo) -> None:
    for action in ("persona", "upsample-tags"):
        assert (await open_demo("paid").post(f"/suno/submit/{action}", {})).status_code != 200
    for path in ("/suno/persona/create", "/suno/act/tags"):
        response = await nested.demo.post(path, {"original_tags": "tea"})
        assert "<html" in response.text
