"""Files that mpv plays together, into nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.player.harness import player, without_miniaudio
from tests.player.programs import needs
from tests.player.sounds import converted, tones

pytestmark = needs("mpv", "ffmpeg")


@pytest.fixture
def short(tmp_path: Path) -> Path:
    return converted(tones(tmp_path / "short.wav", [(300, 2.5)]), tmp_path / "short.m4a")


@pytest.fixture
def long(tmp_path: Path) -> Path:
    return converted(tones(tmp_path / "long.wav", [(700, 30)]), tmp_path / "long.m4a")


def test_they_play_seek_and_pause_together(long: Path) -> None:
    files = [{"path": str(long)}, {"path": str(long), "muted": True}]
    with player() as under_test:
        under_test.ask("load_decks", gen=1, pos=5.0, files=files)
        assert 5.0 <= under_test.wait_for_position(5.5)["pos"] < 8.0
        under_test.ask("flip", deck=1)
        seen = len(under_test.lines)
        assert 5.0 <= under_test.wait_for_event("pos", after=seen)["pos"] < 9.0
        under_test.ask("seek", pos=20.0)
        assert under_test.wait_for_position(20.5)["pos"] < 23.0
        seen = len(under_test.lines)
        under_test.ask("pause")
        assert under_test.wait_for_event("state", after=seen)["playing"] is False
        under_test.ask("gain", deck=1, gain=-3)
        under_test.ask("mute", deck=0, on=False)
        under_test.ask("volume", value=50)
        under_test.ask("play")
        under_test.wait_for_position(20.5, after=seen)


def test_they_end_with_the_longest_audible_one(short: Path, long: Path) -> None:
    files = [{"path": str(short)}, {"path": str(long), "muted": True}]
    with player() as under_test:
        under_test.ask("load_decks", gen=1, files=files)
        assert under_test.wait_for_event("end")["err"] == ""
        under_test.wait_for_event("state", playing=False)
        seen = len(under_test.lines)
        under_test.ask("flip", deck=1)
        under_test.ask("play")
        assert 2.0 < under_test.wait_for_event("pos", after=seen)["pos"] < 8.0
        seen = len(under_test.lines)
        under_test.ask("flip", deck=0)
        under_test.ask("seek", pos=0.5)
        assert under_test.wait_for_event("end", after=seen)["gen"] == 1


def test_a_file_without_sound_leaves_the_others(long: Path, tmp_path: Path) -> None:
    text = tmp_path / "b.m4a"
    text.write_bytes(b"\x00\x00\x00\x20ftypM4A " + b"x" * 10_000)
    with player() as under_test:
        under_test.ask("load_decks", gen=1, files=[{"path": str(long)}, {"path": str(text)}])
        failed = under_test.wait_for_event("deck")
        assert (failed["gen"], failed["deck"], failed["err"]) == (1, 1, "This file is not audio that can be played")
        under_test.wait_for_position(0.9)
        seen = len(under_test.lines)
        under_test.ask("load_decks", gen=2, files=[{"path": str(text)}, {"path": str(text)}])
        assert under_test.wait_for_event("end", after=seen)["err"] == "This file is not audio that can be played"
        assert {line["deck"] for line in under_test.lines[seen:] if line.get("ev") == "deck"} == {0, 1}


def test_a_single_file_and_files_together_take_turns(long: Path, tmp_path: Path) -> None:
    with player() as under_test:
        under_test.ask("load_decks", gen=1, files=[{"path": str(long)}, {"path": str(long)}])
        under_test.wait_for_event("pos", gen=1)
        under_test.ask("load", gen=2, path=str(long))
        under_test.wait_for_event("pos", gen=2)
        under_test.ask("load_decks", gen=3, files=[{"path": str(tones(tmp_path / "a.wav", [(300, 30)]))}] * 5)
        under_test.wait_for_event("pos", gen=3)
        seen = len(under_test.lines)
        under_test.ask("stop")
        under_test.ask("load", gen=4, path=str(long))
        under_test.wait_for_event("pos", gen=4, after=seen)
        assert not [line for line in under_test.events("pos")[seen:] if line["gen"] != 4]


def test_mpv_plays_four_files_at_most(tmp_path: Path) -> None:
    with without_miniaudio() as under_test:
        under_test.ask("load_decks", gen=1, files=[{"path": str(tones(tmp_path / "a.wav", [(300, 30)]))}] * 5)
        assert under_test.wait_for_event("end")["err"] == "mpv plays at most 4 files together"


def test_without_mpv_it_is_one_sentence(long: Path) -> None:
    with player(env={"PATH": "/nowhere"}) as under_test:
        under_test.ask("load_decks", gen=1, files=[{"path": str(long)}, {"path": str(long)}])
        assert "only mpv can play" in under_test.wait_for_event("end")["err"]
        under_test.ask("flip", deck=1)
        under_test.ask("play")
