"""All end-to-end tests and all commands run under a watch that searches for leaks of the token (K1). This file shows
that the watch detects leaks.

tests/e2e/conftest.py and tests/cli/conftest.py start the watch for each of their tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.canary import CANARY
from tests.support.token_watch import TokenWatch, watched
from tests.support.waiting import HANG_S

pytestmark = pytest.mark.guarantee(
    "K1",
    ordinary=(
        "every test of tests/e2e and tests/cli: output, all files, all arguments, the environments of all "
        "child processes; 7 leaks that the watch detects"
    ),
    gaps=(
        "A child that lives for less than 10 ms may be missed; the ones that the program starts are covered "
        "by test_token_leaks.py."
    ),
)


WITHOUT_LEAK = "subprocess.run(['sleep', '0.3'], env={'PATH': os.environ['PATH']})"
LEAKS = {
    "a file": "open('kept', 'w').write(token)",
    "a file for a moment": "open('gone', 'w').write(token); time.sleep(0.4); os.unlink('gone')",
    "the name of a file": "open(token, 'w').close()",
    "a child's environment": "subprocess.run(['sleep', '0.3'])",
    "a child's arguments": "subprocess.run(['sh', '-c', 'sleep 0.3; true', token], env={'PATH': os.environ['PATH']})",
    "a grandchild's arguments": "subprocess.run(['sh', '-c', 'sh -c \"sleep 0.3; true\" $0; true', token], "
    "env={'PATH': os.environ['PATH']})",
    "standard output": "print(base64.b64encode(b'key ' + token.encode()).decode())",
}


def run(code: str, folder: Path, watch: TokenWatch) -> None:
    """Run a program called sunotui with this code and the token in its environment, where users set it."""
    script = folder / "sunotui"
    script.write_text(f"import base64, os, subprocess, time\ntoken = os.environ['SUNOTUI_TOKEN']\n{code}\n")
    environ = {**os.environ, "SUNOTUI_TOKEN": CANARY}
    with subprocess.Popen([sys.executable, script], cwd=folder, env=environ, stdout=subprocess.PIPE) as program:
        watch.follow(program.pid, "sunotui")
        out, _ = program.communicate(timeout=HANG_S)
    watch.take("standard output", out)


@pytest.mark.parametrize("code", LEAKS.values(), ids=LEAKS)
def test_a_leak_is_detected(code: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="the token was seen"), watched(tmp_path) as watch:
        run(code, tmp_path, watch)


def test_a_program_without_a_leak_passes(tmp_path: Path) -> None:
    with watched(tmp_path) as watch:
        run(WITHOUT_LEAK, tmp_path, watch)
        assert "sleep" in watch.children


def test_a_program_below_a_shell_is_found(tmp_path: Path) -> None:
    """A terminal starts programs below a shell; the token in the environment of the shell is not a leak."""
    script = tmp_path / "sunotui"
    script.write_text("import os, subprocess\nsubprocess.run(['sleep', '0.5'])\n")
    watch = TokenWatch(tmp_path)
    environ = {**os.environ, "SUNOTUI_TOKEN": CANARY}
    with subprocess.Popen(["sh", "-c", f"{sys.executable} {script}; true"], env=environ) as shell:
        watch.follow(shell.pid, "sunotui")
    leaks = watch.end()
    # Before it becomes the program, the new process may be seen as a copy of the one that starts it.
    assert any(leak.startswith("environment of b'sleep") for leak in leaks), leaks
    assert not any(leak.startswith("environment of b'sh") for leak in leaks), leaks
