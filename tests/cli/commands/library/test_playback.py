"""The commands that play, with the real player and no sound, and those for the kept queue."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from sunotui.core.documents.json_models.documents import DOCUMENTS
from tests.cli.conftest import CommandLine
from tests.support.processes import is_alive
from tests.support.pseudo_terminal import PseudoTerminal, places, sunotui
from tests.support.sound_library import add_songs, sound_server
from tests.support.waiting import HANG_S, until

SHORT_S, LONG_S = 0.6, 60.0
TOKEN = "token-of-the-listener"


class Listening:
    """A library with songs, and the environment of the commands."""

    def __init__(self, cli: CommandLine, folder: Path, base_url: str) -> None:
        self.cli = cli
        self.folder, self.base_url = folder, base_url
        self.sounds = folder / "sounds"
        cli.environ |= {"SUNOTUI_BASE_URL": base_url, "SUNOTUI_TOKEN": TOKEN, "SUNOTUI_AUDIO_OUTPUT": "null"}
        cli.environ |= {"SUNOTUI_CACHE_DIR": str(folder / "cache"), "PATH": os.environ["PATH"]}

    def add(self, seconds: float, *missing: str) -> None:
        """Put the songs into the library."""
        data = Path(self.cli.environ["SUNOTUI_DATA_DIR"])
        add_songs(data, self.base_url, self.sounds, seconds, missing=missing)

    def lines(self, *argv: str, code: int = 0) -> list[Any]:
        """The documents that a command prints in lines."""
        return [json.loads(line) for line in self.cli.run(*argv, "--json", code=code).splitlines()]

    def queued(self) -> list[str]:
        """The takes of the kept queue."""
        return [row["clip"] for row in self.cli.json("queue")["takes"]]

    def terminal(self, *argv: str) -> PseudoTerminal:
        """A command on a terminal of its own."""
        environ = {**self.cli.environ, **places(self.folder), "HOME": str(self.folder)}
        return PseudoTerminal(sunotui(*argv), environ, columns=110, rows=20)


@pytest.fixture
def listening(cli: CommandLine, tmp_path: Path) -> Iterator[Listening]:
    (tmp_path / "sounds").mkdir()
    with sound_server(tmp_path / "sounds") as base_url:
        yield Listening(cli, tmp_path, base_url)


def player_of(pid: int) -> int:
    """The player's process of a program."""
    found: list[int] = []

    def is_found() -> bool:
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if b"sunotui.player" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
        return bool(found)

    until(is_found, "the player's process")
    return found[0]


def test_all_takes_are_played_to_the_end(listening: Listening) -> None:
    """The documents fit their model, and the kept queue is that of before."""
    listening.add(SHORT_S)
    lines = listening.lines("play", "task-1")
    for line in lines:
        TypeAdapter(DOCUMENTS["playback"]).validate_python(line)
    assert [(line["clip"], line["place"]) for line in lines if line["event"] == "take"] == [
        ("take-1-1", 1),
        ("take-1-2", 2),
    ]
    assert lines[-1]["event"] == "end"
    assert lines[-1]["problem"] == ""
    assert listening.queued() == []
    assert listening.cli.json("show", "task-1")["heard"] == 2, "both count as played"


def test_one_take_of_each_song(listening: Listening) -> None:
    listening.add(SHORT_S)
    lines = listening.lines("play", "task-2", "task-1", "--take", "2")
    assert [line["clip"] for line in lines if line["event"] == "take"] == ["take-2-2", "take-1-2"]


def test_an_album_is_played_in_its_order(listening: Listening) -> None:
    listening.add(SHORT_S)
    listening.cli.run("album", "add", "Night", "take-2-2", "take-1-1")
    lines = listening.lines("play", "--album", "night")
    assert [line["clip"] for line in lines if line["event"] == "take"] == ["take-2-2", "take-1-1"]
    listening.cli.run("play", "--album", "nothing", code=7)
    listening.cli.run("play", "--album", "night", "task-1", code=2)
    listening.cli.run("album", "remove", "Night", "take-2-2", "take-1-1")
    listening.cli.run("play", "--album", "night", code=2)


def test_a_take_that_cannot_be_played_is_left_out_and_fails_the_command(listening: Listening) -> None:
    """Fails without `jump` in `_resume_or_end`: the first take that is missing ends everything."""
    listening.add(SHORT_S, "take-1-1", "take-1-2")
    lines = listening.lines("play", "task-1", "task-2", code=5)
    played = {line["clip"] for line in lines if line["state"] == "playing"}
    assert played == {"take-2-1", "take-2-2"}
    assert "404" in listening.cli.err


def test_a_cache_folder_that_is_a_link_is_reported_once(listening: Listening) -> None:
    (listening.folder / "cache").mkdir()
    (listening.folder / "elsewhere").mkdir()
    (listening.folder / "cache" / "media").symlink_to(listening.folder / "elsewhere")
    listening.add(SHORT_S)
    assert listening.lines("play", "task-1")[-1]["problem"] == ""
    assert listening.cli.err.count("Audio is not kept after playing: the cache folder ") == 1
    assert not list((listening.folder / "elsewhere").iterdir())


def test_errors_are_reported_before_anything_plays(listening: Listening) -> None:
    listening.add(SHORT_S)
    listening.cli.run("play", code=2)
    listening.cli.run("play", "no-such-song", code=7)
    listening.cli.run("play", "task-1", "--take", "3", code=7)
    listening.cli.run("play", "--queue", code=7)
    assert "The queue is empty" in listening.cli.err


def test_without_a_terminal_each_take_is_one_line(listening: Listening) -> None:
    listening.add(SHORT_S)
    assert listening.cli.run("play", "task-1") == ""
    assert listening.cli.err.splitlines() == ["Harbour, take 1 (0:01)", "Harbour, take 2 (0:01)"]


# --- the queue --------------------------------------------------------------------------------------------------------


def test_the_queue_is_listed_and_changed(listening: Listening) -> None:
    listening.add(SHORT_S)
    cli = listening.cli
    cli.run("queue")
    assert "The queue is empty" in cli.err
    cli.run("queue", "add", "task-1")
    assert cli.err == "Added 2 takes\n"
    cli.run("queue", "add", "take-2-2", "--next")
    assert listening.queued() == ["take-1-1", "take-2-2", "take-1-2"]
    cli.run("queue", "move", "3", "--to", "1")
    assert cli.err == "Moved “Harbour” to place 1\n"
    assert listening.queued() == ["take-1-2", "take-1-1", "take-2-2"]
    cli.run("queue", "remove", "3")
    assert listening.queued() == ["take-1-2", "take-1-1"]
    assert "▶" in cli.run("queue", "list")
    cli.run("queue", "remove", "3", code=7)
    assert cli.err == "The queue has 2 takes, and no place 3. 'sunotui queue' lists it.\n"
    cli.run("queue", "clear")
    assert listening.queued() == []
    document = cli.json("queue", "add", "task-1")
    TypeAdapter(DOCUMENTS["queue"]).validate_python(document)
    assert document["place"] == 1


def test_looking_at_the_queue_does_not_change_it(listening: Listening) -> None:
    listening.add(SHORT_S)
    cli = listening.cli
    cli.run("queue", "add", "task-1", "task-2")
    assert listening.queued() == ["take-1-1", "take-1-2", "take-2-1", "take-2-2"]
    cli.run("trash", "task-1")
    assert listening.queued() == ["take-2-1", "take-2-2"]
    cli.run("restore", "task-1")
    assert listening.queued() == ["take-1-1", "take-1-2", "take-2-1", "take-2-2"]


def test_a_restored_take_returns_to_a_changed_queue(listening: Listening) -> None:
    listening.add(SHORT_S)
    cli = listening.cli
    cli.run("queue", "add", "task-1")
    cli.run("trash", "task-1")
    cli.run("queue", "add", "task-2")
    assert listening.queued() == ["take-2-1", "take-2-2"]
    cli.run("restore", "task-1")
    assert listening.queued() == ["take-1-1", "take-1-2", "take-2-1", "take-2-2"]
    cli.run("trash", "task-1")
    cli.run("queue", "clear")
    cli.run("restore", "task-1")
    assert listening.queued() == []


def test_the_queue_is_played_and_kept(listening: Listening) -> None:
    listening.add(SHORT_S)
    listening.cli.run("queue", "add", "task-1", "--take", "1")
    lines = listening.lines("play", "task-2", "--take", "1", "--queue")
    assert [line["clip"] for line in lines if line["event"] == "take"] == ["take-2-1"]
    assert listening.queued() == ["take-1-1", "take-2-1"]
    lines = listening.lines("play", "--queue")
    assert lines[0]["clip"] == "take-2-1", "it resumes where it was"


def test_it_ends_when_its_output_is_closed(listening: Listening) -> None:
    """The output of `sunotui play ID --json | head -2` is closed. Fails if the event bus suppresses the
    error of the closed pipe."""
    listening.add(LONG_S)
    environ = {**os.environ, **listening.cli.environ, **places(listening.folder)}
    command = sunotui("play", "task-1", "--json")
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        player = player_of(process.pid)
        for _ in range(2):
            assert process.stdout.readline()
        process.stdout.close()
        try:
            assert process.wait(HANG_S) == 141
            assert process.stderr.read() == b""
        finally:
            process.kill()
    until(lambda: not is_alive(player), "the end of the player")


def test_it_ends_on_a_full_disk(listening: Listening) -> None:
    """Fails as the test above."""
    listening.add(LONG_S)
    environ = {**os.environ, **listening.cli.environ, **places(listening.folder)}
    command = f"exec {' '.join(sunotui('play', 'task-1', '--json'))} >/dev/full"
    done = subprocess.run(["sh", "-c", command], env=environ, capture_output=True, text=True, timeout=HANG_S)
    assert done.returncode == 5
    assert "Standard output could not be written: no space left on device." in done.stderr


# --- on a terminal ----------------------------------------------------------------------------------------------------


def test_keys_on_a_terminal(listening: Listening) -> None:
    """Fails without the keys in `TerminalPlayback`, and without the restored settings of the line."""
    listening.add(LONG_S)
    terminal = listening.terminal("play", "task-1", "task-2", "--take", "1")
    terminal.wait_for("▶ Harbour · take 1 · 0:0")
    assert terminal.screen.count("1 of 2") == 1
    player = player_of(terminal.process.pid)
    terminal.type("\x1b[C\x1b[C\x1b[B")
    terminal.wait_for("0:1")
    terminal.wait_for("95 %")
    terminal.type(" ")
    terminal.wait_for("‖ Harbour")
    terminal.type("m")
    terminal.wait_for("muted")
    terminal.type("n")
    terminal.wait_for("▶ Lantern")
    terminal.type("p")
    terminal.wait_for("▶ Harbour")
    terminal.type("q")
    assert terminal.ended() == 0
    assert terminal.is_restored
    until(lambda: not is_alive(player), "the end of the player")
    terminal.close()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_with_its_player(listening: Listening, number: int, code: int) -> None:
    listening.add(LONG_S)
    terminal = listening.terminal("play", "task-1")
    terminal.wait_for("▶ Harbour · take 1 · 0:0")
    player = player_of(terminal.process.pid)
    terminal.process.send_signal(number)
    assert terminal.ended() == code
    assert terminal.is_restored
    until(lambda: not is_alive(player), "the end of the player")
    terminal.close()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_events_of_a_command_that_a_signal_ends_have_an_end(listening: Listening, number: int, code: int) -> None:
    listening.add(LONG_S)
    environ = {**os.environ, **listening.cli.environ, **places(listening.folder)}
    command = [sys.executable, "-m", "sunotui", "play", "task-1", "--json"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(number)
        lines = process.stdout.read().splitlines()
    assert process.returncode == code
    end = json.loads(lines[-1])
    assert (end["event"], end["state"]) == ("end", "stopped")


def test_ids_come_from_a_pipe_and_keys_from_the_terminal(listening: Listening) -> None:
    listening.add(LONG_S)
    command = f"echo task-1 | {' '.join(sunotui('play', '-'))}"
    environ = {**listening.cli.environ, **places(listening.folder), "HOME": str(listening.folder)}
    terminal = PseudoTerminal(["bash", "-c", command], environ, columns=110, rows=20)
    terminal.wait_for("▶ Harbour · take 1 · 0:0")
    terminal.type("q")
    assert terminal.ended() == 0
    terminal.close()


def test_the_token_is_in_no_argument_and_environment_of_the_player(listening: Listening) -> None:
    listening.add(LONG_S)
    environ = {**os.environ, **listening.cli.environ, **places(listening.folder)}
    command = [sys.executable, "-m", "sunotui", "play", "task-1", "--json"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        player = player_of(process.pid)
        for name in ("cmdline", "environ"):
            assert TOKEN.encode() not in Path(f"/proc/{player}/{name}").read_bytes()
        process.kill()
        process.wait(HANG_S)
    until(lambda: not is_alive(player), "the end of the player after kill -9")
