"""The lines between the app and the player: requests, responses and events, each one JSON object."""

from __future__ import annotations

import json
import os
import select
import threading
from collections.abc import Callable, Mapping
from typing import Any

from sunotui.named_tuple import NamedTuple

LINE_LIMIT = 64 * 1024
"""The longest request in bytes. A longer one is answered with an error, and skipped."""
_READ_BYTES = 64 * 1024


class BadRequest(Exception):
    """A request that cannot be carried out; the text says why."""


class Request(NamedTuple):
    """One request of the app."""

    id: int
    """The number that its response carries; 0 if the line had no number."""
    command: str
    fields: Mapping[str, Any]

    def number(self, name: str, default: float | None = None, *, low: float = -1e9, high: float = 1e9) -> float:
        """A finite number, clamped to the range from `low` to `high`. Raises BadRequest."""
        value = self.fields.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            raise BadRequest(f"{name}: a number is needed")
        return float(min(max(value, low), high))

    def integer(self, name: str, default: int | None = None) -> int:
        """A whole number. Raises BadRequest."""
        value = self.fields.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadRequest(f"{name}: a whole number is needed")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false. Raises BadRequest."""
        value = self.fields.get(name, default)
        if not isinstance(value, bool):
            raise BadRequest(f"{name}: true or false is needed")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A text. Raises BadRequest."""
        value = self.fields.get(name, default)
        if not isinstance(value, str):
            raise BadRequest(f"{name}: a text is needed")
        return value

    def objects(self, name: str) -> list[Mapping[str, Any]]:
        """A list of objects. Raises BadRequest."""
        value = self.fields.get(name)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise BadRequest(f"{name}: a list of objects is needed")
        return value

    def path(self, name: str = "path") -> str:
        """An absolute path. Raises BadRequest."""
        value = self.text(name)
        if not os.path.isabs(value) or "\0" in value or not _is_encodable(value):  # noqa: PTH117 - a text for C
            raise BadRequest(f"{name}: an absolute path is needed")
        return value


def _is_encodable(path: str) -> bool:
    """Whether a file can have this name; one with a lone surrogate cannot exist."""
    try:
        os.fsencode(path)
    except UnicodeError:
        return False
    return True


def parsed(line: bytes) -> Request:
    """The request in a line. Raises BadRequest."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise BadRequest("not JSON") from None
    if not isinstance(fields, dict):
        raise BadRequest("not a JSON object")
    number, command = fields.get("id", 0), fields.get("cmd")
    if isinstance(number, bool) or not isinstance(number, int):
        raise BadRequest("id: a whole number is needed")
    return Request(number, command if isinstance(command, str) else "", fields)


def read_lines(descriptor: int, handle: Callable[[bytes], None], too_long: Callable[[], None]) -> None:
    """Read lines until end of file; blocks. Calls `too_long` once for each line of more than LINE_LIMIT bytes."""
    rest, is_skipping = b"", False
    while True:
        try:
            data = os.read(descriptor, _READ_BYTES)
        except OSError:
            return
        if not data:
            return
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            if is_skipping:
                is_skipping = False
            elif len(line) > LINE_LIMIT:
                too_long()
            elif line.strip():
                handle(line)
        if len(rest) > LINE_LIMIT or is_skipping:
            if not is_skipping:
                too_long()
            rest, is_skipping = b"", True


class Writer:
    """Writes lines to the app, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def write(self, message: Mapping[str, Any], *, may_drop: bool = False) -> None:
        """Write one message. With `may_drop`, nothing is written while the app does not read.

        Raises OSError when the app has closed its end.
        """
        line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            if may_drop and not self._has_room():
                return
            while line:
                line = line[os.write(self._descriptor, line) :]

    def _has_room(self) -> bool:
        # Not `select.select`, which refuses descriptors from 1,024 on.
        poll = select.poll()
        poll.register(self._descriptor, select.POLLOUT)
        return bool(poll.poll(0))
