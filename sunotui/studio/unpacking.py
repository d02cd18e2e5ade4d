"""Lines of an export back into records: a stranger's file, so every text is cleaned as a gateway's is."""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, TypeVar

from sunotui.domain.carried import (
    FORMAT,
    FORMAT_VERSION,
    CarriedAlbum,
    CarriedDraft,
    CarriedLabel,
    CarriedOffers,
    CarriedPrice,
    CarriedSearch,
    CarriedTask,
    CarriedTiming,
    Opinion,
    Record,
)
from sunotui.domain.clip import Clip, ClipStatus
from sunotui.domain.lyrics import Lyrics
from sunotui.domain.persona import Persona
from sunotui.domain.profile import is_profile_name
from sunotui.domain.request import Request, from_json
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.task import Task, TaskKind, TaskStatus
from sunotui.domain.text import TEXT_LIMIT, URL_LIMIT, clean
from sunotui.domain.trouble import SENTENCE_LIMIT
from sunotui.gateway.fields import Foreign, identity, length, line, lines, link, moment, number
from sunotui.gateway.tasks import raw_json

MOST_CLIPS = 256
MOST_OPINIONS = 1_024
MOST_LABELS = 10_000
MOST_TAKES = 100_000
NAME_LIMIT = 200
"""Characters of the name of a label, an album or a search."""

W = TypeVar("W", bound=StrEnum)

_BLANKS = re.compile(r"([ \t\n\u00a0\u3000]+)")


def unpacked(document: object) -> Record | None:
    """The record in a line's JSON; None for the first and the last line, which have none.

    Raises ValueError with what is wrong, for a person.
    """
    if not isinstance(document, dict):
        raise ValueError("no record: it is not a JSON object")
    if "format" in document:
        _check_format(document)
        return None
    if document.get("record") == "end":
        return None
    read = _READERS.get(_text(document, "record", 32))
    if read is None:
        raise ValueError("a record of a kind that this version does not know")
    return read(document)


def _check_format(document: Foreign) -> None:
    if document["format"] != FORMAT:
        raise ValueError("not an export of sunotui")
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= FORMAT_VERSION:
        raise ValueError("an export of a newer sunotui; update this one first")


# --- records ---------------------------------------------------------------------------------------------------------


def _task(item: Foreign) -> CarriedTask:
    clips = _list(item, "clips", MOST_CLIPS)
    task = Task(
        id=_id(item, "id"),
        profile=_profile(item),
        kind=_one_of(TaskKind, item, "kind"),
        status=_one_of(TaskStatus, item, "status"),
        added_at=moment(item.get("added_at")) or 0.0,
        fail_reason=_text(item, "fail_reason"),
        progress=_text(item, "progress", 16),
        submitted_at=moment(item.get("submitted_at")),
        started_at=moment(item.get("started_at")),
        finished_at=moment(item.get("finished_at")),
        clips=tuple({clip.id: clip for clip in map(_clip, clips)}.values()),
        lyrics=_lyrics(item.get("lyrics")),
        checked_at=moment(item.get("checked_at")),
        misses=_whole(item, "misses", 1_000_000),
        submission_id=identity(item.get("submission_id")) or None,
        made_in_s=length(item.get("made_in_s")),
        title_hint=_text(item, "title_hint"),
    )
    opinions = map(_opinion, _list(item, "opinions", MOST_OPINIONS))
    names = (clean(name, NAME_LIMIT) for name in _list(item, "labels", MOST_LABELS) if isinstance(name, str))
    return CarriedTask(
        task,
        raw=_raw(item.get("raw")),
        note=typed(item.get("note")),
        labels=tuple(dict.fromkeys(filter(None, names))),
        opinions=tuple({opinion.clip_id: opinion for opinion in opinions}.values()),
        trashed_at=moment(item.get("trashed_at")),
    )


def _clip(item: object) -> Clip:
    if not isinstance(item, dict):
        raise ValueError("one of its takes is not a JSON object")
    return Clip(
        id=_id(item, "id"),
        title=_text(item, "title"),
        status=_one_of(ClipStatus, item, "status") if "status" in item else ClipStatus.SUBMITTED,
        tags=_text(item, "tags", 1_000),
        lyrics=lines(item.get("lyrics")),
        description=lines(item.get("description")),
        model=_text(item, "model", 64),
        duration_s=length(item.get("duration_s")),
        audio_url=link(item.get("audio_url")),
        video_url=link(item.get("video_url")),
        image_url=link(item.get("image_url")),
        created_at=moment(item.get("created_at")),
        error=_text(item, "error"),
        exclude=_text(item, "exclude", 1_000),
        parents=tuple(filter(None, map(identity, _list(item, "parents", MOST_CLIPS)))),
    )


def _lyrics(item: object) -> Lyrics | None:
    if not isinstance(item, dict):
        return None
    tags = (line(tag, 100) for tag in _list(item, "tags", MOST_CLIPS))
    return Lyrics(_text(item, "title"), lines(item.get("text")), tuple(filter(None, tags)), _text(item, "error"))


def _opinion(item: object) -> Opinion:
    if not isinstance(item, dict):
        raise ValueError("one of its opinions is not a JSON object")
    return Opinion(
        clip_id=identity(item.get("clip_id")),
        is_starred=item.get("is_starred") is True,
        rating=_whole(item, "rating", 5),
        heard_at=moment(item.get("heard_at")),
    )


def _submission(item: Foreign) -> Submission:
    http_status = item.get("http_status")
    found = Submission(
        id=_id(item, "id"),
        profile=_profile(item),
        request=_request(item.get("request")),
        path=_text(item, "path", URL_LIMIT),
        body=json_text(item.get("body")),
        state=_one_of(SubmissionState, item, "state"),
        created_at=moment(item.get("created_at")) or 0.0,
        sent_at=moment(item.get("sent_at")),
        ended_at=moment(item.get("ended_at")),
        task_id=identity(item.get("task_id")) or None,
        retry_of=identity(item.get("retry_of")) or None,
        trouble=_text(item, "trouble", SENTENCE_LIMIT),
        trouble_kind=_text(item, "trouble_kind", 64),
        request_id=_text(item, "request_id"),
        http_status=http_status if type(http_status) is int and 0 < http_status < 1_000 else None,
        answer=lines(item.get("answer")),
        task_hints=tuple(filter(None, map(identity, _list(item, "task_hints", MOST_CLIPS)))),
    )
    if found.state is SubmissionState.ACCEPTED and found.task_id is None:
        raise ValueError("it was accepted, but names no task")
    return found


def _request(value: object) -> Request:
    try:
        found = from_json(json.dumps(_typed_all(value)))
    except (ValueError, TypeError):
        raise ValueError("what was asked for is in no known form") from None
    for field in fields(found):
        told, usual = getattr(found, field.name), field.default
        is_number = type(told) in {int, float} and math.isfinite(told)
        if type(told) is not type(usual) and not (is_number and (usual is None or type(usual) is float)):
            raise ValueError("what was asked for is in no known form")
    return found


def _album(item: Foreign) -> CarriedAlbum:
    takes = _list(item, "takes", MOST_TAKES)
    pairs = [(identity(take[0]), identity(take[1])) for take in takes if isinstance(take, list) and len(take) == 2]
    if len(pairs) < len(takes) or not all(task_id for task_id, _ in pairs):
        raise ValueError("one of its takes is no pair of ids")
    return CarriedAlbum(_name(item), moment(item.get("created_at")) or 0.0, tuple(dict.fromkeys(pairs)))


def _search(item: Foreign) -> CarriedSearch:
    query = _text(item, "query", 10_000)
    return CarriedSearch(_name(item), query, _text(item, "sort", 32), item.get("is_reversed") is True)


def _price(item: Foreign) -> CarriedPrice:
    amount = number(item.get("amount"))
    if amount is None or amount < 0:
        raise ValueError("a price without an amount")
    learned_at = moment(item.get("learned_at")) or 0.0
    return CarriedPrice(_profile(item), _text(item, "action", 64), amount, _text(item, "unit", 64), learned_at)


def _persona(item: Foreign) -> Persona:
    return Persona(
        id=_id(item, "id"),
        name=_text(item, "name"),
        clip_id=identity(item.get("clip_id")),
        profile=_profile(item),
        created_at=moment(item.get("created_at")) or 0.0,
    )


_READERS: Mapping[str, Callable[[Foreign], Record]] = {
    "submission": _submission,
    "task": _task,
    "label": lambda item: CarriedLabel(_name(item)),
    "album": _album,
    "search": _search,
    "timing": lambda item: CarriedTiming(_id(item, "clip_id"), json_text(item.get("text"))),
    "persona": _persona,
    "price": _price,
    "offers": lambda item: CarriedOffers(_profile(item), json_text(item.get("text"))),
    "draft": lambda item: CarriedDraft(_name(item), json_text(item.get("text"))),
}


# --- fields ----------------------------------------------------------------------------------------------------------


def typed(value: object) -> str:
    """A person's own text: nothing that a terminal would obey is left in it, blanks and lines stay as they are."""
    if not isinstance(value, str):
        return ""
    parts = _BLANKS.split(value[:TEXT_LIMIT])
    return "".join(part if place % 2 else clean(part, TEXT_LIMIT) for place, part in enumerate(parts))


def json_text(value: object) -> str:
    """A text that is JSON itself, with the texts in it cleaned; one in which nothing was to clean stays as it is."""
    if not isinstance(value, str) or not value:
        return ""
    try:
        inner = json.loads(value)
        cleaned = _typed_all(inner)
        return value if cleaned == inner and value.isprintable() else json.dumps(cleaned)
    except (ValueError, RecursionError):
        return typed(value)


def _typed_all(value: object) -> Any:
    if isinstance(value, str):
        return typed(value)
    if isinstance(value, list):
        return [_typed_all(part) for part in value]
    if isinstance(value, dict):
        return {typed(name): _typed_all(part) for name, part in value.items()}
    return value


def _raw(value: object) -> str:
    if not isinstance(value, str) or not value:
        return ""
    try:
        return raw_json(json.loads(value))
    except (ValueError, RecursionError):
        return ""


def _text(item: Foreign, name: str, limit: int = 200) -> str:
    return line(item.get(name), limit)


def _id(item: Foreign, name: str) -> str:
    found = identity(item.get(name))
    if not found:
        raise ValueError(f"the field '{name}' has no id in it")
    return found


def _name(item: Foreign) -> str:
    found = _text(item, "name", NAME_LIMIT)
    if not found:
        raise ValueError("it has no name")
    return found


def _profile(item: Foreign) -> str:
    found = _text(item, "profile", 64)
    if not is_profile_name(found):
        raise ValueError("the field 'profile' has no profile's name in it")
    return found


def _one_of(words: type[W], item: Foreign, name: str) -> W:
    try:
        return words(item.get(name))
    except ValueError:
        raise ValueError(f"the field '{name}' has no word that this version knows") from None


def _whole(item: Foreign, name: str, most: int) -> int:
    found = item.get(name, 0)
    return min(max(found, 0), most) if type(found) is int else 0


def _list(item: Foreign, name: str, most: int) -> list[Any]:
    found = item.get(name, [])
    if not isinstance(found, list):
        raise ValueError(f"the field '{name}' is not a list")
    if len(found) > most:
        raise ValueError(f"the field '{name}' has more than {most:,} entries")
    return found
