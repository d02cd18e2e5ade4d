"""Models: the table, and the choice for a request without a model."""

from __future__ import annotations

import pytest

from sunotui.domain.gateways.models import NEWEST, choose_model, find, is_retired, label_of, limits_of
from sunotui.domain.requests.request import DerivedRequest, LyricsRequest, MusicRequest, with_model


@pytest.mark.parametrize(
    ("name", "mv", "label"),
    [
        ("v6", "chirp-hawk", "v6"),
        ("chirp-v6", "chirp-hawk", "v6"),
        ("V6_WILD", "chirp-hawk-wild", "v6 wild"),
        ("chirp-v6-mini", "chirp-goose", "v6 mini"),
        ("chirp-halibut", "chirp-halibut", "v6 remaster"),
        ("V5_5", "chirp-fenix", "v5.5"),
        ("V4_5ALL", "chirp-auk-turbo", "v4.5-all"),
        ("V4_5PLUS", "chirp-bluejay", "v4.5+"),
        ("V4_5", "chirp-auk", "v4.5"),
        ("V3_5", "chirp-v3-5", "v3.5"),
    ],
)
def test_models_are_found_by_every_name(name: str, mv: str, label: str) -> None:
    model = find(name)
    assert model is not None
    assert (model.mv, label_of(name)) == (mv, label)


def test_v6_takes_longer_descriptions() -> None:
    assert (limits_of("chirp-hawk").description, limits_of("").description, limits_of("v5.5").description) == (
        3_000,
        3_000,
        500,
    )


def test_models_before_v6_are_retired() -> None:
    names = ("chirp-hawk", "chirp-goose", "chirp-fenix", "chirp-v4", "a-name-of-their-own")
    assert [is_retired(name) for name in names] == [False, False, True, True, False]


@pytest.mark.parametrize(
    ("own", "worked", "listed", "chosen"),
    [
        ("mine", ("worked",), ("chirp-hawk",), "mine"),
        (" ", ("worked", "older"), ("chirp-hawk",), "worked"),
        ("", (), ("suno_music", "chirp-v4", "chirp-v6-mini"), "chirp-v6-mini"),
        ("", (), ("suno_music", "chirp-v3.5", "chirp-v4"), "chirp-v3.5"),
        ("", (), ("suno_music", "suno_lyrics"), NEWEST),
        ("", (), ("chirp-halibut",), NEWEST),
        ("", (), (), "chirp-hawk"),
    ],
)
def test_the_choice_of_a_model(own: str, worked: tuple[str, ...], listed: tuple[str, ...], chosen: str) -> None:
    assert choose_model(own, worked, listed) == chosen


def test_a_request_keeps_the_model_that_it_names() -> None:
    assert with_model(DerivedRequest("cover", clip_id="c", model="chirp-v4"), "chirp-hawk").model == "chirp-v4"  # type: ignore[union-attr]
    assert with_model(MusicRequest(description="rain"), "chirp-hawk") == MusicRequest(
        description="rain", model="chirp-hawk"
    )
    assert with_model(LyricsRequest("rain"), "chirp-hawk") == LyricsRequest("rain")
