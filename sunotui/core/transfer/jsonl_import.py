"""Imports a file line by line: a line that cannot be read is reported by its number, and the rest is imported."""

from __future__ import annotations

import codecs
import io
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, cast

from sunotui.core.transfer.import_progress import ProgressMeter, ReportProgress
from sunotui.core.transfer.jsonl_line import LONGEST_LINE, parse_line
from sunotui.core.transfer.jsonl_writer import WORDS
from sunotui.core.transfer.row_process import RowProcess
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.export_records import ExportedTask, Record
from sunotui.domain.submission import Submission
from sunotui.domain.text import NOT_UTF_8, encoding_of
from sunotui.storage.transfer.importer import Importer, ImportStatus
from sunotui.storage.transfer.new_rows import NewRows

_SAVE_IT = "Save it as UTF-8"
LARGEST_LIST = 64 * 2**20
"""The maximum size of a JSON list of ids, in bytes."""
LINES_AT_ONCE = 2_000
"""The maximum number of lines in a chunk."""
BYTES_AT_ONCE = 2**19
"""The maximum size of a chunk in bytes: two processes have some copies of it in memory."""
_CHUNKS_AHEAD = 2
"""How many chunks the other process gets ahead: with one, each process would wait for the other at every chunk that
takes it less time."""
TRANSACTION_S = 1.5
"""The length of a transaction in seconds; it ends with the chunk that is being saved. Until then no other process can
write, and an interrupted import has to repeat it; but each writes most pages of a large library's indexes."""
PAUSE_S = 0.1
"""The time between two transactions, in seconds: another process that waits tries to write every 0.1 s."""


@dataclass(slots=True)
class ImportReport:
    """The result of importing a file."""

    statuses: Counter[tuple[str, ImportStatus]] = field(default_factory=Counter)
    """How many records of each kind had each status."""
    broken: int = 0
    """The number of lines that could not be imported."""
    ids: dict[str, int] = field(default_factory=dict)
    """Ids of tasks to fetch from the gateway, with the line of each."""
    is_cut_off: bool = False
    """Whether the file is a truncated export, without its last line."""

    @property
    def added(self) -> int:
        """The number of new records."""
        return self._count(ImportStatus.ADDED)

    @property
    def changed(self) -> int:
        """The number of known records that were completed."""
        return self._count(ImportStatus.CHANGED)

    @property
    def unchanged(self) -> int:
        """The number of unchanged records."""
        return self._count(ImportStatus.THERE)

    @property
    def records(self) -> int:
        """The number of records, also of those that were rejected."""
        return sum(self.statuses.values())

    @property
    def has_songs(self) -> bool:
        """Whether a record was a task."""
        return any(record == WORDS[ExportedTask] for record, _ in self.statuses)

    def add_new(self, rows: NewRows) -> None:
        """Count records that were added as rows."""
        for kind, added in ((Submission, rows.submissions), (ExportedTask, rows.tasks)):
            if added:
                self.statuses[WORDS[kind], ImportStatus.ADDED] += len(added)

    def by_record(self) -> dict[str, dict[str, int]]:
        """For each kind of record, how many had each status: {"task": {"added": 1, "changed": 0, ...}}."""
        found: dict[str, dict[str, int]] = {}
        for (record, status), count in self.statuses.items():
            found.setdefault(record, {status.value: 0 for status in ImportStatus})[status.value] = count
        return found

    def _count(self, status: ImportStatus) -> int:
        return sum(count for (_, had), count in self.statuses.items() if had is status)


def import_jsonl(
    file: BinaryIO,
    importer: Importer,
    report_broken: Callable[[int, str], None],
    report_progress: ReportProgress = lambda _: None,
) -> ImportReport:
    """Import a file; `report_broken` gets the number and the reason for each line left out, `report_progress` how far
    it is. If the import is interrupted, what was reported stays, and importing it again changes nothing. Raises
    InvalidRequest for a file of another format, LibraryError, and OSError.
    """
    found = ImportReport()
    saver = _Saver(importer, found, report_broken)
    meter = ProgressMeter(file, report_progress)
    position = 0

    def report() -> None:
        # Never within a transaction: a terminal that is stopped would keep other processes from writing.
        saver.report_broken()
        meter.update(found.records, position, has_songs=found.has_songs)

    with closing(RowProcess()) as process, ExitStack() as transaction:
        end: float | None = None
        pause_s = 0.0
        for chunk, rows in _with_rows(_chunks(file, meter.position), process):
            if end is None:
                time.sleep(pause_s)
                transaction.enter_context(importer.transaction())
                end = time.monotonic() + TRANSACTION_S
            error = saver.save(chunk, rows)
            position = chunk.position
            left_s = end - time.monotonic()
            # The next lines of a pipe may come much later.
            if error is not None or not meter.has_size or left_s <= 0 or not process.has_answer(left_s):
                transaction.close()
                end, pause_s = None, PAUSE_S
                report()
            if error is not None:
                raise error
        if end is not None:
            transaction.close()
            report()
    return found


class _Chunk:
    """Lines that are parsed together."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, bytes]] = []
        """The lines with their numbers."""
        self.size = 0
        self.position = 0
        """Where in the file they end."""
        self.error: InvalidRequest | OSError | None = None
        """Why the file could not be read any further."""


def _chunks(file: BinaryIO, position: Callable[[], int]) -> Iterator[_Chunk]:
    chunk = _Chunk()
    try:
        for number, text in _lines(file):
            chunk.lines.append((number, text))
            chunk.size += len(text)
            if len(chunk.lines) == LINES_AT_ONCE or chunk.size > BYTES_AT_ONCE:
                chunk.position = position()
                yield chunk
                chunk = _Chunk()
    except (InvalidRequest, OSError) as error:
        chunk.error = error
    chunk.position = position()
    yield chunk


def _with_rows(chunks: Iterator[_Chunk], process: RowProcess) -> Iterator[tuple[_Chunk, NewRows | None]]:
    """Each chunk with its rows, which another process makes while chunks before are saved; without rows if they could
    not be made. The first chunk is all of a small file, and gets none."""
    sent: deque[_Chunk] = deque()

    def send_ahead() -> None:
        for chunk in islice(chunks, _CHUNKS_AHEAD - len(sent)):
            process.send([text for _, text in chunk.lines])
            sent.append(chunk)

    first = next(chunks)
    send_ahead()
    yield first, None
    while sent:
        rows, chunk = process.receive(), sent.popleft()
        send_ahead()
        yield chunk, rows


class _Saver:
    """Saves chunks, and counts the results."""

    def __init__(self, importer: Importer, report: ImportReport, report_broken: Callable[[int, str], None]) -> None:
        self._importer, self._report, self._report_broken = importer, report, report_broken
        self._broken: list[tuple[int, str]] = []
        """The lines that were left out and are not reported yet, with the reasons."""

    def save(self, chunk: _Chunk, rows: NewRows | None) -> InvalidRequest | OSError | None:
        """Save the records of a chunk; `rows` are those of all of its lines. If the file could not be read, nothing is
        saved, and the error is returned: the chunks before are saved nevertheless."""
        if rows is not None and chunk.error is None and self._importer.add_new(rows):
            self._report.add_new(rows)
            return None
        try:
            records = list(self._records(chunk.lines))
        except InvalidRequest as error:
            return error
        if chunk.error is not None:
            return chunk.error
        results = self._importer.add([record for _, record in records])
        for (number, record), result in zip(records, results, strict=True):
            self._report.statuses[WORDS[type(record)], result.status] += 1
            if result.status is ImportStatus.REFUSED:
                self._leave_out(number, result.reason)
        return None

    def report_broken(self) -> None:
        """Report the lines that were left out since the last call."""
        broken, self._broken = self._broken, []
        for number, reason in broken:
            self._report_broken(number, reason)

    def _records(self, lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, Record]]:
        """The records of lines with their numbers; what else a line has is reported."""
        found = self._report
        for number, text in lines:
            try:
                line = parse_line(text)
            except ValueError as error:
                self._leave_out(number, str(error))
                continue
            found.is_cut_off = line.mark == "format" or (found.is_cut_off and line.mark != "end")
            for task_id in line.ids:
                found.ids.setdefault(task_id, number)
            if line.record is not None:
                yield number, line.record

    def _leave_out(self, number: int, reason: str) -> None:
        self._report.broken += 1
        self._broken.append((number, reason))


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The non-blank lines with their numbers from 1; a line that is too long is truncated, and a list over several
    lines is one item."""
    file = _as_utf_8(file)
    try:
        yield from _numbered(file)
    finally:
        if isinstance(file, _Recoded):
            file.detach()


def _numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number, is_first = 0, True
    while text := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(text) > LONGEST_LINE:
            _skip_line(file)
        text = text.removeprefix(b"\xef\xbb\xbf").strip() if is_first else text.strip()
        if is_first and text.startswith(b"[") and not text.endswith(b"]"):
            text += b"\n" + file.read(LARGEST_LIST)
        if text:
            if is_first and not _is_utf_8(text):
                raise InvalidRequest(f"The file could not be read: {NOT_UTF_8}", advice=_SAVE_IT)
            yield number, text
            is_first = False


class _Recoded:
    """Converts a file in UTF-16 or UTF-32 to UTF-8 while it is read."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._name = encoding.upper()
        self._text = io.TextIOWrapper(file, encoding=encoding, newline="\n")

    def readline(self, limit: int) -> bytes:
        """A line of at most `limit` characters. Raises InvalidRequest."""
        return self._encoded(lambda: self._text.readline(limit))

    def read(self, limit: int) -> bytes:
        """At most `limit` characters. Raises InvalidRequest."""
        return self._encoded(lambda: self._text.read(limit))

    def detach(self) -> None:
        """Leave the file to its owner, who closes it."""
        self._text.detach()

    def _encoded(self, read: Callable[[], str]) -> bytes:
        try:
            return read().encode()
        except UnicodeError:
            raise InvalidRequest(
                f"The file begins as text in {self._name} and continues as something else", advice=_SAVE_IT
            ) from None


def _as_utf_8(file: BinaryIO) -> BinaryIO:
    """The file as UTF-8; the encoding is detected from its first bytes. Raises InvalidRequest for UTF-16 without a byte
    order mark."""
    buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast(Any, file))
    start = buffered.peek(4)
    encoding = encoding_of(start)
    if encoding in {"utf-16", "utf-32"}:
        return cast(BinaryIO, _Recoded(cast(BinaryIO, buffered), encoding))
    if b"\0" in start[:4] and _is_utf_8(start):
        raise InvalidRequest("The file looks like text in UTF-16 without a byte order mark", advice=_SAVE_IT)
    return cast(BinaryIO, buffered)


def _is_utf_8(start: bytes) -> bool:
    """Whether bytes are UTF-8; the last character may be incomplete."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def _skip_line(file: BinaryIO) -> None:
    while (rest := file.readline(2**20)) and not rest.endswith(b"\n"):
        pass
