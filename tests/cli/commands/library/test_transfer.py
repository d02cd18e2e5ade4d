"""export and import on the command line: whole libraries, tables, pages, lists of ids."""

from __future__ import annotations

import csv
import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sunotui.storage.db.connection import Database
from tests.cli.conftest import CommandLine
from tests.core.transfer.html_export.test_page import Seen
from tests.support.sample_library import fill
from tests.support.waiting import HANG_S


@pytest.fixture
def full(cli: CommandLine) -> CommandLine:
    """A command line with a library of records of every kind."""
    database = Database.open(Path(cli.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    fill(database)
    database.close()
    return cli


def elsewhere(cli: CommandLine, folder: Path) -> None:
    """Continue on another computer, with the same command line."""
    cli.environ["SUNOTUI_DATA_DIR"] = str(folder / "elsewhere")


def test_a_library_moves_to_another_computer(full: CommandLine, tmp_path: Path) -> None:
    here = tmp_path / "away" / "all.jsonl"
    here.parent.mkdir(mode=0o755)
    assert full.run("export", "-o", str(here)) == ""
    assert stat.S_IMODE(here.stat().st_mode) == 0o600
    assert stat.S_IMODE(here.parent.stat().st_mode) == 0o755, "the user's folder stays as it is"
    assert [path.name for path in here.parent.iterdir()] == ["all.jsonl"]
    elsewhere(full, tmp_path)
    full.run("import", str(here))
    assert full.err == "Imported: 22 added, 0 completed, 0 already there\n"
    assert full.run("export") == here.read_text("ascii")
    document = full.json("import", str(here))
    assert (document["added"], document["completed"], document["broken"], document["is_cut_off"]) == (0, 0, 0, False)
    assert full.json("show", "t1")["submission_id"] == "s1"


def test_standard_input_and_broken_lines(full: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = full.run("export").splitlines()
    lines[6:6] = ["{", "not a record"]
    elsewhere(full, tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode())))
    document = full.json("import", "-", code=1)
    assert [line["line"] for line in document["broken_lines"]] == [7, 8]
    assert full.err.startswith("line 7: not JSON")
    assert full.run("export").splitlines() == [*lines[:6], *lines[8:]]


def test_a_truncated_file_is_reported(full: CommandLine, tmp_path: Path) -> None:
    part = tmp_path / "part.jsonl"
    part.write_text("\n".join(full.run("export").splitlines()[:-3]))
    elsewhere(full, tmp_path)
    full.run("import", str(part), code=1)
    assert "incomplete" in full.err


@pytest.mark.parametrize("name", ["nowhere.jsonl", ".", "a\0b"])
def test_an_unreadable_file_is_a_usage_error(cli: CommandLine, name: str) -> None:
    cli.run("import", name, code=2)
    assert "could not be read" in cli.err


@pytest.mark.parametrize("name", [".", "/nowhere/at/all", "/proc/x"])
def test_an_unwritable_file_is_a_usage_error(full: CommandLine, name: str) -> None:
    full.run("export", "-o", name, code=2)
    assert "could not be written" in full.err


def test_a_failed_export_keeps_the_old_file(full: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "all.jsonl"
    old.write_text("old")

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    full.run("export", "-o", str(old), code=2)
    assert "no space left" in full.err
    assert old.read_text() == "old"
    assert not list(tmp_path.glob("all.jsonl.*"))


def test_a_device_is_written_to_and_stays_one(full: CommandLine) -> None:
    full.run("export", "-o", "/dev/null")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_table_for_spreadsheets(full: CommandLine) -> None:
    rows = list(csv.DictReader(io.StringIO(full.run("export", "--csv"))))
    assert [row["task"] for row in rows].count("t1") == 2
    assert {row["rating"] for row in rows} == {"", "4"}


@pytest.mark.parametrize(
    "argv",
    [
        ["--csv", "--html", "x"],
        ["--html"],
        ["--html", "x", "--search", "y"],
        ["--search", "y"],
        ["--with-audio"],
        ["--ids", "x"],
    ],
)
def test_options_that_do_not_go_together(cli: CommandLine, argv: list[str]) -> None:
    cli.run("export", *argv, code=2)


# --- pages -----------------------------------------------------------------------------------------------------------


def test_an_album_as_a_page_in_its_order(full: CommandLine) -> None:
    page = Seen(full.run("export", "--html", "best OF"))
    assert [found["src"] for found in page.all("audio")] == [
        f"https://cdn.example/{take}.mp3" for take in ("t1-2", "t2-1", "t1-1")
    ]
    assert "Best of" in page.text


def test_a_search_and_ids_as_pages(full: CommandLine) -> None:
    assert len(Seen(full.run("export", "--html", "--search", "雨")).all("article")) == 6
    page = Seen(full.run("export", "--html", "--title", "Two", "--ids", "t2-c1", "t3"))
    assert len(page.all("article")) == 3
    assert page.text.strip().startswith("Two")


@pytest.mark.parametrize("argv", [["Nothing"], ["--search", "zzz"], ["--ids", "nowhere"]])
def test_a_page_of_nothing_is_not_found(full: CommandLine, argv: list[str], tmp_path: Path) -> None:
    full.run("export", "--html", *argv, "-o", str(tmp_path / "p.html"), code=7)
    assert not list(tmp_path.glob("p.html*"))


@pytest.mark.parametrize("search", ["is:nosuch", "👩", "since:2026-13-45 雨"])
def test_a_page_of_an_invalid_search_is_not_written(full: CommandLine, search: str, tmp_path: Path) -> None:
    for output in (["-o", str(tmp_path / "p.html")], []):
        assert full.run("export", "--html", "--search", search, *output, code=2) == ""
    assert not list(tmp_path.glob("p.html*"))


def test_a_page_of_the_demo_embeds_covers_and_audio(demo_cli: CommandLine) -> None:
    demo_cli.run("music", "--describe", "gulls", "--wait")
    made = demo_cli.json("tasks")[0]
    page = Seen(demo_cli.run("export", "--html", "--with-audio", "--ids", made["id"]))
    assert [str(found["src"])[:22] for found in page.all("img")] == ["data:image/png;base64,"] * 2
    assert [str(found["src"])[:23] for found in page.all("audio")] == ["data:audio/mpeg;base64,"] * 2
    assert demo_cli.environ["SUNOTUI_TOKEN"] not in page.text


# --- lists of ids ----------------------------------------------------------------------------------------------------


def test_ids_are_fetched_and_added_to_the_library(demo_cli: CommandLine, tmp_path: Path) -> None:
    for number in range(3):
        demo_cli.run("lyrics", f"rain {number}", "--wait")
    ids = [task["id"] for task in demo_cli.json("tasks")]
    listed = tmp_path / "ids.txt"
    listed.write_text("\n".join([*ids, "no-such-task", ids[0]]))
    elsewhere(demo_cli, tmp_path)
    document = demo_cli.json("import", str(listed), code=7)
    assert (document["adopted"], document["missing"], document["added"]) == (ids, ["no-such-task"], 3)
    assert "line 4: the gateway has no song with the id no-such-task" in demo_cli.err
    again = demo_cli.json("import", str(listed), code=7)
    assert (again["added"], again["there"]) == (0, 3)
    assert sorted(task["id"] for task in demo_cli.json("tasks")) == sorted(ids)


def test_no_export_contains_the_token(demo_cli: CommandLine) -> None:
    demo_cli.run("lyrics", "rain", "--wait")
    token = demo_cli.environ["SUNOTUI_TOKEN"]
    for options in ([], ["--csv"]):
        assert token not in demo_cli.run("export", *options)


def test_the_json_of_an_import_is_one_document(full: CommandLine, tmp_path: Path) -> None:
    here = tmp_path / "all.jsonl"
    full.run("export", "-o", str(here))
    document = full.json("import", str(here))
    assert document["records"]["task"] == {"added": 0, "changed": 0, "there": 4, "refused": 0}


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-16", "shift_jis:strict"])
@pytest.mark.parametrize("options", [[], ["--csv"], ["--html", "--search", "雨"]], ids=["lines", "csv", "html"])
def test_standard_output_has_the_bytes_of_the_file(
    full: CommandLine, tmp_path: Path, encoding: str, options: list[str]
) -> None:
    written = tmp_path / "written"
    full.run("export", *options, "-o", str(written))
    done = subprocess.run(
        [sys.executable, "-m", "sunotui", "export", *options],
        env={**os.environ, **full.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=True,
        timeout=HANG_S,
    )
    assert done.stdout == written.read_bytes()
    assert "雨" in done.stdout.decode("utf-8") or not options


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_terminal_of_another_encoding_gets_question_marks(full: CommandLine, encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sunotui", "tasks"],
        env={**os.environ, **full.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=True,
        timeout=HANG_S,
    )
    assert "?" in done.stdout.decode(encoding)
