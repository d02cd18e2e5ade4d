"""Covers on disk: private, up to a size, the least recently used go first."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sunotui.core.media.cover_files import CoverFiles


def _age(path: Path, seconds: float) -> None:
    state = path.stat()
    os.utime(path, (state.st_atime - seconds, state.st_mtime - seconds))


def test_a_cover_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    files = CoverFiles(tmp_path / "covers")
    assert files.read("a", 100) is None
    files.write("a", b"picture")
    assert files.read("a", 100) == b"picture"
    assert stat.S_IMODE(files.path("a").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "covers").stat().st_mode) == 0o700
    files.remove("a")
    files.remove("a")
    assert files.read("a", 100) is None


def test_a_file_that_is_too_large_or_empty_is_no_cover(tmp_path: Path) -> None:
    files = CoverFiles(tmp_path)
    files.write("a", b"x" * 101)
    files.write("b", b"")
    assert files.read("a", 100) is files.read("b", 100) is None


def test_the_least_recently_used_covers_are_removed(tmp_path: Path) -> None:
    files = CoverFiles(tmp_path, capacity=1_000)
    for number in range(9):
        files.write(f"cover-{number}", b"x" * 100)
        _age(files.path(f"cover-{number}"), 100 - number)
    assert files.read("cover-0", 100) is not None
    files.write("new-1", b"x" * 100)
    files.write("new-2", b"x" * 100)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["cover-0", *(f"cover-{number}" for number in range(3, 9)), "new-1", "new-2"]


def test_the_files_of_earlier_runs_count(tmp_path: Path) -> None:
    CoverFiles(tmp_path).write("old", b"x" * 900)
    _age(tmp_path / "old", 100)
    CoverFiles(tmp_path, capacity=1_000).write("new", b"x" * 200)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_folders_and_links_are_left_alone(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"x" * 5_000)
    folder = tmp_path / "covers"
    (folder / "folder").mkdir(parents=True)
    (folder / "link").symlink_to(outside)
    files = CoverFiles(folder, capacity=100)
    files.write("a", b"x" * 90)
    files.write("b", b"x" * 90)
    assert (folder / "folder").is_dir()
    assert outside.exists()
