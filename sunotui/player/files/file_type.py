"""What a file is, by its first bytes."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

HEAD_BYTES = 64
"""How many bytes are needed to recognize the type."""


class FileType(Enum):
    """A kind of audio file; UNKNOWN may still be an MP3 with something before it."""

    MP3 = "mp3"
    WAV = "wav"
    FLAC = "flac"
    VORBIS = "vorbis"
    MP4 = "mp4"
    AAC = "aac"
    OPUS = "opus"
    UNKNOWN = "unknown"


NEEDS_MPV = frozenset({FileType.MP4, FileType.AAC, FileType.OPUS})
"""The types that miniaudio cannot decode."""


def file_type(path: str) -> FileType:
    """The type of a file; UNKNOWN if it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return type_of(file.read(HEAD_BYTES))
    except OSError:
        return FileType.UNKNOWN


def type_of(head: bytes) -> FileType:
    """The type of a file that begins with `head`."""
    if head[4:8] == b"ftyp":
        return FileType.MP4
    if head[:2] in (b"\xff\xf1", b"\xff\xf9", b"\xff\xf0", b"\xff\xf8"):
        return FileType.AAC
    if head[:4] == b"OggS":
        return FileType.OPUS if b"OpusHead" in head else FileType.VORBIS
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return FileType.WAV
    if head[:4] == b"fLaC":
        return FileType.FLAC
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return FileType.MP3
    return FileType.UNKNOWN
