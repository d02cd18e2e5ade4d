"""Parses the lines of an export into records. The file is untrusted, so every field is checked like a gateway's. Texts
are unchanged."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING

from sunotui.core.transfer.jsonl_fields import (
    id_at,
    int_at,
    json_text,
    list_at,
    name_at,
    names_at,
    one_of,
    profile_at,
    raw_of,
    text_at,
    typed,
)
from sunotui.core.transfer.jsonl_links import refused_addresses, with_raw_addresses
from sunotui.domain.annotations import NAME_LIMIT, RATING_AT_MOST, TriageVerdict
from sunotui.domain.browse import Sort
from sunotui.domain.errors import SENTENCE_LIMIT
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
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.requests.request import MAY_HAVE_NO_TASK, Request, defaults_of, from_document
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.domain.text import URL_LIMIT, encodable
from sunotui.gateway.parsing.fields import (
    TITLE_LIMIT,
    JsonObject,
    exact,
    identity,
    length,
    link,
    moment,
    musical_key,
    number,
    tempo,
    weight,
)

MOST_CLIPS = 256
MOST_RATINGS = 1_024
PLAYS_LIMIT = 1_000_000_000
MOST_LABELS = 10_000
MOST_TAKES = 100_000
_ONCE_WRONG = {
    **dict.fromkeys(("cover", "infill", "stems"), "a finished take shows it"),
    "persona": "it answered",
}
"""Evidence that versions before library version 6 recorded by mistake, by feature: the reasons for a finished take that
named its source clip, and for a persona that was created but not yet used."""
_UNKNOWN_REQUEST = "what was asked for is in no known form"


class UnsupportedFormat(ValueError):
    """This version cannot read the file at all."""


def record_from_document(document: object) -> Record | None:
    """Parse the record in a line's JSON; None for the first and the last line, which are not records.

    Raises ValueError with a message for the user, and UnsupportedFormat.
    """
    if not isinstance(document, dict):
        raise ValueError("no record: it is not a JSON object")
    if "format" in document:
        _check_format(document)
        return None
    if document.get("record") == "end":
        return None
    read = _READERS.get(text_at(document, "record", 32))
    if read is None:
        raise ValueError("a record of a kind that this version does not know")
    return read(document)


def _check_format(document: JsonObject) -> None:
    if document["format"] != FORMAT:
        raise UnsupportedFormat("not an export of sunotui")
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= FORMAT_VERSION:
        raise UnsupportedFormat("an export of a newer sunotui; update this one first")


def _task(item: JsonObject) -> ExportedTask:
    clips = list_at(item, "clips", MOST_CLIPS)
    task = Task(
        id=id_at(item, "id"),
        profile=profile_at(item),
        kind=one_of(TaskKind, item, "kind"),
        status=one_of(TaskStatus, item, "status"),
        added_at=moment(item.get("added_at")) or 0.0,
        fail_reason=text_at(item, "fail_reason"),
        progress=text_at(item, "progress", 16),
        submitted_at=moment(item.get("submitted_at")),
        started_at=moment(item.get("started_at")),
        finished_at=moment(item.get("finished_at")),
        clips=tuple({clip.id: clip for clip in map(_clip, clips)}.values()),
        lyrics=_lyrics(item.get("lyrics")),
        checked_at=moment(item.get("checked_at")),
        misses=int_at(item, "misses", 1_000_000),
        submission_id=identity(item.get("submission_id")) or None,
        made_in_s=length(item.get("made_in_s")),
        title_hint=exact(item.get("title_hint"), TITLE_LIMIT),
    )
    ratings = map(_rating, list_at(item, "opinions", MOST_RATINGS))
    raw = raw_of(item.get("raw"))
    return ExportedTask(
        with_raw_addresses(task, raw),
        raw=raw or refused_addresses(clips),
        note=typed(item.get("note")),
        labels=names_at(item, "labels", MOST_LABELS),
        ratings=tuple({rating.clip_id: rating for rating in ratings}.values()),
        trashed_at=moment(item.get("trashed_at")),
    )


def _clip(item: object) -> Clip:
    if not isinstance(item, dict):
        raise ValueError("one of its takes is not a JSON object")
    return Clip(
        id=id_at(item, "id"),
        title=exact(item.get("title"), TITLE_LIMIT),
        status=one_of(ClipStatus, item, "status") if "status" in item else ClipStatus.SUBMITTED,
        tags=exact(item.get("tags"), 1_000),
        lyrics=exact(item.get("lyrics")),
        description=exact(item.get("description")),
        model=text_at(item, "model", 64),
        duration_s=length(item.get("duration_s")),
        audio_url=link(item.get("audio_url")),
        video_url=link(item.get("video_url")),
        image_url=link(item.get("image_url")),
        created_at=moment(item.get("created_at")),
        error=text_at(item, "error"),
        exclude=exact(item.get("exclude"), 1_000),
        parents=tuple(filter(None, map(identity, list_at(item, "parents", MOST_CLIPS)))),
        derivations=_derivations(item) if "derivations" in item else None,
        bpm=tempo(item.get("bpm")),
        musical_key=musical_key(item.get("musical_key")),
        style_weight=weight(item.get("style_weight")),
        weirdness=weight(item.get("weirdness")),
        audio_weight=weight(item.get("audio_weight")),
        persona_id=identity(item.get("persona_id")),
        is_max_mode=item.get("is_max_mode") is True,
    )


def _derivations(item: JsonObject) -> tuple[Derivation, ...]:
    """The derivations of kinds that this version knows."""
    kinds = {kind.value for kind in DerivationKind}
    return tuple(
        Derivation(DerivationKind(found["kind"]), made_of)
        for found in list_at(item, "derivations", MOST_CLIPS)
        if isinstance(found, dict) and found.get("kind") in kinds and (made_of := identity(found.get("id")))
    )


def _lyrics(item: object) -> Lyrics | None:
    if not isinstance(item, dict):
        return None
    tags = (exact(tag, 100) for tag in list_at(item, "tags", MOST_CLIPS))
    return Lyrics(
        exact(item.get("title"), TITLE_LIMIT),
        exact(item.get("text")),
        tuple(filter(None, tags)),
        text_at(item, "error"),
    )


def _rating(item: object) -> ExportedRating:
    if not isinstance(item, dict):
        raise ValueError("one of its ratings is not a JSON object")
    return ExportedRating(
        clip_id=identity(item.get("clip_id")),
        is_favourite=item.get("is_starred") is True,
        rating=int_at(item, "rating", 5),
        played_at=moment(item.get("heard_at")),
        plays=int_at(item, "plays", PLAYS_LIMIT),
        last_played_at=moment(item.get("last_played_at")),
    )


def _submission(item: JsonObject) -> Submission:
    http_status = item.get("http_status")
    found = Submission(
        id=id_at(item, "id"),
        profile=profile_at(item),
        request=_request(item.get("request")),
        path=text_at(item, "path", URL_LIMIT),
        body=json_text(item.get("body")),
        state=one_of(SubmissionState, item, "state"),
        created_at=moment(item.get("created_at")) or 0.0,
        sent_at=moment(item.get("sent_at")),
        ended_at=moment(item.get("ended_at")),
        task_id=identity(item.get("task_id")) or None,
        retry_of=identity(item.get("retry_of")) or None,
        error=text_at(item, "trouble", SENTENCE_LIMIT),
        error_code=text_at(item, "trouble_kind", 64),
        request_id=text_at(item, "request_id"),
        http_status=http_status if type(http_status) is int and 0 < http_status < 1_000 else None,
        answer=exact(item.get("answer")),
        result=json_text(item.get("result")),
        task_hints=tuple(filter(None, map(identity, list_at(item, "task_hints", MOST_CLIPS)))),
    )
    may_have_none = isinstance(found.request, MAY_HAVE_NO_TASK)
    if found.state is SubmissionState.ACCEPTED and found.task_id is None and not may_have_none:
        raise ValueError("it was accepted, but names no task")
    return found


def _request(value: object) -> Request:
    try:
        found = from_document(_encodable(value))
    except (ValueError, TypeError, RecursionError):
        raise ValueError(_UNKNOWN_REQUEST) from None
    for name, usual in defaults_of(type(found)).items():
        # Attributes without a default come from the request's kind, which is already checked.
        given = getattr(found, name)
        if given is not usual and usual is not MISSING and not _fits(given, usual):
            raise ValueError(_UNKNOWN_REQUEST)
    return found


def _encodable(value: object) -> object:
    """The value with texts that UTF-8 can encode; a request has no deeper nesting than lists of texts."""
    if isinstance(value, str):
        return value if value.isascii() else encodable(value)
    if isinstance(value, list):
        return [_encodable(part) if isinstance(part, str) else part for part in value]
    if isinstance(value, dict):
        return {
            encodable(key): _encodable(part) if isinstance(part, str | list) else part for key, part in value.items()
        }
    return value


def _fits(value: object, usual: object) -> bool:
    """Whether a value has the type of its attribute's default."""
    if isinstance(usual, tuple):
        return isinstance(value, tuple) and all(isinstance(part, str) for part in value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return type(value) is type(usual) or (is_number and (usual is None or type(usual) is float))


def _album(item: JsonObject) -> ExportedAlbum:
    takes = list_at(item, "takes", MOST_TAKES)
    pairs = [(identity(take[0]), identity(take[1])) for take in takes if isinstance(take, list) and len(take) == 2]
    if len(pairs) < len(takes) or not all(task_id for task_id, _ in pairs):
        raise ValueError("one of its takes is no pair of ids")
    return ExportedAlbum(
        name_at(item),
        moment(item.get("created_at")) or 0.0,
        tuple(dict.fromkeys(pairs)),
        artist=text_at(item, "artist", NAME_LIMIT),
        cover_clip=identity(item.get("cover_clip")),
        cover_path=typed(item.get("cover_path")),
    )


def _search(item: JsonObject) -> ExportedSearch:
    query, sort = typed(item.get("query")), text_at(item, "sort", 32)
    # A sort order of a later version must not lose the search.
    sort = sort if sort in {one.value for one in Sort} else Sort.RELEVANCE.value
    return ExportedSearch(name_at(item), query, sort, item.get("is_reversed") is True)


def _preference(item: JsonObject) -> ExportedPreference:
    winner, loser = id_at(item, "winner_clip"), id_at(item, "loser_clip")
    if winner == loser:
        raise ValueError("a take was not compared with itself")
    return ExportedPreference(
        winner,
        loser,
        moment(item.get("compared_at")) or 0.0,
        profile_at(item),
        identity(item.get("winner_task")),
        identity(item.get("loser_task")),
    )


def _decision(item: JsonObject) -> ExportedDecision:
    verdict, rating = text_at(item, "verdict", 32), number(item.get("rating")) or 0
    if verdict not in {one.value for one in TriageVerdict if one is not TriageVerdict.LATER}:
        raise ValueError("its verdict is not known")
    is_rating = verdict == TriageVerdict.RATE.value
    if is_rating is not (rating in range(1, RATING_AT_MOST + 1)):
        raise ValueError("its rating does not fit its verdict")
    decided_at = moment(item.get("decided_at")) or 0.0
    is_pending = item.get("is_pending") is True
    task_id = identity(item.get("task_id"))
    return ExportedDecision(
        id_at(item, "clip_id"), task_id, verdict, int(rating) if is_rating else 0, decided_at, is_pending
    )


def _later(item: JsonObject) -> ExportedLater:
    until = moment(item.get("until"))
    if until is None:
        raise ValueError("it has no time")
    return ExportedLater(id_at(item, "clip_id"), identity(item.get("task_id")), until)


def _price(item: JsonObject) -> ExportedPrice:
    amount = number(item.get("amount"))
    if amount is None or amount < 0:
        raise ValueError("a price without an amount")
    learned_at = moment(item.get("learned_at")) or 0.0
    return ExportedPrice(profile_at(item), text_at(item, "action", 64), amount, text_at(item, "unit", 64), learned_at)


def _persona(item: JsonObject) -> Persona:
    return Persona(
        id=id_at(item, "id"),
        name=exact(item.get("name"), TITLE_LIMIT),
        clip_id=identity(item.get("clip_id")),
        profile=profile_at(item),
        created_at=moment(item.get("created_at")) or 0.0,
    )


def _capabilities(item: JsonObject) -> ExportedCapabilities:
    """Parse capabilities without what an older version learned by mistake, which migration 5 removes from a library."""
    text = json_text(item.get("text"))
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    evidence = document.get("evidence") if isinstance(document, dict) else None
    if isinstance(evidence, dict):
        wrong = [
            word
            for word, seen in evidence.items()
            if word in _ONCE_WRONG and isinstance(seen, dict) and seen.get("reason") == _ONCE_WRONG[word]
        ]
        for word in wrong:
            del evidence[word]
        text = json.dumps(document, sort_keys=True) if wrong else text
    return ExportedCapabilities(profile_at(item), text)


_READERS: Mapping[str, Callable[[JsonObject], Record]] = {
    "submission": _submission,
    "task": _task,
    "label": lambda item: ExportedLabel(name_at(item)),
    "album": _album,
    "search": _search,
    "verdict": _preference,
    "triage": _decision,
    "triage_later": _later,
    "timing": lambda item: ExportedTimings(id_at(item, "clip_id"), json_text(item.get("text"))),
    "persona": _persona,
    "price": _price,
    "offers": _capabilities,
    "draft": lambda item: ExportedDraft(name_at(item), json_text(item.get("text"))),
}
