"""An older library opens in this version; a newer one is refused with a message and left unchanged (Z3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.cli.main import main
from sunotui.domain.errors import LibraryNewer
from sunotui.domain.tasks.task import TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.db.schema import migration_scripts
from sunotui.storage.db.version import SCHEMA_VERSION
from sunotui.storage.tasks.task_store import TaskStore
from tests.support.complete_list import all_ids

pytestmark = pytest.mark.guarantee(
    "Z3",
    ordinary=(
        "every older version opens with its contents; the version before refuses a newer library; the "
        "command line explains it"
    ),
)

OLD_TASK = (
    "INSERT INTO task (id, profile, kind, status, added_at, fail_reason, progress, misses, title_hint, title, "
    "model, is_streaming, takes) VALUES ('t', 'p', 'music', 'success', 1, '', '', 0, '', 'Rain', '', 0, 0)"
)


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_an_older_library_opens_with_its_contents(tmp_path: Path, version: int) -> None:
    """Fails if a migration empties the table of tasks."""
    path = tmp_path / "library.db"
    old = Database.open(path, scripts=migration_scripts()[:version])
    with old.write() as connection:
        connection.execute(OLD_TASK)
    old.close()
    db = Database.open(path)
    task = TaskStore(db).task("t")
    assert task is not None
    assert (task.status, all_ids(db)) == (TaskStatus.SUCCESS, ["t"])
    assert db.query("PRAGMA user_version")[0][0] == SCHEMA_VERSION
    db.close()


def test_the_previous_version_refuses_a_newer_library_unchanged(tmp_path: Path) -> None:
    """Fails if the version is compared neither in the file header nor in the database."""
    path = tmp_path / "library.db"
    Database.open(path).close()
    before = path.read_bytes()
    with pytest.raises(LibraryNewer):
        Database.open(path, scripts=migration_scripts()[:-1])
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["library.db", "library.lock"]


def test_the_command_line_explains_a_newer_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Fails if the version is compared neither in the file header nor in the database."""
    path = tmp_path / "data" / "library.db"
    newer = Database.open(path, scripts=(*migration_scripts(), "CREATE TABLE tomorrow (a);"))
    newer.close()
    before = path.read_bytes()
    environ = {"SUNOTUI_DATA_DIR": str(tmp_path / "data"), "SUNOTUI_CONFIG_DIR": str(tmp_path / "config")}
    assert main(["tasks"], environ) == 9
    error = capsys.readouterr().err
    assert "newer sunotui" in error
    assert "Traceback" not in error
    assert path.read_bytes() == before
