"""Learns what gateways offer from what happens to requests, whoever sent and whoever watched them."""

from __future__ import annotations

import json

from sunotui.core.context import Context
from sunotui.core.events import Event, SubmissionChanged, TaskEnded
from sunotui.core.gateways.capabilities import CapabilityService
from sunotui.core.gateways.capability_learning import (
    dialect_lesson,
    dialect_lesson_of_outcome,
    lessons_of_outcome,
    lessons_of_takes,
)
from sunotui.domain.dialect import Dialect, DialectEvidence
from sunotui.domain.submission import Submission
from sunotui.domain.tasks.task import Task
from sunotui.gateway.discovery.dialect_signs import has_sunoapi_clips
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore


class CapabilityObserver:
    """Turns news into lessons for the offerings."""

    def __init__(self, ctx: Context, journal: Journal, library: TaskStore, capabilities: CapabilityService) -> None:
        self._clock = ctx.clock
        self._storage = ctx.storage
        self._background = ctx.background
        self._journal = journal
        self._library = library
        self._capabilities = capabilities

    def on_event(self, event: Event) -> None:
        """News of the studio."""
        if isinstance(event, SubmissionChanged):
            seen = dialect_lesson_of_outcome(event.submission, self._clock.now())
            if seen is not None or lessons_of_outcome(event.submission):
                self._background.start_brief("learn from an outcome", self._learn_of_outcome, event.submission, seen)
        elif isinstance(event, TaskEnded) and event.task.submission_id and event.task.clips:
            self._background.start_brief(
                "learn from the takes", self._learn_of_takes, event.task, event.task.submission_id
            )

    async def _learn_of_outcome(self, submission: Submission, seen: DialectEvidence | None) -> None:
        for lesson in lessons_of_outcome(submission):
            await self._capabilities.learn(submission.profile, lesson.feature, lesson.is_offered, lesson.reason)
        if seen is not None:
            await self._capabilities.learn_dialect(submission.profile, seen)

    async def _learn_of_takes(self, task: Task, submission_id: str) -> None:
        submission = await self._storage.run(self._journal.get, submission_id)
        if submission is None:
            return
        is_like_sunoapi = await self._storage.run(lambda: has_sunoapi_clips(self._library.raw(task.id)))
        for lesson in lessons_of_takes(submission.request, task.clips, is_like_sunoapi=is_like_sunoapi):
            await self._capabilities.learn(task.profile, lesson.feature, lesson.is_offered, lesson.reason)
        seen = dialect_lesson(
            submission.request,
            _dialect_of(submission),
            task.clips,
            self._clock.now(),
            is_like_sunoapi=is_like_sunoapi,
        )
        if seen is not None:
            await self._capabilities.learn_dialect(task.profile, seen)


def _dialect_of(submission: Submission) -> Dialect:
    """The form in which a song went out. Flat and nested songs are alike; the trap lies between them and sunoapi."""
    try:
        fields = json.loads(submission.body)
    except ValueError:
        fields = {}
    return Dialect.SUNOAPI if isinstance(fields, dict) and "custom_mode" in fields else Dialect.FLAT
