"""Finds out what a take is and where its audio is, from the library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from sunotui.core.library.missing_link import missing_link, usable_link
from sunotui.core.media.cover_source import CoverSource
from sunotui.core.media.fetcher import AudioSource
from sunotui.core.stores import Stores
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import MediaError, NotFound
from sunotui.domain.playback import QueueEntry
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task
from sunotui.named_tuple import NamedTuple
from sunotui.storage.downloads.saved_files import SavedFileStore
from sunotui.storage.playback.queue_entries import read_takes


class TakeSource(NamedTuple):
    """Where the audio of a take is."""

    audio: AudioSource
    artist: str
    """What desktops show as the artist."""
    cover: CoverSource | None = None


class TakeReader:
    """Reads takes for playback. Use it on the storage thread only; every method raises LibraryError."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def entries(self, takes: Sequence[TakeRef]) -> list[QueueEntry | None]:
        """The queue entry of each take, None for a take that the library does not have."""
        found = read_takes(self._stores.database, takes)
        return [found[take].entry if take in found else None for take in takes]

    def present(self, takes: Iterable[TakeRef]) -> dict[TakeRef, QueueEntry]:
        """The queue entry of each take whose song is in the library, and not in the trash."""
        found = read_takes(self._stores.database, takes)
        return {ref: take.entry for ref, take in found.items() if not take.is_trashed}

    def source(self, take: TakeRef) -> TakeSource:
        """Where a take's audio is. Raises NotFound for an unknown take, and MediaError, which says why, for one without
        a usable link or a saved file."""
        task = self._stores.tasks.task(take.task_id)
        clip = _clip(task, take.clip_id)
        if task is None or clip is None:
            raise NotFound("The library does not have this take any more")
        link = usable_link(clip.audio_url)
        saved = self._saved(clip)
        if not link and saved is None:
            missing = missing_link(self._stores.tasks.raw(task.id), clip, "audio")
            raise MediaError(missing.reason, advice="Wait until the song is done" if missing.may_come else "")
        return TakeSource(
            AudioSource(
                clip.id,
                link or "",
                task.profile,
                is_live=clip.is_stream and saved is None,
                expected_length_s=clip.duration_s,
                saved=saved,
            ),
            clip.model,
            CoverSource(clip.id, clip.image_url, task.profile) if clip.image_url else None,
        )

    def _saved(self, clip: Clip) -> Path | None:
        """The saved file of a take with its sound, as it was when it was last checked."""
        files = SavedFileStore(self._stores.database).of([clip.id]).get(clip.id, ())
        return next((file.path for file in files if file.kind.is_sound and file.is_there), None)

    def is_expected(self, take: TakeRef) -> bool:
        """Whether a take that had no link will have one, since it is being generated, or has one now."""
        task = self._stores.tasks.task(take.task_id)
        clip = _clip(task, take.clip_id)
        if task is None or clip is None:
            return False
        return bool(usable_link(clip.audio_url)) or not (task.status.is_final or clip.status.is_final)

    def first_playable(self, task_id: str) -> TakeRef | None:
        """The first take of a song that has a usable link; None if no take has one."""
        task = self._stores.tasks.task(task_id)
        clips = task.clips if task is not None else ()
        return next((TakeRef(task_id, clip.id) for clip in clips if usable_link(clip.audio_url)), None)

    def final(self, take: TakeRef) -> TakeSource | None:
        """Where the file of a finished take is; None while it is being generated. Raises NotFound for an unknown take,
        and MediaError, which says why, for one whose song has ended without a file."""
        task = self._stores.tasks.task(take.task_id)
        try:
            source = self.source(take)
        except MediaError:
            if task is None or task.status.is_final:
                raise
            return None
        if not source.audio.is_live:
            return source
        if task is None or task.status.is_final:
            raise MediaError("The song has ended, and its gateway has only the stream of it")
        return None


def _clip(task: Task | None, clip_id: str) -> Clip | None:
    clips = task.clips if task is not None else ()
    if not clip_id:
        return clips[0] if clips else None
    return next((clip for clip in clips if clip.id == clip_id), None)
