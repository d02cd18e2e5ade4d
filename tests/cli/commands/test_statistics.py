"""sunotui stats."""

from __future__ import annotations

import re

import pytest

from tests.cli.conftest import CommandLine, StartDemo


@pytest.fixture
def evening(cli: CommandLine, start_demo: StartDemo, swift: None) -> CommandLine:
    """A library with a finished song and finished lyrics."""
    cli.use(start_demo())
    cli.run("music", "--describe", "rain on a tin roof", "--wait")
    cli.run("lyrics", "a letter from the sea", "--wait")
    return cli


def test_an_empty_library_has_nothing_to_count(cli: CommandLine) -> None:
    assert cli.run("stats") == ""
    assert "empty" in cli.err
    assert cli.json("stats")["total"]["tasks"] == 0


def test_statistics_as_json(evening: CommandLine) -> None:
    document = evening.json("stats")
    assert document["total"] == {"tasks": 2, "ended": 2, "failed": 0, "failure_rate": 0.0, "takes": 2, "kept": 0}
    assert [week["takes"] for week in document["weeks"]] == [2]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", document["weeks"][0]["week"])
    assert [one["profile"] for one in document["gateways"]] == ["env"]
    assert [one["takes"] for one in document["models"]] == [2]


def test_statistics_as_text_have_a_plot_of_one_line(evening: CommandLine) -> None:
    lines = evening.run("stats").splitlines()
    assert lines[0].strip() == "Takes per week"
    assert any("█" in line for line in lines[1:9])
    assert any("0 liked: favourite, rated 4+ or on an album" in line for line in lines)
    assert max(map(len, lines)) <= 100
