"""No player outlives the program, however either of them ends (A1), and none learns the token (A2)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from sunotui.demo.server import DemoServer
from tests.guarantees.child_processes.playing import SENT, SPEED, make_song, play
from tests.guarantees.child_processes.process import ChildProcess
from tests.support.processes import is_alive
from tests.support.waiting import until


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(seed=1, speed=SPEED) as made:
        yield made


@pytest.fixture
def program(tmp_path: Path, server: DemoServer) -> Iterator[ChildProcess]:
    """A program that plays."""
    yield from started(tmp_path, server, quits=False)


@pytest.fixture
def quitting(tmp_path: Path, server: DemoServer) -> Iterator[ChildProcess]:
    """A program that quits while it plays."""
    yield from started(tmp_path, server, quits=True)


def started(folder: Path, server: DemoServer, *, quits: bool) -> Iterator[ChildProcess]:
    task = make_song(folder, server)
    child = ChildProcess(folder / "output", play, folder, server.base_url, server.token, task.id, quits)
    try:
        child.until_reported("playing")
        yield child
    finally:
        child.kill()


def players(child: ChildProcess) -> list[int]:
    """The ids of all players so far."""
    return [int(line.split()[1]) for line in child.lines() if line.startswith("player ")]


def until_ended(pid: int) -> None:
    until(lambda: not is_alive(pid), f"the end of the player {pid}")


@pytest.mark.guarantee("A1", ordinary="the program killed, its player stopped first, and a quit while it plays")
def test_a_killed_program_takes_its_player_with_it(program: ChildProcess) -> None:
    (player,) = players(program)
    assert is_alive(player)
    program.kill()
    until_ended(player)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only the kernel of Linux ends a stopped player")
@pytest.mark.guarantee("A1")
def test_a_stopped_player_ends_with_a_killed_program(program: ChildProcess) -> None:
    (player,) = players(program)
    os.kill(player, signal.SIGSTOP)
    program.kill()
    until_ended(player)


@pytest.mark.guarantee("A1")
def test_a_quit_while_it_plays_leaves_no_player(quitting: ChildProcess) -> None:
    (player,) = players(quitting)
    assert quitting.end() == 0
    assert not is_alive(player)


@pytest.mark.guarantee("A3", ordinary="the real player killed and stopped while it plays")
@pytest.mark.parametrize(
    ("number", "sentence"),
    [(signal.SIGKILL, "The player ended unexpectedly"), (signal.SIGSTOP, "The player did not respond")],
)
def test_a_lost_player_is_replaced_and_paused(program: ChildProcess, number: signal.Signals, sentence: str) -> None:
    os.kill(players(program)[0], number)
    program.until_any(lambda line: line.startswith("paused") and line.endswith(sentence), sentence)
    program.until_any(lambda _: len(players(program)) == 2, "another player")
    until_ended(players(program)[0])
    program.kill()
    until_ended(players(program)[1])


@pytest.mark.guarantee("A2", ordinary="arguments, environment and requests of the real player while it plays")
def test_the_player_does_not_learn_the_token(program: ChildProcess, tmp_path: Path, server: DemoServer) -> None:
    (player,) = players(program)
    sent = (tmp_path / SENT).read_text("utf-8")
    assert "'cmd': 'load'" in sent
    seen = {
        "arguments": Path(f"/proc/{player}/cmdline").read_bytes(),
        "environment": Path(f"/proc/{player}/environ").read_bytes(),
        "requests": sent.encode(),
    }
    assert [name for name, content in seen.items() if server.token.encode() in content] == []
    assert b"SUNOTUI_AUDIO_OUTPUT=null" in seen["environment"], "it is that of the player"
