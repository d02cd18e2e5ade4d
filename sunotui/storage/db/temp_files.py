"""What a kill leaves behind: files and folders that were being made under a name of their own and never got their real
one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

_LITTER = re.compile(r".+\.new-[0-9a-f]{12}(-wal|-shm|-journal)?")
OLD_S = 3_600.0
"""Seconds after which nobody is still at work on such a file."""


def remove_temp_files(folder: Path, library: Path, *, older_than: float | None) -> None:
    """Remove the litter of `library` in `folder`: what was last written before the Unix time `older_than`, or all of
    it where the caller knows that nobody else is at work there (None). Raises OSError."""
    for path in temp_files_in(folder, library):
        try:
            if older_than is not None and path.lstat().st_mtime >= older_than:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        except FileNotFoundError:
            # Its maker lives and has put it in its place, or another sweeper was here.
            continue


def temp_files_in(folder: Path, library: Path) -> Iterator[Path]:
    """What looks like litter of the library there, at work or left."""
    if folder.is_dir():
        for path in folder.iterdir():
            if path.name.startswith(library.stem) and _LITTER.fullmatch(path.name):
                yield path
