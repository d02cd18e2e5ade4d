"""Parsing of clips: links, times, parents, excluded styles (protocol 3.4, 7.3)."""

from __future__ import annotations

from typing import Any

import pytest

from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.task import TaskReport, TaskStatus
from sunotui.gateway.parsing.clips import MOST_PARENTS, clip_of
from sunotui.gateway.parsing.tasks import task_report

SONG = "https://cdn1.suno.ai/c1.mp3"
STREAM = "https://audiopipe.suno.ai/?item_id=c1"
VIDEO = "https://cdn1.suno.ai/c1.mp4"
PLAIN = "https://cdn2.example/c1.mp3?token=1"
ALTERNATIVES = [
    {"url": "https://x.example/c1.m3u8", "content_type": "audio/mp4", "delivery": "hls"},
    {"url": "https://x.example/c1.m4a", "content_type": "audio/mp4", "delivery": "progressive", "encrypted": True},
    {"url": "https://x.example/c1.mp4", "content_type": "video/mp4", "delivery": "progressive"},
    {"url": PLAIN, "content_type": "audio/mpeg", "delivery": "progressive", "encrypted": False},
    {"url": "https://x.example/later.mp3", "content_type": "audio/mpeg", "delivery": "progressive"},
]


def clip(**fields: Any) -> Clip:
    """A finished clip with these fields."""
    made = clip_of({"id": "c1", "status": "complete", **fields})
    assert made is not None
    return made


def report(**fields: Any) -> TaskReport:
    """A finished task with these fields."""
    made = task_report({"task_id": "a", "status": "SUCCESS", **fields})
    assert made is not None
    return made


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        "",
        None,
        "null",
        "None",
        7,
        "https://cdn1.suno.ai/None.mp3",
        "https://cdn1.suno.ai/none.mp3",
        "HTTPS://CDN1.SUNO.AI/NONE.MP3",
        "https://cdn1.suno.ai/None.mp3?v=2",
        "https://cdn1.suno.ai/None.mp3?signature=a.mp3#t=1",
        "https://cdn1.suno.ai/None.mp3#t=1",
        "https://cdn1.suno.ai/null.mp3",
        "https://suno.com/api/forbidden",
        "https://suno.com/API/Forbidden",
        "https://suno.com/api/forbidden/",
        "https://suno.com/api/forbidden?id=c1&next=/x.mp3",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//",
        "https://",
        "https:///c1.mp3",
        "https://a b.example/雨.mp3",
        "https://-é-.example/c1.mp3",
        "https://[雨/c1.mp3",
        "https://雨.example:port/c1.mp3",
        "https://cdn1.suno.ai/\ud800.mp3",
        "https://cdn1.suno.ai/c\t1.mp3",
        "https://cdn1.suno.ai/" + "雨" * 300,
        "https://cdn1.suno.ai/\x1b[2J.mp3",
        "https://cdn1.suno.ai/" + "x" * 3_000,
    ],
)
def test_a_dead_link_is_not_a_link(link: object) -> None:
    found = clip(audio_url=link, video_url=link, image_url=link)
    assert (found.audio_url, found.video_url, found.image_url) == (None, None, None)
    assert not found.is_playable


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://oss.example.com/suno/快乐周末.mp3",
         "https://oss.example.com/suno/%E5%BF%AB%E4%B9%90%E5%91%A8%E6%9C%AB.mp3"),
        ("https://oss.example.com/快.mp3?名=周&s=a%20b%2F#末",
         "https://oss.example.com/%E5%BF%AB.mp3?%E5%90%8D=%E5%91%A8&s=a%20b%2F#%E6%9C%AB"),
        ("https://cdn1.suno.ai/c 1.mp3", "https://cdn1.suno.ai/c%201.mp3"),
        ("https://cdn1.suno.ai/c\u30001.mp3", "https://cdn1.suno.ai/c%E3%80%801.mp3"),
        ("https://cdn1.suno.ai:8443/é.mp3", "https://cdn1.suno.ai:8443/%C3%A9.mp3"),
        ("https://例子.测试/c1.mp3", "https://xn--fsqu00a.xn--0zwm56d/c1.mp3"),
        ("https://例子。测试:8080/a b.mp3", "https://xn--fsqu00a.xn--0zwm56d:8080/a%20b.mp3"),
        ("https://Bücher.Example/c1.mp3", "https://xn--bcher-kva.example/c1.mp3"),
        ("https://straße.example/c1.mp3", "https://xn--strae-oqa.example/c1.mp3"),
        ("//cdn1.suno.ai/c1.mp3", "https://cdn1.suno.ai/c1.mp3"),
        # A URL in plain ASCII stays unchanged, however odd.
        ("HTTPS://Cdn1.suno.ai/%e5%bf%ab.mp3?a=[1]|2", "HTTPS://Cdn1.suno.ai/%e5%bf%ab.mp3?a=[1]|2"),
    ],
)  # fmt: skip
def test_a_url_in_other_scripts_is_encoded(written: str, address: str) -> None:
    """Fails if only printable ASCII is accepted, if "%" is encoded, or with the codec "idna"."""
    found = clip(audio_url=written, video_url=written, image_url=written)
    assert (found.audio_url, found.video_url, found.image_url) == (address, address, address)
    assert clip(audio_url=address).audio_url == address
    assert found.is_playable


def test_a_reason_that_begins_with_a_url_is_a_reason() -> None:
    """A space is encoded in a link, but makes the text in `fail_reason` a reason."""
    reason = "https://x.example/help says that the lyrics were refused"
    found = task_report({"task_id": "a", "status": "RUNNING", "fail_reason": reason})
    assert found is not None
    assert (found.fail_reason, found.clips) == (reason, ())


@pytest.mark.parametrize(
    ("fields", "audio"),
    [
        ({"audio_url": SONG}, SONG),
        ({"audio_url": f" {SONG}\n"}, SONG),
        ({"audioUrl": SONG}, SONG),
        ({"audio_url": "", "audioUrl": SONG}, SONG),
        ({"audioUrl": "", "streamAudioUrl": STREAM}, STREAM),
        ({"audioUrl": SONG, "streamAudioUrl": STREAM}, SONG),
        ({"audio_url": "https://suno.com/api/forbidden", "stream_audio_url": STREAM}, STREAM),
        # This entry of media_urls is not a plain file: a player cannot use it.
        ({"audio_url": "", "media_urls": [{"url": "https://x.example/c1", "content_type": "m4a-opus"}]}, None),
        # The first complete, unencrypted audio file of the alternatives, used only if the clip has no link to one.
        ({"audio_url": "", "media_urls": ALTERNATIVES}, PLAIN),
        ({"audio_url": "https://suno.com/api/forbidden", "mediaUrls": ALTERNATIVES}, PLAIN),
        ({"audio_url": "https://x.example/c1.m4a", "media_urls": ALTERNATIVES}, PLAIN),
        ({"audio_url": SONG, "media_urls": ALTERNATIVES}, SONG),
        ({"audio_url": "", "streamAudioUrl": STREAM, "media_urls": ALTERNATIVES}, PLAIN),
        ({"audio_url": "https://x.example/c1.m4a", "media_urls": ALTERNATIVES[:3]}, "https://x.example/c1.m4a"),
        (
            {
                "audio_url": "https://x.example/c1.m4a",
                "media_urls": [{"url": "https://x.example/c1.m4a"}, *ALTERNATIVES],
            },
            "https://x.example/c1.m4a",
        ),
        ({"media_urls": [{"url": PLAIN, "drm": "none", "encryption": None, "is_encrypted": False}]}, PLAIN),
        ({"media_urls": [{"url": PLAIN, "note": "unencrypted"}]}, PLAIN),
        ({"media_urls": [{"url": PLAIN, "note": "encrypted"}]}, None),
        ({"media_urls": [{"url": PLAIN, "drm": {"scheme": "x"}}]}, None),
        ({"media_urls": [{"url": PLAIN, "progressive": False}]}, None),
        ({"media_urls": [{"url": "https://x.example/c1", "content_type": "audio/mpegurl"}]}, None),
        ({"media_urls": [{"url": "https://x.example/c1", "content_type": "audio/mpeg"}]}, "https://x.example/c1"),
        ({"media_urls": [{"url": "https://x.example/c1"}, {"url": "ftp://x.example/c1.mp3"}]}, None),
        ({"media_urls": [{"url": "https://[x/c1.mp3", "content_type": 7}, None, 7, "x"]}, None),
        ({"media_urls": {"url": PLAIN}}, None),
    ],
)
def test_the_playable_link_is_chosen(fields: dict[str, Any], audio: str | None) -> None:
    assert clip(**fields).audio_url == audio


@pytest.mark.parametrize(
    ("fields", "audio", "video", "reason"),
    [
        ({"data": None, "result_url": SONG}, SONG, None, ""),
        ({"data": [], "resultUrl": SONG}, SONG, None, ""),
        ({"data": None, "fail_reason": SONG, "result_url": SONG}, SONG, None, ""),
        ({"data": None, "fail_reason": SONG}, SONG, None, ""),
        ({"data": None, "result_url": VIDEO}, None, VIDEO, ""),
        ({"data": [{"id": "c1", "audio_url": ""}], "result_url": SONG}, SONG, None, ""),
        ({"data": [{"id": "c1", "audio_url": STREAM}], "result_url": SONG}, STREAM, None, ""),
        # A result with the text of the reason is not a link; a reason stays a reason.
        ({"data": [{"id": "c1"}], "fail_reason": "生成失败", "result_url": "生成失败"}, None, None, "生成失败"),
        ({"data": [{"id": "c1"}], "status": "FAILURE", "fail_reason": SONG}, None, None, SONG),
        ({"data": [{"id": "c1"}], "status": "IN_PROGRESS", "result_url": SONG}, None, None, ""),
    ],
)
def test_a_result_url_beside_the_takes(
    fields: dict[str, Any], audio: str | None, video: str | None, reason: str
) -> None:
    found = report(**fields)
    (take,) = found.clips
    assert (take.audio_url, take.video_url, found.fail_reason) == (audio, video, reason)


def test_a_result_url_of_several_takes_is_ignored() -> None:
    found = report(data=[{"id": "c1"}, {"id": "c2"}], result_url=SONG)
    assert [take.audio_url for take in found.clips] == [None, None]


def test_a_link_in_fail_reason_does_not_fail_a_finished_task() -> None:
    assert report(status="SUCCESS", progress="100%", fail_reason=SONG).status is TaskStatus.SUCCESS


# --- flat and nested, snake_case and camelCase, seconds and milliseconds ----------------------------------------------


def test_flat_and_nested_clips_are_the_same_clip() -> None:
    inner = {
        "tags": "pop",
        "prompt": "[Verse]\nla",
        "gpt_description_prompt": "rain",
        "duration": 120.5,
        "negative_tags": "jazz",
    }
    outer = {"id": "c1", "title": "Rain", "status": "complete", "audio_url": SONG, "model_name": "chirp-v4"}
    nested, flat = clip_of({**outer, "metadata": inner}), clip_of({**outer, **inner})
    assert nested == flat
    assert nested == Clip(
        "c1",
        "Rain",
        ClipStatus.COMPLETE,
        "pop",
        "[Verse]\nla",
        "rain",
        "chirp-v4",
        120.5,
        SONG,
        exclude="jazz",
        derivations=(),
    )


def test_camel_case_clip_with_a_time_in_milliseconds() -> None:
    found = clip(
        audioUrl=SONG,
        imageUrl="https://a.example/i.png",
        modelName="chirp-v5",
        createTime=1_735_689_600_000,
        tags="pop",
    )
    assert (found.image_url, found.model, found.created_at) == ("https://a.example/i.png", "chirp-v5", 1_735_689_600.0)


@pytest.mark.parametrize(
    ("reported", "seconds"),
    [
        (1_716_191_749, 1_716_191_749.0),
        (1_716_191_749_854, 1_716_191_749.854),
        ("1716191749", 1_716_191_749.0),
        ("2024-06-27T10:45:32+08:00", 1_719_456_332.0),
        ("2024-06-27T02:45:32Z", 1_719_456_332.0),
        ("2025-01-01 00:00:00", None),
        (0, None),
        (-5, None),
        (None, None),
        (True, None),
        (10**18, None),
    ],
)
def test_times_of_a_task(reported: object, seconds: float | None) -> None:
    for names in (("submit_time", "start_time", "finish_time"), ("submitTime", "startTime", "finishTime")):
        found = report(**dict.fromkeys(names, reported))
        assert (found.submitted_at, found.started_at, found.finished_at) == (seconds,) * 3


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"audio_url": SONG, "duration": 120.5}, ClipStatus.COMPLETE),
        ({"audio_url": SONG, "metadata": {"duration": "120.5"}, "status": ""}, ClipStatus.COMPLETE),
        ({"audio_url": SONG}, ClipStatus.STREAMING),
        ({"audio_url": SONG, "duration": 0}, ClipStatus.STREAMING),
        ({"audio_url": STREAM, "duration": 120.5}, ClipStatus.STREAMING),
        ({"stream_audio_url": SONG, "duration": 120.5}, ClipStatus.SUBMITTED),
        ({"audio_url": SONG, "duration": 120.5, "status": "streaming"}, ClipStatus.STREAMING),
        ({"audio_url": SONG, "duration": 120.5, "state": "a future status"}, ClipStatus.STREAMING),
        ({"duration": 120.5}, ClipStatus.SUBMITTED),
    ],
)
def test_a_final_link_and_a_duration_complete_a_clip_without_status(fields: dict[str, Any], status: ClipStatus) -> None:
    made = clip_of({"id": "c1", **fields})
    assert made is not None
    assert made.status is status


@pytest.mark.parametrize("fields", [{"text": "la\nla"}, {"text": "la\nla", "prompt": "", "metadata": {"prompt": None}}])
def test_the_lyrics_of_a_clip_may_be_in_text(fields: dict[str, Any]) -> None:
    assert clip(audio_url=SONG, **fields).lyrics == "la\nla"
    assert clip(audio_url=SONG, **{**fields, "prompt": "the text"}).lyrics == "the text"


def test_metadata_may_be_anything() -> None:
    values: tuple[Any, ...] = (None, [], "x", 7, {"tags": None, "history": "x", "concat_history": [None, 7, {}]})
    for nonsense in values:
        assert clip(metadata=nonsense, audio_url=SONG).audio_url == SONG


# --- excluded styles and parents --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "exclude"),
    [
        ({"metadata": {"negative_tags": "jazz, brass"}}, "jazz, brass"),
        ({"negative_tags": "jazz"}, "jazz"),
        ({"metadata": {"negative_tags": ""}, "negative_tags": "jazz"}, "jazz"),
        ({"metadata": {"negative_tags": ["jazz", 7, "brass"]}}, "jazz, brass"),
        ({"metadata": {"negative_tags": "ja\x1b[31mzz"}}, "ja\x1b[31mzz"),
        ({"metadata": {"negative_tags": None}}, ""),
        ({}, ""),
    ],
)
def test_excluded_styles_are_read(fields: dict[str, Any], exclude: str) -> None:
    assert clip(**fields).exclude == exclude


@pytest.mark.parametrize(
    ("fields", "parents"),
    [
        ({"metadata": {"history": [{"id": "p1", "continue_at": 60}]}}, ("p1",)),
        ({"metadata": {"concat_history": [{"id": "p1"}, {"id": "p2", "continue_at": None}]}}, ("p1", "p2")),
        ({"metadata": {"cover_clip_id": "p1"}}, ("p1",)),
        ({"metadata": {"edited_clip_id": "p1"}}, ("p1",)),
        ({"metadata": {"stem_from_id": "p1", "history": [{"id": "p1"}]}}, ("p1",)),
        ({"metadata": {"audio_prompt_id": "p1"}}, ("p1",)),
        ({"metadata": {"artist_clip_id": "p1"}}, ("p1",)),
        ({"metadata": {"upsample_clip_id": "p1"}}, ("p1",)),
        ({"metadata": {"overpainting_clip_id": "p1"}}, ("p1",)),
        ({"metadata": {"underpainting_clip_id": "p1"}}, ("p1",)),
        ({"metadata": {"speed_clip_id": "p1"}}, ("p1",)),
        ({"metadata": {"mashup_clip_ids": ["p1", "p2"]}}, ("p1", "p2")),
        ({"playlist_clip_ids": ["p1", None, "c1", {}, "p2", "p1"]}, ("p1", "p2")),
        ({"metadata": {"mashup_clip_ids": "p1", "playlist_clip_ids": {"id": "p1"}}}, ()),
        ({"continue_clip_id": "p1"}, ("p1",)),
        ({"cover_clip_id": "p2", "metadata": {"history": [{"id": "p1"}]}}, ("p1", "p2")),
        ({"metadata": {"history": [{"id": "c1"}, {"id": "p1"}], "edited_clip_id": "c1"}}, ("p1",)),
        ({"metadata": {"history": [{"id": ""}, {"id": "a b"}, {"id": None}, {}, "p1", {"id": "p\x1b1"}]}}, ()),
        ({"metadata": {"history": None, "concat_history": "p1", "cover_clip_id": ["p1"]}}, ()),
        ({}, ()),
    ],
)
def test_the_parents_of_a_clip(fields: dict[str, Any], parents: tuple[str, ...]) -> None:
    assert clip(**fields).parents == parents


PLAIN_ENTRY: dict[str, object] = {"id": "p1", "continue_at": 9.5, "type": "gen", "source": "web", "infill": False}


@pytest.mark.parametrize(
    ("fields", "derivations"),
    [
        # What a relay reports for any task: a plain continuation.
        ({"metadata": {"history": [PLAIN_ENTRY]}}, ["continuation p1"]),
        ({"metadata": {"history": [PLAIN_ENTRY], "infill": False, "stem_task": None}}, ["continuation p1"]),
        ({"continue_clip_id": "p1"}, ["continuation p1"]),
        ({"metadata": {"history": [{**PLAIN_ENTRY, "infill": True}]}}, ["section p1"]),
        ({"metadata": {"history": [PLAIN_ENTRY], "infill": True}}, ["section p1"]),
        ({"metadata": {"edited_clip_id": "p1", "infill": True}}, ["section p1"]),
        # The entry marked as a section is the section; the other is an earlier step.
        (
            {"metadata": {"history": [PLAIN_ENTRY, {"id": "p2", "infill": True}], "infill": True}},
            ["continuation p1", "section p2"],
        ),
        # Only a JSON boolean is proof.
        ({"metadata": {"history": [{**PLAIN_ENTRY, "infill": "false"}], "infill": 1}}, ["continuation p1"]),
        ({"metadata": {"stem_from_id": "p1"}}, ["stem p1"]),
        ({"metadata": {"history": [{**PLAIN_ENTRY, "stem_task": "two"}]}}, ["stem p1"]),
        ({"metadata": {"history": [{**PLAIN_ENTRY, "stem_from_id": "p1"}]}}, ["stem p1"]),
        ({"metadata": {"history": [PLAIN_ENTRY], "stem_type_id": 91}}, ["stem p1"]),
        (
            {"metadata": {"history": [PLAIN_ENTRY], "stem_type_group_name": "Two", "stem_from_id": "p2"}},
            [
                "continuation p1",
                "stem p2",
            ],
        ),
        ({"metadata": {"cover_clip_id": "p1"}}, ["cover p1"]),
        ({"metadata": {"edited_clip_id": "p1"}}, ["edit p1"]),
        ({"metadata": {"persona_id": "v1", "artist_clip_id": "p1"}}, ["artist p1", "persona v1"]),
        ({"persona_id": "v1"}, ["persona v1"]),
        ({"metadata": {"upsample_clip_id": "p1"}}, ["upsample p1"]),
        ({"metadata": {"overpainting_clip_id": "p1"}}, ["added-vocals p1"]),
        ({"metadata": {"underpainting_clip_id": "p1"}}, ["added-instrumental p1"]),
        ({"metadata": {"mashup_clip_ids": ["p1", "p2"]}}, ["mashup p1", "mashup p2"]),
        ({"metadata": {"playlist_clip_ids": ["p1"]}}, ["playlist p1"]),
        ({"metadata": {"concat_history": [PLAIN_ENTRY, {"id": "p2"}]}}, ["part p1", "part p2"]),
        ({"metadata": {"persona_id": ["v1"], "stem_from_id": {}, "history": [{"infill": True}]}}, []),
        ({}, []),
    ],
)
def test_the_derivations_of_a_clip(fields: dict[str, Any], derivations: list[str]) -> None:
    found = clip(**fields)
    assert found.derivations is not None
    assert [f"{derivation.kind} {derivation.id}" for derivation in found.derivations] == derivations
    assert Derivation(DerivationKind.PERSONA, "v1") not in found.derivations or "v1" not in found.parents


def test_the_number_of_parents_is_limited() -> None:
    history = [{"id": f"p{number}"} for number in range(40)]
    assert clip(metadata={"history": history}).parents == tuple(f"p{number}" for number in range(MOST_PARENTS))


def test_the_error_of_a_clip_has_no_keys_and_format_noise() -> None:
    made = clip_of({"id": "c1", "status": "error", "metadata": {"error_message": "50%!s(MISSING)ong sk-abcdefgh1234"}})
    assert made is not None
    assert made.error == "50%song sk-•••"


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ({"message": "too long", "code": 413}, "too long"),
        ({"code": "moderation", "error": {"message": "text refused"}}, "moderation"),
        ({"error": {"message": "text refused"}}, "text refused"),
        ({"error": "refused\x1b[2J sk-abcdefgh1234"}, "refused[2J sk-•••"),
        ({"message": None}, ""),
        ({}, ""),
        (["x"], ""),
    ],
)
def test_a_fail_reason_may_be_an_object(reason: object, text: str) -> None:
    found = report(status="FAILURE", data=None, fail_reason=reason)
    assert (found.fail_reason, found.status) == (text, TaskStatus.FAILURE)


def test_a_fail_reason_has_no_keys_and_format_noise() -> None:
    reported = report(status="FAILURE", fail_reason="50%!s(MISSING)ong\x1b[2J sk-abcdefgh1234").fail_reason
    assert reported == "50%song[2J sk-•••"


SOUND = {"avg_bpm": 112.4, "key": "F# minor", "persona_id": "persona-1", "is_max_mode": True}
SLIDERS = {"style_weight": 0.6, "weirdness_constraint": 0, "audio_weight": "0.25"}


@pytest.mark.parametrize(
    "fields",
    [
        {"metadata": {**SOUND, "control_sliders": SLIDERS}},
        {"metadata": {**SOUND, **SLIDERS}},
        {**SOUND, "control_sliders": SLIDERS},
        {**SOUND, **SLIDERS},
        {**SOUND, "metadata": {"control_sliders": SLIDERS}},
    ],
)
def test_the_sound_properties_of_a_clip_are_read(fields: dict[str, Any]) -> None:
    made = clip(**fields)
    assert (made.bpm, made.musical_key, made.persona_id, made.is_max_mode) == (112.4, "F# minor", "persona-1", True)
    assert (made.style_weight, made.weirdness, made.audio_weight) == (0.6, 0.0, 0.25)


@pytest.mark.parametrize("key", ["C", "Am", "a minor", "Bb major", "E♭", "C# dorian", "8A", "12m"])
def test_musical_keys_are_recognised_by_format(key: str) -> None:
    assert clip(metadata={"key": key}).musical_key == key


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"metadata": {"avg_bpm": 0, "key": "", "control_sliders": {}, "persona_id": None, "is_max_mode": None}},
        {"metadata": {"avg_bpm": "fast", "key": "uploads/a.mp3", "control_sliders": [0.5], "persona_id": "a b"}},
        {
            "key": "sk-0123456789",
            "avg_bpm": 1e9,
            "style_weight": 1.01,
            "weirdness_constraint": -0.1,
            "audio_weight": {},
        },
        {"key": 7, "avg_bpm": True, "style_weight": "NaN", "is_max_mode": "no"},
    ],
)
def test_invalid_sound_properties_are_ignored(fields: dict[str, Any]) -> None:
    made = clip(**fields)
    assert (made.bpm, made.musical_key, made.persona_id, made.is_max_mode) == (None, "", "", False)
    assert made.slider_text == ""
