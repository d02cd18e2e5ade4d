"""What a row of a list shows of a task, read in one query."""

from __future__ import annotations

import pytest

from sunotui.domain.requests.music import MusicRequest
from sunotui.domain.tasks.clip import Clip, Derivation, DerivationKind
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.origin import Origin
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from tests.storage.conftest import MakeSubmission, MakeTask


def only(library: TaskStore, task_id: str = "t") -> TaskSummary:
    (found,) = library.summaries([task_id])
    return found


def test_the_style_and_the_origin_are_those_of_the_first_take(library: TaskStore, make_task: MakeTask) -> None:
    cover = (Derivation(DerivationKind.COVER, "x"),)
    clips = (Clip("b", tags="bossa\nnova, slow", derivations=cover, parents=("x",)), Clip("a", tags="other"))
    library.save([make_task("t", clips=clips)])
    assert (only(library).style, only(library).origin) == ("bossa\nnova, slow", Origin.COVER)


def test_an_extension_says_where_it_begins_and_what_was_asked_for(
    db: Database, library: TaskStore, make_task: MakeTask, make_submission: MakeSubmission
) -> None:
    request = MusicRequest(extend_clip_id="x", extend_at_s=107.5, style="ambient", lyrics="la")
    Journal(db).add(make_submission("s", request=request))
    library.save([make_task("t", clips=(), submission_id="s", status=TaskStatus.SUBMITTED)])
    found = only(library)
    assert (found.origin, found.start_s, found.style) == (Origin.EXTENSION, 107.5, "ambient")


def test_the_lines_of_lyrics_are_those_that_are_sung(library: TaskStore, make_task: MakeTask) -> None:
    lyrics = Lyrics("Title", "[Verse]\none\ntwo\n\n[Chorus]\nthree")
    library.save([make_task("t", kind=TaskKind.LYRICS, clips=(), lyrics=lyrics)])
    assert (only(library).lyric_lines, only(library).origin) == (3, Origin.LYRICS)


@pytest.mark.parametrize(
    ("progress", "share"), [("55%", 0.55), ("7", 0.07), ("0%", None), ("100%", None), ("", None), ("half", None)]
)
def test_a_progress_of_nothing_or_all_says_nothing(
    library: TaskStore, make_task: MakeTask, progress: str, share: float | None
) -> None:
    library.save([make_task("t", progress=progress, status=TaskStatus.IN_PROGRESS)])
    assert only(library).progress == share


def test_labels_are_reported(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    library.save([make_task("t")])
    with db.write() as connection:
        connection.execute("INSERT INTO label VALUES (1, 'sea', 'sea'), (2, 'late night', 'late night')")
        connection.execute("INSERT INTO task_label VALUES ('t', 1), ('t', 2)")
    assert only(library).labels == "sea, late night"
