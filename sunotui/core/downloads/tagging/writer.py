"""Writes tags into a file. Loads mutagen, so it is loaded late and in a thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from sunotui.core.downloads.placing import FILE_MODE, copy_new, copy_part, new_file, write_all
from sunotui.core.downloads.tagging.id3 import tagged_ends, write_mp3
from sunotui.core.downloads.tagging.mp4 import write_mp4
from sunotui.core.downloads.tagging.song_tags import NotTagged, SongTags
from sunotui.core.downloads.tagging.tag_bounds import has_bounded_tags
from sunotui.core.downloads.tagging.wav import write_wav

T = TypeVar("T")

_HEAD_BYTES = 12


def write_tagged_copy(source: Path, copy: Path, tags: SongTags) -> None:
    """Write a copy of a file with the tags, in the place of a file that may be there; the sound does not change. It
    blocks for some milliseconds.

    Raises NotTagged and OSError: then there may be a damaged copy, which is not to be used.
    """
    copy.unlink(missing_ok=True)
    with source.open("rb") as file:
        write = _writer_for(file.read(_HEAD_BYTES))
        ends = _checked(tagged_ends, file, tags) if write is write_mp3 else None
        if ends is not None:
            # In one go: mutagen would move all of the sound in the copy.
            with new_file(copy, mode=FILE_MODE) as target:
                write_all(target, ends.start)
                copy_part(file, target, ends.sound_at, ends.sound_bytes)
                write_all(target, ends.end)
            return
    copy_new(source, copy, mode=FILE_MODE)
    write_tags(copy, tags)


def write_tags(path: Path, tags: SongTags) -> None:
    """Write the tags into a file, in place; the sound does not change. It blocks for some milliseconds.

    Raises NotTagged, and OSError if the file cannot be written: then it may be damaged and must not be used.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "r+b") as file:
        write = _writer_for(file.read(_HEAD_BYTES))
        if write is not write_mp3 and not has_bounded_tags(file):
            raise NotTagged("The file has more parts than can be read safely")
        file.seek(0)
        _checked(write, file, tags)


def _checked(write: Callable[[BinaryIO, SongTags], T], file: BinaryIO, tags: SongTags) -> T:
    """The result of a function that uses mutagen. Raises NotTagged and OSError."""
    try:
        found = write(file, tags)
        file.flush()
    except Exception as error:  # what a damaged file makes mutagen raise is not limited
        if (cause := _os_error(error)) is not None:
            raise cause from error
        raise NotTagged("The file has a structure into which no tags can be written") from error
    return found


def _writer_for(head: bytes) -> Callable[[BinaryIO, SongTags], None]:
    if head[4:8] == b"ftyp":
        return write_mp4
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return write_wav
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
        return write_mp3
    raise NotTagged("Tags are written into MP3, WAV and MP4 files only")


def _os_error(error: BaseException | None) -> OSError | None:
    """The disk error that caused an error, which mutagen wraps; None for another cause."""
    while error is not None:
        if isinstance(error, OSError):
            return error
        error = error.__cause__ or error.__context__ or next((one for one in error.args if _is_error(one)), None)
    return None


def _is_error(value: object) -> bool:
    return isinstance(value, BaseException)
