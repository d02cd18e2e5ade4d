"""The response to a paid request is lost, the program restarts, the user finds the id and pastes it, and the song is in
the library and charged once: in the terminal interface and on the command line (S4).

Fails if `UnknownOutcomes.resolve` leaves the row unchanged.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sunotui.demo.server import DemoServer
from tests.support.terminal import Terminal
from tests.support.token_watch import TokenWatch
from tests.support.waiting import HANG_S

pytestmark = pytest.mark.guarantee(
    "S4", ordinary="a lost response on a real terminal and by command, from sending to the end"
)


@pytest.fixture
def gateway(token_watch: TokenWatch) -> Iterator[DemoServer]:
    """A gateway whose first response to a paid request is lost."""
    with DemoServer(seed=11, speed=400, faults=["lost-answer:1"]) as server:
        token_watch.know(server.token)
        yield server


def environ(tmp_path: Path, gateway: DemoServer) -> dict[str, str]:
    return {
        "SUNOTUI_DATA_DIR": str(tmp_path / "data"),
        "SUNOTUI_CONFIG_DIR": str(tmp_path / "config"),
        "SUNOTUI_BASE_URL": gateway.base_url,
        "SUNOTUI_TOKEN": gateway.token,
    }


def accepted_tasks(gateway: DemoServer) -> list[str]:
    """The ids of the tasks that the gateway accepted."""
    submits = httpx.get(f"{gateway.base_url}/demo/submits", trust_env=False).json()
    return [entry["task_id"] for entry in submits]


def test_the_task_is_found_in_the_terminal_interface(terminal: Terminal, tmp_path: Path, gateway: DemoServer) -> None:
    terminal.run("", environ(tmp_path, gateway))
    terminal.wait_for("Your songs will appear here.")
    terminal.keys("n")
    terminal.wait_for("Describe the song")
    terminal.type("rain on a tin roof")
    terminal.wait_for("Ready to send")
    terminal.keys("C-s")
    terminal.wait_for("1 unknown")
    terminal.keys("C-q")
    terminal.wait_for("ended:0")
    (task_id,) = accepted_tasks(gateway)
    terminal.close()

    again = Terminal(tmp_path)
    try:
        again.run("", environ(tmp_path, gateway))
        again.wait_for("rain on a tin roof")
        again.keys("J")
        again.wait_for("outcome unknown")
        again.keys("f")
        again.wait_for("Enter the song id")
        again.paste("no-such-task")
        again.keys("Enter")
        again.wait_for("The gateway does not know the song no-such-task")
        again.keys("C-u")
        again.paste(f"{task_id}\n")
        again.keys("Enter")
        again.wait_for("Found: the song is in the library")
        again.keys("Escape")
        again.wait_until(
            lambda screen: "∙Take 1  ∙Take 2" in screen and "generating" not in screen, "the finished song"
        )
        again.keys("q")
        again.wait_for("ended:0")
    finally:
        again.close()
    assert accepted_tasks(gateway) == [task_id]


def test_the_task_is_found_by_command(tmp_path: Path, gateway: DemoServer, token_watch: TokenWatch) -> None:
    def run(*arguments: str, code: int = 0) -> Any:
        """Run a command in its own process: each call is a restart."""
        process = subprocess.Popen(
            [sys.executable, "-m", "sunotui", *arguments, "--json"],
            env={**os.environ, **environ(tmp_path, gateway)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        token_watch.follow(process.pid, "sunotui")
        out, err = process.communicate(timeout=HANG_S)
        token_watch.take(f"output of {arguments}", out + err)
        assert process.returncode == code, err.decode()
        return json.loads(out) if out else err.decode()

    error = run("music", "--describe", "rain on a tin roof", code=6)
    assert "may have been charged" in error
    (lost,) = run("submissions")
    assert (lost["state"], lost["task_id"]) == ("unknown", None)
    (task_id,) = accepted_tasks(gateway)
    assert "no-such-task" in run("submissions", "--resolve", lost["id"], "found", "no-such-task", code=7)
    assert run("submissions")[0] == lost, "a wrong id changes nothing"
    found = run("submissions", "--resolve", lost["id"], "found", task_id)
    assert (found["state"], found["task_id"]) == ("accepted", task_id)
    (task,) = run("wait", task_id)
    assert (task["status"], task["submission_id"], len(task["clips"])) == ("success", lost["id"], 2)
    run("submissions", "--resolve", lost["id"], "retry", code=2)
    assert accepted_tasks(gateway) == [task_id]
