"""The evidence in an outcome or a finished take, and what does not count as evidence."""

from __future__ import annotations

from typing import Any

import pytest

from sunotui.core.gateways.capability_learning import (
    LearnedFeature,
    dialect_from_outcome,
    dialect_from_takes,
    features_from_outcome,
    features_from_takes,
)
from sunotui.domain.gateways.capabilities import MUSIC_REQUEST_FIELDS, Feature
from sunotui.domain.gateways.dialect import Dialect, DialectEvidence, EvidenceStrength
from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    MusicRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
)
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind

COVER = DerivedRequest("cover", clip_id="parent", style="jazz")
VOICE = MusicRequest(lyrics="la", persona_id="voice", persona_clip_id="parent")


def learned(request: Request, state: SubmissionState, error_code: str = "") -> list[tuple[Feature, bool]]:
    row = Submission("s", "main", request, "", "", state, 0.0, error_code=error_code)
    return [(learned.feature, learned.is_offered) for learned in features_from_outcome(row)]


@pytest.mark.parametrize(
    ("request_", "feature"),
    [
        (ConcatRequest(clip_id="c"), Feature.CONCAT),
        (ConcatRequest(clip_id="c", extra='{"a": 1}'), Feature.CONCAT),
        (UploadRequest(url="https://x.example/a.mp3"), Feature.UPLOAD),
        (UploadFileRequest(path="a.mp3"), Feature.UPLOAD_FILE),
    ],
)
def test_features_with_their_own_endpoint_are_proved_by_outcomes(request_: Request, feature: Feature) -> None:
    assert learned(request_, SubmissionState.ACCEPTED) == [(feature, True)]
    assert learned(request_, SubmissionState.REJECTED, "not_offered") == [(feature, False)]


@pytest.mark.parametrize(
    ("request_", "state", "kind"),
    [
        # A relay accepts every field and drops unknown ones: only the take will show it.
        (COVER, SubmissionState.ACCEPTED, ""),
        (MusicRequest(description="rain", exclude="metal"), SubmissionState.ACCEPTED, ""),
        # "No channel for this model" concerns the model.
        (COVER, SubmissionState.REJECTED, "not_offered"),
        (MusicRequest(description="rain"), SubmissionState.REJECTED, "not_offered"),
        (ConcatRequest(clip_id="c"), SubmissionState.REJECTED, "account_empty"),
        (ConcatRequest(clip_id="c"), SubmissionState.UNKNOWN, "timed_out"),
        (ConcatRequest(clip_id="c"), SubmissionState.SENDING, ""),
    ],
)
def test_other_outcomes_are_not_evidence(request_: Request, state: SubmissionState, kind: str) -> None:
    assert learned(request_, state, kind) == []


def take(*derivations: Derivation, **fields: Any) -> Clip:
    """A finished take with these derivations."""
    parents = tuple(found.id for found in derivations if found.kind is not DerivationKind.PERSONA)
    return Clip("c", status=ClipStatus.COMPLETE, parents=parents, derivations=derivations, **fields)


RIDING: list[tuple[Request, Feature, Derivation]] = [
    (COVER, Feature.COVER, Derivation(DerivationKind.COVER, "parent")),
    (
        DerivedRequest("infill", clip_id="parent", start_s=1.0, end_s=2.0, instrumental=True),
        Feature.INFILL,
        Derivation(DerivationKind.SECTION, "parent"),
    ),
    (DerivedRequest("stems", clip_id="parent"), Feature.STEMS, Derivation(DerivationKind.STEM, "parent")),
    (VOICE, Feature.PERSONA, Derivation(DerivationKind.PERSONA, "voice")),
    (VOICE, Feature.PERSONA, Derivation(DerivationKind.ARTIST, "parent")),
]


@pytest.mark.parametrize(("request_", "feature", "proof"), RIDING)
def test_only_a_takes_own_metadata_is_proof(request_: Request, feature: Feature, proof: Derivation) -> None:
    proven, reported_nothing = take(proof), Clip("e", status=ClipStatus.COMPLETE, derivations=())
    continued = take(Derivation(DerivationKind.CONTINUATION, "parent"))
    against = (LearnedFeature(feature, False, "the finished take does not show it"),)
    assert features_from_takes(request_, [reported_nothing]) == ()
    assert features_from_takes(request_, [proven]) == (LearnedFeature(feature, True, "a finished take proves it"),)
    assert features_from_takes(request_, [continued]) == against, "a plain continuation is what a dropped task gives"
    assert features_from_takes(request_, [take(tags="folk")]) == against
    assert features_from_takes(request_, [take(Derivation(proof.kind, "another"))]) == against
    assert [lesson.is_offered for lesson in features_from_takes(request_, [continued, proven])] == [True]


@pytest.mark.parametrize(("request_", "feature", "proof"), RIDING)
def test_a_take_parsed_by_an_older_version_is_not_evidence(
    request_: Request, feature: Feature, proof: Derivation
) -> None:
    assert feature in MUSIC_REQUEST_FIELDS
    assert features_from_takes(request_, [Clip("c", status=ClipStatus.COMPLETE, tags="x", parents=("parent",))]) == ()


def test_an_older_versions_take_is_not_evidence_beside_a_new_one() -> None:
    older = Clip("o", status=ClipStatus.COMPLETE, parents=("parent",))
    assert features_from_takes(COVER, [older, take(tags="folk")]) == ()


@pytest.mark.parametrize(("request_", "feature", "proof"), RIDING)
def test_takes_that_do_not_repeat_the_request_prove_nothing_missing(
    request_: Request, feature: Feature, proof: Derivation
) -> None:
    sung = take(lyrics="[Verse]\nRain")
    assert features_from_takes(request_, [sung], is_like_sunoapi=True) == ()
    proven = features_from_takes(request_, [sung, take(proof)], is_like_sunoapi=True)
    assert proven == (LearnedFeature(feature, True, "a finished take proves it"),)


def test_only_returned_excluded_styles_are_evidence() -> None:
    asked = MusicRequest(description="rain", exclude="metal, drums", extra='{"vocal_gender": "f"}')
    shown = Clip("c", status=ClipStatus.COMPLETE, exclude="Metal,  drums")
    assert [(learned.feature, learned.is_offered) for learned in features_from_takes(asked, [shown])] == [
        (Feature.EXCLUDE, True)
    ]
    hidden = Clip("c", status=ClipStatus.COMPLETE, tags="folk")
    assert features_from_takes(asked, [hidden]) == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"tags": "folk"},
        {"lyrics": "la"},
        {"description": "rain"},
        {"exclude": "metal"},
        {"parents": ("another",)},
        {"derivations": (Derivation(DerivationKind.CONTINUATION, "another"),)},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_take_with_other_metadata_only_is_evidence_against(fields: dict[str, Any]) -> None:
    clip = Clip("c", status=ClipStatus.COMPLETE, **{"derivations": (), **fields})
    assert features_from_takes(COVER, [clip]) == (
        LearnedFeature(Feature.COVER, False, "the finished take does not show it"),
    )


@pytest.mark.parametrize(
    "fields",
    [{}, {"title": "Rain"}, {"model": "v4"}, {"duration_s": 60.0}, {"bpm": 99.0}, {"audio_url": "https://a.example/a"}],
)
def test_a_take_without_metadata_proves_nothing(fields: dict[str, Any]) -> None:
    assert features_from_takes(COVER, [Clip("c", status=ClipStatus.COMPLETE, derivations=(), **fields)]) == ()


def test_unfinished_and_failed_takes_are_not_evidence() -> None:
    unfinished = [Clip("c", status=ClipStatus.STREAMING), Clip("d", status=ClipStatus.ERROR)]
    assert features_from_takes(COVER, unfinished) == ()
    assert features_from_takes(COVER, []) == ()
    assert features_from_takes(MusicRequest(description="rain"), [Clip("c", status=ClipStatus.COMPLETE)]) == ()


WORDS = "[Verse]\nRain on the tin roof"
WITH_WORDS = MusicRequest(lyrics=WORDS, style="jazz")
RIGHT = Clip("c", status=ClipStatus.COMPLETE, lyrics=f"{WORDS} \n")
WRONG = Clip("c", status=ClipStatus.COMPLETE, lyrics="[Verse]\nAnother song")
FLAT, SUNOAPI = Dialect.FLAT, Dialect.SUNOAPI
PROOF, LIKELY, HINT = EvidenceStrength.PROOF, EvidenceStrength.LIKELY, EvidenceStrength.HINT


@pytest.mark.parametrize(
    ("request_", "sent_in", "clips", "is_like_sunoapi", "expected"),
    [
        (WITH_WORDS, FLAT, [RIGHT], False, (FLAT, PROOF)),
        (WITH_WORDS, FLAT, [WRONG, RIGHT], True, (FLAT, PROOF)),
        (WITH_WORDS, SUNOAPI, [RIGHT], True, (SUNOAPI, PROOF)),
        (WITH_WORDS, FLAT, [WRONG, WRONG], True, (SUNOAPI, LIKELY)),
        (MusicRequest(description="rain"), FLAT, [WRONG], True, (SUNOAPI, HINT)),
        (MusicRequest(instrumental=True, style="jazz"), FLAT, [WRONG], True, (SUNOAPI, HINT)),
        (WITH_WORDS, FLAT, [WRONG], False, None),
        (WITH_WORDS, SUNOAPI, [WRONG], True, None),
        # A flat gateway finds the lyrics, too, but neither the style nor the model.
        (WITH_WORDS, SUNOAPI, [RIGHT], False, None),
        (MusicRequest(description="rain"), FLAT, [WRONG], False, None),
        (WITH_WORDS, FLAT, [Clip("c", lyrics=WORDS)], True, None),
        (WITH_WORDS, FLAT, [], True, None),
        (DerivedRequest("cover", clip_id="p", lyrics=WORDS), FLAT, [RIGHT], True, None),
    ],
)
def test_evidence_of_the_dialect_in_finished_takes(
    request_: Request,
    sent_in: Dialect,
    clips: list[Clip],
    is_like_sunoapi: bool,
    expected: tuple[Dialect, EvidenceStrength] | None,
) -> None:
    seen = dialect_from_takes(request_, sent_in, clips, 7.0, is_like_sunoapi=is_like_sunoapi)
    assert (None if seen is None else (seen.dialect, seen.strength)) == expected
    assert seen is None or (seen.learned_at == 7.0 and seen.reason)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (430, "it returned HTTP 430, as claude360 does"),
        (455, "it returned HTTP 455, as claude360 does"),
        (429, None),
        (503, None),
        (200, None),
        (None, None),
    ],
)
def test_statuses_of_sunoapi_like_gateways_are_a_hint(status: int | None, reason: str | None) -> None:
    row = Submission("s", "main", WITH_WORDS, "", "", SubmissionState.REJECTED, 0.0, http_status=status)
    seen = dialect_from_outcome(row, 7.0)
    assert seen == (None if reason is None else DialectEvidence(SUNOAPI, HINT, 7.0, reason))


@pytest.mark.parametrize(
    ("fields", "learning"),
    [
        ({"style_weight": 0.65, "weirdness": 0.2}, [(Feature.SLIDERS, True)]),
        ({"style_weight": 0.5, "weirdness": 0.5}, [(Feature.SLIDERS, False)]),
        ({"style_weight": 0.65}, [(Feature.SLIDERS, False)]),
        ({}, []),
    ],
)
def test_sliders_are_proved_by_returned_ones(fields: dict[str, float], learning: list[tuple[Feature, bool]]) -> None:
    asked = MusicRequest(lyrics="la", style_weight=0.65, weirdness=0.2)
    clip = Clip("c", status=ClipStatus.COMPLETE, tags="folk", **fields)  # type: ignore[arg-type]
    assert [(learned.feature, learned.is_offered) for learned in features_from_takes(asked, [clip])] == learning
