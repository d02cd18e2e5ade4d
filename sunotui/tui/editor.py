"""A long text in the person's own editor."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from textual.app import App, SuspendNotSupported

from sunotui.domain.text import NotText, decoded
from sunotui.studio.children import without_token
from sunotui.tui.pasting import cut_to_fit

MOST_BYTES = 4 * 1_048_576
"""The largest file that is read back: many times what any field takes, and little enough to be read at once."""


def edit(app: App[int], text: str) -> tuple[str | None, str]:
    """Open $VISUAL or $EDITOR on the text while the screens rest; the new text or None, and what to tell.

    The file is private and removed afterwards, unless it holds more than the field can take. The program waits for the
    editor by design: it owns the terminal.
    """
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        command = shlex.split(wanted)
    except ValueError:
        command = []
    if not command:
        return None, "EDITOR is not the name of a program; set it to one"
    handle, name = tempfile.mkstemp(prefix="sunotui-", suffix=".txt")
    path = Path(name)
    is_kept = False
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        with app.suspend():
            done = subprocess.run([*command, name], env=without_token(os.environ), check=False)
        if done.returncode != 0:
            return None, f"{command[0]} ended with code {done.returncode}; the text is as it was"
        try:
            if path.is_fifo():
                return None, "The editor left no file; the field is as it was"
            if path.stat().st_size > MOST_BYTES:
                is_kept = True
                size = f"{MOST_BYTES // 1_048_576} MiB"
                return None, f"The editor wrote more than {size}; the field is as it was, and the text is in {path}"
            written = decoded(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
        except OSError as error:
            return None, f"The text could not be read back ({error.strerror}); the field is as it was"
        except NotText as error:
            is_kept = True
            return None, f"The text could not be read back: {error}; the field is as it was, and the text is in {path}"
        if written.rstrip("\n") == text.rstrip("\n"):
            # Many editors end the last line; that is no change.
            return None, ""
        edited, words = cut_to_fit(written.rstrip("\n"))
        is_kept = bool(words)
        return edited, f"{words}; all of it is in {path}" if is_kept else ""
    except SuspendNotSupported:
        return None, "An editor cannot be opened from here"
    except OSError:
        return None, f"The editor '{command[0]}' could not be started; set EDITOR"
    finally:
        if not is_kept and not path.is_dir():
            path.unlink(missing_ok=True)
