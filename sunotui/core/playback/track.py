"""A take that is prepared for the player, and how its audio is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from sunotui.core.context import Context
from sunotui.core.events import MediaCacheFailed
from sunotui.core.media.cover_source import CoverSource
from sunotui.core.media.fetcher import MediaFetcher, MediaFile
from sunotui.core.playback.take_source import TakeReader, TakeSource
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import MediaError, SunotuiError
from sunotui.domain.playback import PlayedTracker, QueueEntry
from sunotui.named_tuple import NamedTuple

CoverFinder = Callable[[CoverSource], Awaitable[Path | None]]

REFRESH_LIMIT_S = 15.0
"""How long a gateway may take to report the current link of a take, in seconds."""


class FinalMedia(NamedTuple):
    """The file of a song that is done, while the player does not play it yet."""

    media: MediaFile
    source: TakeSource


@dataclass(slots=True, eq=False)
class PlayableTake:
    """A take that plays, or is prepared to."""

    entry: QueueEntry
    position_s: float = 0.0
    """Where it is, or where it will begin."""
    is_chosen: bool = False
    """Whether the user chose this take; otherwise it followed another one."""
    source: TakeSource | None = None
    media: MediaFile | None = None
    final: FinalMedia | None = None
    """What follows the stream in `media`; the player has been asked to continue in it."""
    cannot_follow: bool = False
    """Whether the player could not continue from the stream in the file of the song."""
    gain_db: float = 0.0
    is_opening: bool = False
    has_changed: bool = False
    """Whether the take has changed in the library since opening it began."""
    is_loaded: bool = False
    """Whether the player has it."""
    is_complete: bool = False
    """Whether its whole file is on disk."""
    is_counted: bool = False
    """Whether it was counted as played."""
    is_from_disk: bool = False
    """Whether its file was there before it was opened; otherwise fetching it again would give the same one."""
    is_starved: bool = False
    """Whether the player waits for more of its audio."""
    waited_at_s: float | None = None
    """The first position reported since playback began to wait; None before the first report, and after a seek."""
    reached_s: float = 0.0
    """The last position that was played: a take is at least that long."""
    was_missing: bool = False
    """Whether its file was gone when it was to be played, and nothing of it was played since."""
    cut: str = ""
    """Why its audio ended too early, as a sentence without its full stop."""
    positioned_at: float = 0.0
    """When it was at `position_s`, by the monotonic clock."""
    reported_at: float = 0.0
    """When the player last reported a position, by the monotonic clock."""
    tracker: PlayedTracker = field(init=False)
    _work: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tracker = PlayedTracker(self.entry.length_s)

    @property
    def is_live(self) -> bool:
        """Whether the stream of a song that is being generated is played."""
        return self.source is not None and self.source.audio.is_live

    @property
    def length_s(self) -> float | None:
        """The length in seconds; None while it is not known. A take may be longer than its gateway says."""
        known_s = self.entry.length_s
        return None if self.is_live or known_s is None else max(known_s, self.reached_s)

    def owns(self, work: asyncio.Task[None] | None) -> None:
        """Cancel a task when this track is closed."""
        if work is not None:
            self._work.add(work)
            work.add_done_callback(self._work.discard)

    def close(self) -> None:
        """Cancel its tasks and release its file."""
        current = _current_task()
        for work in tuple(self._work):
            if work is not current:
                work.cancel()
        self.drop_final()
        if self.media is not None:
            self.media.close()
            self.media = None
        self.is_loaded = False

    def adopt_final(self) -> None:
        """Continue in the file of the song, which is done: it takes the place of the stream."""
        if self.final is None:
            return
        stream, final, self.final = self.media, self.final, None
        self.media, self.source = final
        self.is_complete, self.cut = True, ""
        self.tracker.length_s = self.length_s
        if stream is not None:
            stream.close()

    def drop_final(self) -> None:
        """Do not continue in the file of the song."""
        if self.final is not None:
            self.final.media.close()
            self.final = None

    def drop_file(self) -> None:
        """Discard a file that cannot be played to its end: it is fetched again the next time."""
        if self.media is not None:
            self.media.discard()
        self.give_file_up()

    def give_file_up(self) -> None:
        """Give its file up: it is opened again the next time."""
        self.drop_final()
        if self.media is not None:
            self.media.close()
            self.media = None
        self.is_loaded = self.is_complete = self.is_from_disk = self.is_starved = False
        self.cut = ""


class TrackOpener:
    """Opens the audio of takes."""

    def __init__(
        self,
        ctx: Context,
        takes: TakeReader,
        media: MediaFetcher,
        refresh: Callable[[str, str], Awaitable[object]],
        cover_file: CoverFinder,
    ) -> None:
        """`refresh` asks a profile's gateway for a task: it receives the ids of the task and the profile. `cover_file`
        returns the file of a cover, or None."""
        self._storage = ctx.storage
        self._events = ctx.events
        self._takes = takes
        self._media = media
        self._refresh = refresh
        self._cover_file = cover_file
        self._reported = ""
        """The problem of the media cache that was published last."""

    async def open(self, track: PlayableTake, *, may_ask: bool = True) -> None:
        """Find the source of a track, and wait for its first audio. A link that does not work is requested again once,
        since links expire, unless `may_ask` is false. Raises SunotuiError."""
        url = ""
        try:
            url = (await self._source(track)).audio.url
            await self._fetch(track)
        except MediaError:
            if not may_ask or not await self._has_other_link(track, url):
                raise
            await self._fetch(track)

    async def is_expected(self, take: TakeRef) -> bool:
        """Whether a take that had no link will have one, or has one now. Raises LibraryError."""
        return await self._storage.run(self._takes.is_expected, take)

    async def final(self, take: TakeRef) -> TakeSource | None:
        """The source of a take whose song is done; None while it is being generated. Raises NotFound, MediaError for a
        song that has ended without a file, and LibraryError."""
        return await self._storage.run(self._takes.final, take)

    async def fetch(self, source: TakeSource) -> MediaFile:
        """Fetch a whole file. Raises MediaError."""
        media = await self._media.open(source.audio)
        try:
            await media.wait_complete()
        except BaseException:  # also when it is cancelled
            media.close()
            raise
        return media

    async def cover(self, track: PlayableTake) -> Path | None:
        """The file of a track's cover; None if it has no cover or the cover cannot be fetched."""
        cover = track.source.cover if track.source is not None else None
        return await self._cover_file(cover) if cover is not None else None

    async def close(self) -> None:
        """End all downloads."""
        await self._media.close()

    async def _source(self, track: PlayableTake) -> TakeSource:
        track.source = await self._storage.run(self._takes.source, track.entry.ref)
        return track.source

    async def _fetch(self, track: PlayableTake) -> None:
        if track.source is None:
            raise MediaError
        media = await self._media.open(track.source.audio)
        try:
            await media.wait_playable()
        except BaseException:  # also if the track is closed in the meantime
            media.close()
            raise
        finally:
            self._report_cache()
        track.media, track.is_from_disk = media, media.is_from_disk

    def _report_cache(self) -> None:
        problem = self._media.problem
        if problem and problem != self._reported:
            self._reported = problem
            self._events.publish(MediaCacheFailed(problem))

    async def _has_other_link(self, track: PlayableTake, url: str) -> bool:
        try:
            async with asyncio.timeout(REFRESH_LIMIT_S):
                await self._refresh(track.entry.task_id, track.entry.profile)
            return (await self._source(track)).audio.url != url
        except (SunotuiError, TimeoutError):
            return False


def _current_task() -> asyncio.Task[object] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
