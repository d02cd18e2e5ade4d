"""Reading the library: tasks, show, url, and what an id may be shortened to."""

from pathlib import Path

import pytest

from sunotui.domain.clip import Clip, ClipStatus
from sunotui.domain.task import Task, TaskKind, TaskStatus
from sunotui.storage.database import Database
from sunotui.storage.library import Library
from tests.cli.conftest import CommandLine

SONG = Task(
    "aaaaaa11-task",
    "home",
    TaskKind.MUSIC,
    TaskStatus.SUCCESS,
    1_700_000_000.0,
    clips=(
        Clip("cccccc22-one", "Rain", ClipStatus.COMPLETE, audio_url="https://cdn.example/1.mp3", lyrics="[Verse]\nla"),
        Clip("cccccc33-two", "Rain", ClipStatus.COMPLETE, video_url="https://cdn.example/2.mp4"),
    ),
)
WORDS = Task("aaaaaa22-task", "work", TaskKind.LYRICS, TaskStatus.FAILURE, 1_700_000_100.0, fail_reason="no luck")


@pytest.fixture
def library(cli: CommandLine) -> CommandLine:
    """A command line on a library of two tasks, without any profile."""
    database = Database.open(Path(cli.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    Library(database).save([SONG, WORDS])
    database.close()
    return cli


def test_tasks_come_newest_first(library: CommandLine) -> None:
    assert [task["id"] for task in library.json("tasks")] == [WORDS.id, SONG.id]
    assert len(library.run("tasks").splitlines()) == 3


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["--status", "failure"], [WORDS.id]),
        (["--search", "RAIN"], [SONG.id]),
        (["--search", "cccccc33"], [SONG.id]),
        (["--profile", "work"], [WORDS.id]),
        (["--limit", "1"], [WORDS.id]),
        (["--status", "lost"], []),
    ],
)
def test_tasks_are_chosen(library: CommandLine, options: list[str], ids: list[str]) -> None:
    assert [task["id"] for task in library.json("tasks", *options)] == ids


def test_an_empty_answer_is_said_beside_the_output(library: CommandLine) -> None:
    assert library.run("tasks", "--search", "nowhere") == ""
    assert "No task fits" in library.err


def test_an_empty_library_says_so(cli: CommandLine) -> None:
    assert cli.run("tasks") == ""
    assert "The library is empty" in cli.err


@pytest.mark.parametrize("wanted", [SONG.id, SONG.id[:8]])
def test_a_task_is_shown_by_its_id_or_the_beginning(library: CommandLine, wanted: str) -> None:
    assert library.json("show", wanted)["id"] == SONG.id


@pytest.mark.parametrize("wanted", ["cccccc33-two", "cccccc33"])
def test_a_clip_is_shown_with_its_number(library: CommandLine, wanted: str) -> None:
    document = library.json("show", wanted)
    assert (document["id"], document["take"]) == ("cccccc33-two", 2)


def test_a_page_shows_what_is_known_and_the_words(library: CommandLine) -> None:
    page = library.run("show", SONG.id)
    assert "https://cdn.example/1.mp3" in page
    assert "[Verse]\nla" in page
    assert "https://cdn.example/2.mp4" in page
    assert "no luck" in library.run("show", WORDS.id)


def test_what_several_ids_begin_with_is_refused(library: CommandLine) -> None:
    library.run("show", "aaaaaa", code=2)
    assert "2 ids begin with aaaaaa" in library.err


@pytest.mark.parametrize("wanted", ["aaaaa", "zzzzzzzz", "", "%%%%%%", "______", "Rain", "\ud800aaaaaa", "x" * 9_000])
def test_what_nothing_is_called_is_not_found(library: CommandLine, wanted: str) -> None:
    assert library.run("show", wanted, "--json", code=7) == ""


def test_a_url_is_printed_alone(library: CommandLine) -> None:
    assert library.run("url", SONG.id) == "https://cdn.example/1.mp3\n"
    assert library.run("url", "cccccc33", "--kind", "video") == "https://cdn.example/2.mp4\n"
    assert library.run("url", SONG.id, "--take", "2", "--kind", "video") == "https://cdn.example/2.mp4\n"


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        ([SONG.id, "--take", "2"], 7),
        ([SONG.id, "--take", "3"], 7),
        ([SONG.id, "--kind", "image"], 7),
        ([WORDS.id], 7),
        (["nothing"], 7),
        (["cccccc22", "--take", "2"], 2),
    ],
)
def test_a_url_that_is_not_there_is_told(library: CommandLine, argv: list[str], code: int) -> None:
    assert library.run("url", *argv, code=code) == ""
    assert library.err


def test_copying_says_what_took_it(library: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sunotui.studio.clipboard.copy_with_tools", lambda text, environ: ["xclip"])
    assert library.run("url", SONG.id, "--copy") == "https://cdn.example/1.mp3\n"
    assert library.err == "Copied by xclip\n"


def test_copying_without_any_way_says_so(library: CommandLine) -> None:
    library.environ["PATH"] = ""
    assert library.run("url", SONG.id, "--copy") == "https://cdn.example/1.mp3\n"
    assert "Nothing here could copy it" in library.err


def test_on_a_terminal_the_terminal_copies_too(library: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    library.environ["PATH"] = ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    library.run("url", SONG.id, "--copy")
    assert "\x1b]52;c;aHR0cHM6Ly9jZG4uZXhhbXBsZS8xLm1wMw==\x07" in library.err
    assert "Copied by the terminal (OSC 52)" in library.err
