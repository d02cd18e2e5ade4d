"""Screens that cannot open end with the same sentence and exit code as a command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pseudo_terminal import PseudoTerminal, places, sunotui


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[PseudoTerminal]]:
    """Terminals that are closed after the test."""
    terminals: list[PseudoTerminal] = []
    yield terminals
    for terminal in terminals:
        terminal.close()


@pytest.mark.parametrize(
    ("file", "content", "code", "words"),
    [
        ("config/config.toml", b"theme = [", 2, "is not TOML"),
        ("data/library.db", b"this is no library" * 100, 9, "is damaged"),
    ],
)
def test_the_exit_code_is_that_of_a_command(
    opened: list[PseudoTerminal], tmp_path: Path, file: str, content: bytes, code: int, words: str
) -> None:
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_bytes(content)
    terminal = PseudoTerminal(sunotui(), places(tmp_path))
    opened.append(terminal)
    assert terminal.ended() == code
    assert terminal.was_raw
    assert terminal.is_restored
    assert words in " ".join(terminal.screen.split())
    command = PseudoTerminal(sunotui("profiles" if code == 2 else "tasks"), places(tmp_path))
    opened.append(command)
    assert command.ended() == code


@pytest.mark.parametrize("columns", [20, 36, 60])
def test_no_row_of_a_table_wraps(opened: list[PseudoTerminal], tmp_path: Path, columns: int) -> None:
    """A stale COLUMNS is ignored, too."""
    config = tmp_path / "config" / "config.toml"
    config.parent.mkdir()
    names = [f"profile-with-a-long-name-{number}" for number in range(3)]
    config.write_text("".join(f'[profiles.{name}]\nbase_url = "https://{name}.example.com"\n' for name in names))
    environ = {**places(tmp_path), "COLUMNS": "200"}
    terminal = PseudoTerminal(sunotui("profiles"), environ, columns=columns)
    opened.append(terminal)
    assert terminal.ended() == 0
    printed = bytes(terminal.written).decode().replace("\r", "").rstrip("\n").split("\n")
    assert len(printed) == 1 + len(names)
    assert max(map(len, printed)) <= columns
