"""Takes whose texts are ordinary, or as hostile as they can be."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from sunotui.domain.music.word_timings import AlignedWord, WordTimings
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus

LYRICS = "[Verse]\nWinter winds 冬\n\n[Chorus]\nגשם and rain 🎵"
TIMINGS = WordTimings(
    tuple(
        AlignedWord(text, start_s, start_s + 0.4)
        for text, start_s in (
            ("Winter ", 1.5), ("winds ", 2.0), ("冬\n", 2.25), ("גשם ", 61.0), ("and ", 61.5), ("rain 🎵", 3_661.999),
        )
    )
)  # fmt: skip
HOSTILE = "A\0B\x1b]0;owned\x07\u202ereversed\u2066\ud800 \x9b31m\U000e0041"
REQUEST = MusicRequest(description="a song about winter")


def take(**changes: object) -> Clip:
    """A complete take."""
    values: dict[str, object] = {
        "id": "aaaa1111-0000-4000-8000-000000000002",
        "title": "Winter 冬 🎵",
        "status": ClipStatus.COMPLETE,
        "tags": "folk, גשם",
        "lyrics": LYRICS,
        "model": "chirp-v5",
        "duration_s": 12.0,
        "audio_url": "https://cdn.example.com/a.mp3",
        "created_at": 1_764_460_800.0,
        "bpm": 92.4,
        **changes,
    }
    return Clip(**values)  # type: ignore[arg-type]


def song(clip: Clip) -> Task:
    """A song whose second take is this."""
    first = Clip("aaaa1111-0000-4000-8000-000000000001")
    return Task("task-1", "home", TaskKind.MUSIC, TaskStatus.SUCCESS, 1_764_460_000.0, clips=(first, clip))


def cover(kind: str = "JPEG") -> bytes:
    """A small picture."""
    made = BytesIO()
    Image.new("RGB", (64, 64), (200, 40, 40)).save(made, kind)
    return made.getvalue()
