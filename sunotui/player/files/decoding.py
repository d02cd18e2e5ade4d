"""Decodes files with miniaudio, to 16-bit stereo at 44,100 Hz."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import miniaudio

from sunotui.player.files.file_type import FileType
from sunotui.player.files.growing_file import GrowingFile
from sunotui.player.sentences import MISSING, NOT_AUDIO, UNREADABLE

RATE = 44_100
"""Frames a second."""
CHANNELS = 2
FRAME_BYTES = 4
"""The bytes of a frame: one 16-bit sample for each channel."""
_CHUNK_FRAMES = 16_384
_GROWING_FRAMES = 1_152
"""How much of a growing file is decoded at a time, a frame of MP3: for more, the decoder would wait."""
_FORMATS = {
    FileType.MP3: miniaudio.FileFormat.MP3,
    FileType.WAV: miniaudio.FileFormat.WAV,
    FileType.FLAC: miniaudio.FileFormat.FLAC,
    FileType.VORBIS: miniaudio.FileFormat.VORBIS,
}


class NotAudio(Exception):
    """The file cannot be decoded; the text is a sentence without its full stop."""


class MissingFile(NotAudio):
    """There is no file to decode, which says nothing of what was in it."""


@contextmanager
def decoded(path: str, growing: GrowingFile | None = None, *, start_frame: int = 0) -> Iterator[Iterator[bytes]]:
    """The sound of a file in pieces, from a frame on; a growing one blocks until it has more.

    Raises NotAudio, also while pieces are read.
    """
    samples: Generator[Any, int, None] | None = None
    own: GrowingFile | None = None
    try:
        if growing is None and not has_simple_name(path):
            growing = own = GrowingFile(path)
            own.complete()
        if growing is not None:
            kind = _FORMATS.get(growing.wait_for_type(), miniaudio.FileFormat.UNKNOWN)
            samples = miniaudio.stream_any(growing, kind, frames_to_read=_GROWING_FRAMES)
            yield _from_frame(_counted(_pieces(samples), growing), start_frame)
        else:
            samples = miniaudio.stream_file(path, frames_to_read=_CHUNK_FRAMES, seek_frame=start_frame)
            yield _pieces(samples)
    except (miniaudio.MiniaudioError, OSError) as error:
        raise not_audio(path) from error
    finally:
        if samples is not None:
            samples.close()
        if own is not None:
            own.close()


def not_audio(path: str) -> NotAudio:
    """Why a file could not be decoded: the decoders do not tell a missing file from one that is no audio."""
    try:
        with Path(path).open("rb"):
            return NotAudio(NOT_AUDIO)
    except FileNotFoundError:
        return MissingFile(MISSING)
    except OSError:
        return NotAudio(UNREADABLE)


def has_simple_name(path: str) -> bool:
    """Whether miniaudio can open the file: it encodes names strictly, and does not support other bytes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _pieces(samples: Generator[Any, int, None]) -> Iterator[bytes]:
    for piece in samples:
        yield piece.tobytes()


def _counted(pieces: Iterator[bytes], growing: GrowingFile) -> Iterator[bytes]:
    for piece in pieces:
        growing.decoded_s += len(piece) / FRAME_BYTES / RATE
        yield piece


def _from_frame(pieces: Iterator[bytes], start_frame: int) -> Iterator[bytes]:
    skipped = start_frame * FRAME_BYTES
    for piece in pieces:
        if skipped < len(piece):
            yield piece[skipped:]
            skipped = 0
        else:
            skipped -= len(piece)
