"""What an outcome or a finished take teaches about a gateway: pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from sunotui.domain.clip import Clip, ClipStatus
from sunotui.domain.errors import NotOffered
from sunotui.domain.offers import Feature, features_of
from sunotui.domain.proofs import shows
from sunotui.domain.request import Request
from sunotui.domain.submission import Submission, SubmissionState

_ENDPOINTS = frozenset({Feature.CONCAT, Feature.UPLOAD, Feature.UPLOAD_FILE})
"""Features with an address of their own, so that an acceptance or a refusal speaks of them."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One piece of evidence."""

    feature: Feature
    is_offered: bool
    reason: str


def lessons_of_outcome(submission: Submission) -> tuple[Lesson, ...]:
    """What the gateway's answer to a submission teaches."""
    asked = [feature for feature in features_of(submission.request) if feature in _ENDPOINTS]
    if submission.state is SubmissionState.ACCEPTED:
        return tuple(Lesson(feature, True, "a request was accepted") for feature in asked)
    if submission.trouble_kind == NotOffered().kind:
        return tuple(Lesson(feature, False, "the gateway has no such endpoint") for feature in asked)
    return ()


def lessons_of_takes(request: Request, clips: Sequence[Clip]) -> tuple[Lesson, ...]:
    """What the finished takes of a request teach; nothing while none is complete. One take that proves it is enough.

    Only what a take shows by itself is proof (domain/proofs.py). That something is missing is learned only from takes
    that tell of their making at all, and never of excluded styles: most gateways keep them to themselves.
    """
    finished = [clip for clip in clips if clip.status is ClipStatus.COMPLETE]
    found: list[Lesson] = []
    for feature in features_of(request):
        shown = [shows(feature, request, clip) for clip in finished]
        if True in shown:
            found.append(Lesson(feature, True, "a finished take proves it"))
        elif feature is not Feature.EXCLUDE and None not in shown and any(map(_tells_of_itself, finished)):
            found.append(Lesson(feature, False, "the finished take does not show it"))
    return tuple(found)


def _tells_of_itself(clip: Clip) -> bool:
    """Whether a clip came with any metadata: without it, nothing in it contradicts what was asked."""
    return bool(clip.tags or clip.lyrics or clip.description or clip.exclude or clip.parents or clip.derivations)
