"""The queue of downloads: four are received at a time, with progress, and restored after a restart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from sunotui.core.context import Context
from sunotui.core.downloads.entry import Download, status_of
from sunotui.core.downloads.file_checks import FileChecker
from sunotui.core.downloads.folders import default_folder, save_folder
from sunotui.core.downloads.names import check_template, file_name
from sunotui.core.downloads.part_file import delete_abandoned, forget_part, part_size
from sunotui.core.downloads.placing import NameOf, Placed
from sunotui.core.downloads.receiver import AT_ONCE
from sunotui.core.downloads.saver import BusyElsewhere, SavedElsewhere, SaveJob, Saver
from sunotui.core.downloads.take import TakeToSave, part_key
from sunotui.core.downloads.take_loader import TakeLoader, name_fields
from sunotui.core.events import DownloadsChanged, TasksChanged
from sunotui.core.stores import Stores
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import NotFound, SunotuiError
from sunotui.domain.saving.downloads import (
    DownloadState,
    DownloadStatus,
    FileKind,
    FileResult,
    FileState,
    SavedFile,
    StoredDownload,
)
from sunotui.storage.config.settings import SaveSettings
from sunotui.storage.downloads.download_queue import DownloadQueueStore
from sunotui.storage.downloads.saved_files import SavedFileStore

MOST_AT_WORK = 2 * AT_ONCE
"""How many files are downloaded, checked, copied and named at the same time: the disk may be slower than the servers,
and what waits for it takes no place of a download."""
PUBLISH_EVERY_S = 0.25
"""The shortest time between two events, in seconds."""
LOCK_CHECK_S = 1.0
"""How often to look whether another process has finished with the same take, in seconds."""
_OPEN = frozenset({DownloadState.ACTIVE, DownloadState.WAITING})
_GONE = "It was saved, but its file is not there any more"
_BUSY = "Another sunotui is saving it"

_log = logging.getLogger(__name__)


class DownloadService:
    """Downloads takes in the order in which they are added. For the event loop; every method that is awaited raises
    LibraryError."""

    def __init__(
        self,
        ctx: Context,
        stores: Stores,
        saver: Saver,
        settings: SaveSettings,
        complete: Callable[[Iterable[SavedFile]], Awaitable[None]] | None = None,
    ) -> None:
        """`complete` writes what is missing beside saved files, and may ask their gateways for it."""
        self._ctx = ctx
        self._complete = complete
        self._completing: set[asyncio.Task[None]] = set()
        self._saver = saver
        self._settings = settings
        self._loader = TakeLoader(stores)
        self._queue = DownloadQueueStore(stores.database)
        self._files = SavedFileStore(stores.database)
        self._checker = FileChecker(ctx, self._files, settings.folder)
        self._downloads: dict[int, Download] = {}
        self._last = 0
        """The number of the download that was added last."""
        self._adding = asyncio.Lock()
        self._idle = asyncio.Event()
        self._idle.set()
        self._published_at = float("-inf")
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = False

    # --- what there is -----------------------------------------------------------------------------------------------

    @property
    def status(self) -> DownloadStatus:
        """All downloads since the program started, and those that an earlier run left unfinished."""
        return status_of(self._downloads.values(), self._ctx.clock.monotonic())

    async def saved(self, clip_ids: Sequence[str]) -> Mapping[str, SavedFile]:
        """The best file of each take that is on disk, as far as the library knows: one with its sound, if there is
        one."""
        found = await self._ctx.storage.run(self._files.of, clip_ids)
        best = {clip_id: _best(files) for clip_id, files in found.items()}
        return {clip_id: file for clip_id, file in best.items() if file is not None}

    async def results(self, takes: Sequence[TakeRef], kind: FileKind, folder: Path | None) -> list[FileResult]:
        """The results of saving these takes, in their order."""
        refs = await self._ctx.storage.run(self._loader.resolved, takes)
        shown = await self._ctx.storage.run(self._loader.shown, refs)
        present = await self._present(refs, kind, folder)
        where = str(folder) if folder is not None else ""
        known = {(one.take, one.row.kind, one.row.folder): one for one in self._downloads.values()}
        found: list[FileResult] = []
        for ref in refs:
            entry = shown[ref].entry
            download = known.get((ref, kind, where))
            file = present.get(ref)
            if file is not None:
                state, reason = DownloadState.SAVED, ""
            else:
                state = download.state if download is not None else DownloadState.FAILED
                reason = download.reason if download is not None else ""
                if state is DownloadState.SAVED:
                    state, reason = DownloadState.FAILED, _GONE
            found.append(FileResult(ref, entry.title, entry.take, kind, state, reason, file))
        return found

    async def without_link(self, takes: Sequence[TakeRef], kind: FileKind, *, is_again: bool = False) -> list[TakeRef]:
        """The takes for which the gateway has made no file of a kind yet, as far as the library knows, and that are not
        saved; with `is_again` also those for which it has."""
        refs = await self._ctx.storage.run(self._loader.resolved, takes)
        present = await self._present(refs, kind, None)
        missing = [ref for ref in refs if ref not in present]
        linked = set() if is_again else await self._ctx.storage.run(self._loader.linked, missing, kind)
        return [ref for ref in missing if ref not in linked]

    async def check_files(self) -> int:
        """Look for all saved files, and record those that were moved, deleted or changed; returns how many states
        changed."""
        return await self._checker.check_all()

    async def wait_idle(self) -> None:
        """Wait until no download is active or waits, and nothing is being written beside saved files."""
        await self._idle.wait()
        await asyncio.gather(*self._completing, return_exceptions=True)

    # --- changes -----------------------------------------------------------------------------------------------------

    async def restore(self) -> None:
        """Resume the downloads that an earlier run left unfinished, and delete parts without a download."""
        async with self._adding:
            rows = await self._ctx.storage.run(self._queue.all)
            await self._show(rows)
        await asyncio.to_thread(self._clean_up, rows)
        self._fill()

    async def add(
        self, takes: Sequence[TakeRef], *, kind: FileKind = FileKind.AUDIO, folder: Path | None = None
    ) -> int:
        """Download takes, into `folder` (absolute) or that of the settings. Returns how many were added. Takes that are
        saved there and present are not fetched again, but what is missing beside their files is written, and those that
        already wait are not added twice.

        Raises InvalidRequest for a template in the settings that cannot name files.
        """
        check_template(self._settings.template)
        kind = FileKind(kind)
        refs = await self._ctx.storage.run(self._loader.resolved, takes)
        present = await self._present(refs, kind, folder)
        wanted = [ref for ref in refs if ref not in present]
        async with self._adding:
            added, rows = await self._ctx.storage.run(self._add, wanted, kind, folder)
            await self._show(rows)
        self._fill()
        await asyncio.to_thread(_forget_finished, list(present.values()))
        self._complete_soon(list(present.values()))
        return added

    async def pause(self) -> None:
        """Stop all downloads that are active or wait; received data stays."""
        await self._stop([one for one in self._downloads.values() if one.state in _OPEN], DownloadState.PAUSED)

    async def resume(self) -> None:
        """Resume the paused downloads."""
        await self._again([one for one in self._downloads.values() if one.state is DownloadState.PAUSED])

    async def cancel(self, number: int) -> None:
        """Stop a download; received data stays, for `retry`. A download that has ended is removed from the list, with
        its received data. Raises NotFound."""
        download = self._known(number)
        if download.state in _OPEN or download.state is DownloadState.PAUSED:
            await self._stop([download], DownloadState.CANCELLED)
            return
        del self._downloads[number]
        if download.state is not DownloadState.SAVED:
            await self._ctx.storage.run(self._queue.remove, [download.row.id])
            await asyncio.to_thread(self._forget_part, download.row)
        self._changed()

    async def retry(self, number: int) -> None:
        """Try a download again that failed, was cancelled or is paused. Raises NotFound."""
        download = self._known(number)
        if download.state not in {*_OPEN, DownloadState.SAVED}:
            await self._again([download])

    async def retry_all(self) -> None:
        """Try all failed downloads again."""
        await self._again([one for one in self._downloads.values() if one.state is DownloadState.FAILED])

    async def close(self) -> None:
        """Stop; the next run resumes."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        await _cancelled([*self._completing, *(one.work for one in self._downloads.values())])
        await self._saver.close()

    # --- the queue ---------------------------------------------------------------------------------------------------

    def _add(self, refs: Sequence[TakeRef], kind: FileKind, folder: Path | None) -> tuple[int, list[StoredDownload]]:
        saved = self._files.of([ref.clip_id for ref in refs])
        # Some may have been saved since their files were looked for.
        refs = [ref for ref in refs if not any(one.is_there for one in _of(saved.get(ref.clip_id, ()), kind, folder))]
        added = self._queue.add(refs, kind, folder, self._ctx.clock.now())
        return added, self._queue.of(refs, kind, folder)

    async def _show(self, rows: Sequence[StoredDownload]) -> None:
        """Put stored downloads into the list; those that wait are counted again."""
        shown = await self._ctx.storage.run(self._loader.shown, [row.take for row in rows])
        sizes = await asyncio.to_thread(lambda: [self._part_size(row) for row in rows])
        # The row of a saved download is deleted, and a new row may reuse its number.
        known = {one.row.id: one for one in self._downloads.values() if one.state is not DownloadState.SAVED}
        if not self.status.is_busy:
            for one in self._downloads.values():
                one.is_counted = False
        for row, size in zip(rows, sizes, strict=True):
            if row.id in known and known[row.id].state in _OPEN:
                continue
            entry = shown[row.take].entry if row.take in shown else None
            if row.id in known:
                del self._downloads[known[row.id].id]
            self._last += 1
            self._downloads[self._last] = Download(
                self._last,
                row,
                entry.title if entry is not None else "",
                entry.take if entry is not None else 1,
                entry.length_s if entry is not None else None,
                row.state,
                received=size,
                reason=row.reason,
                ended_at=row.updated_at if row.state is DownloadState.FAILED else None,
            )
        self._changed()

    def _fill(self) -> None:
        """Begin as many downloads as may run."""
        running = [one for one in self._downloads.values() if one.work is not None]
        free = min(AT_ONCE - sum(not one.is_received for one in running), MOST_AT_WORK - len(running))
        waiting = (one for one in self._downloads.values() if one.state is DownloadState.WAITING and one.work is None)
        for download in tuple(waiting)[: max(0, free)]:
            if self._is_closed:
                return
            download.begin()
            download.work = asyncio.create_task(self._run(download), name="download")
        self._changed()

    async def _run(self, download: Download) -> None:
        try:
            await self._save(download)
        except asyncio.CancelledError:
            raise
        except SunotuiError as error:
            await self._fail(download, error.worded("").rstrip("."))
        except Exception as error:  # noqa: BLE001 - nothing else would report it, and the others continue
            _log.exception("download: unexpected error: %s", type(error).__name__)
            await self._fail(download, f"Something unexpected happened ({type(error).__name__})")
        finally:
            download.work = None
            if not self._is_closed:
                self._fill()

    async def _save(self, download: Download) -> None:
        row = download.row
        while True:
            take, files = await self._ctx.storage.run(self._read, row)
            if take is None:
                raise NotFound("The library does not have this take any more")
            folder = await asyncio.to_thread(save_folder, row.folder, self._settings.folder)
            if there := await self._saved_as(row, files):
                await self._ctx.storage.run(self._queue.remove, [row.id])
                self._record_saved(download, there[0].path, there[0].size)
                return
            job = SaveJob(
                take,
                folder,
                partial(self._name_of, take),
                partial(self._record, take, row),
                # From the files of the same kind in other folders, it is copied.
                tuple(file.path for file in files if file.kind is row.kind and file.is_there),
                partial(self._record_received, download),
                partial(self._is_saved, row),
            )
            try:
                placed = await self._saver.save(job, partial(self._record_progress, download))
            except SavedElsewhere:
                # The next turn finds the file.
                continue
            except BusyElsewhere:
                download.reason = _BUSY
                self._changed()
                await self._ctx.clock.wait(asyncio.Event(), LOCK_CHECK_S)
            else:
                self._record_saved(download, placed.path, placed.size)
                self._ctx.events.publish(TasksChanged((take.task.id,)))
                return

    async def _is_saved(self, row: StoredDownload) -> bool:
        found = await self._ctx.storage.run(self._files.of, [row.clip_id])
        return bool(await self._saved_as(row, found.get(row.clip_id, ())))

    async def _saved_as(self, row: StoredDownload, files: Sequence[SavedFile]) -> list[SavedFile]:
        """Those files of a take that a download would make again."""
        return await self._there(files, row.kind, Path(row.folder) if row.folder else None)

    def _complete_soon(self, files: Sequence[SavedFile]) -> None:
        """Write what is missing beside saved files, in the background."""
        if self._complete is None or not files or self._is_closed:
            return
        work = asyncio.create_task(self._complete_files(self._complete, files), name="complete saved takes")
        self._completing.add(work)
        work.add_done_callback(self._completing.discard)

    async def _complete_files(
        self, complete: Callable[[Iterable[SavedFile]], Awaitable[None]], files: Sequence[SavedFile]
    ) -> None:
        try:
            await complete(files)
        except SunotuiError as error:
            _log.warning("what is missing beside saved takes: %s", error.code)
        except Exception as error:  # noqa: BLE001 - nothing else would report it
            _log.exception("what is missing beside saved takes: unexpected error: %s", type(error).__name__)

    def _read(self, row: StoredDownload) -> tuple[TakeToSave | None, list[SavedFile]]:
        """The take of a download, and its saved files; for the storage thread."""
        return self._loader.take(row.take, row.kind), self._files.of([row.clip_id]).get(row.clip_id, [])

    async def _record(self, take: TakeToSave, row: StoredDownload, placed: Placed) -> None:
        now = self._ctx.clock.now()
        file = SavedFile(
            take.clip.id,
            take.kind,
            placed.path,
            take.task.id,
            take.task.profile,
            placed.size,
            placed.sha256,
            placed.mtime_ns,
            now,
            now,
            FileState.PRESENT,
        )
        await self._ctx.storage.run(self._files.put, [file], finished=[row.id])

    async def _fail(self, download: Download, reason: str) -> None:
        now = self._ctx.clock.now()
        download.end(DownloadState.FAILED, now, reason)
        self._changed()
        try:
            await self._ctx.storage.run(self._queue.change, [download.row.id], DownloadState.FAILED, now, reason, 1)
        except SunotuiError as error:
            _log.warning("the failure of a download could not be stored: %s", error.code)

    def _record_saved(self, download: Download, path: Path, size: int) -> None:
        download.path = path
        download.total = download.total or size
        download.received = download.total
        download.end(DownloadState.SAVED, self._ctx.clock.now())
        self._changed()

    def _record_progress(self, download: Download, received: int, total: int | None) -> None:
        download.received, download.total, download.reason = received, total, ""
        self._publish_soon()

    def _record_received(self, download: Download) -> None:
        download.is_received = True
        self._fill()

    async def _stop(self, downloads: Sequence[Download], state: DownloadState) -> None:
        for one in downloads:
            # Before its work ends, so that it is not begun again.
            one.end(state)
        await _cancelled(one.work for one in downloads)
        open_ones = [one for one in downloads if one.state is state]
        await self._ctx.storage.run(self._queue.change, [one.row.id for one in open_ones], state, self._ctx.clock.now())
        self._changed()

    async def _again(self, downloads: Sequence[Download]) -> None:
        numbers = [one.row.id for one in downloads]
        await self._ctx.storage.run(self._queue.change, numbers, DownloadState.WAITING, self._ctx.clock.now())
        for one in downloads:
            one.end(DownloadState.WAITING)
            one.is_counted = True
        self._fill()

    def _known(self, number: int) -> Download:
        if number not in self._downloads:
            raise NotFound("There is no such download", advice="")
        return self._downloads[number]

    # --- files -------------------------------------------------------------------------------------------------------

    async def _present(self, refs: Sequence[TakeRef], kind: FileKind, folder: Path | None) -> dict[TakeRef, SavedFile]:
        """The takes that are saved, in this folder if one is given; checks whether their files exist."""
        found = await self._ctx.storage.run(self._files.of, [ref.clip_id for ref in refs])
        files = [file for ref in refs for file in found.get(ref.clip_id, ())]
        there = {file.clip_id: file for file in reversed(await self._there(files, kind, folder))}
        return {ref: there[ref.clip_id] for ref in refs if ref.clip_id in there}

    async def _there(self, files: Sequence[SavedFile], kind: FileKind, folder: Path | None) -> list[SavedFile]:
        """Those of the files that are of this kind, in this folder if one is given, and exist."""
        return [file for file in await self._checker.check(_of(files, kind, folder)) if file.is_there]

    def _name_of(self, take: TakeToSave, suffix: str) -> NameOf:
        fields = name_fields(take, self._settings.artist)

        def name(number: int, limit: int | None) -> str:
            most = {} if limit is None else {"limit": limit}
            return file_name(self._settings.template, fields, suffix, number=number, **most)

        return name

    # --- in threads --------------------------------------------------------------------------------------------------

    def _folder(self, row: StoredDownload) -> Path:
        return Path(row.folder or self._settings.folder or default_folder())

    def _part_size(self, row: StoredDownload) -> int:
        return part_size(self._folder(row), part_key(row.profile, row.clip_id, row.kind))

    def _forget_part(self, row: StoredDownload) -> None:
        forget_part(self._folder(row), part_key(row.profile, row.clip_id, row.kind))

    def _clean_up(self, rows: Iterable[StoredDownload]) -> None:
        wanted: dict[Path, set[str]] = {Path(self._settings.folder or default_folder()): set()}
        for row in rows:
            wanted.setdefault(self._folder(row), set()).add(part_key(row.profile, row.clip_id, row.kind))
        for folder, keys in wanted.items():
            delete_abandoned(folder, frozenset(keys))

    # --- events ------------------------------------------------------------------------------------------------------

    def _changed(self) -> None:
        """Record a change of state."""
        if any(one.state in _OPEN for one in self._downloads.values()):
            self._idle.clear()
        else:
            self._idle.set()
        self._publish_soon()

    def _publish_soon(self) -> None:
        """Publish a change, at once or when the next event is due."""
        if self._timer is not None or self._is_closed:
            return
        wait_s = self._published_at + PUBLISH_EVERY_S - self._ctx.clock.monotonic()
        if wait_s <= 0:
            self._publish()
        else:
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._publish)

    def _publish(self) -> None:
        self._timer = None
        self._published_at = self._ctx.clock.monotonic()
        self._ctx.events.publish(DownloadsChanged(self.status))


def _forget_finished(files: Iterable[SavedFile]) -> None:
    """Delete the parts of saved files, which a program left that was killed after it had recorded them. Blocks."""
    for file in files:
        key = part_key(file.profile, file.clip_id, file.kind)
        if part_size(file.path.parent, key):
            forget_part(file.path.parent, key)


async def _cancelled(works: Iterable[asyncio.Task[None] | None]) -> None:
    """Cancel tasks and wait for their ends."""
    running = [work for work in works if work is not None]
    for work in running:
        work.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def _of(files: Iterable[SavedFile], kind: FileKind, folder: Path | None) -> list[SavedFile]:
    """Those of the files that are of this kind, and in this folder if one is given."""
    return [file for file in files if file.kind is kind and (folder is None or file.path.parent == folder)]


def _best(files: Sequence[SavedFile]) -> SavedFile | None:
    there = [file for file in files if file.is_there]
    return next((file for file in there if file.kind.is_sound), next(iter(there), None))
