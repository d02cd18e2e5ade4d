"""The README's promises that a test can hold it to."""

from __future__ import annotations

from sunotui.tui.commands import COMMANDS, of
from tests.support.key_table import key_table
from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
TEST_COMMAND = (
    "python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt -e '.[test]'"
    " && .venv/bin/python -m pytest -n auto"
)


def test_ci_runs_the_readme_s_own_test_command() -> None:
    assert TEST_COMMAND in README
    assert TEST_COMMAND in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_key_table_is_the_registry_s() -> None:
    assert key_table() in README


def test_every_picture_it_shows_is_there() -> None:
    shown = [part.split(")")[0] for part in README.split("](screenshots/")[1:]]
    assert shown
    for name in shown:
        assert (ROOT / "screenshots" / name).stat().st_size > 1_000


def test_commands_have_names_of_their_own() -> None:
    for command in COMMANDS:
        assert [other.id for other in of(command.scope)].count(command.id) == 1
