"""Every main screen without colours, with 16 colours, on a Linux console and in screen: it opens without an error,
shows the way back, and writes nothing that the terminal does not have. At five sizes where the signs or the layout are
the terminal's own, at two where only its colours are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.support.canary import CANARY
from tests.support.pseudo_terminal import PseudoTerminal, places, sunotui

SIZES = [(60, 15), (80, 24), (100, 30), (120, 40), (200, 60)]
KINDS = {
    "no-colour": {"NO_COLOR": "1"},
    "16-colours": {"TERM": "xterm", "COLORTERM": ""},
    "linux": {"TERM": "linux", "COLORTERM": ""},
    "screen": {"TERM": "screen", "COLORTERM": ""},
}
SIZES_OF = {"no-colour": SIZES, "16-colours": [SIZES[0], SIZES[3]], "linux": SIZES, "screen": [SIZES[0], SIZES[3]]}
"""The layout does not depend on colours, so that two sizes show those of every screen."""
ADDED_AT = 1_700_000_000.0
ESCAPE, LIBRARY = "\x1b", "? Help"
SCREENS = {
    "detail": ("\r", "esc Back"),
    "sidebar": ("h", "esc"),
    "search": ("/", "esc End search"),
    "filters": ("f", "esc Cancel"),
    "composer": ("n", "esc Back"),
    "journal": ("J", "esc Back"),
    "gateways": ("P", "esc Back"),
    "statistics": ("%", "esc Back"),
    "messages": ("!", "esc Close"),
    "help": ("?", "esc Close"),
    "palette": ("\x10", "esc Close"),
    "theme": ("\x1bt", "esc Cancel"),
    "labels": ("b", "esc Close"),
}
"""The key that opens a screen from the list, and the last key of its footer."""
_STYLES = re.compile(rb"\x1b\[([0-9;]+)m")
_RGB, _PALETTE = re.compile(r"\b[34]8;2;(\d+);(\d+);(\d+)"), re.compile(r"\b[34]8;5;")


def _tasks() -> Iterator[Task]:
    """A song, one that is being made, one that failed, and one of another kind."""
    clips = tuple(
        Clip(
            f"clip-{take}",
            title="Rain on Tin",
            status=ClipStatus.COMPLETE,
            tags="folk, warm",
            lyrics="[Verse]\nRain on tin",
            model="chirp-v5",
            duration_s=100.0,
            audio_url=f"https://cdn.example.com/{take}.mp3",
        )
        for take in (1, 2)
    )
    yield Task("task-1", "default", TaskKind.MUSIC, TaskStatus.SUCCESS, ADDED_AT - 60, clips=clips)
    yield Task("task-2", "default", TaskKind.MUSIC, TaskStatus.IN_PROGRESS, ADDED_AT - 90, title_hint="Being made")
    yield Task("task-3", "default", TaskKind.MUSIC, TaskStatus.FAILURE, ADDED_AT - 3_600, fail_reason="no credits left")
    yield Task("task-4", "default", TaskKind.LYRICS, TaskStatus.SUCCESS, ADDED_AT - 90_000, title_hint="Parts")


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    """The folders of a library with some songs, whose gateway cannot be reached."""
    folders = places(tmp_path)
    data = Path(folders["SUNOTUI_DATA_DIR"])
    data.mkdir()
    database = Database.open(data / "library.db")
    TaskStore(database).save(list(_tasks()))
    database.close()
    return {**folders, "HOME": str(tmp_path), "SUNOTUI_BASE_URL": "http://127.0.0.1:9", "SUNOTUI_TOKEN": CANARY}


@pytest.mark.parametrize("kind", KINDS)
def test_every_main_screen_opens_at_its_sizes(kind: str, folders: dict[str, str]) -> None:
    """Fails with a sign that is not in `glyphs`, with a footer that drops its last key, and with a colour of the theme
    that the terminal does not have."""
    sizes = SIZES_OF[kind]
    columns, rows = sizes[0]
    terminal = PseudoTerminal(sunotui(), {**folders, **KINDS[kind]}, columns=columns, rows=rows)
    try:
        for size in sizes:
            terminal.resize(*size)
            terminal.wait_until(lambda: LIBRARY in bottom(terminal), "the list with its last key")
            for name, (key, way_back) in SCREENS.items():
                terminal.press(key)
                terminal.wait_for(way_back)
                check(terminal.screen, kind)
                terminal.press(ESCAPE)
                terminal.wait_until(lambda: LIBRARY in bottom(terminal), f"the list after {name} at {size}")
        styles = [style.decode() for style in _STYLES.findall(bytes(terminal.written))]
        values = [set(found) for style in styles for found in _RGB.findall(style)]
        assert bool(values) == (kind == "no-colour"), "whether the terminal is sent colours by their values"
        assert all(len(value) == 1 for value in values), "a colour that is not a grey"
        assert not any(_PALETTE.search(style) for style in styles), "a colour of 256"
        terminal.type("q")
        assert terminal.ended() == 0
        assert terminal.is_restored
        assert terminal.left_on == []
    finally:
        terminal.close()


def bottom(terminal: PseudoTerminal) -> str:
    """The last line of the screen."""
    return terminal.screen.rpartition("\n")[2]


def check(screen: str, kind: str) -> None:
    """No error is on the screen, and on a Linux console no sign that it does not have."""
    assert "Internal error" not in screen, screen
    if kind == "linux":
        assert screen.isascii(), f"{sorted({char for char in screen if not char.isascii()})}\n{screen}"
