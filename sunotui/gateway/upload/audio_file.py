"""A local audio file for upload: checked before anything is sent, and read in blocks off the event loop."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.text import clean

LARGEST_FILE = 200 * 1024 * 1024
"""The maximum size of a file in bytes; more than an hour of high-quality MP3."""
BLOCK = 256 * 1024
"""The number of bytes read at a time."""

_KINDS = {
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "webm": "audio/webm",
}

FileProgress = Callable[[int, int], None]
"""Called after every sent block with the number of bytes sent and the total."""


@dataclass(frozen=True, slots=True)
class AudioFile:
    """An open file with its size at the time of opening."""

    name: str
    """Its name without its folders, sanitized."""
    ending: str
    size: int
    source: BinaryIO

    @property
    def content_type(self) -> str:
        """The content type according to its extension."""
        return _KINDS.get(self.ending, "application/octet-stream")

    async def blocks(self, report: FileProgress | None) -> AsyncIterator[bytes]:
        """Read exactly `size` bytes in blocks. Raises InvalidRequest if the file has become shorter since it was
        opened."""
        sent = 0
        if report is not None:
            report(0, self.size)
        while sent < self.size:
            block = await asyncio.to_thread(self.source.read, min(BLOCK, self.size - sent))
            if not block:
                raise InvalidRequest("The file became shorter while it was sent", advice="Send it again")
            yield block
            sent += len(block)
            if report is not None:
                report(sent, self.size)


@asynccontextmanager
async def opened(path: str) -> AsyncIterator[AudioFile]:
    """Open the file at a path for the body of a `with` statement. Raises InvalidRequest if it cannot be sent."""
    audio = await asyncio.to_thread(_open, path)
    try:
        yield audio
    finally:
        await asyncio.to_thread(audio.source.close)


async def check_file(path: str) -> None:
    """Raise InvalidRequest if the file at a path cannot be sent."""
    async with opened(path):
        pass


def file_problem(path: str) -> str:
    """Why the file at a path cannot be sent, as a sentence; empty if it can. Blocks as long as the disk does."""
    try:
        _open(path).source.close()
    except InvalidRequest as error:
        return error.what
    return ""


def _open(text: str) -> AudioFile:
    try:
        path = Path(text).expanduser()
        # Checked before it is opened: opening a pipe would wait for its other end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise InvalidRequest("That path is not a file", advice="Give the path of an audio file")
        source = path.open("rb")
    except FileNotFoundError:
        raise InvalidRequest("There is no file at that path", advice="Check the path") from None
    except (OSError, ValueError, RuntimeError) as error:
        raise _unreadable(error) from None
    try:
        size = _checked_size(source.seek(0, 2))
        source.seek(0)
    except OSError as error:
        # For example, a network disk that was disconnected after the file was opened.
        source.close()
        raise _unreadable(error) from None
    except InvalidRequest:
        source.close()
        raise
    return AudioFile(clean(path.name), path.suffix.lstrip(".").lower(), size, source)


def _unreadable(error: Exception) -> InvalidRequest:
    why = clean(getattr(error, "strerror", None) or "")
    return InvalidRequest("The file could not be read", advice="Check its permissions", detail=why)


def _checked_size(size: int) -> int:
    if size == 0:
        raise InvalidRequest("The file is empty", advice="Give another file")
    if size > LARGEST_FILE:
        raise InvalidRequest(
            f"The file is larger than {LARGEST_FILE // 1024**2} MiB", advice="Send a shorter piece, or as mp3"
        )
    return size
