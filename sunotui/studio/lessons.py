"""What an outcome or a finished take teaches about a gateway: pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from sunotui.domain.clip import Clip, ClipStatus
from sunotui.domain.differences import differences
from sunotui.domain.errors import NotOffered
from sunotui.domain.offers import Feature, features_of
from sunotui.domain.request import Request
from sunotui.domain.submission import Submission, SubmissionState

_ENDPOINTS = frozenset({Feature.CONCAT, Feature.UPLOAD, Feature.UPLOAD_FILE})
"""Features with an address of their own, so that an acceptance or a refusal speaks of them."""
_SHOWN_AS: dict[Feature, str] = {
    Feature.COVER: "Cover of",
    Feature.INFILL: "Section of",
    Feature.STEMS: "Stems of",
    Feature.EXCLUDE: "Exclude",
}
"""Fields of `Difference` by which a finished take shows whether a feature was passed on."""


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
    """What the finished takes of a request teach; nothing while none is complete. One take that shows it is enough.

    That something is missing is learned only from takes that tell of their making at all, and never of excluded
    styles: most gateways keep them to themselves.
    """
    finished = [clip for clip in clips if clip.status is ClipStatus.COMPLETE]
    if not finished:
        return ()
    missed = [{difference.field for difference in differences(request, clip)} for clip in finished]
    found: list[Lesson] = []
    for feature in features_of(request):
        field = _SHOWN_AS.get(feature)
        if field is None:
            continue
        is_shown = not all(field in fields for fields in missed)
        if not is_shown and (feature is Feature.EXCLUDE or not any(map(_tells_of_itself, finished))):
            continue
        reason = "a finished take shows it" if is_shown else "the finished take does not show it"
        found.append(Lesson(feature, is_shown, reason))
    return tuple(found)


def _tells_of_itself(clip: Clip) -> bool:
    """Whether a clip came with any metadata: without it, nothing in it contradicts what was asked."""
    return bool(clip.tags or clip.lyrics or clip.description or clip.exclude or clip.parents)
