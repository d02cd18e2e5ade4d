"""Commands upgrade an older library first: they say so if it takes long, show the progress, and can be interrupted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sunotui.cli.output import library_upgrade
from sunotui.cli.output.progress_line import ProgressLine
from sunotui.storage.db.connection import Database
from tests.cli.conftest import CommandLine
from tests.support.older_library import VERSION, downgrade
from tests.support.sample_library import fill


@pytest.fixture
def library(cli: CommandLine) -> Path:
    """A library of an older version, of this command line."""
    path = Path(cli.environ["SUNOTUI_DATA_DIR"]) / "library.db"
    db = Database.open(path)
    fill(db, songs=300)
    db.close()
    downgrade(path)
    return path


def version_of(path: Path) -> int:
    """The version in the header of a file."""
    return int.from_bytes(path.read_bytes()[60:64], "big")


def test_a_short_upgrade_is_not_mentioned(cli: CommandLine, library: Path) -> None:
    assert cli.json("show", "t1")["id"] == "t1"
    assert cli.err == ""
    assert version_of(library) > VERSION


def test_a_long_upgrade_is_announced(cli: CommandLine, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_upgrade, "_TOLD_FROM_S", 0.0)
    assert cli.json("show", "t1")["id"] == "t1"
    first, *others = cli.err.splitlines()
    assert first.startswith("The library is upgraded first: about 0:0")
    assert first.endswith("MB of free space. The old one is kept as library.version-10.db")
    assert others == [], "no line of progress without a terminal"
    cli.json("show", "t1")
    assert cli.err == ""


def test_the_progress_is_drawn_on_a_terminal(
    cli: CommandLine, library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(library_upgrade, "_TOLD_FROM_S", 0.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    cli.run("show", "t1")
    assert "\r\x1b[KUpgrading the library: 0 %" in cli.err
    assert cli.err.endswith("\r\x1b[K")


def test_an_interrupted_upgrade_is_continued_by_the_next_command(
    cli: CommandLine, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_line: object, _words: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(library_upgrade, "_TOLD_FROM_S", 0.0)
    with monkeypatch.context() as patch:
        patch.setattr(ProgressLine, "show", interrupt)
        cli.run("show", "t1", code=130)
    assert cli.err.splitlines()[1:] == ["Interrupted: no song is lost; the next start continues the upgrade"]
    assert version_of(library) == VERSION
    assert cli.json("show", "t1")["id"] == "t1"


def test_a_library_that_cannot_be_upgraded_is_one_sentence(cli: CommandLine, library: Path) -> None:
    library.write_bytes(library.read_bytes()[:5_000])
    cli.run("show", "t1", code=9)
    assert "is damaged: its end is missing" in cli.err
    assert len(cli.err.splitlines()) == 1
