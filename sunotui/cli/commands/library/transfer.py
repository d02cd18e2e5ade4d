"""Commands that export the library and import records: export and import."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from sunotui.cli.exits.exit_codes import DONE, FAILED, NOT_FOUND
from sunotui.cli.inputs import standard_input
from sunotui.cli.output.output_file import output_file, terminal_safe
from sunotui.cli.output.progress_line import ProgressLine
from sunotui.cli.output.text import print_json, say
from sunotui.cli.session import run_with_core
from sunotui.core.core import Core
from sunotui.core.library.library import Library, open_library
from sunotui.core.paths import find_paths
from sunotui.core.transfer.import_progress import ImportProgress, ReportProgress
from sunotui.core.transfer.jsonl_import import ImportReport
from sunotui.core.transfer.library_transfer import export_csv, export_jsonl, import_library
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.playback import clock_text
from sunotui.domain.text import counted

_MOST_TOLD = 1_000
"""The maximum number of invalid lines that are reported individually."""
_IDS_AT_ONCE = 200
"""The number of ids per fetch."""


@dataclass(slots=True)
class Adopted:
    """The result of fetching a list of ids."""

    known: int = 0
    """Ids that were in the library already."""
    new: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Ids that the gateway does not know."""


def export(args: Namespace, environ: Mapping[str, str]) -> int:
    """Export the library."""
    if args.html is not None:
        from sunotui.cli.commands.library.transfer_html import export_page

        return export_page(args, environ)
    with open_library(find_paths(environ)) as library, output_file(args.output) as file:
        if args.csv:
            export_csv(library, terminal_safe(file))
        else:
            export_jsonl(library, file)
    return DONE


def import_file(args: Namespace, environ: Mapping[str, str]) -> int:
    """Import a file and print a summary."""
    broken: list[tuple[int, str]] = []
    line = ProgressLine()

    def report_line(number: int, reason: str) -> None:
        if len(broken) < _MOST_TOLD:
            broken.append((number, reason))
            line.erase()
            say(f"line {number}: {reason}")

    try:
        try:
            found = _import(args.file, environ, report_line, lambda progress: line.show(_words(progress)))
        finally:
            line.erase()
        adopted = _adopt(list(found.ids), args.profile, environ) if found.ids else Adopted()
    except KeyboardInterrupt:
        say("Interrupted: what was imported so far stays; the same command continues from there")
        raise
    for task_id in adopted.missing[:_MOST_TOLD]:
        say(f"line {found.ids[task_id]}: the gateway has no song with the id {task_id}")
    if found.is_cut_off:
        say("The export is incomplete: its last line is missing")
    if args.json:
        print_json(_document(found, broken, adopted))
    else:
        say(_summary(found, adopted))
    if found.broken or found.is_cut_off:
        return FAILED
    return NOT_FOUND if adopted.missing else DONE


def _import(
    name: str,
    environ: Mapping[str, str],
    report_line: Callable[[int, str], None],
    report_progress: ReportProgress,
) -> ImportReport:
    with _opened(name) as file, open_library(find_paths(environ)) as library:
        return import_library(library, file, report_line, report_progress)


def _words(progress: ImportProgress) -> str:
    """Such as "12,400 records, 37 % of the file, 1:12 left"."""
    words = [f"{progress.records:,} records"]
    if progress.share is not None:
        words.append(f"{int(progress.share * 100)} % of the file")
    if progress.seconds_left is not None:
        words.append(f"{clock_text(progress.seconds_left)} left")
    return ", ".join(words)


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        with standard_input() as file:
            yield file
        return
    try:
        with Path(name).expanduser().open("rb") as file:
            yield file
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a file name"
        raise InvalidRequest(f"{name} could not be read: {reason.lower()}") from error


def _adopt(ids: Sequence[str], profile: str, environ: Mapping[str, str]) -> Adopted:
    """Fetch the tasks that the library does not have, in batches: each is on disk before the next."""
    adopted = Adopted()

    async def work(core: Core) -> Adopted:
        known = await core.read(Library.tasks, ids)
        adopted.known = len(known)
        wanted = [task_id for task_id in ids if task_id not in known]
        for start in range(0, len(wanted), _IDS_AT_ONCE):
            chunk = wanted[start : start + _IDS_AT_ONCE]
            found = {task.id for task in await core.refresh(chunk)}
            adopted.new += [task_id for task_id in chunk if task_id in found]
            adopted.missing += [task_id for task_id in chunk if task_id not in found]
        return adopted

    return run_with_core(environ, profile, work)


def _summary(found: ImportReport, adopted: Adopted) -> str:
    added, there = found.added + len(adopted.new), found.unchanged + adopted.known
    words = [f"{added:,} added", f"{found.changed:,} completed", f"{there:,} already there"]
    if found.broken:
        words.append(f"{counted(found.broken, 'line')} skipped")
    if adopted.missing:
        words.append(f"{len(adopted.missing):,} unknown to the gateway")
    return f"Imported: {', '.join(words)}"


def _document(found: ImportReport, broken: Sequence[tuple[int, str]], adopted: Adopted) -> dict[str, Any]:
    return {
        "added": found.added + len(adopted.new),
        "completed": found.changed,
        "there": found.unchanged + adopted.known,
        "broken": found.broken,
        "records": found.by_record(),
        "broken_lines": [{"line": number, "reason": reason} for number, reason in broken],
        "adopted": adopted.new,
        "missing": adopted.missing,
        "is_cut_off": found.is_cut_off,
    }
