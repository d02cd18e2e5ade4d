"""Merging reports into known tasks: never a step backwards, whatever the order of responses (D2)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.merge import LOST_AFTER_S, MISSES_UNTIL_LOST, merge_report, record_miss, task_from_report
from sunotui.domain.tasks.task import Task, TaskKind, TaskReport, TaskStatus
from tests.support.building import with_defaults

STREAM = "https://audiopipe.example/?item_id=a"
FINAL = "https://cdn.example/a.mp3"


def task(status: TaskStatus = TaskStatus.SUBMITTED, **changes: object) -> Task:
    return Task("t", "main", TaskKind.MUSIC, status, added_at=100.0)._replace(**changes)  # type: ignore[arg-type]


def report(status: TaskStatus | None, *clips: Clip, **changes: object) -> TaskReport:
    return TaskReport("t", status, clips=clips)._replace(**changes)  # type: ignore[arg-type]


def test_a_song_from_streaming_to_done_changes_its_link() -> None:
    streaming = merge_report(
        task(), report(TaskStatus.IN_PROGRESS, Clip("a", status=ClipStatus.STREAMING, audio_url=STREAM)), 1.0
    )
    assert streaming.clips[0].is_stream
    done = merge_report(
        streaming,
        report(TaskStatus.SUCCESS, Clip("a", status=ClipStatus.COMPLETE, audio_url=FINAL, duration_s=61.0)),
        2.0,
    )
    assert done.status is TaskStatus.SUCCESS
    assert done.clips[0].audio_url == FINAL
    assert not done.clips[0].is_stream


def test_a_stale_response_reverts_nothing() -> None:
    done = task(
        TaskStatus.SUCCESS, clips=(Clip("a", title="T", status=ClipStatus.COMPLETE, audio_url=FINAL, duration_s=9.0),)
    )
    stale = report(TaskStatus.IN_PROGRESS, Clip("a", status=ClipStatus.STREAMING, audio_url=STREAM))
    assert merge_report(done, stale, 5.0).clips == done.clips
    assert merge_report(done, stale, 5.0).status is TaskStatus.SUCCESS


def test_a_known_end_becomes_unknown_only_on_a_users_refresh() -> None:
    failed = task(TaskStatus.FAILURE, fail_reason="time out")
    assert merge_report(failed, report(TaskStatus.UNKNOWN), 1.0).status is TaskStatus.FAILURE
    assert merge_report(failed, report(TaskStatus.UNKNOWN), 1.0, is_refresh=True).status is TaskStatus.UNKNOWN
    assert merge_report(task(TaskStatus.UNKNOWN), report(TaskStatus.FAILURE), 1.0).status is TaskStatus.FAILURE


def test_a_whole_song_s_link_never_becomes_a_stream_s_again() -> None:
    """Some relays report a finished song with either link."""
    done = task(TaskStatus.SUCCESS, clips=(Clip("a", status=ClipStatus.COMPLETE, audio_url=FINAL),))
    again = report(TaskStatus.SUCCESS, Clip("a", title="T", status=ClipStatus.COMPLETE, audio_url=STREAM))
    merged = merge_report(done, again, 5.0).clips[0]
    assert (merged.audio_url, merged.title) == (FINAL, "T")


def test_a_users_refresh_may_reopen_a_failure() -> None:
    failed = task(TaskStatus.FAILURE, fail_reason="time out")
    document = report(TaskStatus.SUCCESS, Clip("a", status=ClipStatus.COMPLETE, audio_url=FINAL))
    assert merge_report(failed, document, 1.0).status is TaskStatus.SUCCESS
    assert merge_report(failed, report(TaskStatus.IN_PROGRESS), 1.0).status is TaskStatus.FAILURE
    assert merge_report(failed, report(TaskStatus.IN_PROGRESS), 1.0, is_refresh=True).status is TaskStatus.IN_PROGRESS


def test_takes_keep_their_numbers_when_the_gateway_shuffles() -> None:
    first = merge_report(task(), report(TaskStatus.IN_PROGRESS, Clip("a"), Clip("b")), 1.0)
    second = merge_report(first, report(TaskStatus.IN_PROGRESS, Clip("b"), Clip("c"), Clip("a")), 2.0)
    assert [clip.id for clip in second.clips] == ["a", "b", "c"]


def test_empty_fields_overwrite_nothing() -> None:
    known = task(lyrics=Lyrics("Title", "words"), fail_reason="why", started_at=3.0)
    merged = merge_report(known, report(None, lyrics=Lyrics("", "")), 1.0)
    assert merged.lyrics == known.lyrics
    assert (merged.fail_reason, merged.started_at) == ("why", 3.0)


def test_the_requested_kind_is_preferred_to_the_gateways() -> None:
    ours = task(submission_id="s")
    assert merge_report(ours, report(TaskStatus.SUBMITTED, kind=TaskKind.LYRICS), 1.0).kind is TaskKind.MUSIC
    assert task_from_report(report(None, kind=TaskKind.LYRICS), "main", 1.0).kind is TaskKind.LYRICS


def test_a_task_without_an_envelope_has_its_status_from_its_clips() -> None:
    adopted = task_from_report(
        report(None, Clip("a", status=ClipStatus.COMPLETE), Clip("b", status=ClipStatus.ERROR)), "m", 1.0
    )
    assert adopted.status is TaskStatus.SUCCESS
    assert task_from_report(report(None, Clip("a", status=ClipStatus.ERROR)), "m", 1.0).status is TaskStatus.FAILURE


def test_absent_is_not_failed_but_absent_for_long_is_lost() -> None:
    known = task(checked_at=1_000.0)
    for _ in range(MISSES_UNTIL_LOST - 1):
        known = record_miss(known, 1_000.0 + LOST_AFTER_S + 1)
    assert not known.status.is_final
    assert record_miss(known, 1_000.0 + 5).status is TaskStatus.SUBMITTED
    assert record_miss(known, 1_000.0 + LOST_AFTER_S + 1).status is TaskStatus.LOST
    found_again = merge_report(record_miss(known, 1_000.0 + LOST_AFTER_S + 1), report(TaskStatus.IN_PROGRESS), 9_999.0)
    assert found_again.status is TaskStatus.IN_PROGRESS
    assert found_again.misses == 0


def test_known_musical_facts_are_never_erased() -> None:
    sound = Clip(
        "a",
        bpm=112.0,
        musical_key="A minor",
        style_weight=0.0,
        weirdness=0.25,
        audio_weight=1.0,
        persona_id="p",
        is_max_mode=True,
    )
    known = task(clips=(sound,))
    for status in (ClipStatus.SUBMITTED, ClipStatus.COMPLETE):
        after = merge_report(known, report(TaskStatus.IN_PROGRESS, Clip("a", status=status)), 1.0)
        assert after.clips == (sound._replace(status=status),)


def test_sliders_of_a_newer_response_count_even_if_0() -> None:
    known = task(clips=(Clip("a", style_weight=0.5, weirdness=0.5, audio_weight=0.5),))
    document = Clip("a", style_weight=0.0, weirdness=0.0, audio_weight=0.0)
    assert merge_report(known, report(None, document), 1.0).clips == (document,)


# --- every field: known values are kept, new values are used ----------------------------------------------------------

CLIP_VALUES: dict[str, tuple[Any, Any]] = {
    "title": ("Old", "New"),
    "tags": ("jazz", "folk"),
    "lyrics": ("old words", "new words"),
    "description": ("an old idea", "a new idea"),
    "model": ("chirp-v3", "chirp-v4"),
    "duration_s": (60.0, 61.0),
    "audio_url": (FINAL, "https://cdn.example/b.mp3"),
    "video_url": ("https://cdn.example/a.mp4", "https://cdn.example/b.mp4"),
    "image_url": ("https://cdn.example/a.jpeg", "https://cdn.example/b.jpeg"),
    "created_at": (5.0, 6.0),
    "error": ("slow", "too slow"),
    "exclude": ("drums", "bass"),
    "parents": (("p",), ("q",)),
    "derivations": ((Derivation(DerivationKind.COVER, "p"),), (Derivation(DerivationKind.STEM, "q"),)),
    "bpm": (112.0, 113.0),
    "musical_key": ("A minor", "C major"),
    "style_weight": (0.2, 0.3),
    "weirdness": (0.4, 0.5),
    "audio_weight": (0.6, 0.7),
    "persona_id": ("p", "q"),
    "is_max_mode": (True, True),
}
"""A known value and one of a later response, for every field that a response may omit."""


def merged_clip(known: Clip, document: Clip) -> Clip:
    (clip,) = merge_report(task(clips=(known,)), report(TaskStatus.IN_PROGRESS, document), 1.0).clips
    return clip


def test_the_tables_below_name_every_field() -> None:
    assert set(CLIP_VALUES) == {*Clip._fields} - {"id", "status"}
    assert set(LYRICS_VALUES) == {*Lyrics._fields}
    assert {*TASK_VALUES, "id", "status", "kind", "clips", "lyrics", "charged_quota", "raw"} == {*TaskReport._fields}


@pytest.mark.parametrize("name", CLIP_VALUES)
def test_a_clip_field_is_kept_added_and_replaced(name: str) -> None:
    old, new = CLIP_VALUES[name]
    assert getattr(merged_clip(Clip("a", **{name: old}), Clip("a")), name) == old, "an empty response erased it"
    assert getattr(merged_clip(Clip("a"), Clip("a", **{name: new})), name) == new, "the first value was not taken"
    assert getattr(merged_clip(Clip("a", **{name: old}), Clip("a", **{name: new})), name) == new


@pytest.mark.parametrize("name", CLIP_VALUES)
def test_a_stale_response_only_fills_fields_of_a_complete_clip(name: str) -> None:
    old, new = CLIP_VALUES[name]
    complete = Clip("a", status=ClipStatus.COMPLETE)
    stale = Clip("a", status=ClipStatus.STREAMING, **{name: new})
    assert getattr(merged_clip(complete._replace(**{name: old}), stale), name) == old
    assert getattr(merged_clip(complete, stale), name) == new


TASK_VALUES: dict[str, tuple[Any, Any]] = {
    "fail_reason": ("slow", "too slow"),
    "progress": ("0%", "50%"),
    "submitted_at": (1.0, 2.0),
    "started_at": (3.0, 4.0),
    "finished_at": (5.0, 6.0),
}


@pytest.mark.parametrize("name", TASK_VALUES)
def test_a_task_field_is_kept_added_and_replaced(name: str) -> None:
    old, new = TASK_VALUES[name]
    document = report(TaskStatus.IN_PROGRESS, **{name: new})
    assert getattr(merge_report(task(**{name: old}), report(TaskStatus.IN_PROGRESS), 1.0), name) == old
    assert getattr(merge_report(task(), document, 1.0), name) == new
    assert getattr(merge_report(task(**{name: old}), document, 1.0), name) == new


NO_LYRICS = Lyrics("", "")
LYRICS_VALUES: dict[str, tuple[Any, Any]] = {
    "title": ("Old", "New"),
    "text": ("old words", "new words"),
    "tags": (("jazz",), ("folk",)),
    "error": ("refused", "refused again"),
}


@pytest.mark.parametrize("name", LYRICS_VALUES)
def test_a_lyrics_field_is_kept_added_and_replaced(name: str) -> None:
    old, new = LYRICS_VALUES[name]

    def after(known: Lyrics | None, document: Lyrics | None) -> Any:
        return getattr(merge_report(task(lyrics=known), report(None, lyrics=document), 1.0).lyrics, name)

    known, reported = NO_LYRICS._replace(**{name: old}), NO_LYRICS._replace(**{name: new})
    assert after(known, NO_LYRICS) == old
    assert after(known, None) == old
    assert after(NO_LYRICS, reported) == new
    assert after(None, reported) == new
    assert after(known, reported) == new


def test_the_charge_is_that_of_the_latest_response() -> None:
    known = task(checked_at=1.0, misses=3, charged_quota=500.0)
    after = merge_report(known, report(TaskStatus.FAILURE), 9.0)
    assert (after.checked_at, after.misses, after.charged_quota) == (9.0, 0, None)
    assert merge_report(known, report(TaskStatus.FAILURE, charged_quota=0.0), 9.0).charged_quota == 0.0


@pytest.mark.parametrize(
    ("lyrics", "status"),
    [
        (Lyrics("", "words"), TaskStatus.SUCCESS),
        (Lyrics("Only a title", ""), TaskStatus.SUBMITTED),
        (Lyrics("", "", error="refused"), TaskStatus.SUBMITTED),
        (NO_LYRICS, TaskStatus.SUBMITTED),
        (None, TaskStatus.SUBMITTED),
    ],
)
def test_lyrics_without_a_status_succeed_only_with_text(lyrics: Lyrics | None, status: TaskStatus) -> None:
    assert merge_report(task(), report(None, lyrics=lyrics), 1.0).status is status


RUNNING = (TaskStatus.NOT_STARTED, TaskStatus.SUBMITTED, TaskStatus.QUEUED, TaskStatus.IN_PROGRESS)
ENDED = (TaskStatus.LOST, TaskStatus.UNKNOWN, TaskStatus.FAILURE, TaskStatus.SUCCESS)


@pytest.mark.parametrize("order", [RUNNING, ENDED], ids=["running", "ended"])
def test_each_status_is_followed_by_the_later_ones_and_by_no_earlier_one(order: tuple[TaskStatus, ...]) -> None:
    for at, known in enumerate(order):
        for reported_at, document in enumerate(order):
            assert merge_report(task(known), report(document), 1.0).status is order[max(at, reported_at)], (
                known,
                document,
            )
    assert {*RUNNING, *ENDED} == set(TaskStatus)


@pytest.mark.parametrize("running", RUNNING)
def test_a_running_task_accepts_every_end_and_a_lost_one_reopens(running: TaskStatus) -> None:
    for end in ENDED:
        assert merge_report(task(running), report(end), 1.0).status is end
    assert merge_report(task(TaskStatus.LOST), report(running), 1.0).status is running


@pytest.mark.parametrize("first", ClipStatus)
@pytest.mark.parametrize("second", ClipStatus)
def test_a_clips_status_only_advances_and_complete_is_final(first: ClipStatus, second: ClipStatus) -> None:
    order = (ClipStatus.SUBMITTED, ClipStatus.QUEUED, ClipStatus.STREAMING, ClipStatus.ERROR, ClipStatus.COMPLETE)
    later = max(first, second, key=order.index)
    assert merged_clip(Clip("a", status=first), Clip("a", status=second)).status is later


def test_a_tasks_kind_is_reported_or_stays() -> None:
    found = task(kind=TaskKind.UPLOAD)
    assert merge_report(found, report(None), 1.0).kind is TaskKind.UPLOAD
    assert merge_report(found, report(None, kind=TaskKind.CONCAT), 1.0).kind is TaskKind.CONCAT


@pytest.mark.parametrize("kind", [TaskKind.PERSONA, TaskKind.TAGS])
def test_a_task_without_songs_has_no_takes(kind: TaskKind) -> None:
    document = report(TaskStatus.SUCCESS, Clip("a"), lyrics=Lyrics("", "words"))
    after = merge_report(task(kind=kind, submission_id="s"), document, 1.0)
    assert (after.clips, after.lyrics, after.status) == ((), None, TaskStatus.SUCCESS)


def test_a_task_is_lost_after_exactly_twenty_absences_in_ten_minutes() -> None:
    def after(misses: int, seconds: float, **known: Any) -> Task:
        return record_miss(task(misses=misses - 1, **known), 100.0 + seconds)

    assert after(20, 600.0).status is TaskStatus.LOST
    assert after(19, 600.0).status is TaskStatus.SUBMITTED
    assert after(20, 599.9).status is TaskStatus.SUBMITTED
    assert after(20, 600.0, checked_at=200.0).status is TaskStatus.SUBMITTED
    assert after(20, 700.0, checked_at=200.0).status is TaskStatus.LOST
    assert after(20, 600.0).misses == 20


@pytest.mark.parametrize("ended", ENDED)
def test_an_ended_task_is_never_missed(ended: TaskStatus) -> None:
    known = task(ended, misses=19)
    assert record_miss(known, 1e9) == known


clips = st.builds(
    with_defaults(Clip),
    id=st.sampled_from("ab"),
    status=st.sampled_from(ClipStatus),
    audio_url=st.sampled_from([None, STREAM, FINAL]),
    title=st.sampled_from(["", "Title"]),
)
reports = st.builds(
    with_defaults(TaskReport),
    id=st.just("t"),
    status=st.one_of(st.none(), st.sampled_from([status for status in TaskStatus if status is not TaskStatus.LOST])),
    clips=st.lists(clips, max_size=3, unique_by=lambda clip: clip.id).map(tuple),
)


@given(st.lists(reports, max_size=12))
def test_any_order_of_responses_only_goes_forward(document: list[TaskReport]) -> None:
    known = task()
    for at, one in enumerate(document):
        after = merge_report(known, one, float(at))
        if known.status.is_final:
            assert after.status.is_final
        if known.status is TaskStatus.SUCCESS:
            assert after.status is TaskStatus.SUCCESS
        assert [clip.id for clip in after.clips][: len(known.clips)] == [clip.id for clip in known.clips]
        for old, new in zip(known.clips, after.clips, strict=False):
            assert not (old.title and not new.title)
            assert not (old.audio_url and not new.audio_url)
            assert not (old.status is ClipStatus.COMPLETE and new.status is not ClipStatus.COMPLETE)
        known = after


def test_derivations_are_kept_if_a_response_omits_them() -> None:
    made_of = (Derivation(DerivationKind.STEM, "p"),)
    older, silent = Clip("c", parents=("p",)), Clip("c", derivations=())
    complete = Clip("c", parents=("p",), derivations=made_of)
    expected = [(older, older, None), (older, silent, ()), (older, complete, made_of), (complete, silent, made_of)]
    for first, second, derivations in expected:
        known = merge_report(task(), TaskReport("t", TaskStatus.IN_PROGRESS, clips=(first,)), 1.0)
        (after,) = merge_report(known, TaskReport("t", TaskStatus.IN_PROGRESS, clips=(second,)), 2.0).clips
        assert after.derivations == derivations
