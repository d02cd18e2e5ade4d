"""miniaudio in the player's process, into nothing: broken, growing, swapped and long files."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from sunotui.player.engines import miniaudio_engine
from sunotui.player.engines.miniaudio_engine import MiniaudioEngine
from sunotui.player.events import Event, OutputChange
from sunotui.player.process import EXIT_HANGING
from tests.player.harness import PlayerUnderTest, player
from tests.player.sounds import song
from tests.support.paths import ROOT
from tests.support.waiting import HANG_S, until


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "This file is not audio that can be played"),
        (b"#EXTM3U\n/etc/passwd\n", "This file is not audio that can be played"),
        (os.urandom(20_000), "This file is not audio that can be played"),
        (b"", "This file is not audio that can be played"),
    ],
)
def test_what_is_no_audio_is_one_sentence(content: bytes, error: str, tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    with player() as under_test:
        under_test.send("load", gen=3, path=str(path))
        end = under_test.wait_for_event("end")
        assert (end["gen"], end["err"], end["decoded"], end["next"]) == (3, error, 0, False)
        assert end["damaged"]
        under_test.wait_for_event("state", gen=3, playing=False)
        under_test.ask("play")
        under_test.ask("seek", pos=10)
        under_test.send("load", gen=4, path=str(song(tmp_path / "b.mp3", 30)))
        under_test.wait_for_event("pos", gen=4)


def test_the_first_bytes_of_a_song_are_no_song(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(song(tmp_path / "b.mp3", 10).read_bytes()[:90])
    with player() as under_test:
        under_test.send("load", gen=1, path=str(path))
        assert under_test.wait_for_event("end")["err"] in (
            "This file is not audio that can be played",
            "This file has no sound in it",
        )


def test_a_cut_file_says_how_much_it_had(tmp_path: Path) -> None:
    data = song(tmp_path / "a.mp3", 3).read_bytes()
    path = tmp_path / "b.mp3"
    path.write_bytes(data[: len(data) // 2])
    with player() as under_test:
        under_test.send("load", gen=1, path=str(path))
        end = under_test.wait_for_event("end")
        assert end["err"] == ""
        assert end["decoded"] == pytest.approx(1.5, abs=0.1)


def test_a_seek_behind_the_end_ends_it(tmp_path: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 30)))
        under_test.wait_for_event("pos")
        under_test.ask("seek", pos=500)
        end = under_test.wait_for_event("end")
        assert end["decoded"] == pytest.approx(30, abs=0.1)
        assert end["heard"] < 10


def test_play_at_the_end_begins_anew(tmp_path: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 1)))
        under_test.wait_for_event("end")
        under_test.wait_for_event("state", playing=False)
        seen = len(under_test.lines)
        under_test.ask("play")
        assert under_test.wait_for_event("pos", after=seen)["pos"] < 0.5
        under_test.wait_for_event("end", after=seen)


def test_a_name_that_no_text_can_show_is_played(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe.mp3"
    os.rename(song(tmp_path / "a.mp3", 30), path)  # noqa: PTH104 - bytes
    with player() as under_test:
        under_test.ask("load", gen=1, path=os.fsdecode(path))
        under_test.wait_for_event("pos")


def test_a_growing_file_stalls_and_continues(tmp_path: Path) -> None:
    data = song(tmp_path / "a.mp3", 6).read_bytes()
    path = tmp_path / "growing.mp3"
    path.write_bytes(data[: len(data) // 6])
    with player() as under_test:
        under_test.send("load", gen=1, path=str(path), growing=True)
        under_test.wait_for_event("starved", gen=1, on=True)
        with path.open("ab") as file:
            file.write(data[len(data) // 6 : len(data) // 3])
        under_test.wait_for_event("starved", gen=1, on=False)
        with path.open("ab") as file:
            file.write(data[len(data) // 3 :])
        under_test.ask("complete")
        end = under_test.wait_for_event("end")
        assert end["decoded"] == pytest.approx(6, abs=0.1)
        assert end["heard"] == pytest.approx(6, abs=0.2)


def test_a_growing_file_may_end_short(tmp_path: Path) -> None:
    with player() as under_test:
        under_test.send("load", gen=1, path=str(song(tmp_path / "a.mp3", 1)), growing=True)
        under_test.wait_for_event("starved", on=True)
        under_test.ask("complete")
        end = under_test.wait_for_event("end")
        assert (end["err"], end["decoded"]) == ("", pytest.approx(1, abs=0.1))


def test_a_stream_continues_in_the_final_file(tmp_path: Path) -> None:
    final = song(tmp_path / "final.mp3", 4)
    stream = tmp_path / "stream.mp3"
    stream.write_bytes(final.read_bytes()[: 96 * 60])
    with player() as under_test:
        under_test.send("load", gen=1, path=str(stream), growing=True)
        under_test.wait_for_position(0.9)
        assert under_test.ask("swap", path=str(final))["ok"]
        stream.unlink()
        end = under_test.wait_for_event("end")
        assert (end["gen"], end["err"], end["next"]) == (1, "", False)
        assert end["decoded"] == pytest.approx(4, abs=0.1)
        assert end["heard"] == pytest.approx(4, abs=0.2)
        positions = [line["pos"] for line in under_test.events("pos")]
        assert positions == sorted(positions)


def test_a_final_file_that_is_broken_changes_nothing(tmp_path: Path) -> None:
    text = tmp_path / "final.mp3"
    text.write_text("<html>")
    with player() as under_test:
        under_test.send("load", gen=1, path=str(song(tmp_path / "a.mp3", 2)))
        answer = under_test.ask("swap", path=str(text))
        assert answer == {"re": answer["re"], "ok": False, "err": "This file is not audio that can be played"}
        assert under_test.wait_for_event("end")["decoded"] == pytest.approx(2, abs=0.1)


def test_a_swap_without_a_file_is_refused(tmp_path: Path) -> None:
    with player() as under_test:
        assert under_test.ask("swap", path=str(tmp_path / "a.mp3"))["err"] == "Nothing is loaded"


def test_a_deleted_file_plays_on(tmp_path: Path) -> None:
    path = song(tmp_path / "a.mp3", 2)
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(path))
        under_test.wait_for_event("pos")
        path.unlink()
        assert under_test.wait_for_event("end")["heard"] == pytest.approx(2, abs=0.1)


def test_a_file_that_is_not_there_is_not_damaged(tmp_path: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(tmp_path / "a.mp3"), pos=7.5)
        end = under_test.wait_for_event("end")
        assert (end["err"], end["damaged"], end["missing"]) == ("This file is not there any more", False, True)
        assert under_test.wait_for_event("state", playing=False)["pos"] == 7.5


def test_a_long_file_that_is_gone_ends_where_it_is_needed_again(tmp_path: Path) -> None:
    path = song(tmp_path / "a.mp3", 20 * 60)
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(path))
        under_test.wait_for_event("pos")
        under_test.ask("seek", pos=19 * 60.0)
        until(lambda: moved(under_test, 19 * 60.0, 0), "the position")
        path.unlink()
        under_test.ask("seek", pos=30.0)
        end = under_test.wait_for_event("end")
        assert (end["err"], end["missing"]) == ("This file is not there any more", True)


def test_decks_without_files_are_reported_one_by_one(tmp_path: Path) -> None:
    files = [{"path": str(tmp_path / name)} for name in ("a.mp3", "b.mp3")]
    with player() as under_test:
        under_test.ask("load_decks", gen=1, files=files)
        assert under_test.wait_for_event("end")["missing"]
        failed = {line["deck"]: line["err"] for line in under_test.events("deck")}
        assert failed == dict.fromkeys((0, 1), "This file is not there any more")


def test_a_song_of_twenty_minutes_is_not_held_whole(tmp_path: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 20 * 60)))
        for position_s in (19 * 60.0, 60.0, 10 * 60.0):
            seen = len(under_test.lines)
            under_test.ask("seek", pos=position_s)
            until(partial(moved, under_test, position_s, seen), "the position")
        assert resident_mb(under_test.process.pid) < 260


def moved(under_test: PlayerUnderTest, position_s: float, seen: int) -> bool:
    """Whether it plays from a position on."""
    return any(
        line.get("ev") == "pos" and position_s < line["pos"] < position_s + 60 for line in under_test.lines[seen:]
    )


def resident_mb(pid: int) -> float:
    """The memory of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def test_a_hundred_loads_leave_no_threads_and_files(tmp_path: Path) -> None:
    path = str(song(tmp_path / "a.mp3", 60))
    with player() as under_test:
        process = Path(f"/proc/{under_test.process.pid}")
        for gen in range(100):
            under_test.ask("load", gen=gen, path=path)
            under_test.ask("next", gen=1_000 + gen, path=path)
        under_test.ask("stop")
        until(lambda: len(list((process / "task").iterdir())) < 10, "the end of the decoders")
        until(lambda: len(list((process / "fd").iterdir())) < 20, "closed files")


def test_a_player_that_was_stopped_for_a_second_has_not_lost_its_output(monkeypatch: pytest.MonkeyPatch) -> None:
    now, events = 100.0, list[Event]()
    monkeypatch.setattr(miniaudio_engine, "time", SimpleNamespace(monotonic=lambda: now))
    engine = MiniaudioEngine(events.append, lambda work: None, is_null=True)
    # It was stopped when the device had just asked, and a second later the position was due.
    engine._is_started, engine._wants_play = True, True
    engine._output.asked_at, engine._next_position = now - 1.23, now - 0.2
    engine.tick()
    assert events == []
    engine._next_position = now
    engine.tick()
    assert events[-1] == OutputChange(True, "The sound output was lost")
    engine.close()


HANGING = """
import sys, threading
from sunotui.player.engines import miniaudio_engine, output
from sunotui.player.__main__ import main
miniaudio_engine.HANGING_S = 0.2
output.opened = lambda is_null: threading.Event().wait()
sys.argv = ["player", "--null"]
sys.exit(main())
"""


def test_a_sound_system_that_hangs_ends_the_player() -> None:
    """Only a new process can play then."""
    process = subprocess.Popen([sys.executable, "-c", HANGING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    under_test = PlayerUnderTest(process)
    try:
        assert under_test.ask("hello", output="null")["ok"]
        assert under_test.wait_for_event("fatal")["message"] == "The sound system does not respond"
        assert process.wait(HANG_S) == EXIT_HANGING
    finally:
        under_test.end()
