"""Earlier requests and the drafts set aside, found again by a few letters of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sunotui.domain.requests.request import Request
from sunotui.domain.submission import Submission
from sunotui.domain.text import clean
from sunotui.tui import formatting
from sunotui.tui.composer.draft import Draft
from sunotui.tui.composer.fields import has_mode
from sunotui.tui.dialogs.picker import PickModal, PickRow

_TEXTS = ("description", "prompt", "lyrics", "style", "title", "url", "path", "clip_id", "clip")

Found = Request | Draft


class RecallScreen(PickModal[Found]):
    """Earlier requests and the drafts that were pushed out of the form."""

    def __init__(self, asides: Sequence[Draft], submissions: Sequence[Submission], now: float) -> None:
        """`submissions` newest first; of several with the same request the newest stands for all."""
        newest: dict[Request, Submission] = {}
        for submission in filter(lambda one: has_mode(one.request), submissions):
            newest.setdefault(submission.request, submission)
        rows: list[PickRow[Found]] = []
        for aside in asides:
            words = _words(aside.values.get(name, "") for name in _TEXTS)
            rows.append(PickRow(aside, "", "draft", words))
        for request, row in newest.items():
            words = _words(str(getattr(request, name, "")) for name in _TEXTS)
            rows.append(PickRow(request, formatting.age(row.created_at, now), request.word, words))
        super().__init__("Earlier requests", rows)


def _words(texts: Iterable[str]) -> str:
    """What a person would know it by, on one line."""
    return " · ".join(text for text in (clean(text, 160) for text in texts) if text)
