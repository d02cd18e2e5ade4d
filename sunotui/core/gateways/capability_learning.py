"""Learns the capabilities of gateways from the outcomes of requests and from finished takes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sunotui.core.context import Context
from sunotui.core.events import Event, SubmissionChanged, TaskEnded
from sunotui.core.gateways.capabilities import CapabilityService
from sunotui.domain.errors import NotSupported
from sunotui.domain.gateways.capabilities import Feature, features_of
from sunotui.domain.gateways.capability_proofs import is_same_text, shows
from sunotui.domain.gateways.dialect import Dialect, DialectEvidence, EvidenceStrength
from sunotui.domain.requests.request import ClipFileRequest, MusicRequest, Request
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task
from sunotui.gateway.discovery.dialect_signs import has_sunoapi_clips
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore

_ENDPOINTS = frozenset(
    {
        *(Feature.CONCAT, Feature.UPLOAD, Feature.UPLOAD_FILE),
        *(Feature.PERSONA_CREATION, Feature.TAGS, Feature.WAV, Feature.MP4, Feature.MIDI),
    }
)
"""Features with an endpoint of their own, so that an acceptance or a rejection is evidence for them."""
_SUNOAPI_STATUSES = frozenset({430, 455})
"""HTTP statuses that only sunoapi-like gateways document: "call frequency too high" and "under maintenance"."""


@dataclass(frozen=True, slots=True)
class LearnedFeature:
    """One piece of evidence."""

    feature: Feature
    is_offered: bool
    reason: str


def features_from_outcome(submission: Submission) -> tuple[LearnedFeature, ...]:
    """The evidence in the gateway's response to a submission."""
    asked = [feature for feature in features_of(submission.request) if feature in _ENDPOINTS]
    is_file = isinstance(submission.request, ClipFileRequest)
    if submission.state is SubmissionState.ACCEPTED and is_file and not submission.result:
        # The file is being made; at some gateways it never arrives.
        return ()
    if submission.state is SubmissionState.ACCEPTED:
        return tuple(LearnedFeature(feature, True, "a request was accepted") for feature in asked)
    if submission.error_code == NotSupported.code:
        return tuple(LearnedFeature(feature, False, "the gateway has no such endpoint") for feature in asked)
    return ()


def features_from_takes(
    request: Request, clips: Sequence[Clip], *, is_like_sunoapi: bool = False
) -> tuple[LearnedFeature, ...]:
    """The evidence in the finished takes of a request; empty until a take is complete. One take suffices. Only a take's
    own metadata is proof (domain/gateways/capability_proofs.py). That a feature is missing is learned only from takes
    with metadata, and never for excluded styles, which most gateways do not return. Clips of sunoapi-like gateways
    (`is_like_sunoapi`) repeat nothing of the request, so they do not prove that a feature is missing.
    """
    finished = [clip for clip in clips if clip.status is ClipStatus.COMPLETE]
    found: list[LearnedFeature] = []
    for feature in features_of(request):
        shown = [shows(feature, request, clip) for clip in finished]
        if True in shown:
            found.append(LearnedFeature(feature, True, "a finished take proves it"))
        elif is_like_sunoapi or feature is Feature.EXCLUDE or None in shown:
            continue
        elif any(map(_has_metadata, finished)):
            found.append(LearnedFeature(feature, False, "the finished take does not show it"))
    return tuple(found)


def dialect_from_outcome(submission: Submission, now: float) -> DialectEvidence | None:
    """The evidence of a dialect in the gateway's response to a submission, or None. `now` is in Unix seconds."""
    if submission.http_status not in _SUNOAPI_STATUSES:
        return None
    why = f"it returned HTTP {submission.http_status}, as claude360 does"
    return DialectEvidence(Dialect.SUNOAPI, EvidenceStrength.HINT, now, why)


def dialect_from_takes(
    request: Request, dialect: Dialect, clips: Sequence[Clip], now: float, *, is_like_sunoapi: bool
) -> DialectEvidence | None:
    """The evidence of a dialect in the finished takes of a song; None until a take is complete.

    `dialect` is the format in which the request was sent, and `is_like_sunoapi` whether the response reports its clips
    as sunoapi-like gateways do. Lyrics that were sung as given prove the format; the sunoapi format only with such a
    response, since flat gateways also find the lyrics in it, but neither the style nor the model. Other lyrics in such
    a response to a flat request mean that the gateway interpreted them as a description.
    """
    finished = [clip for clip in clips if clip.status is ClipStatus.COMPLETE]
    if not isinstance(request, MusicRequest) or not finished:
        return None
    if not request.has_own_words:
        why = "its responses look like those of claude360"
        hint = DialectEvidence(Dialect.SUNOAPI, EvidenceStrength.HINT, now, why)
        return hint if is_like_sunoapi else None
    if any(is_same_text(request.lyrics, clip.lyrics) for clip in finished):
        if dialect is Dialect.SUNOAPI and not is_like_sunoapi:
            return None
        return DialectEvidence(dialect, EvidenceStrength.PROOF, now, "a song with your own lyrics came out right")
    if is_like_sunoapi and dialect is not Dialect.SUNOAPI:
        why = "a song came with other words than the lyrics that were sent"
        return DialectEvidence(Dialect.SUNOAPI, EvidenceStrength.LIKELY, now, why)
    return None


class CapabilityObserver:
    """Adds the evidence in outcomes and takes to the capabilities."""

    def __init__(self, ctx: Context, journal: Journal, library: TaskStore, capabilities: CapabilityService) -> None:
        self._clock = ctx.clock
        self._storage = ctx.storage
        self._background = ctx.background
        self._journal = journal
        self._library = library
        self._capabilities = capabilities

    def on_event(self, event: Event) -> None:
        """Learn from outcomes and ended tasks."""
        if isinstance(event, SubmissionChanged):
            seen = dialect_from_outcome(event.submission, self._clock.now())
            if seen is not None or features_from_outcome(event.submission):
                self._background.start_brief("learn from an outcome", self._learn_of_outcome, event.submission, seen)
        elif isinstance(event, TaskEnded) and event.task.submission_id and event.task.clips:
            self._background.start_brief(
                "learn from the takes", self._learn_of_takes, event.task, event.task.submission_id
            )

    async def _learn_of_outcome(self, submission: Submission, seen: DialectEvidence | None) -> None:
        for learned in features_from_outcome(submission):
            await self._capabilities.learn(submission.profile, learned.feature, learned.is_offered, learned.reason)
        if seen is not None:
            await self._capabilities.learn_dialect(submission.profile, seen)

    async def _learn_of_takes(self, task: Task, submission_id: str) -> None:
        submission = await self._storage.run(self._journal.reader.get, submission_id)
        if submission is None:
            return
        is_like_sunoapi = await self._storage.run(lambda: has_sunoapi_clips(self._library.raw(task.id)))
        for learned in features_from_takes(submission.request, task.clips, is_like_sunoapi=is_like_sunoapi):
            await self._capabilities.learn(task.profile, learned.feature, learned.is_offered, learned.reason)
        seen = dialect_from_takes(
            submission.request,
            _dialect_of(submission),
            task.clips,
            self._clock.now(),
            is_like_sunoapi=is_like_sunoapi,
        )
        if seen is not None:
            await self._capabilities.learn_dialect(task.profile, seen)


def _dialect_of(submission: Submission) -> Dialect:
    """The format in which a song was sent. Flat and nested songs are alike; only the sunoapi format differs from
    them."""
    try:
        fields = json.loads(submission.body)
    except ValueError:
        fields = {}
    return Dialect.SUNOAPI if isinstance(fields, dict) and "custom_mode" in fields else Dialect.FLAT


def _has_metadata(clip: Clip) -> bool:
    """Whether a clip has any metadata; without metadata nothing contradicts the request."""
    return bool(clip.tags or clip.lyrics or clip.description or clip.exclude or clip.parents or clip.derivations)
