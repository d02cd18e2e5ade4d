"""Temporary folders: private, deleted at the end, and deleted by the next program after a kill."""

from __future__ import annotations

import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sunotui.core.media.temporary_folder import TemporaryFolder

SCRIPT = """
import sys
from sunotui.core.media.temporary_folder import TemporaryFolder
folder = TemporaryFolder()
path = folder.path()
(path / "song").write_bytes(b"x")
print(path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, for this process and those that it starts."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_it_is_private_and_deleted_at_the_end(temporary: Path) -> None:
    folder = TemporaryFolder()
    assert list(temporary.iterdir()) == []
    path = folder.path()
    assert folder.path() == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    (path / "song").write_bytes(b"x")
    folder.close()
    assert list(temporary.iterdir()) == []


def test_it_is_made_again_if_something_deleted_it(temporary: Path) -> None:
    folder = TemporaryFolder()
    folder.path().rmdir()
    assert folder.path().is_dir()
    folder.close()


def test_a_killed_program_s_folder_is_deleted_a_running_one_s_not(temporary: Path) -> None:
    (temporary / "sunotui-media-file").write_text("a file of somebody")
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        first = TemporaryFolder()
        first.path()
        assert (theirs / "song").exists()
        other.kill()
        other.wait()
    assert theirs.exists()
    second = TemporaryFolder()
    second.path()
    assert not theirs.exists()
    assert first.path().exists()
    first.close()
    second.close()
    assert [path.name for path in temporary.iterdir()] == ["sunotui-media-file"]
