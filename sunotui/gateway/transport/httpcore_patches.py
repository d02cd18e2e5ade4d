"""Every change to httpcore and to h11, with its reason and the text of an issue for the library.

An installation may have other versions than the tested ones. A patch is therefore applied only where the library has
the expected form; otherwise the library stays as it is, which is only slower. tests/gateway/transport/
test_httpcore_patches.py fails if a tested version no longer has that form.

The patches of Textual are in `tui/runtime/textual_patches.py`, which this package must not import.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any, Protocol

import h11
import httpcore

READ_BYTES = 1_048_576
"""How much is read from a connection at a time, in bytes."""
_UNCOPIED_BYTES = 16_384
"""From this size on, in bytes, what was received is not copied to wait for its event."""
_BUFFER_METHODS = {
    "__init__": 1,
    "__iadd__": 2,
    "__bool__": 1,
    "__len__": 1,
    "__bytes__": 1,
    "_extract": 2,
    "maybe_extract_at_most": 2,
    "maybe_extract_next_line": 1,
    "maybe_extract_lines": 1,
    "is_next_line_obviously_invalid_request_line": 1,
}
"""The methods of the buffer of h11 that the patch was written for, and how many parameters each has."""
_BUFFER_ATTRIBUTES = {"_data": bytearray, "_next_line_search": int, "_multiple_lines_search": int}
"""The attributes of an empty buffer, and their types."""


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
    connection = getattr(httpcore, "AsyncHTTP11Connection", None)
    if isinstance(getattr(connection, "READ_NUM_BYTES", None), int):
        httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = READ_BYTES
    buffer: Any = getattr(getattr(h11, "_receivebuffer", None), "ReceiveBuffer", None)
    if _is_known(buffer):
        buffer.__iadd__ = _add
        buffer.maybe_extract_at_most = _maybe_extract_at_most
        buffer._extract = _extract


def _is_known(buffer: Any) -> bool:
    """Whether this class of h11 has the form that the patch was written for. An additional method might change the
    content, which is not always a bytearray with the patch."""
    if not isinstance(buffer, type):
        return False
    functions = {name: value for name, value in vars(buffer).items() if isinstance(value, FunctionType)}
    if {name: function.__code__.co_argcount for name, function in functions.items()} != _BUFFER_METHODS:
        return False
    attributes: dict[str, object] = getattr(buffer(), "__dict__", {})
    return {name: type(value) for name, value in attributes.items()} == _BUFFER_ATTRIBUTES


def receive_large_pieces(stream: object) -> None:
    """Let the connection of a response, its extension "network_stream", receive as much at a time as is read. Only
    connections without TLS do so: anyio cuts what arrives for TLS into pieces of 64 kB, and copies the rest each time.

    Reason: asyncio receives 256 kB at a time, and each piece passes through ten functions of four libraries.

    Issue text: "Let a network stream set the max_size of its asyncio transport."
    """
    transport = getattr(getattr(stream, "_stream", None), "_transport", None)
    if transport is not None and hasattr(transport, "max_size"):
        transport.max_size = READ_BYTES


class _ReceiveBuffer(Protocol):
    """What the functions below use of the buffer of h11."""

    _data: bytes | bytearray
    _next_line_search: int
    _multiple_lines_search: int

    def __len__(self) -> int: ...

    def _extract(self, count: int) -> bytearray: ...


def _add(self: _ReceiveBuffer, received: bytes | bytearray) -> _ReceiveBuffer:
    if not self._data and isinstance(received, bytes) and len(received) >= _UNCOPIED_BYTES:
        # Only `_extract` changes the content, and makes a copy for that.
        self._data = received
    else:
        content = _changeable(self._data)
        content += received
        self._data = content
    return self


def _maybe_extract_at_most(self: _ReceiveBuffer, count: int) -> bytes | bytearray | None:
    if not count or not len(self):
        return None
    if count < len(self):
        return self._extract(count)
    # All of it: the content itself is returned, and an empty one takes its place.
    found, self._data = self._data, bytearray()
    self._next_line_search = self._multiple_lines_search = 0
    return found


def _extract(self: _ReceiveBuffer, count: int) -> bytearray:
    self._data = content = _changeable(self._data)
    found = content[:count]
    del content[:count]
    self._next_line_search = self._multiple_lines_search = 0
    return found


def _changeable(content: bytes | bytearray) -> bytearray:
    return content if isinstance(content, bytearray) else bytearray(content)
