"""The words of a search, standing out in a text that is drawn."""

from __future__ import annotations

from collections.abc import Iterator

from rich.segment import Segment
from rich.style import Style

from sunotui.domain.search.highlight import spans
from sunotui.domain.search.query import Query


def found_segments(text: str, style: Style, found: Style, query: Query) -> Iterator[Segment]:
    """The text in `style`, and in `found` what the query looks for."""
    at = 0
    if query.has_words:
        for start, end in spans(text, query):
            yield Segment(text[at:start], style)
            yield Segment(text[start:end], found)
            at = end
    yield Segment(text[at:], style)
