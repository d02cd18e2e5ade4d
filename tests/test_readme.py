"""The parts of the README that a test can check: commands, the key table, pictures and links."""

from __future__ import annotations

import re
import shlex

import pytest

from sunotui.cli.arguments.parser import parse
from sunotui.tui.commands import COMMANDS, of
from tests.scripts.key_table import key_table
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
