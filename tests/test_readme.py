"""The parts of the README that a test can check: commands, key tables, pictures and links."""

from __future__ import annotations

import re
import shlex

import pytest

from sunotui.cli.arguments.parser import parse
from sunotui.tui.commands.registry import COMMANDS, of
from tests.scripts.key_table import MAIN_COMMANDS, key_table, main_key_table
from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
TEST_COMMAND = (
    "python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt -e '.[test]'"
    " && .venv/bin/python -m pytest -n auto"
)

SHELL_BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
EXAMPLES = [line for block in SHELL_BLOCKS for line in block.splitlines() if line.startswith("sunotui")]


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_command_is_valid(line: str) -> None:
    parse(shlex.split(line, comments=True)[1:])


def test_examples_are_found() -> None:
    assert len(EXAMPLES) > 30


def test_the_first_command_opens_the_demo() -> None:
    first, second = SHELL_BLOCKS[:2]
    assert first.strip().endswith("&& .venv/bin/sunotui --demo")
    assert second.strip() == TEST_COMMAND


def test_ci_runs_the_readme_s_own_test_command() -> None:
    assert TEST_COMMAND in README
    assert TEST_COMMAND in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_key_tables_are_the_registry_s() -> None:
    assert main_key_table() in README
    assert key_table() in (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")


def test_the_readme_lists_about_a_dozen_keys() -> None:
    assert 10 <= len(MAIN_COMMANDS) <= 15


def test_the_first_pictures_are_the_library_and_the_tour() -> None:
    assert [name.split(")")[0] for name in README.split("](screenshots/")[1:3]] == ["library.png", "tour.gif"]


def test_every_picture_there_is_shown() -> None:
    stored = {path.name for path in (ROOT / "screenshots").iterdir()}
    assert stored == {part.split(")")[0] for part in README.split("](screenshots/")[1:]}


def test_every_picture_can_be_made_again() -> None:
    script = (ROOT / "tests" / "scripts" / "make_pictures.py").read_text(encoding="utf-8")
    for path in (ROOT / "screenshots").iterdir():
        assert f'"{path.stem}"' in script, path.name


def test_every_picture_it_shows_is_there() -> None:
    shown = [part.split(")")[0] for part in README.split("](screenshots/")[1:]]
    assert shown
    for name in shown:
        assert (ROOT / "screenshots" / name).stat().st_size > 1_000


def test_commands_have_names_of_their_own() -> None:
    for command in COMMANDS:
        assert [other.id for other in of(command.scope)].count(command.id) == 1
