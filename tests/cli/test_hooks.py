"""The command of on_done also runs when only commands see a song end (A4)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine


@pytest.fixture
def hooked(demo_cli: CommandLine, tmp_path: Path) -> CommandLine:
    """A command line whose config has a command that saves what it gets in a file for each song."""
    config = Path(demo_cli.environ["SUNOTUI_CONFIG_DIR"])
    config.mkdir()
    script = f"cat >{tmp_path}/$SUNOTUI_TASK_ID; env >{tmp_path}/environ; sleep 0.2; exit $CODE"
    (config / "config.toml").write_text(f"on_done = {json.dumps(['sh', '-c', script])}\n")
    demo_cli.environ |= {"PATH": os.environ["PATH"], "CODE": "0"}
    return demo_cli


def test_a_command_that_waits_runs_it_and_waits_for_it(hooked: CommandLine, tmp_path: Path) -> None:
    """Once: a second wait for the same song starts nothing."""
    task = hooked.json("music", "--describe", "rain", "--wait")
    got = json.loads((tmp_path / task["id"]).read_text())
    assert got == hooked.json("show", task["id"])
    assert hooked.environ["SUNOTUI_TOKEN"] not in (tmp_path / "environ").read_text()
    (tmp_path / task["id"]).unlink()
    hooked.run("wait", task["id"])
    hooked.run("fetch", task["id"])
    assert not (tmp_path / task["id"]).exists()


def test_a_failure_is_reported_and_does_not_change_the_exit_code(hooked: CommandLine) -> None:
    hooked.environ["CODE"] = "3"
    hooked.run("music", "--describe", "rain", "--wait")
    assert "The command of on_done, sh, failed with exit code 3" in hooked.err


def test_without_the_setting_nothing_runs(demo_cli: CommandLine) -> None:
    demo_cli.run("music", "--describe", "rain", "--wait")
    assert "on_done" not in demo_cli.err
