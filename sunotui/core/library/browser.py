"""Reads lists of the library on threads of their own, so that lists and writes do not wait for each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sunotui.core.library.list_reader import ListReader
from sunotui.domain.browse import Collection, CollectionCounts, CollectionKind, ListQuery, Page
from sunotui.storage.browse.search_counts import SearchCounts
from sunotui.storage.db.connection import Database
from sunotui.storage.reading_thread import ReadingThread
from sunotui.storage.worker import StorageThread

T = TypeVar("T")


class LibraryBrowser:
    """Reads lists; pending submissions come first. The counts of the sidebar, and slower queries such as the
    statistics, have connections of their own: a list is read for each letter of a search."""

    def __init__(self, storage: StorageThread, database: Database, now: Callable[[], float]) -> None:
        """`database` is the connection of the storage thread. `now` returns the Unix time to which a search such as
        since:7d is relative."""
        self._reading = ReadingThread(storage, database)
        self._counting = ReadingThread(storage, database)
        self._long_reading = ReadingThread(storage, database)
        self._now = now
        self._lists: ListReader | None = None
        self._counts: ListReader | None = None
        self._search_counts: SearchCounts | None = None

    def begin(self) -> None:
        """Open the connection that lists are read with, so that the first list does not wait for it."""
        self._reading.begin()

    async def close(self) -> None:
        """Wait for running queries, and close the connections."""
        await self._reading.close()
        await self._counting.close()
        await self._long_reading.close()

    async def page(
        self,
        listing: ListQuery,
        *,
        around: str | None = None,
        at: int | None = None,
        before: int,
        after: int,
        is_counted: bool = True,
    ) -> Page:
        """A part of a list: `before` rows before a row, that row, and `after` rows after it. The row is that of the
        task `around`; if the list does not have it, that at index `at`, or else the first. Unless `is_counted`, the
        first rows of a long list come without the number of all. Raises LibraryError.
        """
        return await self._read(lambda lists: lists.page(listing, around, at, before, after, is_counted=is_counted))

    async def count(self, listing: ListQuery, is_superseded: Callable[[], bool]) -> int | None:
        """The number of rows of a list; None if `is_superseded` returned True while they were counted, which is called
        on another thread. Raises LibraryError."""
        return await self._read(lambda lists: lists.count(listing, is_superseded))

    async def between(self, listing: ListQuery, first: str, last: str) -> list[str]:
        """The ids from one row to another, both inclusive and in either order, in the list's order; empty if one of
        them is not in the list. Raises LibraryError."""
        return await self._read(lambda lists: lists.between(listing, first, last))

    async def first_ids(self, listing: ListQuery, most: int) -> list[str]:
        """The ids of the first tasks of a list, at most `most`; pending submissions are left out. Raises
        LibraryError."""
        return await self._read(lambda lists: lists.first_ids(listing, most))

    async def listed(self, listing: ListQuery, row_ids: Sequence[str]) -> list[str]:
        """Those of the rows that are in a list. Raises LibraryError."""
        return await self._read(lambda lists: lists.listed(listing, row_ids))

    async def collections(self) -> CollectionCounts:
        """The collections with their numbers of rows; of a saved search the last count, -1 before it is counted. Raises
        LibraryError."""
        found = await self._counting.run(self._count_collections)
        if self._search_counts is None:
            return found
        counted = self._search_counts.get
        return found._replace(
            counts={
                place: counted(place) if place.kind is CollectionKind.SEARCH else count
                for place, count in found.counts.items()
            }
        )

    async def count_searches(self) -> bool:
        """Count the saved searches, one after the other, so that other queries run in between; True if a
        count changed. Raises LibraryError."""
        searches = (await self._counting.run(self._count_collections)).orders
        changed = [await self._long_reading.run(self._count_search, search) for search in searches]
        return any(changed)

    async def read_long(self, question: Callable[[Database], T]) -> T:
        """Run a slow query, such as one about the whole library. Raises what it raises, and LibraryError."""
        return await self._long_reading.run(question)

    async def _read(self, question: Callable[[ListReader], T]) -> T:
        return await self._reading.run(lambda db: question(self._lists_of(db)))

    def _lists_of(self, db: Database) -> ListReader:
        # On the thread of the connection, whose cache has what was read before.
        if self._lists is None:
            self._lists = ListReader(db, self._now)
        return self._lists

    def _count_collections(self, db: Database) -> CollectionCounts:
        if self._counts is None:
            self._counts = ListReader(db, self._now)
        return self._counts.collections()

    def _count_search(self, db: Database, search: Collection) -> bool:
        if self._search_counts is None:
            self._search_counts = SearchCounts(db, self._now)
        return self._search_counts.count(search)
