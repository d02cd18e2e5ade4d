"""The texts in the tags of audio files that may have been made to exhaust a reader.

A compressed tag of a megabyte can become gigabytes, and a million empty fields take hours; so only the texts are read,
each up to a limit, pictures and lyrics are skipped without being loaded, and nothing is decompressed.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import BinaryIO

from sunotui.named_tuple import NamedTuple
from sunotui.player.files.completeness import boxes
from sunotui.player.files.file_type import FileType
from sunotui.player.files.mp3_frames import tag_bytes

MOST_FIELDS = 2_000
"""How many fields, pictures and other parts of a tag are examined."""
TEXT_BYTES = 80_000
"""How much of a field is read."""
_LARGEST_TAG = 16 * 2**20
"""How much of a tag that cannot be read in place is loaded, in bytes."""
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_FRAME_NAME = re.compile(rb"[A-Z][A-Z0-9]{2,3}")
_NO_TEXT = ("\xa9lyr", "covr")


class TagText(NamedTuple):
    """One text of a tag."""

    name: str
    """Of the field in capitals, such as TIT2 or, for a field that a program has named, SUNO_CLIP_ID."""
    text: str


def tag_texts(file: BinaryIO, kind: FileType, start: int) -> Iterator[TagText]:
    """The texts of the tags of a file of this type, which begins at `start`, after an ID3 tag if it has one. Damaged
    parts are left out. Raises OSError."""
    if start:
        yield from _id3(file, 0)
    match kind:
        case FileType.FLAC:
            yield from _flac(file, start)
        case FileType.VORBIS | FileType.OPUS:
            yield from _comments(BytesIO(_second_packet(file, start)), kind)
        case FileType.WAV:
            yield from _wave(file)
        case FileType.MP4:
            yield from _mp4(file)


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(max(0, size))


# --- ID3 (https://id3.org/id3v2.3.0, https://id3.org/id3v2.4.0-structure) ---------------------------------------------


def _id3(file: BinaryIO, at: int) -> Iterator[TagText]:
    head = _read(file, at, 10)
    end = at + tag_bytes(head)
    if end == at:
        return
    version, flags = head[3], head[5]
    at += 10
    if flags & 0x80 and version < 4:
        file = BytesIO(_synchronized(_read(file, at, min(end - at, _LARGEST_TAG))))
        at, end = 0, file.seek(0, 2)
    if flags & 0x40 and version > 2:
        size = int.from_bytes(_read(file, at, 4))
        at += _plain(size) if version > 3 else size + 4
    for _ in range(MOST_FIELDS):
        name, content, size, form = _frame_head(file, at, version, end)
        if not name:
            return
        if name[:1] in b"TW" or name in (b"COM", b"COMM"):
            body = _frame_body(_read(file, content, min(size, TEXT_BYTES, end - content)), version, form)
            yield from _frame_texts(name.decode(), body)
        at = content + size


def _frame_head(file: BinaryIO, at: int, version: int, end: int) -> tuple[bytes, int, int, int]:
    """The name of a frame, the position and the size of its content, and its flags; the name is empty at the end."""
    length = 6 if version < 3 else 10
    head = _read(file, at, length)
    name = head[: 3 if version < 3 else 4].rstrip(b"\0")
    if at + length > end or len(head) < length or not _FRAME_NAME.fullmatch(name):
        return b"", 0, 0, 0
    if version < 3:
        return name, at + length, int.from_bytes(head[3:6]), 0
    size = int.from_bytes(head[4:8])
    if version > 3 and _is_frame_or_end(file, at + length + _plain(size), end):
        # Some programs write the size as in the earlier version.
        size = _plain(size)
    return name, at + length, size, int.from_bytes(head[8:10])


def _is_frame_or_end(file: BinaryIO, at: int, end: int) -> bool:
    name = _read(file, at, min(4, end - at))
    return not name.strip(b"\0") or _FRAME_NAME.fullmatch(name.rstrip(b"\0")) is not None


def _frame_body(data: bytes, version: int, form: int) -> bytes:
    """The content of a frame; empty if it is compressed or encrypted."""
    if version == 3:
        return b"" if form & 0xC0 else data[1 if form & 0x20 else 0 :]
    if version < 3:
        return data
    if form & 0x0C:
        return b""
    data = data[(1 if form & 0x40 else 0) + (4 if form & 0x01 else 0) :]
    return _synchronized(data) if form & 0x02 else data


def _frame_texts(name: str, body: bytes) -> Iterator[TagText]:
    if not body:
        return
    if name[0] == "W":
        # An address has its own encoding, whatever a description before it has.
        yield TagText(name, body.replace(b"\0", b"").decode("latin-1"))
        return
    encoding = _ENCODINGS[body[0]] if body[0] < len(_ENCODINGS) else "latin-1"
    content = body[4:] if name.startswith("COM") else body[1:]
    parts = [part.lstrip("\ufeff\ufffe") for part in content.decode(encoding, "replace").split("\0")]
    if name in ("TXX", "TXXX"):
        name = parts.pop(0).upper()
        yield TagText("", name)
    yield from (TagText(name, part) for part in parts if part)


def _synchronized(data: bytes) -> bytes:
    return data.replace(b"\xff\0", b"\xff")


def _plain(size: int) -> int:
    """A number that uses only 7 bits of each byte."""
    return sum((size >> 8 * place & 0x7F) << 7 * place for place in range(4))


# --- FLAC and Ogg -----------------------------------------------------------------------------------------------------


def _flac(file: BinaryIO, start: int) -> Iterator[TagText]:
    at = start + 4
    for _ in range(MOST_FIELDS):
        head = _read(file, at, 4)
        if len(head) < 4:
            return
        if head[0] & 0x7F == 4:
            yield from _comments(file, FileType.FLAC)
        if head[0] & 0x80:
            return
        at += 4 + int.from_bytes(head[1:])


def _second_packet(file: BinaryIO, start: int) -> bytes:
    """The packet with the comments: the second one of the first stream."""
    packet, number, serial = bytearray(), 0, b""
    file.seek(start)
    while len(packet) < _LARGEST_TAG:
        head = file.read(27)
        if len(head) < 27 or head[:4] != b"OggS":
            break
        sizes = file.read(head[26])
        content = file.read(sum(sizes))
        serial = serial or head[14:18]
        if head[14:18] != serial:
            continue
        at = 0
        for size in sizes:
            if number == 1:
                packet += content[at : at + size]
            at += size
            number += size < 255
        if number > 1 or not at:
            break
    return bytes(packet)


def _comments(file: BinaryIO, kind: FileType) -> Iterator[TagText]:
    """Vorbis comments, from the current position in the file, after the prefix of the format."""
    at = file.tell() + {FileType.VORBIS: 7, FileType.OPUS: 8}.get(kind, 0)
    at += 4 + _number(file, at)
    count = _number(file, at)
    at += 4
    for _ in range(min(count, MOST_FIELDS)):
        size = _number(file, at)
        data = _read(file, at + 4, min(size, TEXT_BYTES))
        if not data and size:
            return
        name, _, text = data.decode("utf-8", "replace").partition("=")
        if name.upper() not in {"METADATA_BLOCK_PICTURE", "COVERART"} and not name.upper().startswith("LYRICS"):
            yield TagText(name.upper(), text or name)
        at += 4 + size


def _number(file: BinaryIO, at: int) -> int:
    return int.from_bytes(_read(file, at, 4), "little")


# --- WAV and MP4 ------------------------------------------------------------------------------------------------------


def _wave(file: BinaryIO) -> Iterator[TagText]:
    at = 12
    for _ in range(MOST_FIELDS):
        head = _read(file, at, 8)
        if len(head) < 8:
            return
        name, size = struct.unpack("<4sI", head)
        if name.lower() == b"id3 ":
            yield from _id3(file, at + 8)
        at += 8 + size + size % 2


def _mp4(file: BinaryIO) -> Iterator[TagText]:
    for at, size in _inside(file, (b"moov", b"udta", b"meta", b"ilst")):
        for name, start, length in islice(boxes(file, at, at + size), MOST_FIELDS):
            label = name.decode("latin-1")
            if label.lower() not in _NO_TEXT:
                yield from _item(file, label, start, length)


def _inside(file: BinaryIO, path: tuple[bytes, ...]) -> Iterator[tuple[int, int]]:
    """The contents of the first boxes at this path: their starts and their sizes."""
    at, size = 0, file.seek(0, 2)
    for wanted in path:
        found = islice(boxes(file, at, at + size), MOST_FIELDS)
        at, size = next(((start, length) for name, start, length in found if name == wanted), (0, 0))
        if not size:
            return
        if wanted == b"meta":
            # Its version, which some programs do not write.
            skipped = 0 if _read(file, at + 4, 4) == b"hdlr" else 4
            at, size = at + skipped, size - skipped
    yield at, size


def _item(file: BinaryIO, label: str, at: int, size: int) -> Iterator[TagText]:
    for name, start, length in islice(boxes(file, at, at + size), 16):
        if name == b"name" and label == "----":
            label = _read(file, start + 4, min(length - 4, 200)).decode("utf-8", "replace").upper()
        elif name == b"data":
            text = _read(file, start + 8, min(length - 8, TEXT_BYTES)).decode("utf-8", "replace")
            yield TagText(label, text)
