"""The owner of a terminal, and whether the last one was killed while using it (T5)."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from sunotui.core.system.terminal_lock import TerminalLock

PTS = "/dev/pts/3"
DIES_WITH_IT = """
import os, sys
from pathlib import Path
from sunotui.core.system.terminal_lock import TerminalLock
assert not TerminalLock(Path(sys.argv[1]), "/dev/pts/3").acquire()
os._exit(9)
"""


def test_after_a_normal_exit_nothing_needs_a_reset(tmp_path: Path) -> None:
    for _ in range(2):
        mark = TerminalLock(tmp_path, PTS)
        assert not mark.acquire()
        mark.release()
    assert list((tmp_path / "terminals").iterdir()) == []


def test_a_killed_holder_is_detected(tmp_path: Path) -> None:
    mark = TerminalLock(tmp_path, PTS)
    done = subprocess.run([sys.executable, "-c", DIES_WITH_IT, str(tmp_path)], check=False)
    assert done.returncode == 9
    assert not TerminalLock(tmp_path, "/dev/pts/4").acquire(), "it does not see other terminals"
    assert mark.acquire()
    mark.release()
    assert not mark.acquire(), "once is enough"
    mark.release()


def test_a_stopped_process_keeps_the_lock(tmp_path: Path) -> None:
    first, second = TerminalLock(tmp_path, PTS), TerminalLock(tmp_path, PTS)
    assert not first.acquire()
    assert not second.acquire()
    second.release()
    assert (tmp_path / "terminals" / "dev-pts-3").exists(), "it is the first one's"
    first.release()


def test_it_is_private_and_follows_no_link(tmp_path: Path) -> None:
    mark = TerminalLock(tmp_path, PTS)
    mark.acquire()
    path = tmp_path / "terminals" / "dev-pts-3"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    mark.release()
    path.symlink_to(tmp_path / "elsewhere")
    assert not mark.acquire()
    assert not (tmp_path / "elsewhere").exists()


def test_in_an_unwritable_folder_nothing_is_locked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    mark = TerminalLock(tmp_path / "file", PTS)
    assert not mark.acquire()
    mark.release()


def test_a_program_without_a_terminal_has_no_name_for_it() -> None:
    code = "from sunotui.tui.terminal import state; raise SystemExit(state.name() != '')"
    done = subprocess.run([sys.executable, "-c", code], stdin=subprocess.DEVNULL, check=False, env=dict(os.environ))
    assert done.returncode == 0
