"""Stores what the library screen lists and its layout, and restores them at the next start."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from sunotui.domain.browse import EVERYTHING, Collection, CollectionKind, Sort
from sunotui.domain.tasks.summary import View
from sunotui.tui.library.arrange import apply_layout
from sunotui.tui.library.context import FIRST_QUERY, LibraryContext
from sunotui.tui.library.detail.tabs import Tab
from sunotui.tui.library.layout import DetailPlace, Layout
from sunotui.tui.library.list_choices import OWN_ORDERS

Choice = TypeVar("Choice", bound=StrEnum)


def remember(ctx: LibraryContext) -> None:
    """Keep what the screen shows now."""
    state, query = ctx.state, ctx.state.list_query
    if not state.is_open or state.search_to_restore is not None:
        # Nothing is restored yet: what is shown until then must not replace it.
        return
    sort, is_reversed = query.sort, query.is_reversed
    if query.collection.kind in OWN_ORDERS:
        sort, is_reversed = state.order_elsewhere
    ctx.core.ui_state.keep(
        sort=sort.value,
        is_reversed=is_reversed,
        is_grouped=query.is_grouped,
        collection_kind=query.collection.kind.value,
        collection_name=query.collection.name,
        task_id=ctx.tasks.current or ctx.core.ui_state.now.task_id,
        tab=ctx.detail.tab.value,
        has_sidebar=state.layout.has_sidebar,
        sidebar_width=state.layout.sidebar_width,
        detail=state.layout.detail.value,
        detail_width=state.layout.detail_width,
        detail_height=state.layout.detail_height,
    )


def restore(ctx: LibraryContext) -> None:
    """Lay the screen out, and choose the order, the collection and the cursor's task, as they were stored. What the
    user chose while the library was opening stays."""
    kept, state = ctx.core.ui_state.now, ctx.state
    if state.layout == Layout():
        state.layout = Layout(
            has_sidebar=kept.has_sidebar,
            detail=_known(DetailPlace, kept.detail) or DetailPlace.RIGHT,
            sidebar_width=kept.sidebar_width,
            detail_width=kept.detail_width,
            detail_height=kept.detail_height,
        )
        apply_layout(ctx)
    ctx.detail.tab = _known(Tab, kept.tab) or ctx.detail.tab
    if state.list_query != FIRST_QUERY:
        return
    sort = _known(Sort, kept.sort) or state.list_query.sort
    is_reversed = kept.is_reversed
    state.order_elsewhere = sort, is_reversed
    collection = _collection(kept.collection_kind, kept.collection_name)
    if collection.kind is CollectionKind.ALBUM:
        sort, is_reversed = Sort.RELEVANCE, False
    if collection.kind is CollectionKind.SEARCH:
        state.search_to_restore, collection = collection, EVERYTHING
    state.list_query = state.list_query._replace(
        collection=collection, sort=sort, is_reversed=is_reversed, is_grouped=kept.is_grouped
    )
    ctx.sidebar.chosen = collection
    if kept.task_id:
        ctx.tasks.start_at(kept.task_id)


def restore_search(ctx: LibraryContext) -> None:
    """List the stored saved search, once its order is known and if it still exists."""
    search, ctx.state.search_to_restore = ctx.state.search_to_restore, None
    if search is not None and search in ctx.sidebar.counts and ctx.state.list_query.collection == EVERYTHING:
        ctx.sidebar.chosen = search


def _collection(kind_name: str, name: str) -> Collection:
    kind = _known(CollectionKind, kind_name)
    if kind is None or (kind is CollectionKind.VIEW and _known(View, name) is None):
        return EVERYTHING
    return Collection(kind, name)


def _known(kind: type[Choice], value: str) -> Choice | None:
    """The member with this value; None for a value of another version."""
    return next((member for member in kind if member.value == value), None)
