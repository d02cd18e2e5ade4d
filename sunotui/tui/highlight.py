"""Highlights the matches of a search in a line of text."""

from __future__ import annotations

from collections.abc import Iterator

from rich.segment import Segment
from rich.style import Style

from sunotui.domain.search.highlight import spans
from sunotui.domain.search.query import Query


def matches(text: str, query: Query) -> list[tuple[int, int]]:
    """Where the words of a search are in a text."""
    return spans(text, query) if query.has_words else []


def highlighted_segments(text: str, style: Style, match_style: Style, query: Query) -> Iterator[Segment]:
    """The text in `style`, with the matches of the query in `match_style`."""
    position = 0
    for start, end in matches(text, query):
        yield Segment(text[position:start], style)
        yield Segment(text[start:end], match_style)
        position = end
    yield Segment(text[position:], style)
