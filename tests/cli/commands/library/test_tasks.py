"""sunotui tasks."""

from __future__ import annotations

import pytest

from tests.cli.commands.library.small_library import SONG, WORDS
from tests.cli.conftest import CommandLine


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
def test_tasks_are_filtered(library: CommandLine, options: list[str], ids: list[str]) -> None:
    assert [task["id"] for task in library.json("tasks", *options)] == ids


@pytest.mark.parametrize("search", ["since:2026-13-45", "rain is:nosuch", "👩", "", " ", 'tag:"edm'])
def test_an_invalid_search_lists_nothing(library: CommandLine, search: str) -> None:
    for options in ([], ["--json"]):
        assert library.run("tasks", f"--search={search}", *options, code=2) == ""
        assert "search" in library.err


def test_an_empty_result_is_reported_on_stderr(library: CommandLine) -> None:
    assert library.run("tasks", "--search", "nowhere") == ""
    assert "No matching songs" in library.err


def test_an_empty_library_says_so(cli: CommandLine) -> None:
    assert cli.run("tasks") == ""
    assert "The library is empty" in cli.err


def test_an_unknown_profile_is_reported(cli: CommandLine) -> None:
    cli.run("tasks", "--profile", "nope", code=2)
    assert "There is no gateway 'nope'" in cli.err
    assert cli.json("tasks", "--profile", "env") == []
