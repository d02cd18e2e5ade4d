"""Matches the audio files of a folder to takes of the library: adopt --folder."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from sunotui.cli.exits.exit_codes import DONE, NOT_FOUND
from sunotui.cli.output.progress_line import ProgressLine
from sunotui.cli.output.text import print_json, print_table, say
from sunotui.core.adoption.folder import FolderProgress, FolderReport, match_folder
from sunotui.core.library.library import open_library
from sunotui.core.paths import find_paths
from sunotui.domain.text import counted


def adopt_folder(args: Namespace, environ: Mapping[str, str]) -> int:
    """Match the files of a folder, and print the take of each file, or why there is no match."""
    line = ProgressLine()
    try:
        with open_library(find_paths(environ)) as library:
            report = match_folder(library, Path(args.folder), time.time(), lambda progress: line.show(_words(progress)))
    except KeyboardInterrupt:
        line.erase()
        say("Interrupted: what was matched so far stays; the same command continues from there")
        raise
    finally:
        line.erase()
    if args.json:
        print_json(_document(args.folder, report))
    else:
        _print(report)
    return NOT_FOUND if report.unmatched else DONE


def _words(progress: FolderProgress) -> str:
    return f"{progress.done:,} of {counted(progress.total, 'file')}, {progress.matched:,} matched"


def _print(report: FolderReport) -> None:
    rows = [(one.clip_id, str(one.take), one.title or "untitled", str(one.path)) for one in report.matched]
    if rows:
        print_table(("ID", "TAKE", "TITLE", "FILE"), rows, flexible=3)
    for file in report.unmatched:
        say(f"{file.path}: {file.reason}")
    new = sum(one.is_new for one in report.matched)
    known = len(report.matched) - new
    parts = [f"{counted(new, 'file')} matched"]
    if known:
        parts.append(f"{known:,} matched before")
    if report.unmatched:
        parts.append(f"{len(report.unmatched):,} not matched")
    say(", ".join(parts))


def _document(folder: str, report: FolderReport) -> dict[str, object]:
    return {
        "folder": folder,
        "matched": [
            {
                "path": str(one.path),
                "task": one.task_id,
                "clip": one.clip_id,
                "take": one.take,
                "kind": one.kind.value,
                "is_new": one.is_new,
            }
            for one in report.matched
        ],
        "unmatched": [{"path": str(file.path), "reason": file.reason} for file in report.unmatched],
    }
