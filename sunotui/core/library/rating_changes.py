"""Changes of ratings, preferences, labels, notes and the trash, each with its undo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from sunotui.core.library.undo import Change
from sunotui.domain.annotations import (
    NO_RATING,
    AnnotationField,
    Preference,
    TakeRef,
    valid_note,
    valid_rating,
)
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.text import counted
from sunotui.storage.annotations.labels import LabelStore
from sunotui.storage.annotations.notes import NoteStore, TrashStore
from sunotui.storage.annotations.preferences import PreferenceStore
from sunotui.storage.annotations.ratings import FieldValues, RatingStore
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value


class RatingChanges:
    """Changes stars, ratings, preferences, played marks, labels, notes and the trash. Every method raises LibraryError
    and returns None if nothing changes. For the storage thread only."""

    def __init__(self, db: Database, reindex: Callable[[Sequence[str]], None]) -> None:
        self._ratings = RatingStore(db)
        self.labels = LabelStore(db, reindex)
        self.notes = NoteStore(db, reindex)
        self._trash = TrashStore(db)
        self.preferences = PreferenceStore(db)

    def mark_favourite(self, takes: Iterable[TakeRef], is_favourite: bool | None) -> Change | None:
        """Make takes favourites, or not; None removes them if all are favourites, and else makes all favourites."""
        before = self._ratings.values(AnnotationField.FAVOURITE, takes)
        if is_favourite is None:
            is_favourite = not all(before.values())
        if is_favourite:
            return self._put(AnnotationField.FAVOURITE, before, 1, "Favourite", "Removed {} from the favourites")
        return self._put(AnnotationField.FAVOURITE, before, 0, "No longer a favourite", "Restored {} to the favourites")

    def rate(self, takes: Iterable[TakeRef], rating: int) -> Change | None:
        """Rate takes 1 to 5; 0 removes the rating. Raises InvalidRequest for another value."""
        rating = valid_rating(rating)
        before = self._ratings.values(AnnotationField.RATING, takes)
        had_rating = any(old for old in before.values() if old != rating)
        undone = "Restored the rating of {}" if had_rating else "Removed the rating of {}"
        return self._put(AnnotationField.RATING, before, rating, f"Rated ★{rating}" if rating else "Unrated", undone)

    def mark_played(self, takes: Iterable[TakeRef], is_played: bool | None, now: float) -> Change | None:
        """Mark takes as played now, unless they were played before, or as not played; None marks them as not played if
        all were played and otherwise as played."""
        before = self._ratings.values(AnnotationField.PLAYED, takes)
        waiting: FieldValues = {take: None for take, played_at in before.items() if played_at is None}
        if is_played if is_played is not None else waiting:
            plays = self._plays(waiting)
            change = self._put(AnnotationField.PLAYED, waiting, now, "Played", "Marked {} as not played")

            def undo() -> None:
                # What was played in the meantime stays played.
                since = self._plays(waiting)
                self._ratings.put(
                    AnnotationField.PLAYED, {take: None for take in waiting if since[take] == plays[take]}
                )

            return None if change is None else replace(change, undo=undo)
        return self._put(AnnotationField.PLAYED, before, None, "Not played yet", "Marked {} as played")

    def count_play(self, take: TakeRef, now: float) -> bool:
        """Count one more play of a take at `now`, and mark it as played; whether the library has the take."""
        return self._ratings.count_play(take, now)

    def prefer(self, preference: Preference, title: str) -> Change | None:
        """Store which of two takes was preferred; `title` is the winner's."""
        if not self.preferences.add(preference):
            return None
        task_ids = tuple(dict.fromkeys((preference.winner.task_id, preference.loser.task_id)))
        return Change(
            f"{title} kept", f"Removed the verdict on {title}", task_ids, lambda: self.preferences.remove(preference)
        )

    def _plays(self, takes: Collection[TakeRef]) -> dict[TakeRef, int]:
        ratings = self._ratings.of([take.task_id for take in takes])
        return {take: ratings.get(take.task_id, {}).get(take.clip_id, NO_RATING).plays for take in takes}

    def _put(self, mark: AnnotationField, before: FieldValues, value: Value, verb: str, undone: str) -> Change | None:
        """`undone` is what undoing it does, with {} for the takes."""
        changed = {take: old for take, old in before.items() if old != value}
        if not changed:
            return None
        self._ratings.put(mark, dict.fromkeys(changed, value))
        task_ids = tuple(dict.fromkeys(take.task_id for take in changed))
        takes = counted(len(changed), "take")
        return Change(f"{verb}: {takes}", undone.format(takes), task_ids, lambda: self._ratings.put(mark, changed))

    def label(self, task_ids: Sequence[str], name: str, *, is_on: bool) -> Change | None:
        """Add or remove a label. Raises InvalidRequest for an invalid name."""
        shown, changed = self.labels.put(task_ids, name, is_on=is_on)
        if not changed:
            return None

        def undo() -> None:
            self.labels.put(changed, shown, is_on=not is_on)

        verb, songs = "Labelled" if is_on else "Removed label", counted(len(changed), "song")
        undone = f"Removed the label “{shown}” from {songs}" if is_on else f"Restored the label “{shown}” of {songs}"
        return Change(f"{verb} “{shown}”: {songs}", undone, tuple(changed), undo)

    def note(self, task_id: str, text: str, base: str | None = None) -> Change | None:
        """Save a note; an empty one deletes it. Raises InvalidRequest if it is too long.

        `base` is the note that was edited: if it has changed since, both texts are saved.
        """
        before = self.notes.get(task_id)
        text = valid_note(text)
        if before is None or text in (before, base):
            return None
        verb = "Wrote a note" if text else "Removed the note"
        if base is not None and before not in ("", base):
            text = valid_note(f"{before}\n\n{text}".rstrip())
            verb = "The note was changed in the meantime: it has both texts now"
            if text == before:
                return None
        self.notes.put(task_id, text)

        def undo() -> None:
            if self.notes.get(task_id) != text:
                raise InvalidRequest("The note was changed since, and stays as it is")
            self.notes.put(task_id, before)

        return Change(verb, "Restored the note" if before else "Removed the note", (task_id,), undo)

    def trash(self, task_ids: Sequence[str], now: float | None) -> Change | None:
        """Move tasks to the trash at `now`; None restores them."""
        before = self._trash.times(task_ids)
        changed = {task_id: at for task_id, at in before.items() if (at is None) is not (now is None)}
        if not changed:
            return None
        self._trash.put(dict.fromkeys(changed, now))
        songs = counted(len(changed), "song")
        trashed, restored = f"Moved {songs} to the trash", f"Restored {songs} from the trash"
        sentence, undone = (restored, trashed) if now is None else (trashed, restored)
        return Change(sentence, undone, tuple(changed), lambda: self._trash.put(changed))
