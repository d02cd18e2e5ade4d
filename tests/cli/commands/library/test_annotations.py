"""Annotations from scripts: every id is resolved before anything changes, and each change is reported."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from sunotui.cli.arguments.annotations import SORTS
from sunotui.domain.annotations import NOTE_LIMIT
from sunotui.domain.browse import Sort
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from tests.cli.commands.library.conftest import with_tasks
from tests.cli.conftest import CommandLine


def text_in(text: str) -> io.TextIOWrapper:
    """Standard input with a text."""
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")


SONG = Task(
    "aaaaaa11-task",
    "home",
    TaskKind.MUSIC,
    TaskStatus.SUCCESS,
    1_700_000_000.0,
    clips=tuple(Clip(f"cccccc{number}-take", "Rain", ClipStatus.COMPLETE, duration_s=61.0) for number in (1, 2)),
)
WORDS = Task("bbbbbb22-task", "home", TaskKind.LYRICS, TaskStatus.SUCCESS, 1_700_000_100.0, title_hint="Mars")


@pytest.fixture
def library(cli: CommandLine) -> CommandLine:
    """A command line with a library of a song and some lyrics, without a profile."""
    return with_tasks(cli, SONG, WORDS)


def test_labels(library: CommandLine) -> None:
    assert library.run("label", "add", "Late Night", "aaaaaa", WORDS.id) == "Labelled “Late Night”: 2 songs\n"
    assert library.run("label", "add", "LATE night", "cccccc1-take") == ""
    assert "No change" in library.err
    assert library.json("label", "list") == [{"label": "Late Night", "tasks": 2}]
    assert library.run("label", "remove", "late night", WORDS.id) == "Removed label “Late Night”: 1 song\n"
    assert library.run("label", "list").split() == ["LABEL", "SONGS", "Late", "Night", "1"]
    assert library.json("label", "remove", "late night", SONG.id)[0]["labels"] == []
    assert library.run("label", "list") == ""
    assert "no labels" in library.err


def test_ratings_stars_and_played_marks(library: CommandLine) -> None:
    assert library.run("rate", "4", SONG.id, "--take", "2") == "Rated ★4: 1 take\n"
    assert library.run("rate", "--favourite", "--played", "2", SONG.id, WORDS.id).splitlines() == [
        "Rated ★2: 2 takes",
        "Favourite: 2 takes",
        "Played: 2 takes",
    ]
    shown = library.json("show", SONG.id)
    assert (shown["rating"], shown["starred"], shown["heard"]) == (4, True, 1)
    assert [(clip["rating"], clip["starred"]) for clip in shown["clips"]] == [(2, True), (4, False)]
    assert [clip["heard_at"] is None for clip in shown["clips"]] == [False, True]
    assert library.json("show", "cccccc2-take")["rating"] == 4
    assert "4 of 5" in library.run("show", SONG.id)
    assert library.run("rate", "0", "cccccc2-take") == "Unrated: 1 take\n"
    kept = library.json("rate", "--unfavourite", "--unplayed", SONG.id)
    assert (kept[0]["rating"], kept[0]["starred"], kept[0]["heard"]) == (2, False, 0)


@pytest.mark.parametrize(
    "argv",
    [
        ["rate", "6", SONG.id],
        ["rate", SONG.id],
        ["rate", "3"],
        ["rate", "--favourite"],
        ["rate", "3", SONG.id, "--favourite", "--unfavourite"],
        ["label"],
        ["label", "add", "jazz"],
        ["label", "add", " ", SONG.id],
        ["album", "move", "Best", SONG.id],
        ["album", "move", "Best", SONG.id, "--to", "0"],
        ["album", "add", "\u200b", SONG.id],
        ["rate", "3", "cccccc1-take", "--take", "2"],
    ],
)
def test_invalid_arguments_change_nothing(library: CommandLine, argv: list[str]) -> None:
    library.run(*argv, code=2)
    assert library.err
    assert library.json("show", SONG.id)["rating"] == 0


@pytest.mark.parametrize(
    "argv",
    [
        ["label", "add", "jazz", SONG.id, "nothing"],
        ["rate", "3", SONG.id, "nothing"],
        ["rate", "3", SONG.id, "--take", "3"],
        ["note", "nothing", "words"],
        ["trash", SONG.id, "nothing"],
        ["restore", "nothing"],
        ["album", "show", "nothing"],
        ["album", "remove", "nothing", SONG.id],
        ["album", "rename", "nothing", "new"],
        ["album", "delete", "nothing"],
    ],
)
def test_with_one_unknown_id_nothing_changes(library: CommandLine, argv: list[str]) -> None:
    library.run(*argv, code=7)
    shown = library.json("show", SONG.id)
    assert (shown["rating"], shown["labels"], shown["trashed"]) == (0, [], False)


def test_a_note(library: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert library.run("note", SONG.id) == ""
    assert "no note" in library.err
    assert library.run("note", SONG.id, "the bridge\x1b[31m is good") == "Wrote a note\n"
    assert library.run("note", SONG.id[:8]) == "the bridge\x1b[31m is good\n"
    monkeypatch.setattr("sys.stdin", text_in("two\nlines\n"))
    library.run("note", SONG.id, "-")
    assert library.json("note", SONG.id)[0]["note"] == "two\nlines"
    assert "two" in library.run("show", SONG.id)
    assert library.run("note", SONG.id, "") == "Removed the note\n"


def test_the_trash(library: CommandLine) -> None:
    assert library.run("trash", SONG.id, WORDS.id) == "Moved 2 songs to the trash\n"
    assert library.json("show", SONG.id)["trashed"] is True
    assert library.run("restore", SONG.id) == "Restored 1 song from the trash\n"
    assert library.run("restore", SONG.id) == ""
    assert library.json("trash", WORDS.id)[0]["trashed"] is True


def test_albums(library: CommandLine) -> None:
    assert library.run("album", "add", "Best", "cccccc2-take", WORDS.id) == "Added to the album “Best”: 2 takes\n"
    assert library.run("album", "add", "best", SONG.id) == "Added to the album “Best”: 1 take\n"
    assert library.run("album", "move", "Best", SONG.id, "--to", "1") == "Moved to position 1 of the album “Best”\n"
    shown = library.json("album", "show", "BEST")
    assert [(row["task"], row["take"], row["title"]) for row in shown["takes"]] == [
        (SONG.id, 1, "Rain"),
        (SONG.id, 2, "Rain"),
        (WORDS.id, None, "Mars"),
    ]
    library.run("trash", WORDS.id)
    assert "in the trash" in library.run("album", "show", "Best").splitlines()[-1]
    assert library.json("album", "list") == [{"name": "Best", "takes": 2, "duration": 122.0, "saved": 0}]
    assert library.json("show", SONG.id)["albums"] == ["Best"]
    library.run("album", "move", "Best", SONG.id, "--to", "99")
    assert library.json("album", "show", "Best")["takes"][2]["task"] == SONG.id
    assert library.run("album", "remove", "Best", SONG.id, "--take", "2") == "Removed from the album “Best”: 1 take\n"
    assert library.run("album", "rename", "Best", "Rest") == "Renamed the album “Best” to “Rest”\n"
    library.run("album", "add", "Other", SONG.id)
    library.run("album", "rename", "Other", "REST", code=2)
    assert library.run("album", "delete", "rest") == "Deleted the album “Rest”; its takes stay\n"
    assert library.run("album", "list").splitlines()[1].split() == ["Other", "1", "1:01"]
    assert library.json("album", "remove", "Other", SONG.id) == [
        {"name": "Other", "takes": 0, "duration": 0.0, "saved": 0}
    ]
    assert library.run("album", "show", "other") == ""
    assert "empty" in library.err


def test_a_take_that_is_not_in_the_album_is_not_moved(library: CommandLine) -> None:
    library.run("album", "add", "Best", SONG.id)
    library.run("album", "move", "Best", WORDS.id, "--to", "1", code=7)


def test_the_list_shows_annotations(library: CommandLine) -> None:
    library.run("rate", "5", SONG.id)
    library.run("label", "add", "jazz", SONG.id)
    library.run("note", SONG.id, "good")
    found = {task["id"]: task for task in library.json("tasks")}
    assert [found[SONG.id][key] for key in ("rating", "starred", "heard", "labels", "note")] == [
        5,
        False,
        0,
        ["jazz"],
        "good",
    ]
    assert list(found[WORDS.id])[-7:] == ["rating", "starred", "heard", "labels", "note", "albums", "trashed"]
    assert json.dumps(found[WORDS.id]["labels"]) == "[]"


@pytest.mark.guarantee(
    "E2",
    ordinary=(
        "notes, names and searches at and over their limits; names that share their first 59 characters; "
        "empty standard input"
    ),
)
def test_a_note_is_never_truncated_nor_deleted_by_empty_input(
    library: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "bridge " * 3_500 + "end"
    monkeypatch.setattr("sys.stdin", text_in(long))
    assert library.run("note", SONG.id, "-") == "Wrote a note\n"
    assert library.run("note", SONG.id) == long + "\n"
    for text, words in (("", "no text"), (" \n\t\n", "no text"), ("x" * (NOTE_LIMIT + 1), "at most 65,536")):
        monkeypatch.setattr("sys.stdin", text_in(text))
        assert library.run("note", SONG.id, "-", code=2) == ""
        assert words in library.err
        assert library.json("note", SONG.id)[0]["note"] == long
    library.run("note", SONG.id, "x" * (NOTE_LIMIT + 1), code=2)
    assert library.json("note", SONG.id)[0]["note"] == long
    assert library.run("note", SONG.id, "") == "Removed the note\n"


@pytest.mark.guarantee("E2")
@pytest.mark.parametrize("make", [["label", "add"], ["album", "add"]])
def test_names_that_differ_at_their_ends_are_distinct(library: CommandLine, make: list[str]) -> None:
    one, other = ("a name as long as that of a song about the sea and its many ships, part " + end for end in "12")
    for name in (one, other):
        assert name in library.run(*make, name, SONG.id)
    found = library.json(make[0], "list")
    assert [row.get("label") or row.get("name") for row in found] == [one, other]
    library.run(*make, "x" * 201, SONG.id, code=2)
    assert "at most 200" in library.err
    assert library.json(make[0], "list") == found


@pytest.mark.guarantee("E2")
def test_saved_searches_that_differ_at_their_ends_are_distinct(library: CommandLine) -> None:
    for end in "12":
        library.run("search", "save", "x" * 100 + end, f"rating:{end}")
    assert [row["search"] for row in library.json("search", "list")] == ["rating:1", "rating:2"]


@pytest.mark.guarantee("E2")
def test_a_limited_list_says_that_there_is_more(library: CommandLine) -> None:
    library.run("search", "save", "All", "since:9999w")
    for command in (["tasks"], ["search", "show", "All"]):
        assert len(library.json(*command, "--limit", "1")) == 1
        assert "Only the first 1 are shown" in library.err
        assert len(library.json(*command, "--limit", "2")) == 2
        assert library.err == ""


def test_searches_under_names(library: CommandLine) -> None:
    library.run("rate", "5", WORDS.id)
    assert (
        library.run("search", "save", "All of it", "since:9999w", "--sort", "title") == "Saved the search “All of it”\n"
    )
    assert library.run("search", "save", "all OF it", "since:9999w", "--sort", "title") == (
        "Replaced the saved search “All of it” (was: since:9999w)\n"
    )
    kept = [{"name": "all OF it", "search": "since:9999w", "sort": "title", "reversed": False}]
    assert library.json("search", "list") == kept
    assert [row["id"] for row in library.json("search", "show", "ALL of it")] == [WORDS.id, SONG.id]
    library.run("search", "save", "all OF it", "since:9999w", "--sort", "title", "--reverse")
    assert [row["id"] for row in library.json("search", "show", "all of it", "--limit", "1")] == [SONG.id]
    assert "title, reversed" in library.run("search", "list")
    assert library.run("search", "delete", "All of it") == "Deleted the search “all OF it”\n"
    assert library.run("search", "list") == ""
    assert "no saved searches" in library.err


def test_an_invalid_or_unknown_saved_search(library: CommandLine) -> None:
    library.run("search", "save", "Nothing", " ", code=2)
    library.run("search", "save", "\u200b", "rain", code=2)
    library.run("search", "show", "nope", code=7)
    library.run("search", "delete", "nope", code=7)
    library.run("search", "save", "Odd", "len:>x rain", code=2)
    assert "at character 1" in library.err
    assert library.json("search", "list") == []


def test_an_invalid_saved_search_lists_nothing(library: CommandLine) -> None:
    with Database.open(Path(library.environ["SUNOTUI_DATA_DIR"]) / "library.db").write() as connection:
        connection.execute("INSERT INTO saved_search VALUES (1, 'Odd', 'odd', 'since:2026-13-45', 'age', 0)")
    assert library.run("search", "show", "Odd", "--json", code=2) == ""
    assert "is not a time" in library.err


def test_tasks_in_another_order(library: CommandLine) -> None:
    library.run("rate", "5", SONG.id)

    def listed(*argv: str) -> list[str]:
        return [row["id"] for row in library.json("tasks", *argv)]

    assert listed() == [WORDS.id, SONG.id]
    assert listed("--reverse") == [SONG.id, WORDS.id]
    assert listed("--sort", "title") == [WORDS.id, SONG.id]
    assert listed("--sort", "title", "--reverse", "--limit", "1") == [SONG.id]
    assert listed("--sort", "rating") == [SONG.id, WORDS.id]


def test_sort_orders_of_the_command_line_are_those_of_the_list() -> None:
    assert set(SORTS) == {sort.value for sort in Sort}


@pytest.mark.guarantee("E2")
@pytest.mark.parametrize("text", ["   ", "\u200b", "\ufeff", "\u3164\n"], ids=ascii)
def test_a_note_without_visible_text_deletes_nothing(text: str, library: CommandLine) -> None:
    library.run("note", SONG.id, "keep me")
    assert library.run("note", SONG.id, text, code=2) == ""
    assert "The note has no text, and the note stays" in library.err
    assert library.run("note", SONG.id) == "keep me\n"
