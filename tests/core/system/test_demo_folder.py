"""A killed demo leaves a folder, which the next demo deletes if it is certain that nothing uses it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sunotui.core.system.demo_folder import LOCK_NAME, PREFIX, delete_abandoned, demo_folder

_DEMO = """
import time
from sunotui.core.system.demo_folder import demo_folder
with demo_folder() as folder:
    (folder / "library.db").write_text("songs")
    print(folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_only_the_folder_of_a_killed_demo_is_deleted_at_the_next_start(parent: Path) -> None:
    def start() -> tuple[subprocess.Popen[str], Path]:
        demo = subprocess.Popen(
            [sys.executable, "-c", _DEMO], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(parent)}
        )
        assert demo.stdout is not None
        return demo, Path(demo.stdout.readline().strip())

    (killed, left), (running, used) = start(), start()
    try:
        killed.kill()
        killed.communicate()
        assert (left / "library.db").exists()
        with demo_folder() as folder:
            assert not left.exists()
            assert (used / "library.db").exists()
            delete_abandoned(parent)
            assert folder.is_dir()
        assert not folder.exists()
    finally:
        running.kill()
        running.communicate()
    delete_abandoned(parent)
    assert list(parent.iterdir()) == []


def test_only_what_is_certainly_the_folder_of_a_dead_demo_is_deleted(parent: Path) -> None:
    def make(name: str, mode: int = 0o700) -> Path:
        folder = parent / f"{PREFIX}{name}"
        folder.mkdir()
        (folder / LOCK_NAME).touch()
        folder.chmod(mode)
        return folder

    dead = make("dead")
    open_to_others = make("open", 0o755)
    with_report = make("report")
    (with_report / "crash-20260131-120000-1f.txt").touch()
    without_lock = make("without")
    (without_lock / LOCK_NAME).unlink()
    with_link = make("link")
    (with_link / LOCK_NAME).unlink()
    (with_link / LOCK_NAME).symlink_to(open_to_others / LOCK_NAME)
    (parent / f"{PREFIX}file").touch()
    (parent / f"{PREFIX}other").symlink_to(open_to_others)
    delete_abandoned(parent)
    assert not dead.exists()
    assert sorted(path.name.removeprefix(PREFIX) for path in parent.iterdir()) == [
        "file", "link", "open", "other", "report", "without",
    ]  # fmt: skip
