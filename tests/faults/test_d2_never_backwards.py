"""Nothing a gateway says deletes or takes back, in whatever order it is said, also from the disk (D2).

Seen to fail with a merge that believes the newest status, with clips replaced by those of the newest answer, with an
empty field that overwrites, and (a fault found by it) with a stream's link in the place of a whole song's.
"""

import tempfile
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sunotui.domain.clip import Clip, ClipStatus
from sunotui.domain.lyrics import Lyrics
from sunotui.domain.reconcile import adopt, merge, miss
from sunotui.domain.task import Task, TaskKind, TaskReport, TaskStatus
from sunotui.storage.database import Database
from sunotui.storage.library import Library
from tests.faults.disks import QUICK
from tests.faults.proofs import Proof

PROVES = (
    Proof(
        "D2",
        counts_ci="60 runs of a state machine of 20 answers, absences, refreshes and restarts over 3 tasks",
        counts_long="1,000 runs of a state machine of 50 steps",
        last_long="2026-11-25: 1,000 runs, 37 s",
    ),
)
_text = st.sampled_from(["", "one", "two"])
_clips = st.builds(
    Clip,
    id=st.sampled_from("ab"),
    title=_text,
    status=st.sampled_from(ClipStatus),
    tags=_text,
    lyrics=_text,
    model=_text,
    duration_s=st.sampled_from([None, 0.0, 60.0]),
    audio_url=st.sampled_from([None, "https://audiopipe.example/?item_id=a", "https://cdn.example/a.mp3"]),
    image_url=st.sampled_from([None, "https://cdn.example/a.jpeg"]),
)
_reports = st.builds(
    TaskReport,
    id=st.sampled_from(["t1", "t2", "t3"]),
    status=st.none() | st.sampled_from([status for status in TaskStatus if status is not TaskStatus.LOST]),
    kind=st.none() | st.sampled_from(TaskKind),
    clips=st.lists(_clips, max_size=3, unique_by=lambda clip: clip.id).map(tuple),
    lyrics=st.none() | st.builds(Lyrics, _text, _text),
    fail_reason=_text,
    progress=_text,
    started_at=st.sampled_from([None, 5.0]),
)
_ENDED = {TaskStatus.SUCCESS, TaskStatus.FAILURE}


class Answers(RuleBasedStateMachine):
    """One library, and a gateway that says anything in any order; each step goes to the disk and back."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=QUICK)
        self._path = Path(self._folder.name) / "library.db"
        self._db = Database.open(self._path)
        self._library = Library(self._db)
        self._now = 1_000.0
        self._before: dict[str, Task] = {}
        self._said: list[TaskReport] = []
        self._is_refresh = False

    def teardown(self) -> None:
        self._db.close()
        self._folder.cleanup()

    @property
    def _known(self) -> dict[str, Task]:
        return self._library.tasks(["t1", "t2", "t3"])

    def _apply(self, report: TaskReport, *, is_refresh: bool = False) -> None:
        self._begin(is_refresh=is_refresh)
        known = self._before.get(report.id)
        if known is None:
            self._library.save([adopt(report, "home", self._now, "wish")])
        else:
            self._library.save([merge(known, report, self._now, is_refresh=is_refresh)])

    def _begin(self, *, is_refresh: bool = False) -> None:
        self._now += 1
        self._before, self._is_refresh = self._known, is_refresh

    @rule(report=_reports)
    def the_gateway_answers(self, report: TaskReport) -> None:
        self._said.append(report)
        self._apply(report)

    @rule(data=st.data())
    def an_old_answer_comes_again(self, data: st.DataObject) -> None:
        if self._said:
            self._apply(data.draw(st.sampled_from(self._said)))

    @rule(report=_reports)
    def a_person_asks_anew(self, report: TaskReport) -> None:
        self._apply(report, is_refresh=True)

    @rule(task_id=st.sampled_from(["t1", "t2", "t3"]), later_s=st.sampled_from([1.0, 700.0]), times=st.integers(1, 25))
    def an_answer_leaves_it_out(self, task_id: str, later_s: float, times: int) -> None:
        self._begin()
        self._now += later_s
        known = self._before.get(task_id)
        for _ in range(times if known is not None else 0):
            assert known is not None
            known = miss(known, self._now)
        if known is not None:
            self._library.save([known])

    @rule()
    def the_program_starts_again(self) -> None:
        self._begin()
        self._db.close()
        self._db = Database.open(self._path)
        self._library = Library(self._db)
        assert self._known == self._before

    @invariant()
    def nothing_went_backwards(self) -> None:
        known = self._known
        assert set(known) >= set(self._before), "a task is gone"
        for task_id, before in self._before.items():
            after = known[task_id]
            if not self._is_refresh:
                if before.status in _ENDED:
                    assert after.status in _ENDED, f"{before.status} became {after.status}"
                if before.status is TaskStatus.SUCCESS:
                    assert after.status is TaskStatus.SUCCESS
            for name in ("kind", "added_at", "submission_id", "profile"):
                assert getattr(after, name) == getattr(before, name)
            for name in ("fail_reason", "progress", "started_at", "lyrics"):
                assert not getattr(before, name) or getattr(after, name), f"{name} was emptied"
            assert [clip.id for clip in after.clips][: len(before.clips)] == [clip.id for clip in before.clips]
            for old, new in zip(before.clips, after.clips, strict=False):
                _check_clip(old, new)


def _check_clip(old: Clip, new: Clip) -> None:
    if old.status is ClipStatus.COMPLETE:
        assert new.status is ClipStatus.COMPLETE
    for field in fields(Clip):
        assert not getattr(old, field.name) or getattr(new, field.name), f"a clip's {field.name} was emptied"
    is_stale = old.status is ClipStatus.COMPLETE and old.audio_url and not old.is_stream and new.is_stream
    assert not is_stale, "a stream's link took the place of the song's"


class AnswersLong(Answers):
    """The same; a class of its own carries the mark."""


TestAnswers = Answers.TestCase
TestAnswers.settings = settings(max_examples=60, stateful_step_count=20)
TestAnswersLong = pytest.mark.long(pytest.mark.timeout(900)(AnswersLong.TestCase))
TestAnswersLong.settings = settings(max_examples=1_000, stateful_step_count=50)
