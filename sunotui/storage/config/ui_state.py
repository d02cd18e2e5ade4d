"""The user's choices in the screens, stored in a small JSON file of the program; never in the user's config file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sunotui.domain.text import NotText, decoded
from sunotui.named_tuple import NamedTuple
from sunotui.storage.paths import write_private

Value = str | int | bool

_SIZE_LIMIT = 64_000
"""The maximum number of bytes that are read; the file has a few hundred."""
_TEXT_LIMIT = 2_000
_MOST_CELLS = 1_000


class UiState(NamedTuple):
    """The choices, with the values of a first start. The names are the keys of the file, and must not change. A value
    may come from another version: code that uses it checks whether it is known."""

    theme: str = ""
    """The theme that was chosen in the app; empty for that of the config file."""
    sort: str = ""
    is_reversed: bool = False
    is_grouped: bool = True
    """Whether songs that were made from another one are listed under it."""
    collection_kind: str = ""
    """The kind of the collection that was listed, and its name."""
    collection_name: str = ""
    task_id: str = ""
    """The task under the cursor."""
    tab: str = ""
    """The tab of the detail."""
    has_sidebar: bool = True
    sidebar_width: int = 0
    """Sizes are cells; 0 for the usual size."""
    detail: str = ""
    """The position of the detail."""
    detail_width: int = 0
    detail_height: int = 0
    triage_listen: str = ""
    """Which part of each take is played in triage."""


def load_ui_state(path: Path) -> UiState:
    """The choices in the file; the defaults if the file is missing or cannot be read, and for each value of the wrong
    type."""
    found = _read(path)
    usable = {name: found[name] for name, default in UiState()._asdict().items() if _fits(found.get(name), default)}
    return UiState(**usable)


def save_ui_state(path: Path, changes: Mapping[str, Value]) -> None:
    """Change these values in the file, and keep the others, which another program or version may have written. Raises
    OSError."""
    write_private(path, json.dumps(_read(path) | dict(changes), indent=1, ensure_ascii=True) + "\n")


def _read(path: Path) -> dict[str, Any]:
    try:
        # A named pipe would otherwise wait for a writer.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            content = file.read(_SIZE_LIMIT + 1) or b""
        found = json.loads(decoded(content)) if len(content) <= _SIZE_LIMIT else None
    except (OSError, NotText, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _fits(value: object, default: Value) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, int):
        return isinstance(value, int) and 0 <= value <= _MOST_CELLS
    return isinstance(value, str) and len(value) <= _TEXT_LIMIT
