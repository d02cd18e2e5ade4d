"""Writes takes of the library as a web page with embedded covers and, optionally, embedded audio."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from sunotui.core.albums.pictures import picture_type, read_picture
from sunotui.core.transfer.csv_export import TextWriter
from sunotui.core.transfer.html_export.page import PageTrack, head, origin_of, tail, track
from sunotui.core.transfer.html_export.saved_sound import relative_url, sound_type
from sunotui.domain.errors import InvalidRequest, NetworkError, SunotuiError, TimedOut
from sunotui.domain.gateways.profile import Profile
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.durations import length_text
from sunotui.domain.tasks.task import Task
from sunotui.gateway.media import MediaDownloader
from sunotui.gateway.parsing.fields import link
from sunotui.named_tuple import NamedTuple

LARGEST_COVER = 4 * 2**20
LARGEST_AUDIO = 64 * 2**20
"""Bytes (W4)."""
REPORT_EVERY_S = 5.0
"""Seconds between two progress messages."""
_AT_ONCE = 4
"""How many takes are fetched at the same time and are in memory together."""

Chosen = tuple[Task, Clip]


class SavedSounds(NamedTuple):
    """The files of saved takes."""

    files: Mapping[str, Path]
    """By clip id; absolute."""
    folder: Path
    """The absolute path of the folder of the page, from which the files are found."""


class PageAlbum(NamedTuple):
    """What an album has besides its takes."""

    artist: str = ""
    picture: str = ""
    """The absolute path of the picture file that is its cover."""
    cover: Chosen | None = None
    """The take whose cover is its cover; it does not have to be on the page."""


NO_ALBUM = PageAlbum()
"""For takes that are no album."""


async def write_page(
    file: TextWriter,
    title: str,
    takes: Sequence[Chosen],
    *,
    profile_named: Callable[[str], Profile | None],
    report: Callable[[str], None],
    with_audio: bool,
    saved: SavedSounds | None = None,
    album: PageAlbum = NO_ALBUM,
) -> None:
    """Write the page of these takes, in their order; `report` gets a sentence for each part that is left out. Takes
    that are `saved` are played from their files, or with `with_audio` read from these. `album` has the
    artist and the cover of an album. Raises OSError.
    """
    downloader = MediaDownloader()
    try:
        writer = PageWriter(downloader, profile_named, report, saved)
        await writer.write(file, title, takes, with_audio=with_audio, album=album)
    finally:
        await downloader.aclose()


class PageWriter:
    """Writes pages. Files that cannot be fetched are left out and reported; the page is written anyway."""

    def __init__(
        self,
        downloader: MediaDownloader,
        profile_named: Callable[[str], Profile | None],
        report: Callable[[str], None],
        saved: SavedSounds | None = None,
    ) -> None:
        self._downloader = downloader
        self._profile_named = profile_named
        self._report = report
        self._saved = saved or SavedSounds({}, Path())
        self._written = 0
        self._unreachable: set[str] = set()
        """Servers that could not be reached: no more requests are sent to them."""

    async def write(
        self, file: TextWriter, title: str, takes: Sequence[Chosen], *, with_audio: bool, album: PageAlbum = NO_ALBUM
    ) -> None:
        """Write the page of these takes in their order. Raises OSError."""
        files = self._saved.files
        others = [clip for _, clip in takes if clip.id not in files]
        linked = () if with_audio else tuple(filter(None, map(_address, others)))
        has_files = not with_audio and len(others) < len(takes)
        total = sum(clip.duration_s or 0.0 for _, clip in takes)
        cover = await self._cover(album)
        running_time = length_text(total)
        file.write(head(title, linked, len(takes), running_time, has_files=has_files, artist=album.artist, cover=cover))
        progress = asyncio.create_task(self._report_progress(len(takes)))
        try:
            for start in range(0, len(takes), _AT_ONCE):
                made = (self._track(*chosen, with_audio=with_audio) for chosen in takes[start : start + _AT_ONCE])
                for number, song in enumerate(await asyncio.gather(*made), start + 1):
                    file.write(track(song, number))
                    self._written = number
        finally:
            progress.cancel()
        file.write(tail())

    async def _report_progress(self, total: int) -> None:
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            self._report(f"{self._written} of {total} takes are on the page; the next ones are being fetched")

    async def _track(self, task: Task, clip: Clip, *, with_audio: bool) -> PageTrack:
        title = clip.title or task.title or "Untitled"
        profile = self._profile_named(task.profile)
        fetched = partial(self._inside, profile)
        cover = await fetched(clip.image_url, LARGEST_COVER, "image/", f"The cover of '{title}'")
        audio, note = _address(clip), ""
        path = self._saved.files.get(clip.id)
        if path is not None:
            audio = await self._saved_audio(path, title) if with_audio else relative_url(path, self._saved.folder)
        elif audio and with_audio:
            audio = await fetched(audio, LARGEST_AUDIO, "audio/", f"The sound of '{title}'")
            note = "" if audio else "The sound could not be fetched when this page was written."
        elif not audio:
            note = (
                "The song was still being made when this page was written." if clip.is_stream else "There is no sound."
            )
        facts = (_take(task, clip), clip.model, length_text(clip.duration_s))
        return PageTrack(title, clip.tags, clip.lyrics, tuple(filter(None, facts)), cover, audio, note)

    async def _cover(self, album: PageAlbum) -> str:
        """The cover that was chosen for an album as a data: URI; empty without one. The cover of the first take, which
        a folder gets then, is on the page anyway."""
        if album.picture:
            try:
                content = await asyncio.to_thread(read_picture, Path(album.picture))
            except InvalidRequest as error:
                self._report(f"The cover of the album is left out: {error.what}")
                return ""
            return _data_uri(picture_type(content), content)
        if album.cover is None:
            return ""
        task, clip = album.cover
        profile = self._profile_named(task.profile)
        return await self._inside(profile, clip.image_url, LARGEST_COVER, "image/", "The cover of the album")

    async def _saved_audio(self, path: Path, title: str) -> str:
        """A saved file as a data: URI; empty if it cannot be read."""
        try:
            content = await asyncio.to_thread(_read, path)
        except OSError as error:
            self._report(f"The sound of '{title}' is left out: {error.strerror}")
            return ""
        if len(content) > LARGEST_AUDIO:
            self._report(f"The sound of '{title}' is left out: its file is too large")
            return ""
        return _data_uri(sound_type(path), content)

    async def _inside(self, profile: Profile | None, url: str | None, most: int, kind: str, what: str) -> str:
        """The file at a URL as a data: URI; empty if it is missing or must not be embedded."""
        address = link(url)
        if address is None or origin_of(address) in self._unreachable:
            return ""
        try:
            is_near = profile is not None and profile.base_url.is_loopback
            proxy = profile.proxy if profile is not None else None
            found = await self._downloader.fetch(address, most, may_be_here=is_near, proxy=proxy)
        except SunotuiError as error:
            if isinstance(error, NetworkError | TimedOut):
                self._unreachable.add(origin_of(address))
            self._report(f"{what} is left out: {error.what}")
            return ""
        if not found.kind.startswith(kind):
            self._report(f"{what} is left out: what is at its address is something else")
            return ""
        return _data_uri(found.kind, found.content)


def _data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_AUDIO + 1)


def _address(clip: Clip) -> str:
    """The final link of a take, if the page may include it."""
    address = link(clip.audio_url)
    return address if address is not None and not clip.is_stream and origin_of(address) else ""


def _take(task: Task, clip: Clip) -> str:
    """The take's number, if there are several."""
    return f"take {task.clips.index(clip) + 1}" if len(task.clips) > 1 else ""
