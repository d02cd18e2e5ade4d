"""Albums: ordered lists of takes under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sunotui.domain.annotations import Album, NamedCount, TakeRef, name_key, valid_name
from sunotui.domain.errors import InvalidRequest, NotFound
from sunotui.storage.annotations.takes import first_clip_of, meant_clip_of, resolve
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import chunks, placeholders, storable_text

Places = dict[TakeRef, int | None]
"""Where takes stand in an album; None for one that is not in it."""

_FIRST_CLIP = first_clip_of("album_take")
_MEANT = meant_clip_of("album_take")
_SETTLE = (
    f"UPDATE OR IGNORE album_take SET clip_id = {_FIRST_CLIP} "
    f"WHERE album_id = ? AND clip_id = '' AND {_FIRST_CLIP} IS NOT NULL"
)
_FORGET_SETTLED = f"DELETE FROM album_take WHERE album_id = ? AND clip_id = '' AND {_FIRST_CLIP} IS NOT NULL"


@dataclass(frozen=True, slots=True)
class AlbumRow:
    """An album without its takes."""

    id: int
    name: str
    created_at: float


class AlbumStore:
    """Albums by name; names that differ in capitals or accents only are one.

    Every method raises LibraryError when the file cannot be read or written, and NotFound for an album that is not
    there, unless it says otherwise.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def find(self, name: str) -> AlbumRow | None:
        """The album of this name, or None."""
        rows = self._db.query("SELECT id, name, created_at FROM album WHERE key = ?", [name_key(name)])
        return AlbumRow(*rows[0]) if rows else None

    def row(self, name: str) -> AlbumRow:
        """The album of this name."""
        found = self.find(name)
        if found is None:
            raise NotFound(f"There is no album '{name}'", advice="", topic="albums")
        return found

    def all(self) -> list[NamedCount]:
        """Every album, by name, with the number of its takes that are not in the trash."""
        rows = self._db.query(
            "SELECT name, (SELECT count(*) FROM album_take JOIN task ON task.id = task_id "
            "WHERE album_id = album.id AND trashed_at IS NULL) FROM album ORDER BY key"
        )
        return [NamedCount(name, count) for name, count in rows]

    def album(self, name: str, *, with_trash: bool = True) -> Album:
        """An album with its takes in order, those of the trash too unless it is said otherwise."""
        row = self.row(name)
        return Album(row.name, tuple(self.places(name, with_trash=with_trash)))

    def places(self, name: str, *, with_trash: bool = True) -> dict[TakeRef, int]:
        """The places of an album's takes, in order; none for an album that is not there."""
        kept = "" if with_trash else "AND task_id IN (SELECT id FROM task WHERE trashed_at IS NULL) "
        rows = self._db.query(
            f"SELECT task_id, {_MEANT}, place FROM album_take JOIN album ON album.id = album_id WHERE key = ? {kept}"
            "ORDER BY place, task_id, clip_id",
            [name_key(name)],
        )
        found: dict[TakeRef, int] = {}
        for task_id, clip_id, place in rows:
            found.setdefault(TakeRef(task_id, clip_id), place)
        return found

    def of(self, task_ids: Sequence[str]) -> dict[str, dict[str, tuple[str, ...]]]:
        """The albums that tasks' takes are in, by task and clip."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for chunk in chunks([storable_text(task_id) for task_id in dict.fromkeys(task_ids)]):
            rows = self._db.query(
                f"SELECT DISTINCT task_id, {_MEANT}, name FROM album_take JOIN album ON album.id = album_id "
                f"WHERE task_id IN ({placeholders(chunk)}) ORDER BY key",
                chunk,
            )
            for task_id, clip_id, name in rows:
                clips = found.setdefault(task_id, {})
                clips[clip_id] = (*clips.get(clip_id, ()), name)
        return found

    def among(self, takes: Sequence[TakeRef]) -> dict[str, int]:
        """The albums that these takes are in, and how many of them are in each."""
        meant = dict.fromkeys(resolve(self._db, takes).values())
        found = self.of([take.task_id for take in meant])
        nothing: dict[str, tuple[str, ...]] = {}
        counts: dict[str, int] = {}
        for take in meant:
            for name in found.get(take.task_id, nothing).get(take.clip_id, ()):
                counts[name] = counts.get(name, 0) + 1
        return counts

    def make(self, name: str, now: float) -> AlbumRow:
        """The album of this name, made when there is none. Raises InvalidRequest for a name that is none."""
        name = valid_name(name)
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO album (name, key, created_at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
                [name, name_key(name), now],
            )
        return self.row(name)

    def put(self, name: str, places: Mapping[TakeRef, int | None]) -> None:
        """Write where takes stand in an album, or that they are not in it; in one transaction."""
        with self._db.write() as connection:
            album_id = self.row(name).id
            rows = [(take, places[asked]) for asked, take in resolve(self._db, places).items()]
            connection.execute(_SETTLE, [album_id])
            connection.execute(_FORGET_SETTLED, [album_id])
            connection.executemany(
                "DELETE FROM album_take WHERE album_id = ? AND task_id = ? AND clip_id = ?",
                [(album_id, take.task_id, take.clip_id) for take, _ in rows],
            )
            connection.executemany(
                "INSERT INTO album_take (album_id, place, task_id, clip_id) VALUES (?, ?, ?, ?)",
                [(album_id, place, take.task_id, take.clip_id) for take, place in rows if place is not None],
            )

    def rename(self, name: str, new_name: str) -> str:
        """Give an album another name; the new one as it is kept. Raises InvalidRequest for one that is taken."""
        new_name = valid_name(new_name)
        with self._db.write() as connection:
            row = self.row(name)
            other = self.find(new_name)
            if other is not None and other.id != row.id:
                raise InvalidRequest(f"There is an album '{other.name}' already", advice="Take another name")
            connection.execute(
                "UPDATE album SET name = ?, key = ? WHERE id = ?", [new_name, name_key(new_name), row.id]
            )
        return new_name

    def delete(self, name: str) -> None:
        """Forget an album; its takes stay in the library. No error where there is none."""
        with self._db.write() as connection:
            connection.execute("DELETE FROM album WHERE key = ?", [name_key(name)])
