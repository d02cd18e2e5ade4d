"""Text snapshots of screens; `UPDATE_SNAPSHOTS=1` writes them."""

from __future__ import annotations

import os
from pathlib import Path


def assert_looks_like(text: str, picture: Path) -> None:
    """Assert that the text equals the one in the file."""
    if os.environ.get("UPDATE_SNAPSHOTS"):
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_text(text, encoding="utf-8")
    assert picture.exists(), f"there is no picture {picture.name}; draw it with UPDATE_SNAPSHOTS=1 and look at it"
    assert text == picture.read_text(encoding="utf-8")
