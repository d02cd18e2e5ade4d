"""The screens while they play: no player outlives them (A1), and one that is lost is one sentence (A3)."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import is_alive
from tests.support.pseudo_terminal import PseudoTerminal, places, sunotui
from tests.support.sound_library import add_songs, sound_server
from tests.support.waiting import until

LENGTH_S = 60.0


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[PseudoTerminal]:
    """The library screen, with a song under the cursor."""
    environ = places(tmp_path)
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    with sound_server(sounds) as base_url:
        data = Path(environ["SUNOTUI_DATA_DIR"])
        data.mkdir(parents=True, exist_ok=True)
        add_songs(data, base_url, sounds, LENGTH_S)
        environ |= {"SUNOTUI_BASE_URL": base_url, "SUNOTUI_TOKEN": "token", "SUNOTUI_AUDIO_OUTPUT": "null"}
        made = PseudoTerminal(sunotui(), environ)
        try:
            made.wait_for("Lantern")
            yield made
        finally:
            made.close()


def player_of(terminal: PseudoTerminal) -> int:
    """The player's process, once there is one."""
    found: list[int] = []
    pid = terminal.process.pid

    def is_found() -> bool:
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if b"sunotui.player" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
        return bool(found)

    until(is_found, "the player")
    return found[0]


def playing(terminal: PseudoTerminal) -> int:
    """Play, until it plays; the player's process."""
    terminal.press(" ")
    until_playing(terminal)
    return player_of(terminal)


def until_playing(terminal: PseudoTerminal, from_s: int = 1) -> None:
    """Wait until the bar shows a position of at least `from_s`; a busy machine may skip some."""

    def is_playing() -> bool:
        return any(int(second) >= from_s for second in re.findall(r" 0:([0-5]\d) ", terminal.screen))

    terminal.wait_until(is_playing, f"a position of {from_s} s")


def until_ended(*pids: int) -> None:
    until(lambda: not any(map(is_alive, pids)), f"the end of {pids}")


@pytest.mark.guarantee("A1", ordinary="the screens quit and their terminal closed while a song plays")
def test_a_quit_while_a_song_plays_leaves_no_player(terminal: PseudoTerminal) -> None:
    player = playing(terminal)
    terminal.press("q")
    until_ended(terminal.process.pid, player)
    assert terminal.ended() == 0
    assert terminal.is_restored


@pytest.mark.guarantee("A1")
def test_a_closed_terminal_leaves_no_player(terminal: PseudoTerminal) -> None:
    player = playing(terminal)
    terminal.hang_up()
    until_ended(terminal.process.pid, player)


@pytest.mark.guarantee("A3", ordinary="a killed player on the screens")
def test_a_lost_player_is_a_sentence_and_space_resumes(terminal: PseudoTerminal) -> None:
    player = playing(terminal)
    os.kill(player, signal.SIGKILL)
    terminal.wait_for("The player ended unexpectedly")
    terminal.press(" ")
    until_playing(terminal, 3)
    until(lambda: player_of(terminal) != player, "another player")
