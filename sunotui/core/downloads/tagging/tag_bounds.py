"""Whether the tags of a file may be given to mutagen, which loads all of them: a compressed tag of a megabyte becomes
gigabytes there, and a million empty fields take hours."""

from __future__ import annotations

import struct
from typing import BinaryIO

from sunotui.player.files.mp3_frames import tag_bytes

LARGEST_TAG = 8 * 2**20
"""Bytes; a cover has at most 5 MiB."""
_LARGEST_OLD_TAG = 2**17
"""The same for ID3v2.2, whose fields are not counted."""
MOST_FIELDS = 1_000
"""How many fields an ID3 tag may have."""
MOST_PARTS = 10_000
"""How many boxes an MP4, and how many chunks a WAV may have."""
_CONTAINERS = frozenset({b"moov", b"udta", b"trak", b"mdia", b"meta", b"ilst", b"stbl", b"minf", b"moof", b"traf"})
_COMPRESSED = {3: 0x80, 4: 0x08}
"""The flag of a compressed frame by the version of the tag."""


def has_bounded_tags(file: BinaryIO) -> bool:
    """Whether reading the tags of an MP3, a WAV or an MP4 is cheap. Raises OSError."""
    head = _read(file, 0, 12)
    if head[4:8] == b"ftyp":
        return _has_bounded_boxes(file)
    if head[:4] == b"RIFF":
        return _has_bounded_chunks(file)
    return _is_bounded_id3(file, 0)


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def _is_bounded_id3(file: BinaryIO, at: int) -> bool:
    head = _read(file, at, 10)
    size = tag_bytes(head)
    if not size:
        return True
    version, flags = head[3], head[5]
    if version < 3:
        return size <= _LARGEST_OLD_TAG
    if size > LARGEST_TAG or flags & 0x40:
        # No program writes an additional header before the fields.
        return False
    content = _read(file, at + 10, size - 10)
    contents = [content, content.replace(b"\xff\0", b"\xff")] if flags & 0x80 and version < 4 else [content]
    # Which of the two forms the sizes have is a guess, so both have to be harmless.
    forms = (False,) if version == 3 else (False, True)
    return all(_are_bounded_frames(one, version, form) for one in contents for form in forms)


def _are_bounded_frames(content: bytes, version: int, is_synchsafe: bool) -> bool:
    at = 0
    for _ in range(MOST_FIELDS):
        name, flags = content[at : at + 4], content[at + 8 : at + 10]
        if len(flags) < 2 or not name.strip(b"\0"):
            return True
        if name.isascii() and flags[1] & _COMPRESSED.get(version, 0xFF):
            return False
        size = int.from_bytes(content[at + 4 : at + 8])
        at += 10 + (sum((size >> 8 * place & 0x7F) << 7 * place for place in range(4)) if is_synchsafe else size)
    return False


def _has_bounded_chunks(file: BinaryIO) -> bool:
    at = 12
    for _ in range(MOST_PARTS):
        head = _read(file, at, 8)
        if len(head) < 8:
            return True
        name, size = struct.unpack("<4sI", head)
        if name.lower() == b"id3 " and not _is_bounded_id3(file, at + 8):
            return False
        at += 8 + size + size % 2
    return False


def _has_bounded_boxes(file: BinaryIO) -> bool:
    """Whether there are few boxes, counted as mutagen does."""
    length = file.seek(0, 2)
    at, ends = 0, list[int]()
    for _ in range(MOST_PARTS):
        while ends and at >= ends[-1]:
            ends.pop()
        head = _read(file, at, 16)
        if len(head) < 8:
            return True
        size, name = struct.unpack_from(">I4s", head)
        start = 8
        if size == 1:
            size, start = int.from_bytes(head[8:]), 16
        elif size == 0 and not ends:
            size = length - at
        if size < start:
            # Mutagen gives up here, too.
            return True
        if name == b"ilst" and size > LARGEST_TAG:
            return False
        if name in _CONTAINERS:
            ends.append(at + size)
            size = start + (4 if name == b"meta" else 0)
        at += size
    return False
