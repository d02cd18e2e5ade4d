"""Guards standard output and standard error during a command, so that write errors never cause a traceback. Output that
cannot be written raises OutputUnwritable, one sentence with its own exit code. Messages that cannot be written are
dropped and the command continues: a request may already be paid for.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast


class OutputUnwritable(Exception):
    """The output of a command could not be written to standard output; the message is the sentence to print."""


class GuardedOutput:
    """A stream of text or bytes whose errors become OutputUnwritable; a closed pipe still raises BrokenPipeError."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    @property
    def buffer(self) -> GuardedOutput:
        """The stream for bytes."""
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
        """Flush the stream. Raises OutputUnwritable."""
        with _worded():
            self._stream.flush()

    def close(self) -> None:
        """Does nothing: the stream is the interpreter's, and a wrapper that is collected would close it."""

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
        """Flush the stream."""
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
    """Guard standard output and standard error in a `with` block. Streams that were closed at start-up are replaced by
    the null device, so that no file opened later gets their descriptor.
    """
    _fill_closed()
    before = sys.stdout, sys.stderr
    for stream in before:
        if hasattr(stream, "reconfigure"):
            # A title in any script can be printed on any terminal, if necessary with question marks.
            stream.reconfigure(errors="replace")
    sys.stdout, sys.stderr = cast(Any, GuardedOutput(sys.stdout)), cast(Any, LenientOutput(sys.stderr))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        # Unwritten messages would change the interpreter's exit code.
        try:
            sys.stderr.flush()
        except (OSError, ValueError):
            drop(sys.stderr)


def drop(stream: Any) -> None:
    """Discard the buffered output of a stream, also at interpreter exit."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
    except (OSError, ValueError):
        # A stream without a descriptor, as in tests, has nothing to flush at exit.
        return


def _fill_closed() -> None:
    for descriptor, (name, mode, flags) in enumerate(
        # Then standard input is not readable and standard output not writable: a command that needs them must fail.
        (("stdin", "r", os.O_WRONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))
    ):
        if getattr(sys, name) is not None:
            continue
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest free descriptor is this one: those below it are open by now.
            os.open(os.devnull, flags)
        setattr(sys, name, os.fdopen(descriptor, mode, encoding="utf-8", closefd=False))
