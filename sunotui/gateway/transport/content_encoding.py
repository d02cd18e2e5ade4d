"""Decompresses HTTP bodies in small steps within a limit, so that a small body cannot expand to a huge one (P3).
Requests accept only plain bodies, but some proxies compress anyway.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator

from sunotui.domain.errors import UnreadableResponse

_STEP = 256 * 1024
"""The number of bytes decompressed at a time; other work on the event loop runs in between."""
_ZLIB_METHOD = 8
_GZIP_WINDOW, _ZLIB_WINDOW, _RAW_WINDOW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_PLAIN = frozenset({"", "identity"})
_GZIP = frozenset({"gzip", "x-gzip"})
_DEFLATE = "deflate"

_UNKNOWN = "The gateway's response is compressed in an unknown way, although it was asked for uncompressed"
_TOO_LARGE = "The gateway's response is larger than any response should be"
_CUT_OFF = "The gateway's compressed response is incomplete"
_BROKEN = "The gateway's response came compressed and cannot be decompressed"


async def read_body(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """The decompressed body in `chunks`. `encoding` is the Content-Encoding header: empty, gzip or deflate.

    At most `limit` bytes, before and after decompression. Raises UnreadableResponse for a larger body, any other
    encoding, more than one encoding, and a compressed body that is invalid, truncated, or has trailing data.
    """
    encoding = encoding.strip().lower()
    if encoding not in _PLAIN | _GZIP | {_DEFLATE}:
        raise UnreadableResponse(_UNKNOWN)
    decoder = None if encoding in _PLAIN else _Decoder(encoding, limit)
    body = bytearray()
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        if received > limit:
            raise UnreadableResponse(_TOO_LARGE)
        if decoder is None:
            body += chunk
        elif chunk:
            await decoder.add(chunk)
    if decoder is None:
        return bytes(body)
    # An empty body is empty, whatever its label.
    return decoder.finish() if received else b""


class _Decoder:
    """One compressed stream."""

    def __init__(self, encoding: str, limit: int) -> None:
        self._encoding = encoding
        self._limit = limit
        self._inflater: zlib._Decompress | None = None
        self._body = bytearray()

    async def add(self, chunk: bytes) -> None:
        """Decompress a chunk of the stream."""
        if self._inflater is None:
            self._inflater = zlib.decompressobj(self._window(chunk[0]))
        inflater, waiting = self._inflater, chunk
        while True:
            most = min(_STEP, self._limit + 1 - len(self._body))
            try:
                piece = inflater.decompress(waiting, most)
            except zlib.error:
                raise UnreadableResponse(_BROKEN) from None
            self._body += piece
            if len(self._body) > self._limit:
                raise UnreadableResponse(_TOO_LARGE)
            if inflater.unused_data:
                raise UnreadableResponse(_BROKEN)
            waiting = inflater.unconsumed_tail
            # After a full step there may be more output although all input is consumed.
            if inflater.eof or (not waiting and len(piece) < most):
                return
            await asyncio.sleep(0)

    def finish(self) -> bytes:
        """The whole body, after all chunks were added."""
        if self._inflater is None or not self._inflater.eof:
            raise UnreadableResponse(_CUT_OFF)
        return bytes(self._body)

    def _window(self, first: int) -> int:
        """The `wbits` value for zlib. Servers call both a zlib stream and a raw one "deflate": the first byte of the
        former names the method, and the latter never begins with that byte."""
        if self._encoding in _GZIP:
            return _GZIP_WINDOW
        return _ZLIB_WINDOW if first & 0x0F == _ZLIB_METHOD else _RAW_WINDOW
