"""The player process plays, and answers every line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.player.wire import LINE_LIMIT
from tests.player.harness import player
from tests.player.sounds import song


def test_a_song_is_played_to_its_end(tmp_path: Path) -> None:
    path = song(tmp_path / "a.mp3", 1.2)
    with player() as under_test:
        assert under_test.wait_for_event("ready") == {
            "ev": "ready", "backend": "miniaudio", "output": "Null", "message": "",
        }  # fmt: skip
        under_test.send("load", gen=5, path=str(path))
        under_test.wait_for_event("state", gen=5, playing=True)
        end = under_test.wait_for_event("end")
        assert end["gen"] == 5
        assert end["err"] == ""
        assert end["next"] is False
        assert end["decoded"] == pytest.approx(1.2, abs=0.03)
        assert end["heard"] == pytest.approx(end["decoded"], abs=0.01)
        under_test.wait_for_event("state", gen=5, playing=False)


def test_pause_stops_the_position_and_play_continues(tmp_path: Path) -> None:
    with player() as under_test:
        under_test.send("load", gen=1, path=str(song(tmp_path / "a.mp3", 30)))
        under_test.wait_for_position(0.9)
        under_test.ask("pause")
        paused = under_test.wait_for_event("state", playing=False)
        seen = len(under_test.lines)
        under_test.ask("play")
        assert under_test.wait_for_event("pos", after=seen)["pos"] == pytest.approx(paused["pos"], abs=0.25)


def test_seek_is_exact_and_adds_nothing_to_what_was_played(tmp_path: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 60)), play=False)
        under_test.ask("seek", pos=41.25)
        assert under_test.wait_for_event("pos") == {"ev": "pos", "gen": 1, "pos": 41.25, "heard": 0.0}


def test_a_position_to_begin_at_is_kept_without_playing(tmp_path: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 60)), play=False, pos=12.5)
        assert under_test.wait_for_event("state", gen=1)["pos"] == 12.5
        assert under_test.events("pos") == []


def test_the_next_file_follows_by_itself(tmp_path: Path) -> None:
    first, second = song(tmp_path / "a.mp3", 1), song(tmp_path / "b.mp3", 30)
    with player() as under_test:
        under_test.send("load", gen=1, path=str(first))
        under_test.send("next", gen=2, path=str(second))
        assert under_test.wait_for_event("end")["next"] is True
        under_test.wait_for_event("state", gen=2, playing=True)
        assert under_test.wait_for_event("pos", gen=2)["pos"] < 2


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"nonsense\n", "not JSON"),
        (b"[1]\n", "not a JSON object"),
        (b"[" * 50_000 + b"\n", "not JSON"),
        (b"\xff\xfe\n", "not JSON"),
        (b'{"cmd":"load","path":"a.mp3"}\n', "path: an absolute path is needed"),
        (b'{"cmd":"load","path":"http://127.0.0.1/a.mp3"}\n', "path: an absolute path is needed"),
        (b'{"cmd":"mute","deck":16}\n', "deck: no such deck"),
        (b'{"cmd":"load_decks","files":[]}\n', "files: 1 to 16 are needed"),
        (b'{"cmd":"load_decks","files":["/a"]}\n', "files: a list of objects is needed"),
        (b'{"cmd":"load_decks","files":[{"path":"/a"},{"path":"b"}]}\n', "path: an absolute path is needed"),
        (b'{"cmd":"load","path":"/a","pos":NaN}\n', "pos: a number is needed"),
        (b'{"cmd":"seek"}\n', "pos: a number is needed"),
        (b'{"cmd":"seek","pos":true}\n', "pos: a number is needed"),
        (b'{"cmd":7}\n', "no such command"),
        (b'{"id":"7"}\n', "id: a whole number is needed"),
        (b"x" * (LINE_LIMIT + 1) + b"\n", "a line is too long"),
        (b"x" * (5 * LINE_LIMIT) + b"\n", "a line is too long"),
    ],
)
def test_a_wrong_line_is_answered_and_the_next_one_works(line: bytes, error: str) -> None:
    with player() as under_test:
        under_test.send_raw(line)
        assert under_test.wait_for(lambda answer: answer.get("re") == 0) == {"re": 0, "ok": False, "err": error}
        assert under_test.ask("ping") == {"re": 2, "ok": True}


def test_end_of_input_ends_it(tmp_path: Path) -> None:
    with player() as under_test:
        under_test.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 30)))
        assert under_test.close_input() == 0


def test_quit_ends_it() -> None:
    with player() as under_test:
        assert under_test.ask("quit")["ok"]
        assert under_test.process.wait(60) == 0
