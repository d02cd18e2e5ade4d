"""A file is a whole song only if it decodes to its end and has all that its header announces."""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path
from typing import Any

import pytest

from sunotui.player.analysis import verification
from sunotui.player.analysis.verification import Verified, verified
from sunotui.player.files import whole_file
from sunotui.player.sentences import MISSING, NO_SOUND, NOT_AUDIO
from tests.player.harness import player
from tests.player.programs import needs
from tests.player.sounds import converted, song, tones

needs_ffmpeg = needs("ffmpeg")


def cut(path: Path, part: float) -> Path:
    """Cut the file to this part of its size; returns its path."""
    os.truncate(path, round(path.stat().st_size * part))
    return path


def whole(seconds: float, abs: float) -> Verified:
    """A complete file of about this length."""
    about: Any = pytest.approx(seconds, abs=abs)
    return Verified(about, True)


def test_whole_files_are_decoded_to_their_end(tmp_path: Path) -> None:
    found = verified(str(song(tmp_path / "a.mp3", 30)))
    assert found == whole(30, 0.05)
    assert verified(str(tones(tmp_path / "a.wav", [(440, 3)]))) == Verified(3.0, True)


@needs_ffmpeg
@pytest.mark.parametrize("name", ["a.mp3", "a.wav", "a.m4a", "a.mp4", "a.flac", "a.ogg"])
def test_what_gateways_offer_is_decoded(name: str, tmp_path: Path) -> None:
    path = converted(tones(tmp_path / "source.wav", [(440, 4)]), tmp_path / name)
    found = verified(str(path))
    assert found.complete
    assert found.seconds == pytest.approx(4, abs=0.15)
    # A download has no extension that shows its type.
    assert verified(str(path.rename(tmp_path / ".sunotui.part"))) == found


@needs_ffmpeg
@pytest.mark.guarantee("W5", ordinary="cut, empty, damaged and other files are no whole song")
@pytest.mark.parametrize("name", ["b.mp3", "b.wav", "b.m4a", "b.flac"])
def test_a_file_without_its_end_is_not_complete(name: str, tmp_path: Path) -> None:
    whole = tones(tmp_path / "a.wav", [(440, 12)])
    found = verified(str(cut(converted(whole, tmp_path / name), 0.5)))
    assert not found.complete
    assert found.problem.startswith(("The file ends after", "The end of the file is missing"))


@needs_ffmpeg
def test_a_cut_mp3_says_where_it_ends(tmp_path: Path) -> None:
    path = converted(tones(tmp_path / "a.wav", [(440, 12)]), tmp_path / "a.mp3")
    found = verified(str(cut(path, 0.5)))
    assert found.problem == "The file ends after 0:06 of 0:12"
    assert found.seconds == pytest.approx(6, abs=0.5)


@pytest.mark.guarantee("W5")
def test_a_gap_inside_is_damage(tmp_path: Path) -> None:
    path = song(tmp_path / "a.mp3", 30)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4_000 * 4] = bytes(4_000 * 4)
    path.write_bytes(content)
    found = verified(str(path))
    assert not found.complete
    assert found.problem == "The file is damaged: 0:04 in it are no sound"


def test_a_small_gap_is_none(tmp_path: Path) -> None:
    content = song(tmp_path / "a.mp3", 30).read_bytes()
    (tmp_path / "a.mp3").write_bytes(content[:20_000] + b"garbage" * 20 + content[20_000:])
    found = verified(str(tmp_path / "a.mp3"))
    assert found == whole(30, 0.1)


@pytest.mark.parametrize(
    "tag",
    [
        b"TAG" + bytes(125),
        b"APETAGEX" + struct.pack("<IIII", 2_000, 40_032, 1, 1 << 31) + bytes(8)
        + bytes(40_000) + b"APETAGEX" + struct.pack("<IIII", 2_000, 40_032, 1, 1 << 31) + bytes(8),
    ],
)  # fmt: skip
def test_tags_at_the_end_are_no_gap(tag: bytes, tmp_path: Path) -> None:
    path = song(tmp_path / "a.mp3", 10)
    path.write_bytes(path.read_bytes() + tag)
    assert verified(str(path)) == whole(10, 0.05)


def test_an_end_that_cannot_be_decoded_is_looked_at_more_closely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_file, "has_sound_to_its_end", lambda _: False)
    assert verified(str(song(tmp_path / ".part", 10))) == whole(10, 0.05)


def test_a_cut_mp3_without_a_header_has_the_length_that_is_left(tmp_path: Path) -> None:
    # Nothing in it says that it is cut: its length is compared with what the gateway reported.
    assert verified(str(cut(song(tmp_path / "a.mp3", 20), 0.5))).seconds == pytest.approx(10, abs=0.05)


@pytest.mark.guarantee("W5")
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", NO_SOUND),
        (b"<!DOCTYPE html><p>Not found", NOT_AUDIO),
        (b'{"error": "expired"}', NOT_AUDIO),
        (b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f", NOT_AUDIO),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", NOT_AUDIO),
        (b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x01moov" + bytes(8), NOT_AUDIO),
        (b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x01moov", "The end of the file is missing: 4 bytes"),
        (bytes(100_000), NOT_AUDIO),
        (b"\xff" * 100_000, NOT_AUDIO),
    ],
)
def test_what_is_no_song_is_not_complete(content: bytes, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    assert verified(str(path)) == Verified(0.0, False, problem)


def test_a_missing_file_is_not_there_any_more(tmp_path: Path) -> None:
    assert verified(str(tmp_path / "missing.mp3")) == Verified(0.0, False, MISSING)


def test_a_wav_without_sizes_is_complete(tmp_path: Path) -> None:
    path = tones(tmp_path / "a.wav", [(440, 1)])
    content = bytearray(path.read_bytes())
    content[4:8] = content[40:44] = b"\xff" * 4
    path.write_bytes(content)
    assert verified(str(path)).complete


def test_a_name_that_is_not_utf_8_is_no_obstacle(tmp_path: Path) -> None:
    assert verified(str(song(tmp_path / os.fsdecode(b"a\xff.mp3"), 2))).complete


def test_without_a_decoder_frames_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "optional_module", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert verified(str(song(tmp_path / "a.mp3", 30))) == whole(30, 0.05)
    (tmp_path / "b.mp3").write_bytes(b"<html>" * 1_000)
    assert verified(str(tmp_path / "b.mp3")).problem == NOT_AUDIO


@needs_ffmpeg
def test_without_a_decoder_the_sizes_of_an_mp4_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = converted(tones(tmp_path / "a.wav", [(440, 4)]), tmp_path / "a.m4a")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert verified(str(path)) == whole(4, 0.1)
    assert not verified(str(cut(path, 0.5))).complete


def test_the_player_answers_each_check(tmp_path: Path) -> None:
    with player() as under_test:
        numbers = [
            under_test.send("verify", path=str(song(tmp_path / f"{number}.mp3", 5 + number))) for number in range(6)
        ]
        bad = under_test.send("verify", path=str(tmp_path / "missing.mp3"))
        for number, request in enumerate(numbers):
            answer = under_test.wait_for(lambda line, request=request: line.get("re") == request)  # type: ignore[misc]
            assert answer["seconds"] == pytest.approx(5 + number, abs=0.05)
            assert (answer["ok"], answer["complete"], answer["problem"]) == (True, True, "")
        answer = under_test.wait_for(lambda line: line.get("re") == bad)
        assert (answer["complete"], answer["problem"]) == (False, MISSING)
        assert not under_test.ask("verify", path="a.mp3")["ok"]
