"""mpv plays what miniaudio cannot decode, and everything on platforms without miniaudio."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sunotui.player.engines.mpv.link import FLAGS, NEEDED_FLAGS
from tests.player.harness import PlayerUnderTest, player, without_miniaudio
from tests.player.programs import needs
from tests.player.sounds import converted, growing_file, song, tones
from tests.support.waiting import until

pytestmark = needs("mpv", "ffmpeg")


@pytest.fixture
def aac(tmp_path: Path) -> Path:
    """A song of 60 s."""
    return converted(song(tmp_path / "song.mp3", 60), tmp_path / "song.m4a")


def short(tmp_path: Path, name: str, seconds: float) -> Path:
    """A short song."""
    return converted(song(tmp_path / f"{name}.mp3", seconds), tmp_path / name)


@pytest.mark.parametrize("name", ["a.m4a", "a.aac"])
def test_a_song_is_played_to_its_end(name: str, tmp_path: Path) -> None:
    with player() as under_test:
        under_test.send("load", gen=4, path=str(short(tmp_path, name, 2)))
        assert under_test.wait_for_event("ready", backend="mpv")["output"] == "Null"
        under_test.wait_for_event("state", gen=4, playing=True)
        end = under_test.wait_for_event("end")
        assert (end["gen"], end["err"], end["next"]) == (4, "", False)
        assert end["decoded"] == pytest.approx(2, abs=0.3)
        assert end["heard"] == pytest.approx(2, abs=0.3)
        under_test.wait_for_event("state", gen=4, playing=False)
        seen = len(under_test.lines)
        under_test.ask("play")
        assert under_test.wait_for_event("pos", after=seen)["pos"] < 1


def test_pause_seek_and_speed(aac: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(aac), pos=20.0)
        assert under_test.wait_for_position(20.5)["pos"] < 23
        under_test.ask("pause")
        paused = under_test.wait_for_event("state", playing=False)["pos"]
        seen = len(under_test.lines)
        under_test.ask("play")
        assert under_test.wait_for_event("state", after=seen)["pos"] == pytest.approx(paused, abs=0.1)
        under_test.ask("seek", pos=50.0)
        under_test.ask("speed", x=2.0)
        position = under_test.wait_for_position(51.5)
        assert position["pos"] < 56
        assert position["heard"] < 10


def test_a_load_without_playing_stays_silent(aac: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(aac), play=False, pos=7.5)
        assert under_test.wait_for_event("state") == {"ev": "state", "gen": 1, "playing": False, "pos": 7.5}
        under_test.wait_for_event("ready", backend="mpv")
        assert [line["playing"] for line in under_test.events("state")] == [False]


def test_the_next_file_follows_by_itself(tmp_path: Path, aac: Path) -> None:
    with player() as under_test:
        under_test.send("load", gen=1, path=str(short(tmp_path, "a.m4a", 1.5)))
        under_test.send("next", gen=2, path=str(aac))
        assert under_test.wait_for_event("end")["next"] is True
        under_test.wait_for_event("state", gen=2, playing=True)
        assert under_test.wait_for_event("pos", gen=2)["pos"] < 3


@pytest.mark.parametrize(("first", "second"), [("a.mp3", "b.m4a"), ("a.m4a", "b.mp3")])
def test_files_of_both_engines_follow_each_other(first: str, second: str, tmp_path: Path) -> None:
    paths = [
        song(tmp_path / name, seconds) if name.endswith("mp3") else short(tmp_path, name, seconds)
        for name, seconds in ((first, 1.5), (second, 30))
    ]
    with player() as under_test:
        under_test.send("load", gen=1, path=str(paths[0]))
        under_test.send("next", gen=2, path=str(paths[1]))
        assert under_test.wait_for_event("end", gen=1)["next"] is True
        under_test.wait_for_event("state", gen=2, playing=True)
        under_test.wait_for_event("pos", gen=2)


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x00\x00\x20ftypM4A " + b"x" * 10_000,
        b"\xff\xf1" + b"x" * 10_000,
        b"\x00\x00\x00\x20ftypM4A ",
    ],
)
def test_what_is_no_audio_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.m4a"
    path.write_bytes(content)
    with player() as under_test:
        under_test.send("load", gen=1, path=str(path))
        end = under_test.wait_for_event("end")
        assert (end["err"], end["decoded"]) == ("This file is not audio that can be played", 0)
        assert end["damaged"]
        under_test.wait_for_event("state", playing=False)
        assert under_test.ask("ping")["ok"]


def test_a_growing_file_continues_when_more_comes(tmp_path: Path) -> None:
    path, rest = growing_file(short(tmp_path, "a.aac", 12))
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(path), growing=True)
        under_test.wait_for_event("starved", on=True)
        with path.open("ab") as file:
            file.write(rest)
        under_test.wait_for_event("starved", on=False)
        under_test.ask("complete")
        end = under_test.wait_for_event("end")
        assert end["err"] == ""
        assert end["decoded"] == pytest.approx(12, abs=1)


@pytest.mark.parametrize("content", [None, b"", b"<html>" * 1_000])
def test_a_stream_goes_on_if_its_final_file_cannot_be_played(content: bytes | None, tmp_path: Path) -> None:
    data = short(tmp_path, "a.aac", 12).read_bytes()
    stream, final = tmp_path / "stream.aac", tmp_path / "final.aac"
    stream.write_bytes(data[: len(data) // 2])
    if content is not None:
        final.write_bytes(content)
    error = "This file is not there any more" if content is None else "This file is not audio that can be played"
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(stream), growing=True)
        before = under_test.wait_for_position(0.9)["pos"]
        answer = under_test.ask("swap", path=str(final))
        assert (answer["ok"], answer["err"]) == (False, error)
        with stream.open("ab") as file:
            file.write(data[len(data) // 2 :])
        under_test.ask("complete")
        seen = len(under_test.lines)
        assert under_test.wait_for_position(before + 1.0, after=seen)["pos"] < before + 5
        end = under_test.wait_for_event("end")
        assert (end["err"], end["decoded"]) == ("", pytest.approx(12, abs=1))


def test_a_stream_continues_in_the_final_file(tmp_path: Path) -> None:
    data = short(tmp_path, "a.aac", 6).read_bytes()
    stream, final = tmp_path / "stream.aac", tmp_path / "final.aac"
    stream.write_bytes(data[: len(data) // 2])
    final.write_bytes(data)
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(stream), growing=True)
        under_test.wait_for_position(0.9)
        assert under_test.ask("swap", path=str(final))["ok"]
        stream.unlink()
        end = under_test.wait_for_event("end")
        assert (end["err"], end["decoded"]) == ("", pytest.approx(6, abs=1))


def test_a_growing_file_that_ends_short_ends(tmp_path: Path) -> None:
    path, _ = growing_file(short(tmp_path, "a.aac", 8))
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(path), growing=True)
        under_test.wait_for_event("starved", on=True)
        under_test.ask("complete")
        assert under_test.wait_for_event("end")["decoded"] == pytest.approx(2, abs=1)


def test_it_follows_no_playlist(tmp_path: Path) -> None:
    """A file that mpv gets by its first bytes, and that is a playlist behind them."""
    path = tmp_path / "a.m4a"
    path.write_bytes(b"#EXTM3U\n" + str(song(tmp_path / "b.mp3", 5)).encode() + b"\n")
    assert "--access-references=no" in NEEDED_FLAGS
    assert set(NEEDED_FLAGS) <= set(FLAGS)
    with without_miniaudio() as under_test:
        under_test.send("load", gen=1, path=str(path))
        assert under_test.wait_for_event("end")["err"] == "This file is not audio that can be played"


def test_a_killed_mpv_is_started_again(aac: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(aac))
        before = under_test.wait_for_position(0.9)["pos"]
        send_to_mpv(under_test, "KILL")
        position = under_test.wait_for_position(before + 1.0)
        assert position["pos"] < before + 4
        assert under_test.events("output") == []
        send_to_mpv(under_test, "KILL")
        lost = under_test.wait_for_event("output", lost=True)
        assert (lost["message"], lost["final"]) == ("mpv ended unexpectedly", True)
        stopped = under_test.wait_for_event("state", playing=False)
        seen = len(under_test.lines)
        under_test.ask("play")
        assert under_test.wait_for_position(stopped["pos"], after=seen)["pos"] < stopped["pos"] + 3


def test_a_file_that_is_gone_when_mpv_is_started_again_is_not_damaged(aac: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(aac))
        under_test.wait_for_position(0.9)
        aac.unlink()
        send_to_mpv(under_test, "KILL")
        end = under_test.wait_for_event("end")
        assert (end["err"], end["damaged"], end["missing"]) == ("This file is not there any more", False, True)


def test_an_mpv_that_hangs_is_started_again(aac: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(aac))
        before = under_test.wait_for_position(0.9)["pos"]
        send_to_mpv(under_test, "STOP")
        position = under_test.wait_for_position(before + 1.0)
        assert position["pos"] < before + 4, "it resumes where it was heard last"
        send_to_mpv(under_test, "STOP")
        lost = under_test.wait_for_event("output", lost=True)
        assert (lost["message"], lost["final"]) == ("mpv does not respond", True)


def send_to_mpv(under_test: PlayerUnderTest, name: str) -> None:
    """Send a signal to the mpv of a player."""
    subprocess.run(["pkill", f"-{name}", "-P", str(under_test.process.pid), "mpv"], check=True)


@pytest.fixture
def no_miniaudio() -> Iterator[PlayerUnderTest]:
    with without_miniaudio() as under_test:
        yield under_test


def test_without_miniaudio_mpv_plays_everything(no_miniaudio: PlayerUnderTest, tmp_path: Path) -> None:
    opened = no_miniaudio.wait_for_event("ready")
    assert (opened["backend"], opened["output"]) == ("mpv", "Null")
    no_miniaudio.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 30)))
    no_miniaudio.wait_for_position(0.9)
    no_miniaudio.ask("load", gen=2, path=str(tones(tmp_path / "a.wav", [(500, 10)])))
    no_miniaudio.wait_for_event("pos", gen=2)


def test_without_any_player_there_is_one_sentence(tmp_path: Path) -> None:
    with without_miniaudio(env={"PATH": "/nowhere"}) as under_test:
        assert under_test.wait_for_event("ready") == {
            "ev": "ready", "backend": "", "output": "", "message": "No player for this computer: install mpv",
        }  # fmt: skip
        under_test.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 30)))
        assert under_test.wait_for_event("end")["err"] == "No player for this computer: install mpv"
        under_test.ask("play")
        under_test.ask("seek", pos=1)
        under_test.ask("stop")


def test_without_mpv_aac_is_one_sentence(aac: Path, tmp_path: Path) -> None:
    with player(env={"PATH": "/nowhere"}) as under_test:
        under_test.ask("load", gen=1, path=str(aac))
        assert under_test.wait_for_event("end")["err"] == (
            "This file is AAC audio, which only mpv can play: install mpv"
        )
        under_test.ask("load", gen=2, path=str(song(tmp_path / "b.mp3", 30)))
        under_test.wait_for_event("pos", gen=2)


def test_an_mpv_that_does_not_start_is_one_sentence(aac: Path, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "mpv"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    with player(env={"PATH": f"{program.parent}:/usr/bin:/bin"}) as under_test:
        under_test.ask("load", gen=1, path=str(aac))
        assert under_test.wait_for_event("end")["err"] == "mpv does not start"


def test_an_mpv_that_knows_fewer_flags_starts(aac: Path, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "mpv"
    program.parent.mkdir()
    real = shutil.which("mpv")
    program.write_text(f'#!/bin/sh\ncase "$*" in *stats-overlay*) exit 1;; esac\nexec {real} "$@"\n')
    program.chmod(0o755)
    with player(env={"PATH": f"{program.parent}:/usr/bin:/bin"}) as under_test:
        under_test.ask("load", gen=1, path=str(aac))
        under_test.wait_for_position(0.9)


def test_mpv_gets_no_more_than_the_file(aac: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(aac))
        under_test.wait_for_event("pos")
        task = Path(f"/proc/{under_test.process.pid}/task/{under_test.process.pid}/children")
        mpv = int(task.read_text(encoding="utf-8").split()[0])
        arguments = Path(f"/proc/{mpv}/cmdline").read_bytes().decode().split("\0")
        assert set(NEEDED_FLAGS) <= set(arguments)
        until(lambda: bool(under_test.events("pos")), "a position")
