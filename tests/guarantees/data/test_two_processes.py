"""Two processes write a thousand times each; no write is lost, and neither reports a locked database (D7).

Fails with a deferred BEGIN that reads before it writes ("database is locked" at once).
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sunotui
from sunotui.storage.db.connection import Database
from tests.guarantees.child_processes.process import ChildProcess
from tests.guarantees.child_processes.writing import write_many
from tests.support.complete_list import all_ids

pytestmark = pytest.mark.guarantee("D7", ordinary="2 processes x 1,000 writes; every BEGIN of the source is IMMEDIATE")

WRITES = 1_000


def test_two_processes_write_concurrently(tmp_path: Path) -> None:
    path = tmp_path / "data" / "library.db"
    children = [ChildProcess(tmp_path / f"child-{name}", write_many, path, name, WRITES) for name in "ab"]
    assert [child.end() for child in children] == [0, 0]
    assert [child.lines() for child in children] == [["done"], ["done"]]
    db = Database.open(path)
    assert len(all_ids(db)) == WRITES
    assert db.query("SELECT count(*) FROM draft")[0][0] == WRITES
    assert db.damage() == ""
    db.close()


def test_no_write_transaction_is_deferred() -> None:
    """A deferred transaction that reads and then writes fails at once, whatever the timeout (SQLITE_BUSY_SNAPSHOT)."""
    statements = [
        node.value
        for file in Path(sunotui.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("BEGIN")
    ]
    # The read transactions of a backup and an export neither block writers nor are blocked by them.
    assert sorted(each for each in statements if each != "BEGIN IMMEDIATE") == ["BEGIN DEFERRED"] * 2
