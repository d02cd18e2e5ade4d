"""Playing in a real terminal, with the real player, into nothing: keys, and real reports of the mouse on the bar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.canary import CANARY
from tests.support.mouse import click, click_on, drag, find, wheel
from tests.support.pseudo_terminal import PseudoTerminal, opened_screens, places
from tests.support.sound_library import add_songs, sound_server

SECONDS = 100.0
_TIME = re.compile(r"(\d):(\d\d) [━╸─]")


@pytest.fixture
def environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a library with two songs of 100 seconds."""
    folders, sounds = places(tmp_path), tmp_path / "sounds"
    data = Path(folders["SUNOTUI_DATA_DIR"])
    data.mkdir()
    sounds.mkdir()
    with sound_server(sounds) as base_url:
        add_songs(data, base_url, sounds, SECONDS)
        own = {"HOME": str(tmp_path), "SUNOTUI_BASE_URL": base_url, "SUNOTUI_TOKEN": CANARY}
        yield {**folders, **own, "SUNOTUI_AUDIO_OUTPUT": "null"}


@pytest.fixture
def line(environ: dict[str, str]) -> Iterator[PseudoTerminal]:
    """The screens of that library."""
    with opened_screens(environ, "1 of 2") as terminal:
        yield terminal


def seconds(terminal: PseudoTerminal) -> int:
    """The position that the bar shows; -1 without a bar."""
    found = _TIME.search(terminal.screen)
    return int(found[1]) * 60 + int(found[2]) if found is not None else -1


def bar_of(terminal: PseudoTerminal) -> tuple[int, int, int]:
    """The first column, the row and the cells of the bar."""
    x, y = find(terminal, " 1:40 ", last=True)
    row = terminal.screen.splitlines()[y]
    cells = len(re.findall(r"[━╸─]", row))
    return x - cells, y, cells


def start(terminal: PseudoTerminal) -> None:
    terminal.press(" ")
    terminal.wait_until(lambda: seconds(terminal) >= 1, "sound")


def test_a_take_plays_pauses_and_continues(line: PseudoTerminal) -> None:
    start(line)
    assert "► ♫ Lantern" in line.screen
    line.press(" ")
    line.wait_for("‖ ♫ Lantern")
    at = seconds(line)
    line.press(" ")
    line.wait_until(lambda: seconds(line) > at, "the next second")


def test_the_mouse_on_the_bar(line: PseudoTerminal) -> None:
    start(line)
    x, y, cells = bar_of(line)
    click(line, x + cells // 2, y)
    line.wait_until(lambda: 45 <= seconds(line) <= 60, "the middle")
    drag(line, (x + cells // 2, y), (x + cells // 4, y))
    line.wait_until(lambda: 20 <= seconds(line) <= 35, "the first quarter")
    wheel(line, x, y, 2)
    line.wait_for("vol 90%")
    wheel(line, x, y, -1)
    line.wait_for("vol 95%")
    click(line, 1, y)
    line.wait_for("‖ ♫ Lantern")
    click_on(line, "Lantern take 1", last=True)
    line.wait_for("Now playing")
    line.press("\x1b")
    line.wait_for("1 of 2")


def test_a_list_is_played_one_take_after_the_other(line: PseudoTerminal) -> None:
    line.press("\x1ba")
    line.wait_until(lambda: seconds(line) >= 0, "the first song")
    line.wait_for("next: Harbour")
    line.press("\x1bn")
    line.wait_for("► ♫ Harbour")
    line.press(";")
    line.wait_for("2 takes, 3:20")
    line.press("\x1b")


def test_position_and_volume_are_there_again_at_the_next_start(environ: dict[str, str]) -> None:
    with opened_screens(environ, "1 of 2") as line:
        start(line)
        line.press(">>>>-")
        line.wait_until(lambda: seconds(line) >= 20, "what was skipped")
    with opened_screens(environ, "1 of 2") as line:
        line.wait_for("vol 95%")
        assert "‖ ♫ Lantern" in line.screen
        at = seconds(line)
        assert at >= 20
        line.press(" ")
        line.wait_until(lambda: seconds(line) > at, "the next second")
