"""The process that makes the rows of an import: the library is the same with and without it, and however it ends."""

from __future__ import annotations

import io
import os
import pickle
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from sunotui.core.system.helper_process import module_command, module_environment, start_process
from sunotui.core.transfer import jsonl_import, row_process
from sunotui.core.transfer.jsonl_import import ImportReport, import_jsonl
from sunotui.core.transfer.jsonl_line import parse_line
from sunotui.core.transfer.row_process import RowProcess
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.export_records import ExportedTask
from sunotui.storage.db.connection import Database
from sunotui.storage.transfer.importer import Importer
from sunotui.storage.transfer.new_rows import NewRows, rows_of
from tests.support.processes import is_alive
from tests.support.sample_library import exported, fill

LINES = 4
"""The number of lines in a chunk here."""
SONGS = 30


class WatchedImporter(Importer):
    """Counts the rows that it adds, and may interrupt."""

    def __init__(self, db: Database, interrupt_at: int | None = None) -> None:
        super().__init__(db)
        self.interrupt_at = interrupt_at
        self.added_rows = 0

    def add_new(self, rows: NewRows) -> bool:
        is_added = super().add_new(rows)
        self.added_rows += is_added
        if self.added_rows == self.interrupt_at:
            raise KeyboardInterrupt
        return is_added


@pytest.fixture(autouse=True)
def few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make chunks so small that the sample library has many."""
    monkeypatch.setattr(jsonl_import, "LINES_AT_ONCE", LINES)
    monkeypatch.setattr(jsonl_import, "PAUSE_S", 0.0)


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The ids of the processes that were started; none is left."""
    pids: list[int] = []

    def start_and_count(command: Sequence[str], env: dict[str, str], **pipes: int) -> subprocess.Popen[bytes]:
        process = start_process(command, env, **pipes)
        pids.append(process.pid)
        return process

    monkeypatch.setattr(row_process, "start_process", start_and_count)
    yield pids
    assert not any(map(is_alive, pids))


@pytest.fixture
def new_library(tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """Makes an empty library."""
    opened: list[Database] = []

    def make(name: str) -> Database:
        opened.append(Database.open(tmp_path / name / "library.db"))
        return opened[-1]

    yield make
    for db in opened:
        db.close()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[bytes], BinaryIO]]:
    """Opens a file with a content."""
    with ExitStack() as files:

        def make(content: bytes) -> BinaryIO:
            path = tmp_path / "export.jsonl"
            path.write_bytes(content)
            return files.enter_context(path.open("rb"))

        yield make


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The export of a library with records of every kind."""
    other = Database.open(tmp_path_factory.mktemp("there") / "library.db")
    fill(other, songs=SONGS)
    found = exported(other)
    other.close()
    return found


def lines_of(content: bytes, kind: bytes) -> list[bytes]:
    """The lines of one kind of records."""
    return [line for line in content.splitlines() if line.startswith(b'{"record":"' + kind + b'"')]


def everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """The rows of all tables, also of the full-text index."""
    names = [row[0] for row in db.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    # How the index is divided into segments depends on when it was written.
    kept = [name for name in names if not name.startswith("words_") or name == "words_content"]
    return {name: sorted((tuple(row) for row in db.query(f"SELECT * FROM {name}")), key=repr) for name in kept}


def import_all(db: Database, content: bytes) -> tuple[ImportReport, int]:
    """Import a file without broken lines; returns the report, and how many chunks were added as rows."""
    importer = WatchedImporter(db)
    found = import_jsonl(io.BytesIO(content), importer, lambda number, reason: pytest.fail(f"{number}: {reason}"))
    return found, importer.added_rows


def rows_of_lines(lines: Sequence[bytes]) -> NewRows | None:
    """The rows of lines, made by this process."""
    return rows_of([record for line in lines if (record := parse_line(line).record)])


def test_the_rows_are_those_that_this_process_makes(whole: bytes) -> None:
    process = RowProcess()
    for lines in (lines_of(whole, b"submission"), lines_of(whole, b"task")):
        process.send(lines)
        assert process.receive() == rows_of_lines(lines) is not None
    process.close()


def test_it_makes_the_rows_of_all_lines_that_were_sent(whole: bytes) -> None:
    """In order, and without waiting until the rows before are received, although no pipe has room for them."""
    songs = lines_of(whole, b"task")
    many = [line.replace(b'"id":"', b'"id":"%d-' % number) for number in range(40) for line in songs]
    lists = (many, songs, many, lines_of(whole, b"submission"))
    process = RowProcess()
    for lines in lists:
        process.send(lines)
    for lines in lists:
        assert process.receive() == rows_of_lines(lines) is not None
    assert process.receive() is None, "nothing else was sent"
    process.close()


def test_one_that_ends_makes_none_of_the_rows(whole: bytes, started: list[int]) -> None:
    process = RowProcess()
    process.send(lines_of(whole, b"task"))
    assert process.receive() is not None
    os.kill(started[0], signal.SIGSTOP)
    for _ in range(2):
        process.send(lines_of(whole, b"task")[:1])
    os.kill(started[0], signal.SIGKILL)
    assert process.receive() is process.receive() is None
    assert process.has_answer(0.0), "nothing is awaited"
    process.close()


@pytest.mark.parametrize("line", [b"{", b"an-id", b'{"record":"end"}', b'{"format":"other"}', b'{"record":"task"}'])
def test_lines_that_are_not_all_records_have_no_rows(whole: bytes, line: bytes) -> None:
    process = RowProcess()
    process.send([*lines_of(whole, b"task"), line])
    assert process.receive() is None
    process.send(lines_of(whole, b"task"))
    assert process.receive() is not None, "it continues"
    process.close()


def test_a_library_is_the_same_with_and_without_it(
    new_library: Callable[[str], Database], whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, alone = new_library("beside"), new_library("alone")
    found, chunks = import_all(beside, whole)
    assert chunks >= SONGS // LINES - 2
    monkeypatch.setattr(jsonl_import, "LINES_AT_ONCE", 10_000)
    assert import_all(alone, whole) == (found, 0)
    assert everything(beside) == everything(alone)
    assert exported(beside) == exported(alone) == whole
    beside.query("INSERT INTO words (words) VALUES ('integrity-check')")


def test_a_known_record_is_completed(new_library: Callable[[str], Database], whole: bytes) -> None:
    db = new_library("here")
    first, _ = import_all(db, whole)
    db.query("UPDATE task SET note = ''")
    again, chunks = import_all(db, whole)
    with_note = sum(
        isinstance(record := parse_line(line).record, ExportedTask) and record.note != "" for line in whole.splitlines()
    )
    assert (chunks, again.added, again.changed) == (0, 0, with_note)
    assert again.unchanged == first.added - with_note
    assert with_note
    assert exported(db) == whole


def test_a_small_file_starts_no_process(
    new_library: Callable[[str], Database], whole: bytes, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl_import, "LINES_AT_ONCE", whole.count(b"\n") + 1)
    import_all(new_library("here"), whole)
    assert started == []


@pytest.mark.parametrize("end", [b"\x00\xd8x", '{"format":"other"}\n'.encode("utf-16-le")])
def test_a_file_that_ends_as_something_else_is_imported_up_to_there(
    new_library: Callable[[str], Database], whole: bytes, opened: Callable[[bytes], BinaryIO], end: bytes
) -> None:
    """Also if the chunks before are of the same transaction. The last chunk has only whole tasks, so it has rows."""
    songs = [line.decode() for line in lines_of(whole, b"task")][: 3 * LINES - 1]
    content = "\n".join([*songs, ""]).encode("utf-16") + end
    for name, file in (("file", opened(content)), ("pipe", io.BytesIO(content))):
        db = new_library(name)
        with pytest.raises(InvalidRequest, match=r"begins as text in UTF-16|not an export of sunotui"):
            import_jsonl(file, Importer(db), lambda *_: None)
        assert db.numbers("SELECT count(*) FROM task") == [2 * LINES]


@pytest.mark.parametrize(
    ("is_file", "length_s", "is_made_at_once", "is_seen"),
    [(True, 60.0, True, False), (True, 60.0, False, True), (True, 0.0, True, True), (False, 60.0, True, True)],
)
def test_a_transaction_has_the_chunks_of_a_time_and_never_waits(
    new_library: Callable[[str], Database],
    whole: bytes,
    opened: Callable[[bytes], BinaryIO],
    monkeypatch: pytest.MonkeyPatch,
    is_file: bool,
    length_s: float,
    is_made_at_once: bool,
    is_seen: bool,
) -> None:
    """For lines from a pipe, or for rows that are not made: other processes could not write until then."""
    monkeypatch.setattr(jsonl_import, "TRANSACTION_S", length_s)
    monkeypatch.setattr(RowProcess, "has_answer", lambda *_: is_made_at_once)
    db = new_library("here")
    other = db.open_reading()
    seen: list[int] = []
    import_jsonl(
        opened(whole) if is_file else io.BytesIO(whole),
        Importer(db),
        lambda *_: None,
        lambda _: seen.append(other.numbers("SELECT count(*) FROM submission")[0]),
    )
    assert (len(seen) > SONGS // LINES) == is_seen
    assert min(seen) > 0, "progress is reported after the transaction"
    assert exported(db) == whole
    other.close()


def test_others_can_write_while_something_is_reported(
    new_library: Callable[[str], Database], whole: bytes, opened: Callable[[bytes], BinaryIO]
) -> None:
    """Regression: a terminal that was stopped kept all other processes from writing."""
    db = new_library("here")
    other = sqlite3.connect(db.path, timeout=0, isolation_level=None)
    reported: list[object] = []

    def report(*what: object) -> None:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
        reported.append(what)

    lines = whole.splitlines(keepends=True)
    import_jsonl(opened(b"".join([*lines[:5], b"{}\n", *lines[5:]])), Importer(db), report, report)
    assert reported[0] == (6, "a record of a kind that this version does not know")
    assert len(reported) > 1
    other.close()


def test_rows_are_made_within_a_time_or_not(whole: bytes, started: list[int]) -> None:
    process = RowProcess()
    assert process.has_answer(0.0), "nothing was sent"
    process.send(lines_of(whole, b"task"))
    assert process.has_answer(60.0)
    assert process.receive() is not None
    os.kill(started[0], signal.SIGSTOP)
    process.send(lines_of(whole, b"task")[:1])
    assert not process.has_answer(0.05)
    os.kill(started[0], signal.SIGKILL)
    assert process.has_answer(60.0)
    assert process.receive() is None
    process.close()


# --- failures --------------------------------------------------------------------------------------------------------


def test_one_that_cannot_start_is_done_without(
    new_library: Callable[[str], Database], whole: bytes, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_process, "module_command", lambda module: ["/nonexistent/python", "-m", module])
    db = new_library("here")
    assert import_all(db, whole)[1] == 0
    assert (exported(db), started) == (whole, [])


def test_one_that_ends_at_once_is_done_without(
    new_library: Callable[[str], Database], whole: bytes, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_process, "module_command", lambda module: ["false"])
    db = new_library("here")
    assert import_all(db, whole)[1] == 0
    assert exported(db) == whole
    assert len(started) == 1, "it is not started again"


@pytest.mark.guarantee("E8", ordinary="a process that makes the rows of an import: killed, stopped, not started")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_one_that_is_killed_or_stopped_loses_nothing(
    new_library: Callable[[str], Database],
    whole: bytes,
    started: list[int],
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
) -> None:
    sent = 0
    send = RowProcess.send

    def send_and_kill(self: RowProcess, lines: Sequence[bytes]) -> None:
        nonlocal sent
        sent += 1
        if sent == 5:
            os.kill(started[0], number)
            if number == signal.SIGSTOP:
                monkeypatch.setattr(row_process, "ANSWER_LIMIT_S", 0.2)
        send(self, lines)

    monkeypatch.setattr(RowProcess, "send", send_and_kill)
    db = new_library("here")
    _, chunks = import_all(db, whole)
    assert exported(db) == whole
    assert chunks <= 4
    assert len(started) == 1, "it is not started again"


@pytest.mark.parametrize("length_s", [0.0, 60.0])
def test_an_interrupt_ends_it_and_the_next_import_continues(
    new_library: Callable[[str], Database],
    whole: bytes,
    opened: Callable[[bytes], BinaryIO],
    started: list[int],
    monkeypatch: pytest.MonkeyPatch,
    length_s: float,
) -> None:
    """From the last transaction that ended."""
    monkeypatch.setattr(jsonl_import, "TRANSACTION_S", length_s)
    monkeypatch.setattr(RowProcess, "has_answer", lambda *_: True)
    db = new_library("here")
    with pytest.raises(KeyboardInterrupt):
        import_jsonl(opened(whole), WatchedImporter(db, interrupt_at=3), lambda *_: None)
    assert not is_alive(started[0])
    assert (db.numbers("SELECT count(*) FROM task")[0] >= LINES) == (length_s == 0)
    found, _ = import_all(db, whole)
    if length_s:
        assert found.added == whole.count(b"\n") - 2
        assert exported(db) == whole
        return
    assert 0 < found.added < whole.count(b"\n") - 2
    assert exported(db) == whole


@pytest.mark.parametrize("songs", [1, 2_000])
def test_it_ends_with_the_other_process(whole: bytes, songs: int) -> None:
    """That may be killed at any time, also while this one writes more than a pipe and a buffer hold."""
    line = lines_of(whole, b"task")[0]
    data = pickle.dumps([line.replace(b'"id":"', b'"id":"%d-' % number, 1) for number in range(songs)])
    with started_alone() as process:
        send_to(process, len(data).to_bytes(8, "big") + data)
        assert process.stdout is not None
        assert (int.from_bytes(process.stdout.read(8), "big") > 2**17) == (songs > 1)
        assert is_alive(process.pid)


def test_it_ends_with_a_process_that_was_killed_while_it_wrote(whole: bytes) -> None:
    data = pickle.dumps(lines_of(whole, b"task"))
    for length in (4, 8, 8 + len(data) // 2):
        with started_alone() as process:
            send_to(process, (len(data).to_bytes(8, "big") + data)[:length])


@contextmanager
def started_alone() -> Iterator[subprocess.Popen[bytes]]:
    """The process with pipes; it must end when they are closed."""
    process = subprocess.Popen(
        module_command(row_process.__name__),
        env=module_environment(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    yield process
    for pipe in filter(None, (process.stdin, process.stdout)):
        pipe.close()
    process.wait(60)


def send_to(process: subprocess.Popen[bytes], data: bytes) -> None:
    """Write to the standard input of a process."""
    assert process.stdin is not None
    process.stdin.write(data)
    process.stdin.flush()
