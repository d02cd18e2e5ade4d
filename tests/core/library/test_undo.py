"""After any changes in any order, undoing all of them restores exactly the initial state."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sunotui.core.library.album_changes import AlbumChanges
from sunotui.core.library.rating_changes import RatingChanges
from sunotui.core.library.undo import Change, UndoStack
from sunotui.domain.annotations import AnnotationField, TakeRef
from sunotui.domain.browse import ListQuery, Sort
from sunotui.domain.errors import InvalidRequest, NotFound
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.annotations.albums import AlbumStore
from sunotui.storage.annotations.labels import LabelStore
from sunotui.storage.annotations.lookup import read_annotations
from sunotui.storage.annotations.ratings import RatingStore
from sunotui.storage.annotations.saved_searches import SavedSearchStore
from sunotui.storage.db.connection import Database
from sunotui.storage.db.create import create_library
from sunotui.storage.db.schema import migration_scripts
from sunotui.storage.tasks.task_store import TaskStore

IDS = ("a", "b", "c", "late")
NAMES = ("Jazz", "JAZZ", "Café", "cafe", "東京")

tasks = st.lists(st.sampled_from((*IDS, "nope")), max_size=4)
takes = st.lists(
    st.builds(TakeRef, st.sampled_from((*IDS, "nope")), st.sampled_from(("", "1", "2"))).map(
        lambda take: TakeRef(take.task_id, take.clip_id and take.task_id + take.clip_id)
    ),
    max_size=5,
)
names = st.sampled_from(NAMES)
times = st.floats(1, 1e9)


def song(name: str, *, has_takes: bool = True) -> Task:
    clips = tuple(Clip(f"{name}{number}", name) for number in (1, 2)) if has_takes else ()
    return Task(name, "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=clips)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with annotations, whose last song has no takes yet."""
    path = tmp_path_factory.mktemp("furnished") / "library.db"
    create_library(path, migration_scripts())
    db = Database.open(path)
    TaskStore(db).save([*(song(name) for name in "abc"), song("late", has_takes=False)])
    RatingStore(db).put(AnnotationField.FAVOURITE, {TakeRef("a", "a2"): 1, TakeRef("late"): 1})
    RatingStore(db).put(AnnotationField.RATING, {TakeRef("a", "a2"): 4, TakeRef("b", "b1"): 2})
    LabelStore(db, lambda _: None).put(["a", "late"], "Jazz", is_on=True)
    AlbumStore(db).find_or_create("Café", 5.0)
    AlbumStore(db).put("Café", {TakeRef("b", "b2"): 3, TakeRef("late"): 7, TakeRef("a", "a1"): 9})
    db.close()
    return path


class Changes(RuleBasedStateMachine):
    """Changes in any order, some undone in between; the song without takes gets them at any time."""

    source: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.source, self.folder / "library.db")
        self.db = Database.open(self.folder / "library.db")
        self.ratings = RatingChanges(self.db, lambda _: None)
        self.albums = AlbumChanges(self.db)
        self.stack = UndoStack(self.db)
        self.states = [self.state()]

    def state(self) -> object:
        """All annotations as the user sees them."""
        albums = AlbumStore(self.db)
        return (
            read_annotations(self.db, IDS),
            LabelStore(self.db, lambda _: None).all(),
            [(found.name, albums.positions(found.name)) for found in albums.all()],
            SavedSearchStore(self.db).all(),
            [tuple(row) for row in self.db.query("SELECT id, is_starred, rating, heard FROM task ORDER BY id")],
        )

    def make(self, change: Change | None) -> None:
        """A change is published, and nothing is published if nothing changed."""
        state = self.state()
        assert (state != self.states[-1]) == (change is not None)
        if change is not None:
            self.states.append(state)

    @rule(takes=takes, value=st.sampled_from((None, True, False)))
    def star(self, takes: list[TakeRef], value: bool | None) -> None:
        self.make(self.stack.run(lambda: self.ratings.mark_favourite(takes, value)))

    @rule(takes=takes, rating=st.integers(0, 5))
    def rate(self, takes: list[TakeRef], rating: int) -> None:
        self.make(self.stack.run(lambda: self.ratings.rate(takes, rating)))

    @rule(takes=takes, value=st.sampled_from((None, True, False)), now=times)
    def play(self, takes: list[TakeRef], value: bool | None, now: float) -> None:
        self.make(self.stack.run(lambda: self.ratings.mark_played(takes, value, now)))

    @rule(ids=tasks, name=names, is_on=st.booleans())
    def label(self, ids: list[str], name: str, is_on: bool) -> None:
        self.make(self.stack.run(lambda: self.ratings.label(ids, name, is_on=is_on)))

    @rule(id=st.sampled_from(IDS), text=st.sampled_from(("", "good", "the bridge\nis good")))
    def note(self, id: str, text: str) -> None:
        self.make(self.stack.run(lambda: self.ratings.note(id, text)))

    @rule(ids=tasks, now=st.none() | times)
    def trash(self, ids: list[str], now: float | None) -> None:
        self.make(self.stack.run(lambda: self.ratings.trash(ids, now)))

    @rule(name=names, takes=takes, now=times)
    def add(self, name: str, takes: list[TakeRef], now: float) -> None:
        self.make(self.stack.run(lambda: self.albums.add(name, takes, now)))

    @rule(name=names, takes=takes)
    def remove(self, name: str, takes: list[TakeRef]) -> None:
        self.try_to(lambda: self.albums.remove(name, takes))

    @rule(name=names, take=takes.filter(bool).map(lambda many: many[0]), step=st.integers(-3, 3))
    def move(self, name: str, take: TakeRef, step: int) -> None:
        self.try_to(lambda: self.albums.move(name, take, step))

    @rule(name=names, new_name=names)
    def rename(self, name: str, new_name: str) -> None:
        self.try_to(lambda: self.albums.rename(name, new_name))

    @rule(name=names)
    def delete(self, name: str) -> None:
        self.try_to(lambda: self.albums.delete(name))

    @rule(name=names, query=st.sampled_from(("a", "b")), sort=st.sampled_from(Sort))
    def save_search(self, name: str, query: str, sort: Sort) -> None:
        self.make(self.stack.run(lambda: self.albums.save_search(name, ListQuery(query=parse(query), sort=sort))))

    @rule(name=names)
    def delete_search(self, name: str) -> None:
        self.make(self.stack.run(lambda: self.albums.delete_search(name)))

    def try_to(self, work: object) -> None:
        """A change that may be rejected, and then changes nothing."""
        try:
            change = self.stack.run(work)  # type: ignore[arg-type]
        except (NotFound, InvalidRequest):
            change = None
        self.make(change)

    @precondition(lambda self: len(self.states) > 1)
    @rule()
    def undo(self) -> None:
        assert self.stack.undo() is not None
        self.states.pop()

    @invariant()
    def is_what_it_should_be(self) -> None:
        assert self.state() == self.states[-1]

    def teardown(self) -> None:
        while len(self.states) > 1:
            self.undo()
            self.is_what_it_should_be()
        assert self.stack.undo() is None
        self.db.close()
        shutil.rmtree(self.folder)


def test_undoing_everything_restores_the_initial_state(furnished: Path) -> None:
    machine: Any = type("OnAFurnishedLibrary", (Changes,), {"source": furnished})
    machine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
    machine.TestCase("runTest").runTest()


def test_takes_that_arrive_in_the_meantime_lose_nothing(furnished: Path, tmp_path: Path) -> None:
    """Annotations of a song made before it had takes are undone on its first take."""
    shutil.copy(furnished, tmp_path / "library.db")
    db = Database.open(tmp_path / "library.db")
    ratings, albums, stack = RatingChanges(db, lambda _: None), AlbumChanges(db), UndoStack(db)
    stack.run(lambda: ratings.mark_favourite([TakeRef("late")], False))
    stack.run(lambda: ratings.rate([TakeRef("late")], 3))
    stack.run(lambda: albums.remove("Café", [TakeRef("late")]))
    TaskStore(db).save([song("late")])
    stack.run(lambda: ratings.mark_played([TakeRef("late", "late2")], True, 9.0))
    while stack.undo() is not None:
        pass
    kept = read_annotations(db, ["late"])["late"]
    assert (kept.take_rating("late1").is_favourite, kept.rating, kept.played) == (True, 0, 0)
    assert [take.clip_id for take in AlbumStore(db).positions("Café")] == ["b2", "late1", "a1"]
    db.close()
