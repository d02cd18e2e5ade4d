"""The user's annotations: every change is one transaction, is published, and can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sunotui.core.context import Context
from sunotui.core.events import TasksChanged
from sunotui.core.library.album_changes import AlbumChanges
from sunotui.core.library.rating_changes import RatingChanges
from sunotui.core.library.undo import Change, UndoStack
from sunotui.domain.annotations import (
    Album,
    AlbumSummary,
    Annotations,
    NamedCount,
    Preference,
    SavedSearch,
    TakeRef,
)
from sunotui.domain.browse import ListQuery
from sunotui.storage.annotations.lookup import read_annotations
from sunotui.storage.db.connection import Database


class AnnotationService:
    """Changes return a sentence that describes them, empty if nothing changed. Every method raises LibraryError;
    those that take a name raise InvalidRequest for an invalid one, and NotFound for an unknown album.
    """

    def __init__(self, ctx: Context, db: Database, reindex: Callable[[Sequence[str]], None]) -> None:
        """`reindex` updates the search index of tasks whose labels or note changed."""
        self._storage = ctx.storage
        self._events = ctx.events
        self._clock = ctx.clock
        self._db = db
        self._ratings = RatingChanges(db, reindex)
        self._albums = AlbumChanges(db)
        self._stack = UndoStack(db)

    # --- takes -------------------------------------------------------------------------------------------------------

    async def mark_favourite(self, takes: Sequence[TakeRef], is_favourite: bool | None = None) -> str:
        """Make takes favourites, or not; None removes them if all are favourites, and else makes all favourites."""
        return await self.change(lambda: self._ratings.mark_favourite(takes, is_favourite))

    async def rate(self, takes: Sequence[TakeRef], rating: int) -> str:
        """Rate takes 1 to 5; 0 removes the rating. Raises InvalidRequest for another."""
        return await self.change(lambda: self._ratings.rate(takes, rating))

    async def mark_played(self, takes: Sequence[TakeRef], is_played: bool | None = True) -> str:
        """Mark takes as played or not played; None marks them as not played if all were played and otherwise as
        played."""
        now = self._clock.now()
        return await self.change(lambda: self._ratings.mark_played(takes, is_played, now))

    async def count_play(self, take: TakeRef) -> None:
        """Count that a take was played, which also marks it as played. It cannot be undone: the next undo reverts what
        the user did before. Does nothing for a take that the library no longer has."""
        if await self._storage.run(self._ratings.count_play, take, self._clock.now()):
            self._events.publish(TasksChanged((take.task_id,)))

    async def prefer(self, winner: TakeRef, loser: TakeRef, *, profile: str, title: str) -> str:
        """Store that a take was preferred to another one when they were compared. `profile` is the name of the winner's
        profile, and `title` what the sentence calls it."""
        preference = Preference(winner, loser, profile, self._clock.now())
        return await self.change(lambda: self._ratings.prefer(preference, title))

    async def preferences(self, clip_ids: Sequence[str]) -> list[Preference]:
        """The preferences on these takes, the newest first."""
        return await self._storage.run(self._ratings.preferences.of, clip_ids)

    # --- tasks -------------------------------------------------------------------------------------------------------

    async def label(self, task_ids: Sequence[str], name: str, is_on: bool = True) -> str:
        """Add a label to tasks or remove it."""
        return await self.change(lambda: self._ratings.label(task_ids, name, is_on=is_on))

    async def labels(self) -> list[NamedCount]:
        """All labels by name, with the number of their tasks."""
        return await self._storage.run(self._ratings.labels.all)

    async def labels_of(self, task_ids: Sequence[str]) -> dict[str, int]:
        """The labels of these tasks, each with how many of them have it."""
        return await self._storage.run(self._ratings.labels.among, task_ids)

    async def note(self, task_id: str, text: str, *, base: str | None = None) -> str:
        """Save a task's note; an empty one deletes it. `base` is the note that was edited: if it has changed
        since, both texts are saved. Raises InvalidRequest if it is too long."""
        return await self.change(lambda: self._ratings.note(task_id, text, base))

    async def note_of(self, task_id: str) -> str:
        """A task's note; empty if it has no note."""
        return await self._storage.run(self._ratings.notes.get, task_id) or ""

    async def trash(self, task_ids: Sequence[str]) -> str:
        """Move tasks to the trash: they are hidden but still polled to their end, since they are paid for."""
        now = self._clock.now()
        return await self.change(lambda: self._ratings.trash(task_ids, now))

    async def restore(self, task_ids: Sequence[str]) -> str:
        """Restore tasks from the trash."""
        return await self.change(lambda: self._ratings.trash(task_ids, None))

    # --- albums ------------------------------------------------------------------------------------------------------

    async def albums(self) -> list[AlbumSummary]:
        """All albums by name."""
        return await self._storage.run(self._albums.albums.all)

    async def album_summary(self, name: str) -> AlbumSummary:
        """How many takes an album has, their running time, and how many are saved."""
        return await self._storage.run(self._albums.albums.summary, name)

    async def albums_of(self, takes: Sequence[TakeRef]) -> dict[str, int]:
        """The albums that contain these takes, each with how many of them it has."""
        return await self._storage.run(self._albums.albums.among, takes)

    async def album(self, name: str) -> Album:
        """An album with its takes, including those in the trash."""
        return await self._storage.run(self._albums.albums.album, name)

    async def add_to_album(self, name: str, takes: Sequence[TakeRef]) -> str:
        """Append takes to an album, which is created if it does not exist."""
        now = self._clock.now()
        return await self.change(lambda: self._albums.add(name, takes, now))

    async def remove_from_album(self, name: str, takes: Sequence[TakeRef]) -> str:
        """Remove takes from an album."""
        return await self.change(lambda: self._albums.remove(name, takes))

    async def move_in_album(self, name: str, take: TakeRef, step: int) -> str:
        """Move a take by `step` positions, down or, if negative, up, at most to the end. Raises NotFound for a take
        that is not in the album."""
        return await self.change(lambda: self._albums.move(name, take, step))

    async def move_beside(self, name: str, task_id: str, other_id: str, *, is_behind: bool) -> str:
        """Move a task's takes before or after those of another one. Raises NotFound for a task that is not in the
        album."""
        return await self.change(lambda: self._albums.move_beside(name, task_id, other_id, is_behind=is_behind))

    async def rename_album(self, name: str, new_name: str) -> str:
        """Rename an album. Raises InvalidRequest for a name that is in use."""
        return await self.change(lambda: self._albums.rename(name, new_name))

    async def set_album_artist(self, name: str, artist: str) -> str:
        """Set the artist of an album; empty for the one of the settings. Raises InvalidRequest if it is too long."""
        return await self.change(lambda: self._albums.set_artist(name, artist))

    async def set_album_cover(self, name: str, *, clip_id: str = "", path: str = "") -> str:
        """Make the cover of a take, or the picture file at an absolute path, the cover of an album; neither for that of
        its first take with a cover."""
        return await self.change(lambda: self._albums.set_cover(name, clip_id, path))

    async def delete_album(self, name: str) -> str:
        """Delete an album; its takes stay in the library."""
        return await self.change(lambda: self._albums.delete(name))

    # --- saved searches ----------------------------------------------------------------------------------------------

    async def save_search(self, name: str, listing: ListQuery) -> str:
        """Save a list's search and sort order under a name; replaces one with the same name. Raises InvalidRequest for
        a search with an invalid part.
        """
        return await self.change(lambda: self._albums.save_search(name, listing))

    async def delete_search(self, name: str) -> str:
        """Delete a saved search."""
        return await self.change(lambda: self._albums.delete_search(name))

    async def search(self, name: str) -> SavedSearch:
        """The saved search with this name. Raises NotFound if it does not exist."""
        return await self._storage.run(self._albums.search, name)

    async def searches(self) -> list[SavedSearch]:
        """The saved searches, by name."""
        return await self._storage.run(self._albums.searches.all)

    # --- reading and undo --------------------------------------------------------------------------------------------

    async def annotations(self, task_ids: Sequence[str]) -> dict[str, Annotations]:
        """The annotations of each of these tasks; unknown ids are left out."""
        return await self._storage.run(read_annotations, self._db, task_ids)

    async def undo(self) -> Change | None:
        """Undo the last change of this run, and the previous one when called again; returns the undone change, None
        when there is nothing left. Raises SunotuiError."""
        change = await self._storage.run(self._stack.undo)
        if change is not None and change.restore is not None:
            change.restore()
        else:
            self._publish(change)
        return change

    async def remember(self, sentence: str, undone: str, restore: Callable[[], None]) -> None:
        """Let `undo` revert a change outside the library by calling `restore`. The sentences say what was changed, and
        what undoing it did."""
        change = Change(sentence, undone, (), lambda: None, restore)
        await self._storage.run(self._stack.remember, change)

    async def change(self, work: Callable[[], Change | None]) -> str:
        """Make a change on the storage thread, which `undo` can revert. Raises what `work` raises."""
        change = await self._storage.run(self._stack.run, work)
        self._publish(change)
        return change.sentence if change is not None else ""

    def _publish(self, change: Change | None) -> None:
        if change is not None:
            self._events.publish(TasksChanged(change.task_ids))
