"""Loads the modules of the player whose libraries may be missing: miniaudio has no wheels for some platforms, and
dbus-fast is an extra."""

from __future__ import annotations

import importlib
from types import ModuleType


def optional_module(name: str) -> ModuleType | None:
    """A module of this package; None if a library that it imports is missing or does not load."""
    try:
        return importlib.import_module(f"sunotui.player.{name}")
    except (ImportError, OSError):
        return None
