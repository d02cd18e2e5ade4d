"""Edits a long text in the user's editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from textual.app import App, SuspendNotSupported

from sunotui.core.system.helper_process import without_token
from sunotui.domain.text import NotText, decoded
from sunotui.tui.terminal import state as terminal
from sunotui.tui.terminal.paste_limit import MOST_CHARACTERS, refusal

MOST_BYTES = 4 * 1_048_576
"""The maximum size of the file that is read back, in bytes: far more than any field accepts, but small enough to read
at once."""


class _UnusableText(Exception):
    """The text from the editor does not fit into the field; the message says why."""


def edit(app: App[int], text: str, most: int = MOST_CHARACTERS) -> tuple[str | None, str]:
    """Open $VISUAL or $EDITOR on the text and suspend the screens; returns the new text or None, and a message or "".

    The file is private and removed afterwards, unless its text does not fit into the field, which takes `most`
    characters. The program waits for the editor by design: it owns the terminal.
    """
    command_line = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        command = shlex.split(command_line)
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
        with app.suspend(), terminal.interrupts_ignored():
            done = subprocess.run([*command, name], env=without_token(os.environ), check=False)
        if done.returncode != 0:
            return None, f"{command[0]} ended with code {done.returncode}; the text is unchanged"
        if path.is_fifo():
            return None, "The editor left no file; the field is unchanged"
        written = _read_back(path, most)
        # Many editors add a newline at the end; that is not a change.
        return (None if written == text.rstrip("\n") else written), ""
    except _UnusableText as unusable:
        is_kept = path.is_file()
        where = f", and the text is in {path}" if is_kept else ""
        return None, f"{unusable}; the field is unchanged{where}"
    except SuspendNotSupported:
        return None, "An editor cannot be opened from here"
    except OSError:
        return None, f"The editor '{command[0]}' could not be started; set EDITOR"
    finally:
        if not is_kept and not path.is_dir():
            path.unlink(missing_ok=True)


def _read_back(path: Path, most: int) -> str:
    """The text that the editor wrote, without newlines at its end. Raises _UnusableText."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _UnusableText(f"The editor wrote more than {MOST_BYTES // 1_048_576} MiB")
        text = decoded(path.read_bytes())
    except OSError as error:
        raise _UnusableText(f"The text could not be read back ({error.strerror})") from None
    except NotText as error:
        raise _UnusableText(f"The text could not be read back: {error}") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    if words := refusal(text, most=most):
        raise _UnusableText(words)
    return text
