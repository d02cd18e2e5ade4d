"""Collects what is known about a take, and writes it into its file and its sidecars."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

from sunotui.core.downloads.placing import FILE_MODE, link_new
from sunotui.core.downloads.tagging.late_sidecars import TIMED
from sunotui.core.downloads.tagging.sidecars import sidecars
from sunotui.core.downloads.tagging.song_tags import AlbumPlace, NotTagged, SongTags, song_tags
from sunotui.core.downloads.take import TakeToSave
from sunotui.core.gateways.extras import ExtrasService
from sunotui.core.media.cover_provider import BeforeRequest, CoverFile
from sunotui.core.media.cover_source import CoverSource
from sunotui.core.media.threads import finish_in_thread
from sunotui.core.playback.lyrics_sync import lyric_sheet
from sunotui.core.stores import Stores
from sunotui.domain.annotations import Annotations, name_key
from sunotui.domain.errors import ErrorSource, LibraryError, MediaError
from sunotui.domain.gateways.profile import Profile
from sunotui.domain.requests.request import Request
from sunotui.named_tuple import NamedTuple
from sunotui.storage.annotations.albums import AlbumStore
from sunotui.storage.annotations.lookup import read_annotations
from sunotui.storage.worker import StorageThread

LARGEST_COVER = 5 * 2**20
"""Bytes; a larger picture is left out."""


class _Known(NamedTuple):
    """What the library knows about a take besides the gateway's data."""

    request: Request | None = None
    annotations: Annotations | None = None
    place: AlbumPlace | None = None
    album_artist: str = ""


class SongTagger:
    """A `Tagger` that writes ID3 tags, MP4 atoms and sidecars. For the event loop; files are written in threads."""

    def __init__(
        self,
        storage: StorageThread,
        stores: Stores,
        extras: ExtrasService,
        cover_file: CoverFile,
        profile_named: Callable[[str], Profile | None],
        *,
        artist: str,
        kinds: Collection[str],
    ) -> None:
        """`artist` is written into the files of takes whose album has no artist. `kinds` are the SAVE_SIDECARS to
        write."""
        self._storage, self._stores, self._extras = storage, stores, extras
        self._cover_file, self._profile_named = cover_file, profile_named
        self._artist, self.kinds = artist, kinds

    async def tag(self, source: Path, copy: Path, take: TakeToSave, suffix: str, whole: asyncio.Event) -> None:
        """Write a copy of a complete file with tags, in the place of a file that may be there; no server is asked for
        anything before `whole` is set. Raises MediaError for a file that cannot have tags, and OSError, after
        which the copy may be damaged."""
        known = await self._known(take)
        timings, cover = await asyncio.gather(
            self._extras.free_timing(take.task, take.clip, whole.wait),
            self._cover(take, whole.wait),
        )
        profile = self._profile_named(take.task.profile)

        def make() -> SongTags:
            # Cleaning long texts takes its time, and matching lyrics that were changed after they were timed.
            return song_tags(
                take.task,
                take.clip,
                lyric_sheet(take.clip.lyrics, timings),
                artist=known.album_artist or self._artist,
                request=known.request,
                gateway=profile.base_url.origin if profile is not None else "",
                place=known.place,
                cover=cover,
            )

        try:
            await finish_in_thread(_write_copy, source, copy, make)
        except NotTagged as error:
            raise MediaError(str(error), advice="", source=ErrorSource.COMPUTER) from error

    async def write_beside(self, path: Path, take: TakeToSave) -> None:
        """Write the files of the chosen kinds beside a saved file; one that is there already stays as it is. Raises
        OSError."""
        await self._write_beside(path, take, self.kinds)

    async def write_lyrics(self, path: Path, take: TakeToSave) -> None:
        """Write the timed lyrics beside a saved file, if their times are known or the gateway offers them. A file that
        is there stays as it is. Raises OSError."""
        await self._write_beside(path, take, (TIMED,))

    async def _write_beside(self, path: Path, take: TakeToSave, kinds: Collection[str]) -> None:
        if not kinds:
            return
        known = await self._known(take)
        timings = await self._extras.free_timing(take.task, take.clip)

        def make() -> Mapping[str, bytes]:
            return sidecars(
                kinds,
                take.task,
                take.clip,
                lyric_sheet(take.clip.lyrics, timings),
                request=known.request,
                annotations=known.annotations,
            )

        await finish_in_thread(_write_beside, path, make)

    async def _known(self, take: TakeToSave) -> _Known:
        """What the library knows of the take; empty if the library cannot be read, so that the file gets only what the
        gateway reported."""
        try:
            return await self._storage.run(self._read, take)
        except LibraryError:
            return _Known()

    def _read(self, take: TakeToSave) -> _Known:
        """For the storage thread."""
        task, database = take.task, self._stores.database
        submission = self._stores.journal.reader.get(task.submission_id) if task.submission_id else None
        place, artist = None, ""
        if take.album and take.track is not None:
            found = database.query("SELECT artist FROM album WHERE key = ?", [name_key(take.album)])
            artist = found[0][0] or "" if found else ""
            tracks = len(AlbumStore(database).positions(take.album, with_trash=False))
            place = AlbumPlace(take.album, take.track, max(tracks, take.track))
        return _Known(
            submission.request if submission is not None else None,
            read_annotations(database, [task.id]).get(task.id),
            place,
            artist,
        )

    async def _cover(self, take: TakeToSave, before_request: BeforeRequest) -> bytes:
        """The cover; empty if it cannot be fetched."""
        if not take.clip.image_url:
            return b""
        source = CoverSource(take.clip.id, take.clip.image_url, take.task.profile)
        path = await self._cover_file(source, before_request)
        return await asyncio.to_thread(_content, path) if path is not None else b""


def _content(path: Path) -> bytes:
    with suppress(OSError), path.open("rb") as file:
        content = file.read(LARGEST_COVER + 1)
        return content if len(content) <= LARGEST_COVER else b""
    return b""


def _write_copy(source: Path, copy: Path, make: Callable[[], SongTags]) -> None:
    from sunotui.core.downloads.tagging import writer

    writer.write_tagged_copy(source, copy, make())


def _write_beside(path: Path, make: Callable[[], Mapping[str, bytes]]) -> None:
    for kind, content in make().items():
        _write_new(path.with_suffix(f".{kind}"), content)


def _write_new(path: Path, content: bytes) -> None:
    """Write a new file completely or not at all. Raises OSError."""
    if os.path.lexists(path):
        return
    new = path.with_name(f".sunotui-{secrets.token_hex(16)}.new")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            link_new(new, path)
    finally:
        new.unlink(missing_ok=True)
