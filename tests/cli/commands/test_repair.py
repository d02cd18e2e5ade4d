"""`doctor --repair`: asks for confirmation and reports as text and JSON."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from sunotui.domain.requests.request import LyricsRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.storage.backup import back_up
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from tests.cli.commands.test_doctor import states
from tests.cli.conftest import CommandLine

SUBMISSIONS = 5


@pytest.fixture
def library(cli: CommandLine) -> Path:
    """An intact, closed library with a few submissions."""
    path = Path(cli.environ["SUNOTUI_DATA_DIR"]) / "library.db"
    db = Database.open(path)
    for n in range(SUBMISSIONS):
        Journal(db).add(Submission(f"s{n}", "home", LyricsRequest("x"), "/p", "{}", SubmissionState.READY, 1.0))
    db.close()
    return path


def damage(path: Path) -> bytes:
    damaged = bytes(100) + path.read_bytes()[100:]
    path.write_bytes(damaged)
    return damaged


class TerminalInput(io.StringIO):
    """Standard input from a user at a terminal."""

    def isatty(self) -> bool:
        return True


def test_an_intact_library_needs_no_repair(cli: CommandLine, library: Path) -> None:
    assert "intact" in cli.run("doctor", "--repair", "--yes")
    assert cli.json("doctor", "--repair", "--yes")["was_sound"] is True


def test_without_a_terminal_it_needs_yes(cli: CommandLine, library: Path) -> None:
    damaged = damage(library)
    cli.run("doctor", "--repair", code=2)
    assert "--yes" in cli.err
    cli.run("doctor", "--yes", code=2)
    assert library.read_bytes() == damaged


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "yes\n"])
def test_a_user_at_a_terminal_is_asked(
    cli: CommandLine, library: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    damaged = damage(library)
    monkeypatch.setattr("sys.stdin", TerminalInput(answer))
    documents = cli.run("doctor", "--repair", code=0 if answer == "yes\n" else 1)
    assert f"submission  {SUBMISSIONS}" in documents
    kept = list(library.parent.glob("library.corrupt-*.db"))
    if answer == "yes\n":
        assert [file.read_bytes() for file in kept] == [damaged]
        assert str(kept[0]) in documents
        assert str(library) in documents
    else:
        assert kept == []
        assert library.read_bytes() == damaged
        assert "Nothing was changed" in cli.err


def test_a_linked_library_is_repaired_at_its_target(cli: CommandLine, library: Path, tmp_path: Path) -> None:
    """Regression: the link itself was replaced by a library without the newest rows."""
    target = tmp_path / "elsewhere" / "songs.db"
    target.parent.mkdir()
    library.rename(target)
    library.symlink_to(target)
    damaged = damage(target)
    assert str(target) in cli.run("doctor", "--repair", "--yes")
    assert library.is_symlink()
    assert library.resolve() == target
    (kept,) = target.parent.glob("songs.corrupt-*.db")
    assert kept.read_bytes() == damaged
    assert len(cli.json("submissions")) == SUBMISSIONS
    assert states(cli.json("doctor", "--offline"))["library"] == "ok"


def test_the_report_is_one_document(cli: CommandLine, library: Path) -> None:
    back_up(library, 1_770_000_000.0)
    library.write_bytes(library.read_bytes()[:9_000])
    document = cli.json("doctor", "--repair", "--yes")
    assert document["ok"] is True
    assert document["backup"] is not None
    rows = {table["name"]: table for table in document["tables"]}
    assert rows["submission"] == {
        "name": "submission",
        "rescued": 0,
        "from_backup": SUBMISSIONS,
        "spoilt": 0,
        "mended": 0,
        "is_whole": False,
    }
    assert Path(document["kept"]).stat().st_size == 9_000
    assert "--yes" not in cli.err
    assert len(cli.json("submissions")) == SUBMISSIONS


def test_a_library_in_use_is_reported(cli: CommandLine, library: Path) -> None:
    db = Database.open(library)
    cli.run("doctor", "--repair", "--yes", code=9)
    assert "Another sunotui" in cli.err
    db.close()


def test_without_a_library_nothing_is_created(cli: CommandLine) -> None:
    cli.run("doctor", "--repair", "--yes", code=9)
    assert "no library" in cli.err
    assert not Path(cli.environ["SUNOTUI_DATA_DIR"]).exists()


def test_the_doctor_reports_backups(cli: CommandLine, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sunotui.storage.secrets.tokens.TokenStore.describe", lambda store: "none: there is no keyring")
    assert "None yet" in str(cli.json("doctor", "--offline"))
    back_up(library, 1_770_000_000.0)
    document = cli.json("doctor", "--offline")
    assert states(document)["backups"] == "ok"
    assert "2026-02-02" in str(document)
