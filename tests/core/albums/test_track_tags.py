"""The place of a song in an album, written into its file beside the tags that it has."""

from __future__ import annotations

import errno
import io
import shutil
import wave
from pathlib import Path

import pytest
from mutagen import MutagenError
from mutagen.id3 import ID3, TIT2, USLT, Encoding
from mutagen.wave import WAVE
from PIL import Image

from sunotui.core.albums.track_tags import TrackTags, write_track_tags
from tests.support.paths import ROOT

SOUND = ROOT / "sunotui" / "demo" / "sounds" / "neon.mp3"


def picture(kind: str) -> bytes:
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(file, kind)
    return file.getvalue()


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """An MP3 with a title and lyrics."""
    path = tmp_path / "a.mp3"
    shutil.copyfile(SOUND, path)
    tags = ID3()
    tags.add(TIT2(encoding=Encoding.UTF16, text=["Ünder"]))
    tags.add(USLT(encoding=Encoding.UTF16, lang="und", desc="", text="la la"))
    tags.save(path, v2_version=3)
    return path


def test_other_tags_and_the_sound_stay(song: Path) -> None:
    sound = song.read_bytes()[-40_000:]
    for kind in ("JPEG", "PNG", "WEBP"):
        assert write_track_tags(song, TrackTags("Nächte 夜", 7, "Vögel", picture(kind)))
    tags = ID3(song)
    texts = {name: str(tags[name]) for name in ("TIT2", "TALB", "TRCK", "TPE1", "TPE2")}
    assert texts == {"TIT2": "Ünder", "TALB": "Nächte 夜", "TRCK": "7", "TPE1": "Vögel", "TPE2": "Vögel"}
    assert [frame.mime for frame in tags.getall("APIC")] == ["image/webp"], "it replaces the one before"
    assert tags.getall("USLT")[0].text == "la la"
    assert song.read_bytes()[3] == 3, "ID3v2.3"
    assert song.read_bytes()[-40_000:] == sound


def test_without_an_artist_and_a_cover_those_of_the_file_stay(song: Path) -> None:
    write_track_tags(song, TrackTags("A", 1, "Vögel", picture("PNG")))
    write_track_tags(song, TrackTags("B", 2))
    tags = ID3(song)
    assert (str(tags["TALB"]), str(tags["TPE1"]), len(tags.getall("APIC"))) == ("B", "Vögel", 1)


def test_a_wave_file(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8_000, 0, "NONE", ""))
        file.writeframes(bytes(range(200)) * 10)
    write_track_tags(path, TrackTags("A", 3))
    tags = WAVE(path).tags
    assert tags is not None
    assert str(tags["TRCK"]) == "3"
    with wave.open(str(path)) as file:
        assert file.readframes(1_000) == bytes(range(200)) * 10


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"OggS" + bytes(60), b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f" + bytes(40)]
)
def test_a_file_that_cannot_have_tags(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    assert not write_track_tags(path, TrackTags("A", 1))


def test_an_error_of_the_disk_is_raised(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise MutagenError from OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ID3, "save", full)
    with pytest.raises(OSError, match="No space"):
        write_track_tags(song, TrackTags("A", 1))
