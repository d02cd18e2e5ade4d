"""Imports a file line by line: a line that cannot be read is reported by its number, and the rest is imported."""

from __future__ import annotations

import codecs
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NoReturn, cast

from pydantic_core import from_json

from sunotui.core.transfer.import_progress import ProgressMeter, ReportProgress
from sunotui.core.transfer.jsonl_reader import UnsupportedFormat, record_from_document
from sunotui.core.transfer.jsonl_writer import WORDS
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.export_records import ExportedTask, Record
from sunotui.domain.text import NOT_UTF_8, cleaned_id, encoding_of
from sunotui.gateway.parsing.fields import identity
from sunotui.storage.transfer.importer import Importer, ImportStatus

_SAVE_IT = "Save it as UTF-8"
LONGEST_LINE = 32 * 2**20
"""The maximum length of a line in bytes; the longest that an export writes is a task of 16 takes with all their
lyrics."""
LARGEST_LIST = 64 * 2**20
"""The maximum size of a JSON list of ids, in bytes."""
RECORDS_AT_ONCE = 2_000
"""The number of records in one transaction, which an interrupted import may have to repeat."""
RECORDS_A_REPORT = 200
"""The number of records from one report of the progress to the next."""
BYTES_AT_ONCE = 8 * 2**20

_BARE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:-]{0,127}")
"""An id on a line of its own: stricter than ids in general, so that parts of another file are not requested."""


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

    def by_record(self) -> dict[str, dict[str, int]]:
        """For each kind of record, how many had each status: {"task": {"added": 1, "changed": 0, ...}}."""
        found: dict[str, dict[str, int]] = {}
        for (record, status), count in self.statuses.items():
            found.setdefault(record, {status.value: 0 for status in ImportStatus})[status.value] = count
        return found

    def _count(self, status: ImportStatus) -> int:
        return sum(count for (_, had), count in self.statuses.items() if had is status)


class _Line:
    """The content of a line: a record, ids to fetch, or the first or last line of an export."""

    def __init__(self, record: Record | None = None, ids: tuple[str, ...] = (), mark: str = "") -> None:
        self.record, self.ids, self.mark = record, ids, mark


def import_jsonl(
    file: BinaryIO,
    importer: Importer,
    report_broken: Callable[[int, str], None],
    report_progress: ReportProgress = lambda _: None,
) -> ImportReport:
    """Import a file; `report_broken` gets the number and the reason for each line left out, `report_progress` how far
    it is. Imported records stay if the import is interrupted, and importing them again changes nothing. Raises
    InvalidRequest for a file of another format, LibraryError, and OSError.
    """
    found = ImportReport()
    batch = _Batch(importer, found, report_broken)
    count, has_songs = 0, False
    meter = ProgressMeter(file, report_progress)
    for number, text in _lines(file):
        try:
            line = _read(text)
        except ValueError as error:
            batch.leave_out(number, str(error))
            continue
        found.is_cut_off = line.mark == "format" or (found.is_cut_off and line.mark != "end")
        for task_id in line.ids:
            found.ids.setdefault(task_id, number)
        if line.record is not None:
            count += 1
            has_songs = has_songs or isinstance(line.record, ExportedTask)
            if count % RECORDS_A_REPORT == 0:
                meter.update(count, has_songs=has_songs)
            batch.add(number, line.record, len(text))
    batch.save()
    return found


class _Batch:
    """Records that are saved together."""

    def __init__(self, importer: Importer, report: ImportReport, report_broken: Callable[[int, str], None]) -> None:
        self._importer, self._report, self._report_broken = importer, report, report_broken
        self._records: list[tuple[int, Record]] = []
        self._size = 0

    def add(self, number: int, record: Record, size: int) -> None:
        """Add the record of a line, and save all when they are many or large."""
        self._records.append((number, record))
        self._size += size
        if len(self._records) == RECORDS_AT_ONCE or self._size > BYTES_AT_ONCE:
            self.save()

    def save(self) -> None:
        """Save the records, and count how each fared."""
        results = self._importer.add([record for _, record in self._records])
        for (number, record), result in zip(self._records, results, strict=True):
            self._report.statuses[WORDS[type(record)], result.status] += 1
            if result.status is ImportStatus.REFUSED:
                self.leave_out(number, result.reason)
        self._records.clear()
        self._size = 0

    def leave_out(self, number: int, reason: str) -> None:
        """Report a line that is left out."""
        self._report.broken += 1
        self._report_broken(number, reason)


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


def _read(text: bytes) -> _Line:
    """Parse a line. Raises ValueError with the problem, and InvalidRequest for a file of another format."""
    if len(text) > LONGEST_LINE and text[:1] != b"[":
        raise ValueError(f"longer than {LONGEST_LINE // 2**20} MiB, which no record is")
    if text[:1] in {b"{", b"[", b'"'}:
        return _document(_json(text))
    # A list copied from a message or a table often has a comma after each id.
    bare = cleaned_id(text.decode("utf-8", "replace"))
    if _BARE_ID.fullmatch(bare) is None:
        raise ValueError("neither a record nor an id")
    return _Line(ids=(bare,))


def _document(document: object) -> _Line:
    if isinstance(document, str):
        document = [document]
    if isinstance(document, list):
        # A list of ids, or the output of `sunotui tasks --json`.
        named = [item.get("id") if isinstance(item, dict) else item for item in document]
        ids = tuple(identity(name) for name in named)
        if not all(ids):
            raise ValueError("a list in which not everything is an id")
        return _Line(ids=ids)
    try:
        record = record_from_document(document)
    except UnsupportedFormat as error:
        raise InvalidRequest(f"The file is {error}") from None
    if record is not None:
        return _Line(record)
    return _Line(mark="format" if isinstance(document, dict) and "format" in document else "end")


def _json(text: bytes) -> Any:
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError:
        # It may be JSON that this parser rejects, such as half of a surrogate pair.
        pass
    try:
        return _DECODER.decode(text.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError(NOT_UTF_8) from None
    except (ValueError, RecursionError):
        raise ValueError("not JSON, or cut off") from None


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


_DECODER = json.JSONDecoder(parse_constant=_no_number)
