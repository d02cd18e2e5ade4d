"""No control character from any field of a gateway is written to the terminal by a screen (T1) or a command (T10).

The real program runs on a real pseudo-terminal, and every byte that it writes is checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.guarantees.conftest import Open
from tests.guarantees.hostile_gateway import CLIPS, LYRICS, TASKS, HostileGateway, hostile_gateway
from tests.support.payloads import PAYLOADS, Payload, came_through, foreign_controls, not_shown
from tests.support.pseudo_terminal import PseudoTerminal

ROWS, COLUMNS = 60, 170
MODES = [b"\x1bOQ", b"\x1bOR", b"\x1bOS", *(b"\x1b[%d~" % key for key in (17, 18, 19, 20, 21, 23))]
"""The escape sequences of F2 to F4 and F6 to F11."""


@pytest.fixture(scope="module")
def gateway() -> Iterator[HostileGateway]:
    with hostile_gateway() as running:
        yield running


def run_lines(open_terminal: Open, folder: Path, gateway: HostileGateway, lines: list[list[str]]) -> bytes:
    """Run these command lines and return everything that they write to a terminal."""
    listed = folder / "lines"
    listed.write_text("\n".join(json.dumps(line) for line in lines))
    environ = {"SUNOTUI_BASE_URL": gateway.base_url}
    terminal = open_terminal(str(listed), module="tests.guarantees.run_commands", environ=environ, rows=ROWS)
    assert terminal.ended() == 0
    assert bytes(terminal.written).count(b"ran ") == len(lines)
    return bytes(terminal.written)


def assert_harmless(written: bytes, payloads: list[Payload] = PAYLOADS) -> None:
    assert came_through(written) == []
    assert foreign_controls(written) == []
    assert not_shown(written, payloads) == []


@pytest.mark.guarantee("T10", ordinary="43 payloads, 19 commands on a terminal, 5 of them with --json")
def test_no_command_writes_a_control_character(open_terminal: Open, gateway: HostileGateway, tmp_path: Path) -> None:
    """Fails if `printable` in `domain/text.py` returns its text unchanged and `print_json` does not escape to ASCII."""
    clip_id = CLIPS[1]
    lines = [
        ["fetch", *TASKS, *LYRICS],
        ["tasks", "--limit", "100"],
        *(["show", task_id] for task_id in [*TASKS, *LYRICS[:6]]),
        ["feed", *CLIPS],
        ["tags", "pop"],
        ["music", "--describe", "x"],
        ["submissions"],
        ["profiles"],
        ["doctor"],
        ["statistics"],
        ["url", clip_id],
        ["url", clip_id, "--kind", "video"],
        ["wav", clip_id, "--timeout", "1"],
        ["persona", clip_id, "--name", "voice"],
        ["personas"],
        *(["timing", clip_id] for clip_id in CLIPS[:20]),
        ["timing", "--lrc", CLIPS[21]],
        ["wait", TASKS[2]],
        ["export"],
        ["export", "--csv"],
        *([command, "--json"] for command in ("tasks", "submissions", "doctor", "statistics")),
        ["feed", "--json", *CLIPS],
    ]
    assert_harmless(run_lines(open_terminal, tmp_path, gateway, lines))


class Visitor:
    """Presses keys to visit the screens."""

    def __init__(self, terminal: PseudoTerminal) -> None:
        self.terminal = terminal

    def press(self, *keys: str | bytes, quiet_s: float = 0.012) -> None:
        """Press keys one by one and wait for each to be handled."""
        for key in keys:
            self.terminal.press(key, quiet_s)

    def wait_for(self, text: str) -> None:
        self.terminal.wait_for(text)

    def visit_rows(self, count: int, tabs: str) -> None:
        """Visit every row in each of these tabs."""
        for tab in tabs:
            self.press(tab, "g", *"j" * count)


@pytest.mark.guarantee(
    "T1",
    ordinary=(
        "43 payloads in every field: list, tabs, toasts, messages, journal, selections, composer, recall, "
        "personas, profiles, search, palette, statistics, labels, albums, notes, every mode of the composer, "
        "login; and again from an older library"
    ),
)
def test_no_screen_writes_a_control_character(open_terminal: Open, gateway: HostileGateway, tmp_path: Path) -> None:
    """Fails if `printable` in `domain/text.py` returns its text unchanged and the app has no `ControlCharFilter`:
    nearly all payloads reach the terminal."""
    run_lines(open_terminal, tmp_path, gateway, [["fetch", *TASKS, LYRICS[4]], ["music", "--describe", "words"]])
    terminal = open_terminal(environ={"SUNOTUI_BASE_URL": gateway.base_url}, columns=COLUMNS, rows=ROWS)
    visitor = Visitor(terminal)
    visitor.wait_for("W42Z")
    # Lyrics, the raw response, and after the request the details.
    visitor.visit_rows(len(TASKS), "gI")
    visitor.press("I")
    visitor.visit_rows(len(TASKS), "I")
    # Requests to the gateway: toasts with titles, refusals, timings, links and personas.
    for key in ("g", "j", "r", "T", "W", "p"):
        visitor.press(key, quiet_s=0.08)
    visitor.press("x", "\r", quiet_s=0.08)
    visitor.press("Y", quiet_s=0.05)
    visitor.wait_for("─ Copy ─")
    visitor.press("j", "k", "\x1b", "O", quiet_s=0.05)
    visitor.wait_for("─ Open ─")
    visitor.press("j", "\x1b", quiet_s=0.05)
    # The composer: recalled lyrics and requests, an expanded style, personas, models.
    visitor.press("L", quiet_s=0.1)
    visitor.wait_for("Describe F2")
    for typed in (b"\x14", b"\x0f", "\x1b", b"\x12", "w", "\x1b", b"\x13", "\x1b"):
        visitor.press(typed, quiet_s=0.1)
    # Every mode of the composer with such a request, and the login form.
    visitor.press("R", *MODES, "\x1b", quiet_s=0.1)
    visitor.press("P", "n", quiet_s=0.1)
    visitor.wait_for("Log in to a gateway")
    visitor.press("\x1b", "\x1b", quiet_s=0.1)
    # Submissions with complete responses, profiles, messages, search, palette.
    for key in ("J", "\r", "j", "G", "\x1b", "\x1b", "P", "p", "\x1b", "!", "j", "G", "\x1b", "/", "W", "\r", "\x1b"):
        visitor.press(key, quiet_s=0.08)
    # Statistics, filters, sort orders, labels, albums, notes, lineage.
    for key in ("%", "j", "\x1b", "f", "\x1b", "S", "\x1b", "b", "\x1b", "a", "\x1b", "N", "\x1b", "{", "}"):
        visitor.press(key, quiet_s=0.08)
    visitor.press(b"\x10", "\x1b", quiet_s=0.1)
    visitor.press(b"\x11")
    assert terminal.ended() == 0
    assert_harmless(bytes(terminal.written))
    for part in ("/act/timing/", "/act/wav/", "/act/tags", "/persona/create", "/suno/submit/music", "/api/status"):
        assert any(part in path for path in gateway.paths), part


def create_library(folder: Path) -> None:
    """Create a library with every text exactly as the gateway sent it."""
    database = Database.open(folder / "data" / "library.db")
    tasks = []
    for at, payload in enumerate(PAYLOADS):
        text = payload.text.encode("utf-8", "replace").decode()
        clip = Clip(
            f"clip-{at}", title=text, status=ClipStatus.COMPLETE, tags=text, exclude=text, lyrics=f"[Verse]\n{text}",
            description=text, model=text, error=text, audio_url="https://cdn.example.com/a.mp3",
        )  # fmt: skip
        status = TaskStatus.FAILURE if at % 3 == 0 else TaskStatus.SUCCESS
        lyrics = Lyrics(text, text, (text,)) if at % 4 == 0 else None
        tasks.append(
            Task(
                f"t{at}", "env", TaskKind.MUSIC, status, 1_780_000_000.0 + at,
                fail_reason=text, clips=(clip,), lyrics=lyrics,
            )
        )  # fmt: skip
    TaskStore(database).save(tasks, {task.id: json.dumps({"text": task.fail_reason}) for task in tasks})
    database.close()


@pytest.mark.guarantee("T1")
def test_the_output_filter_cleans_stored_texts(open_terminal: Open, tmp_path: Path) -> None:
    """Fails if `get_line_filters` has no `ControlCharFilter`: nearly all payloads reach the terminal, also OSC 52."""
    (tmp_path / "data").mkdir(mode=0o700)
    create_library(tmp_path)
    terminal = open_terminal(columns=COLUMNS, rows=ROWS)
    visitor = Visitor(terminal)
    visitor.wait_for("W00Z")
    visitor.visit_rows(len(PAYLOADS), "i")
    visitor.press("Y", "j", "\x1b", "q", quiet_s=0.05)
    assert terminal.ended() == 0
    assert_harmless(bytes(terminal.written))
