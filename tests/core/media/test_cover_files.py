"""Covers on disk: private, up to a size, the least recently used go first."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sunotui.core.media.cover_files import CoverFiles

A, B = "a" * 64, "b" * 64


def _key(number: int) -> str:
    return f"{number:064x}"


def _age(path: Path, seconds: float) -> None:
    state = path.stat()
    os.utime(path, (state.st_atime - seconds, state.st_mtime - seconds))


def test_a_cover_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    files = CoverFiles(tmp_path / "covers")
    assert files.read(A, 100) is None
    files.write(A, b"picture")
    assert files.read(A, 100) == b"picture"
    assert stat.S_IMODE(files.path(A).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "covers").stat().st_mode) == 0o700
    files.remove(A)
    files.remove(A)
    assert files.read(A, 100) is None


def test_a_file_that_is_too_large_or_empty_is_not_a_cover(tmp_path: Path) -> None:
    files = CoverFiles(tmp_path)
    files.write(A, b"x" * 101)
    files.write(B, b"")
    assert files.read(A, 100) is files.read(B, 100) is None


def test_the_least_recently_used_covers_are_removed(tmp_path: Path) -> None:
    files = CoverFiles(tmp_path, capacity=1_000)
    for number in range(9):
        files.write(_key(number), b"x" * 100)
        _age(files.path(_key(number)), 100 - number)
    assert files.read(_key(0), 100) is not None
    files.write(_key(11), b"x" * 100)
    files.write(_key(12), b"x" * 100)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [_key(0), *(_key(number) for number in range(3, 9)), _key(11), _key(12)]


def test_the_files_of_earlier_runs_count(tmp_path: Path) -> None:
    CoverFiles(tmp_path).write(A, b"x" * 900)
    _age(tmp_path / A, 100)
    CoverFiles(tmp_path, capacity=1_000).write(B, b"x" * 200)
    assert [path.name for path in tmp_path.iterdir()] == [B]


def test_folders_and_links_are_left_alone(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"x" * 5_000)
    folder = tmp_path / "covers"
    (folder / "folder").mkdir(parents=True)
    (folder / "link").symlink_to(outside)
    (folder / A).symlink_to(outside)
    (folder / "wedding.jpg").write_bytes(b"x" * 5_000)
    files = CoverFiles(folder, capacity=100)
    assert files.read(A, 10_000) is None
    files.write(A, b"x" * 90)
    files.write(B, b"x" * 90)
    assert (folder / "folder").is_dir()
    assert (folder / "wedding.jpg").exists()
    assert outside.read_bytes() == b"x" * 5_000


def test_a_folder_that_is_a_link_is_not_used(tmp_path: Path) -> None:
    pictures = tmp_path / "Pictures"
    pictures.mkdir(mode=0o755)
    (pictures / A).write_bytes(b"x" * 500)
    (tmp_path / "covers").symlink_to(pictures)
    files = CoverFiles(tmp_path / "covers", capacity=100)
    assert files.read(A, 1_000) is None
    with pytest.raises(OSError, match="symbolic link"):
        files.write(B, b"x" * 200)
    files.remove(A)
    assert [path.name for path in pictures.iterdir()] == [A]
    assert stat.S_IMODE(pictures.stat().st_mode) == 0o755


def test_a_pipe_is_not_a_cover(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / A)
    assert CoverFiles(tmp_path).read(A, 100) is None


def test_what_an_interrupted_write_left_is_removed(tmp_path: Path) -> None:
    rest = tmp_path / ".sunotui-0123456789ab.part"
    rest.write_bytes(b"x" * 900)
    _age(rest, 100)
    CoverFiles(tmp_path, capacity=1_000).write(A, b"x" * 200)
    assert [path.name for path in tmp_path.iterdir()] == [A]
