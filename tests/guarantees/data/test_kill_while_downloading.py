"""Programs that save takes are killed at any moment: every file in the folder is whole, and none is there twice (W2).

Fails if the file gets its name before it is complete, if tags are written into the file that has its name, and if a
file that had its name when the program was killed is saved once more.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sunotui.domain.annotations import TakeRef
from sunotui.domain.saving.downloads import FileKind
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.downloads.download_queue import DownloadQueueStore
from sunotui.storage.tasks.task_store import TaskStore
from tests.core.downloads.harness import PROFILE, FileServer, song_number
from tests.gateway.loopback import LoopbackServer, loopback_server
from tests.guarantees.child_processes.downloading import download_takes
from tests.guarantees.child_processes.process import ChildProcess

MARK = b"TAGGED"
SONGS = 4
"""How many songs are added before each kill."""


@contextmanager
def served(files: dict[str, bytes]) -> Iterator[LoopbackServer]:
    """A file server in a thread of its own."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    found: list[LoopbackServer] = []
    stop = asyncio.Event()

    async def serve() -> None:
        async with loopback_server(FileServer(files, pause_s=0.002).responder()) as server:
            found.append(server)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait()
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


@pytest.mark.guarantee(
    "W2",
    ordinary="10 kills of a program that saves 4 songs at once",
    long="200 kills",
    last_long_run="2026-11-30: 200 kills, 87 s",
    gaps="Power cuts are not simulated: files and folders are synced before they are called saved.",
)
@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(900)])])
def test_every_file_is_absent_or_whole(kills: int, tmp_path: Path) -> None:
    rng = random.Random(kills)
    folder = tmp_path / "music"
    folder.mkdir()
    contents: dict[str, bytes] = {}
    files: dict[str, bytes] = {}
    own = folder / "Song t0 [t0-c1].mp3"
    own.write_bytes(b"the user's own file")
    with served(files) as server:
        for kill in range(kills):
            add_songs(tmp_path, server, files, contents, range(kill * SONGS, (kill + 1) * SONGS))
            child = ChildProcess(tmp_path / f"lines-{kill}", download_takes, tmp_path, server.port)
            child.until_lines(1)
            time.sleep(rng.uniform(0, 0.12))
            child.kill()
            check_files(folder, contents)
        last = ChildProcess(tmp_path / "lines", download_takes, tmp_path, server.port)
        assert last.end() == 0
    assert [line for line in last.lines() if line.startswith("ended") and not line.startswith("ended saved")] == []
    assert check_files(folder, contents) == set(contents), "all are saved in the end"
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    assert own.read_bytes() == b"the user's own file"


def add_songs(
    tmp_path: Path, server: LoopbackServer, files: dict[str, bytes], contents: dict[str, bytes], numbers: range
) -> None:
    """Put songs into the library, onto the server and into the queue."""
    database = Database.open(tmp_path / "one.db")
    refs = []
    for number in numbers:
        path = f"/t{number}.mp3"
        files[path] = song_number(number)
        contents[f"Song t{number}"] = song_number(number) + MARK
        clip = Clip(
            f"t{number}-c1",
            title=f"Song t{number}",
            status=ClipStatus.COMPLETE,
            duration_s=100.0,
            audio_url=f"{server.base_url}{path}",
        )
        TaskStore(database).save([Task(f"t{number}", PROFILE, TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(clip,))])
        refs.append(TakeRef(f"t{number}", clip.id))
    DownloadQueueStore(database).add(refs, FileKind.AUDIO, None, 1.0)
    database.close()


def check_files(folder: Path, contents: dict[str, bytes]) -> set[str]:
    """Fail for a file that is not whole or is there twice; returns the titles that are saved."""
    found = set()
    for path in folder.glob("[!.]*.mp3"):
        content = path.read_bytes()
        if content == b"the user's own file":
            continue
        title = path.name.split(" [", 1)[0]
        assert content == contents[title], f"{path.name} is not whole"
        assert title not in found, f"{path.name} is there twice"
        found.add(title)
    return found
