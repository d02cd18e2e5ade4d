"""No response of a gateway deletes or regresses known data, in any order, also after a restart (D2).

Fails if the merge always takes the newest status, if clips are replaced by those of the newest response, if an empty
field overwrites a value, if a new value is ignored, and if the URL of a stream replaces the URL of the finished song (a
bug that this test found).
"""

from __future__ import annotations

import tempfile
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
from tests.support.building import with_defaults
from tests.support.run_directory import memory_directory

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
_clips = st.builds(with_defaults(Clip), **_clip_fields)
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
_NOT_STORED = {"charged_quota", "raw"}
"""Fields of the newest response only. The raw text has its own table and tests."""
_reports = st.builds(with_defaults(TaskReport), **_report_fields)
_SLIDERS = ("style_weight", "weirdness", "audio_weight")
_UPDATED_FIELDS = ("fail_reason", "progress", "submitted_at", "started_at", "finished_at")
_ENDED = {TaskStatus.SUCCESS, TaskStatus.FAILURE}


class Responses(RuleBasedStateMachine):
    """A library and a gateway that reports anything in any order; each step is stored and read again."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=memory_directory())
        self._path = Path(self._folder.name) / "library.db"
        self._db = Database.open(self._path)
        self._library = TaskStore(self._db)
        self._now = 1_000.0
        self._before: dict[str, Task] = {}
        self._responses: list[TaskReport] = []
        self._is_refresh = False

    def teardown(self) -> None:
        self._db.close()
        self._folder.cleanup()

    @property
    def _known(self) -> dict[str, Task]:
        return self._library.tasks(["t1", "t2", "t3"])

    def _apply(self, report: TaskReport, *, is_refresh: bool = False) -> None:
        self._start_step(is_refresh=is_refresh)
        known = self._before.get(report.id)
        if known is None:
            self._library.save([task_from_report(report, "home", self._now, "submission")])
        else:
            self._library.save([merge_report(known, report, self._now, is_refresh=is_refresh)])
        _check_applied(report, known, self._known[report.id])

    def _start_step(self, *, is_refresh: bool = False) -> None:
        self._now += 1
        self._before, self._is_refresh = self._known, is_refresh

    @rule(report=_reports)
    def the_gateway_responds(self, report: TaskReport) -> None:
        self._responses.append(report)
        self._apply(report)

    @rule(data=st.data())
    def an_old_response_arrives_again(self, data: st.DataObject) -> None:
        if self._responses:
            self._apply(data.draw(st.sampled_from(self._responses)))

    @rule(report=_reports)
    def the_user_refreshes(self, report: TaskReport) -> None:
        self._apply(report, is_refresh=True)

    @rule(task_id=st.sampled_from(["t1", "t2", "t3"]), later_s=st.sampled_from([1.0, 700.0]), times=st.integers(1, 25))
    def a_response_omits_a_task(self, task_id: str, later_s: float, times: int) -> None:
        self._start_step()
        self._now += later_s
        known = self._before.get(task_id)
        for _ in range(times if known is not None else 0):
            assert known is not None
            known = record_miss(known, self._now)
        if known is not None:
            self._library.save([known])

    @rule()
    def the_program_restarts(self) -> None:
        self._start_step()
        self._db.close()
        self._db = Database.open(self._path)
        self._library = TaskStore(self._db)
        assert self._known == self._before

    @invariant()
    def nothing_regressed(self) -> None:
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
            for name in _UPDATED_FIELDS:
                assert not getattr(before, name) or getattr(after, name), f"{name} was cleared"
            if before.lyrics is not None:
                assert after.lyrics is not None
                _check_preserved(before.lyrics, after.lyrics)
            assert [clip.id for clip in after.clips][: len(before.clips)] == [clip.id for clip in before.clips]
            for old, new in zip(before.clips, after.clips, strict=False):
                _check_clip(old, new)


def _is_set(name: str, value: object) -> bool:
    """Whether a field has a value. For a slider 0 is a value."""
    return value is not None if name in _SLIDERS else bool(value)


def _check_preserved(old: Clip | Lyrics, new: Clip | Lyrics) -> None:
    for name in old._fields:
        is_preserved = _is_set(name, getattr(new, name)) or not _is_set(name, getattr(old, name))
        assert is_preserved, f"{name} was cleared"


def _check_clip(old: Clip, new: Clip) -> None:
    if old.status is ClipStatus.COMPLETE:
        assert new.status is ClipStatus.COMPLETE
    _check_preserved(old, new)
    assert old.derivations is None or new.derivations is not None, "the empty list of derivations was lost"
    is_stale = old.status is ClipStatus.COMPLETE and old.audio_url and not old.is_stream and new.is_stream
    assert not is_stale, "the URL of a stream replaced the URL of the song"


def _check_applied(report: TaskReport, before: Task | None, after: Task) -> None:
    """Check that the values of a response are stored, except those of a stale response about a complete clip."""
    for name in _UPDATED_FIELDS:
        assert not getattr(report, name) or getattr(after, name) == getattr(report, name), f"{name} was not applied"
    if after.kind in {TaskKind.PERSONA, TaskKind.TAGS}:
        return
    if report.lyrics is not None:
        assert after.lyrics is not None
        _check_fields_applied(report.lyrics, after.lyrics, ())
    known = {clip.id: clip for clip in before.clips} if before is not None else {}
    for reported in report.clips:
        (clip,) = (one for one in after.clips if one.id == reported.id)
        old = known.get(reported.id)
        if old is None or old.status is not ClipStatus.COMPLETE or reported.status is ClipStatus.COMPLETE:
            _check_fields_applied(reported, clip, ("status", "audio_url"))


def _check_fields_applied(reported: Clip | Lyrics, after: Clip | Lyrics, excluded: tuple[str, ...]) -> None:
    for name in (name for name in reported._fields if name not in excluded):
        value = getattr(reported, name)
        assert not _is_set(name, value) or getattr(after, name) == value, f"{name} was not applied"


def test_every_field_is_generated() -> None:
    """Fails if a field is added to a class but not generated here."""
    assert set(_clip_fields) == {*Clip._fields}
    assert set(_report_fields) | _NOT_STORED == {*TaskReport._fields}


class ResponsesLong(Responses):
    """The state machine Responses once more, in a class of its own for the `long` mark."""


TestResponses = Responses.TestCase
TestResponses.settings = settings(max_examples=60, stateful_step_count=20)
TestResponsesLong = pytest.mark.long(pytest.mark.timeout(900)(ResponsesLong.TestCase))
TestResponsesLong.settings = settings(max_examples=1_000, stateful_step_count=50)
