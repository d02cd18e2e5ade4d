"""The counts of saved searches."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sunotui.domain.browse import Collection, CollectionKind, ListQuery
from sunotui.storage.browse.list_queries import TaskLists
from sunotui.storage.browse.search_counts import SearchCounts
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value
from sunotui.storage.tasks.task_store import TaskStore
from tests.storage.browse.conftest import change
from tests.storage.conftest import MakeTask

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    "text", ["", "delta", "-delta", "len:>1:00", "echoes OR delta", "is:trashed", "kind:nothing", "al*"]
)
def test_a_saved_search_is_counted_like_its_list(db: Database, five: TaskStore, text: str) -> None:
    change(
        db,
        f"INSERT INTO saved_search VALUES (1, 'Mine', 'mine', '{text}', 'age', 0)",
        "UPDATE task SET trashed_at = 7 WHERE id = 't2'",
    )
    search = Collection(CollectionKind.SEARCH, "Mine")
    counts, lists = SearchCounts(db, lambda: NOW), TaskLists(db, lambda: NOW)
    assert counts.get(search) == lists.counts()[search] == -1
    assert counts.count(search)
    assert counts.get(search) == lists.total(ListQuery(search))


def test_a_saved_search_is_counted_again_only_after_a_change(
    db: Database, five: TaskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(db, "INSERT INTO saved_search VALUES (1, 'Mine', 'mine', 'delta', 'age', 0)")
    search, counted = Collection(CollectionKind.SEARCH, "Mine"), list[str]()
    count = db.number_within

    def counting(limit_s: float, sql: str, values: Sequence[Value] = ()) -> int | None:
        counted.append(sql)
        return count(limit_s, sql, values)

    monkeypatch.setattr(db, "number_within", counting)
    counts = SearchCounts(db, lambda: NOW)
    assert [counts.count(search) for _ in range(3)] == [True, False, False]
    assert len(counted) == 1
    change(db, "UPDATE task SET trashed_at = 7 WHERE id = 't1'")
    assert counts.get(search) == 1, "the last count until the next one"
    assert counts.count(search)
    assert counts.get(search) == 0
    change(db, "UPDATE task SET rating = 3 WHERE id = 't0'")
    assert not counts.count(search), "it is counted, and the same"
    assert len(counted) == 3


def test_a_saved_search_that_takes_too_long_has_no_count(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    library.save([make_task(f"t{number}", clips=()) for number in range(1_000)])
    change(db, "INSERT INTO saved_search VALUES (1, 'Mine', 'mine', '-is:starred', 'age', 0)")
    search = Collection(CollectionKind.SEARCH, "Mine")
    counts = SearchCounts(db, lambda: NOW, limit_s=0)
    assert not counts.count(search)
    assert counts.get(search) == -1
    assert TaskLists(db, lambda: NOW).total(ListQuery()) == 1_000, "the library is read as before"
    change(db, "UPDATE task SET rating = 3 WHERE id = 't0'")
    assert not counts.count(search)
    # Another search of this name is tried.
    change(db, "UPDATE saved_search SET query = 'delta'")
    assert counts.count(search)
