"""Finds the words of a search in a text, for highlighting."""

from __future__ import annotations

import re
from functools import lru_cache

from sunotui.domain.search.folding import fold, is_spaceless
from sunotui.domain.search.query import Query

_PARTS = r"\w+"


def spans(text: str, query: Query) -> list[tuple[int, int]]:
    """The occurrences of a search's words in a text as (start, end) offsets, sorted and without overlaps."""
    patterns = _patterns(query)
    if not patterns or not text:
        return []
    folded, offsets = _folded_with_offsets(text)
    return _merge_overlaps(
        sorted(
            (offsets[match.start()], offsets[match.end() - 1] + 1)
            for pattern in patterns
            for match in pattern.finditer(folded)
        )
    )


@lru_cache(maxsize=4)
def _patterns(query: Query) -> tuple[re.Pattern[str], ...]:
    """A pattern for each term of a search, for a folded text; cached, since every line of a list asks for them."""
    terms = [(re.findall(_PARTS, term.text), term) for term in query.terms if not term.is_excluded]
    return tuple(_pattern(parts, is_exact=term.is_exact) for parts, term in terms if parts)


def _pattern(parts: list[str], *, is_exact: bool) -> re.Pattern[str]:
    # Non-letters may separate the parts of a phrase; those of spaceless scripts are adjacent.
    pattern = r"[\W_]*".join(re.escape(part) for part in parts)
    first, last = parts[0][0], parts[-1][-1]
    before = "" if is_spaceless(first) else r"(?<![^\W_])"
    after = r"(?![^\W_])" if is_exact and not is_spaceless(last) else ""
    return re.compile(before + pattern + after)


def _folded_with_offsets(text: str) -> tuple[str, list[int]]:
    """The text folded character by character, and the original index of each folded character."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    folded: list[str] = []
    offsets: list[int] = []
    for at, char in enumerate(text):
        for part in fold(char):
            folded.append(part)
            offsets.append(at)
    return "".join(folded), offsets


def _merge_overlaps(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined
