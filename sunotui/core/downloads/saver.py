"""Saves one take as a file: finds its audio, checks that it is whole, tags it and gives it its name."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from sunotui.core.clock import Clock
from sunotui.core.context import Context
from sunotui.core.downloads.links import LinkFinder, LinkSeen
from sunotui.core.downloads.part_file import PartFile
from sunotui.core.downloads.placing import FILE_MODE, NameOf, Placed, copy_new, described, place
from sunotui.core.downloads.receiver import Receiver, RecordProgress
from sunotui.core.downloads.take import Tagger, TakeToSave
from sunotui.core.downloads.verify.file_verification import AudioVerifier, check_whole, head_of, suffix_of, type_of
from sunotui.core.media.fetcher import AudioSource, MediaFetcher, MediaFile
from sunotui.core.media.threads import ended, finish_in_thread, finished
from sunotui.domain.errors import ErrorSource, MediaError, NotReady, SunotuiError
from sunotui.domain.saving.downloads import FileKind
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.named_tuple import NamedTuple

RETRY_DELAYS_S = (1.0, 5.0)
"""How long to wait before an interrupted download resumes automatically, in seconds."""
REPORT_S = 0.25
"""How often a file that the player fetches is checked, in seconds."""
_TAGGED_UNREAD = "mp3"
"""The type of files that are tagged while they are checked: tagging reads nothing of them but the size of their tag."""
_GONE = frozenset({401, 403, 404, 410})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

_log = logging.getLogger(__name__)


async def _not_saved() -> bool:
    return False


class SaveJob(NamedTuple):
    """What to save and where."""

    take: TakeToSave
    folder: Path
    name_of: Callable[[str], NameOf]
    """Makes names for the type of the file, such as "mp3"."""
    record: Callable[[Placed], Awaitable[None]]
    """Records a saved file in the library. Raises LibraryError."""
    local: tuple[Path, ...] = ()
    """Files in other folders that already have the take."""
    record_received: Callable[[], None] = lambda: None
    """Called when everything has arrived, and is still to be checked, copied and named."""
    is_saved: Callable[[], Awaitable[bool]] = _not_saved
    """Whether the library has the file by now: another process may have saved it just before this one may begin."""


class BusyElsewhere(Exception):
    """Another process is saving the same take."""


class SavedElsewhere(Exception):
    """Another process has saved the same take."""


class Saver:
    """Saves takes; any number at once. For the event loop; the disk is used in threads."""

    def __init__(
        self,
        ctx: Context,
        links: LinkFinder,
        media: MediaFetcher,
        receiver: Receiver,
        verifier: AudioVerifier,
        tagger: Tagger | None,
        record_link: Callable[[LinkSeen], None] = lambda _: None,
    ) -> None:
        """`record_link` is called with links that worked and with links that were refused."""
        self._clock: Clock = ctx.clock
        self._links, self._media, self._receiver = links, media, receiver
        self._verifier, self._tagger, self._record_link = verifier, tagger, record_link

    async def save(self, job: SaveJob, record: RecordProgress) -> Placed:
        """Save a take into an existing folder, and record it in the library. `record` is called with the number of
        received bytes.

        Raises BusyElsewhere, SavedElsewhere, and SunotuiError with a sentence that says why it is not saved; received
        data stays on disk and is used the next time.
        """
        if job.take.clip.status is ClipStatus.ERROR:
            raise MediaError("This take failed, so there is no file of it", advice="", source=ErrorSource.UPSTREAM)
        try:
            async with _opened(job) as part:
                if await job.is_saved():
                    raise SavedElsewhere
                return await self._save(job, part, record)
        except OSError as error:
            raise disk_error(error, job.folder) from None

    async def close(self) -> None:
        """Close the connections."""
        await self._receiver.close()
        await self._verifier.close()

    async def _save(self, job: SaveJob, part: PartFile, record: RecordProgress) -> Placed:
        if part.placed is not None:
            return await _whole(self._record_placed(job, part, await finish_in_thread(described, part.placed)))
        async with self._on_disk(job, record) as local:
            if local is not None:
                return await self._finish(job, part, *local)
        self._verifier.prepare()
        suffix = await self._fetch(job, part, record)
        return await _whole(self._place(job, part, part.path, suffix))

    # --- what is on disk already -------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _on_disk(self, job: SaveJob, record: RecordProgress) -> AsyncIterator[tuple[Path, str] | None]:
        """A file on this computer with the take, which is then not fetched again; None if there is no such file."""
        for path in job.local:
            checked = await self._checked_or_none(path, job.take)
            if checked is not None:
                yield path, checked
                return
        media = await self._cached(job.take)
        if media is None:
            yield None
            return
        try:
            yield await self._from_cache(media, job.take, record)
        finally:
            media.close()

    async def _cached(self, take: TakeToSave) -> MediaFile | None:
        clip = take.clip
        if take.kind is not FileKind.AUDIO:
            return None
        return await self._media.known(
            AudioSource(clip.id, clip.audio_url or "", take.task.profile, expected_length_s=clip.duration_s)
        )

    async def _from_cache(self, media: MediaFile, take: TakeToSave, record: RecordProgress) -> tuple[Path, str] | None:
        """The file of the media cache, also while the player fetches it; None if it is not complete."""
        reporting = asyncio.create_task(_report(media, record), name="report a fetched file")
        try:
            await media.wait_complete()
        except MediaError:
            return None
        finally:
            reporting.cancel()
        record(media.size, media.size)
        checked = await self._checked_or_none(media.path, take)
        if checked is None:
            media.discard()
            return None
        return media.path, checked

    async def _checked_or_none(self, path: Path, take: TakeToSave) -> str | None:
        try:
            return await self._checked(path, take)
        except OSError:
            return None
        except MediaError as error:
            if error.source is ErrorSource.COMPUTER:
                raise
            return None

    # --- from servers ------------------------------------------------------------------------------------------------

    async def _fetch(self, job: SaveJob, part: PartFile, record: RecordProgress) -> str:
        """Receive the take from the first link that has it, check and copy it; returns its type. Raises MediaError,
        NotReady and OSError."""
        take = job.take
        first: SunotuiError | None = None
        tried = 0
        async with aclosing(self._links.links(take)) as links:
            async for link in links:
                tried += 1
                try:
                    return await self._fetch_from(link, job, part, record)
                except MediaError as error:
                    first = first or error
                    if error.source is ErrorSource.COMPUTER:
                        raise
        raise _nowhere(take, first, tried)

    async def _fetch_from(self, link: str, job: SaveJob, part: PartFile, record: RecordProgress) -> str:
        take = job.take
        delays = iter(RETRY_DELAYS_S)
        is_fresh = not part.is_complete
        while True:
            try:
                found = await self._receiver.receive(part, link, take.task.profile, take.kind, record)
            except MediaError as error:
                if error.http_status in _GONE:
                    self._record_link(LinkSeen(take, is_alive=False))
                delay = None if _is_of_link(error) else next(delays, None)
                if delay is None:
                    raise
                await self._clock.wait(asyncio.Event(), delay)
                continue
            job.record_received()
            try:
                suffix = found or await type_of(part.path, take.kind)
                await self._checked_copy(job, part, suffix)
            except MediaError as error:
                if error.source is ErrorSource.COMPUTER:
                    raise
                # Otherwise the next attempt would find it complete.
                await finish_in_thread(part.begin, None, "")
                if is_fresh:
                    raise
                is_fresh = True
                continue
            self._record_link(LinkSeen(take, is_alive=True))
            return suffix

    async def _checked_copy(self, job: SaveJob, part: PartFile, suffix: str) -> None:
        """Check what was received, which is of the type `suffix`, and copy it with tags. Raises MediaError for a file
        that is not the whole take, which has no copy then, and OSError."""
        if suffix != _TAGGED_UNREAD:
            await check_whole(part.path, job.take.clip.duration_s, self._verifier)
            await self._copy(job, part, part.path, suffix)
            return
        whole = asyncio.Event()
        copying = asyncio.create_task(self._copy(job, part, part.path, suffix, whole), name="copy a file")
        try:
            await check_whole(part.path, job.take.clip.duration_s, self._verifier)
            whole.set()
            await copying
        except BaseException:  # also when it is cancelled: the copy must end before its file is deleted
            copying.cancel()
            try:
                await ended(copying)
            finally:
                await finish_in_thread(_unlink, part.copy)
            raise

    async def _checked(self, path: Path, take: TakeToSave) -> str:
        """The type of a complete file with the whole take. Raises MediaError and OSError."""
        suffix = await type_of(path, take.kind)
        await check_whole(path, take.clip.duration_s, self._verifier)
        return suffix

    # --- the file of the user ----------------------------------------------------------------------------------------

    async def _finish(self, job: SaveJob, part: PartFile, source: Path, suffix: str) -> Placed:
        """Tag a copy of a verified file, and give it its name. Raises OSError."""
        await self._copy(job, part, source, suffix)
        return await _whole(self._place(job, part, source, suffix))

    async def _place(self, job: SaveJob, part: PartFile, source: Path, suffix: str) -> Placed:
        try:
            placed = await asyncio.to_thread(_placed, source, part.copy, job.take.kind, job.name_of(suffix))
        except BaseException:  # also when it is cancelled: nothing else deletes the copy
            await asyncio.to_thread(_unlink, part.copy)
            raise
        return await self._record_placed(job, part, placed)

    async def _record_placed(self, job: SaveJob, part: PartFile, placed: Placed) -> Placed:
        """Record a file that has its name. Until then, a later run recognizes it by its second name."""
        await job.record(placed)
        await self._write_beside(job, placed.path)
        await asyncio.to_thread(part.discard)
        return placed

    async def _copy(
        self, job: SaveJob, part: PartFile, source: Path, suffix: str, whole: asyncio.Event | None = None
    ) -> None:
        """Copy a file with tags; if these fail, without. If the copy fails, it is deleted. `whole` is set once the
        file was checked; without it, it was checked before. Raises OSError."""
        if whole is None:
            whole = asyncio.Event()
            whole.set()
        # A copy, so that tags that a killed program wrote only in part never reach the final file.
        try:
            if not await self._is_tagged(job, source, part.copy, suffix, whole):
                await finish_in_thread(_fresh_copy, source, part.copy)
        except BaseException:  # also when it is cancelled: a copy that was not finished must not stay
            await finish_in_thread(_unlink, part.copy)
            raise

    async def _is_tagged(self, job: SaveJob, source: Path, copy: Path, suffix: str, whole: asyncio.Event) -> bool:
        """Copy a file with tags; returns whether that worked. Raises OSError for a full disk."""
        if self._tagger is None:
            return False
        try:
            await self._tagger.tag(source, copy, job.take, suffix, whole)
        except (MediaError, OSError) as error:
            _check_space(error)
            return False
        return True

    async def _write_beside(self, job: SaveJob, path: Path) -> None:
        if self._tagger is None:
            return
        try:
            await self._tagger.write_beside(path, job.take)
        except (MediaError, OSError) as error:
            # The song itself is saved.
            _log.warning("files beside a song: %s", type(error).__name__)


@asynccontextmanager
async def _opened(job: SaveJob) -> AsyncIterator[PartFile]:
    """The part of a take, which is released at the end. Raises BusyElsewhere and OSError."""
    found: list[PartFile | None] = []

    def open_part() -> None:
        # Not returned: a caller that is cancelled would lose it, and with it the lock until the program ends.
        found.append(PartFile.open(job.folder, job.take.key))

    try:
        await finish_in_thread(open_part)
        if found[0] is None:
            raise BusyElsewhere
        yield found[0]
    finally:
        for part in found:
            if part is not None and not part.is_closed:
                await finish_in_thread(part.close)


async def _whole(work: Coroutine[Any, Any, Placed]) -> Placed:
    """Run a task to completion. If the caller is cancelled, the cancellation is raised afterwards."""
    return await finished(asyncio.ensure_future(work))


async def _report(media: MediaFile, record: RecordProgress) -> None:
    while True:
        record(media.size, media.length)
        await asyncio.sleep(REPORT_S)


def _placed(source: Path, copy: Path, kind: FileKind, name_of: NameOf) -> Placed:
    """Give a tagged copy its name, or an untagged one if the tags made no file of this kind of it. Raises OSError."""
    try:
        suffix_of(kind, head_of(copy))
    except (MediaError, OSError) as error:
        _check_space(error)
        _fresh_copy(source, copy)
    return place(copy, name_of)


def _check_space(error: MediaError | OSError) -> None:
    """Record that a song could not be tagged, and raise the error again if the disk is full."""
    if isinstance(error, OSError) and error.errno in _FULL:
        raise error
    _log.warning("a song could not be tagged: %s", type(error).__name__)


def _fresh_copy(source: Path, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    copy_new(source, copy, mode=FILE_MODE)


def _unlink(path: Path) -> None:
    path.unlink(missing_ok=True)


def _is_of_link(error: MediaError) -> bool:
    """Whether another link may help, rather than a later attempt."""
    is_later = error.http_status is not None and (
        error.http_status == HTTPStatus.TOO_MANY_REQUESTS or error.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR
    )
    return error.source is ErrorSource.UPSTREAM and not is_later


def _nowhere(take: TakeToSave, first: SunotuiError | None, tried: int) -> SunotuiError:
    """The error for a take that no link provides."""
    is_unfinished = not (take.task.status.is_final or take.clip.status.is_final)
    if is_unfinished:
        return NotReady("The song is still being generated", advice="It can be saved when it is done")
    if take.kind is not FileKind.AUDIO and not tried:
        what = "WAV file" if take.kind is FileKind.WAV else "video"
        return MediaError(f"The gateway has made no {what} of this take yet", advice=f"Ask it for the {what} first")
    if first is None:
        return MediaError(
            "This take has no audio link, and the gateway tells no other one", source=ErrorSource.UPSTREAM
        )
    if first.http_status in _GONE:
        return MediaError(
            f"The link is dead ({first.http_status}), and the gateway has no other one",
            source=ErrorSource.UPSTREAM,
            http_status=first.http_status,
        )
    return first


def disk_error(error: OSError, folder: Path) -> MediaError:
    """The sentence for an error of the disk."""
    if error.errno in _FULL:
        what, advice = "The disk is full", "Free some space and try again: what has arrived is kept"
    elif error.errno == errno.EFBIG:
        what = "The file is larger than this system allows files to be"
        advice = "Raise the limit (ulimit -f), or choose a folder on another file system: what has arrived is kept"
    elif error.errno in {errno.ENOENT, errno.ENOTDIR} and not folder.is_dir():
        what, advice = f"The folder {folder} is not there any more", "Create it, or choose another one, and try again"
    elif error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT}:
        what, advice = f"Nothing can be written in the folder {folder}", "Choose another folder, and try again"
    elif error.errno in {errno.ELOOP, errno.EMLINK}:
        what, advice = (
            f"In the folder {folder}, a link is in the place of an unfinished file",
            "Delete it and try again",
        )
    else:
        what = f"The file could not be written: {(error.strerror or 'no reason given').lower()}"
        advice = "Try again, or choose another folder"
    return MediaError(what, advice=advice, source=ErrorSource.COMPUTER)
