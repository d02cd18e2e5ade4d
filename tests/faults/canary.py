"""The token of the proofs in every form it could leave in, and where to look for it."""

import base64
from pathlib import Path
from urllib.parse import quote

from .planted import CANARY


def forms(secret: str) -> list[bytes]:
    """The secret as it is, in base64 at each of the three places it can begin at, URL-encoded, reversed, in hex."""
    packed = []
    for lead in range(3):
        text = base64.b64encode(b"x" * lead + secret.encode())
        # The first and the last group also hold what stands beside the secret.
        packed.append(text[4 if lead else 0 : len(text) - 4])
    once = quote(secret, safe="").encode()
    every = "".join(f"%{byte:02X}" for byte in secret.encode()).encode()
    return [secret.encode(), *packed, once, every, secret[::-1].encode(), secret.encode().hex().encode()]


FORMS = [*forms(CANARY), CANARY[3:15].encode(), CANARY[-9:].encode()]
"""Also a part of it from either end: a cut must not leave half of a key."""


def holds_canary(data: bytes) -> bool:
    """Whether the token is in these bytes in any form; also with the line ends of a terminal in between."""
    flat = bytes(byte for byte in data if byte > 32)
    return any(form in data or form in flat for form in FORMS)


def files_with_canary(*folders: Path) -> list[Path]:
    """The files below these folders that have it."""
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in files if holds_canary(path.read_bytes())]
