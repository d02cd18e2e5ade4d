"""Parses the word timings of a clip from a gateway's JSON, and from the JSON in the library."""

from __future__ import annotations

from itertools import islice

from sunotui.domain.errors import UnreadableResponse
from sunotui.domain.music.word_timings import AlignedWord, WordTimings
from sunotui.domain.text import clean_lines
from sunotui.gateway.parsing.envelope import open_envelope, read_document
from sunotui.gateway.parsing.fields import JsonObject, first, number
from sunotui.gateway.parsing.tasks import raw_json

MOST_WORDS = 4_000
"""The maximum number of words of one clip: eight minutes, the longest clip, at eight per second."""

_LONGEST_WORD = 500
_LATEST_S = 86_400.0
_BLANKS = " \t\r\n"


def timing_in(document: object) -> WordTimings | None:
    """The timings in a response, with or without an envelope; None without timings. Never raises."""
    items = _items_in(document)
    if items is None:
        return None
    kept = [item for item in islice(items, MOST_WORDS) if isinstance(item, dict)]
    words = sorted((word for item in kept if (word := _word_of(item)) is not None), key=lambda word: word.start_s)
    if items and not words:
        return None
    return WordTimings(tuple(words), raw_json({"aligned_words": [_plain(word) for word in words]}))


def timing_of_text(raw: str) -> WordTimings:
    """The timings in a stored `WordTimings.raw`; without words if it is damaged. Never raises."""
    try:
        return timing_in(read_document(raw.encode("utf-8", "replace"))) or WordTimings()
    except UnreadableResponse:
        return WordTimings()


def _items_in(document: object) -> list[object] | None:
    for holder in (document, open_envelope(document).payload):
        found = first(holder, "aligned_words", "alignedWords") if isinstance(holder, dict) else holder
        if isinstance(found, list):
            return found
    return None


def _word_of(item: JsonObject) -> AlignedWord | None:
    """Parse a word with its times; None without times, since it could not be displayed."""
    text = _spoken(first(item, "word", "text"))
    start_s = number(first(item, "start_s", "startS", "start"))
    end_s = number(first(item, "end_s", "endS", "end"))
    if not text or start_s is None or not 0 <= start_s <= _LATEST_S:
        return None
    return AlignedWord(text, start_s, min(max(start_s, end_s or 0.0), _LATEST_S))


def _spoken(value: object) -> str:
    """The sanitized text, with at most one blank or line end before and after it: these separate the lines."""
    if not isinstance(value, str):
        return ""
    value = value[:_LONGEST_WORD]
    core = value.strip(_BLANKS)
    shown = clean_lines(core, _LONGEST_WORD)
    if not shown:
        return ""
    before, behind = value[: value.find(core)], value[value.find(core) + len(core) :]
    return _gap(before) + shown + _gap(behind)


def _gap(blanks: str) -> str:
    return "\n" if "\n" in blanks else " " if blanks else ""


def _plain(word: AlignedWord) -> dict[str, object]:
    return {"word": word.text, "start_s": word.start_s, "end_s": word.end_s}
