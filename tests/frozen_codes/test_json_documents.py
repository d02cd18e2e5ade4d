"""The keys of the JSON that is stored, exported and printed.

Libraries, exports, config files and scripts contain these codes, so none may change when a class or function is
renamed. If a test here fails, correct the program, not the list; a new code is added to the list.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

import pytest

from sunotui.core.transfer.csv_export import HEADS
from sunotui.core.transfer.jsonl_writer import document_from_record
from sunotui.domain.export_records import (
    FORMAT,
    FORMAT_VERSION,
    ExportedAlbum,
    ExportedCapabilities,
    ExportedDecision,
    ExportedDraft,
    ExportedLabel,
    ExportedLater,
    ExportedPreference,
    ExportedPrice,
    ExportedRating,
    ExportedSearch,
    ExportedTask,
    ExportedTimings,
    Record,
)
from sunotui.domain.gateways.features import Feature
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.music.midi import Instrument, Note, notes_from_json, notes_to_json
from sunotui.domain.requests.request import _BY_WORD, DerivedRequest, MusicRequest, Request, from_json, to_json
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import Task
from sunotui.storage.gateway_facts.capabilities import capabilities_of, text_of
from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.composer.drafts.store import _ASIDE, _NAME
from sunotui.tui.composer.fields import _MODES, FIELD_BY_ID

_SONG = "audio_weight duration_s exclude extra gender instrumental kind lyrics model style style_weight title weirdness"
_DERIVED = f"{_SONG} at_s clip_id count end_s is_loop more_clip_ids sound start_s task_id url variation"
_FILE = "clip_id kind task_id"
REQUESTS = {
    "music": f"{_SONG} description extend_at_s extend_clip_id extend_task_id extend_upload persona_as_voice "
    "persona_clip_id persona_id",
    "lyrics": "extra kind prompt",
    "concat": "clip_id extra is_infill kind",
    "cover": _DERIVED,
    "cover_extend": _DERIVED,
    "infill": _DERIVED,
    "fixed_infill": _DERIVED,
    "infill_intro": _DERIVED,
    "infill_outro": _DERIVED,
    "cover_infill": _DERIVED,
    "upload_infill": _DERIVED,
    "add_instrumental": _DERIVED,
    "add_vocals": _DERIVED,
    "remaster": _DERIVED,
    "mashup": _DERIVED,
    "inspired": _DERIVED,
    "sound": _DERIVED,
    "hum": _DERIVED,
    "image": _DERIVED,
    "video": _DERIVED,
    "stems": _DERIVED,
    "stems_short": _DERIVED,
    "upload": "extra kind url",
    "upload_file": "kind path",
    "persona": "clip_id description end_s kind name start_s style",
    "upsample_tags": "kind style",
    "wav": _FILE,
    "mp4": _FILE,
    "midi": "clip_id kind stem_of task_id",
}
"""The keys of every kind of request, by the word in `kind`."""


def _filled(made: Any, /, **given: Any) -> Any:
    """One of a class with something else in every field than its default."""
    others = {name: _other_than(default) for name, default in _defaults(made).items() if name not in given}
    return made(**others, **given)


def _defaults(made: Any) -> dict[str, Any]:
    """The fields with a default of a dataclass or a named tuple."""
    if is_dataclass(made):
        return {field.name: field.default for field in fields(made) if field.default is not MISSING}
    return dict(made._field_defaults)


def _other_than(usual: object) -> Any:
    match usual:
        case bool():
            return not usual
        case str():
            return "x"
        case tuple():
            return ("x",)
        case int():
            return usual + 1
        case _:
            return 1.5


def test_the_words_of_requests() -> None:
    assert tuple(_BY_WORD) == tuple(REQUESTS)


@pytest.mark.parametrize("word", REQUESTS)
def test_the_keys_of_a_request(word: str) -> None:
    made = _BY_WORD[word]
    request: Request = _filled(made, task=word) if made is DerivedRequest else _filled(made)
    text = to_json(request)
    assert sorted(json.loads(text)) == sorted(REQUESTS[word].split())
    assert json.loads(text)["kind"] == word
    assert from_json(text) == request


_ALL_OF_A_CLIP = _filled(Clip, id="c", status=ClipStatus.COMPLETE, derivations=(Derivation(DerivationKind.COVER, "p"),))
_ALL_OF_A_TASK = _filled(
    Task,
    id="t",
    profile="home",
    kind=TaskKind.MUSIC,
    status=TaskStatus.SUCCESS,
    added_at=1.0,
    clips=(_ALL_OF_A_CLIP,),
    lyrics=_filled(Lyrics, title="x", text="x"),
    # No library keeps it.
    charged_quota=None,
)
_ALL_OF_A_SUBMISSION = _filled(
    Submission,
    id="s",
    profile="home",
    request=MusicRequest(description="x"),
    path="/suno/submit/music",
    body="{}",
    state=SubmissionState.ACCEPTED,
    created_at=1.0,
)
RECORDS: dict[str, Record] = {
    "submission": _ALL_OF_A_SUBMISSION,
    "task": _filled(ExportedTask, task=_ALL_OF_A_TASK, ratings=(_filled(ExportedRating, clip_id="c"),)),
    "label": ExportedLabel("x"),
    "album": _filled(ExportedAlbum, name="x"),
    "search": _filled(ExportedSearch, name="x"),
    "triage": ExportedDecision("c", "t", "keep", 0, 1.0, True),
    "triage_later": ExportedLater("c", "t", 1.0),
    "verdict": ExportedPreference("c", "d", 1.0, "home", "t", "u"),
    "timing": ExportedTimings("c", "x"),
    "persona": Persona("v", "x", "c", "home", 1.0),
    "price": ExportedPrice("home", "music", 0.1, "$", 1.0),
    "offers": ExportedCapabilities("home", "{}"),
    "draft": ExportedDraft("composer", "{}"),
}
RECORD_KEYS = {
    "submission": "answer body created_at ended_at http_status id path profile request request_id result retry_of "
    "sent_at state task_hints task_id trouble trouble_kind",
    "task": "added_at checked_at clips fail_reason finished_at id kind labels lyrics made_in_s misses note opinions "
    "profile progress raw started_at status submission_id submitted_at title_hint trashed_at",
    "label": "name",
    "album": "artist cover_clip cover_path created_at name takes",
    "search": "is_reversed name query sort",
    "triage": "clip_id decided_at is_pending rating task_id verdict",
    "triage_later": "clip_id task_id until",
    "verdict": "compared_at loser_clip loser_task profile winner_clip winner_task",
    "timing": "clip_id text",
    "persona": "clip_id created_at id name profile",
    "price": "action amount learned_at profile unit",
    "offers": "profile text",
    "draft": "name text",
}
CLIP_KEYS = (
    "audio_url audio_weight bpm created_at derivations description duration_s error exclude id image_url is_max_mode "
    "lyrics model musical_key parents persona_id status style_weight tags title video_url weirdness"
)


@pytest.mark.parametrize("word", RECORD_KEYS)
def test_the_keys_of_an_exports_record(word: str) -> None:
    made = document_from_record(RECORDS[word])
    assert made.pop("record") == word
    assert " ".join(sorted(made)) == RECORD_KEYS[word]


def test_the_keys_inside_of_an_exported_task() -> None:
    made = document_from_record(RECORDS["task"])
    assert " ".join(sorted(made["clips"][0])) == CLIP_KEYS
    assert sorted(made["clips"][0]["derivations"][0]) == ["id", "kind"]
    assert sorted(made["lyrics"]) == ["error", "tags", "text", "title"]
    assert sorted(made["opinions"][0]) == ["clip_id", "heard_at", "is_starred", "last_played_at", "plays", "rating"]
    assert (FORMAT, FORMAT_VERSION) == ("sunotui-library", 1)


def test_the_heads_of_the_table() -> None:
    assert ",".join(HEADS) == (
        "task,clip,take,profile,kind,status,title,style,model,length_s,starred,rating,heard_at,labels,note,added_at,"
        "finished_at,trashed_at,prompt,lyrics,fail_reason,audio_url,video_url,image_url,plays,last_played_at"
    )


def test_the_json_of_notes() -> None:
    text = '{"instruments":[{"name":"Piano","notes":[{"pitch":60,"start_s":0.5,"end_s":1.25,"velocity":64}]}]}'
    notes = (Instrument("Piano", (Note(60, 0.5, 1.25, 64),)),)
    assert notes_to_json(notes) == text
    assert notes_from_json(text) == notes


def test_the_json_of_what_a_gateway_offers() -> None:
    evidence = {
        feature.value: {"is_offered": at % 2 == 0, "learned_at": float(at), "reason": "seen"}
        for at, feature in enumerate(Feature)
    }
    dialects = {
        word: {"strength": strength, "learned_at": 1.0, "reason": "seen"}
        for word, strength in (("flat", "hint"), ("nested", "likely"), ("sunoapi", "proof"))
    }
    text = json.dumps(
        {
            "home": "https://api.example",
            "software": "new-api",
            "version": "v1",
            "system_name": "x",
            "models": ["chirp-hawk"],
            "probed_at": 1.0,
            "evidence": evidence,
            "dialects": dialects,
        },
        sort_keys=True,
    )
    assert text_of(*capabilities_of(text)) == text


def test_drafts_their_names_modes_and_fields() -> None:
    assert (_NAME, _ASIDE) == ("composer", "set-aside")
    modes = (
        "describe custom lyrics extend concat upload cover infill stems cover_extend fixed_infill infill_intro "
        "infill_outro cover_infill upload_infill add_instrumental add_vocals remaster mashup inspired sound hum image "
        "video stems_short"
    )
    assert set(_MODES) == set(modes.split())
    names = (
        "description prompt url clip at start end task upload infill count clips variation sound loop media title "
        "style lyrics instrumental exclude persona persona_clip model stem_model more style_weight weirdness "
        "audio_weight gender duration_s persona_as_voice takes extra"
    )
    assert set(FIELD_BY_ID) == set(names.split())
    text = '{"mode": "extend", "values": {"clip": "c", "at": "1:15"}, "also": ["exclude"]}'
    assert Draft.read(text) == Draft("extend", {"clip": "c", "at": "1:15"}, ("exclude",))
    assert Draft.read(text).text() == text
