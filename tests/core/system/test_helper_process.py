"""Helpers that print too much, too little or never stop, and their child processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sunotui.core.system import helper_process
from sunotui.core.system.helper_process import (
    OUTPUT_LIMIT,
    HelperFailed,
    HelperOutputTooLong,
    HelperTimedOut,
    first_line,
)
from sunotui.domain.text import NotText
from tests.support.processes import is_alive
from tests.support.waiting import HANG_S, until

pytestmark = pytest.mark.guarantee(
    "E8",
    ordinary=(
        "30 helpers that never stop printing, never end a line, hold their output open, are silent, fail, "
        "ignore SIGTERM, start others"
    ),
    gaps=(
        "An opener is not waited for and prints nowhere; an editor has the terminal and prints there; a "
        "program that a helper puts into another session lives on, and so does the helper of a sunotui that "
        "is killed."
    ),
)

TOKEN = "sk-of-a-helper-12345678"


def shell(script: str, limit_s: float = HANG_S) -> str:
    """The first line that a shell script prints."""
    return first_line(("sh", "-c", script), os.environ, limit_s)


@pytest.mark.parametrize(
    "script",
    [
        f"echo {TOKEN}",
        f"printf {TOKEN}",
        f"echo; echo '  {TOKEN} '; echo second; echo third",
        # Its output is kept open by its child, and by itself.
        f"echo {TOKEN}; sleep 1000 &",
        f"printf {TOKEN}; sleep 1000 &",
        f"echo {TOKEN}; sleep 1000",
        f"yes {TOKEN}",
        f"echo {TOKEN}; cat /dev/zero",
        f"echo {TOKEN}; exec >&-; sleep 1000",
        f"echo {TOKEN}; yes >&2",
        f"head -c 60000 /dev/zero >&2; echo {TOKEN}",
    ],
)
def test_the_first_line_is_enough(script: str) -> None:
    """Regression: it waited for the end of the output, so helpers that keep it open gave no result, and endless ones
    filled the memory."""
    assert shell(script) == TOKEN


def test_a_successful_helper_without_output_gives_nothing() -> None:
    assert shell("true") == ""
    assert shell("sleep 1000 & true") == ""


@pytest.mark.parametrize("script", ["cat /dev/zero", "yes | tr -d '\\n'", "tr '\\0' x < /dev/zero", "yes >&2"])
def test_an_endless_line_is_rejected(script: str) -> None:
    with pytest.raises(HelperOutputTooLong):
        shell(script)


def test_a_long_line_that_ends_is_not_cut() -> None:
    size = OUTPUT_LIMIT - 100
    assert shell(f"head -c {size} /dev/zero | tr '\\0' x; echo") == "x" * size


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_line_of_a_tool_of_windows_is_read(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(f"\r\n{TOKEN}\r\nmore\r\n".encode(encoding))
    assert shell(f"cat {tmp_path / 'out'}") == TOKEN


@pytest.mark.parametrize("line", [rf"sk-\351-{TOKEN}\n", "s\\0k\\0\\n\\0"])
def test_a_line_that_is_not_text_is_rejected(line: str) -> None:
    with pytest.raises(NotText):
        shell(f"printf '{line}'")


@pytest.mark.parametrize("script", ["exit 3", f"echo {TOKEN}; exit 3", f"printf {TOKEN}; exit 3"])
def test_a_code_counts_even_after_a_line(script: str) -> None:
    """Regression: the line was used without checking the exit code: an error message would be the token."""
    with pytest.raises(HelperFailed) as caught:
        shell(script)
    assert caught.value.code == 3


@pytest.mark.parametrize("script", ["sleep 1000", "exec >&-; sleep 1000", "printf half; sleep 1000"])
def test_a_silent_helper_times_out(script: str) -> None:
    with pytest.raises(HelperTimedOut):
        shell(script, 0.3)


@pytest.mark.parametrize(
    "rest", ["exit 0", "exit 3", "sleep 1000", "yes", "cat /dev/zero", "trap '' TERM; sleep 1000 & sleep 1000"]
)
def test_its_group_is_terminated(rest: str, tmp_path: Path) -> None:
    """Regression: only the helper was killed, or only SIGTERM was sent."""
    child = tmp_path / "child"
    try:
        shell(f"sleep 1000 & echo $! > {child}; echo {TOKEN}; {rest}")
    except HelperFailed:
        assert rest == "exit 3"
    until(lambda: not is_alive(int(child.read_text())), "the end of what it started")


def test_it_has_neither_a_terminal_nor_an_input(tmp_path: Path) -> None:
    assert shell("cat; (: < /dev/tty) 2>/dev/null || echo none") == "none"
    assert shell("echo $(ps -o sid= -p $$) $$").split()[0] != str(os.getsid(0))


def test_it_ends_with_the_program(tmp_path: Path) -> None:
    """Verified to fail without `_end_all`: the program exits and its helper does not."""
    child = tmp_path / "child"
    code = (
        "import os, threading, time\n"
        "from sunotui.core.system.helper_process import first_line\n"
        f"wait = ('sh', '-c', 'echo $$ > {child}.half; mv {child}.half {child}; sleep 1000')\n"
        "threading.Thread(target=first_line, args=(wait, os.environ, 1000), daemon=True).start()\n"
        f"while not os.path.exists({str(child)!r}):\n"
        "    time.sleep(0.01)\n"
    )
    subprocess.run([sys.executable, "-c", code], timeout=HANG_S, check=True)
    until(lambda: not is_alive(int(child.read_text())), "the end of the helper")


def test_a_helper_that_cannot_be_started_leaves_nothing() -> None:
    with pytest.raises(FileNotFoundError):
        first_line(("/no/such/helper",), os.environ, 1.0)
    assert not helper_process._running
    assert shutil.which("sh")
