"""How long the sound in a file is, without decoding it. A length in a header is ignored if the end of the file shows
that it is cut off."""

from __future__ import annotations

import struct
from typing import BinaryIO

from sunotui.player.files.completeness import boxes, mp4_seconds
from sunotui.player.files.file_type import FileType
from sunotui.player.files.flac_frames import flac_end, flac_length
from sunotui.player.files.mp3_frames import Mp3Frames

_CHUNK = 1 << 18
_LAST_BYTES = 1 << 17
"""Where the last page of an Ogg file begins: a page has at most half of that."""
_MOST_CHUNKS = 2_000
_OPUS_RATE = 48_000


def sound_seconds(file: BinaryIO, kind: FileType, start: int) -> float | None:
    """The length of the sound in a file of a type, in seconds; `start` is the size of an ID3 tag before it. 0 if
    that cannot be known, and None for a file without sound. Raises OSError and struct.error."""
    size = file.seek(0, 2)
    match kind:
        case FileType.MP3:
            return _frames_seconds(file)
        case FileType.WAV:
            return _wave_seconds(file, size)
        case FileType.FLAC:
            return _flac_seconds(file)
        case FileType.VORBIS | FileType.OPUS:
            return _ogg_seconds(file, kind, start, size)
        case FileType.MP4:
            file.seek(0)
            announced = mp4_seconds(file)
            missing = max((0, *(at + length - size for _, at, length in boxes(file, 0, size))))
            return announced if announced is None else announced * size / (size + missing)
        case _:
            return None


def _frames_seconds(file: BinaryIO) -> float | None:
    """Counts the frames: the header of a file that was cut off keeps the full length, and not every file has one."""
    file.seek(0)
    frames = Mp3Frames()
    while chunk := file.read(_CHUNK):
        frames.feed(chunk)
    frames.end()
    return frames.seconds or None


def _flac_seconds(file: BinaryIO) -> float | None:
    length = flac_length(file)
    if length is None:
        return None
    end_s = flac_end(file, length) if length.samples else None
    return length.seconds if end_s is None else end_s


def _wave_seconds(file: BinaryIO, size: int) -> float | None:
    at, rate = 12, 0
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return None
        name, length = struct.unpack("<4sI", head)
        at += 8
        if name == b"fmt ":
            rate = struct.unpack_from("<I", file.read(12), 8)[0]
        elif name == b"data":
            # A program that writes to a pipe does not know the size.
            there = size - at
            return (min(length, there) if length else there) / rate if rate else None
        at += length + length % 2
    return None


def _ogg_seconds(file: BinaryIO, kind: FileType, start: int, size: int) -> float | None:
    """By the last page of the first stream."""
    file.seek(start)
    head = file.read(64)
    ident = head.find(b"OpusHead" if kind is FileType.OPUS else b"\x01vorbis")
    file.seek(max(start, size - _LAST_BYTES))
    end = file.read(_LAST_BYTES)
    last = end.rfind(b"OggS")
    while last >= 0 and end[last + 14 : last + 18] != head[14:18]:
        last = end.rfind(b"OggS", 0, last)
    if ident < 0 or last < 0:
        return None
    samples = struct.unpack_from("<q", end, last + 6)[0]
    if kind is FileType.OPUS:
        return max(0, samples - struct.unpack_from("<H", head, ident + 10)[0]) / _OPUS_RATE or None
    rate = struct.unpack_from("<I", head, ident + 12)[0]
    return samples / rate if rate and samples > 0 else None
