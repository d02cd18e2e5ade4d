"""What can be chosen for a list: its order, and the filters of its search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sunotui.domain.browse import Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.models import MODELS

SORTS = {
    Sort.RELEVANCE: (
        "best fit",
        "what fits the search best, else newest first; albums and kept searches in their order",
    ),
    Sort.AGE: ("age", "newest first"),
    Sort.TITLE: ("title", "A to Z"),
    Sort.LENGTH: ("length", "longest first"),
    Sort.RATING: ("rating", "best first"),
    Sort.MODEL: ("model", "newest model first"),
}
_FILTERS = {
    "is:starred": "what you starred",
    "is:unheard": "finished and never heard",
    "rating:>=4": "rated 4 or 5, or any other range, such as rating:3",
    "since:7d": "of this week, or 12h, 3w, 6m, 2026-01-31",
    "len:>3:00": "longer than 3:00, or len:2:00-3:00, len:<1:30",
    "status:failed": "failed, or done, active, queued, lost",
    "kind:lyrics": "words only, or music, concat, upload",
    "tag:": 'with a tag: tag:jazz, tag:"city pop"',
    "-": "without a word: -piano",
}
_FIELDS = {CollectionKind.LABEL: "label", CollectionKind.ALBUM: "album", CollectionKind.GATEWAY: "gateway"}
_PLACES_AT_MOST = 40
"""Of thousands of labels those that hold most; any other can be typed."""


def sort_choices(listing: ListQuery) -> list[tuple[str, str, str]]:
    """Every order, the current one ticked, and what choosing it does."""
    return [
        (
            sort.value,
            ("✓ " if listing.sort is sort else "  ") + name,
            "the other way round" if listing.sort is sort else words,
        )
        for sort, (name, words) in SORTS.items()
    ]


def chosen_order(listing: ListQuery, sort: Sort) -> ListQuery:
    """The listing in this order; in the other direction where it is in this order already."""
    return replace(listing, sort=sort, is_reversed=listing.sort is sort and not listing.is_reversed)


def filter_choices(search: str, counts: Mapping[Collection, int]) -> list[tuple[str, str, str]]:
    """Every filter that can be chosen; those of the search are ticked."""
    there = f" {search} "
    return [(text, ("✓ " if f" {text} " in there else "  ") + text, words) for text, words in _filters(counts)]


def _filters(counts: Mapping[Collection, int]) -> Iterator[tuple[str, str]]:
    yield from _FILTERS.items()
    for label in dict.fromkeys(model.label for model in MODELS):
        yield f"model:{_quoted(label)}", "made by this model"
    named = [place for place in counts if place.kind in _FIELDS]
    for place in sorted(named, key=lambda place: -counts[place])[:_PLACES_AT_MOST]:
        yield f"{_FIELDS[place.kind]}:{_quoted(place.name)}", f"{counts[place]:,} of them"


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def is_begun(text: str) -> bool:
    """Whether a filter has to be written to its end."""
    return text.endswith((":", "-"))


def filtered(search: str, text: str) -> str:
    """The search with a filter added, or without it where it has it."""
    there = f" {search} "
    if f" {text} " in there:
        return there.replace(f" {text} ", " ", 1).strip()
    return f"{search} {text}".lstrip()
