"""On a full or read-only disk the commands and screens can still read the library, the status bar says so, and nothing
is sent (D5, S8).

Fails if the library can be opened only for writing, and if the write-ahead log is ignored.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sunotui.domain.errors import JournalWriteError
from sunotui.domain.requests.request import MusicRequest
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from tests.cli.conftest import CommandLine, cli
from tests.core.harness import CoreHarness
from tests.guarantees.child_processes.writing import ready, song
from tests.guarantees.conftest import Open
from tests.support.send_request import send_request
from tests.support.small_disk import fill, small_disk

pytestmark = pytest.mark.guarantee(
    "D5",
    ordinary=(
        "a full and a read-only tmpfs, with and without a write-ahead log that holds the last writes: 5 "
        "commands, the screens, a submission"
    ),
    gaps="When there is space again, the screens stay read-only until the program is restarted.",
)

__all__ = ["cli"]

READ_ONLY = ["mount", "-o", "remount,ro"]


@contextmanager
def full(disk: Path) -> Iterator[None]:
    fill(disk / "filler")
    yield


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    subprocess.run([*READ_ONLY, str(disk)], check=True)
    yield


STATES = {"full": full, "read only": read_only}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "3m") as folder:
        yield folder


def make_library(data: Path, *, has_log: bool) -> None:
    """Create a library with a task and a submission; with `has_log` the submission is only in the write-ahead log."""
    path = data / "library.db"
    db = Database.open(path)
    TaskStore(db).save([song("t1")])
    db.close()
    content = path.read_bytes()
    db = Database.open(path)
    Journal(db).add(ready("s1"))
    log = path.with_name("library.db-wal").read_bytes()
    db.close()
    if has_log:
        # The files as after a kill.
        path.write_bytes(content)
        path.with_name("library.db-wal").write_bytes(log)


@pytest.mark.guarantee("S8", ordinary="a submission on a full and on a read-only tmpfs")
@pytest.mark.parametrize("has_log", [True, False])
@pytest.mark.parametrize("state", STATES)
def test_commands_still_read_and_send_nothing(state: str, has_log: bool, disk: Path, cli: CommandLine) -> None:
    cli.environ |= {
        "SUNOTUI_DATA_DIR": str(disk / "data"),
        "SUNOTUI_BASE_URL": "http://127.0.0.1:9",
        "SUNOTUI_TOKEN": "sk-0123456789abcdef",
    }
    make_library(disk / "data", has_log=has_log)
    with STATES[state](disk):
        assert [task["id"] for task in cli.json("tasks")] == ["t1"]
        assert cli.json("show", "t1")["id"] == "t1"
        assert [submission["id"] for submission in cli.json("submissions")] == ["s1"]
        assert "is read-only" in cli.err
        cli.run("stats")
        assert "nothing can be sent" in str(cli.json("doctor", "--offline"))
        cli.run("music", "--describe", "rain", code=9)
        assert "nothing was sent" in cli.err


@pytest.mark.guarantee("S8")
@pytest.mark.parametrize("state", STATES)
async def test_the_core_still_reads_and_sends_nothing(state: str, disk: Path) -> None:
    make_library(disk / "data", has_log=True)
    harness = CoreHarness(disk)
    with STATES[state](disk):
        await harness.open()
        core = harness.core
        assert core.is_read_only
        await core.start()
        assert await harness.task("t1") is not None
        with pytest.raises(JournalWriteError, match="nothing was sent"):
            await send_request(core, MusicRequest(description="rain"), "main")
        await harness.clock.advance(3_600)
        assert harness.gateway.orders == []
        assert harness.gateway.asked == []
        await core.close(1)


@pytest.mark.parametrize("state", STATES)
def test_the_status_bar_shows_read_only(state: str, disk: Path, open_terminal: Open) -> None:
    make_library(disk / "data", has_log=False)
    with STATES[state](disk):
        terminal = open_terminal(environ={"SUNOTUI_DATA_DIR": str(disk / "data")})
        terminal.wait_for("library read only")
        terminal.wait_for("t1")
