"""Screens that cannot open end with the same sentence and exit code as a command."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from sunotui.cli import launch
from sunotui.cli.commands.gateway.demo_screens import demo_paths, has_songs
from sunotui.core.core import Core
from sunotui.storage.config.settings import SaveSettings
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.support.pseudo_terminal import PseudoTerminal, places, sunotui
from tests.tui.harness import song


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


def test_the_demo_has_the_theme_of_the_config_file(opened: list[PseudoTerminal], tmp_path: Path) -> None:
    config = tmp_path / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text('theme = "nord"\nprofile = "not in the demo"\n')
    terminal = PseudoTerminal(sunotui("--demo"), {**places(tmp_path), "HOME": str(tmp_path)})
    opened.append(terminal)
    terminal.wait_for("Your songs will appear here")
    assert b"48;2;46;52;64" in terminal.written, "the ground of nord"


@pytest.mark.parametrize("is_kept", [False, True])
def test_the_demo_saves_into_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_kept: bool) -> None:
    """Fails with takes of the demo among those of the user."""
    places_of_user = {**places(tmp_path), "HOME": str(tmp_path)}
    config = tmp_path / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text(f'[save]\nfolder = "{tmp_path}/music"\nartist = "Me"\n')
    found: list[tuple[Path, SaveSettings]] = []

    def run(core: Core, _prepare: object) -> int:
        async def read() -> None:
            await core.open()
            found.append((core.paths.data, core.settings.save))
            await core.close(0)

        asyncio.run(read())
        return 0

    monkeypatch.setattr(launch, "run_app", run)
    arguments = SimpleNamespace(fault=[], dialect="reference", keep_demo=is_kept)
    assert launch._demo(arguments, places_of_user) == 0
    ((data, save),) = found
    assert (save.folder, save.artist) == (str(data / "saved"), "Me")
    assert data.exists() is is_kept


@pytest.mark.parametrize("name", ["crash-20260131-120000-1f.txt", "unsaved-note-20260131-120000-1f-abcdef.txt"])
def test_a_file_that_a_message_named_outlives_the_demo(name: str) -> None:
    with demo_paths({}, is_kept=False) as paths:
        (paths.data / name).write_text("what happened")
    try:
        assert (paths.data / name).read_text() == "what happened"
    finally:
        shutil.rmtree(paths.data)


def test_lost_songs_of_the_demo_are_reported(tmp_path: Path) -> None:
    with demo_paths({}, is_kept=False) as paths:
        assert not has_songs(paths), "no library at all"
        paths.library.parent.mkdir(parents=True, exist_ok=True)
        db = Database.open(paths.library)
        try:
            TaskStore(db).save([song(1, "Rain", 1.0)])
        finally:
            db.close()
        assert has_songs(paths)


def test_nothing_else_of_the_demo_is_left() -> None:
    with demo_paths({}, is_kept=False) as paths:
        paths.library.write_text("songs")
    assert not paths.data.exists()
