"""Reads the takes to save."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sunotui.core.downloads.names import NameFields
from sunotui.core.downloads.take import TakeToSave
from sunotui.core.library.missing_link import usable_link
from sunotui.core.stores import Stores
from sunotui.domain.annotations import TakeRef
from sunotui.domain.gateways.models import label_of
from sunotui.domain.requests.extras import Mp4Request, WavRequest
from sunotui.domain.saving.downloads import FileKind
from sunotui.storage.annotations.albums import AlbumStore
from sunotui.storage.annotations.takes import resolve
from sunotui.storage.playback.queue_entries import StoredTake, read_takes


class TakeLoader:
    """Reads takes. For the storage thread only; every method raises LibraryError."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._albums = AlbumStore(stores.database)

    def resolved(self, takes: Sequence[TakeRef]) -> list[TakeRef]:
        """The takes with their clips, without those that the library does not have."""
        return list(dict.fromkeys(resolve(self._stores.database, takes).values()))

    def shown(self, takes: Sequence[TakeRef]) -> dict[TakeRef, StoredTake]:
        """What lists show about takes."""
        return read_takes(self._stores.database, takes)

    def linked(self, takes: Sequence[TakeRef], kind: FileKind) -> set[TakeRef]:
        """The takes that have a link of a kind."""
        request = Mp4Request.kind if kind is FileKind.VIDEO else WavRequest.kind
        found: set[TakeRef] = set()
        for ref in takes:
            take = self.take(ref, kind)
            has_own = take is not None and kind is FileKind.VIDEO and bool(usable_link(take.clip.video_url))
            if has_own or self._stores.journal.reader.file_links(ref.clip_id, request):
                found.add(ref)
        return found

    def take(self, ref: TakeRef, kind: FileKind) -> TakeToSave | None:
        """A take with everything that its file will contain; None if the library no longer has it."""
        task = self._stores.tasks.task(ref.task_id)
        if task is None:
            return None
        for number, clip in enumerate(task.clips, 1):
            if clip.id == ref.clip_id:
                album = next(iter(self._albums.of([task.id]).get(task.id, {}).get(clip.id, ())), "")
                track = list(self._albums.positions(album)).index(ref) + 1 if album else None
                return TakeToSave(task, clip, number, kind, album, track)
        return None


def name_fields(take: TakeToSave, artist: str) -> NameFields:
    """The values for the name of a take's file."""
    task, clip = take.task, take.clip
    return NameFields(
        title=take.title,
        artist=artist,
        album=take.album,
        track=f"{take.track:02}" if take.track is not None else "",
        style=clip.tags,
        model=label_of(clip.model or task.model),
        gateway=task.profile,
        date=_date(task.added_at),
        take=str(take.number),
        clip=clip.id,
        task=task.id,
    )


def _date(at: float) -> str:
    try:
        return datetime.fromtimestamp(at).strftime("%Y-%m-%d")
    except (ValueError, OverflowError, OSError):  # an imported time may be any number
        return ""
