"""A second process that makes the rows of an import while others are written.

A thread would not do: sqlite3 lets other threads run at each row, and then waits for up to the interpreter's switch
interval. `python -m sunotui.core.transfer.row_process` is the process: it reads lists of lines from standard input and
writes their rows to standard output, each as a length and a pickle. Two threads of it do so, so that it never waits for
the other process.
"""

from __future__ import annotations

import logging
import os
import pickle
import select
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import BinaryIO, cast

from sunotui.core.system.helper_process import module_command, module_environment, start_process, terminate_group
from sunotui.core.transfer.jsonl_line import parse_line
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.export_records import Record
from sunotui.storage.transfer.new_rows import NewRows, rows_of

ANSWER_LIMIT_S = 60.0
"""How long the rows of one list of lines may take, in seconds."""
_LENGTH_BYTES = 8
_READ_BYTES = 2**20
_SWITCH_S = 0.000_5
"""How long a thread waits for the interpreter at each piece of data that it reads, in seconds; the default of 5 ms
would be longer than the other process should wait."""
_log = logging.getLogger(__name__)


class RowProcess:
    """The process, started when it is first used. One that fails is not used any more: then lines have no rows, and the
    caller parses them. Close it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._has_failed = False
        self._awaited = 0
        """The number of lists of lines whose rows were not received yet."""

    def send(self, lines: Sequence[bytes]) -> None:
        """Let it make the rows of lines, after those that were sent before. It keeps the lines, or their rows, until
        they are received."""
        if self._has_failed:
            return
        try:
            if self._process is None:
                self._process = _start()
            _write(self._process, pickle.dumps(lines, pickle.HIGHEST_PROTOCOL), time.monotonic() + ANSWER_LIMIT_S)
            self._awaited += 1
        except OSError as error:
            self._fail(error)

    def receive(self) -> NewRows | None:
        """The rows of the first lines that were sent and not received, which are submissions and tasks; None if a line
        is something else, if the process failed, and if there are no such lines."""
        if not self._awaited or self._process is None:
            return None
        self._awaited -= 1
        try:
            return cast(NewRows | None, pickle.loads(_read(self._process, time.monotonic() + ANSWER_LIMIT_S)))
        except (OSError, EOFError) as error:
            self._fail(error)
            return None

    def has_answer(self, within_s: float) -> bool:
        """Whether rows that were sent for are made within some seconds; then `receive` does not wait for them."""
        if not self._awaited or self._process is None:
            return True
        try:
            _wait(cast(BinaryIO, self._process.stdout).fileno(), select.POLLIN, time.monotonic() + within_s)
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            terminate_group(self._process)
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None

    def _fail(self, error: Exception) -> None:
        _log.info("import: the process that makes rows failed: %s", error)
        self._has_failed = True
        self._awaited = 0
        self.close()


def _start() -> subprocess.Popen[bytes]:
    process = start_process(
        module_command(__name__),
        module_environment(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            os.set_blocking(pipe.fileno(), False)
    return process


def _write(process: subprocess.Popen[bytes], data: bytes, end: float) -> None:
    """Write a length and data until `end`. Raises OSError."""
    pipe = cast(BinaryIO, process.stdin).fileno()
    for part in (len(data).to_bytes(_LENGTH_BYTES, "big"), data):
        left = memoryview(part)
        while left:
            _wait(pipe, select.POLLOUT, end)
            left = left[os.write(pipe, left) :]


def _read(process: subprocess.Popen[bytes], end: float) -> bytearray:
    """The data that follows a length. Raises OSError, and EOFError if the process has ended."""
    return _read_part(process, int.from_bytes(_read_part(process, _LENGTH_BYTES, end), "big"), end)


def _read_part(process: subprocess.Popen[bytes], length: int, end: float) -> bytearray:
    pipe = cast(BinaryIO, process.stdout).fileno()
    found = bytearray()
    while len(found) < length:
        _wait(pipe, select.POLLIN, end)
        if not (part := os.read(pipe, min(_READ_BYTES, length - len(found)))):
            raise EOFError("it ended")
        found += part
    return found


def _wait(pipe: int, event: int, end: float) -> None:
    poll = select.poll()
    poll.register(pipe, event)
    if not poll.poll(1000 * max(0.0, end - time.monotonic())):
        raise TimeoutError("it took too long")


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer lists of lines until the end of the file, which comes when the other process ends."""
    sys.setswitchinterval(_SWITCH_S)
    received: SimpleQueue[list[bytes] | None] = SimpleQueue()
    made: SimpleQueue[bytes | None] = SimpleQueue()
    Thread(target=_read_all, args=(requests, received), daemon=True).start()
    writing = Thread(target=_write_all, args=(made, answers), daemon=True)
    writing.start()
    while (lines := received.get()) is not None:
        made.put(pickle.dumps(_rows(lines), pickle.HIGHEST_PROTOCOL))
    made.put(None)
    writing.join()


def _read_all(requests: BinaryIO, received: SimpleQueue[list[bytes] | None]) -> None:
    try:
        while length := requests.read(_LENGTH_BYTES):
            received.put(pickle.loads(requests.read(int.from_bytes(length, "big"))))
    finally:
        # Also if the other process was killed while it wrote.
        received.put(None)


def _write_all(made: SimpleQueue[bytes | None], answers: BinaryIO) -> None:
    while (data := made.get()) is not None:
        answers.write(len(data).to_bytes(_LENGTH_BYTES, "big"))
        answers.write(data)
        answers.flush()


def _rows(lines: Iterable[bytes]) -> NewRows | None:
    try:
        return rows_of(map(_record, lines))
    except (ValueError, InvalidRequest):
        return None


def _record(line: bytes) -> Record:
    record = parse_line(line).record
    if record is None:
        raise ValueError("not a record")
    return record


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
