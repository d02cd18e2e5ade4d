"""Nothing that a gateway says deletes or regresses what is known, in any order, also after a restart (D2).

Fails with a merge that believes the newest status, with clips replaced by those of the newest response, with an empty
field that overwrites, with a new value that is not taken, and with the address of a stream in place of the whole song's
(an error that this test found).
"""

from __future__ import annotations

import tempfile
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.merge import merge_report, record_miss, task_from_report
from sunotui.domain.tasks.task import Task, TaskKind, TaskReport, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.support.small_disk import QUICK

pytestmark = pytest.mark.guarantee(
    "D2",
    ordinary="60 runs of a state machine of 20 responses, absences, refreshes and restarts over 3 tasks",
    long="1,000 runs of a state machine of 50 steps",
    last_long_run="2026-11-25: 1,000 runs, 37 s",
)

_text = st.sampled_from(["", "one", "two"])
_time = st.sampled_from([None, 5.0, 6.0])
_share = st.sampled_from([None, 0.0, 0.5, 1.0])
_derivation = st.builds(Derivation, st.sampled_from(DerivationKind), st.sampled_from(["p", "q"]))
_clip_fields: dict[str, st.SearchStrategy[object]] = {
    "id": st.sampled_from("ab"),
    "title": _text,
    "status": st.sampled_from(ClipStatus),
    "tags": _text,
    "lyrics": _text,
    "description": _text,
    "model": _text,
    "duration_s": st.sampled_from([None, 0.0, 60.0]),
    "audio_url": st.sampled_from([None, "https://audiopipe.example/?item_id=a", "https://cdn.example/a.mp3"]),
    "video_url": st.sampled_from([None, "https://cdn.example/a.mp4"]),
    "image_url": st.sampled_from([None, "https://cdn.example/a.jpeg"]),
    "created_at": _time,
    "error": _text,
    "exclude": _text,
    "parents": st.sampled_from([(), ("p",), ("p", "q")]),
    "derivations": st.none() | st.lists(_derivation, max_size=2).map(tuple),
    "bpm": st.sampled_from([None, 112.0]),
    "musical_key": _text,
    "style_weight": _share,
    "weirdness": _share,
    "audio_weight": _share,
    "persona_id": _text,
    "is_max_mode": st.booleans(),
}
_clips = st.builds(Clip, **_clip_fields)  # type: ignore[arg-type]
_lyrics = st.builds(Lyrics, _text, _text, st.sampled_from([(), ("jazz",)]), _text)
_report_fields: dict[str, st.SearchStrategy[object]] = {
    "id": st.sampled_from(["t1", "t2", "t3"]),
    "status": st.none() | st.sampled_from([status for status in TaskStatus if status is not TaskStatus.LOST]),
    "kind": st.none() | st.sampled_from(TaskKind),
    "fail_reason": _text,
    "progress": _text,
    "submitted_at": _time,
    "started_at": _time,
    "finished_at": _time,
    "clips": st.lists(_clips, max_size=3, unique_by=lambda clip: clip.id).map(tuple),
    "lyrics": st.none() | _lyrics,
}
_NOT_KEPT = {"charged_quota", "raw"}
"""Of the newest answer alone; the raw text has a table and tests of its own."""
_reports = st.builds(TaskReport, **_report_fields)  # type: ignore[arg-type]
_SLIDERS = ("style_weight", "weirdness", "audio_weight")
_TAKEN = ("fail_reason", "progress", "submitted_at", "started_at", "finished_at")
_ENDED = {TaskStatus.SUCCESS, TaskStatus.FAILURE}


class Answers(RuleBasedStateMachine):
    """One library and a gateway that says anything in any order; each step is written and read again."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=QUICK)
        self._path = Path(self._folder.name) / "library.db"
        self._db = Database.open(self._path)
        self._library = TaskStore(self._db)
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
            self._library.save([task_from_report(report, "home", self._now, "wish")])
        else:
            self._library.save([merge_report(known, report, self._now, is_refresh=is_refresh)])
        _check_taken(report, known, self._known[report.id])

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
    def the_user_refreshes(self, report: TaskReport) -> None:
        self._apply(report, is_refresh=True)

    @rule(task_id=st.sampled_from(["t1", "t2", "t3"]), later_s=st.sampled_from([1.0, 700.0]), times=st.integers(1, 25))
    def an_answer_leaves_it_out(self, task_id: str, later_s: float, times: int) -> None:
        self._begin()
        self._now += later_s
        known = self._before.get(task_id)
        for _ in range(times if known is not None else 0):
            assert known is not None
            known = record_miss(known, self._now)
        if known is not None:
            self._library.save([known])

    @rule()
    def the_program_starts_again(self) -> None:
        self._begin()
        self._db.close()
        self._db = Database.open(self._path)
        self._library = TaskStore(self._db)
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
            for name in _TAKEN:
                assert not getattr(before, name) or getattr(after, name), f"{name} was emptied"
            if before.lyrics is not None:
                assert after.lyrics is not None
                _check_kept(before.lyrics, after.lyrics)
            assert [clip.id for clip in after.clips][: len(before.clips)] == [clip.id for clip in before.clips]
            for old, new in zip(before.clips, after.clips, strict=False):
                _check_clip(old, new)


def _tells(name: str, value: object) -> bool:
    """Whether the value of a field is set; 0 of a slider is."""
    return value is not None if name in _SLIDERS else bool(value)


def _check_kept(old: Clip | Lyrics, new: Clip | Lyrics) -> None:
    for name in (field.name for field in fields(old)):
        is_kept = _tells(name, getattr(new, name)) or not _tells(name, getattr(old, name))
        assert is_kept, f"{name} was emptied"


def _check_clip(old: Clip, new: Clip) -> None:
    if old.status is ClipStatus.COMPLETE:
        assert new.status is ClipStatus.COMPLETE
    _check_kept(old, new)
    assert old.derivations is None or new.derivations is not None, "that it has no derivations was forgotten"
    is_stale = old.status is ClipStatus.COMPLETE and old.audio_url and not old.is_stream and new.is_stream
    assert not is_stale, "a stream's link took the place of the song's"


def _check_taken(report: TaskReport, before: Task | None, after: Task) -> None:
    """What a response contains is stored, except a stale response about a complete clip."""
    for name in _TAKEN:
        assert not getattr(report, name) or getattr(after, name) == getattr(report, name), f"{name} was not taken"
    if after.kind in {TaskKind.PERSONA, TaskKind.TAGS}:
        return
    if report.lyrics is not None:
        assert after.lyrics is not None
        _check_fields_taken(report.lyrics, after.lyrics, ())
    known = {clip.id: clip for clip in before.clips} if before is not None else {}
    for told in report.clips:
        (clip,) = (one for one in after.clips if one.id == told.id)
        old = known.get(told.id)
        if old is None or old.status is not ClipStatus.COMPLETE or told.status is ClipStatus.COMPLETE:
            _check_fields_taken(told, clip, ("status", "audio_url"))


def _check_fields_taken(told: Clip | Lyrics, after: Clip | Lyrics, but: tuple[str, ...]) -> None:
    for name in (field.name for field in fields(told) if field.name not in but):
        value = getattr(told, name)
        assert not _tells(name, value) or getattr(after, name) == value, f"{name} was not taken"


def test_every_field_is_generated() -> None:
    """A field that is added later must be generated here too."""
    assert set(_clip_fields) == {field.name for field in fields(Clip)}
    assert set(_report_fields) | _NOT_KEPT == {field.name for field in fields(TaskReport)}


class AnswersLong(Answers):
    """The same machine; a separate class carries the mark."""


TestAnswers = Answers.TestCase
TestAnswers.settings = settings(max_examples=60, stateful_step_count=20)
TestAnswersLong = pytest.mark.long(pytest.mark.timeout(900)(AnswersLong.TestCase))
TestAnswersLong.settings = settings(max_examples=1_000, stateful_step_count=50)
