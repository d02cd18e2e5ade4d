"""Merging one task of two libraries: complete, in this library's order, and the newer value counts (D2)."""

from __future__ import annotations

import pytest

from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.merge import is_same, merge_imported
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus


def task(**changes: object) -> Task:
    return Task("t", "home", TaskKind.MUSIC, TaskStatus.IN_PROGRESS, added_at=100.0)._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "document", "expected"),
    [
        # By the submission, if both have it.
        (task(submission_id="s"), task(submission_id="s", profile="work"), True),
        (task(submission_id="s"), task(submission_id="other"), False),
        # By the profile, if one does not.
        (task(submission_id="s"), task(), True),
        (task(), task(submission_id="s"), True),
        (task(), task(), True),
        (task(), task(profile="work"), False),
        (task(submission_id="s"), task(profile="work"), False),
        # By a clip that both have.
        (task(clips=(Clip("a"), Clip("b"))), task(profile="work", clips=(Clip("b"),)), True),
        (task(clips=(Clip("a"),)), task(profile="work", clips=(Clip("b"),)), False),
        (task(clips=(Clip("a"),)), task(profile="work"), False),
    ],
)
def test_which_tasks_of_one_id_are_the_same(known: Task, document: Task, expected: bool) -> None:
    assert is_same(known, document) == expected
    assert is_same(document, known) == expected


HERE = task(
    status=TaskStatus.QUEUED,
    fail_reason="here",
    progress="1%",
    submitted_at=1.0,
    started_at=2.0,
    finished_at=3.0,
    clips=(Clip("a", title="Here"), Clip("b", title="Here")),
    lyrics=Lyrics("Here", "here"),
    checked_at=10.0,
    misses=1,
    submission_id="s",
    made_in_s=50.0,
    title_hint="here",
)
THERE = task(
    profile="work",
    kind=TaskKind.CONCAT,
    status=TaskStatus.IN_PROGRESS,
    added_at=50.0,
    fail_reason="there",
    progress="2%",
    submitted_at=4.0,
    started_at=5.0,
    finished_at=6.0,
    clips=(Clip("c", title="There"), Clip("b", title="There")),
    lyrics=Lyrics("There", "there"),
    checked_at=20.0,
    misses=2,
    submission_id="s",
    made_in_s=60.0,
    title_hint="there",
)
OURS = {"profile": "home", "kind": TaskKind.MUSIC, "added_at": 100.0, "submission_id": "s", "made_in_s": 50.0}
NEWER = ("fail_reason", "progress", "submitted_at", "started_at", "finished_at", "lyrics", "checked_at", "misses")


@pytest.mark.parametrize("is_newer", [True, False], ids=["newer", "older"])
def test_the_newer_value_counts_and_local_values_stay(is_newer: bool) -> None:
    there = THERE._replace(checked_at=20.0 if is_newer else 5.0)
    found = merge_imported(HERE, there)
    assert {name: getattr(found, name) for name in OURS} == OURS
    assert found.title_hint == "here"
    for name in NEWER:
        assert getattr(found, name) == getattr(there if is_newer else HERE, name), name
    assert found.status is TaskStatus.IN_PROGRESS, "it goes forward only, whoever heard of it last"
    shared = "There" if is_newer else "Here"
    assert [(clip.id, clip.title) for clip in found.clips] == [("a", "Here"), ("b", shared), ("c", "There")]
    assert {*OURS, *NEWER, "id", "status", "clips", "title_hint", "charged_quota"} == {*Task._fields}


@pytest.mark.parametrize("is_newer", [True, False], ids=["newer", "older"])
def test_values_of_only_one_of_them_are_kept(is_newer: bool) -> None:
    bare = Task("t", "home", TaskKind.MUSIC, TaskStatus.SUBMITTED, 100.0, checked_at=99.0 if is_newer else 1.0)
    for found in (merge_imported(HERE, bare), merge_imported(bare, HERE)):
        for name in ("fail_reason", "progress", "submitted_at", "started_at", "finished_at", "lyrics", "title_hint"):
            assert getattr(found, name) == getattr(HERE, name), name
        assert (found.submission_id, found.made_in_s, found.clips) == ("s", 50.0, HERE.clips)
        assert found.status is TaskStatus.QUEUED
        assert found.checked_at == max(10.0, bare.checked_at or 0.0)


def test_the_kind_is_that_of_the_requested_one() -> None:
    asked, seen = task(submission_id="s", kind=TaskKind.CONCAT), task(kind=TaskKind.UPLOAD)
    assert merge_imported(asked, seen).kind is TaskKind.CONCAT
    assert merge_imported(seen, asked).kind is TaskKind.CONCAT
    assert merge_imported(seen, task(kind=TaskKind.MUSIC, checked_at=9.0)).kind is TaskKind.UPLOAD


def test_a_duration_of_zero_is_a_duration() -> None:
    assert merge_imported(task(made_in_s=0.0), task(made_in_s=7.0)).made_in_s == 0.0


def test_of_two_with_the_same_time_the_local_one_counts() -> None:
    for at in (None, 5.0):
        found = merge_imported(task(progress="1%", checked_at=at), task(progress="2%", checked_at=at))
        assert (found.progress, found.checked_at) == ("1%", at)
    assert merge_imported(task(progress="1%"), task(progress="2%", checked_at=0.5)).progress == "2%"


@pytest.mark.parametrize("is_newer", [True, False], ids=["newer", "older"])
def test_a_known_end_is_not_reverted(is_newer: bool) -> None:
    done = task(status=TaskStatus.SUCCESS, checked_at=10.0, clips=(Clip("a", status=ClipStatus.COMPLETE),))
    running = task(checked_at=20.0 if is_newer else 5.0, clips=(Clip("a", status=ClipStatus.STREAMING),))
    for found in (merge_imported(done, running), merge_imported(running, done)):
        assert (found.status, found.clips[0].status) == (TaskStatus.SUCCESS, ClipStatus.COMPLETE)
