"""A whole form typed in one burst, as password managers and slow connections do: every text reaches its field."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sunotui.demo.server import DemoServer
from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.composer.fields import FIELDS, MODES, FieldGroup, Mode
from tests.e2e.conftest import DEMO_SEED
from tests.support.pseudo_terminal import PseudoTerminal, places, sunotui

pytestmark = pytest.mark.guarantee(
    "T11",
    ordinary="one burst of keys in the login and in 9 modes of the composer",
    gaps="A list that opens after a read from disk may get keys early; none of them is a form.",
)

FUNCTION_KEYS = {
    "F2": "\x1bOQ",
    "F3": "\x1bOR",
    "F4": "\x1bOS",
    "F6": "\x1b[17~",
    "F7": "\x1b[18~",
    "F8": "\x1b[19~",
    "F9": "\x1b[20~",
    "F10": "\x1b[21~",
    "F11": "\x1b[23~",
}
CTRL_S = "\x13"
OFFLINE = {"SUNOTUI_BASE_URL": "http://127.0.0.1:9", "SUNOTUI_TOKEN": "sk-12345678"}


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(seed=DEMO_SEED) as server:
        yield server


@pytest.fixture
def line(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[PseudoTerminal]:
    """The program on a pseudo-terminal, with the environment of the test parameter."""
    environ = {**places(tmp_path), "HOME": str(tmp_path), **getattr(request, "param", {})}
    terminal = PseudoTerminal(sunotui(), environ)
    try:
        terminal.wait_for("Help")
        yield terminal
    finally:
        terminal.close()


def test_a_login_in_one_burst(line: PseudoTerminal, server: DemoServer) -> None:
    """The login form of the first start. Fails if all keys are passed on at once."""
    line.wait_for("Log in to a gateway")
    line.type(f"{server.base_url}\t{server.token}\tmain\t {CTRL_S}")
    line.wait_for("Logged in to")
    assert server.token.encode() not in line.written


def test_a_login_in_one_burst_with_the_key_that_opens_it(line: PseudoTerminal, server: DemoServer) -> None:
    line.wait_for("Log in to a gateway")
    line.press("\x1b")
    line.wait_for("or try the demo there")
    line.type(f"P{server.base_url}\t{server.token}\t\t {CTRL_S}")
    line.wait_for("Logged in to")
    line.type("q")
    assert line.ended() == 0
    assert server.token.encode() not in line.written


def test_enter_moves_to_the_next_field_before_the_next_key(line: PseudoTerminal, server: DemoServer) -> None:
    line.wait_for("Log in to a gateway")
    line.type(f"{server.base_url}\r{server.token}\r")
    # Without a keyring the token is kept for the session only.
    line.wait_for("to continue without")
    line.type(f"\t\t {CTRL_S}")
    line.wait_for("Logged in to")
    assert server.token.encode() not in line.written


@pytest.mark.parametrize("line", [OFFLINE], indirect=True)
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.id)
def test_the_composer_form_in_one_burst(line: PseudoTerminal, mode: Mode, tmp_path: Path) -> None:
    line.wait_for("Your songs will appear here.")
    expected, keys = {}, f"n{FUNCTION_KEYS[mode.key]}"
    draft = Draft(mode.id)
    rows = (FieldGroup.SOURCE, FieldGroup.HEAD, FieldGroup.TEXT)
    shown = [field.id for field in FIELDS if field.group in rows and field.id in draft.shown]
    # The list of takes has the focus where there is a source.
    begins_with_pick = draft.first_gap == "clip"
    keys += "\t" if begins_with_pick else ""
    for name in shown if begins_with_pick else shown[shown.index(draft.first_gap) :]:
        expected[name] = f"what {name} is"
        keys += expected[name] + "\t"
    line.type(keys + "\x1b")
    line.wait_until(
        lambda: stored_values(tmp_path) == expected, lambda: f"the draft {expected}, but {stored_values(tmp_path)}"
    )


def stored_values(folder: Path) -> object:
    """The field values of the stored draft, or None."""
    with sqlite3.connect(folder / "data" / "library.db") as connection:
        rows = connection.execute("SELECT text FROM draft WHERE name = 'composer'").fetchall()
    return json.loads(rows[0][0])["values"] if rows else None


@pytest.mark.parametrize("line", [OFFLINE], indirect=True)
def test_a_paste_with_escape_sequences_keeps_its_order(line: PseudoTerminal, tmp_path: Path) -> None:
    line.wait_for("Your songs will appear here.")
    line.type("nfirst \x1b[200~one \x1b[31m two\x1b three\x1b[201~ last\x1b")
    expected = {"description": "first one [31m two three last"}
    line.wait_until(
        lambda: stored_values(tmp_path) == expected, lambda: f"the draft {expected}, but {stored_values(tmp_path)}"
    )
