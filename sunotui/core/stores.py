"""The stores of an open library that the first screen needs."""

from __future__ import annotations

from typing import Self

from sunotui.named_tuple import NamedTuple
from sunotui.storage.db.connection import Database
from sunotui.storage.drafts import DraftStore
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore


class Stores(NamedTuple):
    """One open database and its stores; for the storage thread only."""

    database: Database
    tasks: TaskStore
    journal: Journal
    drafts: DraftStore

    @classmethod
    def of(cls, database: Database) -> Self:
        """The stores of an open database."""
        return cls(
            database,
            TaskStore(database),
            Journal(database),
            DraftStore(database),
        )
