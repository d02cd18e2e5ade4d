from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sunotui.storage.paths import make_file_private, make_private, write_private
from tests.storage.conftest import mode_of


def test_new_folders_are_private_under_any_umask(tmp_path: Path, umask: int) -> None:
    make_private(tmp_path / "a" / "b" / "c")
    assert [mode_of(tmp_path / part) for part in ("a", "a/b", "a/b/c")] == [0o700] * 3


def test_a_readable_folder_is_made_private_but_not_its_parent(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o755)
    tmp_path.chmod(0o755)
    make_private(folder)
    assert mode_of(folder) == 0o700
    assert mode_of(tmp_path) == 0o755


def test_a_sticky_folder_is_not_changed(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o1777)
    make_private(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o1777


def test_the_home_folder_keeps_its_permissions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    tmp_path.chmod(0o755)
    make_private(tmp_path)
    assert mode_of(tmp_path) == 0o755


def test_a_file_at_the_folders_path_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        make_private(tmp_path / "data")
    with pytest.raises(OSError, match="Not a directory"):
        make_private(tmp_path / "data" / "deeper")


def test_a_file_is_written_completely_and_private_under_any_umask(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "config" / "profiles.json"
    write_private(path, "één\n")
    write_private(path, "twee\n")
    assert path.read_text("utf-8") == "twee\n"
    assert mode_of(path) == 0o600
    assert os.listdir(path.parent) == ["profiles.json"]  # noqa: PTH208 - names are what is compared


def test_a_failed_write_leaves_the_old_content_and_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config" / "profiles.json"
    write_private(path, "old")

    def no_space(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        write_private(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in path.parent.iterdir()] == ["profiles.json"]


def test_a_name_of_maximum_length_is_written(tmp_path: Path) -> None:
    """Regression: the temporary name was derived from the file's own."""
    path = tmp_path / ("é" * 125 + ".json")
    assert len(os.fsencode(path.name)) == 255
    write_private(path, "new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_linked_file_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "profiles.json"
    target.parent.mkdir()
    target.write_text("old")
    link = tmp_path / "profiles.json"
    link.symlink_to(target)
    write_private(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_permissions_of_others_are_removed_and_missing_files_ignored(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    make_file_private(path)
    path.touch(0o644)
    path.chmod(0o644)
    make_file_private(path)
    assert mode_of(path) == 0o600
