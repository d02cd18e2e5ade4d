"""Finds earlier requests and drafts set aside by their texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sunotui.domain.requests.request import Request
from sunotui.domain.submission import Submission
from sunotui.domain.text import clean
from sunotui.tui import formatting
from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.composer.drafts.store import SavedDraft
from sunotui.tui.composer.fields import has_mode, mode_for, mode_named
from sunotui.tui.dialogs.picker import PickerDialog, PickerRow

_TEXTS = ("description", "prompt", "lyrics", "style", "url", "path")
"""The texts that describe a request, after its title."""

Recalled = Request | Draft


def recall_picker(
    asides: Sequence[SavedDraft], submissions: Sequence[Submission], now: float
) -> PickerDialog[Recalled]:
    """A dialog with the drafts set aside and earlier requests. `submissions` are sorted newest first; of several with
    the same request only the newest is listed. `now` is in seconds since the epoch."""
    newest: dict[Request, Submission] = {}
    for submission in submissions:
        if has_mode(submission.request):
            newest.setdefault(submission.request, submission)
    rows: list[PickerRow[Recalled]] = []
    for draft, saved_at in asides:
        age = formatting.age(saved_at, now) if saved_at is not None else ""
        words = _summary(draft.values.get(name, "") for name in ("title", *_TEXTS))
        rows.append(PickerRow(draft, age, "draft", words or mode_named(draft.mode).label))
    for request, row in newest.items():
        words = _summary(str(getattr(request, name, "")) for name in ("title", *_TEXTS))
        label = mode_for(request).label
        rows.append(PickerRow(request, formatting.age(row.created_at, now), label, words or "from a take"))
    return PickerDialog("Earlier requests", rows)


def _summary(texts: Iterable[str]) -> str:
    """The texts on one line, each shortened."""
    return " · ".join(text for text in (clean(text, 160) for text in texts) if text)
