"""Derived tasks in the flat and the nested form: what the clips report, and which fields and ranges are required."""

from __future__ import annotations

from typing import Any

import pytest

from sunotui.demo.music.prices import SONG, TWELVE_STEMS
from tests.demo.conftest import OpenDemo
from tests.demo.dialects.test_key4u import LYRICS, Nested
from tests.demo.harness import UNKNOWN_ID

Fields = dict[str, Any]
OVERRIDES = {"override_fields": ["prompt", "tags"], "tags": "polka"}


@pytest.fixture
async def flat(open_demo: OpenDemo) -> Nested:
    return await Nested(open_demo("paid")).begin()


@pytest.fixture
async def nested(open_demo: OpenDemo) -> Nested:
    return await Nested(open_demo("key4u")).begin()


async def refused(gateway: Nested, fields: Fields, message: str) -> None:
    """Assert that these fields are refused with a message that contains this text, and cost nothing."""
    before = gateway.demo.simulator.spent()
    response = await gateway.send(fields)
    assert (response.status_code, response.json()["code"]) == (400, "invalid_request"), response.text
    assert message in response.json()["message"]
    assert gateway.demo.simulator.spent() == before


# --- adding a voice or an instrumental --------------------------------------------------------------------------------


def painting(task: str, start_s: object = 0, end_s: object = 30, clip: object = "PARENT") -> Fields:
    """The three fields of an added voice or instrumental."""
    return {f"{task}_clip_id": clip, f"{task}_start_s": start_s, f"{task}_end_s": end_s}


async def assert_painting(gateway: Nested, task: str, fields: Fields) -> None:
    clip = await gateway.clip({"task": task, **fields})
    shown = {f"{task}_clip_id": gateway.parent_id, f"{task}_start_s": 0, f"{task}_end_s": 30, "task": task}
    assert {name: clip["metadata"].get(name) for name in shown} == shown
    job = gateway.demo.simulator.job(gateway.task_id)
    assert job is not None
    assert clip["metadata"]["duration"] == job.takes[0].duration_s
    assert clip["title"] == "Tin"


async def test_an_instrumental_is_added_in_both_forms(flat: Nested, nested: Nested) -> None:
    await assert_painting(flat, "underpainting", painting("underpainting") | OVERRIDES | {"prompt": ""})
    await assert_painting(nested, "underpainting", {"metadata_params": painting("underpainting")})


async def test_a_voice_is_added_in_both_forms(flat: Nested, nested: Nested) -> None:
    await assert_painting(flat, "overpainting", painting("overpainting") | OVERRIDES | {"prompt": LYRICS})
    await assert_painting(nested, "overpainting", {"prompt": LYRICS, "metadata_params": painting("overpainting")})
    with_voice = {"prompt": LYRICS, "make_instrumental": False}
    await assert_painting(nested, "underpainting", {**with_voice, "metadata_params": painting("underpainting")})


@pytest.mark.parametrize("task", ["underpainting", "overpainting"])
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"clip": ""}, "_clip_id is empty"),
        ({"clip": 7}, "cannot unmarshal number"),
        ({"start_s": None}, "_start_s and"),
        ({"end_s": None}, "are required"),
        ({"start_s": "0"}, "cannot unmarshal string"),
        ({"start_s": 30}, "range is not inside the clip"),
        ({"start_s": -1}, "range is not inside the clip"),
        ({"end_s": 900}, "range is not inside the clip"),
    ],
)
async def test_an_added_part_requires_a_clip_and_a_range(
    flat: Nested, nested: Nested, task: str, fields: Fields, message: str
) -> None:
    lyrics = {"prompt": LYRICS} if task == "overpainting" else {}
    made = painting(task, **fields)
    await refused(flat, {"task": task, **made, **OVERRIDES, **lyrics}, message)
    await refused(nested, {"task": task, "metadata_params": made, **lyrics}, message)


@pytest.mark.parametrize(
    ("task", "fields", "message"),
    [
        ("overpainting", {"prompt": LYRICS, "tags": "polka"}, "override_fields must be"),
        ("overpainting", {"prompt": LYRICS, **OVERRIDES, "override_fields": ["prompt"]}, "override_fields must be"),
        ("overpainting", {"prompt": LYRICS, **OVERRIDES, "tags": ""}, "tags is empty"),
        ("overpainting", OVERRIDES, "prompt is empty"),
        ("underpainting", {"prompt": LYRICS, **OVERRIDES}, "prompt must be empty"),
        ("underpainting", {**OVERRIDES, "mv": "chirp-v3-5"}, "does not support task"),
        ("underpainting", {**OVERRIDES, "mv": "chirp-halibut"}, "does not support task"),
    ],
)
async def test_the_flat_form_requires_the_override_fields(
    flat: Nested, task: str, fields: Fields, message: str
) -> None:
    await refused(flat, {"task": task, **painting(task), **fields}, message)


async def test_the_nested_form_ignores_top_level_fields(nested: Nested) -> None:
    await refused(nested, {"task": "underpainting", **painting("underpainting"), **OVERRIDES}, "_clip_id is empty")


async def test_adding_to_an_unknown_clip_is_not_found(flat: Nested) -> None:
    fields = {"task": "underpainting", **painting("underpainting", clip=UNKNOWN_ID), **OVERRIDES}
    assert (await flat.send(fields)).status_code == 404


# --- extended covers --------------------------------------------------------------------------------------------------


def cover_extend(**more: object) -> Fields:
    """A cover of the first song, extended from second 20."""
    at = {"continue_clip_id": "PARENT", "continue_at": 20}
    return {"task": "cover_extend", "prompt": LYRICS, **at, "metadata_params": {"clip_id": "PARENT"}, **more}


async def test_a_cover_is_extended_in_the_nested_form_only(flat: Nested, nested: Nested) -> None:
    clip = await nested.clip(cover_extend())
    assert clip["metadata"]["cover_clip_id"] == clip["metadata"]["history"][0]["id"] == nested.parent_id
    assert clip["metadata"]["history"][0]["continue_at"] == 20
    await refused(nested, cover_extend(metadata_params={}), "metadata_params.clip_id is required")
    await refused(nested, cover_extend(continue_at=None), "continue_at is required")
    await refused(nested, cover_extend(continue_clip_id=None), "continue_clip_id is empty")
    await refused(flat, cover_extend(), "invalid task cover_extend")


# --- replaced sections ------------------------------------------------------------------------------------------------


def section(task: str, clip_id: str = "PARENT", **params: object) -> Fields:
    """New lyrics for the seconds 20 to 32.5, in the nested form."""
    made = {"infill_start_s": 20, "infill_end_s": 32.5, "metadata": {"infill_lyrics": LYRICS}, **params}
    return {"task": task, "continue_clip_id": clip_id, "metadata_params": made}


def assert_section(clip: dict[str, Any], task: str, parent_id: str) -> None:
    metadata = clip["metadata"]
    assert (metadata["task"], metadata["infill"], metadata["prompt"]) == (task, True, LYRICS)
    assert (metadata["infill_start_s"], metadata["infill_end_s"]) == (20, 32.5)
    assert (metadata["history"][0]["id"], metadata["history"][0]["infill"]) == (parent_id, True)
    assert metadata["duration"] == pytest.approx(12.5, abs=0.05)


@pytest.mark.parametrize("task", ["infill", "fixed_infill", "infill_intro", "infill_outro"])
async def test_a_section_is_replaced_in_the_nested_form(nested: Nested, task: str) -> None:
    context: dict[str, Any] = {"infill_context_start_s": 10, "infill_context_end_s": 40}
    assert_section(await nested.clip(section(task, **context)), task, nested.parent_id)
    inside = section(task, "")
    inside["metadata_params"]["clip_id"] = "PARENT"
    assert_section(await nested.clip(inside), task, nested.parent_id)


async def test_a_section_of_a_cover_and_of_a_persona_song_is_replaced(nested: Nested) -> None:
    cover = await nested.clip({"task": "cover", "prompt": LYRICS, "metadata_params": {"clip_id": "PARENT"}})
    clip = await nested.clip(section("cover_infill", cover["id"]))
    assert_section(clip, "cover_infill", cover["id"])
    assert clip["metadata"]["cover_clip_id"] == nested.parent_id
    persona_fields = {"root_clip_id": nested.parent_id, "vocal_start_s": 5, "vocal_end_s": 25, "user_input_styles": ""}
    task_id = (await nested.demo.post("/suno/submit/persona", persona_fields)).json()["data"]
    nested.demo.let_pass(100)
    persona = (await nested.demo.task(task_id))["data"]["id"]
    use = {"task": "artist_consistency", "persona_id": persona, "artist_clip_id": "PARENT", "prompt": LYRICS}
    song = await nested.clip(use)
    clip = await nested.clip(section("artist_infill", song["id"]))
    assert_section(clip, "artist_infill", song["id"])
    assert clip["metadata"]["persona_id"] == persona
    await refused(nested, section("cover_infill"), "clip has no cover_clip_id")
    await refused(nested, section("artist_infill"), "clip has no persona_id")


async def test_a_section_of_an_upload_is_replaced_in_the_flat_form_only(flat: Nested, nested: Nested) -> None:
    task_id = await flat.demo.submit("upload", url="https://a.example/hum.mp3")
    flat.demo.let_pass(100)
    upload = (await flat.demo.task(task_id))["data"][0]["id"]
    fields = {"task": "upload_infill", "prompt": LYRICS, "infill_start_s": 20, "infill_end_s": 32.5}
    clip = await flat.clip({**fields, "infill_clip_id": upload})
    assert_section(clip, "upload_infill", upload)
    assert clip["metadata"]["history"][0]["type"] == "upload"
    await refused(flat, fields, "infill_clip_id is empty")
    await refused(flat, {**fields, "infill_clip_id": "PARENT"}, "clip is not an upload")
    await refused(nested, section("upload_infill"), "invalid task upload_infill")
    await refused(flat, {**section("fixed_infill")}, "invalid task fixed_infill")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"infill_end_s": None}, "metadata_params.infill_end_s is required"),
        ({"infill_end_s": 20}, "range is not inside the clip"),
        ({"infill_end_s": 900}, "range is not inside the clip"),
        ({"infill_context_start_s": 21}, "context does not enclose"),
        ({"infill_context_end_s": 32}, "context does not enclose"),
        ({"infill_context_end_s": 900}, "context does not enclose"),
        ({"infill_context_start_s": "9"}, "cannot unmarshal string"),
        ({"metadata": {}}, "prompt is empty"),
    ],
)
async def test_a_section_requires_its_range_and_lyrics(nested: Nested, params: Fields, message: str) -> None:
    for task in ("infill", "infill_outro"):
        await refused(nested, section(task, **params), message)


# --- from clips, texts and pictures -----------------------------------------------------------------------------------


async def second_clip(gateway: Nested) -> str:
    """The id of a clip of another song."""
    clip = await gateway.clip({"prompt": "lo", "title": "Brass"})
    return str(clip["id"])


@pytest.mark.parametrize("variation", ["subtle", "normal", "high"])
async def test_a_remaster_keeps_lyrics_and_duration(nested: Nested, variation: str) -> None:
    params = {"clip_id": "PARENT", "variation_category": variation}
    clip = await nested.clip({"task": "remaster", "mv": "chirp-halibut", "metadata_params": params})
    job = nested.demo.simulator.job(nested.task_id)
    assert job is not None
    shown: dict[str, object] = {
        "task": "remaster",
        "upsample_clip_id": nested.parent_id,
        "variation_category": variation,
    }
    shown |= {"prompt": LYRICS, "tags": "folk", "duration": job.takes[0].duration_s}
    assert {name: clip["metadata"].get(name) for name in shown} == shown


async def test_two_clips_are_mashed_up(nested: Nested) -> None:
    ids = [nested.parent_id, await second_clip(nested)]
    fields = {"task": "mashup_condition", "prompt": f"{LYRICS}\n\nlo"}
    clip = await nested.clip({**fields, "metadata_params": {"mashup_clip_ids": ids}})
    assert (clip["metadata"]["task"], clip["metadata"]["mashup_clip_ids"]) == ("mashup_condition", ids)
    for wrong, message in [
        (ids[:1], "must hold 2 clip ids"),
        ([*ids, UNKNOWN_ID], "must hold 2"),
        ([ids[0]] * 2, "twice"),
    ]:
        await refused(nested, {**fields, "metadata_params": {"mashup_clip_ids": wrong}}, message)
    await refused(nested, {**fields, "prompt": "", "metadata_params": {"mashup_clip_ids": ids}}, "prompt is empty")
    unknown = {**fields, "metadata_params": {"mashup_clip_ids": [ids[0], UNKNOWN_ID]}}
    assert (await nested.send(unknown)).status_code == 404


async def test_a_song_is_inspired_by_a_playlist(nested: Nested) -> None:
    for ids in ([nested.parent_id], [nested.parent_id, await second_clip(nested)]):
        clip = await nested.clip({"task": "playlist_condition", "metadata_params": {"playlist_clip_ids": ids}})
        assert (clip["metadata"]["task"], clip["metadata"]["playlist_clip_ids"]) == ("playlist_condition", ids)


@pytest.mark.parametrize("kind", [{}, {"type": "loop"}])
async def test_a_sound_effect_is_short(nested: Nested, kind: Fields) -> None:
    clip = await nested.clip({"task": "sound", "metadata_params": {"sound": "a creaking door", **kind}})
    shown = {"task": "sound", "sound": "a creaking door", "type": kind.get("type", "gen")}
    assert {name: clip["metadata"][name] for name in shown} == shown
    assert clip["metadata"]["duration"] == pytest.approx(12, abs=0.05)


@pytest.mark.parametrize("is_inside", [True, False])
async def test_an_uploaded_hum_becomes_a_song(nested: Nested, is_inside: bool) -> None:
    task_id = await nested.demo.submit("upload", url="https://a.example/hum.mp3")
    nested.demo.let_pass(100)
    params = {"artist_clip_id": (await nested.demo.task(task_id))["data"][0]["id"]}
    clip = await nested.clip({"task": "vox", **({"metadata_params": params} if is_inside else params)})
    assert clip["metadata"]["artist_clip_id"] == params["artist_clip_id"]
    assert clip["metadata"]["task"] == "vox"


@pytest.mark.parametrize(
    ("task", "fields"),
    [
        ("image_to_song", {"image_url": "https://a.example/cat.png"}),
        ("image_to_song", {"metadata_params": {"image_url": "https://a.example/cat.png"}}),
        ("video_to_song", {"metadata_params": {"video_url": "https://a.example/cat.mp4"}}),
    ],
)
async def test_a_picture_or_a_video_becomes_a_song(nested: Nested, task: str, fields: Fields) -> None:
    clip = await nested.clip({"task": task, **fields})
    shown = {"task": task, **(fields.get("metadata_params") or fields)}
    assert {name: clip["metadata"].get(name) for name in shown} == shown


@pytest.mark.parametrize(
    ("task", "params", "message"),
    [
        ("remaster", {"variation_category": "high"}, "clip_id is empty"),
        ("remaster", {"clip_id": "PARENT"}, "variation_category must be one of subtle, normal, high"),
        ("remaster", {"clip_id": "PARENT", "variation_category": "wild"}, "variation_category must be one of"),
        ("mashup_condition", {}, "mashup_clip_ids must hold 2"),
        ("mashup_condition", {"mashup_clip_ids": "PARENT"}, "cannot unmarshal string"),
        ("playlist_condition", {}, "playlist_clip_ids must hold 1 to 16"),
        ("playlist_condition", {"playlist_clip_ids": [7]}, "cannot unmarshal number"),
        ("sound", {"type": "loop"}, "sound is empty"),
        ("sound", {"sound": "x", "type": "once"}, "type must be one of loop"),
        ("vox", {}, "artist_clip_id is empty"),
        ("image_to_song", {}, "image_url is invalid"),
        ("image_to_song", {"image_url": "cat.png"}, "image_url is invalid"),
        ("video_to_song", {"video_url": "ftp://a.example/x"}, "video_url is invalid"),
    ],
)
async def test_a_missing_field_is_refused(nested: Nested, task: str, params: Fields, message: str) -> None:
    await refused(nested, {"task": task, "prompt": LYRICS, "metadata_params": params}, message)


@pytest.mark.parametrize("mv", ["chirp-goose", "chirp-v4", "chirp-v3-5", ""])
async def test_a_model_without_remaster_is_refused(nested: Nested, mv: str) -> None:
    params = {"clip_id": "PARENT", "variation_category": "high"}
    await refused(nested, {"task": "remaster", "mv": mv, "metadata_params": params}, "does not support task remaster")


@pytest.mark.parametrize(
    "task",
    [
        *("remaster", "mashup_condition", "playlist_condition"),
        *("sound", "vox", "image_to_song", "video_to_song", "cover_extend"),
    ],
)
async def test_the_flat_form_does_not_support_these_tasks(flat: Nested, task: str) -> None:
    await refused(flat, {"task": task, "prompt": LYRICS}, f"invalid task {task}")


async def test_a_top_level_video_url_is_ignored(nested: Nested) -> None:
    await refused(nested, {"task": "video_to_song", "video_url": "https://a.example/x.mp4"}, "video_url is invalid")


# --- stems ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "word", "count", "price"), [("vocal-stems", "two", 2, SONG), ("all-stems", "twelve", 12, TWELVE_STEMS)]
)
async def test_stems_by_clip_id_only(flat: Nested, task: str, word: str, count: int, price: float) -> None:
    before = flat.demo.simulator.spent()
    response = await flat.demo.post("/suno/submit/music", {"task": task, "clip_id": flat.parent_id})
    flat.demo.let_pass(100)
    clips = (await flat.demo.task(response.json()["data"]))["data"]
    assert len({clip["title"] for clip in clips}) == len(clips) == count
    shown = {"task": "gen_stem", "stem_task": word, "stem_from_id": flat.parent_id}
    for clip in clips:
        assert {name: clip["metadata"][name] for name in shown} == shown
    assert flat.demo.simulator.spent() - before == pytest.approx(price)


async def test_the_short_form_of_stems_is_flat_and_requires_a_clip(flat: Nested, nested: Nested) -> None:
    await refused(flat, {"task": "all-stems"}, "clip_id is empty")
    assert (await flat.send({"task": "vocal-stems", "clip_id": UNKNOWN_ID})).status_code == 404
    await refused(nested, {"task": "all-stems", "metadata_params": {"clip_id": "PARENT"}}, "invalid task all-stems")


# --- sliders and duration ---------------------------------------------------------------------------------------------


async def test_only_a_cover_accepts_an_audio_weight(flat: Nested) -> None:
    sliders = {"style_weight": 0.5, "audio_weight": 0.25}
    cover = {"task": "cover", "cover_clip_id": "PARENT", "prompt": LYRICS}
    clip = await flat.clip({**cover, "metadata": {"control_sliders": sliders, "is_remix": True}})
    assert clip["metadata"]["control_sliders"] == sliders
    wrong = "audio_weight goes with is_remix and task cover only"
    await refused(flat, {**cover, "metadata": {"control_sliders": sliders}}, wrong)
    await refused(flat, {"prompt": LYRICS, "metadata": {"control_sliders": sliders, "is_remix": True}}, wrong)
    too_much = {"control_sliders": {"audio_weight": 1.5}, "is_remix": True}
    await refused(flat, {**cover, "metadata": too_much}, "audio_weight must be between 0 and 1")


async def test_a_song_of_v5_5_has_the_requested_duration(nested: Nested) -> None:
    for mv in ("chirp-v5-5", "chirp-fenix"):
        clip = await nested.clip({"prompt": LYRICS, "mv": mv, "duration": 90})
        assert clip["metadata"]["duration"] == pytest.approx(90, abs=0.05)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"mv": "chirp-hawk"}, "duration goes with custom songs of chirp-v5-5 only"),
        ({"gpt_description_prompt": "tea"}, "duration goes with custom songs of chirp-v5-5 only"),
        ({"duration": 0}, "duration must be above 0"),
        ({"duration": 481}, "at most 480"),
        ({"duration": "90"}, "cannot unmarshal string"),
    ],
)
async def test_an_unsupported_duration_is_refused(nested: Nested, fields: Fields, message: str) -> None:
    await refused(nested, {"prompt": LYRICS, "mv": "chirp-v5-5", "duration": 90, **fields}, message)
