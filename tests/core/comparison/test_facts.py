"""What is said about two takes, side by side."""

from __future__ import annotations

from typing import Any

from sunotui.core.comparison.facts import TakeFacts, compared_facts
from sunotui.core.library.task_detail import TaskDetail
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.playback.loudness_store import MeasuredLoudness

CLIP = Clip("c1", "Rain", ClipStatus.COMPLETE, tags="city pop", lyrics="la", model="chirp-v5", duration_s=137.2)
REQUEST = MusicRequest(title="Rain", style="city pop", lyrics="la")


def facts(clip: Clip = CLIP, task_id: str = "t", request: MusicRequest | None = REQUEST, **more: Any) -> TakeFacts:
    task = Task(task_id, "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(clip,))
    submission = None
    if request is not None:
        submission = Submission("s", "main", request, "/", "{}", SubmissionState.ACCEPTED, 1.0)
    return TakeFacts(TaskDetail(task, submission, ""), clip)._replace(**more)


def rows(one: TakeFacts, other: TakeFacts) -> dict[str, tuple[str, str]]:
    return {row.name: row.values for row in compared_facts(one, other)}


def test_takes_of_one_song_differ_in_what_was_made() -> None:
    louder = facts(
        CLIP._replace(id="c2", duration_s=144.0, tags="city pop, brass", bpm=112.0, musical_key="A minor"),
        loudness=MeasuredLoudness(-11.2, -1.0),
        is_saved=True,
    )
    assert rows(facts(), louder) == {
        "Length": ("2:17", "2:24"),
        "Model": ("v5", "v5"),
        "Style": ("as asked", "city pop, brass"),
        "Key": ("", "A minor"),
        "BPM": ("", "112"),
        "Loudness": ("", "-11 LUFS"),
        "Saved": ("no", "yes"),
    }
    differing = {row.name for row in compared_facts(facts(), louder) if row.differs}
    assert differing == {"Length", "Style", "Key", "BPM", "Loudness", "Saved"}


def test_takes_of_two_songs_show_what_was_asked() -> None:
    described = facts(
        CLIP._replace(id="d1", title="Sun", tags="rock", lyrics="[Verse]\nlo  lo"),
        "u",
        MusicRequest(description="a song  about the sun"),
    )
    found = rows(facts(), described)
    assert found["Song"] == ("Rain", "Sun")
    assert found["Style"] == ("city pop", "rock")
    assert found["Prompt"] == ("", "a song about the sun")
    assert found["Lyrics"] == ("la", "[Verse] lo lo")


def test_a_song_made_elsewhere_shows_its_style() -> None:
    one, other = facts(request=None), facts(CLIP._replace(id="c2"), request=None)
    assert rows(one, other)["Style"] == ("city pop", "city pop")
