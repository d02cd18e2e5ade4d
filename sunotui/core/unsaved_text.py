"""A text of the user that the library did not take when the program had to end, in a private file."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from sunotui.storage.paths import write_new_private


def write_unsaved_text(text: str, name: str, folder: Path) -> Path:
    """Write the text to a new file in `folder`, readable by its owner only, or in the system's folder for temporary
    files where `folder` takes none; the file. `name` is one word for what the text is. Raises OSError.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    file_name = f"unsaved-{name}-{stamp}-{os.getpid():x}-{os.urandom(3).hex()}.txt"
    try:
        write_new_private(path := folder / file_name, text)
    except OSError:
        write_new_private(path := Path(tempfile.gettempdir()) / f"sunotui-{file_name}", text)
    return path
