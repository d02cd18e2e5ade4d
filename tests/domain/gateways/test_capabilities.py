"""Capabilities of a gateway: evidence before guesses, and no wrong claims about dropped fields."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sunotui.domain.gateways.capabilities import Capabilities, Feature, Software, Support, features_of
from sunotui.domain.gateways.dialect import Dialect, DialectEvidence, EvidenceStrength
from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MusicRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
)

NEEDS: list[tuple[Request, tuple[Feature, ...]]] = [
    (MusicRequest(description="rain"), ()),
    (MusicRequest(lyrics="la", extend_clip_id="c", extend_at_s=1.0), ()),
    (MusicRequest(lyrics="la", exclude="drums"), (Feature.EXCLUDE,)),
    (MusicRequest(lyrics="la", persona_id="p", extra="{}"), (Feature.PERSONA, Feature.EXTRA)),
    (LyricsRequest("rain"), ()),
    (ConcatRequest("c"), (Feature.CONCAT,)),
    (DerivedRequest("cover", "c", exclude="drums"), (Feature.COVER, Feature.EXCLUDE)),
    (DerivedRequest("infill", "c"), (Feature.INFILL,)),
    (DerivedRequest("stems", "c"), (Feature.STEMS,)),
    (UploadRequest("https://a.example/x.mp3"), (Feature.UPLOAD,)),
    (UploadFileRequest("x.mp3"), (Feature.UPLOAD_FILE,)),
]


@pytest.mark.parametrize(("request_", "needed"), NEEDS)
def test_the_features_of_a_request(request_: Request, needed: tuple[Feature, ...]) -> None:
    assert features_of(request_) == needed


def test_evidence_counts_before_any_guess() -> None:
    assert Capabilities().support(Feature.CONCAT) is Support.UNKNOWN
    stock = Capabilities(software=Software.NEW_API)
    assert stock.support(Feature.CONCAT) is Support.DOUBTFUL
    assert stock.learned(Feature.CONCAT, True, 1.0).support(Feature.CONCAT) is Support.OFFERED
    assert stock.learned(Feature.CONCAT, False, 1.0).support(Feature.CONCAT) is Support.MISSING
    changed = stock.learned(Feature.CONCAT, False, 1.0).learned(Feature.CONCAT, True, 2.0)
    assert changed.support(Feature.CONCAT) is Support.OFFERED


def test_with_one_extra_nothing_is_inferred() -> None:
    private = Capabilities(software=Software.NEW_API).learned(Feature.FEED, True, 1.0).learned(Feature.WAV, False, 1.0)
    assert not private.is_stock
    assert private.support(Feature.COVER) is Support.UNKNOWN
    assert private.support(Feature.WAV) is Support.MISSING
    assert private.dropped(["negative_tags"]) == ()


def test_a_new_probe_keeps_learned_evidence() -> None:
    before = (
        Capabilities(version="1").learned(Feature.COVER, True, 5.0, "it made one").learned(Feature.FEED, False, 5.0)
    )
    looked = before.probed(Capabilities(Software.ONE_HUB, "2", probed_at=9.0).learned(Feature.FEED, True, 9.0))
    assert (looked.software, looked.version, looked.probed_at) == (Software.ONE_HUB, "2", 9.0)
    assert looked.support(Feature.COVER) is Support.OFFERED
    assert looked.support(Feature.FEED) is Support.OFFERED


def test_a_partial_probe_keeps_the_content_of_missing_pages() -> None:
    before = Capabilities(Software.NEW_API, "v0.6.6", "New API", ("suno_music",), probed_at=1.0)
    limited = before.probed(Capabilities(Software.REFERENCE, models=("chirp-hawk",), probed_at=9.0, is_partial=True))
    assert limited == replace(before, models=("chirp-hawk",), probed_at=9.0)
    first = Capabilities().probed(Capabilities(Software.ONE_HUB, is_partial=True))
    assert (first.software, first.is_partial) == (Software.ONE_HUB, False)
    assert before.probed(Capabilities(probed_at=9.0)) == Capabilities(probed_at=9.0), (
        "a page that is gone says nothing any more"
    )


def test_only_a_stock_relay_is_said_to_drop_fields() -> None:
    names = ["prompt", "negative_tags", "mv", "task"]
    assert Capabilities(software=Software.ONE_HUB).dropped(names) == ("negative_tags", "task")
    assert Capabilities(software=Software.REFERENCE).dropped(names) == ()
    assert Capabilities().dropped(names) == ()
    private = Capabilities(software=Software.NEW_API).learned(Feature.COVER, True, 1.0)
    assert private.dropped(names) == ()
    refused = Capabilities(software=Software.NEW_API).learned(Feature.COVER, False, 1.0)
    assert refused.dropped(names) == ("negative_tags", "task")


def test_the_stronger_and_then_the_newer_evidence_for_a_dialect_stays() -> None:
    def seen(strength: EvidenceStrength, at: float) -> DialectEvidence:
        return DialectEvidence(Dialect.SUNOAPI, strength, at, "seen")

    likely, newer = seen(EvidenceStrength.LIKELY, 1.0), seen(EvidenceStrength.LIKELY, 2.0)
    hint, proof = seen(EvidenceStrength.HINT, 3.0), seen(EvidenceStrength.PROOF, 4.0)
    offers = Capabilities().learned_dialect(likely).learned_dialect(newer).learned_dialect(hint)
    assert offers.dialects == {Dialect.SUNOAPI: newer}
    assert offers.learned_dialect(proof).dialects == {Dialect.SUNOAPI: proof}


@pytest.mark.parametrize("is_partial", [False, True])
def test_a_probe_keeps_dialect_evidence_from_songs(is_partial: bool) -> None:
    song = DialectEvidence(Dialect.SUNOAPI, EvidenceStrength.PROOF, 1.0, "a song")
    page = DialectEvidence(Dialect.NESTED, EvidenceStrength.PROOF, 2.0, "a page")
    found = Capabilities(dialects={Dialect.NESTED: page}, is_partial=is_partial)
    after = Capabilities().learned_dialect(song).probed(found)
    assert after.dialects == {Dialect.SUNOAPI: song, Dialect.NESTED: page}
    assert after.probed(Capabilities(is_partial=is_partial)).dialects == after.dialects
