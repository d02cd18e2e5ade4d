"""The log of everything the program has shown, so that no message is only in a toast."""

from __future__ import annotations

import time
from collections import deque

from sunotui.domain.errors import SunotuiError
from sunotui.domain.submission import Submission
from sunotui.domain.text import clean, clean_lines
from sunotui.tui import formatting
from sunotui.tui.widgets.text_view import TextLine

_KEPT = 200


class MessageLog:
    """The last messages, newest first."""

    def __init__(self) -> None:
        self._entries: deque[tuple[float, str, str, list[TextLine]]] = deque(maxlen=_KEPT)

    def add(self, severity: str, words: str, cause: SunotuiError | Submission | None = None) -> None:
        """Add a message and the facts about its cause; the same message again moves up instead of filling the
        list."""
        words = clean(words, 600)
        if self._entries and self._entries[0][2] == words:
            self._entries.popleft()
        self._entries.appendleft((time.time(), severity, words, _behind(cause)))

    def lines(self) -> list[TextLine]:
        """The messages as lines, each followed by the gateway's own response and request id."""
        lines: list[TextLine] = []
        for at, severity, words, behind in self._entries:
            lines.append(TextLine(words, "bad" if severity == "error" else "plain", formatting.clock_time(at)))
            lines += behind
        return lines or [TextLine("Nothing was said yet.", "faint")]


def _behind(cause: SunotuiError | Submission | None) -> list[TextLine]:
    """What stands behind a sentence: whose matter it is, and the whole answer as the gateway gave it."""
    if cause is None:
        return []
    whose, told = "", cause.answer
    if isinstance(cause, SunotuiError):
        whose, told = cause.source.value, cause.answer or cause.detail
    facts = [
        ("  whose", whose),
        ("  http", str(cause.http_status or "")),
        ("  request id", cause.request_id),
    ]
    answer = clean_lines(told, 4_000).split("\n")
    facts += [("  answer" if at == 0 else "", line) for at, line in enumerate(answer)]
    return [TextLine(text, "faint", name) for name, text in facts if text]
