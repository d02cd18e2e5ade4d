"""`doctor --repair`: recovers the readable part of a damaged library, prints a report, and asks before it moves a
file."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Mapping, Sequence

from sunotui.cli.exits.exit_codes import DONE, FAILED
from sunotui.cli.output.text import Document, print_json, print_table, say
from sunotui.core import diagnostics
from sunotui.core.paths import find_paths
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.upkeep import RepairReport


def repair_library(args: Namespace, environ: Mapping[str, str]) -> int:
    """Repair the library, or report that it is intact. Raises SunotuiError."""
    if not args.yes and not sys.stdin.isatty():
        raise InvalidRequest("There is no terminal to ask on", advice="Add --yes to repair the library without asking")
    paths = find_paths(environ)
    library = paths.library
    say(f"Reading every row of {library}; a very large library takes a minute or two")
    done = diagnostics.repair_library(paths, time.time(), agree=lambda found: _agrees(found, is_asked=not args.yes))
    if done is None:
        say("Nothing was changed")
        return FAILED
    if args.json:
        print_json(_document(done))
    elif done.was_intact:
        print(f"The library {library} is intact: nothing to repair")
    elif done.was_cut_off:
        print(f"An interrupted repair of {library} is now complete")
        _print_kept_file(done)
    else:
        if args.yes:
            _print_rows(done)
        print(f"The library {library} is repaired")
        _print_kept_file(done)
    return DONE


def _agrees(found: RepairReport, *, is_asked: bool) -> bool:
    if not is_asked:
        return True
    _print_rows(found)
    print("The damaged file will be kept under another name.")
    try:
        answer = input("Put what was rescued in its place? [y/N] ")
    except EOFError:
        return False
    return answer.strip().lower() in {"y", "yes"}


def _print_rows(found: RepairReport) -> None:
    shown = [
        each
        for each in found.tables
        if each.rows or each.from_backup or each.corrupt or each.repaired or not each.is_whole
    ]
    rows: Sequence[Sequence[str]] = [
        (
            each.table,
            str(each.rows),
            str(each.from_backup or ""),
            "" if each.is_whole and not (each.corrupt or each.repaired) else "some" if each.rows else "all",
        )
        for each in shown
    ]
    print_table(("WHAT", "RESCUED", "FROM BACKUP", "UNREADABLE"), rows)
    if found.backup is not None:
        print(f"What could not be read comes from the backup {found.backup}")
    if found.placeholders:
        print(
            f"Songs rescued without their details: {len(found.placeholders):,}. "
            f"'sunotui fetch' gets them: {' '.join(found.placeholders[:20])}"
            f"{' …' if len(found.placeholders) > 20 else ''}"
        )


def _print_kept_file(done: RepairReport) -> None:
    if done.damaged_file is not None:
        print(f"The damaged file is kept as {done.damaged_file}")


def _document(done: RepairReport) -> Document:
    return {
        "ok": True,
        "library": str(done.library),
        "was_sound": done.was_intact,
        "was_cut_off": done.was_cut_off,
        "kept": str(done.damaged_file) if done.damaged_file is not None else None,
        "backup": str(done.backup) if done.backup is not None else None,
        "tables": [
            {
                "name": each.table,
                "rescued": each.rows,
                "from_backup": each.from_backup,
                "spoilt": each.corrupt,
                "mended": each.repaired,
                "is_whole": each.is_whole,
            }
            for each in done.tables
        ],
        "stood_in": list(done.placeholders),
        "strays": done.orphans,
    }
