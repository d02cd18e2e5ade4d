"""The texts and the length of audio files, also of those that were made to exhaust a reader."""

from __future__ import annotations

import base64
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from mutagen.id3 import APIC, COMM, ID3, TIT2, TXXX, USLT, WXXX

from sunotui.core.adoption.file_ids import read_tags
from sunotui.core.downloads.tagging.song_tags import CLIP_ID
from tests.player.programs import needs
from tests.player.sounds import converted, tones

needs_ffmpeg = needs("ffmpeg")
ID = "d438318d-1111-4222-8333-444455556666"
FRAMES = (b"\xff\xfb\x90\x00" + b"\0" * 413) * 500
"""13 seconds of silence."""


def id3(frames: bytes, version: int = 3) -> bytes:
    """A tag of these frames."""
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + bytes([version, 0, 0]) + size + frames


def compressed() -> bytes:
    """A comment of 100 million characters in 100,000 bytes."""
    packer = zlib.compressobj(9)
    packed = b"".join([*(packer.compress(b"A" * 10_000_000) for _ in range(10)), packer.flush()])
    return id3(b"TXXX" + struct.pack(">LHL", len(packed) + 4, 0x80, 100_000_000) + packed) + FRAMES


def many_frames() -> bytes:
    """A tag of 200,000 empty texts."""
    text = b"TXXX" + struct.pack(">LH", 4, 0) + b"\0a\0b"
    return id3(text * 200_000) + FRAMES


def flac(comments: bytes) -> bytes:
    """A FLAC of 10 seconds with a block of comments."""
    facts = bytes(10) + struct.pack(">Q", 44_100 << 44 | 441_000) + bytes(16)
    return b"fLaC\0\0\0\x22" + facts + b"\x84" + min(len(comments), 0xFFFFFF).to_bytes(3, "big") + comments


def vorbis(*texts: bytes) -> bytes:
    """Vorbis comments."""
    return b"\0\0\0\0" + struct.pack("<I", len(texts)) + b"".join(struct.pack("<I", len(one)) + one for one in texts)


def empty_comments() -> bytes:
    """A million comments without a text."""
    return flac(b"\0\0\0\0" + struct.pack("<I", 1_000_000) + bytes(4_000_000))


def huge_comment() -> bytes:
    """A comment that is as long as a number can be."""
    return flac(b"\0\0\0\0" + struct.pack("<II", 2, 0xFFFF_FFFF) + b"A" * 30_000_000)


def pages(packets: list[bytes], samples: int) -> bytes:
    """An Ogg stream with a packet on each page, or on several; it ends after the given number of samples."""
    made = []
    for number, packet in enumerate(packets):
        sizes = [255] * (len(packet) // 255) + [len(packet) % 255]
        for start in range(0, len(sizes), 255):
            some = sizes[start : start + 255]
            at = samples if number == len(packets) - 1 else 0
            made.append(b"OggS\0\0" + struct.pack("<qIIIB", at, 7, 0, 0, len(some)) + bytes(some))
            made.append(packet[start * 255 : start * 255 + sum(some)])
    return b"".join(made)


def ogg(comments: bytes) -> bytes:
    """An Ogg Vorbis of 10 seconds."""
    ident = b"\x01vorbis" + struct.pack("<IBI", 0, 2, 44_100) + bytes(14)
    return pages([ident, b"\x03vorbis" + comments, bytes(1_000)], 441_000)


def opus(comments: bytes) -> bytes:
    """An Opus of 10 seconds."""
    return pages([b"OpusHead\x01\x02" + struct.pack("<HI", 312, 48_000) + bytes(3), b"OpusTags" + comments], 480_312)


def endless_comments() -> bytes:
    """An Ogg whose comments have 40 million bytes."""
    return ogg(vorbis(b"A" * 40_000_000))


def box(name: bytes, content: bytes) -> bytes:
    """A box of an MP4."""
    return struct.pack(">I4s", len(content) + 8, name) + content


def mp4(items: bytes, more: bytes = b"") -> bytes:
    """An MP4 of 10 seconds."""
    header = box(b"mvhd", bytes(12) + struct.pack(">II", 1_000, 10_000) + bytes(80))
    tags = box(b"udta", box(b"meta", bytes(4) + box(b"hdlr", bytes(24)) + box(b"ilst", items)))
    moov = box(b"moov", header + tags + more)
    return box(b"ftyp", b"M4A \0\0\0\0") + moov + box(b"mdat", bytes(10_000))


def many_boxes() -> bytes:
    """An MP4 of a million empty boxes."""
    return mp4(b"", box(b"free", b"") * 1_000_000)


def many_items() -> bytes:
    """An MP4 with a million empty tags."""
    return mp4(box(b"\xa9nam", b"") * 1_000_000)


def wave(chunks: bytes) -> bytes:
    """A WAV of 10 seconds."""
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8_000, 8_000, 1, 8)
    body = b"WAVE" + form + b"data" + struct.pack("<I", 80_000) + bytes(80_000) + chunks
    return b"RIFF" + struct.pack("<I", len(body)) + body


def many_chunks() -> bytes:
    """A WAV with a million empty chunks."""
    return wave(b"JUNK\0\0\0\0" * 1_000_000)


@pytest.mark.parametrize(
    "make",
    [compressed, many_frames, empty_comments, huge_comment, endless_comments, many_boxes, many_items, many_chunks],
)
def test_a_file_that_was_made_to_exhaust_a_reader_costs_little(make: Callable[[], bytes]) -> None:
    content = make()
    file = BytesIO(content)
    tracemalloc.start()
    found = read_tags(file)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found is not None
    assert found.length_s == pytest.approx(13.06 if make in {compressed, many_frames} else 10, abs=0.01)
    assert most < 60_000_000


@pytest.mark.parametrize("version", [3, 4])
def test_the_texts_of_an_mp3(version: int) -> None:
    tag = ID3()
    tag.add(TXXX(encoding=1, desc=CLIP_ID, text=[ID]))
    tag.add(COMM(encoding=3, lang="eng", desc="d", text="cömment"))
    tag.add(WXXX(encoding=1, desc="é", url=f"https://suno.com/song/{ID}"))
    tag.add(TIT2(encoding=2, text="Títle"))
    tag.add(APIC(encoding=0, mime="image/png", type=3, desc="", data=b"x" * 300_000))
    tag.add(USLT(encoding=3, lang="eng", desc="", text="la la"))
    file = BytesIO(FRAMES)
    tag.save(file, v2_version=version)
    file.seek(0)
    found = read_tags(file)
    assert found is not None
    assert found.own == (ID,)
    assert {ID, "cömment", "Títle"} <= set(found.texts)
    assert any(f"https://suno.com/song/{ID}" in text for text in found.texts)
    assert "la la" not in found.texts


def test_other_forms_of_id3() -> None:
    unsynchronized = b"TIT2" + struct.pack(">LH", 8, 0) + b"\1\xff\0\xfea\0b\0"
    head = bytearray(id3(unsynchronized))
    head[5] = 0x80
    old = b"TT2\0\0\4\0abc"
    assert [read_tags(BytesIO(bytes(tag) + FRAMES)).texts for tag in (head, id3(old, 2))] == [("ab",), ("abc",)]  # type: ignore[union-attr]


PICTURE = b"METADATA_BLOCK_PICTURE=" + base64.b64encode(bytes(100_000))


@pytest.mark.parametrize(
    "content",
    [
        flac(vorbis(PICTURE, f"suno_clip_id={ID}".encode(), b"LYRICS=la")),
        id3(b"") + flac(vorbis(f"suno_clip_id={ID}".encode())),
        ogg(vorbis(PICTURE, f"SUNO_CLIP_ID={ID}".encode())),
        opus(vorbis(PICTURE, f"SUNO_CLIP_ID={ID}".encode())),
        mp4(
            box(b"covr", box(b"data", bytes(100_000)))
            + box(b"\xa9lyr", box(b"data", bytes(8) + b"la"))
            + box(
                b"----",
                box(b"mean", bytes(4) + b"com.apple.iTunes")
                + box(b"name", bytes(4) + CLIP_ID.encode())
                + box(b"data", bytes(8) + ID.encode()),
            )
        ),
        wave(b"id3 \x46\0\0\0" + id3(b"TXXX" + struct.pack(">LH", 50, 0) + b"\0SUNO_CLIP_ID\0" + ID.encode())),
    ],
    ids=["flac", "flac with ID3", "vorbis", "opus", "mp4", "wav"],
)
def test_the_texts_of_other_formats(content: bytes) -> None:
    found = read_tags(BytesIO(content))
    assert found is not None
    assert found.own == (ID,)
    assert found.length_s == pytest.approx(10)
    assert set(found.texts) <= {ID, CLIP_ID}


def test_the_length_is_that_of_what_is_there() -> None:
    """A header keeps the length of the whole song when its end is missing."""
    info = b"\xff\xfb\x90\x00" + bytes(32) + b"Info" + struct.pack(">II", 1, 5_000) + bytes(369)
    found = read_tags(BytesIO(info + FRAMES))
    assert found is not None
    assert found.length_s == pytest.approx(13.09, abs=0.01)
    for whole in (wave(b""), mp4(b"")):
        found = read_tags(BytesIO(whole[: len(whole) // 2]))
        assert found is not None
        assert found.length_s == pytest.approx(5, abs=0.2)
    unknown = flac(vorbis()).replace(struct.pack(">Q", 44_100 << 44 | 441_000), struct.pack(">Q", 44_100 << 44))
    found = read_tags(BytesIO(unknown))
    assert found is not None
    assert found.length_s is None


@needs_ffmpeg
def test_a_flac_without_its_end_is_shorter_than_its_header_says(tmp_path: Path) -> None:
    content = converted(tones(tmp_path / "a.wav", [(440, 12)]), tmp_path / "a.flac").read_bytes()
    whole, half = read_tags(BytesIO(content)), read_tags(BytesIO(content[: len(content) // 2]))
    assert whole is not None
    assert half is not None
    assert whole.length_s == pytest.approx(12, abs=0.01)
    assert half.length_s == pytest.approx(6, abs=1)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", id3(b""), b"fLaC", b"OggS", b"RIFF\0\0\0\0WAVE", box(b"ftyp", b"M4A \0\0\0\0"), bytes(5_000)],
)
def test_a_file_without_sound_is_not_audio(content: bytes) -> None:
    assert read_tags(BytesIO(content)) is None


@pytest.mark.parametrize("make", [compressed, ogg, opus, flac, mp4, wave])
def test_a_file_that_ends_anywhere_is_not_an_error(make: Callable[..., bytes]) -> None:
    content = make() if make is compressed else make(vorbis(b"a=b") if make in {ogg, opus, flac} else b"")
    for end in (*range(300), *range(300, len(content), max(1, len(content) // 50))):
        read_tags(BytesIO(content[:end]))
