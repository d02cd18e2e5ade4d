"""A repaired library takes the damaged one's place; a kill in between leaves what the next repair finishes (D6).

The repaired file is whole and on disk before anything moves. From then on until the swap is done it lies beside the
library as `library.repaired-<time>.db`, and nobody opens the library: its write-ahead log may be gone already.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sunotui.domain.errors import LibraryDamaged
from sunotui.storage.paths import FILE_MODE, sync_folder

_LOGS = ("-wal", "-shm")


def require_complete_swap(library: Path) -> None:
    """Raise LibraryDamaged when a repair was killed while it swapped the files. Raises OSError."""
    if _ready_for(library):
        raise LibraryDamaged(
            f"The repair of the library {library} was cut off", advice="Run 'sunotui doctor --repair' again to end it"
        )


def swap_in(fresh: Path, library: Path, stamp: str) -> Path | None:
    """Put the closed and sound file `fresh` in the library's place, and return where the damaged one is kept now; None
    where there was none. `stamp` tells the time in names. Raises OSError."""
    descriptor = os.open(fresh, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.rename(_free_name(library, stamp))
    sync_folder(library.parent)
    return finish_swap(library)


def is_half_swapped(library: Path) -> bool:
    """Whether a swap waits to be finished. Raises OSError."""
    return bool(_ready_for(library))


def finish_swap(library: Path) -> Path | None:
    """Go on with a swap, wherever it was cut off: as `swap_in` from there. Raises OSError."""
    kept = None
    for ready in _ready_for(library):
        stamp = ready.stem.removeprefix(f"{library.stem}.repaired-")
        kept = _kept_name(library, stamp)
        for suffix in ("", *_LOGS):
            _keep(_beside(library, suffix), _beside(kept, suffix))
        sync_folder(library.parent)
        # A new file beside an old log would be damaged by it, so the log goes first; both are kept by now.
        for suffix in _LOGS:
            _beside(library, suffix).unlink(missing_ok=True)
        sync_folder(library.parent)
        ready.rename(library)
        sync_folder(library.parent)
    return kept if kept is not None and kept.exists() else None


def _keep(source: Path, target: Path) -> None:
    """The same file under another name too, unless it is there already."""
    if target.exists() or not source.exists():
        return
    try:
        target.hardlink_to(source)
    except OSError:
        # A file system without links, such as exFAT: a whole copy gets the name, never half a one.
        copy = source.with_name(f"{source.name}.new-{os.urandom(6).hex()}")
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
        shutil.copyfile(source, copy)
        copy.rename(target)


def _free_name(library: Path, stamp: str) -> Path:
    number = 0
    while True:
        tried = stamp if not number else f"{stamp}-{number}"
        if not _kept_name(library, tried).exists():
            return library.with_name(f"{library.stem}.repaired-{tried}.db")
        number += 1


def _kept_name(library: Path, stamp: str) -> Path:
    return library.with_name(f"{library.stem}.corrupt-{stamp}.db")


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _ready_for(library: Path) -> list[Path]:
    if not library.parent.is_dir():
        return []
    begin = f"{library.stem}.repaired-"
    return sorted(path for path in library.parent.iterdir() if path.name.startswith(begin) and path.suffix == ".db")
