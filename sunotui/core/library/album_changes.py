"""Changes of albums and saved searches, each with its undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sunotui.core.library.undo import Change
from sunotui.domain.annotations import AlbumLook, SavedSearch, TakeRef, valid_name
from sunotui.domain.browse import ListQuery
from sunotui.domain.errors import NotFound
from sunotui.domain.text import counted, trim
from sunotui.storage.annotations.albums import AlbumRow, AlbumStore, Positions
from sunotui.storage.annotations.saved_searches import SavedSearchStore
from sunotui.storage.annotations.takes import resolve
from sunotui.storage.db.connection import Database


class AlbumChanges:
    """Changes albums and saved searches. Every method raises LibraryError, and NotFound for an unknown album or take,
    and returns None if nothing changes. For the storage thread only."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.albums = AlbumStore(db)
        self.searches = SavedSearchStore(db)

    def add(self, name: str, takes: Iterable[TakeRef], now: float) -> Change | None:
        """Append takes to an album, which is created if it does not exist; takes that are in it already keep their
        positions. Raises InvalidRequest for an invalid name.
        """
        wanted = list(dict.fromkeys(resolve(self._db, takes).values()))
        if not wanted:
            return None
        is_new = self.albums.find(name) is None
        album = self.albums.find_or_create(name, now)
        known = self.albums.positions(album.name)
        last = max(known.values(), default=0)
        added: Positions = {}
        for take in wanted:
            if take not in known:
                added[take] = last + len(added) + 1
        if not added:
            return None
        self.albums.put(album.name, added)

        def undo() -> None:
            self._restore(album.name, dict.fromkeys(added))
            if is_new and not self.albums.positions(album.name):
                self.albums.delete(album.name)

        takes_text = counted(len(added), "take")
        return Change(
            f"Added to the album “{album.name}”: {takes_text}",
            f"Removed {takes_text} from the album “{album.name}”",
            _tasks(added),
            undo,
        )

    def remove(self, name: str, takes: Iterable[TakeRef]) -> Change | None:
        """Remove takes from an album; an empty album stays."""
        album = self.albums.row(name)
        known = self.albums.positions(name)
        before: Positions = {take: known[take] for take in resolve(self._db, takes).values() if take in known}
        if not before:
            return None
        self.albums.put(name, dict.fromkeys(before))
        takes_text = counted(len(before), "take")
        return Change(
            f"Removed from the album “{album.name}”: {takes_text}",
            f"Restored {takes_text} to the album “{album.name}”",
            _tasks(before),
            lambda: self._restore(album.name, before),
        )

    def move(self, name: str, take: TakeRef, step: int) -> Change | None:
        """Move a take of an album by `step` positions, down or, if negative, up, at most to the end."""
        album = self.albums.row(name)
        known = self.albums.positions(name)
        order = list(known)
        meant = resolve(self._db, [take]).get(take, take)
        if meant not in known:
            raise NotFound(f"That take is not in the album '{album.name}'", advice="", topic="album_takes")
        at = order.index(meant)
        to = max(0, min(at + step, len(order) - 1))
        if to == at:
            return None
        order.insert(to, order.pop(at))
        return self._reorder(album.name, known, order, to)

    def move_beside(self, name: str, task_id: str, other_id: str, *, is_behind: bool) -> Change | None:
        """Move the takes of a task before or after those of another one, as a row of the list moves."""
        album = self.albums.row(name)
        known = self.albums.positions(name)
        moved = [ref for ref in known if ref.task_id == task_id]
        order = [ref for ref in known if ref.task_id != task_id]
        to = next((at for at, ref in enumerate(order) if ref.task_id == other_id), None)
        if not moved or to is None:
            raise NotFound(f"That take is not in the album '{album.name}'", advice="", topic="album_takes")
        while is_behind and to < len(order) and order[to].task_id == other_id:
            to += 1
        return self._reorder(album.name, known, [*order[:to], *moved, *order[to:]], to)

    def _reorder(self, name: str, known: Mapping[TakeRef, int], order: Sequence[TakeRef], to: int) -> Change | None:
        after = {ref: place for place, ref in enumerate(order, 1) if known[ref] != place}
        if not after:
            return None
        before: Positions = {ref: known[ref] for ref in after}
        self.albums.put(name, after)
        sentence = f"Moved to position {to + 1} of the album “{name}”"
        undone = f"Restored the order of the album “{name}”"
        return Change(sentence, undone, _tasks(after), lambda: self._restore(name, before))

    def rename(self, name: str, new_name: str) -> Change | None:
        """Rename an album. Raises InvalidRequest for an invalid name or one that is in use."""
        old = self.albums.row(name).name
        new = self.albums.rename(old, new_name)
        if new == old:
            return None

        def undo() -> None:
            self.albums.rename(new, old)

        return Change(f"Renamed the album “{old}” to “{new}”", f"Renamed the album “{new}” to “{old}”", (), undo)

    def set_artist(self, name: str, artist: str) -> Change | None:
        """Set the artist of an album; empty for the one of the settings. Raises InvalidRequest if it is too long."""
        artist = valid_name(artist) if trim(artist) else ""
        album = self.albums.row(name)
        what = f"is by “{artist}”" if artist else "has no artist of its own"
        return self._set_look(album, album.look._replace(artist=artist), f"The album “{album.name}” {what}", "artist")

    def set_cover(self, name: str, clip_id: str = "", path: str = "") -> Change | None:
        """Make the cover of a take, or a picture file, the cover of an album; neither for the one of its first take
        with a cover. The take does not have to be in the album."""
        album = self.albums.row(name)
        look = album.look._replace(cover_clip=clip_id, cover_path=path)
        what = "changed" if clip_id or path else "is that of its first take"
        return self._set_look(album, look, f"The cover of the album “{album.name}” {what}", "cover")

    def _set_look(self, album: AlbumRow, look: AlbumLook, sentence: str, part: str) -> Change | None:
        """`part` is what of the look changes."""
        if look == album.look:
            return None
        self.albums.set_look(album.name, look)

        def undo() -> None:
            if self.albums.find(album.name) is not None:
                self.albums.set_look(album.name, album.look)

        return Change(sentence, f"Restored the {part} of the album “{album.name}”", (), undo)

    def delete(self, name: str) -> Change | None:
        """Delete an album; its takes stay in the library."""
        album, places = self.albums.row(name), self.albums.positions(name)
        self.albums.delete(name)

        def undo() -> None:
            self.albums.find_or_create(album.name, album.created_at)
            self.albums.set_look(album.name, album.look)
            self.albums.put(album.name, places)

        sentence, undone = f"Deleted the album “{album.name}”; its takes stay", f"Restored the album “{album.name}”"
        return Change(sentence, undone, _tasks(places), undo)

    def _restore(self, name: str, places: Mapping[TakeRef, int | None]) -> None:
        # Another process may have deleted the album in the meantime; then it stays deleted.
        if self.albums.find(name) is not None:
            self.albums.put(name, places)

    def save_search(self, name: str, listing: ListQuery) -> Change | None:
        """Save a search with its sort order under a name.

        Raises InvalidRequest for an invalid name and for a query with errors.
        """
        listing.query.require_valid()
        search = SavedSearch(name, listing.query.text, listing.sort, listing.is_reversed)
        before = self.searches.get(name)
        self.searches.put(search)
        if self.searches.get(name) == before:
            return None
        sentence, undone = f"Saved the search “{name}”", f"Removed the search “{name}”"
        if before is not None:
            sentence = f"Replaced the saved search “{before.name}” (was: {before.text})"
            undone = f"Restored the search “{before.name}”"
        return Change(sentence, undone, (), lambda: self._restore_search(name, before))

    def search(self, name: str) -> SavedSearch:
        """The search with this name. Raises NotFound if it does not exist."""
        found = self.searches.get(name)
        if found is None:
            raise NotFound(f"There is no saved search '{name}'", advice="", topic="searches")
        return found

    def delete_search(self, name: str) -> Change | None:
        """Delete a search."""
        before = self.searches.get(name)
        if before is None:
            return None
        self.searches.delete(name)
        sentence, undone = f"Deleted the search “{before.name}”", f"Restored the search “{before.name}”"
        return Change(sentence, undone, (), lambda: self._restore_search(name, before))

    def _restore_search(self, name: str, before: SavedSearch | None) -> None:
        if before is None:
            self.searches.delete(name)
        else:
            self.searches.put(before)


def _tasks(places: Mapping[TakeRef, int | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(take.task_id for take in places))
