"""Warnings before money is spent: only those with evidence, and the evidence."""

from __future__ import annotations

import pytest

from sunotui.core.gateways.warnings import day, dropped_fields, feature_warning, request_warnings
from sunotui.domain.gateways.capabilities import Capabilities, Feature, Software
from sunotui.domain.gateways.dialect import Dialect, DialectEvidence, EvidenceStrength, choose_dialect
from sunotui.domain.gateways.money import Balance, Price
from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MusicRequest,
    Request,
    UploadRequest,
)
from sunotui.gateway.submit.payloads import build_payload

NEW_API = Capabilities(software=Software.NEW_API)
DAY = 1_764_000_000.0
SONG = MusicRequest(description="rain")
EXCLUDING = MusicRequest(lyrics="[Verse]", style="jazz", exclude="metal")
COVER = DerivedRequest("cover", clip_id="c", style="jazz")
CONCAT = ConcatRequest(clip_id="c")
NO_MONEY = (None, None)


def warnings(request: Request, offers: Capabilities) -> tuple[str, ...]:
    return request_warnings(request, build_payload(request), offers, *NO_MONEY)


@pytest.mark.parametrize("offers", [Capabilities(), NEW_API, Capabilities(software=Software.REFERENCE)])
@pytest.mark.parametrize("request_", [SONG, LyricsRequest("rain"), MusicRequest(lyrics="a", title="b", style="c")])
def test_a_plain_request_causes_no_warning(request_: Request, offers: Capabilities) -> None:
    assert warnings(request_, offers) == ()


def test_evidence_has_its_date_and_reason() -> None:
    offers = NEW_API.learned(Feature.CONCAT, False, DAY, "the gateway has no such endpoint")
    assert warnings(CONCAT, offers) == (
        "Joining did not work at this gateway on 2025-11-24: the gateway has no such endpoint",
    )


def test_a_guess_is_marked_as_a_guess() -> None:
    assert warnings(CONCAT, NEW_API) == ("Joining is probably not offered here: a stock new-api has no such thing",)
    assert warnings(UploadRequest(url="https://x.example/a.mp3"), Capabilities(software=Software.REFERENCE)) == (
        "Upload by address is probably not offered here: a stock Suno-API has no such thing",
    )


@pytest.mark.parametrize("offers", [Capabilities(), NEW_API.learned(Feature.CONCAT, True, DAY)])
def test_offered_and_unknown_features_cause_no_warning(offers: Capabilities) -> None:
    assert warnings(CONCAT, offers) == ()


def test_fields_that_a_relay_drops_are_named_once() -> None:
    assert warnings(EXCLUDING, NEW_API) == (
        "A stock new-api passes nine fields only: negative_tags would be dropped and the song still billed",
    )
    (sentence,) = warnings(COVER, Capabilities(software=Software.ONE_HUB))
    dropped = "task, cover_clip_id, generation_type would be dropped and the song still billed"
    assert sentence == f"A stock one-hub passes nine fields only: {dropped}"
    (sentence,) = warnings(DerivedRequest("stems", clip_id="c"), NEW_API)
    assert "and 1 more would be dropped" in sentence


def test_a_reference_server_makes_a_plain_song_of_an_unknown_task() -> None:
    (sentence,) = warnings(COVER, Capabilities(software=Software.REFERENCE))
    assert sentence.endswith("a plain song may be made and billed")


def test_a_relay_that_passed_one_field_passes_others() -> None:
    proven = NEW_API.learned(Feature.EXCLUDE, True, DAY)
    assert dropped_fields(build_payload(EXCLUDING), proven) == ()
    assert warnings(EXCLUDING, proven) == ()


def test_incomplete_extra_fields_cause_no_error() -> None:
    typing = MusicRequest(description="rain", extra='{"vocal')
    (sentence,) = request_warnings(typing, None, NEW_API, *NO_MONEY)
    assert sentence.startswith("Passing extra fields on is probably not offered here")


def test_a_low_balance_is_reported_with_the_learned_price() -> None:
    short = request_warnings(SONG, build_payload(SONG), Capabilities(), Price(0.1, "$", 3), Balance(0.09, "$"))
    assert short == ("Only $0.09 left: the usual price is $0.10 (seen 3 times)",)
    assert request_warnings(SONG, build_payload(SONG), Capabilities(), Price(0.1, "$", 1), Balance(0.1, "$")) == ()
    assert (
        request_warnings(SONG, build_payload(SONG), Capabilities(), Price(50_000, "quota", 1), Balance(0.04, "$")) == ()
    )
    assert request_warnings(SONG, build_payload(SONG), Capabilities(), None, Balance(0.04, "$")) == ()
    assert request_warnings(SONG, build_payload(SONG), Capabilities(), None, Balance(-0.5, "$")) == (
        "The gateway says that the balance is used up (-$0.50)",
    )


def test_money_for_some_of_the_requests_says_how_many() -> None:
    price = Price(0.1, "$", 1)
    some = request_warnings(SONG, build_payload(SONG), Capabilities(), price, Balance(0.25, "$"), 3)
    assert some == ("$0.25 left pays for 2 of 3 requests: the usual price is $0.10 (seen once)",)
    assert request_warnings(SONG, build_payload(SONG), Capabilities(), price, Balance(0.3, "$"), 3) == ()
    none = request_warnings(SONG, build_payload(SONG), Capabilities(), price, Balance(0.05, "$"), 3)
    assert none == ("Only $0.05 left: the usual price is $0.10 (seen once)",)


@pytest.mark.parametrize("moment", [1e300, -1e300])
def test_an_impossible_date_does_not_crash(moment: float) -> None:
    assert day(moment) == "an unknown day"


@pytest.mark.parametrize("feature", list(Feature))
def test_every_feature_that_is_missing_is_named(feature: Feature) -> None:
    offers = Capabilities().learned(feature, False, 1_780_000_000.0, "the gateway has no such endpoint")
    assert "did not work at this gateway on 2026-" in feature_warning(feature, offers)


WITH_WORDS = MusicRequest(lyrics="[Verse]\nRain", style="jazz")
LIKE_SUNOAPI = Capabilities().learned_dialect(
    DialectEvidence(Dialect.SUNOAPI, EvidenceStrength.HINT, DAY, "its responses look like those of claude360")
)
LIKELY = Capabilities().learned_dialect(
    DialectEvidence(Dialect.SUNOAPI, EvidenceStrength.LIKELY, DAY, "a song came with other words")
)


@pytest.mark.parametrize("request_", [WITH_WORDS, DerivedRequest("cover", clip_id="c", lyrics="[Verse]\nRain")])
def test_lyrics_at_a_sunoapi_like_gateway_cause_a_warning(request_: Request) -> None:
    choice = choose_dialect("", "x.example", LIKE_SUNOAPI.dialects.values())
    (sentence,) = request_warnings(request_, build_payload(request_), LIKE_SUNOAPI, *NO_MONEY, dialect=choice)
    assert sentence == (
        "This gateway looks sunoapi-like (its responses look like those of claude360, 2025-11-24): such a gateway "
        "takes lyrics in the flat form for a description and bills a wrong song; set the profile's dialect (in its "
        "settings or SUNOTUI_DIALECT) before you pay: sunoapi if that is what it is, else flat"
    )


def test_a_likely_dialect_causes_warnings_until_it_is_proved() -> None:
    choice = choose_dialect("", "x.example", LIKELY.dialects.values())
    (sentence,) = request_warnings(WITH_WORDS, build_payload(WITH_WORDS), LIKELY, *NO_MONEY, dialect=choice)
    assert "is asked in that form, which is not proved: set the profile's dialect" in sentence


@pytest.mark.parametrize("offers", [LIKE_SUNOAPI, LIKELY])
@pytest.mark.parametrize("setting", ["flat", "nested", "sunoapi"])
def test_no_dialect_warning_if_it_is_set(setting: str, offers: Capabilities) -> None:
    choice = choose_dialect(setting, "x.example", offers.dialects.values())
    assert request_warnings(WITH_WORDS, build_payload(WITH_WORDS), offers, *NO_MONEY, dialect=choice) == ()


@pytest.mark.parametrize("dialect", Dialect)
def test_no_dialect_warning_if_it_is_proved(dialect: Dialect) -> None:
    proof = DialectEvidence(dialect, EvidenceStrength.PROOF, DAY, "a song with your own lyrics came out right")
    offers = LIKE_SUNOAPI.learned_dialect(proof)
    choice = choose_dialect("", "x.example", offers.dialects.values())
    assert request_warnings(WITH_WORDS, build_payload(WITH_WORDS), offers, *NO_MONEY, dialect=choice) == ()


@pytest.mark.parametrize(
    "request_", [SONG, LyricsRequest("rain"), MusicRequest(instrumental=True, style="jazz"), CONCAT]
)
def test_no_dialect_warning_without_lyrics(request_: Request) -> None:
    choice = choose_dialect("", "x.example", LIKE_SUNOAPI.dialects.values())
    assert request_warnings(request_, build_payload(request_), LIKE_SUNOAPI, *NO_MONEY, dialect=choice) == ()


def test_a_documented_host_causes_no_warning() -> None:
    choice = choose_dialect("", "api.cometapi.com", LIKE_SUNOAPI.dialects.values())
    assert request_warnings(WITH_WORDS, build_payload(WITH_WORDS), LIKE_SUNOAPI, *NO_MONEY, dialect=choice) == ()
