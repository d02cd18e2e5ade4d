"""Standard input as bytes: one that is closed, or that cannot be read, is one sentence."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from sunotui.domain.errors import InvalidRequest


@contextmanager
def standard_input() -> Iterator[BinaryIO]:
    """Standard input, to be read in the block. Raises InvalidRequest where that fails."""
    try:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "")
        yield sys.stdin.buffer
    except OSError as error:
        reason = "it is closed" if error.errno == errno.EBADF else (error.strerror or "no reason told").lower()
        raise InvalidRequest(f"Standard input could not be read: {reason}") from error
