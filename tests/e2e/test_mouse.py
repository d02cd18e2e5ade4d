"""The mouse in a real terminal: rows, heads, tabs, takes, crumbs and keys are clicked, the wheel scrolls what it is
over, and text is selected and copied."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.support.canary import CANARY
from tests.support.mouse import click, click_on, drag, find, wheel
from tests.support.pseudo_terminal import PseudoTerminal, opened_screens, places

SONGS, ADDED_AT = 60, 1_700_000_000.0
LYRICS = "[Verse]\n" + "\n".join(f"line {number:02} of the lyrics" for number in range(1, 71))
_COPIES = re.compile(rb"\x1b]52;c;([A-Za-z0-9+/=]*)\x07")


def _song(number: int) -> Task:
    clips = tuple(
        Clip(
            f"clip-{number}-{take}",
            title=f"Song {number:02}",
            status=ClipStatus.COMPLETE,
            tags=f"style {number:02}",
            lyrics=LYRICS,
            model="chirp-v5",
            duration_s=60.0 + (number * 37) % 100,
            audio_url=f"https://cdn.example.com/{number}-{take}.mp3",
        )
        for take in (1, 2)
    )
    return Task(f"task-{number}", "default", TaskKind.MUSIC, TaskStatus.SUCCESS, ADDED_AT - 60 * number, clips=clips)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[PseudoTerminal]:
    """The library with sixty songs, of which the newest is the first; its gateway cannot be reached."""
    folders = places(tmp_path)
    data = Path(folders["SUNOTUI_DATA_DIR"])
    data.mkdir()
    database = Database.open(data / "library.db")
    TaskStore(database).save([_song(number) for number in range(1, SONGS + 1)])
    database.close()
    own = {"HOME": str(tmp_path), "SUNOTUI_BASE_URL": "http://127.0.0.1:9", "SUNOTUI_TOKEN": CANARY}
    with opened_screens({**folders, **own}, "1 of 60", "line 01 of the lyrics") as terminal:
        yield terminal


def copied(terminal: PseudoTerminal) -> list[str]:
    """The texts that the program asked the terminal to copy."""
    return [base64.b64decode(found).decode() for found in _COPIES.findall(bytes(terminal.written))]


def test_clicks_in_the_list(line: PseudoTerminal) -> None:
    click_on(line, "Song 04")
    line.wait_for("4 of 60")
    assert "Back" not in line.screen, "a click only moves the cursor"
    click_on(line, "Song 06", times=2)
    line.wait_for("Back")
    click_on(line, "Time", last=True)
    line.wait_for("Time▾")
    line.wait_for("of 60")
    click_on(line, "Time▾")
    line.wait_for("Time▴")
    click_on(line, "Title, style")
    line.wait_for("Title, style▴")


def test_clicks_in_the_detail(line: PseudoTerminal) -> None:
    click_on(line, "Details")
    line.wait_for("Take          1 of 2")
    click_on(line, "Take 2")
    line.wait_for("Take          2 of 2")
    click_on(line, "Take 1")
    line.wait_for("Take          1 of 2")
    click_on(line, "Lyrics  Details")
    line.wait_for("line 01 of the lyrics")


def _lines_of_panes(line: PseudoTerminal) -> tuple[int, int]:
    """The lines of the panes' top and of one further down: a frame may arrive in parts."""
    return find(line, "╭─ Library")[1], find(line, "Journal")[1]


def test_clicks_in_the_sidebar_the_header_and_the_footer(line: PseudoTerminal) -> None:
    panes_at = _lines_of_panes(line)
    click_on(line, "Favourites")
    line.wait_for("sunotui › Favourites")
    click_on(line, "Songs  ")
    line.wait_for("sunotui › Songs 60")
    click_on(line, "Song 03")
    line.wait_for("3 of 60")
    click_on(line, "s Favourite")
    line.wait_for("♥")
    # Fails with a message that goes with the press of the mouse.
    click_on(line, "Undo")
    line.wait_until(lambda: "♥" not in line.screen, "the end of the favourite")
    click_on(line, "Search", last=True)
    line.wait_for("To the list")
    line.type("style:07")
    line.wait_for("1 of 60 songs")
    click_on(line, "To the list")
    line.wait_for("Copy URL")
    click_on(line, "End search")
    line.wait_until(lambda: "style:07" not in line.screen, "the end of the search")
    # The row of the search goes, and the panes move up.
    line.wait_until(lambda: _lines_of_panes(line) == panes_at, "the panes in their place")
    click_on(line, "Journal")
    line.wait_for("sunotui › Journal")
    click_on(line, "sunotui")
    line.wait_for("sunotui › Songs 60")


def test_the_wheel_scrolls_what_it_is_over(line: PseudoTerminal) -> None:
    """Fails without `Detail.on_mouse_scroll_down`: over takes, tabs and border nothing scrolled."""
    x, y = find(line, "Song 05")
    wheel(line, x, y, 4)
    line.wait_until(lambda: "Song 02" not in line.screen, "rows that scrolled")
    assert "Title, style" in line.screen, "the head stays"
    assert "line 01 of the lyrics" in line.screen, "the detail did not scroll"
    wheel(line, x, y, -9)
    line.wait_for("Song 02")
    for words in ("line 05 of the lyrics", "Take 1", "Lyrics  Details", "╭─ Song 01"):
        x, y = find(line, words)
        wheel(line, x, y, 6)
        line.wait_until(lambda: "line 01 of the lyrics" not in line.screen, f"lyrics that scrolled over {words}")
        wheel(line, x, y, -9)
        line.wait_for("line 01 of the lyrics")
    line.resize(120, 12)
    line.wait_until(lambda: "Trash" not in line.screen, "a sidebar that is too low")
    wheel(line, *find(line, "Favourites"), 5)
    line.wait_for("Trash")


def test_the_wheel_in_dialogs_and_in_the_composer(line: PseudoTerminal) -> None:
    line.press("?")
    x, y = find(line, "To the first row")
    wheel(line, x, y, 5)
    line.wait_until(lambda: "One row up" not in line.screen, "the help scrolled")
    line.press("\x1b")
    line.wait_for("1 of 60")
    line.press("L")
    x, y = find(line, "line 05 of the lyrics")
    wheel(line, x, y, 9)
    line.wait_until(lambda: "line 01 of the lyrics" not in line.screen, "the field scrolled")


def test_text_of_the_detail_is_selected_and_copied(line: PseudoTerminal) -> None:
    x, y = find(line, "line 02 of the lyrics")
    drag(line, (x, y), (x + 6, y + 1))
    line.press("\x03")
    line.wait_until(lambda: bool(copied(line)), "a copy")
    assert copied(line) == ["line 02 of the lyrics\nline 03"]
    line.wait_for("Selection copied")
    line.press("\x1b")
    click(line, *find(line, "Song 09"))
    line.press("\x03")
    line.wait_for("ctrl+q quits sunotui")


def test_a_double_click_in_the_palette_runs_one_command(line: PseudoTerminal) -> None:
    """Regression: the second click ended the program."""
    line.type(b"\x10")
    line.wait_for("Type to filter")
    line.type("statistics")
    line.wait_for("1 of ")
    click_on(line, "Statistics", times=3)
    line.wait_for("Takes per week")
    line.press("\x1b")


@pytest.mark.parametrize("strange", [b"\xff\xfe", b"\xe9", b"\x1b[M\xff\xff\xff", b"\xc3", b"\xed\xa0\x80"], ids=ascii)
def test_bytes_that_are_not_utf_8_do_no_harm(line: PseudoTerminal, strange: bytes) -> None:
    """Regression: they ended the program. Terminals in 8-bit mode send them, and old mouse reports."""
    line.type(strange)
    line.wait_quiet()
    line.type("n")
    line.wait_for("Describe")
    line.type(b"caf" + strange + b"bar")
    line.wait_for("caf")
    line.wait_for("bar")
