"""A known token in every form in which it could leak, and functions that search for it (K1)."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from urllib.parse import quote

CANARY = "sk-CANARY-7c0ffee7-7c0ffee7"
"""The token of the guarantee tests: it may appear only in the header of a request."""
_BLANKS = bytes(range(33))


@cache
def forms(secret: str) -> tuple[bytes, ...]:
    """The secret unencrypted, in base64 at each of the three possible offsets, URL-encoded, reversed and in hex."""
    packed = []
    for lead in range(3):
        text = base64.b64encode(b"x" * lead + secret.encode())
        # The first and the last group also encode what surrounds the secret.
        packed.append(text[4 if lead else 0 : len(text) - 4])
    once = quote(secret, safe="").encode()
    every = "".join(f"%{byte:02X}" for byte in secret.encode()).encode()
    return (secret.encode(), *packed, once, every, secret[::-1].encode(), secret.encode().hex().encode())


def holds(data: bytes, secret: str) -> bool:
    """Whether these bytes contain the secret in any form, or a part of it from either end: truncation must not leave a
    partial key. Line ends of a terminal in between are ignored."""
    flat = data.translate(None, _BLANKS)
    parts = (secret[3:15].encode(), secret[-9:].encode())
    return any(form in data or form in flat for form in (*forms(secret), *parts))


def holds_canary(data: bytes) -> bool:
    """Whether these bytes contain the canary token in any form."""
    return holds(data, CANARY)


def files_with_canary(*folders: Path) -> list[Path]:
    """The files below these folders that contain it."""
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in files if holds_canary(path.read_bytes())]
