"""Which tags are never given to mutagen."""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from mutagen.id3 import APIC, ID3, TIT2

from sunotui.core.albums.track_tags import TrackTags, write_track_tags
from sunotui.core.downloads.tagging.song_tags import NotTagged, SongTags
from sunotui.core.downloads.tagging.tag_bounds import has_bounded_tags
from sunotui.core.downloads.tagging.writer import write_tags
from tests.core.adoption.test_file_ids import (
    FRAMES,
    box,
    compressed,
    id3,
    many_boxes,
    many_chunks,
    many_frames,
    many_items,
    mp4,
    wave,
)


def in_another_size() -> bytes:
    """The compressed tag in the later version, behind a frame whose size two readers understand differently."""
    hidden = b"TXXX" + struct.pack(">LH", 20, 8) + bytes(20)
    first = b"TIT2" + (0x0101).to_bytes(4) + b"\0\0" + bytes(0x81)
    return id3(first + hidden + bytes(300), 4) + FRAMES


def behind_an_invalid_name() -> bytes:
    """A reader that ends at the first invalid name does not see the compressed tag."""
    return id3(b"\xff\xff\xff\xff\0\0\0\1\0\0a" + b"TXXX" + struct.pack(">LH", 20, 0x80) + bytes(20)) + FRAMES


def unsynchronized() -> bytes:
    """A tag in which more and more is left out."""
    tag = bytearray(id3(b"TIT2\0\0\0\2\0\0\xff\0" + b"TXXX" + struct.pack(">LH", 20, 0x80) + bytes(20)))
    tag[5] = 0x80
    return bytes(tag) + FRAMES


def in_a_wave() -> bytes:
    """The compressed tag in a chunk."""
    tag = compressed()[: -len(FRAMES)]
    return wave(b"id3 " + struct.pack("<I", len(tag)) + tag)


def beyond_its_box() -> bytes:
    """A box that is longer than the one that has it."""
    return (
        box(b"ftyp", b"M4A \0\0\0\0")
        + struct.pack(">I4sI4s", 16, b"moov", 24, b"free")
        + bytes(16)
        + box(b"udta", box(b"free", b"") * 20_000)
    )


@pytest.mark.parametrize(
    "make",
    [
        compressed,
        many_frames,
        in_another_size,
        behind_an_invalid_name,
        unsynchronized,
        in_a_wave,
        many_boxes,
        many_items,
        beyond_its_box,
        many_chunks,
    ],
)
def test_a_file_that_was_made_to_exhaust_a_reader_gets_no_tags(make: Callable[[], bytes], tmp_path: Path) -> None:
    content = make()
    assert not has_bounded_tags(BytesIO(content))
    path = tmp_path / "song"
    path.write_bytes(content)
    assert not write_track_tags(path, TrackTags("Album", 1))
    assert path.read_bytes() == content
    if make in {many_boxes, many_items, many_chunks}:
        with pytest.raises(NotTagged):
            write_tags(path, SongTags(title="Rain", artist="Suno"))
        assert path.read_bytes() == content


@pytest.mark.parametrize("version", [3, 4])
def test_the_largest_cover_is_no_reason(version: int) -> None:
    tag = ID3()
    tag.add(TIT2(encoding=1, text="Rain"))
    tag.add(APIC(encoding=0, mime="image/png", type=3, desc="", data=bytes(range(256)) * 20_480))
    file = BytesIO(FRAMES)
    tag.save(file, v2_version=version)
    assert has_bounded_tags(file)


@pytest.mark.parametrize("content", [b"", b"ID3", FRAMES, mp4(b""), wave(b""), box(b"ftyp", b"M4A ")[:9]])
def test_what_has_no_tags_is_harmless(content: bytes) -> None:
    assert has_bounded_tags(BytesIO(content))
