"""Says whether the last word of a search that is still being typed may become valid."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sunotui.domain.search.filters import FIELDS, FLAG_NAMES, Flag, RangeField
from sunotui.domain.search.query import TEXT_FIELDS, QueryIssue, tokens
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus

_VALUES = {
    "is": (*FLAG_NAMES, *Flag, "songs", "favourites"),
    "kind": (*TaskKind, "songs"),
    "status": (*TaskStatus, "failed", "done", "active"),
}
"""The words that these fields can have."""
_LENGTH = r"[\d:.]*"
_RATING = r"[0-5]?"
_AGE_OR_DATE = r"\d{0,6}|\d{4}-[\d:T+.-]*"


def issues_while_typing(text: str, issues: Sequence[QueryIssue]) -> tuple[QueryIssue, ...]:
    """The issues of `text` without those about a last word that may become valid when the user types on."""
    begin = _unfinished_from(text)
    return tuple(issue for issue in issues if issue.at < begin)


def _unfinished_from(text: str) -> int:
    """Where the last word begins if it is unfinished; else beyond the end of the text."""
    for at, found in list(tokens(text))[-1:]:
        if found.end() == len(text) and _is_beginning(found):
            return at
    return len(text) + 1


def _is_beginning(found: re.Match[str]) -> bool:
    if found["exact"] is not None:
        return not found["end"]
    name, value = (found["field"] or "").lower(), found["word"] or ""
    if not name:
        return value in {"", "-"}
    if not value:
        return name in TEXT_FIELDS or name in FIELDS
    if name in _VALUES:
        return any(word.startswith(value.casefold()) for word in _VALUES[name])
    if name in {"since", "before"}:
        return re.fullmatch(_AGE_OR_DATE, value) is not None
    if name in {"played", "heard"}:
        return re.fullmatch(rf"[<>]?=?(?:{_AGE_OR_DATE})", value) is not None
    if name in set(RangeField):
        one = _LENGTH if name == RangeField.LENGTH else _RATING
        return re.fullmatch(rf"(?:[<>]?=?{one}|{one}-{one})", value) is not None
    return False
