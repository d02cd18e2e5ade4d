"""A library with short songs, whose audio a server on this computer has, for tests and benchmarks that play."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.player.sounds import song

SONGS = ("Harbour", "Lantern")
"""The songs; their ids are task-1 and task-2. Each has two takes, whose ids are take-1-1 to take-2-2."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


@contextmanager
def sound_server(folder: Path) -> Iterator[str]:
    """Serve the files of a folder; the value is the base URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def add_songs(
    data_folder: Path,
    base_url: str,
    sounds: Path,
    seconds: float,
    *,
    titles: Sequence[str] = SONGS,
    missing: tuple[str, ...] = (),
) -> None:
    """Put songs into the library, each take `seconds` long. The files of the takes in `missing` are not there."""
    database = Database.open(data_folder / "library.db")
    tasks = []
    for number, title in enumerate(titles, 1):
        clips = []
        for take in (1, 2):
            clip_id = f"take-{number}-{take}"
            if clip_id not in missing:
                song(sounds / f"{clip_id}.mp3", seconds)
            clips.append(
                Clip(
                    clip_id,
                    title,
                    ClipStatus.COMPLETE,
                    duration_s=seconds,
                    audio_url=f"{base_url}/{clip_id}.mp3",
                )
            )
        tasks.append(
            Task(f"task-{number}", "env", TaskKind.MUSIC, TaskStatus.SUCCESS, float(number), clips=tuple(clips))
        )
    TaskStore(database).save(tasks)
    database.close()
