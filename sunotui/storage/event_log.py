"""The event log: a small private log file for diagnosis, without control characters and tokens."""

from __future__ import annotations

import logging
import os
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path

from sunotui.domain.text import LINE_LIMIT, clean
from sunotui.storage.paths import FILE_MODE, make_private

SIZE_LIMIT = 256 * 1024
"""The size, in bytes, at which the log is rotated to NAME.1."""

# Compiled by the first record, not by every start.
_SECRETS = r"(?i)\b(bearer|authorization:?|token[=:])\s*\S+|\bsk-\S+"


class EventLog(logging.Handler):
    """Writes the records of the program's loggers to one file; a record that cannot be written is dropped."""

    def __init__(self, path: Path, size_limit: int = SIZE_LIMIT) -> None:
        super().__init__(logging.INFO)
        self._path = path
        self._size_limit = size_limit

    def attach(self, logger_name: str = "sunotui") -> None:
        """Log the records of `logger_name` and the loggers below it."""
        logger = logging.getLogger(logger_name)
        logger.addHandler(self)
        if logger.getEffectiveLevel() > self.level:
            logger.setLevel(self.level)

    def detach(self, logger_name: str = "sunotui") -> None:
        """Stop logging the records of `logger_name`."""
        logging.getLogger(logger_name).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Append one record as one line."""
        try:
            self._append(line_of(record) + "\n")
        except (OSError, ValueError, TypeError):
            # A full disk, or a message that does not match its arguments. The default handler would print an error over
            # the screen.
            pass

    def _append(self, line: str) -> None:
        make_private(self._path.parent)
        # Opened for each line, since another process may have rotated the file.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        descriptor = os.open(self._path, flags, FILE_MODE)
        try:
            os.fchmod(descriptor, FILE_MODE)
            os.write(descriptor, line.encode("utf-8", "replace"))
            is_full = os.fstat(descriptor).st_size > self._size_limit
        finally:
            os.close(descriptor)
        if is_full:
            self._path.replace(self._path.with_name(self._path.name + ".1"))


def line_of(record: logging.LogRecord) -> str:
    """A record as one line: time in UTC, level, logger, message; for an exception its type and code locations, not its
    text."""
    time = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    line = f"{time} {record.levelname.lower()} {record.name}: {clean(_redacted(record.getMessage()), LINE_LIMIT)}"
    if record.exc_info and record.exc_info[0] is not None:
        # Messages of exceptions may quote headers and bodies of requests.
        places = [f"{Path(at.filename).stem}:{at.lineno}" for at in traceback.extract_tb(record.exc_info[2])]
        line += f" | {record.exc_info[0].__name__} at {' > '.join(places) or 'no place'}"
    return line


def _redacted(text: str) -> str:
    return re.sub(_SECRETS, "[hidden]", text)
