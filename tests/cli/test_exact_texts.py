"""Texts of the user and of a gateway are stored and exported unchanged, whatever this Python knows of Unicode."""

from __future__ import annotations

import csv
import html
import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.support.pseudo_terminal import PseudoTerminal, sunotui

pytestmark = pytest.mark.guarantee(
    "E1",
    ordinary=(
        "characters that this Python does not know, joined emoji, private use: through the library, --json, "
        "CSV, HTML, export and import"
    ),
)

TITLE = "🪿 goose"
NOTE = "I 🩷 this 🪿"
LYRICS = "[Verse]\n\t👩\u200d👩\u200d👧  می\u200cخواهم\n\n\U0001fadc \ue000"
LABEL, ALBUM = "🩷", "🏴\U000e0067\U000e0062\U000e007f 🪿"
"""The pink heart and the goose are new in Unicode 15; Python 3.11 has Unicode 14."""


def test_texts_are_unchanged_in_every_output(paid_cli: CommandLine, tmp_path: Path) -> None:
    """Regression: a note lost its hearts, a label with only a heart was invalid, and a title lost its goose in
    exports."""
    (tmp_path / "words").write_text(LYRICS, encoding="utf-8")
    words = ("--lyrics-file", str(tmp_path / "words"), "--title", TITLE, "--style", NOTE)
    made = paid_cli.json("music", *words, "--wait")
    assert made["differences"] == []
    paid_cli.run("note", made["id"], NOTE)
    assert LABEL in paid_cli.run("label", "add", LABEL, made["id"])
    paid_cli.run("album", "add", ALBUM, made["id"])
    paid_cli.run("search", "save", LABEL, "goose")

    shown = paid_cli.json("show", made["id"])
    assert [(clip["title"], clip["lyrics"], clip["tags"]) for clip in shown["clips"]] == [(TITLE, LYRICS, NOTE)] * 2
    assert (shown["note"], shown["labels"], shown["albums"]) == (NOTE, [LABEL], [ALBUM])
    assert [task["id"] for task in paid_cli.json("tasks", "--search", "goose")] == [made["id"]]
    assert [task["id"] for task in paid_cli.json("search", "show", LABEL)] == [made["id"]]
    page = paid_cli.run("show", made["id"])
    assert TITLE in page
    assert NOTE in page
    assert paid_cli.run("note", made["id"]) == f"{NOTE}\n"

    paid_cli.run("export", "--csv", "-o", str(tmp_path / "table"))
    with (tmp_path / "table").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert {(row["title"], row["style"], row["note"], row["labels"]) for row in rows} == {(TITLE, NOTE, NOTE, LABEL)}
    assert {row["lyrics"] for row in rows} == {LYRICS}
    paid_cli.run("export", "--html", ALBUM, "-o", str(tmp_path / "page"))
    written = html.unescape((tmp_path / "page").read_text(encoding="utf-8"))
    assert f">{TITLE}</h2>" in written
    assert LYRICS.removeprefix("[Verse]\n") in written

    paid_cli.run("export", "-o", str(tmp_path / "library"))
    lines = [json.loads(line) for line in (tmp_path / "library").read_text(encoding="ascii").splitlines()]
    task = next(line for line in lines if line.get("record") == "task")
    assert [(clip["title"], clip["lyrics"]) for clip in task["clips"]] == [(TITLE, LYRICS)] * 2
    paid_cli.environ = paid_cli.environ | {"SUNOTUI_DATA_DIR": str(tmp_path / "elsewhere")}
    paid_cli.run("import", str(tmp_path / "library"))
    assert paid_cli.json("show", made["id"]) == shown


@pytest.mark.parametrize(
    "note",
    [
        "red \x1b[31m and \u202eback\x9b2J",
        "two  \n\n\tlines \u2028 of it",
        "a\u0300\u0301\u0302\u0303\u0304\u0305b",
    ],
)
def test_a_note_printed_to_a_file_and_read_back_is_the_same(demo_cli: CommandLine, tmp_path: Path, note: str) -> None:
    """Regression: a file got the text for a terminal, and reading it back changed the note."""
    made = demo_cli.json("lyrics", "rain")
    demo_cli.run("note", made["id"], note)
    command, environ = sunotui("note", made["id"]), {**os.environ, **demo_cli.environ}
    with (tmp_path / "file").open("wb") as file:
        subprocess.run(command, stdout=file, env=environ, check=True)
    with (tmp_path / "file").open("rb") as file:
        subprocess.run([*command, "-"], stdin=file, env=environ, check=True)
    assert demo_cli.json("note", made["id"])[0]["note"] == note


def test_control_sequences_are_stored_but_not_printed(demo_cli: CommandLine, tmp_path: Path) -> None:
    note = "red \x1b[31m and \u202eback\x9b2J"
    made = demo_cli.json("lyrics", "rain")
    demo_cli.run("note", made["id"], note)
    assert demo_cli.json("note", made["id"])[0]["note"] == note
    terminal = PseudoTerminal(sunotui("note", made["id"]), demo_cli.environ)
    try:
        assert terminal.ended() == 0
        assert terminal.screen.strip() == "red [31m and back2J"
        assert b"\x1b" not in terminal.written
    finally:
        terminal.close()
    demo_cli.run("export", "--csv", "-o", str(tmp_path / "table"))
    with (tmp_path / "table").open(encoding="utf-8", newline="") as table:
        assert [row["note"] for row in csv.DictReader(table)] == [note]
