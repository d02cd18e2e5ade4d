"""A file that another process is still writing, as a source for a decoder: reading waits for the next bytes."""

from __future__ import annotations

import threading
from pathlib import Path

import miniaudio

from sunotui.player.files.file_type import HEAD_BYTES, FileType, type_of
from sunotui.player.files.mp3_frames import Mp3Frames

POLL_S = 0.05
"""The interval of looking for more bytes."""
_BUFFERED_S = 0.15
"""An MP3 decoder that has more sound than this in its buffer is not blocked."""


class GrowingFile(miniaudio.StreamableSource):  # type: ignore[misc]
    """Reads a file up to its end, which is final once `complete` was called.

    The MP3 decoder requests 16 KiB in its buffer before each frame, which is up to 4 s of sound; it continues with less
    if it gets nothing. So nothing is returned while it certainly has whole frames, and it is blocked only when it needs
    more, since it would then treat an empty response as the end. Other decoders treat fewer bytes than requested as the
    end.
    """

    def __init__(self, path: str) -> None:
        """Open the file. Raises OSError."""
        self.decoded_s = 0.0
        """How much sound the decoder has returned; its user counts that."""
        self._file = Path(path).open("rb")  # noqa: SIM115 - closed by its decoder's thread
        self._frames: Mp3Frames | None = None
        self._counted_to = 0
        self._changed = threading.Event()
        self._is_complete = False
        self._is_cancelled = False

    def wait_for_type(self) -> FileType:
        """The type of the file. Blocks until it has enough bytes."""
        head = b""
        while len(head) < HEAD_BYTES and not (self._is_complete or self._is_cancelled):
            head += self._file.read(HEAD_BYTES - len(head))
            if len(head) < HEAD_BYTES:
                self._changed.wait(POLL_S)
        self._file.seek(0)
        kind = type_of(self._file.read(HEAD_BYTES))
        self._file.seek(0)
        if kind is FileType.MP3:
            self._frames = Mp3Frames()
        return kind

    def read(self, num_bytes: int) -> bytes:
        """The next bytes, at most `num_bytes`; empty at the end, and while the decoder has enough."""
        data = b""
        while not self._is_cancelled:
            was_complete = self._is_complete
            data += self._file.read(num_bytes - len(data))
            if len(data) == num_bytes or was_complete or (self._frames is not None and data):
                break
            if self._frames is not None and self._frames.seconds - self.decoded_s > _BUFFERED_S:
                break
            self._changed.wait(POLL_S)
        self._count(data)
        return data

    def seek(self, offset: int, origin: miniaudio.SeekOrigin) -> bool:
        """Seek in the existing data. Raises OSError for a position relative to an end that is not known yet."""
        if origin == miniaudio.SeekOrigin.END and not self._is_complete:
            raise OSError("the end is not known yet")
        self._file.seek(offset, origin.value)
        return True

    def complete(self) -> None:
        """No more data will be added."""
        self._is_complete = True
        self._changed.set()

    def cancel(self) -> None:
        """Make a blocked `read` return as at the end; may be called from another thread."""
        self._is_cancelled = True
        self._changed.set()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _count(self, data: bytes) -> None:
        """Count the frames of bytes that are read for the first time."""
        end = self._file.tell()
        if self._frames is not None and end > self._counted_to:
            self._frames.feed(data[max(0, len(data) - (end - self._counted_to)) :])
            self._counted_to = end
