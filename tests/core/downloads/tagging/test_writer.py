"""Tags in files, as other programs read them."""

from __future__ import annotations

import errno
import json
import os
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any

import pytest
from mutagen.id3 import ID3
from mutagen.mp4 import MP4
from mutagen.wave import WAVE

from sunotui.core.downloads.tagging import writer
from sunotui.core.downloads.tagging.song_tags import NotTagged, SongTags, song_tags
from sunotui.core.downloads.tagging.writer import write_tags
from sunotui.core.playback.lyrics_sync import lyric_sheet
from sunotui.player.analysis.verification import verified
from tests.core.downloads.tagging.songs import HOSTILE, LYRICS, REQUEST, TIMINGS, cover, song, take
from tests.player import sounds
from tests.player.programs import needs

needs_ffmpeg = needs("ffmpeg", "ffprobe")


def tags(**changes: Any) -> SongTags:
    clip = take(**changes)
    sheet = lyric_sheet(clip.lyrics, TIMINGS)
    return song_tags(
        song(clip), clip, sheet, artist="Suno", request=REQUEST, gateway="https://g.example", cover=cover()
    )


def probed(path: Path) -> dict[str, Any]:
    """What ffprobe reads: the tags, in lower case, and the streams."""
    command = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(path)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {
        "tags": {name.lower(): text for name, text in found["format"].get("tags", {}).items()},
        "pictures": [one["codec_name"] for one in found["streams"] if one["codec_type"] == "video"],
    }


def sound_of(path: Path) -> str:
    """A checksum of the packets of the sound."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", "-c", "copy", "-f", "md5", "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_an_mp3_has_everything(tmp_path: Path) -> None:
    path = sounds.song(tmp_path / "a.mp3", 3)
    write_tags(path, tags())
    found = ID3(path)
    assert found.version == (2, 3, 0)
    assert found["TIT2"].text == ["Winter 冬 🎵"]
    assert found["TPE1"].text == ["Suno"]
    assert found["TRCK"].text == ["2/2"]
    assert found["TBPM"].text == ["92"]
    assert str(found["TDRC"]) == "2025-11-30"
    assert found["USLT::und"].text == LYRICS
    assert found["SYLT::und"].text == list(tags().synced)
    assert found["COMM::eng"].text == [tags().comment]
    assert found["TXXX:SUNO_CLIP_ID"].text == ["aaaa1111-0000-4000-8000-000000000002"]
    assert (found["APIC:Cover"].mime, found["APIC:Cover"].data) == ("image/jpeg", cover())


@needs_ffmpeg
@pytest.mark.parametrize("name", ["a.mp3", "a.wav", "a.m4a", "a.mp4"])
def test_other_programs_read_the_tags_and_the_sound_is_the_same(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    source = sounds.tones(tmp_path / "source.wav", [(440, 2)])
    if name == "a.mp4":
        command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=s=64x64:d=2", "-i", str(source), str(path)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    else:
        sounds.converted(source, path)
    before, seconds = sound_of(path), verified(str(path)).seconds
    write_tags(path, tags())
    assert sound_of(path) == before
    assert verified(str(path)).complete
    assert verified(str(path)).seconds == seconds
    found = probed(path)
    assert found["tags"]["title"] == "Winter 冬 🎵"
    assert found["tags"]["artist"] == "Suno"
    assert found["tags"]["track"] == "2/2"
    assert found["tags"]["comment"] == tags().comment
    if name == "a.wav":
        # This ffmpeg reads no ID3 tags in it: the test below does.
        return
    assert found["tags"].get("lyrics-und", found["tags"].get("lyrics")) == LYRICS
    assert found["tags"]["suno_clip_id"] == "aaaa1111-0000-4000-8000-000000000002"
    assert "mjpeg" in found["pictures"]


@needs_ffmpeg
@pytest.mark.parametrize("name", ["a.mp3", "a.wav", "a.m4a"])
def test_tags_are_replaced(name: str, tmp_path: Path) -> None:
    path = sounds.converted(sounds.tones(tmp_path / "source.wav", [(440, 1)]), tmp_path / name)
    write_tags(path, tags(title="First"))
    write_tags(path, tags(title="Second", lyrics="", tags=""))
    found = probed(path)["tags"]
    assert found["title"] == "Second"
    assert "folk" not in json.dumps(found)
    assert verified(str(path)).complete


def test_a_wav_has_the_tag_of_an_mp3(tmp_path: Path) -> None:
    path = sounds.tones(tmp_path / "a.wav", [(440, 1)])
    write_tags(path, tags())
    found = WAVE(path)
    assert found.info is not None
    assert found.tags is not None
    assert found.info.length == 1.0
    assert found.tags["TIT2"].text == ["Winter 冬 🎵"]
    assert found.tags["APIC:Cover"].data == cover()


@needs_ffmpeg
def test_an_mp4_has_lyrics_and_cover(tmp_path: Path) -> None:
    path = sounds.converted(sounds.tones(tmp_path / "source.wav", [(440, 1)]), tmp_path / "a.m4a")
    write_tags(path, tags())
    found = MP4(path).tags
    assert found is not None
    assert found["\xa9lyr"] == [LYRICS]
    assert found["trkn"] == [(2, 2)]
    assert bytes(found["covr"][0]) == cover()
    assert bytes(found["----:com.apple.iTunes:SUNO_TASK_ID"][0]) == b"task-1"


@pytest.mark.parametrize("name", ["title", "tags", "lyrics", "model", "description", "id"])
def test_hostile_texts_are_written_and_read(name: str, tmp_path: Path) -> None:
    path = sounds.song(tmp_path / "a.mp3", 1)
    write_tags(path, tags(**{name: HOSTILE}))
    for frame in ID3(path).values():
        for text in map(str, getattr(frame, "text", [])):
            assert not set(text) & set("\0\x1b\x07\u202e\x9b")
    assert verified(str(path)).complete


def test_texts_of_a_megabyte_are_written_and_read(tmp_path: Path) -> None:
    path = sounds.song(tmp_path / "a.mp3", 1)
    write_tags(path, tags(title="x" * 1_000_000, lyrics="la " * 350_000, tags="y" * 1_000_000))
    assert len(ID3(path)["TIT2"].text[0]) == 1_000
    assert verified(str(path)).complete


def test_the_old_tag_is_not_unpacked(tmp_path: Path) -> None:
    """A compressed frame may be a thousand times as large as the file."""
    bomb = zlib.compress(bytes(200_000_000), 9)
    frame = b"TXXX" + struct.pack(">I", len(bomb) + 4) + b"\x00\x80" + struct.pack(">I", 200_000_000) + bomb
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    path = sounds.song(tmp_path / "a.mp3", 2)
    sound = path.read_bytes()
    path.write_bytes(b"ID3\x03\x00\x00" + size + frame + sound)
    write_tags(path, tags())
    assert path.read_bytes().endswith(sound)
    assert [frame.desc for frame in ID3(path).getall("TXXX") if not frame.desc.startswith("SUNO_")] == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"OggS" + bytes(100),
        b"<!DOCTYPE html>",
        b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f" + bytes(100),
        b"ID3\x09\x00\x00\x00\x00\x00\x01" + bytes(100),
        b"RIFF\x00\x00\x00\x00WAVEdata\xff\xff\xff\xff" + bytes(100),
        b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x01moov" + bytes(100),
    ],
)
def test_a_file_that_can_have_no_tags_stays_as_it_is(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(NotTagged):
        write_tags(path, tags())
    assert path.read_bytes() == content


def test_what_the_disk_says_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError):
        write_tags(tmp_path / "missing.mp3", tags())
    path = sounds.song(tmp_path / "a.mp3", 1)
    (tmp_path / "link.mp3").symlink_to(path)
    with pytest.raises(OSError, match="symbolic"):
        write_tags(tmp_path / "link.mp3", tags())

    def full(file: Any, _: SongTags) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(writer, "write_mp3", full)
    with pytest.raises(OSError, match="space"):
        write_tags(path, tags())
