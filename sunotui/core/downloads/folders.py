"""The folder in which takes are saved.

All functions block on the disk: call them in threads.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import platformdirs

from sunotui.core.downloads.saver import disk_error
from sunotui.domain.errors import ErrorSource, MediaError
from sunotui.domain.text import has_surrogate

_IN_MUSIC = "sunotui"


def default_folder() -> Path:
    """The folder for saved takes in the user's music folder. It creates nothing."""
    return Path(platformdirs.user_music_dir()) / _IN_MUSIC


def save_folder(chosen: str, setting: str) -> Path:
    """The folder of a download: the one that was chosen for it, that of the settings, or the default one. The last two
    are created when they are missing; of a folder in the settings only the last part, since its parent may be on a disk
    that is not mounted. Raises MediaError."""
    folder = Path(chosen or setting or default_folder())
    try:
        if not chosen:
            folder.mkdir(parents=not setting, exist_ok=True)
        check_folder(folder)
    except OSError as error:
        raise disk_error(error, folder) from None
    return folder


def check_folder(folder: Path) -> None:
    """Raise MediaError for a folder in which no file can be saved, as far as that is known beforehand, and OSError if
    it does not exist."""
    if has_surrogate(str(folder)):
        raise MediaError(
            "The name of the folder is not text", advice="Choose another folder", source=ErrorSource.COMPUTER
        )
    if not stat.S_ISDIR(folder.stat().st_mode):
        raise MediaError(f"{folder} is not a folder", advice="Choose another one", source=ErrorSource.COMPUTER)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(13, os.strerror(13))
