"""A separate library for each test, and functions that create its content."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sunotui.domain.requests.request import LyricsRequest, MusicRequest, Request
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore

MakeTask = Callable[..., Task]
MakeSubmission = Callable[..., Submission]


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Three masks, which no file or folder may depend on."""
    old = os.umask(request.param)
    yield request.param
    os.umask(old)


def mode_of(path: Path) -> int:
    """The permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of the test's library."""
    return tmp_path / "data" / "library.db"


@pytest.fixture
def open_db(path: Path) -> Iterator[Callable[..., Database]]:
    """Opens the library again; everything is closed at the end."""
    opened: list[Database] = []

    def opener(**options: object) -> Database:
        opened.append(Database.open(path, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield opener
    for db in opened:
        db.close()


@pytest.fixture
def db(open_db: Callable[..., Database]) -> Database:
    return open_db()


@pytest.fixture
def library(db: Database) -> TaskStore:
    return TaskStore(db)


@pytest.fixture
def journal(db: Database) -> Journal:
    return Journal(db)


@pytest.fixture
def make_task() -> MakeTask:
    """Creates a finished song with two takes by default."""

    def make(task_id: str = "t1", **changes: object) -> Task:
        clips = tuple(
            Clip(f"{task_id}-c{number}", title=f"Song {task_id}", status=ClipStatus.COMPLETE, duration_s=60.0 + number)
            for number in (1, 2)
        )
        usual: dict[str, object] = {
            "id": task_id,
            "profile": "home",
            "kind": TaskKind.MUSIC,
            "status": TaskStatus.SUCCESS,
            "added_at": 1_000.0,
            "clips": clips,
        }
        return Task(**{**usual, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_submission() -> MakeSubmission:
    """Creates a ready submission by default."""

    def make(submission_id: str = "s1", request: Request | None = None, **changes: object) -> Submission:
        usual: dict[str, object] = {
            "id": submission_id,
            "profile": "home",
            "request": request or MusicRequest(description="a girl from Mars"),
            "path": "/suno/submit/music",
            "body": '{"gpt_description_prompt": "a girl from Mars"}',
            "state": SubmissionState.READY,
            "created_at": 1_000.0,
        }
        return Submission(**{**usual, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def lyrics_request() -> LyricsRequest:
    return LyricsRequest("winter in Porto")
