"""Standard output and standard error for the length of one command: what cannot be written never ends in a traceback.

Output that cannot be written is OutputUnwritable, one sentence with an exit code of its own. Messages that cannot be
written are dropped, and the work goes on: a request may be paid for already.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast


class OutputUnwritable(Exception):
    """What a command prints could not be written to standard output; its text is the sentence."""


class GuardedOutput:
    """A stream of text or bytes, with its errors as OutputUnwritable; a reader that has gone stays BrokenPipeError."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    @property
    def buffer(self) -> GuardedOutput:
        """What bytes are written to."""
        return GuardedOutput(self._stream.buffer)

    def write(self, content: Any) -> int:
        """Write text or bytes. Raises OutputUnwritable."""
        with _worded():
            return int(self._stream.write(content))

    def writelines(self, lines: Iterable[Any]) -> None:
        """Write several texts. Raises OutputUnwritable."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Send what was written. Raises OutputUnwritable."""
        with _worded():
            self._stream.flush()

    def close(self) -> None:
        """Nothing: the stream is the interpreter's, and a wrapper that ends would close it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class LenientOutput(GuardedOutput):
    """A stream for messages: those that cannot be written are dropped."""

    def write(self, content: Any) -> int:
        """Write text."""
        try:
            return int(self._stream.write(content))
        except (OSError, ValueError):
            return len(content)

    def flush(self) -> None:
        """Send what was written."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            pass


@contextmanager
def _worded() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = "it is closed" if error.errno == errno.EBADF else (error.strerror or "no reason given").lower()
        raise OutputUnwritable(f"Standard output could not be written: {reason}.") from error


@contextmanager
def guarded_streams() -> Iterator[None]:
    """Until the end of the block, standard output and standard error are guarded.

    Streams that were closed when the program started get the null device, so that neither a file that is opened later
    takes their place nor a message comes out on the other stream.
    """
    _fill_closed()
    before = sys.stdout, sys.stderr
    for stream in before:
        if hasattr(stream, "reconfigure"):
            # A title in any script is printed on any terminal, if need be with question marks.
            stream.reconfigure(errors="replace")
    sys.stdout, sys.stderr = cast(Any, GuardedOutput(sys.stdout)), cast(Any, LenientOutput(sys.stderr))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        # What is left of messages that could not be written would give the interpreter's end a code of its own.
        try:
            sys.stderr.flush()
        except (OSError, ValueError):
            drop(sys.stderr)


def drop(stream: Any) -> None:
    """Let what a stream still holds go nowhere, at the interpreter's end too."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
    except (OSError, ValueError):
        # A stream without a descriptor, as in tests, has nothing to flush at exit.
        return


def _fill_closed() -> None:
    for descriptor, (name, mode, flags) in enumerate(
        # Standard input is not readable then, nor standard output writable: a command that needs them must fail.
        (("stdin", "r", os.O_WRONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))
    ):
        if getattr(sys, name) is not None:
            continue
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest one that is free is this one: those below it are open by now.
            os.open(os.devnull, flags)
        setattr(sys, name, os.fdopen(descriptor, mode, encoding="utf-8", closefd=False))
