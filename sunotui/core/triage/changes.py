"""Applies verdicts as changes of the library, each with its undo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from sunotui.core.library.rating_changes import RatingChanges
from sunotui.core.library.undo import Change
from sunotui.core.stores import Stores
from sunotui.core.triage.rules import songs_without_takes
from sunotui.domain.annotations import TakeRef, TriageDecision, TriageVerdict
from sunotui.domain.text import counted
from sunotui.storage.annotations.triage import StoredDecision, TriageStore

_DONE = {
    TriageVerdict.FAVOURITE: "favourite",
    TriageVerdict.RATE: "rated",
    TriageVerdict.KEEP: "kept",
    TriageVerdict.TRASH: "trashed",
}


def done_words(decisions: Sequence[TriageDecision]) -> str:
    """What was decided, such as "2 kept, 1 trashed"; the names of verdicts without a take are left out."""
    counts = Counter(one.verdict for one in decisions)
    return ", ".join(f"{counts[verdict]} {word}" for verdict, word in _DONE.items() if counts[verdict])


VERDICT_UNDONE = "Undid the verdict"


class TriageChanges:
    """Changes of the library. For the storage thread only; every method raises LibraryError."""

    def __init__(self, stores: Stores) -> None:
        self.store = TriageStore(stores.database)
        self._ratings = RatingChanges(stores.database, stores.tasks.reindex)

    def keep_for_later(self, decision: TriageDecision, sentence: str) -> Change:
        """Store a decision to apply at the end."""
        clip_id = decision.take.clip_id
        before = self.store.decisions([clip_id]).get(clip_id)
        self.store.put({clip_id: StoredDecision(decision, is_pending=True)})
        return Change(sentence, VERDICT_UNDONE, (decision.take.task_id,), partial(self.store.put, {clip_id: before}))

    def put_off(self, take: TakeRef, until: float, sentence: str) -> Change:
        """Postpone a take until a time in Unix seconds."""
        before = self.store.put_off_until(take.clip_id)
        self.store.put_off(take, until)
        return Change(sentence, VERDICT_UNDONE, (take.task_id,), partial(self.store.put_off, take, before))

    def apply(self, decisions: Sequence[TriageDecision], now: float, sentence: str = "") -> Change | None:
        """Apply decisions as one change: favourites, ratings and played marks; songs all of whose takes were rejected
        go to the trash. `sentence` says what was done; if it is empty, the counts do."""
        if not decisions:
            return None
        clip_ids = [one.take.clip_id for one in decisions]
        stored = self.store.decisions(clip_ids)
        before: dict[str, StoredDecision | None] = {clip_id: stored.get(clip_id) for clip_id in clip_ids}
        self.store.put(
            {
                one.take.clip_id: StoredDecision(one, is_pending=False) if one.verdict is TriageVerdict.TRASH else None
                for one in decisions
            }
        )
        changes = [
            self._ratings.mark_favourite(_takes(decisions, TriageVerdict.FAVOURITE), True),
            *(
                self._ratings.rate([one.take for one in decisions if one.rating == rating], rating)
                for rating in sorted({one.rating for one in decisions if one.verdict is TriageVerdict.RATE})
            ),
            self._ratings.mark_played([one.take for one in decisions], True, now),
            self._ratings.trash(self._songs_to_trash(decisions), now),
        ]

        def undo() -> None:
            for change in reversed(changes):
                if change is not None:
                    change.undo()
            self.store.put(before)

        task_ids = tuple(dict.fromkeys(one.take.task_id for one in decisions))
        words = sentence or f"{counted(len(decisions), 'verdict')} applied: {done_words(decisions)}"
        undone = VERDICT_UNDONE if sentence else f"Undid {counted(len(decisions), 'verdict')}"
        return Change(words, undone, task_ids, undo)

    def _songs_to_trash(self, decisions: Sequence[TriageDecision]) -> list[str]:
        songs = dict.fromkeys(one.take.task_id for one in decisions if one.verdict is TriageVerdict.TRASH)
        takes = self.store.takes_of(songs)
        known = self.store.decisions(clip_id for ids in takes.values() for clip_id in ids)
        rejected = {
            clip_id
            for clip_id, one in known.items()
            if one.decision.verdict is TriageVerdict.TRASH and not one.is_pending
        }
        return songs_without_takes(takes, rejected)


def _takes(decisions: Sequence[TriageDecision], verdict: TriageVerdict) -> list[TakeRef]:
    return [one.take for one in decisions if one.verdict is verdict]
