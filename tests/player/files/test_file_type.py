"""What a file is, by its first bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.player.files.file_type import NEEDS_MPV, FileType, file_type, type_of


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"ID3\x03\x00", FileType.MP3),
        (b"\xff\xfb\x90\x00", FileType.MP3),
        (b"\xff\xf3\x44\xc4", FileType.MP3),
        (b"\xff\xf1\x50\x80", FileType.AAC),
        (b"\xff\xf9\x50\x80", FileType.AAC),
        (b"\x00\x00\x00\x20ftypM4A ", FileType.MP4),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", FileType.WAV),
        (b"RIFF\x24\x00\x00\x00AVI LIST", FileType.UNKNOWN),
        (b"fLaC\x00", FileType.FLAC),
        (b"OggS" + bytes(24) + b"\x01vorbis", FileType.VORBIS),
        (b"OggS" + bytes(24) + b"OpusHead", FileType.OPUS),
        (b"<!DOCTYPE html>", FileType.UNKNOWN),
        (b"#EXTM3U\n", FileType.UNKNOWN),
        (b"\xff", FileType.UNKNOWN),
        (b"", FileType.UNKNOWN),
    ],
)
def test_types(head: bytes, kind: FileType) -> None:
    assert type_of(head) is kind


def test_a_file_that_cannot_be_read_has_no_type(tmp_path: Path) -> None:
    assert file_type(str(tmp_path / "missing")) is FileType.UNKNOWN
    assert file_type(str(tmp_path)) is FileType.UNKNOWN


def test_miniaudio_plays_what_is_common() -> None:
    assert {FileType.MP4, FileType.AAC, FileType.OPUS} == NEEDS_MPV
