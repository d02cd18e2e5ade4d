"""Records to lines and back: nothing is lost, and no control characters are written."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.core.transfer.jsonl_fields import json_text, typed
from sunotui.core.transfer.jsonl_reader import UnsupportedFormat, record_from_document
from sunotui.core.transfer.jsonl_writer import document_from_record, export_lines
from sunotui.domain.export_records import ExportedCapabilities, ExportedTask, Record
from sunotui.domain.requests.derived import DERIVED_TASKS, DerivedRequest
from sunotui.domain.submission import Submission
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.domain.text import clean, has_surrogate, storable_text, trim
from tests.support.building import with_defaults
from tests.support.payloads import PAYLOADS, Payload
from tests.support.sample_library import records

times = st.none() | st.floats(1.0, 4e9)
clean_line = st.text(max_size=40).map(clean)
any_text = st.text(max_size=80).map(lambda text: storable_text(text) if trim(text) else "")
clips = st.builds(
    with_defaults(Clip),
    id=st.from_regex(r"[!-~]{1,20}", fullmatch=True),
    title=any_text,
    status=st.sampled_from(ClipStatus),
    tags=any_text,
    lyrics=any_text,
    duration_s=st.none() | st.floats(0.1, 86_400.0),
    audio_url=st.sampled_from([None, "https://cdn.example/a.mp3"]),
    created_at=times,
    bpm=st.none() | st.floats(1.0, 999.0),
    musical_key=st.sampled_from(["", "A minor", "8A"]),
    style_weight=st.none() | st.floats(0.0, 1.0),
    weirdness=st.none() | st.floats(0.0, 1.0),
    audio_weight=st.none() | st.floats(0.0, 1.0),
    persona_id=st.sampled_from(["", "persona-1"]),
    is_max_mode=st.booleans(),
)
tasks = st.builds(
    with_defaults(Task),
    id=st.from_regex(r"[!-~]{1,20}", fullmatch=True),
    profile=st.sampled_from(["home", "env"]),
    kind=st.sampled_from(TaskKind),
    status=st.sampled_from(TaskStatus),
    added_at=st.floats(1.0, 4e9),
    fail_reason=clean_line,
    finished_at=times,
    clips=st.lists(clips, max_size=4, unique_by=lambda clip: clip.id).map(tuple),
    checked_at=times,
    misses=st.integers(0, 30),
    made_in_s=st.none() | st.floats(0.1, 86_400.0),
    title_hint=any_text,
)


def again(record: Record) -> Record | None:
    """The record after writing and parsing it."""
    return record_from_document(json.loads(json.dumps(document_from_record(record))))


@pytest.mark.parametrize("record", records(), ids=lambda record: type(record).__name__)
def test_a_record_is_the_same_afterwards(record: Record) -> None:
    assert again(record) == record


@given(st.builds(ExportedTask, tasks, note=st.text(max_size=80).map(typed)))
def test_any_task_is_the_same_afterwards(carried: ExportedTask) -> None:
    assert again(carried) == carried


def test_an_older_export_has_no_musical_facts() -> None:
    document = {"id": "t", "profile": "home", "kind": "music", "status": "success", "clips": [{"id": "c"}]}
    found = record_from_document({"record": "task", **document})
    assert isinstance(found, ExportedTask)
    assert found.task.clips == (Clip("c"),)


def test_musical_facts_of_an_export_are_validated() -> None:
    sound = {
        "bpm": -1,
        "musical_key": "moon",
        "style_weight": 1.5,
        "weirdness": "x",
        "audio_weight": [],
        "persona_id": 0,
    }
    document = {"id": "t", "profile": "home", "kind": "music", "status": "success", "clips": [{"id": "c", **sound}]}
    found = record_from_document({"record": "task", **document})
    assert isinstance(found, ExportedTask)
    assert found.task.clips == (Clip("c"),)


@given(st.text(st.characters(), max_size=200))
def test_a_users_text_is_unchanged(text: str) -> None:
    kept = storable_text(text)
    assert typed(text) == kept
    task = next(record for record in records() if isinstance(record, ExportedTask))
    clip = Clip("c", kept, tags=kept, lyrics=kept, description=kept, exclude=kept) if trim(kept) else Clip("c")
    carried = replace(task, task=task.task._replace(clips=(clip,), title_hint=kept if trim(kept) else ""), note=kept)
    assert again(carried) == carried


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload.name)
def test_a_hostile_file_imports_only_storable_values(payload: Payload) -> None:
    """Every text of every record is replaced by hostile text. It is sanitized for display."""
    for record in records():
        document = _poisoned(json.loads(json.dumps(document_from_record(record))), payload.raw)
        try:
            found = record_from_document(document)
        except ValueError:
            continue
        assert found is not None
        for text in _texts(_parts(found)):
            assert not has_surrogate(text)


@given(
    st.dictionaries(
        st.sampled_from(
            ["record", "id", "profile", "clips", "request", "state", "labels", "opinions", "takes", "name"]
        ),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.sampled_from(["task", "submission", "album", "t1"]),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
            max_leaves=6,
        ),
    )
)
def test_any_document_is_a_record_or_rejected_with_a_sentence(document: dict[str, Any]) -> None:
    with suppress(ValueError):
        record_from_document(document)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"record": "moon"}, "kind that this version"),
        ({"id": "two words"}, "'id' has no id"),
        ({"id": 5.5}, "'id' has no id"),
        ({"profile": "../x"}, "profile's name"),
        ({"status": "happy"}, "'status' has no word"),
        ({"clips": {}}, "'clips' is not a list"),
        ({"clips": [1]}, "not a JSON object"),
        ({"clips": [{"id": "x"}] * 300}, "more than 256"),
        ({"labels": ["x"] * 10_001}, "more than 10,000"),
    ],
)
def test_an_invalid_task_has_a_reason(change: dict[str, Any], reason: str) -> None:
    document = {"record": "task", "id": "t1", "profile": "home", "kind": "music", "status": "success", **change}
    with pytest.raises(ValueError, match=reason):
        record_from_document(document)


@pytest.mark.parametrize("task", [task.name for task in DERIVED_TASKS])
def test_every_derived_task_is_the_same_afterwards(task: str) -> None:
    request = DerivedRequest(
        task, "c1", more_clip_ids=("c2",), start_s=1.5, end_s=9.0, style_weight=0.25, url="https://x/y"
    )
    submission = next(record for record in records() if isinstance(record, Submission))
    assert again(submission._replace(request=request)) == submission._replace(request=request)


@pytest.mark.parametrize(
    "request_document",
    [
        *(
            None,
            {},
            {"kind": "theft"},
            {"kind": "music", "lyrics": 5},
            {"kind": "music", "instrumental": "yes"},
            [1],
            "x",
        ),
        *({"kind": "mashup", "more_clip_ids": ids} for ids in ([1], [None], [["c"]], [{"a": 1}], "c", 5)),
        *({"kind": "mashup", "clip_id": 5}, {"kind": "stems", "count": 2.5}, {"kind": "infill", "start_s": True}),
        {"kind": "infill", "start_s": float("nan")},
    ],
)
def test_an_invalid_request_in_a_record_is_rejected(request_document: object) -> None:
    submission = next(record for record in records() if isinstance(record, Submission))
    with pytest.raises(ValueError, match="asked for"):
        record_from_document({**document_from_record(submission), "request": request_document})


def test_a_newer_or_foreign_format_is_rejected() -> None:
    with pytest.raises(UnsupportedFormat, match="newer"):
        record_from_document({"format": "sunotui-library", "version": 2})
    with pytest.raises(UnsupportedFormat, match="not an export"):
        record_from_document({"format": "diary", "version": 1})


def test_json_within_a_line_is_unchanged() -> None:
    for text in ('{"a": "x\\n  y"}', '{"a": "\\u001b[2J"}', "no json"):
        assert json_text(text) == text


def test_an_older_versions_wrong_evidence_is_dropped() -> None:
    seen = {"is_offered": True, "learned_at": 1.0, "reason": "a finished take shows it"}
    accepted = {**seen, "reason": "a request was accepted"}
    evidence = {"cover": seen, "infill": seen, "stems": seen, "excluded styles": seen, "concat": accepted}
    arrived = again(ExportedCapabilities("home", json.dumps({"home": "x", "evidence": evidence})))
    assert isinstance(arrived, ExportedCapabilities)
    assert json.loads(arrived.text) == {"home": "x", "evidence": {"excluded styles": seen, "concat": accepted}}


@pytest.mark.parametrize(
    "text", ["", "{no JSON", "[1]", '{"evidence": 7}', '{"evidence":  {"cover": 7}}', "[" * 50_000]
)
def test_capabilities_in_another_form_are_unchanged(text: str) -> None:
    assert again(ExportedCapabilities("home", text)) == ExportedCapabilities("home", text)


def test_lines_are_ascii_and_the_last_one_has_the_count() -> None:
    lines = list(export_lines(records()))
    assert all(line.isascii() and line.endswith("\n") and line.count("\n") == 1 for line in lines)
    assert json.loads(lines[-1]) == {"record": "end", "records": len(records())}


def _poisoned(value: Any, payload: str) -> Any:
    if isinstance(value, dict):
        kept = {"record", "id", "profile", "kind", "status", "state", "clip_id", "task_id"}
        return {name: part if name in kept else _poisoned(part, payload) for name, part in value.items()}
    if isinstance(value, list):
        return [_poisoned(part, payload) for part in value]
    return f"{value}{payload}" if isinstance(value, str) else value


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for part in parts for text in _texts(part)]


def _parts(record: Record) -> object:
    if isinstance(record, Submission):
        return (*record, asdict(record.request))
    return asdict(record)


def test_a_poisoned_copy_is_poisoned() -> None:
    """Checks that the test above tests what it should."""
    carried = next(record for record in records() if isinstance(record, ExportedTask))
    assert "BAD" in json.dumps(_poisoned(document_from_record(replace(carried, raw="")), "BAD")["clips"])
