"""A copy with tags is, byte for byte, what mutagen makes of the file itself."""

from __future__ import annotations

import os
import random
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mutagen.id3 import ID3, TIT2, TXXX

from sunotui.core.downloads import placing
from sunotui.core.downloads.tagging import writer
from sunotui.core.downloads.tagging.id3 import tagged_ends
from sunotui.core.downloads.tagging.song_tags import NotTagged, SongTags
from sunotui.core.downloads.tagging.writer import write_tagged_copy, write_tags
from tests.core.downloads.tagging.songs import cover
from tests.player import sounds

TAGS = SongTags(title="Winter 冬 🎵", artist="Suno", lyrics="Rain\nSnow", synced=(("Rain", 0), ("\nSnow", 900)))
COVERED = SongTags(title="Winter", artist="Suno", cover=cover(), fields={"SUNO_STYLE": "folk " * 5_000})
ID3V1 = b"TAG" + b"Old title".ljust(30, b"\0") + bytes(94) + b"\x11"
APE = b"APETAGEX" + struct.pack("<IIII", 2_000, 32, 0, 0) + bytes(8)
LARGE = 3_000_000


def large() -> bytes:
    """As many bytes as a song has, in which none of those of a tag occur by chance."""
    return b"\xff\xfb\x90\x00" + random.Random(13).randbytes(LARGE).replace(b"TAG", b"GAT")


def old_tag(padding: int, *, version: int = 3, text: str = "old") -> bytes:
    """An ID3 tag as another program writes it."""
    frame = b"TIT2" + struct.pack(">IH", len(text) + 1, 0) + b"\0" + text.encode("latin-1")
    content = frame + bytes(padding)
    size = bytes(len(content) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + bytes([version, 0, 0]) + size + content


SOURCES: dict[str, Callable[[], bytes]] = {
    "no tag": large,
    "a tag without padding": lambda: old_tag(0) + large(),
    "a tag with enough padding": lambda: old_tag(20_000) + large(),
    "a tag with too much padding": lambda: old_tag(900_000) + large(),
    "a tag with little padding": lambda: old_tag(100) + large(),
    "a tag of version 2.4": lambda: old_tag(3_000, version=4) + large(),
    "a tag of version 2.2": lambda: old_tag(3_000, version=2) + large(),
    "a larger tag than is kept in memory": lambda: old_tag(9_000_000) + large(),
    "ID3v1": lambda: large() + ID3V1,
    "ID3v1 that is too short": lambda: large() + ID3V1[:-1],
    "ID3v1 and ID3v2": lambda: old_tag(2_000) + large() + ID3V1,
    "APEv2": lambda: large() + APE,
    "APEv2 before ID3v1": lambda: large() + APE + ID3V1,
    "a short file": lambda: large()[:300],
    "a short file with both tags": lambda: old_tag(10) + large()[:40] + ID3V1,
    "a tag alone": lambda: old_tag(50),
    "the exact size of what mutagen sees": lambda: large()[:1_024],
    "one byte more": lambda: large()[:1_025],
}


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("tags", [TAGS, COVERED], ids=["texts", "cover"])
def test_a_copy_is_what_mutagen_makes_of_the_file(name: str, tags: SongTags, tmp_path: Path) -> None:
    source, expected, copy = tmp_path / "a.mp3", tmp_path / "b.mp3", tmp_path / "c.mp3"
    source.write_bytes(SOURCES[name]())
    shutil.copyfile(source, expected)
    write_tags(expected, tags)
    copy.write_bytes(b"of an earlier try")
    write_tagged_copy(source, copy, tags)
    assert copy.read_bytes() == expected.read_bytes()
    assert source.read_bytes() == SOURCES[name]()
    assert ID3(copy)["TIT2"].text == [tags.title]


@pytest.mark.parametrize("name", ["no tag", "a tag with enough padding", "ID3v1 and ID3v2"])
def test_mutagen_does_not_move_the_sound(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "a.mp3"
    source.write_bytes(SOURCES[name]())
    with source.open("rb") as file:
        ends = tagged_ends(file, TAGS)
    assert ends is not None
    assert ends.sound_bytes > LARGE - 2_000

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(writer, "write_tags", fail)
    write_tagged_copy(source, tmp_path / "b.mp3", TAGS)


def test_a_tag_of_mutagen_is_replaced(tmp_path: Path) -> None:
    source, expected, copy = sounds.song(tmp_path / "a.mp3", 2), tmp_path / "b.mp3", tmp_path / "c.mp3"
    old = ID3()
    old.add(TIT2(encoding=3, text=["Old"]))
    old.add(TXXX(encoding=3, desc="old", text=["x" * 10_000]))
    old.save(source)
    shutil.copyfile(source, expected)
    write_tags(expected, TAGS)
    write_tagged_copy(source, copy, TAGS)
    assert copy.read_bytes() == expected.read_bytes()
    assert "TXXX:old" not in ID3(copy)


@pytest.mark.parametrize(
    "content",
    [
        b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f" + bytes(100),
        b"ID3\x09\x00\x00\x00\x00\x00\x01" + bytes(100),
        b"ID3\x04\x00\x40\x00\x00\x00\x14\x7f\x7f\x7f\x7f" + bytes(100),
        b"ID3\x03\x00\x00\x00\x00\x00\xff" + bytes(1_000),
        b"OggS" + bytes(100),
    ],
)
def test_a_file_that_can_have_no_tags_is_refused_as_by_mutagen(content: bytes, tmp_path: Path) -> None:
    source, expected = tmp_path / "a.mp3", tmp_path / "b.mp3"
    source.write_bytes(content)
    expected.write_bytes(content)
    with pytest.raises((NotTagged, OSError)) as reason:
        write_tags(expected, TAGS)
    with pytest.raises(reason.type) as again:
        write_tagged_copy(source, tmp_path / "c.mp3", TAGS)
    assert str(again.value) == str(reason.value)
    assert source.read_bytes() == content


@pytest.mark.parametrize("name", ["a.wav", "a.mp4"])
def test_other_types_are_copied_and_tagged_in_place(name: str, tmp_path: Path) -> None:
    source, expected, copy = tmp_path / name, tmp_path / "b", tmp_path / "c"
    if name == "a.wav":
        sounds.tones(source, [(440, 1)])
    else:
        source.write_bytes(struct.pack(">I8sI", 16, b"ftypM4A ", 0) + struct.pack(">I4s", 8, b"moov"))
    shutil.copyfile(source, expected)
    write_tags(expected, TAGS)
    write_tagged_copy(source, copy, TAGS)
    assert copy.read_bytes() == expected.read_bytes() != source.read_bytes()


def test_a_link_in_the_place_of_the_copy_is_not_followed(tmp_path: Path) -> None:
    source = sounds.song(tmp_path / "a.mp3", 1)
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / "c").symlink_to(tmp_path / "mine")
    write_tagged_copy(source, tmp_path / "c", TAGS)
    assert (tmp_path / "mine").read_bytes() == b"mine"
    assert not (tmp_path / "c").is_symlink()


def refused(*_: object) -> int:
    """Fail as the system does where it cannot copy between two files."""
    raise OSError(22, os.strerror(22))


@pytest.mark.parametrize("limit", [0, 1, 100_000])
def test_what_the_system_does_not_copy_is_read_and_written(
    limit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, expected, copy = tmp_path / "a.mp3", tmp_path / "b.mp3", tmp_path / "c.mp3"
    source.write_bytes(old_tag(100) + large() + ID3V1)
    write_tagged_copy(source, expected, TAGS)
    send: Callable[..., int] = os.sendfile
    calls = iter([limit] * bool(limit))

    def some(target: int, file: int, at: int, size: int) -> Any:
        return send(target, file, at, min(size, next(calls, 0) or refused()))

    monkeypatch.setattr("sunotui.core.downloads.placing.os.sendfile", some)
    write_tagged_copy(source, copy, TAGS)
    assert copy.read_bytes() == expected.read_bytes()


def test_a_file_that_shrinks_while_it_is_copied_is_an_error(tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"x" * 1_000)
    with (
        pytest.raises(OSError, match="shorter"),
        placing.new_file(tmp_path / "b", mode=0o600) as copy,
        source.open("rb") as file,
    ):
        placing.copy_part(file, copy, 500, 501)
    assert not (tmp_path / "b").exists()
