"""A song and lyrics that failed, for commands that only read."""

from __future__ import annotations

from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus

SONG = Task(
    "aaaaaa11-task",
    "home",
    TaskKind.MUSIC,
    TaskStatus.SUCCESS,
    1_700_000_000.0,
    clips=(
        Clip("cccccc22-one", "Rain", ClipStatus.COMPLETE, audio_url="https://cdn.example/1.mp3", lyrics="[Verse]\nla"),
        Clip(
            "cccccc33-two",
            "Rain",
            ClipStatus.COMPLETE,
            video_url="https://cdn.example/2.mp4",
            bpm=112.0,
            musical_key="A minor",
            weirdness=0.25,
            persona_id="persona-1",
            is_max_mode=True,
        ),
    ),
)
WORDS = Task("aaaaaa22-task", "work", TaskKind.LYRICS, TaskStatus.FAILURE, 1_700_000_100.0, fail_reason="no luck")
