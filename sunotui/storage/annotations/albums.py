"""Stores albums: named, ordered lists of takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sunotui.domain.annotations import Album, AlbumLook, AlbumSummary, TakeRef, name_key, valid_name
from sunotui.domain.errors import InvalidRequest, NotFound
from sunotui.named_tuple import NamedTuple
from sunotui.storage.annotations.takes import first_clip_of, resolve, resolved_clip_of
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import id_chunks, placeholders, storable_text

Positions = dict[TakeRef, int | None]
"""The positions of takes in an album; None for a take that is not in it."""

_FIRST_CLIP = first_clip_of("album_take")
_CLIP_ID = resolved_clip_of("album_take")
_RESOLVE = (
    f"UPDATE OR IGNORE album_take SET clip_id = {_FIRST_CLIP} "
    f"WHERE album_id = ? AND clip_id = '' AND {_FIRST_CLIP} IS NOT NULL"
)
_SUMMARIES = (
    "SELECT name, count(task.id), total(CASE WHEN task.id IS NOT NULL THEN clip.duration_s END), "
    "count(DISTINCT CASE WHEN task.id IS NOT NULL AND EXISTS (SELECT 1 FROM saved_file WHERE saved_file.clip_id = "
    "clip.id AND kind IN ('audio', 'wav') AND state <> 'missing') THEN clip.id END) "
    "FROM album LEFT JOIN album_take ON album_take.album_id = album.id "
    "LEFT JOIN task ON task.id = album_take.task_id AND trashed_at IS NULL "
    f"LEFT JOIN clip ON clip.task_id = task.id AND clip.id = {resolved_clip_of('album_take')} "
    "{} GROUP BY album.id ORDER BY key"
)
_DELETE_RESOLVED = f"DELETE FROM album_take WHERE album_id = ? AND clip_id = '' AND {_FIRST_CLIP} IS NOT NULL"


class AlbumRow(NamedTuple):
    """An album without its takes."""

    id: int
    name: str
    created_at: float
    """Unix seconds."""
    look: AlbumLook = AlbumLook()


class AlbumStore:
    """Albums by name; names that differ only in case or accents are equal.

    Every method raises LibraryError when the library cannot be read or written, and NotFound for an unknown album
    unless it says otherwise.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def find(self, name: str) -> AlbumRow | None:
        """The album with this name; None if it does not exist."""
        rows = self._db.query(
            "SELECT id, name, created_at, artist, cover_clip, cover_path FROM album WHERE key = ?", [name_key(name)]
        )
        if not rows:
            return None
        album_id, stored_name, created_at, *look = rows[0]
        return AlbumRow(album_id, stored_name, created_at, AlbumLook(*(text or "" for text in look)))

    def row(self, name: str) -> AlbumRow:
        """The album with this name."""
        found = self.find(name)
        if found is None:
            raise NotFound(f"There is no album '{name}'", advice="", topic="albums")
        return found

    def all(self) -> list[AlbumSummary]:
        """All albums by name."""
        return [AlbumSummary(*row) for row in self._db.query(_SUMMARIES.format(""))]

    def summary(self, name: str) -> AlbumSummary:
        """The album with this name, without its takes."""
        rows = self._db.query(_SUMMARIES.format("WHERE key = ?"), [name_key(name)])
        if not rows:
            self.row(name)
        return AlbumSummary(*rows[0])

    def album(self, name: str, *, with_trash: bool = True) -> Album:
        """An album with its takes in order; without `with_trash`, without those in the trash."""
        row = self.row(name)
        return Album(row.name, tuple(self.positions(name, with_trash=with_trash)), row.created_at, row.look)

    def positions(self, name: str, *, with_trash: bool = True) -> dict[TakeRef, int]:
        """The positions of an album's takes, in order; empty for an unknown album. Without `with_trash`, takes in the
        trash are left out."""
        not_trashed = (
            ""
            if with_trash
            else ("AND EXISTS (SELECT 1 FROM task WHERE task.id = album_take.task_id AND trashed_at IS NULL) ")
        )
        rows = self._db.query(
            f"SELECT task_id, {_CLIP_ID}, place FROM album_take JOIN album ON album.id = album_id "
            f"WHERE key = ? {not_trashed}"
            "ORDER BY place, task_id, clip_id",
            [name_key(name)],
        )
        found: dict[TakeRef, int] = {}
        for task_id, clip_id, position in rows:
            found.setdefault(TakeRef(task_id, clip_id), position)
        return found

    def of(self, task_ids: Sequence[str]) -> dict[str, dict[str, tuple[str, ...]]]:
        """The names of the albums that contain the takes of these tasks, by task and clip."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for chunk in id_chunks(task_ids):
            rows = self._db.query(
                f"SELECT DISTINCT task_id, {_CLIP_ID}, name FROM album_take JOIN album ON album.id = album_id "
                f"WHERE task_id IN ({placeholders(chunk)}) ORDER BY key",
                chunk,
            )
            for task_id, clip_id, name in rows:
                clips = found.setdefault(task_id, {})
                clips[clip_id] = (*clips.get(clip_id, ()), name)
        return found

    def among(self, takes: Sequence[TakeRef]) -> dict[str, int]:
        """The names of the albums that contain these takes, with the number of these takes in each."""
        refs = dict.fromkeys(resolve(self._db, takes).values())
        found = self.of([take.task_id for take in refs])
        nothing: dict[str, tuple[str, ...]] = {}
        counts: dict[str, int] = {}
        for take in refs:
            for name in found.get(take.task_id, nothing).get(take.clip_id, ()):
                counts[name] = counts.get(name, 0) + 1
        return counts

    def find_or_create(self, name: str, now: float) -> AlbumRow:
        """The album with this name; created at `now` (Unix seconds) if it does not exist. Raises InvalidRequest for an
        invalid name."""
        name = valid_name(name)
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO album (name, key, created_at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
                [name, name_key(name), now],
            )
        return self.row(name)

    def put(self, name: str, positions: Mapping[TakeRef, int | None]) -> None:
        """Set the positions of takes in an album, in one transaction; None removes a take."""
        with self._db.write() as connection:
            album_id = self.row(name).id
            rows = [(take, positions[given]) for given, take in resolve(self._db, positions).items()]
            connection.execute(_RESOLVE, [album_id])
            connection.execute(_DELETE_RESOLVED, [album_id])
            connection.executemany(
                "DELETE FROM album_take WHERE album_id = ? AND task_id = ? AND clip_id = ?",
                [(album_id, take.task_id, take.clip_id) for take, _ in rows],
            )
            connection.executemany(
                "INSERT INTO album_take (album_id, place, task_id, clip_id) VALUES (?, ?, ?, ?)",
                [(album_id, at, take.task_id, take.clip_id) for take, at in rows if at is not None],
            )

    def set_look(self, name: str, look: AlbumLook) -> None:
        """Set an album's artist and cover."""
        with self._db.write() as connection:
            connection.execute(
                "UPDATE album SET artist = ?, cover_clip = ?, cover_path = ? WHERE id = ?",
                [*map(storable_text, look), self.row(name).id],
            )

    def rename(self, name: str, new_name: str) -> str:
        """Rename an album; returns the new name as it is stored. Raises InvalidRequest for an invalid name and for the
        name of another album."""
        new_name = valid_name(new_name)
        with self._db.write() as connection:
            row = self.row(name)
            other = self.find(new_name)
            if other is not None and other.id != row.id:
                raise InvalidRequest(f"There is an album '{other.name}' already", advice="Choose another name")
            connection.execute(
                "UPDATE album SET name = ?, key = ? WHERE id = ?", [new_name, name_key(new_name), row.id]
            )
        return new_name

    def delete(self, name: str) -> None:
        """Delete an album; its takes stay in the library. Does nothing for an unknown album."""
        with self._db.write() as connection:
            connection.execute("DELETE FROM album WHERE key = ?", [name_key(name)])
