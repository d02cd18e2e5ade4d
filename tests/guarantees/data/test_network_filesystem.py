"""On a network file system the library uses a rollback journal, and the user is informed (D11).

Fails if the write-ahead log is always used.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sunotui.cli.main import main
from sunotui.domain.requests.request import MusicRequest
from sunotui.storage import network_fs
from sunotui.storage.db.connection import Database
from sunotui.storage.drafts import DraftStore
from sunotui.storage.network_fs import WARNING, is_on_network
from tests.core.harness import CoreHarness
from tests.support.send_request import send_request
from tests.tui.harness import open_app

pytestmark = pytest.mark.guarantee(
    "D11",
    ordinary="7 network and 5 local file systems in the table of mounts; a library created, used and converted",
    gaps=(
        "The table of mounts is fake: no network file system was mounted. Systems other than Linux have no "
        "such table and use the write-ahead log."
    ),
)


def _fake_mounts(folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the table of mounts by one with file system type `kind` for the folder."""
    device = folder.stat().st_dev
    table = folder / "mountinfo"
    table.write_text(
        "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
        f"27 1 {os.major(device)}:{os.minor(device)} / / rw shared:1 master:2 - {kind} host:/home rw\n"
        "28 1 0:99 / /elsewhere rw - nfs4 host:/other rw\n"
    )
    monkeypatch.setattr(network_fs, "_MOUNTS", table)


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "fuse.sshfs"])
def test_network_file_systems_are_detected(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake_mounts(tmp_path, kind, monkeypatch)
    assert is_on_network(tmp_path)


@pytest.mark.parametrize("kind", ["ext4", "btrfs", "tmpfs", "fuse.gocryptfs", "overlay"])
def test_local_file_systems_are_not_network_file_systems(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_mounts(tmp_path, kind, monkeypatch)
    assert not is_on_network(tmp_path)


def test_without_a_table_of_mounts_the_file_system_is_local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_fs, "_MOUNTS", tmp_path / "nowhere")
    assert not is_on_network(tmp_path)


def test_a_library_changes_its_journal_mode_and_keeps_its_contents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "data" / "library.db"
    for kind, mode in [("ext4", "wal"), ("nfs4", "delete"), ("ext4", "wal")]:
        _fake_mounts(tmp_path, kind, monkeypatch)
        db = Database.open(path)
        assert db.query("PRAGMA journal_mode")[0][0] == mode
        DraftStore(db).save(mode, "words")
        assert DraftStore(db).load("wal") == "words"
        assert path.with_name("library.db-shm").exists() is (mode == "wal")
        db.close()


async def test_a_new_library_on_a_network_file_system_works_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_mounts(tmp_path, "nfs4", monkeypatch)
    harness = CoreHarness(tmp_path)
    await harness.open()
    assert (await harness.core.open()).warning == WARNING
    assert (await send_request(harness.core, MusicRequest(description="rain"), "main")).task_id
    assert not (tmp_path / "data" / "library.db-wal").exists()
    await harness.core.close(1)


async def test_the_terminal_interface_shows_the_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake_mounts(tmp_path, "cifs", monkeypatch)
    async with open_app(tmp_path, tasks=[]) as ui:
        assert any(WARNING in str(line.text) for line in ui.app.message_log.lines())


def test_doctor_prints_the_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _fake_mounts(tmp_path, "nfs", monkeypatch)
    main(["doctor"], {"SUNOTUI_DATA_DIR": str(tmp_path / "data"), "SUNOTUI_CONFIG_DIR": str(tmp_path / "config")})
    assert WARNING in " ".join(capsys.readouterr().out.split())
