"""A thread with its own connection that only reads, so that no write waits for a slow query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sunotui.storage.db.connection import Database
from sunotui.storage.worker import StorageThread

P = ParamSpec("P")
T = TypeVar("T")


class ReadingThread:
    """Runs queries one after the other, in parallel to the storage thread. They see everything that was written before
    they began. A read-only library may allow one connection only: its queries then run on the storage thread."""

    def __init__(self, storage: StorageThread, database: Database) -> None:
        """`database` is the connection of the storage thread."""
        self._database = database
        self._thread = storage if database.read_only else StorageThread()
        self._own: Database | None = database if database.read_only else None
        self._is_used = False

    def begin(self) -> None:
        """Open the connection now, so that the first query does not wait for it. If that fails, the first query tries
        again, and raises."""
        self._is_used = True
        self._thread.begin(self._connection)

    async def run(self, question: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query with the connection, and await its result. Raises what it raises, LibraryError, and RuntimeError
        after `close`."""
        self._is_used = True
        return await self._thread.run(lambda: question(self._connection(), *args, **kwargs))

    async def close(self) -> None:
        """Wait for the pending queries, and close the connection. Calling it again does nothing."""
        if self._is_used and not self._database.read_only:
            self._is_used = False
            await self._thread.run(self._close)
            self._thread.close()

    def _connection(self) -> Database:
        if self._own is None:
            self._own = self._database.open_reading()
        return self._own

    def _close(self) -> None:
        if self._own is not None:
            self._own.close()
