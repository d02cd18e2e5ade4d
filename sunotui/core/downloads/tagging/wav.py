"""The tags of a WAV: a chunk with an ID3 tag for music players, and one with a list of texts for other programs."""

from __future__ import annotations

import struct
from typing import BinaryIO

from sunotui.core.downloads.tagging.id3 import id3_tag
from sunotui.core.downloads.tagging.song_tags import SongTags

_LARGEST = 0xFFFF_FFFF
_JUNK = b"JUNK"


def write_wav(file: BinaryIO, tags: SongTags) -> None:
    """Add chunks with the tags to the end of a WAV; existing ones are no longer used. Raises OSError, and ValueError
    for a file whose sizes are wrong."""
    end, old = _chunks(file)
    added = _chunk(b"LIST", b"INFO" + _texts(tags)) + _chunk(b"id3 ", id3_tag(tags))
    if end + len(added) - 8 > _LARGEST:
        raise ValueError("the file is too large for tags")
    for at in old:
        file.seek(at)
        file.write(_JUNK)
    file.seek(end)
    file.write(added)
    # The last step: before it, players do not look at the new chunks.
    file.seek(4)
    file.write(struct.pack("<I", end + len(added) - 8))


def _chunks(file: BinaryIO) -> tuple[int, list[int]]:
    """The end of the last chunk, and where chunks of tags begin. Raises ValueError."""
    length = file.seek(0, 2)
    at, tagged = 12, []
    while at + 8 <= length:
        file.seek(at)
        name, size, kind = struct.unpack("<4sI4s", file.read(12).ljust(12, b"\0"))
        if at + 8 + size > length:
            raise ValueError("a chunk is longer than the file")
        if name.lower() == b"id3 " or (name == b"LIST" and kind == b"INFO"):
            tagged.append(at)
        at += 8 + size + size % 2
    return at, tagged


def _texts(tags: SongTags) -> bytes:
    """The texts that a list has names for. Its encoding is not defined; ffmpeg takes it for UTF-8."""
    named = (
        (b"INAM", tags.title),
        (b"IART", tags.artist),
        (b"IPRD", tags.album),
        (b"IPRT", f"{tags.track}/{tags.tracks}" if tags.track else ""),
        (b"ICRD", tags.date),
        (b"ICMT", tags.comment),
    )
    return b"".join(_chunk(name, text.encode() + b"\0") for name, text in named if text)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)
