"""Removes temporary files and folders that a killed process left behind: each is created under a temporary name and
renamed when it is complete."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

_TEMPORARY = r".+\.new-[0-9a-f]{12}(-wal|-shm|-journal)?"
ABANDONED_S = 3_600.0
"""The age, in seconds, after which no process is still writing such a file."""


def remove_temp_files(folder: Path, library: Path, *, older_than: float | None, kind: str = "") -> None:
    """Remove the temporary files of `library` in `folder` that were last written before the Unix time `older_than`;
    None removes all of them; the caller must know that no other process is writing there. `kind` is what follows the
    library's name in the names of those that are meant. Raises OSError."""
    for path in temp_files_in(folder, library, kind):
        try:
            if older_than is not None and path.lstat().st_mtime >= older_than:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        except FileNotFoundError:
            # Its process has renamed it, or another process has removed it in the meantime.
            continue


def temp_files_in(folder: Path, library: Path, kind: str = "") -> Iterator[Path]:
    """The temporary files of the library in `folder`, of one kind or of all, whether or not a process is writing
    them."""
    if folder.is_dir():
        for path in folder.iterdir():
            if path.name.startswith(f"{library.stem}{kind}") and re.fullmatch(_TEMPORARY, path.name):
                yield path
