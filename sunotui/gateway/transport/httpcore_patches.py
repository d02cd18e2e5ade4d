"""Every change to httpcore, with its reason and the text of an issue for httpcore; its version is pinned, and
tests/gateway/transport/test_httpcore_patches.py guards each function here.

The patches of Textual are in `tui/runtime/textual_patches.py`, which this package must not import.
"""

from __future__ import annotations

import httpcore

READ_BYTES = 262_144
"""How much is read from a connection at a time, in bytes; asyncio receives as much."""


def read_large_pieces() -> None:
    """Let connections read 256 kB at a time instead of 64 kB; a second call changes nothing.

    Reason: with 64 kB, reading took an eighth of the processor time of saving a song.

    Issue text: "Let a connection pool set READ_NUM_BYTES: large downloads spend much of their time between two reads."
    """
    httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = READ_BYTES
