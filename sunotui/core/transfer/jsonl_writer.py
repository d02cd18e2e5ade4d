"""Writes the records of a library as the lines of an export. Empty fields are omitted, and equal libraries give equal
bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any

from sunotui import __version__
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
    ExportedSearch,
    ExportedTask,
    ExportedTimings,
    Record,
)
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.requests.request import to_json
from sunotui.domain.submission import Submission
from sunotui.domain.tasks.clip import Clip

WORDS: dict[type, str] = {
    Submission: "submission",
    ExportedTask: "task",
    ExportedLabel: "label",
    ExportedAlbum: "album",
    ExportedSearch: "search",
    ExportedPreference: "verdict",
    ExportedDecision: "triage",
    ExportedLater: "triage_later",
    ExportedTimings: "timing",
    Persona: "persona",
    ExportedPrice: "price",
    ExportedCapabilities: "offers",
    ExportedDraft: "draft",
}
"""The value of the field `record` for each kind of record."""

_NEW_IN_ALBUMS = ("artist", "cover_clip", "cover_path")
_SUBMISSION_KEYS = {"error": "trouble", "error_code": "trouble_kind"}
"""The keys of a submission that are not named as its fields."""
_RATING_KEYS = {"is_favourite": "is_starred", "played_at": "heard_at"}
"""The keys of a rating that are not named as its fields."""

Packed = dict[str, Any]


def export_lines(records: Iterable[Record]) -> Iterator[str]:
    """The lines of an export, with line ends: the first names the format, the last has the number of records, so that a
    truncated file is detected."""
    yield _line({"format": FORMAT, "version": FORMAT_VERSION, "made_by": f"sunotui {__version__}"})
    count = 0
    for record in records:
        yield _line(document_from_record(record))
        count += 1
    yield _line({"record": "end", "records": count})


def document_from_record(record: Record) -> Packed:
    """One record as a JSON object."""
    word: Packed = {"record": WORDS[type(record)]}
    match record:
        case Submission():
            return word | _renamed(_filled(record), _SUBMISSION_KEYS) | {"request": json.loads(to_json(record.request))}
        case ExportedTask(task=task):
            about = _filled(record)
            del about["task"]
            about.pop("ratings", None)
            inner = _filled(task) | {"clips": [_clip(clip) for clip in task.clips]}
            if task.lyrics is not None:
                inner["lyrics"] = _filled(task.lyrics)
            if record.ratings:
                about["opinions"] = [_renamed(_filled(rating), _RATING_KEYS) for rating in record.ratings]
            return word | inner | about
        case ExportedAlbum():
            packed = asdict(record)
            # Albums without an artist and a cover are exported in the older format, which had neither.
            return word | {key: value for key, value in packed.items() if value or key not in _NEW_IN_ALBUMS}
        case _:
            return word | asdict(record)


def _clip(clip: Clip) -> Packed:
    made = _filled(clip)
    if clip.derivations is not None:
        made["derivations"] = [found._asdict() for found in clip.derivations]
    return made


def _renamed(values: Packed, keys: Mapping[str, str]) -> Packed:
    return {keys.get(name, name): value for name, value in values.items()}


def _filled(thing: Any) -> Packed:
    """The fields of a named tuple or a dataclass that differ from their defaults."""
    if isinstance(thing, tuple):
        return _besides(thing._field_defaults, thing._asdict())  # type: ignore[attr-defined]
    known = fields(thing)
    return _besides(
        {field.name: field.default for field in known}, {field.name: getattr(thing, field.name) for field in known}
    )


def _besides(usual: Mapping[str, Any], values: Packed) -> Packed:
    """The values that differ from the usual ones."""
    return {name: value for name, value in values.items() if name not in usual or value != usual[name]}


def _line(document: Packed) -> str:
    # ASCII, so that no terminal executes a gateway's text, and without NaN, which is not JSON.
    return json.dumps(document, ensure_ascii=True, allow_nan=False, separators=(",", ":")) + "\n"
