"""A library with at least one record of each kind in an export."""

from __future__ import annotations

from sunotui.core.transfer.jsonl_writer import export_lines
from sunotui.domain.export_records import (
    ExportedAlbum,
    ExportedCapabilities,
    ExportedDecision,
    ExportedDraft,
    ExportedLabel,
    ExportedLater,
    ExportedPreference,
    ExportedPrice,
    ExportedRating,
    ExportedSearch,
    ExportedTask,
    ExportedTimings,
    Record,
)
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.requests.request import LyricsRequest, MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.transfer.exporter import Exporter
from sunotui.storage.transfer.importer import Importer


def song(task_id: str, **changes: object) -> Task:
    """A finished song with two takes."""
    clips = tuple(
        Clip(
            f"{task_id}-c{number}",
            title=f"雨 {task_id}",
            status=ClipStatus.COMPLETE,
            tags="city pop",
            lyrics="[Verse]\nla\n  la",
            duration_s=60.5 + number,
            audio_url=f"https://cdn.example/{task_id}-{number}.mp3",
            parents=("p1", "p2"),
            derivations=(Derivation(DerivationKind.COVER, "p1"), Derivation(DerivationKind.PERSONA, "v:1")),
            bpm=112.5,
            musical_key="F# minor",
            style_weight=0.6,
            weirdness=0.0,
            audio_weight=1.0,
            persona_id="persona-1",
            is_max_mode=True,
        )
        for number in (1, 2)
    )
    usual: dict[str, object] = {"status": TaskStatus.SUCCESS, "added_at": 1_000.25, "clips": clips, "checked_at": 50.0}
    return Task(task_id, "home", TaskKind.MUSIC, **{**usual, **changes})  # type: ignore[arg-type]


def sent(submission_id: str, state: SubmissionState = SubmissionState.ACCEPTED, **changes: object) -> Submission:
    """A submission in this state."""
    usual: dict[str, object] = {
        "request": MusicRequest(lyrics="  [Verse]\n\tla  \n", title="Rain", style="city  pop"),
        "path": "/suno/submit/music",
        "body": '{"prompt": "la\\n"}',
        "created_at": 900.0,
        "task_id": "t1" if state is SubmissionState.ACCEPTED else None,
    }
    return Submission(id=submission_id, profile="home", state=state, **{**usual, **changes})  # type: ignore[arg-type]


def records(songs: int = 3) -> list[Record]:
    """Records of every kind; some refer to the first song."""
    words = Task("w1", "work", TaskKind.LYRICS, TaskStatus.SUCCESS, 5.0, lyrics=Lyrics("Tin", "rain\nrain", ("slow",)))
    return [
        sent("s1"),
        sent("s2", SubmissionState.UNKNOWN, error="Unknown", task_hints=("h1", "h2")),
        sent("s3", SubmissionState.REJECTED, request=LyricsRequest("x"), http_status=400, answer="no"),
        ExportedLabel("Rainy"),
        ExportedLabel("Empty"),
        ExportedTask(
            song("t1", submission_id="s1", made_in_s=131.25),
            raw='{"id":"t1","n":1.5}',
            note="a note\n\tof two lines",
            labels=("Rainy",),
            ratings=(
                ExportedRating("t1-c1", is_favourite=True, rating=4, played_at=7.5, plays=2, last_played_at=9.5),
                ExportedRating("t1-c2", played_at=8.0),
            ),
        ),
        ExportedTask(words, ratings=(ExportedRating("", is_favourite=True),), trashed_at=77.0),
        *(ExportedTask(song(f"t{number}", status=TaskStatus.SUCCESS)) for number in range(2, songs + 1)),
        ExportedAlbum("Best of", 5.5, (("t1", "t1-c2"), ("t2", "t2-c1"), ("t1", "t1-c1"))),
        ExportedAlbum("Nothing yet", 6.5),
        ExportedSearch("Jazz", 'tag:jazz "x"', "age", is_reversed=True),
        ExportedPreference("t1-c2", "t1-c1", 1_500.5, "home", "t1", "t1"),
        ExportedDecision("t2-c1", "t2", "rate", 4, 1_501.5, True),
        ExportedDecision("t1-c1", "t1", "trash", 0, 1_502.5, False),
        ExportedLater("t1-c2", "t1", 5_000.5),
        ExportedTimings("t1-c1", '{"aligned_words":[{"word":"la","start_s":0.5,"end_s":1.0}]}'),
        Persona("v1", "Voice", "t1-c1", "home", 9.0),
        ExportedPrice("home", "music", 0.05, "USD", 10.0),
        ExportedPrice("home", "music", 0.05, "USD", 11.0),
        ExportedCapabilities("home", '{"software": "new-api"}'),
        ExportedDraft("composer", '{"mode": "describe", "values": {"description": "two  blanks"}}'),
    ]


def fill(db: Database, songs: int = 3) -> None:
    """Store all records in a library."""
    Importer(db).add(records(songs))


def exported(db: Database) -> bytes:
    """The export of a library."""
    return "".join(export_lines(Exporter(db).records())).encode()
