"""Importing records of another library: no duplicates, nothing overwritten by older data, nothing ever sent."""

from __future__ import annotations

import pytest

from sunotui.domain.annotations import AnnotationField, TakeRef
from sunotui.domain.export_records import ExportedAlbum, ExportedDraft, ExportedLabel, ExportedRating, ExportedTask
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import TaskStatus
from sunotui.storage.annotations.ratings import RatingStore
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from sunotui.storage.transfer.exporter import Exporter
from sunotui.storage.transfer.importer import Importer, ImportStatus
from tests.support.sample_library import exported, fill, records, sent, song

State = SubmissionState


def about(db: Database, task_id: str) -> ExportedTask:
    """All annotations of a task."""
    return next(iter(Exporter(db).about([task_id])))


def fates(db: Database, *document: object) -> list[ImportStatus]:
    """The import statuses of records."""
    return [arrival.status for arrival in Importer(db).add(document)]  # type: ignore[arg-type]


def test_importing_twice_changes_nothing(db: Database) -> None:
    fill(db)
    once = exported(db)
    assert set(fates(db, *records())) == {ImportStatus.THERE}
    assert exported(db) == once


# --- submissions in progress on the other computer (S1) --------------------------------------------------------------


@pytest.mark.parametrize("state", [State.READY, State.SENDING])
def test_submissions_in_progress_elsewhere_are_never_sent_here(db: Database, state: State) -> None:
    """Verified to fail with an unchanged state: the row could be claimed, and the request would be paid for twice."""
    assert fates(db, sent("s9", state)) == [ImportStatus.ADDED]
    journal = Journal(db)
    row = journal.reader.get("s9")
    assert row is not None
    assert row.state is State.UNKNOWN
    assert "may have been charged" in row.error
    assert not journal.claim("s9", 5.0)
    assert journal.recover(6.0) == []
    assert journal.reader.get("s9") == row


@pytest.mark.parametrize("state", [State.UNKNOWN, State.ACCEPTED, State.REJECTED, State.DROPPED])
def test_no_imported_state_can_be_sent(db: Database, state: State) -> None:
    fates(db, sent("s9", state))
    assert not Journal(db).claim("s9", 5.0)


@pytest.mark.parametrize("document", [State.READY, State.UNKNOWN, State.ACCEPTED, State.REJECTED, State.DROPPED])
def test_submissions_in_progress_here_are_not_changed(db: Database, document: State) -> None:
    journal = Journal(db)
    own = sent("s9", State.READY)
    journal.add(own)
    assert fates(db, sent("s9", document)) == [ImportStatus.THERE]
    assert journal.claim("s9", 5.0)
    assert fates(db, sent("s9", document)) == [ImportStatus.THERE]
    row = journal.reader.get("s9")
    assert row is not None
    assert row.state is State.SENDING


@pytest.mark.parametrize(("document", "kept"), [(State.ACCEPTED, State.ACCEPTED), (State.DROPPED, State.DROPPED)])
def test_an_unknown_outcome_is_resolved_by_the_import(db: Database, document: State, kept: State) -> None:
    fates(db, sent("s9", State.SENDING))
    assert fates(db, sent("s9", document)) == [ImportStatus.CHANGED]
    row = Journal(db).reader.get("s9")
    assert row is not None
    assert row.state is kept
    assert row.task_id == ("t1" if kept is State.ACCEPTED else None)


@pytest.mark.parametrize("document", [State.READY, State.SENDING, State.UNKNOWN, State.REJECTED])
def test_an_older_export_reopens_nothing(db: Database, document: State) -> None:
    fates(db, sent("s9", State.ACCEPTED))
    assert fates(db, sent("s9", document)) == [ImportStatus.THERE]
    row = Journal(db).reader.get("s9")
    assert row is not None
    assert row.state is State.ACCEPTED


def test_another_submission_with_the_same_id_is_rejected(db: Database) -> None:
    fates(db, sent("s9"))
    assert fates(db, sent("s9", created_at=5.0, request=MusicRequest(description="other"))) == [ImportStatus.REFUSED]


# --- tasks -----------------------------------------------------------------------------------------------------------


def test_older_data_overwrites_nothing_and_fills_gaps(db: Database) -> None:
    new = song("t1", checked_at=100.0, fail_reason="", title_hint="")
    fates(db, ExportedTask(new, raw='{"new":1}'))
    one = new.clips[0]._replace(
        title="Older title", image_url="https://cdn.example/old.png", status=ClipStatus.STREAMING
    )
    older = new._replace(checked_at=10.0, status=TaskStatus.IN_PROGRESS, clips=(one,), title_hint="asked for")
    assert fates(db, ExportedTask(older, raw='{"old":1}')) == [ImportStatus.CHANGED]
    kept = about(db, "t1")
    assert kept.task.status is TaskStatus.SUCCESS
    assert kept.task.checked_at == 100.0
    assert [clip.title for clip in kept.task.clips] == ["雨 t1", "雨 t1"]
    assert kept.task.clips[0].image_url == "https://cdn.example/old.png"
    assert kept.task.title_hint == "asked for"
    assert kept.raw == '{"new":1}'
    assert fates(db, ExportedTask(older, raw='{"old":1}')) == [ImportStatus.THERE]


def test_newer_data_completes_existing_tasks(db: Database) -> None:
    old = song("t1", status=TaskStatus.IN_PROGRESS, clips=(Clip("t1-c2"),), checked_at=10.0, added_at=3.0)
    fates(db, ExportedTask(old, raw='{"old":1}'))
    assert fates(db, ExportedTask(song("t1", checked_at=20.0), raw='{"new":1}')) == [ImportStatus.CHANGED]
    kept = about(db, "t1")
    assert kept.task.status is TaskStatus.SUCCESS
    assert [clip.id for clip in kept.task.clips] == ["t1-c2", "t1-c1"], "take 1 stays take 1"
    assert kept.task.added_at == 3.0
    assert kept.raw == '{"new":1}'


def test_another_song_with_the_same_id_is_rejected_and_changes_nothing(db: Database) -> None:
    fates(db, ExportedTask(song("t1")))
    other = song("t1", clips=(Clip("x"),), checked_at=900.0)._replace(profile="work")
    before = exported(db)
    assert fates(db, ExportedTask(other, note="mine", labels=("L",))) == [ImportStatus.REFUSED]
    assert exported(db) == before


def test_the_same_song_with_another_profile_name_is_one_task(db: Database) -> None:
    fates(db, ExportedTask(song("t1")))
    fates(db, ExportedTask(song("t1")._replace(profile="env"), note="mine"))
    assert about(db, "t1").task.profile == "home"
    assert about(db, "t1").note == "mine"


# --- annotations -----------------------------------------------------------------------------------------------------


def test_ratings_labels_and_notes_are_merged(db: Database) -> None:
    fates(db, ExportedTask(song("t1"), note="", labels=("Rainy",), ratings=(ExportedRating("t1-c1", rating=5),)))
    document = ExportedTask(
        song("t1"),
        note="theirs",
        labels=("rainy", "Slow"),
        ratings=(
            ExportedRating("t1-c1", is_favourite=True, rating=2, played_at=4.0),
            ExportedRating("t1-c2", played_at=5.0),
        ),
        trashed_at=9.0,
    )
    assert fates(db, document) == [ImportStatus.CHANGED]
    kept = about(db, "t1")
    assert kept.ratings == (ExportedRating("t1-c1", True, 5, 4.0), ExportedRating("t1-c2", played_at=5.0))
    assert kept.labels == ("Rainy", "Slow")
    assert kept.note == "theirs"
    assert kept.trashed_at is None, "what the user keeps here is not moved to the trash by an import"
    assert fates(db, document) == [ImportStatus.THERE]
    row = TaskStore(db).summaries(["t1"])[0]
    assert (row.rating, row.is_favourite, row.is_unplayed) == (5, True, False)


def test_imported_play_times_count(db: Database) -> None:
    of_the_whole, of_none = ExportedRating("", played_at=4.0), ExportedRating("gone", played_at=5.0)
    fates(db, ExportedTask(song("t1"), ratings=(of_the_whole, ExportedRating("t1-c1", played_at=6.0), of_none)))
    assert TaskStore(db).summaries(["t1"])[0].is_unplayed, "the first take twice and one that is not here"
    RatingStore(db).put(AnnotationField.FAVOURITE, {TakeRef("t1", "t1-c1"): 1})
    assert TaskStore(db).summaries(["t1"])[0].is_unplayed
    RatingStore(db).put(AnnotationField.PLAYED, {TakeRef("t1", "t1-c2"): 7.0})
    assert not TaskStore(db).summaries(["t1"])[0].is_unplayed


def test_the_greater_count_of_plays_and_the_later_play_are_kept(db: Database) -> None:
    def played(clip_id: str, plays: int, last_played_at: float | None) -> ExportedRating:
        return ExportedRating(clip_id, played_at=4.0, plays=plays, last_played_at=last_played_at)

    here = ExportedTask(song("t1"), ratings=(played("t1-c1", 3, 40.0), played("t1-c2", 0, None)))
    elsewhere = ExportedTask(song("t1"), ratings=(played("t1-c1", 2, 50.0), played("t1-c2", 1, 30.0)))
    assert fates(db, here) == [ImportStatus.ADDED]
    assert fates(db, elsewhere) == [ImportStatus.CHANGED]
    assert about(db, "t1").ratings == (played("t1-c1", 3, 50.0), played("t1-c2", 1, 30.0))
    assert fates(db, here, elsewhere) == [ImportStatus.THERE, ImportStatus.THERE], "they are not added up"
    assert db.column("SELECT last_played_at FROM task") == [50.0]


def test_an_existing_note_stays(db: Database) -> None:
    fates(db, ExportedTask(song("t1"), note="mine"), ExportedTask(song("t1"), note="theirs"))
    assert about(db, "t1").note == "mine"


def test_albums_with_one_name_are_merged_in_order(db: Database) -> None:
    one, two, three = (("t1", "t1-c1"), ("t2", "t2-c1"), ("t1", "t1-c2"))
    fates(db, ExportedTask(song("t1")), ExportedTask(song("t2")), ExportedAlbum("Best", 1.0, (one, two)))
    assert fates(db, ExportedAlbum("BEST", 9.0, (three, one, ("gone", "x")))) == [ImportStatus.CHANGED]
    assert [found for found in Exporter(db).records() if isinstance(found, ExportedAlbum)] == [
        ExportedAlbum("Best", 1.0, (one, two, three))
    ]


def test_an_existing_draft_stays(db: Database) -> None:
    fates(db, ExportedDraft("composer", "mine"))
    assert fates(db, ExportedDraft("composer", "theirs")) == [ImportStatus.THERE]


def test_ten_thousand_labels_are_imported(db: Database) -> None:
    names = tuple(f"label {number}" for number in range(10_000))
    assert fates(db, ExportedLabel("x"), ExportedTask(song("t1"), labels=names)) == [
        ImportStatus.ADDED,
        ImportStatus.ADDED,
    ]
    assert about(db, "t1").labels == names


def test_a_batch_is_imported_completely_or_not_at_all(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Importer, "_add_submission", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        fates(db, ExportedTask(song("t1")), sent("s9"))
    assert TaskStore(db).task("t1") is None
