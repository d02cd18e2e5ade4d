"""A long text in the person's own editor."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from textual.app import App, SuspendNotSupported

from sunotui.studio.children import without_token


def edit(app: App[int], text: str) -> tuple[str | None, str]:
    """Open $VISUAL or $EDITOR on the text while the screens rest; the new text, or None and why not.

    The file is private and removed afterwards. The program waits for the editor by design: it owns the terminal.
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
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        with app.suspend():
            done = subprocess.run([*command, name], env=without_token(os.environ), check=False)
        if done.returncode != 0:
            return None, f"{command[0]} ended with code {done.returncode}; the text is as it was"
        return path.read_text(encoding="utf-8", errors="replace").rstrip("\n"), ""
    except SuspendNotSupported:
        return None, "An editor cannot be opened from here"
    except OSError:
        return None, f"The editor '{command[0]}' could not be started; set EDITOR"
    finally:
        path.unlink(missing_ok=True)
