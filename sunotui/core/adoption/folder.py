"""Finds takes of the library among the audio files of a folder, by the ids in their names and tags.

The folder is only read: no file in it is created, changed or followed elsewhere.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from sunotui.core.adoption.file_ids import Tags, TakeIds, read_tags
from sunotui.core.library.library import Library
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.saving.downloads import FileKind, FileState, SavedFile
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import has_surrogate
from sunotui.named_tuple import NamedTuple
from sunotui.storage.downloads.saved_files import SavedFileStore

MOST_FILES = 100_000
"""The maximum number of audio files in a folder."""
FILES_AT_ONCE = 50
"""The number of files after which what was found is written to the library."""
SHORTER_BY_S = 2.0
"""By how many seconds a file may be shorter than its take."""
_KINDS = {
    ".mp3": FileKind.AUDIO,
    ".m4a": FileKind.AUDIO,
    ".ogg": FileKind.AUDIO,
    ".opus": FileKind.AUDIO,
    ".flac": FileKind.AUDIO,
    ".wav": FileKind.WAV,
}
_NO_ID = "neither its name nor its tags have the id of a take"
_CHUNK = 1 << 20
_READ_ONLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""A pipe must not block, and a link that replaced the file in the meantime must not be followed."""


class MatchedFile(NamedTuple):
    """A file that is one of a take."""

    path: Path
    task_id: str
    clip_id: str
    take: int
    """The number of the take, counted from 1."""
    kind: FileKind
    title: str
    is_new: bool
    """Whether the file is new to the library."""


class UnmatchedFile(NamedTuple):
    """A file, or a folder within the folder, that could not be matched."""

    path: Path
    reason: str
    """Why, for the user; it starts small and has no full stop."""


class FolderProgress(NamedTuple):
    """The progress of a search."""

    done: int
    total: int
    matched: int


@dataclass(slots=True)
class FolderReport:
    """What was found in a folder, in the order of the names."""

    matched: list[MatchedFile] = field(default_factory=list)
    unmatched: list[UnmatchedFile] = field(default_factory=list)


class _Unmatched(Exception):
    """Why a file is not one of a known take."""


def match_folder(
    library: Library, folder: Path, now: float, on_progress: Callable[[FolderProgress], None] = lambda _: None
) -> FolderReport:
    """Match the audio files of a folder and its subfolders, and record the take of each file. `now` is in Unix seconds;
    `on_progress` is called after each file. If interrupted, it keeps what was found so far.

    Raises InvalidRequest if the folder cannot be read or has more than MOST_FILES audio files, and LibraryError.
    """
    report = FolderReport()
    paths = _audio_files(folder, report)
    ids, store = TakeIds(library), SavedFileStore(library.db)
    known = {file.path: file for file in store.all()} if paths else {}
    waiting: list[SavedFile] = []
    try:
        for number, path in enumerate(paths, 1):
            try:
                file, take = _match(library, ids, path, known.get(path), now)
            except _Unmatched as why:
                report.unmatched.append(UnmatchedFile(path, str(why)))
            else:
                before = known.get(path)
                if before is not None and before.clip_id != file.clip_id:
                    # A file of another take has replaced it by now.
                    store.forget(before)
                if before != file:
                    waiting.append(file)
                report.matched.append(take._replace(is_new=before is None or before.clip_id != file.clip_id))
            if len(waiting) >= FILES_AT_ONCE:
                store.put(waiting)
                waiting = []
            on_progress(FolderProgress(number, len(paths), len(report.matched)))
    finally:
        # Also when the user interrupts it.
        store.put(waiting)
    return report


def _audio_files(folder: Path, report: FolderReport) -> list[Path]:
    """The audio files of a folder, sorted by name; what cannot be read is added to the report. Symbolic links
    to folders are skipped, since they may lead back. Raises InvalidRequest."""
    try:
        top = folder.expanduser().resolve(strict=True)
        if not top.is_dir():
            raise InvalidRequest(f"{folder} is not a folder", advice="")
        os.scandir(top).close()
    except (OSError, ValueError, RuntimeError) as error:
        reason = (getattr(error, "strerror", None) or "it is not a file name").lower()
        raise InvalidRequest(f"{folder} could not be read: {reason}", advice="") from error
    found: list[Path] = []
    left = [top]
    while left:
        inner: list[Path] = []
        for entry in _entries(left.pop(), report):
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                inner.append(path)
            elif path.suffix.lower() in _KINDS:
                if len(found) == MOST_FILES:
                    raise InvalidRequest(
                        f"{folder} has more than {MOST_FILES:,} audio files", advice="Give a smaller folder"
                    )
                found.append(path)
        left += reversed(inner)
    return found


def _entries(folder: Path, report: FolderReport) -> Sequence[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        report.unmatched.append(UnmatchedFile(folder, _reason(error)))
        return ()


def _match(
    library: Library, ids: TakeIds, path: Path, known: SavedFile | None, now: float
) -> tuple[SavedFile, MatchedFile]:
    """The file, matched to its take. Raises _Unmatched."""
    if has_surrogate(str(path)):
        raise _Unmatched("its name is not valid text")
    with _opened(path) as file:
        before = os.fstat(file.fileno())
        tags = read_tags(file)
        if tags is None:
            raise _Unmatched("it is not audio")
        task, clip = _take(library, ids, path, tags)
        _check_length(tags.length_s, clip.duration_s)
        is_unchanged = known is not None and (known.size, known.mtime_ns) == (before.st_size, before.st_mtime_ns)
        digest = known.sha256 if known is not None and is_unchanged else _sha256(file)
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise _Unmatched("it changed while it was read")
    kind = _KINDS[path.suffix.lower()]
    saved = SavedFile(
        clip.id,
        kind,
        path,
        task.id,
        task.profile,
        size=after.st_size,
        sha256=digest,
        mtime_ns=after.st_mtime_ns,
        saved_at=known.saved_at if known is not None else now,
        checked_at=now,
        state=FileState.PRESENT,
    )
    if known is not None and saved == known._replace(checked_at=now):
        saved = known
    return saved, MatchedFile(path, task.id, clip.id, task.clips.index(clip) + 1, kind, clip.title, is_new=True)


def _take(library: Library, ids: TakeIds, path: Path, tags: Tags) -> tuple[Task, Clip]:
    """The take whose id is in the name, or else in the tags, among which sunotui's own comes first. Raises
    _Unmatched."""
    named, tagged = ids.found_in([path.stem]), ids.found_in(tags.texts)
    found = named.known or ids.found_in(tags.own).known or tagged.known
    if len(found) > 1:
        raise _Unmatched("it has the ids of several takes")
    if not found:
        unknown = (*named.unknown, *tagged.unknown)
        raise _Unmatched(f"the library has no take {unknown[0]}" if unknown else _NO_ID)
    take = library.clip(found[0])
    if take is None:
        raise _Unmatched(f"the library has no take {found[0]}")
    return take


def _check_length(length_s: float | None, duration_s: float | None) -> None:
    """Raise _Unmatched for a file that is shorter than its take."""
    if length_s is not None and duration_s and length_s < duration_s - SHORTER_BY_S:
        raise _Unmatched(f"it is cut off: {_time(length_s)} of {_time(duration_s)}")


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file, open for reading. Raises _Unmatched."""
    try:
        if path.is_symlink():
            raise _Unmatched("it is a symbolic link")
        descriptor = os.open(path, _READ_ONLY)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise _Unmatched("it is not a regular file")
            if not status.st_size:
                raise _Unmatched("it is empty")
            yield file
    except OSError as error:
        raise _Unmatched(_reason(error)) from error


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _reason(error: OSError) -> str:
    return f"it could not be read: {(error.strerror or 'no reason given').lower()}"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
