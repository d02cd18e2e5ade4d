"""Stores which takes are saved in which files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sunotui.domain.saving.downloads import FileKind, FileState, SavedFile
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value, chunks, placeholders, storable_text

_COLUMNS = "clip_id, kind, path, task_id, profile, size, sha256, mtime_ns, saved_at, checked_at, state"
_PUT = (
    f"INSERT INTO saved_file ({_COLUMNS}) VALUES ({', '.join('?' * 11)}) ON CONFLICT (clip_id, kind, path) DO UPDATE "
    "SET size = excluded.size, sha256 = excluded.sha256, mtime_ns = excluded.mtime_ns, "
    "saved_at = excluded.saved_at, checked_at = excluded.checked_at, state = excluded.state"
)


class SavedFileStore:
    """The files of takes. Every method raises LibraryError when the library cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, files: Iterable[SavedFile], *, finished: Iterable[int] = ()) -> None:
        """Insert or update files, and remove the downloads that are finished with them, in one transaction."""
        rows = [
            (
                storable_text(one.clip_id),
                one.kind.value,
                storable_text(str(one.path)),
                storable_text(one.task_id),
                storable_text(one.profile),
                one.size,
                one.sha256,
                one.mtime_ns,
                one.saved_at,
                one.checked_at,
                one.state.value,
            )
            for one in files
        ]
        with self._db.write() as connection:
            connection.executemany(_PUT, rows)
            connection.executemany("DELETE FROM download WHERE id = ?", [(number,) for number in finished])

    def of(self, clip_ids: Sequence[str]) -> dict[str, list[SavedFile]]:
        """The files of these takes by clip id, existing ones first, then the latest first; takes without a file are
        left out."""
        found: dict[str, list[SavedFile]] = {}
        for chunk in chunks([storable_text(clip_id) for clip_id in dict.fromkeys(clip_ids)]):
            for file in self._read(f"WHERE clip_id IN ({placeholders(chunk)})", chunk):
                found.setdefault(file.clip_id, []).append(file)
        return found

    def all(self) -> list[SavedFile]:
        """All files."""
        return self._read("", ())

    def page(self, after: SavedFile | None, limit: int) -> list[SavedFile]:
        """At most `limit` files in the order of their keys, from the one after `after` on."""
        condition = "" if after is None else "WHERE (clip_id, kind, path) > (?, ?, ?)"
        values = () if after is None else (after.clip_id, after.kind.value, str(after.path))
        return self._read(condition, [*map(storable_text, values)], f"clip_id, kind, path LIMIT {int(limit)}")

    def since(self, saved_at: float, limit: int) -> list[SavedFile]:
        """The files that were saved at `saved_at` (Unix seconds) or later, the latest first, at most `limit`."""
        return self._read("WHERE saved_at >= ?", (saved_at,), f"saved_at DESC, path LIMIT {int(limit)}")

    def at(self, paths: Sequence[Path]) -> list[SavedFile]:
        """The files that were saved at these paths, of any take."""
        found: list[SavedFile] = []
        for chunk in chunks([storable_text(str(path)) for path in dict.fromkeys(paths)]):
            found += self._read(f"WHERE path IN ({placeholders(chunk)})", chunk)
        return found

    def move(self, files: Mapping[SavedFile, SavedFile]) -> None:
        """Replace earlier files by these, in one transaction."""
        with self._db.write():
            for before, after in files.items():
                self.forget(before)
                self.put([after])

    def forget(self, file: SavedFile) -> None:
        """Remove a file from the library; the file itself stays."""
        with self._db.write() as connection:
            connection.execute(
                "DELETE FROM saved_file WHERE clip_id = ? AND kind = ? AND path = ?",
                (storable_text(file.clip_id), file.kind.value, storable_text(str(file.path))),
            )

    def _read(
        self,
        condition: str,
        values: Sequence[Value],
        order: str = "clip_id, state = 'missing', saved_at DESC, path",
    ) -> list[SavedFile]:
        rows = self._db.query(f"SELECT {_COLUMNS} FROM saved_file {condition} ORDER BY {order}", values)
        return [
            SavedFile(
                row["clip_id"],
                FileKind(row["kind"]),
                Path(row["path"]),
                row["task_id"],
                row["profile"],
                row["size"],
                row["sha256"],
                row["mtime_ns"],
                row["saved_at"],
                row["checked_at"],
                FileState(row["state"]),
            )
            for row in rows
        ]
