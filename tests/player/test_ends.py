"""No player keeps playing after the app has ended: killed, stopped, hanging, with mpv and without (A1)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.player.harness import cpu_ticks, is_running, player
from tests.player.programs import needs
from tests.player.sounds import converted, song
from tests.support.paths import ROOT
from tests.support.waiting import HANG_S, until

needs_mpv = needs("mpv", "ffmpeg")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's signal at the parent's end")

APP = """
import subprocess, sys, time
player = subprocess.Popen([sys.executable, "-m", "sunotui.player", "--null"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE)
player.stdin.write(b'{"cmd":"hello"}\\n{"cmd":"load","gen":1,"path":"%s"}\\n')
player.stdin.flush()
while b'"ev":"pos"' not in player.stdout.readline():
    pass
print(player.pid, flush=True)
time.sleep(1000)
"""


def children(pid: int) -> list[int]:
    """The running children of a process."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    return [int(child) for child in found.split() if is_running(int(child))]


def started_app(path: Path) -> tuple[subprocess.Popen[str], int]:
    """A program that started a player which plays; and the player's process."""
    app = subprocess.Popen([sys.executable, "-c", APP % path], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert app.stdout is not None
    return app, int(app.stdout.readline())


@pytest.fixture
def aac(tmp_path: Path) -> Path:
    """A song that mpv plays."""
    return converted(song(tmp_path / "a.mp3", 60), tmp_path / "a.m4a")


def test_the_player_ends_with_a_killed_app(tmp_path: Path) -> None:
    app, pid = started_app(song(tmp_path / "a.mp3", 60))
    app.kill()
    app.communicate()
    until(lambda: not is_running(pid), "the player's end")


@on_linux
def test_a_stopped_player_ends_with_a_killed_app(tmp_path: Path) -> None:
    app, pid = started_app(song(tmp_path / "a.mp3", 60))
    os.kill(pid, signal.SIGSTOP)
    app.kill()
    app.communicate()
    until(lambda: not is_running(pid), "the player's end")


@needs_mpv
@on_linux
@pytest.mark.parametrize("is_stopped", [False, True])
def test_mpv_ends_with_a_killed_app(aac: Path, is_stopped: bool) -> None:
    """A stopped one does not see the end of its input."""
    app, pid = started_app(aac)
    mpv = children(pid)
    assert len(mpv) == 1
    if is_stopped:
        os.kill(mpv[0], signal.SIGSTOP)
    app.kill()
    app.communicate()
    until(lambda: not is_running(pid) and not is_running(mpv[0]), "the end of both")


@needs_mpv
@pytest.mark.parametrize("end", ["kill", "close", "quit"])
def test_mpv_ends_with_the_player(end: str, aac: Path) -> None:
    with player() as under_test:
        under_test.send("load", gen=1, path=str(aac))
        under_test.wait_for_event("pos")
        mpv = children(under_test.process.pid)
        assert len(mpv) == 1
        if end == "kill":
            under_test.process.kill()
        elif end == "close":
            assert under_test.close_input() == 0
        else:
            under_test.send("quit")
        under_test.process.wait(HANG_S)
        until(lambda: not is_running(mpv[0]), "the end of mpv")


@on_linux
def test_a_stopped_ffmpeg_ends_with_the_player(tmp_path: Path) -> None:
    """It stands for one that measures; this one stops itself."""
    program, file = tmp_path / "ffmpeg", tmp_path / "pid"
    program.write_text(f"#!/bin/sh\necho $$ >{file}\nkill -STOP $$\n")
    program.chmod(0o755)
    with player(env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}) as under_test:
        under_test.send("measure", path=str(song(tmp_path / "a.mp3", 1)))
        until(lambda: file.exists() and file.read_text().endswith("\n"), "a stopped ffmpeg")
        under_test.process.kill()
        until(lambda: not is_running(int(file.read_text())), "its end")


def test_a_player_whose_parent_is_gone_does_not_start() -> None:
    """Its input is open: somebody else may have inherited the other end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sunotui.player", "--parent", str(2**22 + 1)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.wait(HANG_S) == 0
        assert process.stdout.read() == b""
    finally:
        process.kill()
        process.stdin.close()
        process.stdout.close()


HANGING = """
import sys, threading
from sunotui.player import process
from sunotui.player.__main__ import main
process.Players.seek = lambda self, position_s: threading.Event().wait()
sys.argv = ["player", "--null"]
sys.exit(main())
"""


def test_a_hanging_player_ends_with_its_input() -> None:
    """Its main thread is blocked for ever; its reader ends it."""
    process = subprocess.Popen([sys.executable, "-c", HANGING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b'{"id":1,"cmd":"ping"}\n{"id":2,"cmd":"seek","pos":1}\n{"id":3,"cmd":"ping"}\n')
    process.stdin.flush()
    assert process.stdout.readline() == b'{"re":1,"ok":true}\n'
    process.stdin.close()
    assert process.wait(HANG_S) == 0
    assert process.stdout.read() == b""
    process.stdout.close()


def test_interrupts_of_the_terminal_do_not_reach_it() -> None:
    with player() as under_test:
        under_test.process.send_signal(signal.SIGINT)
        assert under_test.ask("ping")["ok"]


def test_it_writes_nothing_but_its_lines(tmp_path: Path) -> None:
    """Standard error of the whole process is the null device, so that no library writes to the terminal."""
    with player() as under_test:
        for number in (0, 1, 2):
            target = os.readlink(f"/proc/{under_test.process.pid}/fd/{number}")  # noqa: PTH115 - not a path of ours
            assert target == os.devnull


def test_a_stopped_and_continued_player_plays_on_where_it_was(tmp_path: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 300)))
        before = under_test.wait_for_position(0.9)["pos"]
        under_test.process.send_signal(signal.SIGSTOP)
        slept = subprocess.run(["sleep", "4"], check=True)
        assert slept.returncode == 0
        seen = len(under_test.lines)
        under_test.process.send_signal(signal.SIGCONT)
        under_test.wait_for_event("pos", after=seen)
        after = under_test.wait_for_event("pos", after=seen + 1)["pos"]
        assert after - before < 3.5
        assert under_test.events("output") == []


def test_fifty_toggles_leave_it_as_the_last_one_says(tmp_path: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 60)))
        for number in range(50):
            under_test.send("play" if number % 2 else "pause")
        under_test.ask("ping")
        seen = len(under_test.lines)
        under_test.wait_for_event("pos", after=seen)
        under_test.ask("pause")
        assert under_test.events("state")[-1]["playing"] is False
        assert under_test.events("output") == []


def test_a_paused_player_does_nothing(tmp_path: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 60)))
        under_test.wait_for_position(0.9)
        under_test.ask("pause")
        until(lambda: len(under_test.events("state")) >= 3, "the exact position of the pause")
        seen, used = len(under_test.lines), cpu_ticks(under_test.process.pid)
        subprocess.run(["sleep", "2"], check=True)
        assert cpu_ticks(under_test.process.pid) - used <= 1
        assert len(under_test.lines) == seen
