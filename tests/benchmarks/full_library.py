"""A library as after years of use: tasks with their requests, responses, labels, ratings, plays, albums and saved
files. Its export and the library itself are kept in the temporary folder for later runs.
"""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from sunotui.core.transfer.jsonl_writer import export_lines
from sunotui.domain.export_records import (
    ExportedAlbum,
    ExportedLabel,
    ExportedRating,
    ExportedSearch,
    ExportedTask,
    Record,
)
from sunotui.domain.requests.music import LyricsRequest, MusicRequest
from sunotui.domain.requests.request import to_json
from sunotui.domain.saving.downloads import FileKind, FileState, SavedFile
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.task import Task
from sunotui.storage.db.connection import Database
from sunotui.storage.db.schema import migration_scripts
from sunotui.storage.downloads.saved_files import SavedFileStore
from sunotui.storage.transfer.importer import Importer
from tests.benchmarks.bare_responses import response_item
from tests.benchmarks.big_library import CACHE, MANY, PROFILE, tasks

LABELS = tuple(f"{mood} {place}" for mood in ("quiet", "loud", "slow", "new") for place in ("morning", "road", "夜"))
_ALBUMS = 40
_TAKES_AN_ALBUM = 15
_SAVED = 0.2
"""The share of songs whose first take is saved."""
_AT_ONCE = 2_000
_SEED = 19


def full_library(count: int = MANY) -> Path:
    """The folder of a library with `count` tasks and their requests. Use it only through `big_library.copy_of`."""
    folder = CACHE / f"full-{_mark(count)}"
    if not folder.exists():
        fresh = Path(tempfile.mkdtemp(dir=_made(CACHE)))
        db = Database.open(fresh / "library.db")
        try:
            importer, left = Importer(db), records(count)
            while batch := list(islice(left, _AT_ONCE)):
                importer.add(batch)
                SavedFileStore(db).put(list(_saved_files(batch, fresh)))
        finally:
            db.close()
        fresh.rename(folder)
    return folder


def full_export(count: int = MANY) -> Path:
    """The export of a library with `count` tasks: submissions, tasks and albums, in the order of an export."""
    file = CACHE / f"export-{_mark(count)}.jsonl"
    if not file.exists():
        fresh = Path(tempfile.mkdtemp(dir=_made(CACHE))) / "export.jsonl"
        with fresh.open("w", encoding="ascii") as opened:
            opened.writelines(export_lines(records(count)))
        fresh.rename(file)
    return file


def records(count: int) -> Iterator[Record]:
    """The records of the export, in its order."""
    yield from (_submission(number, task) for number, task in enumerate(tasks(count, seed=_SEED)))
    yield from map(ExportedLabel, LABELS)
    rng = random.Random(_SEED)
    albums: list[tuple[str, str]] = []
    for number, task in enumerate(tasks(count, seed=_SEED)):
        record = _task(rng, number, task)
        if number % 150 == 0 and task.clips:
            albums.append((task.id, task.clips[0].id))
        yield record
    for number in range(min(_ALBUMS, len(albums))):
        yield ExportedAlbum(f"Album {number}", 1_000.0 + number, tuple(albums[number::_ALBUMS][:_TAKES_AN_ALBUM]))
    yield ExportedSearch("Loud jazz", "tag:jazz label:loud", "age")


def _submission(number: int, task: Task) -> Submission:
    is_lyrics = task.kind is TaskKind.LYRICS
    words = task.clips[0].lyrics if task.clips else "a prompt"
    style = task.clips[0].tags if task.clips else ""
    music = MusicRequest(lyrics=words, title=task.title_hint, style=style, model="chirp-v4")
    request = LyricsRequest(task.title_hint) if is_lyrics else music
    body = {"prompt": words, "title": task.title_hint, "tags": style, "mv": "chirp-v4", "make_instrumental": False}
    return Submission(
        id=_submission_id(number),
        profile=PROFILE,
        request=request,
        path="/suno/submit/lyrics" if is_lyrics else "/suno/submit/music",
        body=to_json(request) if is_lyrics else json.dumps(body, ensure_ascii=False),
        state=SubmissionState.ACCEPTED,
        created_at=task.added_at - 1,
        sent_at=task.added_at - 0.9,
        ended_at=task.added_at - 0.1,
        task_id=task.id,
        request_id=f"req-{number}",
        http_status=200,
        answer=f'{{"code":"success","message":"","data":"{task.id}"}}',
    )


def _submission_id(number: int) -> str:
    return f"5ab00000-0000-4000-8000-{number:012x}"


def _task(rng: random.Random, number: int, task: Task) -> ExportedTask:
    task = Task(
        **{name: getattr(task, name) for name in ("id", "profile", "kind", "status", "added_at", "fail_reason")},
        submitted_at=task.submitted_at,
        started_at=task.started_at,
        finished_at=task.finished_at,
        clips=task.clips,
        lyrics=task.lyrics,
        checked_at=task.checked_at,
        submission_id=_submission_id(number),
        made_in_s=task.made_in_s,
        title_hint=task.title_hint,
    )
    raw = json.dumps(response_item(task, rng), ensure_ascii=False, separators=(",", ":")) if task.clips else "{}"
    ratings = []
    for clip in task.clips:
        if rng.random() < 0.8:
            plays = rng.randrange(1, 30)
            rating = rng.choice((0, 0, 3, 4, 5))
            heard = task.added_at + 200
            ratings.append(ExportedRating(clip.id, rng.random() < 0.1, rating, heard, plays, heard + plays * 1e5))
    return ExportedTask(
        task,
        raw=raw,
        note="for the second album" if rng.random() < 0.05 else "",
        labels=tuple(rng.sample(LABELS, rng.choice((0, 0, 1, 2)))),
        ratings=tuple(ratings),
        trashed_at=task.added_at + 500 if rng.random() < 0.02 else None,
    )


def _saved_files(batch: Sequence[Record], folder: Path) -> Iterator[SavedFile]:
    for record in batch:
        if isinstance(record, ExportedTask) and record.task.status is TaskStatus.SUCCESS and record.task.clips:
            clip_id, at = record.task.clips[0].id, record.task.added_at + 300
            if int(clip_id[:4], 16) < _SAVED * 0x10000:
                path = folder / f"{clip_id}.mp3"
                yield SavedFile(
                    *(clip_id, FileKind.AUDIO, path, record.task.id, PROFILE, 4_000_000, "0" * 64, int(at * 1e9)),
                    *(at, at, FileState.PRESENT),
                )


def _mark(count: int) -> str:
    sources = [Path(__file__), *(Path(__file__).with_name(name) for name in ("big_library.py", "bare_responses.py"))]
    made_by = (migration_scripts(), count, [source.read_bytes() for source in sources])
    return hashlib.sha256(repr(made_by).encode()).hexdigest()[:16]


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder
