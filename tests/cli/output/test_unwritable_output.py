"""Output that cannot be written, input that cannot be read: a sentence and an exit code, no traceback or crash file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sunotui.demo.server import DemoServer
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.cli.conftest import CommandLine
from tests.support.waiting import HANG_S

pytestmark = pytest.mark.guarantee("E7", ordinary="commands whose output is full or closed, paid ones among them")

SONG = Task("aaaaaa11-task", "home", TaskKind.MUSIC, TaskStatus.SUCCESS, 1_700_000_000.0, title_hint="Rain")


def library_of(cli: CommandLine) -> Path:
    return Path(cli.environ["SUNOTUI_DATA_DIR"]) / "library.db"


@pytest.fixture
def library(cli: CommandLine) -> CommandLine:
    """A command line with a library of one task."""
    database = Database.open(library_of(cli))
    TaskStore(database).save([SONG])
    database.close()
    return cli


def redirected(cli: CommandLine, redirection: str, *argv: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a process with redirected standard streams; it must leave no crash file."""
    command = ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-m", "sunotui", *argv]
    # Buffered, as in a terminal.
    environ = {**os.environ, **cli.environ, "PYTHONUNBUFFERED": ""}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=HANG_S)
    cli.watch.take(f"output of {argv}", (done.stdout + done.stderr).encode())
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert not list(library_of(cli).parent.glob("crash-*"))
    return done


@pytest.mark.parametrize(("redirection", "reason"), [(">/dev/full", "no space left"), (">&-", "it is closed")])
@pytest.mark.parametrize(
    "command", ["--version", "--help", "tasks", "tasks --json", "show aaaaaa", "export", "export --csv"]
)
def test_output_that_cannot_be_written_is_one_sentence(
    library: CommandLine, redirection: str, reason: str, command: str
) -> None:
    done = redirected(library, redirection, *command.split())
    assert (done.returncode, done.stdout) == (5, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("Standard output could not be written")
    assert reason in line


def test_another_failure_keeps_its_own_code(library: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "broken").write_text('{"record": "label"}\n')
    done = redirected(library, ">/dev/full", "import", str(tmp_path / "broken"), "--json")
    assert done.returncode == 1
    assert "could not be written" in done.stderr


def test_a_file_that_cannot_be_written_is_a_usage_error(library: CommandLine) -> None:
    done = redirected(library, "", "export", "-o", "/dev/full")
    assert done.returncode == 2
    assert "/dev/full could not be written: no space left" in done.stderr


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_unwritable_messages_are_dropped(library: CommandLine, redirection: str) -> None:
    done = redirected(library, redirection, "show", "zzz")
    assert (done.returncode, done.stdout, done.stderr) == (7, "", "")
    done = redirected(library, redirection, "show", SONG.id)
    assert done.returncode == 0
    assert "Rain" in done.stdout
    assert redirected(library, redirection, "nosuch").returncode == 2


def test_no_file_takes_the_place_of_a_closed_stream(library: CommandLine) -> None:
    before = library_of(library).read_bytes()
    assert redirected(library, "<&- >&- 2>&-", "tasks").returncode == 5
    assert redirected(library, "<&- >&- 2>&-").returncode == 2
    assert library_of(library).read_bytes() == before
    assert redirected(library, "<&-", "note", SONG.id, "-").returncode == 2


@pytest.mark.parametrize("redirection", [">/dev/full", ">&-"])
def test_a_paid_task_is_reported_if_output_fails(cli: CommandLine, demo: DemoServer, redirection: str) -> None:
    cli.use(demo)
    done = redirected(cli, redirection, "music", "--describe", f"rain {redirection}", "--json")
    (submission,) = cli.json("submissions")
    assert submission["state"] == "accepted"
    assert done.returncode == 5
    assert f"Accepted: {submission['task_id']}" in done.stderr


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-"])
def test_a_paid_task_is_printed_if_messages_fail(cli: CommandLine, demo: DemoServer, redirection: str) -> None:
    cli.use(demo)
    done = redirected(cli, redirection, "music", "--describe", f"snow {redirection}", "--json")
    assert done.returncode == 0
    assert [json.loads(done.stdout)["id"]] == [task["id"] for task in cli.json("tasks")]


def test_an_unprintable_result_stays_in_its_submission(cli: CommandLine, demos: Callable[[str], DemoServer]) -> None:
    cli.use(demos("paid"))
    done = redirected(cli, ">/dev/full", "tags", "soft rain")
    (submission,) = cli.json("submissions")
    assert done.returncode == 5
    assert f"Accepted as request {submission['id']}" in done.stderr


READERS = [
    "import -",
    "note aaaaaa -",
    "music --lyrics-file - --style jazz",
    "music --describe rain --extra @-",
    "login --token-stdin --base-url https://x.example",
]


@pytest.mark.parametrize("redirection", ["<&-", "0>/dev/null"])
@pytest.mark.parametrize("command", READERS)
def test_standard_input_that_cannot_be_read_is_one_sentence(
    library: CommandLine, redirection: str, command: str
) -> None:
    """Regression: a closed standard input was empty, and importing it exited with 0."""
    done = redirected(library, redirection, *command.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Standard input could not be read: it is closed.\n"


@pytest.mark.parametrize("command", ["login", "login --base-url https://x.example", "doctor --repair"])
def test_nothing_is_asked_if_standard_input_is_closed(library: CommandLine, command: str) -> None:
    done = redirected(library, "<&-", *command.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert "no terminal to ask on" in done.stderr


def test_commands_without_input_work_without_standard_input(library: CommandLine) -> None:
    done = redirected(library, "<&-", "tasks", "--json")
    assert done.returncode == 0
    assert [task["id"] for task in json.loads(done.stdout)] == [SONG.id]
