"""The log of all messages that the program has shown, so that no message is only in a toast."""

from __future__ import annotations

import time
from collections import deque

from sunotui.domain.errors import SunotuiError
from sunotui.domain.submission import Submission
from sunotui.domain.text import clean, clean_lines
from sunotui.tui import formatting
from sunotui.tui.widgets.text_view import TextLine

_MAX_MESSAGES = 200


class MessageLog:
    """The last messages, newest first."""

    def __init__(self) -> None:
        self._entries: deque[tuple[float, str, str, list[TextLine]]] = deque(maxlen=_MAX_MESSAGES)

    def add(self, severity: str, sentence: str, cause: SunotuiError | Submission | None = None, note: str = "") -> None:
        """Add a message, the facts about its cause and a note; the same message again moves up instead of filling the
        list."""
        sentence = clean(sentence, 600)
        if self._entries and self._entries[0][2] == sentence:
            self._entries.popleft()
        self._entries.appendleft((time.time(), severity, sentence, [*_details(cause), *_note_lines(note)]))

    def lines(self) -> list[TextLine]:
        """The messages as lines, each followed by the gateway's own response and request id."""
        lines: list[TextLine] = []
        for at, severity, sentence, details in self._entries:
            lines.append(TextLine(sentence, "bad" if severity == "error" else "plain", formatting.clock_time(at)))
            lines += details
        return lines or [TextLine("No messages yet.", "faint")]


def _note_lines(note: str) -> list[TextLine]:
    return [TextLine(clean(note, 600), "faint", " ")] if note else []


def _details(cause: SunotuiError | Submission | None) -> list[TextLine]:
    """The source of a message, and the gateway's complete response."""
    if cause is None:
        return []
    source, response = "", cause.answer
    if isinstance(cause, SunotuiError):
        source, response = cause.source.value, cause.answer or cause.detail
    facts = [
        ("  source", source),
        ("  http", str(cause.http_status or "")),
        ("  request id", cause.request_id),
    ]
    lines = clean_lines(response, 4_000).split("\n")
    facts += [("  response" if at == 0 else "", line) for at, line in enumerate(lines)]
    return [TextLine(text, "faint", name) for name, text in facts if text]
