"""The choices of the filter and sort dialogs, and their effects on the search or the query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sunotui.domain.browse import Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.gateways.models import MODELS
from sunotui.domain.text import counted
from sunotui.tui.library.task_list.columns import Order
from sunotui.tui.theming import glyphs

SORTS = {
    Sort.RELEVANCE: ("relevance", "best match first"),
    Sort.AGE: ("age", "newest first"),
    Sort.TITLE: ("title", "A to Z"),
    Sort.LENGTH: ("length", "longest first"),
    Sort.RATING: ("rating", "best first"),
    Sort.MODEL: ("model", "newest model first"),
}
"""The name of each order on screen, and what it means."""
OWN_ORDERS = {CollectionKind.ALBUM: "album order", CollectionKind.SEARCH: "saved order"}
"""The collections with their own order, which they are first shown in, and its name on screen."""
_FILTERS = {
    "is:favourite": "your favourites",
    "is:unplayed": "finished and not played yet",
    "is:saved": "saved as files",
    "is:at-risk": "not saved, and favourites or soon without links",
    "played:<7d": "played in the last week; played:>30d is longer ago",
    "rating:>=4": "rated 4 or 5; also rating:3, rating:2-3",
    "since:7d": "from the last week; also 12h, 3w, 6m, 2026-01-31",
    "len:>3:00": "longer than 3:00; also len:2:00-3:00, len:<1:30",
    "status:failed": "failed; also done, active, queued, lost",
    "kind:lyrics": "only lyrics; also music, concat (joined), upload",
    "style:": 'of a style, such as style:jazz, style:"city pop"',
    "-": "without a word, such as -piano",
}
_FIELDS = {CollectionKind.LABEL: "label", CollectionKind.ALBUM: "album", CollectionKind.GATEWAY: "gateway"}
_MAX_COLLECTIONS = 40
"""The maximum number of offered names, those with the most tasks; the user can type any other."""


def has_own_order(query: ListQuery) -> bool:
    """Whether a list has an order beside those of its columns: by relevance, or that of an album or a saved search."""
    return query.query.has_words or query.collection.kind in OWN_ORDERS


def order_of(query: ListQuery) -> Order:
    """The order that a list is shown in."""
    sort = query.sort
    if sort is Sort.RELEVANCE and not has_own_order(query):
        sort = Sort.AGE
    name = OWN_ORDERS.get(query.collection.kind, "relevance") if sort is Sort.RELEVANCE else SORTS[sort][0]
    return Order(sort, query.is_reversed, name if name in OWN_ORDERS.values() else f"by {name}")


def sort_choices(query: ListQuery) -> list[tuple[str, str, str]]:
    """Every order of a list with what choosing it does; the current one is ticked."""
    current, own = order_of(query), has_own_order(query)
    choices = []
    for sort, (name, explanation) in SORTS.items():
        if sort is Sort.RELEVANCE and not own:
            continue
        if sort is Sort.RELEVANCE:
            name = OWN_ORDERS.get(query.collection.kind, name)
        is_current = sort is current.sort
        effect = "now; enter reverses it" if is_current else explanation
        choices.append((sort.value, _ticked(name, is_current=is_current), effect))
    return choices


def with_sort(query: ListQuery, sort: Sort) -> ListQuery:
    """The query in another order; reversed if it has that order already."""
    return query._replace(sort=sort, is_reversed=order_of(query).sort is sort and not query.is_reversed)


def filter_choices(search: str, counts: Mapping[Collection, int]) -> list[tuple[str, str, str]]:
    """All filters with their meanings; those in the search are ticked."""
    padded = f" {search} "
    return [
        (text, _ticked(text, is_current=f" {text} " in padded), explanation) for text, explanation in _filters(counts)
    ]


def _ticked(name: str, *, is_current: bool) -> str:
    return f"{glyphs.DONE if is_current else ' '} {name}"


def _filters(counts: Mapping[Collection, int]) -> Iterator[tuple[str, str]]:
    yield from _FILTERS.items()
    for label in dict.fromkeys(model.label for model in MODELS):
        yield f"model:{_quoted(label)}", "made by this model"
    collections = [collection for collection in counts if collection.kind in _FIELDS]
    for collection in sorted(collections, key=lambda collection: -counts[collection])[:_MAX_COLLECTIONS]:
        yield f"{_FIELDS[collection.kind]}:{_quoted(collection.name)}", counted(counts[collection], "song")


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def needs_completion(text: str) -> bool:
    """Whether a filter is only the beginning of one, which the user completes."""
    return text.endswith((":", "-"))


def with_filter_toggled(search: str, text: str) -> str:
    """The search with a filter added, or removed if it has it."""
    padded = f" {search} "
    if f" {text} " in padded:
        return padded.replace(f" {text} ", " ", 1).strip()
    return f"{search} {text}".lstrip()
