"""The saved files that a page plays."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from sunotui.core.library.library import Library
from sunotui.storage.downloads.saved_files import SavedFileStore

_TYPES = {".mp3": "audio/mpeg", ".wav": "audio/wav", ".m4a": "audio/mp4"}
"""The media types of files that browsers play, by their endings."""


def saved_sounds(library: Library, clip_ids: Sequence[str]) -> dict[str, Path]:
    """The files of saved takes that a browser can play, by clip id, as far as they exist. Raises LibraryError."""
    found: dict[str, Path] = {}
    for clip_id, files in SavedFileStore(library.db).of(clip_ids).items():
        for file in files:
            if file.kind.is_sound and file.is_there and sound_type(file.path) and file.path.is_file():
                found.setdefault(clip_id, file.path)
    return found


def sound_type(path: Path) -> str:
    """The media type of a sound file by its ending; empty if browsers do not play it."""
    return _TYPES.get(path.suffix.lower(), "")


def relative_url(path: Path, folder: Path) -> str:
    """The URL of a file as seen from a page in `folder`. Both paths are absolute."""
    # Every other character is encoded: a name may have a colon, a number sign, or bytes that are no text.
    return quote(os.fsencode(os.path.relpath(path, folder)), safe="/")
