"""Every response format of a fetch and the reports that it gives (protocol 3.3, 3.4, 4.1 to 4.4, 7.3)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from sunotui.domain.errors import UnreadableResponse
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.domain.tasks.lyrics import sections
from sunotui.domain.tasks.task import TaskKind, TaskReport, TaskStatus
from sunotui.gateway.parsing.clips import MOST_CLIPS
from sunotui.gateway.parsing.envelope import Response
from sunotui.gateway.parsing.response_cache import reports_of
from sunotui.gateway.parsing.tasks import reports_in

S, K, C = TaskStatus, TaskKind, ClipStatus
KEY = "736a6f88-bd29-4b1e-b110-37132a5325ac"
TOKEN = "key-of-the-test-1234567890"
SONG = "https://cdn1.suno.ai/c1.mp3"
STREAM = "https://audiopipe.suno.ai/?item_id=c1"
CLIP: dict[str, Any] = {
    "id": "c1",
    "title": "Rain",
    "status": "complete",
    "audio_url": SONG,
    "metadata": {"tags": "pop"},
}
LYRICS: dict[str, Any] = {"id": "w1", "title": "Rain", "status": "complete", "text": "[Verse]\nIt rains"}
MORE_LYRICS: dict[str, Any] = {"id": "w2", "title": "Sun [2]", "status": "complete", "text": "[Verse]\nIt shines"}


@dataclass(frozen=True)
class Reported:
    """One task as a response reports it."""

    status: TaskStatus | None
    kind: TaskKind | None = None
    clips: tuple[ClipStatus, ...] = ()
    id: str = "a"


def task(data: object, status: object = "SUCCESS", **more: object) -> dict[str, Any]:
    """A task object around inner data."""
    return {"task_id": "a", "action": "MUSIC", "status": status, "data": data, **more}


def ok(data: object) -> dict[str, Any]:
    """The envelope of most servers."""
    return {"code": "success", "message": "", "data": data}


SONG_DONE = Reported(S.SUCCESS, K.MUSIC, (C.COMPLETE,))
TWO_DONE = Reported(S.SUCCESS, K.MUSIC, (C.COMPLETE,) * 2)
LYRICS_DONE = Reported(S.SUCCESS, K.LYRICS)

FORMS: dict[str, tuple[object, tuple[Reported, ...]]] = {
    # the whole response
    "a list of tasks": (ok([task([CLIP])]), (SONG_DONE,)),
    "one task object": (ok(task([CLIP])), (SONG_DONE,)),
    "integer 200": ({"code": 200, "msg": "success", "data": task([CLIP])}, (SONG_DONE,)),
    "integer 1": ({"code": 1, "data": task([CLIP], "complete")}, (SONG_DONE,)),
    "under result": ({"code": 1, "result": [task([CLIP])]}, (SONG_DONE,)),
    "success flag": ({"success": True, "data": [task([CLIP])]}, (SONG_DONE,)),
    "no wrapper, a list of tasks": ([task([CLIP])], (SONG_DONE,)),
    "no wrapper, one task": (task([CLIP]), (SONG_DONE,)),
    "no code, inner data and status": ({"data": [CLIP], "status": "complete"}, (SONG_DONE,)),
    "bare list of clips": (ok([CLIP]), (SONG_DONE,)),
    "bare list of clips, no wrapper": ([CLIP], (SONG_DONE,)),
    "bare single clip": (ok(CLIP), (SONG_DONE,)),
    "bare single clip, no wrapper": (CLIP, (SONG_DONE,)),
    "bare lyrics": (ok(LYRICS), (LYRICS_DONE,)),
    "bare lyrics, no wrapper": (LYRICS, (LYRICS_DONE,)),
    "bare lyrics without id and status": (ok({"title": "Rain", "text": "la"}), (Reported(None, K.LYRICS),)),
    "bare lyrics, still being written": (ok({**LYRICS, "status": "streaming"}), (Reported(S.IN_PROGRESS, K.LYRICS),)),
    "bare lyrics, unknown status": (ok({**LYRICS, "status": "polishing"}), (Reported(S.IN_PROGRESS, K.LYRICS),)),
    "bare lyrics, failed": (ok({**LYRICS, "status": "error", "text": ""}), (Reported(S.FAILURE, K.LYRICS),)),
    "raw clips": ({"id": "batch", "clips": [CLIP]}, (SONG_DONE,)),
    "raw clips without id": (
        {"clips": [CLIP, {**CLIP, "id": "c2"}]},
        (Reported(S.SUCCESS, K.MUSIC, (C.COMPLETE,) * 2),),
    ),
    "raw clips inside the envelope": (ok({"id": "batch", "clips": [CLIP]}), (SONG_DONE,)),
    "null": (ok(None), ()),
    "empty list": (ok([]), ()),
    "data missing": ({"code": "success", "message": ""}, ()),
    "a bare string": (ok("736a6f88-bd29-4b1e-b110-37132a5325ac"), ()),
    "camelCase": (ok({"taskId": "a", "status": "SUCCESS", "failReason": None, "data": [CLIP]}), (SONG_DONE,)),
    "two tasks, one of them not requested": (
        ok([task([CLIP]), task([], "QUEUED", task_id="b")]),
        (SONG_DONE, Reported(S.QUEUED, None, (), "b")),
    ),
    "invalid items beside a task": (ok([None, 7, task([CLIP])]), (SONG_DONE,)),
    # the inner data
    "inner null": (ok([task(None, "NOT_START")]), (Reported(S.NOT_STARTED),)),
    "inner empty list": (ok([task([], "QUEUED")]), (Reported(S.QUEUED),)),
    "inner empty object": (ok([task({}, "QUEUED")]), (Reported(S.QUEUED),)),
    "inner empty text": (ok([task("", "QUEUED")]), (Reported(S.QUEUED),)),
    "inner single clip object": (ok([task(CLIP)]), (SONG_DONE,)),
    "inner object with clips": (ok([task({"clips": [CLIP]})]), (SONG_DONE,)),
    "clips beside the task's fields": (ok([{"task_id": "a", "status": "SUCCESS", "clips": [CLIP]}]), (SONG_DONE,)),
    "inner lyrics object": (ok([task(LYRICS)]), (LYRICS_DONE,)),
    "inner list of lyrics": (ok([task([LYRICS, MORE_LYRICS])]), (LYRICS_DONE,)),
    "pair of lyrics": (ok([task({"lyrics_a": LYRICS, "lyrics_b": MORE_LYRICS})]), (LYRICS_DONE,)),
    "pair of lyrics, bare": (ok({"lyrics_a": LYRICS, "lyrics_b": MORE_LYRICS}), (LYRICS_DONE,)),
    "pair of lyrics, no wrapper": ({"lyrics_a": LYRICS, "lyrics_b": MORE_LYRICS}, (LYRICS_DONE,)),
    "pair of lyrics, one unfinished": (
        ok({"lyrics_a": LYRICS, "lyrics_b": {**MORE_LYRICS, "status": "streaming", "text": ""}}),
        (Reported(S.IN_PROGRESS, K.LYRICS),),
    ),
    "concat": (ok([task({**CLIP, "metadata": {"type": "concat"}})]), (Reported(S.SUCCESS, K.CONCAT, (C.COMPLETE,)),)),
    "many stems": (
        ok([task([{**CLIP, "id": f"s{number}"} for number in range(24)])]),
        (Reported(S.SUCCESS, K.MUSIC, (C.COMPLETE,) * 24),),
    ),
    "more clips than the limit": (
        ok([task([{**CLIP, "id": f"s{number}"} for number in range(40)])]),
        (Reported(S.SUCCESS, K.MUSIC, (C.COMPLETE,) * MOST_CLIPS),),
    ),
    "a clip with its lyrics under text": (ok([task([{**CLIP, "text": "[Verse]\nIt rains"}])]), (SONG_DONE,)),
    "a bare clip with its lyrics under text": (ok({**CLIP, "text": "[Verse]\nIt rains"}), (SONG_DONE,)),
    "clips by their ids": (ok([task({"clips": {KEY: {"audio_url": SONG}, "1": CLIP}})]), (TWO_DONE,)),
    "clips by their ids beside the task's fields": (
        ok([{"task_id": "a", "status": "SUCCESS", "clips": {KEY: {"audio_url": SONG}, "1": CLIP}}]),
        (TWO_DONE,),
    ),
    "clips by their ids, no wrapper": ({"clips": {KEY: {**CLIP, "id": None}, "1": CLIP}}, (TWO_DONE,)),
    "a position is not an id": (ok([task({"clips": {"0": {"audio_url": SONG}, "1": CLIP}})]), (SONG_DONE,)),
    "the clip of an upload inside the data": (
        ok([task({"id": "u1", "clip": CLIP}, action="UPLOAD")]),
        (Reported(S.SUCCESS, K.UPLOAD, (C.COMPLETE,)),),
    ),
    # the kind is derived from the data, never from the action
    "songs with the action of lyrics": (ok([task([CLIP], action="LYRICS")]), (SONG_DONE,)),
    "lyrics with the action of songs": (ok([task(LYRICS, action="MUSIC")]), (LYRICS_DONE,)),
    "action empty": (ok([task([CLIP], action="")]), (SONG_DONE,)),
    "action missing, no data": (ok([{"task_id": "a", "status": "QUEUED", "data": None}]), (Reported(S.QUEUED),)),
    "an unknown action": (ok([task([CLIP], action="GEN_STEM")]), (SONG_DONE,)),
    "an upload": (ok([task([CLIP], action="UPLOAD")]), (Reported(S.SUCCESS, K.UPLOAD, (C.COMPLETE,)),)),
    # failures with usable results
    "FAILURE with a playable clip": (
        ok([task([CLIP, {**CLIP, "id": "c2", "status": "error", "audio_url": ""}], "FAILURE")]),
        (Reported(S.FAILURE, K.MUSIC, (C.COMPLETE, C.ERROR)),),
    ),
    "FAILURE, frozen while streaming": (
        ok([task([{**CLIP, "status": "streaming", "audio_url": STREAM}], "FAILURE", fail_reason="time out")]),
        (Reported(S.FAILURE, K.MUSIC, (C.STREAMING,)),),
    ),
    "FAILURE lyrics with text": (ok([task(LYRICS, "FAILURE")]), (Reported(S.FAILURE, K.LYRICS),)),
    "relay freeze: 100% and a reason": (
        ok([task(None, "IN_PROGRESS", progress="100%", fail_reason="gone")]),
        (Reported(S.FAILURE),),
    ),
    "relay freeze: 100 as a number": (
        ok([task(None, "QUEUED", progress=100, fail_reason="gone")]),
        (Reported(S.FAILURE),),
    ),
    "100% without a reason is not final": (
        ok([task(None, "IN_PROGRESS", progress="100%")]),
        (Reported(S.IN_PROGRESS),),
    ),
    "a reason without 100% is not final": (
        ok([task(None, "QUEUED", progress="0%", fail_reason="x")]),
        (Reported(S.QUEUED),),
    ),
    "UNKNOWN": (ok([task(None, "UNKNOWN")]), (Reported(S.UNKNOWN),)),
}


def read(document: object, task_id: str = "a") -> list[TaskReport]:
    """The reports parsed from a response with this document."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return reports_of(
        Response(200, {"content-type": "application/json", "x-oneapi-request-id": "r-1"}, body), [task_id], TOKEN
    )


def only(document: object) -> TaskReport:
    """The only report of a document."""
    (report,) = read(document)
    return report


@pytest.mark.parametrize("name", FORMS)
def test_a_response_format(name: str) -> None:
    document, expected = FORMS[name]
    reports = read(document)
    found = [
        Reported(reported.status, reported.kind, tuple(clip.status for clip in reported.clips), reported.id)
        for reported in reports
    ]
    # Without clips and lyrics the kind comes from the action and is not compared.
    found = [
        reported if reported.clips or reported.kind is K.LYRICS else Reported(reported.status, id=reported.id)
        for reported in found
    ]
    assert tuple(found) == expected
    for report in reports:
        if report.kind is K.LYRICS:
            assert report.lyrics is not None


def test_two_documents_are_both_read() -> None:
    failure = {"code": "insert_task_failed", "message": "x", "data": None}
    body = json.dumps(ok([task([CLIP])])).encode() + b"\n" + json.dumps(failure).encode()
    assert [report.status for report in read(body)] == [S.SUCCESS]


@pytest.mark.parametrize(
    "document",
    [
        {"outcome": "fine", "job": "736a6f88-bd29-4b1e-b110-37132a5325ac"},
        ok([{"id": "chirp-v4", "object": "model"}]),
        ok(7),
    ],
)
def test_the_error_keeps_a_response_of_unknown_format(document: object) -> None:
    with pytest.raises(UnreadableResponse) as caught:
        read(document)
    assert caught.value.answer == json.dumps(document)
    assert caught.value.request_id == "r-1"
    assert "an unknown form" in caught.value.sentence


@pytest.mark.parametrize("holder", ["clips", "data"])
def test_the_key_of_a_clip_is_used_only_if_it_has_no_id(holder: str) -> None:
    clips = {KEY: {"audio_url": SONG}, "0123456789": {**CLIP, "id": "c9"}}
    reported = only(
        ok([{"task_id": "a", "status": "SUCCESS", holder: clips if holder == "clips" else {"clips": clips}}])
    )
    assert [clip.id for clip in reported.clips] == [KEY, "c9"]


def test_both_versions_of_the_lyrics_are_kept() -> None:
    lyrics = only(ok([task({"lyrics_a": LYRICS, "lyrics_b": MORE_LYRICS})])).lyrics
    assert lyrics is not None
    assert lyrics.title == "Rain"
    assert [section.name for section in sections(lyrics.text)] == ["Verse", "Version 2: Sun (2)", "Verse"]
    assert "It rains" in lyrics.text
    assert "It shines" in lyrics.text
    same = only(ok([task([LYRICS, {**LYRICS, "id": "w2"}])])).lyrics
    assert same is not None
    assert same.text == LYRICS["text"]


# --- status names -----------------------------------------------------------------------------------------------------

TASK_STATUSES = {
    S.NOT_STARTED: ("NOT_START", "not_started", "PENDING"),
    S.SUBMITTED: ("SUBMITTED",),
    S.QUEUED: ("QUEUED",),
    S.IN_PROGRESS: ("IN_PROGRESS", "processing", "TEXT_SUCCESS", "FIRST_SUCCESS", "in progress", "dreaming", "重试中"),
    S.SUCCESS: ("SUCCESS", "complete", "completed", "succeeded"),
    S.FAILURE: ("FAILURE", "failed", "error", "CREATE_TASK_FAILED", "GENERATE_AUDIO_FAILED", "CALLBACK_EXCEPTION",
                "SENSITIVE_WORD_ERROR"),
    S.UNKNOWN: ("UNKNOWN",),
}  # fmt: skip
CLIP_STATUSES = {
    C.SUBMITTED: ("submitted",),
    C.QUEUED: ("queued",),
    C.STREAMING: ("streaming",),
    C.COMPLETE: ("complete", "completed", "succeeded"),
    C.ERROR: ("error", "failed"),
}


@pytest.mark.parametrize(
    ("name", "status"), [(name, status) for status, names in TASK_STATUSES.items() for name in names]
)
def test_statuses_of_a_task_in_any_case(name: str, status: TaskStatus) -> None:
    for spelling in (name, name.upper(), name.lower(), name.title(), f" {name} "):
        assert only(ok([task(None, spelling)])).status is status


@pytest.mark.parametrize(
    ("name", "status"), [(name, status) for status, names in CLIP_STATUSES.items() for name in names]
)
@pytest.mark.parametrize("key", ["status", "state"])
def test_statuses_of_a_clip_in_any_case_under_either_name(name: str, status: ClipStatus, key: str) -> None:
    for spelling in (name, name.upper(), name.title()):
        bare = {"id": "c1", "metadata": {}, "audio_url": SONG, key: spelling}
        assert only(ok([task([bare])])).clips[0].status is status


@pytest.mark.parametrize(
    ("clips", "status"),
    [
        (("submitted", "submitted"), S.SUBMITTED),
        (("submitted", "queued"), S.QUEUED),
        (("queued", "streaming"), S.IN_PROGRESS),
        (("complete", "streaming"), S.IN_PROGRESS),
        (("complete", "complete"), S.SUCCESS),
        (("complete", "error"), S.SUCCESS),
        (("error", "error"), S.FAILURE),
        (("error", "streaming"), S.IN_PROGRESS),
        (("complete", "mastering"), S.IN_PROGRESS),
    ],
)
def test_without_a_wrapper_the_status_comes_from_the_clips(clips: tuple[str, str], status: TaskStatus) -> None:
    bare = [{**CLIP, "id": f"c{number}", "status": name} for number, name in enumerate(clips)]
    assert only(ok(bare)).status is status


def test_a_single_task_without_an_id_gets_the_requested_id() -> None:
    document = ok({"status": "SUCCESS", "data": [CLIP]})
    assert [report.id for report in reports_in(document, ["requested"])] == ["requested"]
    with pytest.raises(UnreadableResponse):
        reports_in(document, ["requested", "other"])


@pytest.mark.parametrize(
    ("quota", "expected"),
    [(50_000, 50_000.0), (0, 0.0), ("0", 0.0), (None, None), (True, None), (-1, None), (1e300, None), ([], None)],
)
def test_the_charged_quota_of_a_task_is_read(quota: object, expected: float | None) -> None:
    (report,) = reports_in(ok([task(None, "FAILURE", fail_reason="no", quota=quota)]), ["a"])
    assert report.charged_quota == expected
    (without_quota,) = reports_in(ok([task(None, "FAILURE", fail_reason="no")]), ["a"])
    assert without_quota.charged_quota is None


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ('"雨 \\" / \\\\ \\n"', '"雨 \\" / \\\\ \\n"'),
        ('"\\u007f\\u009b"', '"\\u007f\\u009b"'),
        ('"\\ud800"', '"\\ud800"'),
        ("1e999", "null"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("[" * 400 + "]" * 400, "[" * 400 + "]" * 400),
    ],
)
def test_the_stored_json_is_printable_and_valid(written: str, stored: str) -> None:
    """pydantic_core can write neither the lone surrogate nor the deep list."""
    body = f'{{"code":"success","data":[{{"task_id":"t","data":[],"value":{written}}}]}}'
    (report,) = reports_of(Response(200, {}, body.encode()), ["t"], TOKEN)
    assert report.raw == f'{{"task_id":"t","data":[],"value":{stored}}}'
    assert report.raw.isprintable()
    assert json.loads(report.raw)["data"] == []
