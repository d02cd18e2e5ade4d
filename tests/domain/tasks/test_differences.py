"""Differences between request and result: reported if they differ, otherwise empty."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sunotui.domain.requests.request import DerivedRequest, LyricsRequest, MusicRequest, Request
from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.differences import Difference, differences, model_note

MADE = Clip("new", title="Rain", status=ClipStatus.COMPLETE, tags="folk, warm", lyrics="[Verse]\nla la")
ASKED = MusicRequest(lyrics="[Verse]\nla la", title="Rain", style="Folk,  warm", model="chirp-v5")


def test_no_difference_if_the_result_matches() -> None:
    assert differences(ASKED, MADE) == ()


def test_no_difference_before_the_take_is_complete() -> None:
    assert differences(ASKED, MADE._replace(status=ClipStatus.STREAMING, tags="", title="", lyrics="")) == ()


def made(kind: DerivationKind, made_of: str = "old") -> Clip:
    """The take, with this derivation from a clip."""
    parents = () if kind is DerivationKind.PERSONA else (made_of,)
    return MADE._replace(parents=parents, derivations=(Derivation(kind, made_of),))


PLAIN = made(DerivationKind.CONTINUATION)
"""The result of a relay that drops `task`: a continuation of the requested clip."""
READ = MADE._replace(derivations=())
COVER = DerivedRequest("cover", "old", lyrics="[Verse] la la", style="folk, warm")
INFILL = DerivedRequest("infill", "old", lyrics="[Verse]\nla la")
PERSONA = replace(ASKED, persona_id="voice", persona_clip_id="old")
DIFFERENT: list[tuple[Request, Clip, list[Difference]]] = [
    (replace(ASKED, style="metal"), MADE, [Difference("Style", "metal", "folk, warm")]),
    (replace(ASKED, title="Sun"), MADE, [Difference("Title", "Sun", "Rain")]),
    (replace(ASKED, lyrics="other"), MADE, [Difference("Lyrics", "other", "[Verse]\nla la")]),
    (replace(ASKED, exclude="drums"), MADE, [Difference("Exclude", "drums", "")]),
    (replace(ASKED, exclude="drums"), MADE._replace(exclude="Drums"), []),
    (replace(ASKED, instrumental=True), MADE, [Difference("Instrumental", "yes", "it has words")]),
    (MusicRequest(description="rain", title="My own"), MADE, []),
    (replace(ASKED, extend_clip_id="old"), MADE, [Difference("Extension source", "old", "")]),
    (replace(ASKED, extend_clip_id="old"), MADE._replace(parents=("old",)), []),
    (
        DerivedRequest("cover", "old", lyrics="[Verse] la la", style="folk, warm"),
        MADE,
        [Difference("Cover source", "old", "")],
    ),
    (
        DerivedRequest("infill", "old", lyrics="[Verse]\nla la"),
        MADE._replace(parents=("x", "y")),
        [Difference("Section source", "old", "x, y")],
    ),
    (DerivedRequest("stems", "old"), MADE._replace(parents=("old",)), []),
    (LyricsRequest("rain"), MADE, []),
    (COVER, made(DerivationKind.COVER), []),
    (COVER, PLAIN, [Difference("Cover source", "old", "continues old")]),
    (COVER, made(DerivationKind.COVER, "x"), [Difference("Cover source", "old", "cover of x")]),
    (INFILL, made(DerivationKind.SECTION), []),
    (INFILL, PLAIN, [Difference("Section source", "old", "continues old")]),
    (DerivedRequest("stems", "old"), made(DerivationKind.STEM), []),
    (DerivedRequest("stems", "old"), PLAIN, [Difference("Stems source", "old", "continues old")]),
    (replace(ASKED, extend_clip_id="old"), PLAIN, []),
    (PERSONA, made(DerivationKind.PERSONA, "voice"), []),
    (PERSONA, made(DerivationKind.ARTIST), []),
    (PERSONA, READ, [Difference("Persona", "voice", "")]),
    (PERSONA, PLAIN, [Difference("Persona", "voice", "continues old")]),
    # An older version stored only the ids.
    (PERSONA, MADE, []),
]


@pytest.mark.parametrize(("request_", "clip", "expected"), DIFFERENT)
def test_a_difference(request_: Request, clip: Clip, expected: list[Difference]) -> None:
    assert list(differences(request_, clip)) == expected


@pytest.mark.parametrize(
    ("asked", "reported", "note"),
    [
        ("chirp-hawk-wild", "chirp-hawk", "requested v6 wild, got v6: not confirmed"),
        ("V6_WILD", "chirp-v6", "requested v6 wild, got v6: not confirmed"),
        ("chirp-v5", "chirp-crow", ""),
        ("chirp-v5", "", ""),
        ("chirp-v5", "a-name-of-their-own", ""),
        ("a-name-of-their-own", "chirp-hawk", ""),
        ("", "chirp-hawk", ""),
    ],
)
def test_another_model_is_unconfirmed_and_no_difference(asked: str, reported: str, note: str) -> None:
    request, clip = replace(ASKED, model=asked), MADE._replace(model=reported)
    assert model_note(request, clip) == note
    assert differences(request, clip) == ()


def test_lyrics_and_stems_have_no_model_to_confirm() -> None:
    assert model_note(LyricsRequest("rain"), MADE._replace(model="chirp-hawk")) == ""
    assert model_note(DerivedRequest("stems", "old", model="chirp-crow"), MADE._replace(model="chirp-hawk")) == ""
