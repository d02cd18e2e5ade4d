"""A queue of downloads with its own library and folder, and a file server whose responses a test chooses."""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from sunotui.core.background import BackgroundTasks
from sunotui.core.clock import Clock
from sunotui.core.context import Context
from sunotui.core.downloads.links import LinkFinder, LinkObserver, LinkSeen
from sunotui.core.downloads.receiver import Receiver
from sunotui.core.downloads.saver import Saver
from sunotui.core.downloads.service import DownloadService
from sunotui.core.downloads.take import Tagger, TakeToSave
from sunotui.core.downloads.verify.audio_verifier import VerifiedAudio
from sunotui.core.event_bus import EventBus
from sunotui.core.events import DownloadsChanged, Event
from sunotui.core.media.cache import MediaCache
from sunotui.core.media.fetcher import MediaFetcher
from sunotui.core.stores import Stores
from sunotui.domain.annotations import TakeRef
from sunotui.domain.gateways.profile import Profile
from sunotui.domain.saving.downloads import DownloadEntry, DownloadState, DownloadStatus, FileKind, SavedFile
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.config.settings import SaveSettings
from sunotui.storage.db.connection import Database
from sunotui.storage.downloads.link_life import LinkLifeStore
from sunotui.storage.worker import StorageThread
from tests.gateway.loopback import LoopbackServer, ReceivedRequest, Responder, loopback_server, reset, response
from tests.support.waiting import hang_guard, until_async

FRAME = b"\xff\xfb\x90\x00"
SONG = FRAME + bytes(range(256)) * 2_400
"""614,404 bytes that begin with an MPEG frame: more than are written at once."""
PROFILE = "home"
LAST_MODIFIED = "Mon, 30 Nov 2026 00:00:00 GMT"


def song_number(number: int) -> bytes:
    """A song with other bytes and another length."""
    return FRAME + number.to_bytes(4, "big") * (30_000 + number)


def etag(content: bytes) -> str:
    """The strong ETag of a file."""
    return f'"{hashlib.sha256(content).hexdigest()[:16]}"'


@dataclass
class FileServer:
    """Responds as a file server does, with ranges; a test changes what it has and what goes wrong."""

    files: dict[str, bytes] = field(default_factory=dict)
    """By path."""
    cut_after: list[int] = field(default_factory=list)
    """After how many bytes of their bodies the next responses are cut off."""
    has_etags: bool = True
    has_ranges: bool = True
    responses: dict[str, bytes] = field(default_factory=dict)
    """Whole responses by path, in place of a file."""
    gate: asyncio.Event | None = None
    """If set, the second half of every file waits for it."""
    pause_s: float = 0.0
    """If set, files are sent in pieces of 40 kB with pauses between, in seconds."""
    at_once: int = 0
    most_at_once: int = 0

    def responder(self) -> Responder:
        """What responds to each request."""

        async def serve(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            try:
                await self._respond(request, writer)
            finally:
                self.at_once -= 1

        return serve

    async def _respond(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        if request.path in self.responses:
            writer.write(self.responses[request.path])
            await writer.drain()
            return
        content = self.files.get(request.path)
        if content is None:
            writer.write(response(404, "gone"))
            await writer.drain()
            return
        headers = {"ETag": etag(content)} if self.has_etags else {"Last-Modified": LAST_MODIFIED}
        first = self._first(request, content)
        if first:
            headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
        whole = response(206 if first else 200, content[first:], headers=headers, kind="audio/mpeg")
        head, body = whole[: len(whole) - len(content) + first], content[first:]
        if self.cut_after:
            writer.write(head + body[: self.cut_after.pop(0)])
            await writer.drain()
            reset(writer)
            return
        if self.pause_s:
            writer.write(head)
            for start in range(0, len(body), 40_000):
                writer.write(body[start : start + 40_000])
                await writer.drain()
                await asyncio.sleep(self.pause_s)
            return
        half = len(body) // 2
        writer.write(head + body[:half])
        await writer.drain()
        if self.gate is not None:
            await self.gate.wait()
        writer.write(body[half:])
        await writer.drain()

    def _first(self, request: ReceivedRequest, content: bytes) -> int:
        wanted = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        if (
            wanted is None
            or not self.has_ranges
            or request.headers.get("if-range") not in {etag(content), LAST_MODIFIED}
        ):
            return 0
        return int(wanted[1])


class FakeVerifier:
    """Says that every file is whole, or what a test set."""

    def __init__(self) -> None:
        self.found = VerifiedAudio(100.0, True)
        self.checked: list[Path] = []
        self.takes_s = 0.0
        """How long each check takes, in seconds."""

    def prepare(self) -> None:
        """There is no process to start."""

    async def check(self, path: Path) -> VerifiedAudio:
        """What the test set."""
        self.checked.append(path)
        await asyncio.sleep(self.takes_s)
        return self.found

    async def close(self) -> None:
        """Nothing runs."""


class FakeTagger:
    """Appends a mark to a copy of a file, as tags change it, and writes a file beside it."""

    def __init__(self, mark: bytes = b"TAGGED") -> None:
        self.mark = mark
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None

    async def tag(self, source: Path, copy: Path, take: TakeToSave, suffix: str, whole: asyncio.Event) -> None:
        """Append the mark, the second half of it only if nothing goes wrong."""
        assert suffix
        with copy.open("wb") as file:
            file.write(await asyncio.to_thread(source.read_bytes))
            file.write(self.mark[:3])
            file.flush()
            if self.gate is not None:
                await self.gate.wait()
            if self.error is not None:
                raise self.error
            file.write(self.mark[3:])

    async def write_beside(self, path: Path, take: TakeToSave) -> None:
        """Write the title."""
        path.with_suffix(".txt").write_text(take.title)


class FakePollers:
    """Responds to polls with the tasks that a test set, and counts them."""

    def __init__(self, save: Callable[[Task], None]) -> None:
        self._save = save
        self.reported: Task | None = None
        self.fed: Task | None = None
        self.polls: list[str] = []

    def of(self, _profile: str) -> FakePollers:
        """The poller of any profile."""
        return self

    async def poll_now(self, task_id: str) -> Task | None:
        """What the gateway says."""
        self.polls.append(f"fetch {task_id}")
        return self._respond(self.reported)

    async def poll_feed(self, task_id: str) -> Task | None:
        """What the feed says."""
        self.polls.append(f"feed {task_id}")
        return self._respond(self.fed)

    def _respond(self, task: Task | None) -> Task | None:
        if task is not None:
            self._save(task)
        return task


class QuickClock(Clock):
    """The real clock, whose waits are over at once."""

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Let others run."""
        await asyncio.sleep(0.001)
        return event.is_set()


Complete = Callable[[Iterable[SavedFile]], Awaitable[None]]
"""Writes what is missing beside saved files."""


@dataclass
class Rig:
    """One queue of downloads, as one process has it."""

    folder: Path
    server: FileServer
    http: LoopbackServer
    service: DownloadService
    stores: Stores
    storage: StorageThread
    verifier: FakeVerifier
    pollers: FakePollers
    media: MediaFetcher
    events: list[Event]
    links: list[LinkSeen]
    clock: Clock

    async def save_task(self, task: Task) -> None:
        """Put a task into the library."""
        await self.storage.run(self.stores.tasks.save, [task])

    async def song(
        self, task_id: str = "t1", *, content: bytes | None = SONG, takes: int = 1, **changes: Any
    ) -> list[TakeRef]:
        """Put a song into the library and its files on the server; returns its takes."""
        clips = []
        for number in range(1, takes + 1):
            path = f"/{task_id}-{number}.mp3"
            if content is not None:
                self.server.files[path] = content
            facts = {"title": f"Song {task_id}", "status": ClipStatus.COMPLETE, "duration_s": 100.0, **changes}
            clips.append(Clip(f"{task_id}-c{number}", audio_url=self.url(path), **facts))
        task = Task(task_id, PROFILE, TaskKind.MUSIC, TaskStatus.SUCCESS, 1_000.0, clips=tuple(clips))
        await self.save_task(task)
        return [TakeRef(task_id, clip.id) for clip in clips]

    async def task(self, task_id: str = "t1", **changes: Any) -> Task:
        """The task in the library, with changes to its first clip."""
        found = await self.storage.run(self.stores.tasks.task, task_id)
        assert found is not None
        return found._replace(clips=(found.clips[0]._replace(**changes), *found.clips[1:])) if changes else found

    async def change(self, sql: str, *values: object) -> None:
        """Change the library behind the program's back."""

        def run() -> None:
            with self.stores.database.write() as connection:
                connection.execute(sql, values)

        await self.storage.run(run)

    def url(self, path: str) -> str:
        """The address of a path of the server."""
        return f"{self.http.base_url}{path}"

    async def ended(self) -> tuple[DownloadEntry, ...]:
        """All downloads, once none is active or waits."""
        async with hang_guard("the end of the downloads"):
            await self.service.wait_idle()
        return self.service.status.entries

    async def save(self, takes: Sequence[TakeRef], **options: Any) -> tuple[DownloadEntry, ...]:
        """Add takes and wait for the end."""
        await self.service.add(takes, **options)
        return await self.ended()

    async def retried(self) -> tuple[DownloadEntry, ...]:
        """Try all that failed again, and wait for the end."""
        await self.service.retry_all()
        return await self.ended()

    async def until_received(self, size: int) -> None:
        """Wait until the given number of bytes of all downloads have arrived."""
        await until_async(lambda: sum(entry.received for entry in self.service.status.entries) >= size, f"{size} bytes")

    def files(self) -> dict[str, bytes]:
        """The saved files by name."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if not path.name.startswith(".")}

    def parts(self) -> list[str]:
        """The endings of the unfinished files."""
        return sorted(path.suffix for path in self.folder.iterdir() if path.name.startswith("."))

    def statuses(self) -> list[DownloadStatus]:
        """The events so far."""
        return [event.status for event in self.events if isinstance(event, DownloadsChanged)]

    def ranges(self) -> list[str]:
        """The ranges that were asked for, "" for a whole file."""
        return [request.headers.get("range", "") for request in self.http.requests]

    async def saved_of(self, *clip_ids: str) -> Mapping[str, Any]:
        """What the library has as saved."""
        return await self.service.saved(clip_ids)


@asynccontextmanager
async def rig(
    tmp_path: Path,
    *,
    server: FileServer | None = None,
    tagger: Tagger | None = None,
    settings: SaveSettings | None = None,
    complete: Complete | None = None,
    name: str = "one",
) -> AsyncIterator[Rig]:
    """Run a server and a queue; `name` is that of its library."""
    files = server or FileServer()
    async with (
        loopback_server(files.responder()) as http,
        running(tmp_path, files, http, tagger=tagger, settings=settings, complete=complete, name=name) as made,
    ):
        yield made


@asynccontextmanager
async def running(
    tmp_path: Path,
    files: FileServer,
    http: LoopbackServer,
    *,
    tagger: Tagger | None = None,
    settings: SaveSettings | None = None,
    complete: Complete | None = None,
    name: str = "one",
    on_event: Callable[[Event], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Rig]:
    """A queue with a server that runs already, such as one of a program that was started again."""
    folder = tmp_path / "music"
    folder.mkdir(exist_ok=True)
    settings = settings or SaveSettings(folder=str(folder))
    storage = StorageThread()
    database = await storage.run(Database.open, tmp_path / f"{name}.db")
    stores = Stores.of(database)
    bus, events, links = EventBus(), list[Event](), list[LinkSeen]()
    bus.subscribe(events.append)
    bus.subscribe(on_event)
    background = BackgroundTasks(bus)
    ctx = Context(storage, cast("Any", None), bus, QuickClock(), random.Random(1), background)
    profiles = {PROFILE: Profile(PROFILE, http.base_url)}
    media = MediaFetcher(MediaCache(tmp_path / "cache", 10_000_000), profiles.get)
    pollers = FakePollers(lambda task: storage.call(stores.tasks.save, [task]))
    verifier = FakeVerifier()
    finder = LinkFinder(storage, stores, cast("Any", pollers))
    observer = LinkObserver(ctx, LinkLifeStore(database))

    def record_link(seen: LinkSeen) -> None:
        links.append(seen)
        observer.record(seen)

    saver = Saver(ctx, finder, media, Receiver(profiles.get, clock=clock), verifier, tagger, record_link)
    service = DownloadService(ctx, stores, saver, settings, complete)
    made = Rig(folder, files, http, service, stores, storage, verifier, pollers, media, events, links, ctx.clock)
    try:
        async with hang_guard("the test"):
            yield made
    finally:
        await service.close()
        await media.close()
        await background.close()
        await storage.run(database.close)
        storage.close()


SAVED, FAILED = DownloadState.SAVED, DownloadState.FAILED
AUDIO, WAV, VIDEO = FileKind.AUDIO, FileKind.WAV, FileKind.VIDEO
