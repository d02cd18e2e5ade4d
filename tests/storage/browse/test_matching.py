"""The SQL of a search finds exactly the matching tasks: `matching.matches` and `clause_of` agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from sunotui.domain.annotations import AnnotationField, TakeRef
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.saving.downloads import FileKind, FileState, SavedFile
from sunotui.domain.saving.safety import DAY_S, NO_LINK_LIFE, LinkLife
from sunotui.domain.search.matching import SearchedTask, matches
from sunotui.domain.search.query import TERMS_LIMIT, parse
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.annotations.albums import AlbumStore
from sunotui.storage.annotations.labels import LabelStore
from sunotui.storage.annotations.notes import NoteStore, TrashStore
from sunotui.storage.annotations.ratings import RatingStore
from sunotui.storage.browse.query_sql import clause_of
from sunotui.storage.db.connection import Database
from sunotui.storage.downloads.link_life import LinkLifeStore
from sunotui.storage.downloads.saved_files import SavedFileStore
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.row_mapping import folded_lines, indexed_texts
from sunotui.storage.tasks.task_store import TaskStore
from tests.support.building import with_defaults

NOW = 10_000_000.0
DAYS = (2.0, 3.9, 4.0, 4.1, 5.0, 6.9, 7.0, 9.0, 9.1, 11.9, 12.0, 14.9, 15.0, 20.0, 30.0, 100.0)
LIVES = {
    "work": LinkLife(12 * DAY_S, 2 * DAY_S),
    "alive": LinkLife(None, 30 * DAY_S),
    "aging": LinkLife(None, 9 * DAY_S),
}
"""What is known of the links of each gateway; nothing of those of home."""
WORDS = (
    "rain",
    "Rainy",
    "roof",
    "café",
    "東京",
    "京",
    "don't",
    "a-b",
    "２ 2",
    "ß",
    "ss",
    "_x_",
    "x",
    "\ue000y",
    "y",
    "\0z",
)
NAMES = ("To Sing", "to", "Été", "東京", "Rain")
FIELDS = ("", "", "title:", "tag:", "lyrics:", "prompt:", "description:", "id:", "note:", "nosuch:")
FILTERS = (
    *(f"is:{word}" for word in ("starred", "unheard", "heard", "rated", "trashed", "active", "failed", "song")),
    *("is:saved", "is:at-risk"),
    *("status:done", "status:failed", "status:queued", "kind:song", "kind:lyrics", "kind:concat"),
    *("since:1d", "since:2d", "before:1d", "before:1970-01-12T13:46:40+00:00", "since:1970-01-11T00:00+00:00"),
    *("played:<1d", "played:>1d", "played:2d", "played:<1970-01-12T13:46:40+00:00", "played:1970-01-11T00:00+00:00"),
    *("len:1:00", "len:>1:00", "len:>=1:00", "len:<1:00", "len:<=1:00", "len:0:30-1:30", "len:0"),
    *("rating:0", "rating:>0", "rating:>=3", "rating:<3", "rating:2-4"),
    *("model:v4", "model:chirp-v4", "model:none", "gateway:home", "gateway:hom"),
    *(f'{field}:"{name}"' for field in ("label", "album") for name in ("to", "TO SING", "ete", "東", "sing", "rain")),
)

texts = st.lists(st.sampled_from(WORDS), max_size=4).flatmap(
    lambda words: st.sampled_from((" ", "\n", ", ", "")).map(lambda separator: separator.join(words))
)
terms = st.tuples(st.sampled_from(FIELDS), st.sampled_from(("{}", '"{}"')), texts.filter(bool))
parts = terms.map(lambda part: part[0] + part[1].format(part[2])) | st.sampled_from(FILTERS)
searches = st.lists(st.tuples(st.sampled_from(("", "", "-")), parts).map("".join), max_size=3).map(" ".join)


@dataclass(frozen=True)
class Stored:
    """A task with all searchable values."""

    task: Task
    description: str | None
    """Its request; None for a task without a submission."""
    note: str
    labels: frozenset[str]
    albums: frozenset[str]
    rating: int
    is_favourite: bool
    played_at: float | None
    is_trashed: bool
    has_file: bool
    """Whether its first take is saved."""


clips = st.builds(
    with_defaults(Clip),
    st.just(""),
    title=texts,
    tags=texts,
    lyrics=texts,
    description=texts,
    status=st.just(ClipStatus.COMPLETE),
    model=st.sampled_from(("", "chirp-v4", "chirp-crow")),
    duration_s=st.sampled_from((None, 0.0, 29.9, 30.0, 59.5, 60.0, 60.5, 90.5, 200.0)),
)
tasks = st.builds(
    with_defaults(Task),
    st.just(""),
    st.sampled_from(("home", "work", "alive", "aging")),
    st.sampled_from((TaskKind.MUSIC, TaskKind.LYRICS, TaskKind.CONCAT)),
    st.sampled_from(TaskStatus),
    st.sampled_from(
        (NOW, NOW - 86_400.0, NOW - 86_399.0, NOW - 172_800.0, *(NOW - days * DAY_S for days in DAYS), 0.0)
    ),
    clips=st.lists(clips, max_size=2).map(tuple),
    title_hint=texts,
)
stored_tasks = st.builds(
    Stored,
    tasks,
    st.none() | texts,
    texts,
    st.frozensets(st.sampled_from(NAMES), max_size=2),
    st.frozensets(st.sampled_from(NAMES), max_size=2),
    st.sampled_from((0, 1, 3, 5)),
    st.booleans(),
    st.sampled_from((None, None, NOW, NOW - 86_400.0, NOW - 86_399.0, NOW - 172_800.0)),
    st.booleans(),
    st.booleans(),
)


@pytest.fixture(scope="module")
def module_db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One library for all examples, each of which adds its own tasks."""
    db = Database.open(tmp_path_factory.mktemp("matching") / "data" / "library.db")
    for profile, life in LIVES.items():
        for age_s, is_alive in ((life.shortest_dead_s, False), (life.longest_alive_s, True)):
            if age_s is not None:
                LinkLifeStore(db).saw(profile, age_s, NOW, is_alive=is_alive)
    yield db
    db.close()


numbers = count()


def save(db: Database, stored: Stored) -> tuple[str, SearchedTask]:
    """Save the task; returns its id and its searchable values."""
    task_id = f"t{next(numbers)}"
    task = stored.task._replace(
        id=task_id,
        clips=tuple(clip._replace(id=f"{task_id}c{at}") for at, clip in enumerate(stored.task.clips)),
    )
    library, journal, request = TaskStore(db), Journal(db), None
    if stored.description is not None:
        request = MusicRequest(description=stored.description)
        task = task._replace(submission_id=f"s{task_id}")
        submission = Submission(f"s{task_id}", task.profile, request, "/", task_id, SubmissionState.READY, NOW)
        journal.add(submission)
        journal.claim(submission.id, NOW)
        assert journal.accept(submission.id, task, NOW)
    library.save([task])
    take = TakeRef(task_id)
    NoteStore(db, library.reindex).put(task_id, stored.note)
    for name in stored.labels:
        LabelStore(db, library.reindex).put([task_id], name, is_on=True)
    for name in stored.albums:
        AlbumStore(db).find_or_create(name, NOW)
        AlbumStore(db).put(name, {take: 1})
    ratings = RatingStore(db)
    ratings.put(AnnotationField.FAVOURITE, {take: int(stored.is_favourite)})
    ratings.put(AnnotationField.RATING, {take: stored.rating})
    ratings.put(AnnotationField.PLAYED, {take: stored.played_at})
    clip_id = task.clips[0].id if task.clips else "none"
    if stored.has_file:
        facts = (Path(task_id), task_id, "home", 1, "", 1, NOW, NOW, FileState.PRESENT)
        SavedFileStore(db).put([SavedFile(clip_id, FileKind.AUDIO, *facts)])
    TrashStore(db).put({task_id: NOW if stored.is_trashed else None})
    texts_of_task = indexed_texts(task, request)
    # A label is displayed as it was first written.
    shown = "SELECT name FROM label JOIN task_label ON label_id = label.id WHERE task_id = ?"
    return task_id, SearchedTask(
        {**texts_of_task, "note": folded_lines([stored.note]), "labels": folded_lines(db.column(shown, [task_id]))},
        profile=task.profile,
        kind=task.kind,
        status=task.status,
        added_at=task.added_at,
        duration_s=task.duration_s,
        model=task.model,
        takes=len(task.clips),
        played=int(stored.played_at is not None),
        rating=stored.rating,
        is_favourite=stored.is_favourite,
        labels=tuple(stored.labels),
        albums=tuple(stored.albums),
        is_trashed=stored.is_trashed,
        last_played_at=stored.played_at,
        saved=int(stored.has_file and bool(task.clips)),
        unsaved_favourites=int(stored.is_favourite and not (stored.has_file and task.clips)),
        link_life=LIVES.get(task.profile, NO_LINK_LIFE),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(stored_tasks, min_size=1, max_size=3), st.lists(searches, min_size=1, max_size=8))
def test_sql_finds_the_matching_tasks(module_db: Database, all_stored: list[Stored], asked: list[str]) -> None:
    saved = dict(save(module_db, stored) for stored in all_stored)
    marks = ", ".join("?" * len(saved))
    for text in asked:
        query = parse(text)
        clause = clause_of(query, NOW)
        found = module_db.column(
            f"SELECT id FROM task WHERE {clause.sql} AND id IN ({marks})", [*clause.values, *saved]
        )
        assert set(found) == {task_id for task_id, task in saved.items() if matches(query, task, NOW)}, text


@example("", "👩")
@given(searches, searches)
def test_a_narrowed_search_is_the_search_for_both(first: str, second: str) -> None:
    assume(len(f"{first} {second}".split()) <= TERMS_LIMIT)
    narrowed, whole = parse(first).narrowed_by(parse(second)), parse(f"{first} {second}")
    assert (narrowed.terms, narrowed.filters) == (whole.terms, whole.filters)
    assert narrowed.finds_nothing is whole.finds_nothing
