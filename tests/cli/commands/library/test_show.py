"""Reading one task: show, url, and abbreviated ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from tests.cli.commands.library.small_library import SONG, WORDS
from tests.cli.conftest import CommandLine
from tests.cli.output.test_text import SOUND_KEYS


@pytest.mark.parametrize("wanted", [SONG.id, SONG.id[:8]])
def test_a_task_is_shown_by_its_id_or_the_beginning(library: CommandLine, wanted: str) -> None:
    assert library.json("show", wanted)["id"] == SONG.id


@pytest.mark.parametrize("wanted", ["cccccc33-two", "cccccc33"])
def test_a_clip_is_shown_with_its_number(library: CommandLine, wanted: str) -> None:
    document = library.json("show", wanted)
    assert (document["id"], document["take"]) == ("cccccc33-two", 2)


def test_a_page_shows_the_facts_and_the_lyrics(library: CommandLine) -> None:
    page = library.run("show", SONG.id)
    assert "https://cdn.example/1.mp3" in page
    assert "[Verse]\nla" in page
    assert "https://cdn.example/2.mp4" in page
    assert "no luck" in library.run("show", WORDS.id)


def test_musical_facts_are_shown(library: CommandLine) -> None:
    page = " ".join(library.run("show", "cccccc33").split())
    assert "bpm 112 key A minor sliders weirdness 0.25 voice persona-1 max mode yes" in page
    assert "max mode" not in library.run("show", "cccccc22")
    document = library.json("show", "cccccc33")
    assert list(document)[-len(SOUND_KEYS) :] == SOUND_KEYS
    assert [document[name] for name in SOUND_KEYS] == [112.0, "A minor", None, 0.25, None, "persona-1", True]


def test_an_ambiguous_prefix_is_rejected(library: CommandLine) -> None:
    library.run("show", "aaaaaa", code=2)
    assert "2 ids begin with aaaaaa" in library.err


@pytest.mark.parametrize("wanted", ["aaaaa", "zzzzzzzz", "", "%%%%%%", "______", "Rain", "x" * 9_000])
def test_an_unknown_id_is_not_found(library: CommandLine, wanted: str) -> None:
    assert library.run("show", wanted, "--json", code=7) == ""
    assert ("at least its first 6 characters" in library.err) is (len(wanted) < 6)


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
def test_a_missing_url_is_reported(library: CommandLine, argv: list[str], code: int) -> None:
    assert library.run("url", *argv, code=code) == ""
    assert library.err


@pytest.mark.parametrize(
    "meant",
    [
        " {} ",
        "{},",
        "\ufeff{}\u200b, ",
        "{}\r\n",
    ],
)
def test_an_id_is_found_as_it_was_copied(library: CommandLine, meant: str) -> None:
    for name in (SONG.id, SONG.clips[0].id, SONG.id[:8]):
        for written in (name, name.upper()):
            found = library.json("show", meant.format(written))
            assert found["id"] in {SONG.id, SONG.clips[0].id}


def test_an_id_in_its_own_case_comes_before_others(library: CommandLine) -> None:
    database = Database.open(Path(library.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    TaskStore(database).save([SONG._replace(id=SONG.id.upper(), clips=())])
    database.close()
    assert library.json("show", SONG.id.upper())["id"] == SONG.id.upper()
    assert library.json("show", SONG.id)["id"] == SONG.id
    library.run("show", SONG.id.title(), code=2)
    assert "2 ids begin with" in library.err


def test_copying_names_the_tool(library: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sunotui.cli.commands.library.clip_files.copy_with_tools", lambda text, environ: ["xclip"])
    assert library.run("url", SONG.id, "--copy") == "https://cdn.example/1.mp3\n"
    assert library.err == "URL copied (xclip)\n"


def test_copying_without_any_tool_is_reported(library: CommandLine) -> None:
    library.environ["PATH"] = ""
    assert library.run("url", SONG.id, "--copy", code=5) == "https://cdn.example/1.mp3\n"
    assert "The URL could not be copied" in library.err


def test_on_a_terminal_the_terminal_copies_too(library: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    library.environ["PATH"] = ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    library.run("url", SONG.id, "--copy")
    assert "\x1b]52;c;aHR0cHM6Ly9jZG4uZXhhbXBsZS8xLm1wMw==\x07" in library.err
    assert "URL copied (terminal" in library.err


# --- differences between request and result ---------------------------------------------------------------------------

ASKED = MusicRequest(lyrics="[Verse]\nla", title="Rain", style="city pop", exclude="drums")
MADE = Task(
    "dddddd11-task",
    "home",
    TaskKind.MUSIC,
    TaskStatus.SUCCESS,
    1_700_000_200.0,
    made_in_s=131.0,
    clips=(
        Clip("eeeeee11-one", "Rain", ClipStatus.COMPLETE, tags="polka", lyrics="[Verse]\nla", parents=("p1", "p2")),
        Clip("eeeeee22-two", "Rain", ClipStatus.COMPLETE, tags="City  Pop", lyrics="[Verse]\nla la", exclude="drums"),
    ),
)


@pytest.fixture
def relayed(cli: CommandLine) -> CommandLine:
    """A library with one song from a relay that dropped and changed fields of the request."""
    database = Database.open(Path(cli.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    journal = Journal(database)
    journal.add(Submission("s1", "home", ASKED, "/suno/submit/music", "{}", SubmissionState.READY, 1_700_000_200.0))
    journal.claim("s1", 1_700_000_200.0)
    journal.accept("s1", MADE, 1_700_000_201.0)
    database.close()
    return cli


def test_a_task_s_json_has_the_differences_from_the_request(relayed: CommandLine) -> None:
    document = relayed.json("show", MADE.id)
    assert document["differences"] == [
        {"take": 1, "field": "Style", "asked": "city pop", "made": "polka"},
        {"take": 1, "field": "Exclude", "asked": "drums", "made": ""},
        {"take": 2, "field": "Lyrics", "asked": "[Verse]\nla", "made": "[Verse]\nla la"},
    ]
    assert document["made_in_s"] == 131.0
    assert document["clips"][0]["parents"] == ["p1", "p2"]
    assert document["clips"][1]["exclude"] == "drums"
    assert relayed.json("tasks") == [document]


def test_the_page_shows_the_differences(relayed: CommandLine) -> None:
    page = relayed.run("show", MADE.id)
    assert "took     2:11" in page
    assert "Style: requested city pop; got polka" in page
    assert "Exclude: requested drums; the response does not mention it" in page
    assert "made from  p1, p2" in page
    assert "polka" not in relayed.run("show", "eeeeee22-two")
    assert "Lyrics: requested [Verse] la; got [Verse] la la" in relayed.run("show", "eeeeee22-two")


def test_long_lyrics_that_begin_alike_are_shown_as_different(relayed: CommandLine) -> None:
    same = "la " * 40
    database = Database.open(Path(relayed.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    journal = Journal(database)
    asked = MusicRequest(lyrics=same + "end")
    journal.add(Submission("s2", "home", asked, "/suno/submit/music", "{}", SubmissionState.READY, 1.0))
    journal.claim("s2", 1.0)
    clip = Clip("ffffff11-one", status=ClipStatus.COMPLETE, lyrics=same + "another end")
    journal.accept("s2", Task("gggggg11-task", "home", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(clip,)), 2.0)
    database.close()
    assert "Lyrics: starts as requested, la la" in relayed.run("show", "gggggg11-task")
