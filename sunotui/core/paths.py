"""The folders and files of the program, for the front ends."""

from __future__ import annotations

from sunotui.storage.db.version import is_upgradable
from sunotui.storage.paths import AppPaths, find_paths, make_private

__all__ = ["AppPaths", "find_paths", "is_upgradable", "make_private"]
