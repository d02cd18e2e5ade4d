"""What the paid gateway generates for each `task`, what it reports, and what it refuses (protocol 2.2)."""

from __future__ import annotations

from typing import Any

import pytest

from sunotui.demo.music.jobs import Job, Take
from sunotui.demo.music.prices import SONG, TWELVE_STEMS
from tests.demo.conftest import OpenDemo
from tests.demo.harness import LONG_S, UNKNOWN_ID, DemoHarness, sample

LYRICS = "[Verse]\nla la la"


class Paid:
    """A paid gateway with one finished song."""

    def __init__(self, demo: DemoHarness) -> None:
        self.demo = demo
        self.task_id = ""

    async def begin(self) -> Paid:
        """Make the song."""
        self.task_id = await self.demo.song(prompt="[Verse]\none", title="Tin", tags="folk", mv="chirp-auk")
        self.demo.let_pass(LONG_S)
        return self

    @property
    def parent(self) -> tuple[Job, Take]:
        """The song and its first take."""
        job = self.demo.simulator.job(self.task_id)
        assert job is not None
        return job, job.takes[0]

    async def send(self, **fields: Any) -> Any:
        """Submit a song with these fields."""
        return await self.demo.post("/suno/submit/music", {"mv": "chirp-auk", **fields})

    async def clips(self, **fields: Any) -> list[dict[str, Any]]:
        """The finished clips of such a song."""
        response = await self.send(**fields)
        assert response.status_code == 200, response.text
        self.demo.let_pass(LONG_S)
        found = (await self.demo.task(response.json()["data"]))["data"]
        assert isinstance(found, list)
        return found

    async def feed(self, *ids: str) -> list[dict[str, Any]]:
        """The clips with these ids."""
        found = (await self.demo.http.get(f"/suno/feed/{','.join(ids)}")).json()
        assert isinstance(found, list)
        return found

    async def upload(self) -> str:
        """Upload audio from a URL and return the id of its clip."""
        task_id = await self.demo.submit("upload", url="https://a.example/hum.mp3")
        self.demo.let_pass(LONG_S)
        clip_id = (await self.demo.task(task_id))["data"][0]["id"]
        assert isinstance(clip_id, str)
        return clip_id


@pytest.fixture
async def paid(open_demo: OpenDemo) -> Paid:
    return await Paid(open_demo("paid")).begin()


@pytest.mark.parametrize("task", [{}, {"task": ""}, {"task": "generate"}])
async def test_a_plain_song_reports_its_options(paid: Paid, task: dict[str, str]) -> None:
    sliders = {"style_weight": 0.7, "weirdness_constraint": 0.25}
    options = {"negative_tags": "drums", "vocal_gender": "f", "metadata": {"control_sliders": sliders}}
    for clip in await paid.clips(prompt=LYRICS, **options, **task):
        assert clip["metadata"]["negative_tags"] == "drums"
        assert clip["metadata"]["vocal_gender"] == "f"
        assert clip["metadata"]["control_sliders"] == sliders
        assert clip["metadata"]["history"] is None
        assert clip["clip_id"] == clip["id"]


async def test_an_extension_is_in_the_history(paid: Paid) -> None:
    _, take = paid.parent
    for clip in await paid.clips(task="extend", prompt=LYRICS, continue_clip_id=take.id, continue_at=30.5):
        assert clip["metadata"]["task"] == "extend"
        assert clip["metadata"]["history"] == [
            {"id": take.id, "continue_at": 30.5, "type": "gen", "source": "web", "infill": False}
        ]


async def test_an_extension_without_a_time_begins_at_the_end(paid: Paid) -> None:
    _, take = paid.parent
    (clip, _) = await paid.clips(task="extend", prompt=LYRICS, continue_clip_id=take.id)
    assert clip["metadata"]["history"][0]["continue_at"] == take.duration_s


async def test_a_cover_names_what_it_covers(paid: Paid) -> None:
    _, take = paid.parent
    for clip in await paid.clips(task="cover", prompt=LYRICS, tags="polka", cover_clip_id=take.id):
        assert clip["metadata"]["cover_clip_id"] == take.id
        assert clip["metadata"]["tags"] == "polka"
        assert clip["title"] == "Tin"


async def test_a_section_has_the_length_it_replaces_and_concat_inserts_it(paid: Paid) -> None:
    _, take = paid.parent
    options = {"task": "infill", "continue_clip_id": take.id, "infill_start_s": 20, "infill_end_s": 32.5}
    clip, _ = await paid.clips(prompt=LYRICS, **options)
    assert clip["metadata"]["duration"] == pytest.approx(12.5, abs=0.03)
    assert clip["metadata"]["infill"] is True
    (part,) = clip["metadata"]["history"]
    assert (part["id"], part["infill"], part["infill_start_s"], part["infill_end_s"]) == (take.id, True, 20, 32.5)
    whole_id = await paid.demo.submit("concat", clip_id=clip["id"], is_infill=True)
    paid.demo.let_pass(LONG_S)
    (whole,) = (await paid.demo.task(whole_id))["data"]
    assert whole["metadata"]["type"] == "concat"
    assert whole["metadata"]["duration"] == pytest.approx(take.duration_s, abs=0.05)


async def test_a_song_with_a_persona_reports_it(paid: Paid) -> None:
    _, take = paid.parent
    made = (await paid.demo.post("/suno/persona/create", {"root_clip_id": take.id, "name": "Ada"})).json()
    options = {"task": "artist_consistency", "persona_id": made["id"], "artist_clip_id": take.id}
    for clip in await paid.clips(prompt=LYRICS, generation_type="TEXT", **options):
        assert {key: clip["metadata"][key] for key in options} == options


@pytest.mark.parametrize(("count", "price"), [(2, SONG), (12, TWELVE_STEMS)])
async def test_stems_are_returned_unwrapped_and_found_in_the_feed_only(paid: Paid, count: int, price: float) -> None:
    word = {2: "two", 12: "twelve"}[count]
    _, take = paid.parent
    before = paid.demo.simulator.spent()
    options = {"stem_task": word, "stem_type_group_name": word.capitalize(), "stem_type_id": 91}
    response = await paid.send(task="gen_stem", task_id=paid.task_id, continue_clip_id=take.id, **options)
    body, wanted = response.json(), sample("submit_ok_raw_stems")
    assert body.keys() == wanted.keys()
    assert len(body["clips"]) == count
    assert body["clips"][0].keys() >= wanted["clips"][0].keys()
    assert body["clips"][0]["metadata"]["history"][0].keys() >= wanted["clips"][0]["metadata"]["history"][0].keys()
    assert {clip["metadata"]["stem_from_id"] for clip in body["clips"]} == {take.id}
    assert {clip["audio_url"] for clip in body["clips"]} == {""}
    assert await paid.demo.tasks(body["id"]) is None
    paid.demo.let_pass(LONG_S)
    clips = await paid.feed(*(clip["id"] for clip in body["clips"]))
    assert [clip["status"] for clip in clips] == ["complete"] * count
    assert len({clip["title"] for clip in clips}) == count
    assert {clip["metadata"]["duration"] for clip in clips} == {take.duration_s}
    assert (await paid.demo.http.head(clips[0]["audio_url"])).status_code == 200
    assert paid.demo.simulator.spent() - before == pytest.approx(price)


async def test_an_extended_upload_is_accepted_without_any_id(paid: Paid) -> None:
    clip_id = await paid.upload()
    response = await paid.send(task="upload_extend", prompt=LYRICS, continue_clip_id=clip_id, continue_at=10)
    body, wanted = response.json(), sample("submit_ok_raw_upload_extend")
    assert body.keys() == wanted.keys() == {"clips"}
    assert len(body["clips"]) == 2
    paid.demo.let_pass(LONG_S)
    for clip in await paid.feed(*(clip["id"] for clip in body["clips"])):
        assert clip["status"] == "complete"
        assert clip["metadata"]["audio_prompt_id"] == clip_id
        assert clip["metadata"]["history"][0]["type"] == "upload"
    whole_id = await paid.demo.submit("concat", clip_id=body["clips"][0]["id"], is_infill=False)
    assert isinstance(whole_id, str)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"task": "remaster", "clip_id": "PARENT"}, "invalid task remaster"),
        ({"task": "extend"}, "continue_clip_id is empty"),
        ({"task": "cover"}, "cover_clip_id is empty"),
        ({"task": "cover", "cover_clip_id": "PARENT", "mv": "chirp-v4-tau"}, "does not support task cover"),
        ({"task": "cover", "cover_clip_id": "PARENT", "mv": ""}, "does not support task cover"),
        ({"task": "upload_extend", "continue_clip_id": "PARENT"}, "clip is not an upload"),
        ({"task": "infill", "continue_clip_id": "PARENT"}, "infill_start_s and infill_end_s are required"),
        (
            {"task": "infill", "continue_clip_id": "PARENT", "infill_start_s": 9, "infill_end_s": 9},
            "infill range is not inside the clip",
        ),
        (
            {"task": "infill", "continue_clip_id": "PARENT", "infill_start_s": 9, "infill_end_s": 900},
            "infill range is not inside the clip",
        ),
        (
            {"task": "infill", "continue_clip_id": "PARENT", "infill_start_s": 9, "infill_end_s": 19},
            "prompt is empty",
        ),
        ({"task": "artist_consistency"}, "persona_id is empty"),
        ({"task": "artist_consistency", "persona_id": "x"}, "persona not found"),
        ({"task": "gen_stem", "continue_clip_id": "PARENT"}, "do not name the same stems"),
        (
            {
                "task": "gen_stem",
                "continue_clip_id": "PARENT",
                "stem_task": "two",
                "stem_type_group_name": "Twelve",
                "task_id": "TASK",
            },
            "do not name the same stems",
        ),
        (
            {
                "task": "gen_stem",
                "continue_clip_id": "PARENT",
                "stem_task": "two",
                "stem_type_group_name": "Two",
            },
            "task_id is empty",
        ),
        ({"task": 7}, "cannot unmarshal number into Go struct field SubmitReq.task of type string"),
        ({"infill_start_s": "20"}, "cannot unmarshal string"),
        ({"metadata": []}, "cannot unmarshal array"),
        ({"metadata": {"control_sliders": {"style_weight": 7}}}, "style_weight must be between 0 and 1"),
    ],
)
async def test_an_incomplete_request_is_refused_and_costs_nothing(
    paid: Paid, fields: dict[str, Any], message: str
) -> None:
    names = {"PARENT": paid.parent[1].id, "TASK": paid.task_id}
    before = paid.demo.simulator.spent()
    response = await paid.send(**{key: names.get(str(value), value) for key, value in fields.items()})
    assert (response.status_code, response.json()["code"]) == (400, "invalid_request")
    assert message in response.json()["message"]
    assert paid.demo.simulator.spent() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"task": "extend", "continue_clip_id": UNKNOWN_ID},
        {"task": "cover", "cover_clip_id": UNKNOWN_ID},
        {"task": "infill", "continue_clip_id": UNKNOWN_ID},
    ],
)
async def test_an_unknown_clip_is_not_found(paid: Paid, fields: dict[str, str]) -> None:
    response = await paid.send(prompt=LYRICS, **fields)
    assert (response.status_code, response.json()["message"]) == (404, "clip not found")


async def test_an_upload_can_be_covered_but_not_become_a_persona(paid: Paid) -> None:
    clip_id = await paid.upload()
    for clip in await paid.clips(task="cover", prompt=LYRICS, tags="polka", cover_clip_id=clip_id):
        assert clip["metadata"]["cover_clip_id"] == clip_id
    response = await paid.demo.post("/suno/persona/create", {"root_clip_id": clip_id, "name": "Hum"})
    assert response.status_code == 404


async def test_failed_stems_are_refunded(paid: Paid) -> None:
    before = paid.demo.simulator.spent()
    paid.demo.set_faults("fail-task")
    options = {"stem_task": "twelve", "stem_type_group_name": "Twelve", "stem_type_id": 91}
    fields = {"task": "gen_stem", "task_id": paid.task_id, "continue_clip_id": paid.parent[1].id, **options}
    body = (await paid.send(**fields)).json()
    assert paid.demo.simulator.spent() - before == pytest.approx(TWELVE_STEMS)
    paid.demo.let_pass(LONG_S)
    (clip,) = await paid.feed(body["clips"][0]["id"])
    assert (clip["status"], clip["metadata"]["error_type"]) == ("error", "generation_failed")
    assert paid.demo.simulator.spent() == pytest.approx(before)


async def test_twelve_stems_require_the_balance_for_twelve(open_demo: OpenDemo) -> None:
    paid = await Paid(open_demo("paid", balance=0.5)).begin()
    options = {"stem_task": "twelve", "stem_type_group_name": "Twelve", "stem_type_id": 91}
    fields = {"task": "gen_stem", "task_id": paid.task_id, "continue_clip_id": paid.parent[1].id, **options}
    response = await paid.send(**fields)
    assert (response.status_code, response.json()["code"]) == (403, "insufficient_user_quota")
