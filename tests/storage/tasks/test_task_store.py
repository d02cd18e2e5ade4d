from __future__ import annotations

from collections.abc import Callable

import pytest

from sunotui.domain.requests.request import LyricsRequest, MusicRequest
from sunotui.domain.search.query import parse
from sunotui.domain.submission import Submission
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.summary import View
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import CHECKED_STEP_S, TaskStore
from tests.support.complete_list import all_ids, counts

MakeTask = Callable[..., Task]
MakeSubmission = Callable[..., Submission]


def changes_made(db: Database) -> int:
    return int(db.query("SELECT total_changes()")[0][0])


def test_a_task_survives_the_program(open_db: Callable[..., Database], make_task: MakeTask) -> None:
    task = make_task(
        kind=TaskKind.LYRICS,
        lyrics=Lyrics("Title", "[Verse]\nrain", ("pop", "雨"), "none"),
        fail_reason="because",
        progress="50%",
        submitted_at=1.5,
        started_at=2.5,
        finished_at=3.5,
        checked_at=4.5,
        misses=3,
        submission_id="s1",
        title_hint="hint",
    )
    db = open_db()
    TaskStore(db).save([task], {"t1": '{"raw": 1}'})
    db.close()
    library = TaskStore(open_db())
    assert library.task("t1") == task
    assert library.raw("t1") == '{"raw": 1}'


def test_missing_rows_are_none_or_empty(db: Database, library: TaskStore) -> None:
    assert library.task("nope") is None
    assert library.tasks(["nope"]) == {}
    assert library.clip("nope") is None
    assert library.raw("nope") == ""
    assert all_ids(db) == []
    assert library.summaries(["nope"]) == []
    assert library.unfinished() == []
    library.save([])
    assert counts(db) == dict.fromkeys(View, 0)


def test_tasks_and_summaries_are_in_the_requested_order(library: TaskStore, make_task: MakeTask) -> None:
    ids = [f"t{number}" for number in range(1_200)]
    library.save([make_task(task_id) for task_id in ids])
    asked = [*reversed(ids), "nope"]
    assert list(library.tasks(asked)) == asked[:-1]
    assert [summary.id for summary in library.summaries(asked)] == asked[:-1]


def test_newest_first_by_local_time_then_by_arrival(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    library.save([make_task("a", added_at=5.0), make_task("b", added_at=9.0)])
    library.save([make_task("c", added_at=5.0), make_task("d", added_at=1.0)])
    assert all_ids(db) == ["b", "c", "a", "d"]
    library.save([make_task("d", added_at=99.0, progress="changed")])
    assert all_ids(db) == ["b", "c", "a", "d"]
    assert library.task("d") == make_task("d", added_at=1.0, progress="changed")


def test_an_update_reads_the_known_tasks_once_and_saves_what_is_merged(
    library: TaskStore, make_task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.save([make_task("t1", progress="10%")])
    read: list[list[str]] = []
    tasks = library.tasks
    monkeypatch.setattr(library, "tasks", lambda ids: read.append(list(ids)) or tasks(ids))  # type: ignore[func-returns-value]
    known, merged = library.update(
        ["t1", "t2", "t1"], lambda known: [known["t1"]._replace(progress="50%"), make_task("t2")], {"t2": "{}"}
    )
    assert read == [["t1", "t2"]]
    assert known == {"t1": make_task("t1", progress="10%")}
    assert merged == [make_task("t1", progress="50%"), make_task("t2")]
    assert list(tasks(["t1", "t2"]).values()) == merged
    assert (library.raw("t1"), library.raw("t2")) == ("", "{}")


def test_takes_keep_their_numbers_and_clips_are_never_lost(library: TaskStore, make_task: MakeTask) -> None:
    one, two, three = (Clip(f"c{number}", title=f"{number}") for number in (1, 2, 3))
    library.save([make_task(clips=(one, two))])
    library.save([make_task(clips=(three, two._replace(title="new")))])
    kept = library.task("t1")
    assert kept is not None
    assert kept.clips == (one, two._replace(title="new"), three)
    assert library.summaries(["t1"])[0].takes == 3
    assert library.summaries(["t1"])[0].title == "1"


@pytest.mark.parametrize("title", ["2", "new"])
def test_a_take_that_comes_back_leaves_all_with_different_numbers(
    db: Database, library: TaskStore, make_task: MakeTask, title: str
) -> None:
    """Regression: a repair had dropped the row of take 1, and both had number 2 when the gateway reported them."""
    one, two = (Clip(f"c{number}", title=f"{number}") for number in (1, 2))
    library.save([make_task(clips=(one, two))])
    db.query("DELETE FROM clip WHERE id = 'c1'")
    library.save([make_task(clips=(one, two._replace(title=title)))])
    assert [tuple(row) for row in db.query("SELECT id, take FROM clip ORDER BY take")] == [("c2", 1), ("c1", 2)]


def test_two_tasks_may_have_one_clip(library: TaskStore, make_task: MakeTask) -> None:
    clip = Clip("shared", title="x")
    library.save([make_task("t1", clips=(clip,)), make_task("t2", clips=(clip._replace(title="y"),))])
    found = library.clip("shared")
    assert found is not None
    assert (found[0].id, found[1].title) == ("t1", "x")
    assert library.tasks(["t2"])["t2"].clips[0].title == "y"


def test_a_clip_is_found_with_its_task(library: TaskStore, make_task: MakeTask) -> None:
    library.save([make_task("t1"), make_task("t2")])
    found = library.clip("t2-c2")
    assert found is not None
    assert found == (make_task("t2"), make_task("t2").clips[1])


def test_the_submission_of_a_task_is_not_lost(library: TaskStore, make_task: MakeTask) -> None:
    library.save([make_task(submission_id="s1")])
    library.save([make_task(submission_id=None, progress="50%")])
    assert library.task("t1") == make_task(submission_id="s1", progress="50%")


def test_raw_responses_are_saved_and_an_empty_one_is_ignored(library: TaskStore, make_task: MakeTask) -> None:
    library.save([make_task()], {"t1": "first"})
    library.save([make_task()], {"t1": ""})
    assert library.raw("t1") == "first"
    library.save([make_task()], {"t1": "second", "stranger": "x"})
    assert library.raw("t1") == "second"
    assert library.raw("stranger") == ""


def test_the_response_of_a_task_is_compressed_at_its_end(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    """Until then, each poll replaces it."""
    first, last = '{"title": "' + "\ud800 雨 rain " * 50 + '"}', '{"title": "' + "snow \0" * 50 + '"}'
    library.save([make_task(status=TaskStatus.IN_PROGRESS)], {"t1": first})
    library.save([make_task("t2", status=TaskStatus.IN_PROGRESS), make_task("t3")], {"t2": first, "t3": first})

    def stored() -> list[str]:
        return db.column("SELECT typeof(raw) FROM answer ORDER BY task_id")

    assert stored() == ["text", "text", "blob"]
    expected = first.replace("\ud800", "\ufffd")
    assert [library.raw(task_id) for task_id in ("t1", "t2", "t3")] == [expected] * 3
    library.update(["t1"], lambda known: [known["t1"]._replace(status=TaskStatus.SUCCESS)], {"t1": last})
    library.update(["t2"], lambda known: [known["t2"]._replace(status=TaskStatus.FAILURE)], {"t2": first})
    assert stored() == ["blob"] * 3
    assert [library.raw(task_id) for task_id in ("t1", "t2")] == [last.replace("\0", "\ufffd"), expected]
    assert db.damage() == ""


@pytest.mark.parametrize("parents", [(), ("p1", "p2")])
def test_a_known_clip_is_changed_with_what_it_was_made_from(
    db: Database, library: TaskStore, make_task: MakeTask, parents: tuple[str, ...]
) -> None:
    task = make_task()
    library.save([task])
    clip = task.clips[1]._replace(title="New", status=ClipStatus.ERROR, error="no", is_max_mode=True, parents=parents)
    library.save([task._replace(clips=(task.clips[0], clip))])
    assert library.task("t1") == task._replace(clips=(task.clips[0], clip))
    assert db.column("SELECT parent_id FROM descent WHERE clip_id = ? ORDER BY 1", [clip.id]) == list(parents)


def test_a_task_is_found_by_its_request_after_its_texts_changed(
    library: TaskStore, journal: Journal, make_task: MakeTask, make_submission: MakeSubmission
) -> None:
    journal.add(make_submission("s1", MusicRequest(description="a quiet harbour")))
    library.save([make_task()])

    def found(words: str) -> list[str]:
        return [task.id for task in library.recent(query=parse(words), now=0.0)]

    assert found("harbour") == []
    library.save([make_task(submission_id="s1")])
    assert found("harbour") == ["t1"]
    library.save([make_task(submission_id="s1", title_hint="Evening")])
    assert found("harbour evening") == ["t1"]


def test_a_request_after_its_task_is_found_once_the_task_changes(
    library: TaskStore, journal: Journal, make_task: MakeTask, make_submission: MakeSubmission
) -> None:
    library.save([make_task(submission_id="s1")])
    journal.add(make_submission("s1", MusicRequest(description="a quiet harbour")))
    library.save([make_task(submission_id="s1", title_hint="Evening")])
    assert [task.id for task in library.recent(query=parse("harbour evening"), now=0.0)] == ["t1"]


def test_an_unchanged_task_is_not_written(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    library.save([make_task(checked_at=1_000.0)], {"t1": "raw"})
    before = changes_made(db)
    library.save([make_task(checked_at=1_000.0 + CHECKED_STEP_S - 1)], {"t1": "raw"})
    assert changes_made(db) == before
    library.save([make_task(checked_at=1_000.0 + CHECKED_STEP_S)], {"t1": "raw"})
    assert changes_made(db) > before
    assert library.task("t1") == make_task(checked_at=1_000.0 + CHECKED_STEP_S)


def test_a_clock_set_back_and_a_first_poll_are_written(library: TaskStore, make_task: MakeTask) -> None:
    library.save([make_task()])
    library.save([make_task(checked_at=1_000.0)])
    library.save([make_task(checked_at=500.0)])
    assert library.task("t1") == make_task(checked_at=500.0)


def test_only_the_changed_clip_is_written(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    task = make_task()
    library.save([task])
    before = changes_made(db)
    library.save([task._replace(clips=(task.clips[0], task.clips[1]._replace(error="late")))])
    assert changes_made(db) - before == 2


@pytest.mark.parametrize("kind", list(TaskKind))
@pytest.mark.parametrize("status", list(TaskStatus))
def test_views_and_counts_agree(
    db: Database, library: TaskStore, make_task: MakeTask, kind: TaskKind, status: TaskStatus
) -> None:
    library.save([make_task(kind=kind, status=status)])
    shown = {view for view in View if all_ids(db, view) == ["t1"]}
    assert {view for view, count in counts(db).items() if count} == shown
    assert View.ALL in shown
    assert (View.ACTIVE in shown) is not status.is_final
    is_bad = status in {TaskStatus.FAILURE, TaskStatus.UNKNOWN, TaskStatus.LOST}
    made = {View.LYRICS} if kind is TaskKind.LYRICS else {View.SONGS} if kind.is_song else set()
    assert shown & {View.FAILED, View.LYRICS, View.SONGS} == ({View.FAILED} if is_bad else made)
    assert bool(library.unfinished()) is not status.is_final


def test_unfinished_tasks_of_one_profile_or_all_oldest_first(library: TaskStore, make_task: MakeTask) -> None:
    queued = {"status": TaskStatus.QUEUED}
    library.save([make_task("a", **queued), make_task("b", profile="work", **queued), make_task("c")])
    assert [task.id for task in library.unfinished()] == ["a", "b"]
    assert [task.id for task in library.unfinished("work")] == ["b"]
    assert library.unfinished("unknown") == []


def test_a_summary_equals_its_task(library: TaskStore, make_task: MakeTask) -> None:
    clips = (
        Clip("c1"),
        Clip("c2", title="T", model="chirp-v4", duration_s=9.5, audio_url="https://a/b", status=ClipStatus.STREAMING),
    )
    task = make_task(status=TaskStatus.IN_PROGRESS, clips=clips, submitted_at=1.0, finished_at=2.0, fail_reason="f")
    library.save([task])
    summary = library.summaries(["t1"])[0]
    shared = [name for name in summary._fields if name != "progress" and hasattr(task, name)]
    assert {"id", "profile", "kind", "status", "title", "model", "duration_s", "added_at"} <= set(shared)
    assert {name: getattr(summary, name) for name in shared} == {name: getattr(task, name) for name in shared}
    assert summary.takes == 2
    assert summary.is_streaming is True


# --- search ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def searched(
    library: TaskStore, journal: Journal, make_task: MakeTask, make_submission: Callable[..., object]
) -> TaskStore:
    clip = Clip("clip-77", title="雨の東京 Neon Rain", tags="city pop", lyrics="[Chorus]\n100% of Straße")
    library.save([make_task("song", clips=(clip,), added_at=3.0)])
    library.save(
        [make_task("words", kind=TaskKind.LYRICS, clips=(), lyrics=Lyrics("Ode", "snow_fall", ("folk",)), added_at=2.0)]
    )
    journal.add(make_submission("s1", MusicRequest(description="a girl from Märs")))  # type: ignore[arg-type]
    library.save([make_task("made", clips=(), submission_id="s1", title_hint="a girl", added_at=1.0)])
    return library


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["song", "words", "made"]),
        ("   ", ["song", "words", "made"]),
        ("neon", ["song"]),
        ("RAIN neon", ["song"]),
        ("rain folk", []),
        ("東京", ["song"]),
        ("city", ["song"]),
        ("CLIP-77", ["song"]),
        ("100%", ["song"]),
        ("1%", ["song"]),
        ("STRASSE", ["song"]),
        ("snow fall", ["words"]),
        ("snow_fa", ["words"]),
        ("o_e", []),
        ("folk ode", ["words"]),
        ("märs", ["made"]),
        ("MÄRS girl", ["made"]),
        ("made", ["made"]),
        ("\\", []),
        ("👩", []),
        ("-👩", []),
        ("neon 👩", ["song"]),
        ("𞥀", []),
        ("' OR 1=1 --", []),
        ("\ud800\0", []),
        ("x " * 5_000, []),
    ],
)
def test_a_search_finds_every_word_in_any_case_anywhere(
    db: Database, searched: TaskStore, search: str, found: list[str]
) -> None:
    assert all_ids(db, search=search) == found
    assert [task.id for task in searched.recent(query=parse(search), now=0.0)] == found


def test_a_search_is_limited_to_its_view(db: Database, searched: TaskStore) -> None:
    assert all_ids(db, View.LYRICS, "o") == ["words"]


def test_a_search_finds_the_newest_text(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    library.save([make_task(clips=(Clip("c", title="before"),))])
    library.save([make_task(clips=(Clip("c", title="after"),))])
    assert all_ids(db, search="before") == []
    assert all_ids(db, search="after") == ["t1"]


def test_every_kind_of_request_is_searched(
    db: Database, library: TaskStore, journal: Journal, make_task: MakeTask, make_submission: Callable[..., object]
) -> None:
    journal.add(make_submission("s2", LyricsRequest("winter in Porto")))  # type: ignore[arg-type]
    library.save([make_task(submission_id="s2")])
    assert all_ids(db, search="porto") == ["t1"]


def test_recent_tasks_by_status_profile_and_number(library: TaskStore, make_task: MakeTask) -> None:
    library.save(
        [
            make_task("a", added_at=1.0),
            make_task("b", added_at=2.0, status=TaskStatus.FAILURE),
            make_task("c", added_at=3.0, profile="work"),
        ]
    )
    assert [task.id for task in library.recent(limit=2, now=0.0)] == ["c", "b"]
    assert [task.id for task in library.recent(TaskStatus.SUCCESS, now=0.0)] == ["c", "a"]
    assert [task.id for task in library.recent(TaskStatus.SUCCESS, profile="home", now=0.0)] == ["a"]
    assert library.recent(limit=0, now=0.0) == []
    assert library.recent(limit=-5, now=0.0) == []


def test_durations_of_the_newest_tasks_by_profile_and_kind(library: TaskStore, make_task: MakeTask) -> None:
    for number in range(5):
        library.save([make_task(f"t{number}", added_at=float(number), made_in_s=100.0 + number, clips=())])
    library.save([make_task("unseen", added_at=9.0, clips=()), make_task("else", profile="other", made_in_s=1.0)])
    library.save([make_task("words", kind=TaskKind.LYRICS, made_in_s=9.0, clips=())])
    assert library.durations("home", TaskKind.MUSIC) == [104.0, 103.0, 102.0, 101.0, 100.0]
    assert library.durations("home", TaskKind.MUSIC, limit=2) == [104.0, 103.0]
    assert library.durations("home", TaskKind.CONCAT) == []


def test_a_duration_is_not_lost_by_a_later_poll(library: TaskStore, make_task: MakeTask) -> None:
    library.save([make_task("t1", made_in_s=130.0)])
    library.save([make_task("t1", made_in_s=None, title_hint="later")])
    assert library.durations("home", TaskKind.MUSIC) == [130.0]
