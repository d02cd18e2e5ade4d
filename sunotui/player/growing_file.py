"""A file that another process is still writing, as a source for a decoder: reading waits for the next bytes."""

from __future__ import annotations

import threading
from pathlib import Path

import miniaudio

POLL_S = 0.05
"""The interval of looking for more bytes."""


class GrowingFile(miniaudio.StreamableSource):  # type: ignore[misc]
    """Reads a file up to the end that it has once `complete` was called."""

    def __init__(self, path: str) -> None:
        """Open the file. Raises OSError."""
        self._file = Path(path).open("rb")  # noqa: SIM115 - closed by its decoder's thread
        self._changed = threading.Event()
        self._is_complete = False
        self._is_cancelled = False

    def read(self, num_bytes: int) -> bytes:
        """The next bytes, at most `num_bytes`; empty at the end. Blocks until there are some."""
        while not self._is_cancelled:
            was_complete = self._is_complete
            data = self._file.read(num_bytes)
            if data or was_complete:
                return data
            self._changed.wait(POLL_S)
        return b""

    def seek(self, offset: int, origin: miniaudio.SeekOrigin) -> bool:
        """Move in what is there. Raises OSError for a position from an end that is not known yet."""
        if origin == miniaudio.SeekOrigin.END and not self._is_complete:
            raise OSError("the end is not known yet")
        self._file.seek(offset, origin.value)
        return True

    def complete(self) -> None:
        """Nothing will be added any more."""
        self._is_complete = True
        self._changed.set()

    def cancel(self) -> None:
        """Let a blocked `read` return as at the end; may be called from another thread."""
        self._is_cancelled = True
        self._changed.set()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
