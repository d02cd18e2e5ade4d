"""The screens are left while the command of on_done runs: it is waited for, and ctrl+c or a hangup leaves nothing (A4).

Fails without the wait in `tui.run._close`: nothing says what the program waits for.
"""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.guarantees.conftest import Open
from tests.support.processes import is_alive
from tests.support.pseudo_terminal import PseudoTerminal
from tests.support.scripted_gateway import RecordedRequest, scripted_gateway
from tests.support.waiting import until

pytestmark = pytest.mark.guarantee("A4", ordinary="leaving, ctrl+c, SIGTERM and a hangup while a command runs")

SENTENCE = "Waiting for the command of on_done for 1 song"


def respond(_: RecordedRequest) -> tuple[int, object]:
    task = {"task_id": "task-1", "action": "MUSIC", "status": "SUCCESS", "data": []}
    return 200, {"code": "success", "message": "", "data": [task]}


@pytest.fixture
def running(tmp_path: Path) -> Path:
    """A library with a song that is generating, and a command that runs until there is a file "go". Returns the file
    with its process id."""
    (tmp_path / "config").mkdir()
    script = f"echo $$ >{tmp_path}/pid; while [ ! -e {tmp_path}/go ]; do sleep 0.05; done; touch {tmp_path}/done"
    (tmp_path / "config" / "config.toml").write_text(f"on_done = {json.dumps(['/bin/sh', '-c', script])}\n")
    database = Database.open(tmp_path / "data" / "library.db")
    TaskStore(database).save([Task("task-1", "env", TaskKind.MUSIC, TaskStatus.SUBMITTED, 1.0)])
    database.close()
    return tmp_path / "pid"


def leave(open_terminal: Open, base_url: str, running: Path) -> tuple[PseudoTerminal, int]:
    """Open the screens, and leave them while the command runs; also returns its process id."""
    terminal = open_terminal(environ={"SUNOTUI_BASE_URL": base_url})
    terminal.wait_until(lambda: running.exists() and running.read_text().endswith("\n"), "the command")
    terminal.type(b"\x11")
    terminal.wait_for(SENTENCE)
    return terminal, int(running.read_text())


def test_it_is_waited_for(open_terminal: Open, running: Path) -> None:
    with scripted_gateway(respond) as gateway:
        terminal, _ = leave(open_terminal, gateway.base_url, running)
        (running.parent / "go").touch()
        assert terminal.ended() == 0
    assert (running.parent / "done").exists()
    assert terminal.is_restored


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it(open_terminal: Open, running: Path, number: signal.Signals) -> None:
    with scripted_gateway(respond) as gateway:
        terminal, pid = leave(open_terminal, gateway.base_url, running)
        terminal.process.send_signal(number)
        assert terminal.ended() == 130
    until(lambda: not is_alive(pid), "the end of the command")
    assert not (running.parent / "done").exists()
    assert "Left without the response" not in terminal.screen, "no request was on its way"


def test_a_hangup_lets_it_end(open_terminal: Open, running: Path) -> None:
    """The terminal is closed while the screens are open."""
    with scripted_gateway(respond) as gateway:
        terminal = open_terminal(environ={"SUNOTUI_BASE_URL": gateway.base_url})
        terminal.wait_until(lambda: running.exists() and running.read_text().endswith("\n"), "the command")
        terminal.hang_up()
        (running.parent / "go").touch()
        until(lambda: (running.parent / "done").exists(), "the end of the command")
        until(lambda: terminal.process.poll() is not None, "the end of the program")
