"""Validation of requests before they are sent: the checks that several kinds of requests share."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import Field, dataclass, fields
from typing import Any, ClassVar, Protocol

from sunotui.domain.text import control_in, has_surrogate, trim


class _Dataclass(Protocol):
    """An object whose class is a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


@dataclass(frozen=True, slots=True)
class ValidationIssue:
    """A problem with a request. A blocking issue prevents sending; the others are warnings that the user may ignore."""

    field: str
    sentence: str
    is_blocking: bool = True


def over_limit(field: str, text: str, limit: int) -> list[ValidationIssue]:
    """A warning for a text longer than the model's limit; only the gateway decides."""
    length = len(trim(text))
    if length <= limit:
        return []
    verb = "are" if field == "lyrics" else "is"
    sentence = f"{field.capitalize()} {verb} {length:,} characters; this model takes {limit:,}"
    return [ValidationIssue(field, sentence, is_blocking=False)]


def damaged_texts(request: _Dataclass) -> list[ValidationIssue]:
    """Issues of a request's texts that contain control characters, or bytes that are not UTF-8."""
    found: list[ValidationIssue] = []
    for part in fields(request):
        value = getattr(request, part.name)
        texts = [value] if isinstance(value, str) else value if isinstance(value, tuple) else []
        name = part.name.replace("_", " ")
        if control := next(filter(None, map(control_in, texts)), ""):
            found.append(ValidationIssue(part.name, f"The field '{name}' has {control} in it: take it out"))
        if any(has_surrogate(text) for text in texts):
            found.append(ValidationIssue(part.name, f"The field '{name}' has bytes in it that are not UTF-8"))
    return found


def clip_needed(field: str, clip_id: str, sentence: str) -> list[ValidationIssue]:
    """An issue if a request about a clip does not name the clip."""
    return [] if trim(clip_id) else [ValidationIssue(field, sentence)]


def extra_fields(text: str) -> dict[str, Any]:
    """Parse the free-form fields of a request: a JSON object, or an empty text. Raises ValueError for anything else."""
    if not trim(text):
        return {}
    try:
        found: Any = json.loads(trim(text), parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _no_constant(name: str) -> None:
    """Reject NaN and Infinity, which JSON does not have."""
    raise ValueError(name)


def _finite(digits: str) -> float:
    """Reject a number too large for a float: it would be sent as Infinity."""
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def extra_problems(text: str) -> list[ValidationIssue]:
    """The issues of the free-form fields."""
    try:
        found = extra_fields(text)
    except ValueError:
        return [ValidationIssue("extra", 'Extra JSON fields are an object without NaN, such as {"vocal_gender": "f"}')]
    # An escaped lone surrogate becomes one only when the fields are parsed.
    if has_surrogate(json.dumps(found, ensure_ascii=False)):
        return [
            ValidationIssue(
                "extra", "The extra JSON fields have half a character in them, such as \\ud83d without \\ude00"
            )
        ]
    if control := next(filter(None, map(control_in, _texts_in(found))), ""):
        return [ValidationIssue("extra", f"The extra JSON fields have {control} in them: take it out")]
    return []


def _texts_in(value: object) -> Iterator[str]:
    """All texts in a JSON value, including field names."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str(text):
                yield text
            case dict(named):
                waiting += [*named.keys(), *named.values()]
            case list(items):
                waiting += items


def blocking_first(problems: list[ValidationIssue]) -> tuple[ValidationIssue, ...]:
    """The issues in display order, blocking ones first."""
    return tuple(sorted(problems, key=lambda problem: not problem.is_blocking))


def first_words(text: str) -> str:
    """The beginning of a text on one line, at most 60 characters."""
    line = " ".join(trim(text).split())
    return line if len(line) <= 60 else line[:59].rstrip() + "…"
