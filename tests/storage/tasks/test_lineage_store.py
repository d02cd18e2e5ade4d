"""Lineages read from the library."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sunotui.domain.requests.request import ConcatRequest, DerivedRequest, MusicRequest
from sunotui.domain.submission import Submission
from sunotui.domain.tasks.clip import Clip, Derivation, DerivationKind
from sunotui.domain.tasks.lineage import DerivationType, Lineage
from sunotui.domain.tasks.task import Task, TaskKind
from sunotui.storage.db.connection import Database
from sunotui.storage.db.schema import migration_scripts
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.lineage_store import MOST_RELATIVES, LineageStore
from sunotui.storage.tasks.task_store import TaskStore
from tests.storage.conftest import MakeSubmission, MakeTask


@pytest.fixture
def lineages(db: Database) -> LineageStore:
    return LineageStore(db)


def ids(lineage: Lineage | None) -> list[str]:
    assert lineage is not None
    return [row.branches.replace("├", "└").replace("│", " ") + row.relative.clip_id for row in lineage.tree()]


def test_a_clip_without_sources_has_no_lineage(library: TaskStore, lineages: LineageStore, make_task: MakeTask) -> None:
    library.save([make_task("t1")])
    assert lineages.around(["t1-c1"]) is None
    assert lineages.around(["unknown"]) is None
    assert lineages.around([]) is None


def test_a_reported_lineage_is_found_from_every_clip(
    library: TaskStore, lineages: LineageStore, make_task: MakeTask
) -> None:
    library.save([make_task("t1", clips=(Clip("a", title="First"),))])
    library.save([make_task("t2", clips=(Clip("b", parents=("a",)), Clip("c", parents=("a",))), added_at=2_000.0)])
    library.save([make_task("t3", kind=TaskKind.CONCAT, clips=(Clip("d", parents=("a", "b")),), added_at=3_000.0)])
    for member in "abcd":
        assert ids(lineages.around([member])) == ["a", "└─ b", "   └─ d", "└─ c"]
    lineage = lineages.around(["d"])
    assert lineage is not None
    assert lineage.relatives["d"].making is DerivationType.JOINED
    assert (lineage.relatives["a"].task_id, lineage.relatives["a"].title) == ("t1", "First")


def test_parts_are_known_by_what_the_gateway_says(
    library: TaskStore, lineages: LineageStore, make_task: MakeTask
) -> None:
    stem = Clip("s", parents=("a",), derivations=(Derivation(DerivationKind.STEM, "a"),))
    cover = Clip("c", parents=("a",), derivations=(Derivation(DerivationKind.COVER, "a"),))
    library.save([make_task("t1", clips=(Clip("a"),)), make_task("t2", clips=(stem,)), make_task("t3", clips=(cover,))])
    lineage = lineages.around(["a"])
    assert lineage is not None
    assert lineage.relatives["s"].making is DerivationType.TAKEN_APART
    assert lineage.relatives["c"].making is not DerivationType.TAKEN_APART
    assert lineages.tasks_made_of("a") == ["t2", "t3"]


def test_a_parent_made_elsewhere_is_included(library: TaskStore, lineages: LineageStore, make_task: MakeTask) -> None:
    library.save([make_task("t1", clips=(Clip("b", parents=("elsewhere",)),))])
    lineage = lineages.around(["b"])
    assert ids(lineage) == ["elsewhere", "└─ b"]
    assert lineage is not None
    assert lineage.relatives["elsewhere"].task_id == ""


@pytest.mark.parametrize(
    ("request_", "making"),
    [
        (MusicRequest(lyrics="la", extend_clip_id="a", extend_at_s=60.0), DerivationType.EXTENDED),
        (DerivedRequest("cover", clip_id="a", style="jazz"), DerivationType.COVERED),
        (ConcatRequest(clip_id="a"), DerivationType.JOINED),
        (DerivedRequest("stems_short", clip_id="a"), DerivationType.TAKEN_APART),
    ],
)
def test_requests_give_the_lineage_if_the_gateway_does_not(
    library: TaskStore,
    journal: Journal,
    lineages: LineageStore,
    make_task: MakeTask,
    make_submission: MakeSubmission,
    request_: MusicRequest | DerivedRequest | ConcatRequest,
    making: DerivationType,
) -> None:
    library.save([make_task("t1", clips=(Clip("a"),))])
    journal.add(make_submission("s-1", request=request_))
    child = make_task("t2", clips=(Clip("b"),))
    library.save([child])
    assert lineages.around(["b"]) is None
    library.save([child._replace(submission_id="s-1")])
    lineage = lineages.around(["b"])
    assert ids(lineage) == ["a", "└─ b"]
    assert lineage is not None
    assert lineage.relatives["b"].making is making


def test_changed_parents_are_replaced(library: TaskStore, lineages: LineageStore, make_task: MakeTask) -> None:
    library.save([make_task("t1", clips=(Clip("b", parents=("old", "older")),))])
    library.save([make_task("t1", clips=(Clip("b", parents=("new",)),))])
    assert ids(lineages.around(["b"])) == ["new", "└─ b"]


@pytest.mark.parametrize("name", ['quo"te', "back\\slash", "{}[],", "雨"])
def test_any_id_is_possible(library: TaskStore, lineages: LineageStore, make_task: MakeTask, name: str) -> None:
    library.save([make_task("t1", clips=(Clip("b", parents=(name, "x")),))])
    assert ids(lineages.around(["b"])) == [*sorted([name, "x"])[:1], "└─ b", *sorted([name, "x"])[1:], "└─ b"]


def test_a_very_large_lineage_is_read_in_part(library: TaskStore, lineages: LineageStore, make_task: MakeTask) -> None:
    library.save([make_task(f"t{at}", clips=(Clip(f"b{at}", parents=("a",)),)) for at in range(MOST_RELATIVES + 50)])
    lineage = lineages.around(["b7"])
    assert lineage is not None
    assert len(lineage.relatives) == MOST_RELATIVES


def test_an_older_library_gets_its_lineages(
    open_db: Callable[..., Database], make_task: MakeTask, make_submission: Callable[..., Submission]
) -> None:
    old = open_db(scripts=migration_scripts()[:2])
    with old.write() as connection:
        connection.execute(
            "INSERT INTO task (id, profile, kind, status, added_at, fail_reason, progress, misses, title_hint, title, "
            "model, is_streaming, takes) VALUES ('t', 'home', 'music', 'success', 1, '', '', 0, '', '', '', 0, 1)"
        )
        connection.execute(
            "INSERT INTO clip (task_id, id, take, title, status, tags, lyrics, description, model, error, parents) "
            "VALUES ('t', 'b', 1, '', 'complete', '', '', '', '', '', 'a z')"
        )
    old.close()
    assert ids(LineageStore(open_db()).around(["b"])) == ["a", "└─ b", "z", "└─ b"]


def test_deleting_a_task_deletes_its_lineage_rows(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    task: Task = make_task("t1", clips=(Clip("b", parents=("a",)),))
    library.save([task])
    with db.write() as connection:
        connection.execute("DELETE FROM task")
    assert db.query("SELECT * FROM descent") == []
