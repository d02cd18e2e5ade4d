"""Exports albums into folders: saved songs with their numbers, playlist, cover, lyrics and credits."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sunotui.core.albums.folder import AlbumFolder, FolderChanges, WantedFile
from sunotui.core.albums.manifest import Claim, ContentKind
from sunotui.core.albums.pictures import SUFFIXES, picture_type, read_picture
from sunotui.core.albums.take_saver import TakeSaver
from sunotui.core.albums.texts import AlbumTrack, credits_text, lyrics_sheet, playlist
from sunotui.core.downloads.folders import default_folder
from sunotui.core.downloads.names import NameFields, file_name
from sunotui.core.media.cover_source import CoverSource
from sunotui.core.stores import Stores
from sunotui.domain.annotations import Album, TakeRef
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.gateways.profile import Profile
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.saving.downloads import SavedFile
from sunotui.domain.tasks.durations import length_text
from sunotui.domain.text import counted
from sunotui.named_tuple import NamedTuple
from sunotui.storage.annotations.albums import AlbumStore
from sunotui.storage.downloads.saved_files import SavedFileStore
from sunotui.storage.worker import StorageThread

_NOT_SAVED = "it is not saved"
_COPIES = 3
"""How many times a file is copied that changes while it is read."""
_SONG_NAME, _ALBUM_NAME = "{track} {title}.{ext}", "{title}.{ext}"
"""The templates of file names."""


class MissingTrack(NamedTuple):
    """A song of an album that is not in the folder."""

    track: AlbumTrack
    reason: str
    """A sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class AlbumExport:
    """What an export did."""

    album: str
    folder: Path
    songs: int
    """How many songs the folder has now."""
    duration_s: float
    """Their running time in seconds, as far as it is known."""
    changes: FolderChanges
    missing: tuple[MissingTrack, ...]
    notes: tuple[str, ...]
    """What else the user should know, in sentences."""

    @property
    def sentence(self) -> str:
        """What the export did, in one sentence without its full stop."""
        changes = self.changes
        # A song that moved was also written again, since its tags contain its number.
        moved = {new for _, new in changes.renamed}
        written = [name for name in changes.written if name not in moved]
        numbers = (("written", written), ("renamed", changes.renamed), ("deleted", changes.deleted))
        parts = [f"{counted(len(found), 'file')} {word}" for word, found in numbers if found] or ["nothing changed"]
        missing = f", {len(self.missing):,} missing" if self.missing else ""
        total = length_text(self.duration_s)
        songs = counted(self.songs, "song") + (f" ({total})" if total else "") + missing
        return f"Exported “{self.album}”: {songs}; {', '.join(parts)}; in {self.folder}"


class _Contents(NamedTuple):
    """An album as the library knows it."""

    album: Album
    tracks: list[AlbumTrack]
    saved: dict[str, list[SavedFile]]
    """The files with the sound of takes, by clip id, the best first."""
    chosen: AlbumTrack | None
    """The take whose cover was chosen, which does not have to be in the album."""


class _Cover(NamedTuple):
    """The cover of an album."""

    identity: str
    """Identifies the picture, even if it cannot be fetched; empty for an album without a cover."""
    content: bytes
    is_chosen: bool
    """Whether the user chose it, so that all songs have it."""


class AlbumExporter:
    """Exports albums. Every export may be cancelled, or killed, and repeated."""

    def __init__(
        self,
        storage: StorageThread,
        stores: Stores,
        saver: TakeSaver,
        cover_file: Callable[[CoverSource], Awaitable[Path | None]],
        profile_named: Callable[[str], Profile | None],
        save_folder: str,
    ) -> None:
        """`cover_file` returns the file of a cover, or None. `save_folder` is the absolute path of the folder for saved
        takes; empty for the default one."""
        self._storage, self._stores, self._saver = storage, stores, saver
        self._cover_file, self._profile_named = cover_file, profile_named
        self._save_folder = save_folder

    async def export(self, name: str, folder: Path) -> AlbumExport:
        """Bring a folder, which is created if needed, to the state of an album. Songs that are not saved are saved
        first. Raises NotFound for an unknown album, InvalidRequest if the folder cannot be used, and LibraryError."""
        found = await self._storage.run(self._read, name)
        if not found.tracks:
            raise InvalidRequest(f"The album “{found.album.name}” has no songs", advice="Add some first")
        try:
            with ExitStack() as stack:
                opening = AlbumFolder.open(folder, found.album.name, found.album.created_at)
                opened = await asyncio.to_thread(stack.enter_context, opening)
                reasons = await self._save_missing(found, opened)
                found = await self._storage.run(self._read, name)
                cover, notes = await self._cover(found)
                plan = _Plan(opened, found, cover, reasons)
                return await _in_thread(partial(plan.apply, notes))
        except OSError as error:
            reason = (error.strerror or "it cannot be written").lower()
            raise InvalidRequest(f"{folder} could not be written: {reason}", advice="Export the album again") from error

    async def suggested_folder(self, name: str) -> Path:
        """The folder for an export of this album, if the user names no other one: beside the saved takes."""
        saved = Path(self._save_folder) if self._save_folder else await asyncio.to_thread(default_folder)
        return saved / file_name(_ALBUM_NAME, NameFields(name), "dir").removesuffix(".dir")

    async def saved(self, clip_ids: Sequence[str]) -> set[str]:
        """Those of the given takes that are saved as files with their sound. Raises LibraryError."""
        files = await self._storage.run(SavedFileStore(self._stores.database).of, clip_ids)
        return {clip_id for clip_id, found in files.items() if any(one.kind.is_sound and one.is_there for one in found)}

    async def check_picture(self, path: Path) -> None:
        """Raise InvalidRequest if a file cannot be a cover."""
        await asyncio.to_thread(read_picture, path)

    def _read(self, name: str) -> _Contents:
        """Call it on the storage thread."""
        album = AlbumStore(self._stores.database).album(name, with_trash=False)
        tasks = self._stores.tasks.tasks([take.task_id for take in album.takes])
        tracks: list[AlbumTrack] = []
        for take in album.takes:
            task = tasks[take.task_id]
            clip = next((clip for clip in task.clips if clip.id == take.clip_id), None)
            if clip is None:
                # The text of lyrics has no sound.
                continue
            submission = self._stores.journal.reader.get(task.submission_id) if task.submission_id else None
            request = submission.request if submission is not None else None
            asked = request.description if isinstance(request, MusicRequest) else ""
            profile = self._profile_named(task.profile)
            gateway = f"{task.profile} ({profile.base_url.origin})" if profile is not None else task.profile
            tracks.append(AlbumTrack(len(tracks) + 1, task, clip, clip.description or asked, gateway))
        files = SavedFileStore(self._stores.database).of([track.clip.id for track in tracks])
        saved = {clip: [one for one in found if one.kind.is_sound and one.is_there] for clip, found in files.items()}
        chosen = self._stores.tasks.clip(album.look.cover_clip) if album.look.cover_clip else None
        return _Contents(album, tracks, saved, AlbumTrack(0, *chosen, "", "") if chosen is not None else None)

    async def _save_missing(self, found: _Contents, folder: AlbumFolder) -> Mapping[str, str]:
        """Save what is neither saved nor in the folder; returns why the other songs could not be saved."""
        exported = folder.exported(ContentKind.AUDIO)
        sources = await asyncio.to_thread(_sources, found.saved, folder.path, exported)
        there = sources.keys() | exported.keys()
        wanted = [TakeRef(track.task.id, track.clip.id) for track in found.tracks if track.clip.id not in there]
        return await self._saver.save(wanted) if wanted else {}

    async def _cover(self, found: _Contents) -> tuple[_Cover, list[str]]:
        """The album's cover, and what the user should know about it."""
        look = found.album.look
        if look.cover_path:
            try:
                content = await asyncio.to_thread(read_picture, Path(look.cover_path))
            except InvalidRequest as error:
                return _Cover(look.cover_path, b"", is_chosen=True), [f"{error.what}: the folder keeps its cover"]
            return _Cover(hashlib.sha256(content).hexdigest(), content, is_chosen=True), []
        chosen = [found.chosen] if found.chosen is not None else []
        for track in chosen or found.tracks:
            if track.clip.image_url:
                source = CoverSource(track.clip.id, track.clip.image_url, track.task.profile)
                content = await self._picture(source)
                notes = [] if content else [f"The cover of “{track.title}” could not be fetched"]
                return _Cover(f"take {track.clip.id}", content, is_chosen=bool(chosen)), notes
        return _Cover("", b"", is_chosen=False), []

    async def _picture(self, source: CoverSource) -> bytes:
        path = await self._cover_file(source)
        try:
            return await asyncio.to_thread(read_picture, path) if path is not None else b""
        except InvalidRequest:
            return b""


class _Plan:
    """The files of one export. It blocks: use it on a thread."""

    def __init__(self, folder: AlbumFolder, found: _Contents, cover: _Cover, reasons: Mapping[str, str]) -> None:
        self._folder, self._found, self._cover, self._reasons = folder, found, cover, reasons
        self._artist = found.album.look.artist
        self._exported = folder.exported(ContentKind.AUDIO)
        self._sources = _sources(found.saved, folder.path, self._exported)
        self._missing: list[MissingTrack] = []

    def apply(self, notes: Sequence[str], check: Callable[[], None]) -> AlbumExport:
        """Make the files. Raises OSError, InvalidRequest, and what `check` raises."""
        album = self._found.album
        width = max(2, len(str(len(self._found.tracks))))
        files = [(track, name) for track in self._found.tracks if (name := self._want_audio(track, width))]
        self._want_cover()
        tracks = [track for track, _ in files]
        name = file_name(_ALBUM_NAME, NameFields(album.name), "m3u8")
        self._want_text(name, ContentKind.PLAYLIST, playlist(album.name, self._artist, files))
        self._want_text("lyrics.txt", ContentKind.LYRICS, lyrics_sheet(album.name, self._artist, tracks))
        self._want_text("credits.txt", ContentKind.CREDITS, credits_text(album.name, self._artist, tracks))
        changes = self._folder.apply(check)
        return AlbumExport(
            album.name,
            self._folder.path,
            len(files),
            sum(track.clip.duration_s or 0.0 for track in tracks),
            changes,
            tuple(self._missing),
            tuple(notes),
        )

    def _want_audio(self, track: AlbumTrack, width: int) -> str:
        """The name of a song's file; empty if no file of the song is available."""
        saved, exported = self._sources.get(track.clip.id), self._exported.get(track.clip.id)
        fields = NameFields(track.title, track=f"{track.number:0{width}}")
        if saved is None:
            if exported is None:
                reason = self._reasons.get(track.clip.id) or _NOT_SAVED
                self._missing.append(MissingTrack(track, reason))
                return ""
            # The folder has the only copy: it is moved to its new place, and keeps its tags.
            name = file_name(_SONG_NAME, fields, Path(exported.name).suffix.removeprefix("."))
            return self._folder.want(
                WantedFile(name, ContentKind.AUDIO, exported.content, _never_written, clip_id=track.clip.id)
            )
        cover = self._cover if self._cover.is_chosen else _Cover("", b"", is_chosen=False)
        wanted = (self._found.album.name, track.number, self._artist, cover.identity)
        content = f"{_digest_of(saved)} {hashlib.sha256(repr(wanted).encode()).hexdigest()}"
        if cover.identity and not cover.content and (exported is None or exported.content != content):
            content += " without cover"
        name = file_name(_SONG_NAME, fields, saved.path.suffix.lower().removeprefix("."))
        tags = (self._found.album.name, track.number, self._artist, cover.content)
        return self._folder.want(
            WantedFile(name, ContentKind.AUDIO, content, partial(_write_song, saved.path, tags), clip_id=track.clip.id)
        )

    def _want_cover(self) -> None:
        content = self._cover.content
        if content:
            name = f"cover.{SUFFIXES[picture_type(content)]}"
            self._want(name, ContentKind.COVER, hashlib.sha256(content).hexdigest(), content)
            return
        if self._cover.identity:
            # It is not available now: an earlier one stays.
            for claim in self._folder.exported(ContentKind.COVER).values():
                self._want(claim.name, ContentKind.COVER, claim.content, b"")

    def _want_text(self, name: str, kind: ContentKind, text: str) -> None:
        if text:
            content = text.encode()
            self._want(name, kind, hashlib.sha256(content).hexdigest(), content)

    def _want(self, name: str, kind: ContentKind, identity: str, content: bytes) -> None:
        self._folder.want(WantedFile(name, kind, identity, partial(_write_bytes, content)))


def _sources(
    saved: Mapping[str, Sequence[SavedFile]], folder: Path, exported: Mapping[str, Claim]
) -> dict[str, SavedFile]:
    """The file from which each take is copied, by clip id. Exported files are never used as sources, even if the
    library has found them: they may be about to be renamed. Blocks."""
    own = {folder / claim.name for claim in exported.values()}
    found: dict[str, SavedFile] = {}
    for clip_id, files in saved.items():
        usable = (file for file in files if file.path not in own and file.path.is_file())
        if (first := next(usable, None)) is not None:
            found[clip_id] = first
    return found


def _write_bytes(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def _write_song(source: Path, tags: tuple[str, int, str, bytes], path: Path) -> None:
    from sunotui.core.albums.track_tags import TrackTags, write_track_tags

    _copy(source, path)
    if not write_track_tags(path, TrackTags(*tags)):
        _copy(source, path)


def _copy(source: Path, path: Path) -> None:
    """Copy a file that another program may be writing. Raises OSError, and InvalidRequest if it does not stay as it
    is."""
    for _ in range(_COPIES):
        before = source.stat()
        shutil.copyfile(source, path)
        after = source.stat()
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
            return
    raise InvalidRequest(f"{source} was changed while it was copied", advice="Export the album again")


def _never_written(path: Path) -> None:
    raise FileNotFoundError(2, os.strerror(2), str(path))


def _digest_of(saved: SavedFile) -> str:
    """The SHA-256 of a saved file as it is now; read again only if it has changed since it was saved. Raises
    OSError."""
    state = saved.path.stat()
    if (state.st_size, state.st_mtime_ns) == (saved.size, saved.mtime_ns):
        return saved.sha256
    with saved.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Stopped(Exception):
    """The export was cancelled."""


async def _in_thread(work: Callable[[Callable[[], None]], AlbumExport]) -> AlbumExport:
    """Run work in a thread; when this is cancelled, the work stops after its current step, and then the folder is
    unlocked."""
    stop = threading.Event()

    def check() -> None:
        if stop.is_set():
            raise _Stopped

    running = asyncio.ensure_future(asyncio.to_thread(work, check))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.gather(running, return_exceptions=True)
        raise
