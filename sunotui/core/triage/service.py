"""Starts triages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sunotui.core.context import Context
from sunotui.core.library.annotations import AnnotationService
from sunotui.core.library.task_reader import TaskReader
from sunotui.core.playback.track_player import TrackPlayer
from sunotui.core.playback.tracks.current_track import TrackOwner
from sunotui.core.stores import Stores
from sunotui.core.triage.changes import TriageChanges
from sunotui.core.triage.session import TriageSession, TriageTake
from sunotui.domain.annotations import TakeRef, TriageDecision
from sunotui.domain.playback import QueueEntry

MOST_SONGS = 500
"""The maximum number of songs in a triage; the others are in the next one."""


class TriageService:
    """Starts triages. Only one is useful at a time, since each has its own player."""

    def __init__(
        self,
        ctx: Context,
        stores: Stores,
        annotations: AnnotationService,
        *,
        make_tracks: Callable[[TrackOwner], TrackPlayer],
        save: Callable[[Sequence[TakeRef]], Awaitable[object]] | None,
        applies_at_once: bool,
    ) -> None:
        """`save` saves the takes that are kept as files; None if nothing is saved automatically. `applies_at_once`
        applies each verdict when it is given, and not at the end."""
        self._ctx = ctx
        self._changes = TriageChanges(stores)
        self._reader = TaskReader(ctx.storage, stores)
        self._annotations = annotations
        self._make_tracks, self._save = make_tracks, save
        self._applies_at_once = applies_at_once
        self._sessions: list[TriageSession] = []

    async def begin(self, task_ids: Sequence[str]) -> TriageSession:
        """A triage of the unplayed takes of these songs, not started yet; it may have no takes. Raises LibraryError."""
        entries, pending = await self._ctx.storage.run(self._read, task_ids)
        decided = {one.take.clip_id: one for one in pending}
        session = TriageSession(
            self._ctx,
            [TriageTake(entry, decided.get(entry.clip_id)) for entry in entries],
            pending,
            annotations=self._annotations,
            changes=self._changes,
            reader=self._reader,
            make_tracks=self._make_tracks,
            save=self._save,
            applies_at_once=self._applies_at_once,
        )
        self._sessions.append(session)
        return session

    async def end(self, session: TriageSession) -> None:
        """End a triage. Pending verdicts stay stored."""
        if session in self._sessions:
            self._sessions.remove(session)
        await session.close()

    async def close(self) -> None:
        """End all triages."""
        for session in tuple(self._sessions):
            await self.end(session)

    def _read(self, task_ids: Sequence[str]) -> tuple[list[QueueEntry], list[TriageDecision]]:
        return self._changes.store.unplayed(task_ids, self._ctx.clock.now()), self._changes.store.pending()
