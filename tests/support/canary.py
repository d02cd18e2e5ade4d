"""A token in every form it could leave in, and where to look for it (K1)."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from urllib.parse import quote

CANARY = "sk-CANARY-7c0ffee7-7c0ffee7"
"""The token of the proofs: it must be found nowhere but in the header of a request."""
_BLANKS = bytes(range(33))


@cache
def forms(secret: str) -> tuple[bytes, ...]:
    """The secret as it is, in base64 at each of the three places it can begin at, URL-encoded, reversed, in hex."""
    packed = []
    for lead in range(3):
        text = base64.b64encode(b"x" * lead + secret.encode())
        # The first and the last group also hold what stands beside the secret.
        packed.append(text[4 if lead else 0 : len(text) - 4])
    once = quote(secret, safe="").encode()
    every = "".join(f"%{byte:02X}" for byte in secret.encode()).encode()
    return (secret.encode(), *packed, once, every, secret[::-1].encode(), secret.encode().hex().encode())


def holds(data: bytes, secret: str) -> bool:
    """Whether the secret is in these bytes in any form, or a part of it from either end: a cut must not leave half of
    a key. Also with the line ends of a terminal in between."""
    flat = data.translate(None, _BLANKS)
    parts = (secret[3:15].encode(), secret[-9:].encode())
    return any(form in data or form in flat for form in (*forms(secret), *parts))


def holds_canary(data: bytes) -> bool:
    """Whether the token of the proofs is in these bytes in any form."""
    return holds(data, CANARY)


def files_with_canary(*folders: Path) -> list[Path]:
    """The files below these folders that have it."""
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in files if holds_canary(path.read_bytes())]
