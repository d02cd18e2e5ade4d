"""Replaces a damaged library by the repaired one; if the process is killed, the next repair finishes the swap (D6).

The repaired file is complete and on disk before anything is moved. From then until the swap is done it is beside the
library as `library.repaired-<time>.db`, and no process opens the library, whose write-ahead log may have been removed
already.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sunotui.domain.errors import LibraryDamaged
from sunotui.storage.paths import FILE_MODE, sync_folder

_LOGS = ("-wal", "-shm")


def require_complete_swap(library: Path) -> None:
    """Raise LibraryDamaged if a repair was killed while it swapped the files. Raises OSError if this cannot be
    determined."""
    if _ready_for(library):
        raise LibraryDamaged(
            f"The repair of the library {library} was cut off", advice="Repair it again to finish", topic="repair_again"
        )


def swap_in(new: Path, library: Path, stamp: str) -> Path | None:
    """Replace the library by the closed and intact file `new`; returns the new path of the damaged one, None if there
    was no file. `stamp` is the time for file names. Raises OSError."""
    descriptor = os.open(new, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    new.rename(_unused_path(library, stamp))
    sync_folder(library.parent)
    return finish_swap(library)


def is_half_swapped(library: Path) -> bool:
    """Whether a swap was interrupted. Raises OSError."""
    return bool(_ready_for(library))


def finish_swap(library: Path) -> Path | None:
    """Finish a swap that was interrupted at any point; returns the path of the damaged file, None if there was no file.
    Raises OSError."""
    damaged = None
    for ready in _ready_for(library):
        stamp = ready.stem.removeprefix(f"{library.stem}.repaired-")
        damaged = _damaged_path(library, stamp)
        for suffix in ("", *_LOGS):
            _link(_beside(library, suffix), _beside(damaged, suffix))
        sync_folder(library.parent)
        # An old log would damage a new file beside it, so the log is removed first; both have another name by now.
        for suffix in _LOGS:
            _beside(library, suffix).unlink(missing_ok=True)
        sync_folder(library.parent)
        ready.rename(library)
        sync_folder(library.parent)
    return damaged if damaged is not None and damaged.exists() else None


def _link(source: Path, target: Path) -> None:
    """Give the file a second name, unless the name exists."""
    if target.exists() or not source.exists():
        return
    try:
        target.hardlink_to(source)
    except OSError:
        # A file system without links, such as exFAT: only a complete copy gets the name.
        copy = source.with_name(f"{source.name}.new-{os.urandom(6).hex()}")
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
        shutil.copyfile(source, copy)
        copy.rename(target)


def _unused_path(library: Path, stamp: str) -> Path:
    number = 0
    while True:
        tried = stamp if not number else f"{stamp}-{number}"
        if not _damaged_path(library, tried).exists():
            return library.with_name(f"{library.stem}.repaired-{tried}.db")
        number += 1


def _damaged_path(library: Path, stamp: str) -> Path:
    return library.with_name(f"{library.stem}.corrupt-{stamp}.db")


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _ready_for(library: Path) -> list[Path]:
    if not library.parent.is_dir():
        return []
    prefix = f"{library.stem}.repaired-"
    return sorted(path for path in library.parent.iterdir() if path.name.startswith(prefix) and path.suffix == ".db")
