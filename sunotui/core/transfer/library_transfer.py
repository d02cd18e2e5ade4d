"""Exports the library to a text file, and imports a file into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from sunotui.core.library.library import Library
from sunotui.core.transfer.csv_export import TextWriter, write_takes
from sunotui.core.transfer.import_progress import ReportProgress
from sunotui.core.transfer.jsonl_import import ImportReport, import_jsonl
from sunotui.core.transfer.jsonl_writer import export_lines
from sunotui.storage.transfer.exporter import Exporter
from sunotui.storage.transfer.importer import Importer


def export_csv(library: Library, file: TextWriter) -> None:
    """Write a table with one row per take, from one snapshot of the library. Raises LibraryError and OSError."""
    with library.db.snapshot():
        write_takes(Exporter(library.db).tasks(), file)


def export_jsonl(library: Library, file: TextWriter) -> None:
    """Write all records as JSON Lines, from one snapshot of the library. Raises LibraryError and OSError."""
    with library.db.snapshot():
        for line in export_lines(Exporter(library.db).records()):
            file.write(line)


def import_library(
    library: Library,
    file: BinaryIO,
    report_line: Callable[[int, str], None],
    report_progress: ReportProgress,
) -> ImportReport:
    """Import JSON Lines or a list of ids; `report_line` gets the number and the reason of each line left out,
    `report_progress` how far it is.

    Raises InvalidRequest for a file of another format, LibraryError and OSError.
    """
    with library.db.bulk_writes():
        return import_jsonl(file, Importer(library.db), report_line, report_progress)
