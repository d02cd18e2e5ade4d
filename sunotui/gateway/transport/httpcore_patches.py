"""Every change to httpcore and to h11, with its reason and the text of an issue for the library; their versions are
pinned, and tests/gateway/transport/test_httpcore_patches.py guards each function here.

The patches of Textual are in `tui/runtime/textual_patches.py`, which this package must not import.
"""

from __future__ import annotations

import httpcore
from h11._receivebuffer import ReceiveBuffer

READ_BYTES = 1_048_576
"""How much is read from a connection at a time, in bytes."""
_UNCOPIED_BYTES = 16_384
"""From this size on, in bytes, what was received is not copied to wait for its event."""


def read_large_pieces() -> None:
    """Let connections read 1 MB at a time instead of 64 kB, and copy each piece less often; a second call changes
    nothing.

    Reason: with 64 kB, reading took an eighth of the processor time of saving a song.

    Issue text for httpcore: "Let a connection pool set READ_NUM_BYTES: large downloads spend much of their time between
    two reads."

    Issue text for h11: "ReceiveBuffer.maybe_extract_at_most() copies the buffer to see whether it is empty, and again
    to return all of it. With the copy into the buffer, each byte of a body is copied three times, although most often
    the next event returns exactly what was received."
    """
    httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = READ_BYTES
    ReceiveBuffer.__iadd__ = _add  # type: ignore[method-assign]
    ReceiveBuffer.maybe_extract_at_most = _maybe_extract_at_most  # type: ignore[method-assign]
    ReceiveBuffer._extract = _extract  # type: ignore[method-assign]


def receive_large_pieces(stream: object) -> None:
    """Let the connection of a response, its extension "network_stream", receive as much at a time as is read. Only
    connections without TLS do so: anyio cuts what arrives for TLS into pieces of 64 kB, and copies the rest each time.

    Reason: asyncio receives 256 kB at a time, and each piece passes through ten functions of four libraries.

    Issue text: "Let a network stream set the max_size of its asyncio transport."
    """
    transport = getattr(getattr(stream, "_stream", None), "_transport", None)
    if transport is not None and hasattr(transport, "max_size"):
        transport.max_size = READ_BYTES


_original_extract = ReceiveBuffer._extract


def _add(self: ReceiveBuffer, received: bytes | bytearray) -> ReceiveBuffer:
    if not self._data and isinstance(received, bytes) and len(received) >= _UNCOPIED_BYTES:
        # Only `_extract` changes the content, and makes a copy for that.
        self._data = received  # type: ignore[assignment]
    else:
        self._data = _changeable(self._data)
        self._data += received
    return self


def _maybe_extract_at_most(self: ReceiveBuffer, count: int) -> bytearray | None:
    if not count or not self:
        return None
    if count < len(self):
        return self._extract(count)
    # All of it: the content itself is returned, and an empty one takes its place.
    found, self._data = self._data, bytearray()
    self._next_line_search = self._multiple_lines_search = 0
    return found


def _extract(self: ReceiveBuffer, count: int) -> bytearray:
    self._data = _changeable(self._data)
    return _original_extract(self, count)


def _changeable(content: bytes | bytearray) -> bytearray:
    return content if isinstance(content, bytearray) else bytearray(content)
