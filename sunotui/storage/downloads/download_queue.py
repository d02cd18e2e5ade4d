"""Stores the unfinished downloads, so that they resume after a restart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from sunotui.domain.annotations import TakeRef
from sunotui.domain.saving.downloads import DownloadState, FileKind, StoredDownload
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import chunks, placeholders, storable_text

_COLUMNS = "id, profile, task_id, clip_id, kind, folder, state, reason, tries, added_at, updated_at"
# A download that is added again starts over.
_ADD = (
    "INSERT INTO download (profile, task_id, clip_id, kind, folder, state, reason, tries, added_at, updated_at) "
    "SELECT profile, task.id, clip.id, ?3, ?4, 'waiting', '', 0, ?5, ?5 FROM task JOIN clip ON clip.task_id = task.id "
    "WHERE task.id = ?1 AND clip.id = ?2 "
    "ON CONFLICT (clip_id, kind, folder) DO UPDATE SET state = 'waiting', reason = '', updated_at = ?5 "
    "WHERE state <> 'waiting'"
)


class DownloadQueueStore:
    """The stored downloads. Every method raises LibraryError when the library cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[StoredDownload]:
        """All stored downloads in the order in which they were added."""
        return self._read("", ())

    def of(self, takes: Iterable[TakeRef], kind: FileKind, folder: Path | None) -> list[StoredDownload]:
        """The stored downloads of takes into a folder, None for that of the settings, in the order in which they were
        added."""
        found: list[StoredDownload] = []
        for chunk in chunks([storable_text(take.clip_id) for take in takes]):
            condition = f"WHERE kind = ? AND folder = ? AND clip_id IN ({placeholders(chunk)})"
            found += self._read(condition, (kind.value, _stored(folder), *chunk))
        return sorted(found)

    def _read(self, condition: str, values: Sequence[str]) -> list[StoredDownload]:
        rows = self._db.query(f"SELECT {_COLUMNS} FROM download {condition} ORDER BY id", values)
        return [
            StoredDownload(number, profile, task_id, clip_id, FileKind(kind), folder, DownloadState(state), *others)
            for number, profile, task_id, clip_id, kind, folder, state, *others in rows
        ]

    def add(self, takes: Iterable[TakeRef], kind: FileKind, folder: Path | None, now: float) -> int:
        """Add downloads of takes that the library has, at `now` (Unix seconds); None is the folder of the settings.

        Returns how many were added: a download that already waits is not added, and one that is paused, failed or was
        cancelled waits again.
        """
        where = _stored(folder)
        added = 0
        with self._db.write() as connection:
            for take in takes:
                values = (storable_text(take.task_id), storable_text(take.clip_id), kind.value, where, now)
                added += max(0, connection.execute(_ADD, values).rowcount)
        return added

    def change(
        self, numbers: Iterable[int], state: DownloadState, now: float, reason: str = "", tries: int = 0
    ) -> None:
        """Set the state of downloads at `now` (Unix seconds), with the reason, and add `tries` to their attempts."""
        rows = [(state.value, storable_text(reason), tries, now, number) for number in numbers]
        with self._db.write() as connection:
            connection.executemany(
                "UPDATE download SET state = ?, reason = ?, tries = tries + ?, updated_at = ? WHERE id = ?", rows
            )

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove downloads, such as those whose file is saved."""
        with self._db.write() as connection:
            connection.executemany("DELETE FROM download WHERE id = ?", [(number,) for number in numbers])


def _stored(folder: Path | None) -> str:
    return storable_text(str(folder)) if folder is not None else ""
