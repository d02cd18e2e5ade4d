"""What an outcome or a finished take teaches about a gateway, and what it does not."""

import pytest

from sunotui.domain.clip import Clip, ClipStatus
from sunotui.domain.offers import Feature
from sunotui.domain.request import (
    ConcatRequest,
    DerivedRequest,
    MusicRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
)
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.studio.lessons import Lesson, lessons_of_outcome, lessons_of_takes

COVER = DerivedRequest("cover", clip_id="parent", style="jazz")


def told(request: Request, state: SubmissionState, trouble_kind: str = "") -> list[tuple[Feature, bool]]:
    row = Submission("s", "main", request, "", "", state, 0.0, trouble_kind=trouble_kind)
    return [(lesson.feature, lesson.is_offered) for lesson in lessons_of_outcome(row)]


@pytest.mark.parametrize(
    ("request_", "feature"),
    [
        (ConcatRequest(clip_id="c"), Feature.CONCAT),
        (ConcatRequest(clip_id="c", extra='{"a": 1}'), Feature.CONCAT),
        (UploadRequest(url="https://x.example/a.mp3"), Feature.UPLOAD),
        (UploadFileRequest(path="a.mp3"), Feature.UPLOAD_FILE),
    ],
)
def test_endpoints_of_their_own_show_themselves(request_: Request, feature: Feature) -> None:
    assert told(request_, SubmissionState.ACCEPTED) == [(feature, True)]
    assert told(request_, SubmissionState.REJECTED, "not_offered") == [(feature, False)]


@pytest.mark.parametrize(
    ("request_", "state", "kind"),
    [
        # A relay takes every field and drops what it does not know: only the take will tell.
        (COVER, SubmissionState.ACCEPTED, ""),
        (MusicRequest(description="rain", exclude="metal"), SubmissionState.ACCEPTED, ""),
        # "No channel for this model" is about the model.
        (COVER, SubmissionState.REJECTED, "not_offered"),
        (MusicRequest(description="rain"), SubmissionState.REJECTED, "not_offered"),
        (ConcatRequest(clip_id="c"), SubmissionState.REJECTED, "account_empty"),
        (ConcatRequest(clip_id="c"), SubmissionState.UNKNOWN, "timed_out"),
        (ConcatRequest(clip_id="c"), SubmissionState.SENDING, ""),
    ],
)
def test_other_outcomes_teach_nothing(request_: Request, state: SubmissionState, kind: str) -> None:
    assert told(request_, state, kind) == []


@pytest.mark.parametrize(
    ("request_", "feature"),
    [
        (COVER, Feature.COVER),
        (DerivedRequest("infill", clip_id="parent", start_s=1.0, end_s=2.0, instrumental=True), Feature.INFILL),
        (DerivedRequest("stems", clip_id="parent"), Feature.STEMS),
    ],
)
def test_a_take_names_what_it_was_made_of_or_does_not(request_: Request, feature: Feature) -> None:
    passed = Clip("c", status=ClipStatus.COMPLETE, parents=("parent",))
    dropped = Clip("d", status=ClipStatus.COMPLETE, tags="folk")
    assert lessons_of_takes(request_, [Clip("e", status=ClipStatus.COMPLETE)]) == (), "it tells nothing at all"
    assert lessons_of_takes(request_, [passed]) == (Lesson(feature, True, "a finished take shows it"),)
    assert lessons_of_takes(request_, [dropped]) == (Lesson(feature, False, "the finished take does not show it"),)
    assert [lesson.is_offered for lesson in lessons_of_takes(request_, [dropped, passed])] == [True]


def test_excluded_styles_that_come_back_are_passed_on_and_others_prove_nothing() -> None:
    asked = MusicRequest(description="rain", exclude="metal, drums", extra='{"vocal_gender": "f"}')
    shown = Clip("c", status=ClipStatus.COMPLETE, exclude="Metal,  drums")
    assert [(lesson.feature, lesson.is_offered) for lesson in lessons_of_takes(asked, [shown])] == [
        (Feature.EXCLUDE, True)
    ]
    hidden = Clip("c", status=ClipStatus.COMPLETE, tags="folk")
    assert lessons_of_takes(asked, [hidden]) == ()


def test_what_is_not_finished_or_failed_teaches_nothing() -> None:
    unfinished = [Clip("c", status=ClipStatus.STREAMING), Clip("d", status=ClipStatus.ERROR)]
    assert lessons_of_takes(COVER, unfinished) == ()
    assert lessons_of_takes(COVER, []) == ()
    assert lessons_of_takes(MusicRequest(description="rain"), [Clip("c", status=ClipStatus.COMPLETE)]) == ()
