"""Checks by the headers of a file whether its end is missing, without decoding it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sunotui.named_tuple import NamedTuple
from sunotui.player.files.file_type import FileType
from sunotui.player.files.flac_frames import flac_length
from sunotui.player.files.mp3_frames import Mp3Frames, frame, tag_bytes

_SEARCH_BYTES = 64 * 1024
"""How far after the tag the first frame of an MP3 is searched."""
_UNKNOWN_SIZE = (0, 0xFFFF_FFFF)
"""Sizes in the header of a WAV that was written to a pipe."""
_MOST_BOXES = 10_000
"""The maximum number of boxes at the top level; files made by gateways have fewer."""
_READ_BYTES = 256 * 1024
_LAST_BYTES = 32 * 1024


def declared_seconds(path: str, kind: FileType) -> float | None:
    """How long a file should be according to its header; None if it has no such header, or cannot be read."""
    try:
        with Path(path).open("rb") as file:
            if kind is FileType.MP3:
                return _declared_by_mp3(file)
            if kind is FileType.FLAC:
                length = flac_length(file)
                return length.seconds or None if length is not None else None
            return mp4_seconds(file) if kind is FileType.MP4 else None
    except (OSError, struct.error):
        return None


def missing_bytes(path: str, kind: FileType) -> int:
    """The minimum number of bytes that a WAV or MP4 lacks according to its own sizes; 0 for other and unreadable
    files."""
    try:
        with Path(path).open("rb") as file:
            if kind is FileType.WAV:
                return max((0, *(at + size - _size(file) for _, at, size in _chunks(file))))
            if kind is FileType.MP4:
                return max((0, *(at + size - _size(file) for _, at, size in boxes(file, 0, _size(file)))))
    except (OSError, struct.error):
        pass
    return 0


class CountedFrames(NamedTuple):
    """The frames of an MP3."""

    seconds: float
    junk_s: float
    """How much sound the bytes outside of frames would hold, at the bit rate of the frames; tags do not count."""


def counted_frames(path: str) -> CountedFrames:
    """Count the frames of an MP3 without decoding them. Raises OSError."""
    counted = Mp3Frames()
    with Path(path).open("rb") as file:
        size = _size(file)
        head = tag_bytes(file.read(10))
        left = size - _tags_at_end(file, size)
        file.seek(0)
        while left > 0 and (data := file.read(min(left, _READ_BYTES))):
            counted.feed(data)
            left -= len(data)
    counted.end()
    in_frames = size - head - counted.junk
    is_empty = counted.seconds <= 0 or in_frames <= 0
    return CountedFrames(counted.seconds, 0.0 if is_empty else counted.junk * counted.seconds / in_frames)


def last_part(path: str) -> bytes:
    """The end of an MP3 without its tags, some seconds long. Raises OSError."""
    with Path(path).open("rb") as file:
        end = _size(file) - _tags_at_end(file, _size(file))
        file.seek(max(0, end - _LAST_BYTES))
        return file.read(min(end, _LAST_BYTES))


def _tags_at_end(file: BinaryIO, size: int) -> int:
    """The bytes of an ID3v1 tag, and of an APEv2 tag before it."""
    file.seek(max(0, size - 128))
    found = 128 if size >= 128 and file.read(3) == b"TAG" else 0
    if size >= found + 32:
        file.seek(size - found - 32)
        footer = file.read(32)
        if footer[:8] == b"APETAGEX":
            length, _, flags = struct.unpack_from("<III", footer, 12)
            found += min(length + (32 if flags >> 31 else 0), size - found)
    return found


def _declared_by_mp3(file: BinaryIO) -> float | None:
    """The length by the number of frames in a Xing or Info header, which encoders write into an empty first frame."""
    file.seek(tag_bytes(file.read(10)))
    data = file.read(_SEARCH_BYTES)
    at = data.find(b"\xff")
    while 0 <= at <= len(data) - 4:
        size, seconds = frame(data[at : at + 4])
        if size:
            header = data[at : at + min(size, 200)]
            found = max(header.find(b"Xing"), header.find(b"Info"))
            if found < 0:
                return None
            flags, frames = struct.unpack_from(">II", header, found + 4)
            return frames * seconds if flags & 1 else None
        at = data.find(b"\xff", at + 1)
    return None


def mp4_seconds(file: BinaryIO) -> float | None:
    """The length by the movie header."""
    for name, at, size in boxes(file, 0, _size(file)):
        if name == b"moov":
            for inner, start, _ in boxes(file, at, at + size):
                if inner == b"mvhd":
                    file.seek(start)
                    header = file.read(32)
                    if len(header) < 32:
                        return None
                    form = ">IQ" if header[0] else ">II"
                    scale, length = struct.unpack_from(form, header, 20 if header[0] else 12)
                    return length / scale if scale else None
    return None


def boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of an MP4 from a position on: the name, the start of the content, and its size; at most the number that
    a file made by a gateway may have. Raises OSError and struct.error."""
    for _ in range(_MOST_BOXES):
        file.seek(at)
        header = file.read(16)
        if at >= end or len(header) < 8:
            return
        size, name = struct.unpack_from(">I4s", header)
        start = 8
        if size == 1:
            (size,), start = struct.unpack_from(">Q", header, 8), 16
        elif size == 0:  # up to the end of the file
            size = end - at
        if size < start:
            return
        yield name, at + start, size - start
        at += size


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """The chunks of a WAV; the size is 0 for a chunk without a size."""
    at, end = 12, _size(file)
    while at + 8 <= end:
        file.seek(at)
        name, size = struct.unpack("<4sI", file.read(8))
        size = 0 if name == b"data" and size in _UNKNOWN_SIZE else size
        yield name, at + 8, size
        if not size and name == b"data":
            return
        at += 8 + size + size % 2


def _size(file: BinaryIO) -> int:
    at = file.tell()
    size = file.seek(0, 2)
    file.seek(at)
    return size
