"""Known capabilities survive the program, two programs at once, and other versions."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.gateways.capabilities import Capabilities, Evidence, Feature, Software, Support
from sunotui.domain.gateways.dialect import Dialect, DialectEvidence, EvidenceStrength
from sunotui.storage.db.connection import Database
from sunotui.storage.gateway_facts.capabilities import CapabilityStore, capabilities_of, text_of

moments = st.floats(allow_nan=False, allow_infinity=False)
known_offers = st.builds(
    Capabilities,
    software=st.sampled_from(Software),
    version=st.text(),
    system_name=st.text(),
    models=st.lists(st.text()).map(tuple),
    probed_at=st.none() | moments,
    evidence=st.dictionaries(st.sampled_from(Feature), st.builds(Evidence, st.booleans(), moments, st.text())),
    dialects=st.builds(
        DialectEvidence, st.sampled_from(Dialect), st.sampled_from(EvidenceStrength), moments, st.text()
    ).map(lambda seen: {seen.dialect: seen}),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(known_offers, st.text())
def test_saved_capabilities_are_read_unchanged(offers: Capabilities, home: str) -> None:
    assert capabilities_of(text_of(offers, home)) == (offers, home)


@given(st.text() | json_values.map(json.dumps))
def test_any_text_can_be_parsed(text: str) -> None:
    offers, home = capabilities_of(text)
    assert (offers, home) == capabilities_of(text_of(offers, home))


@given(
    st.dictionaries(
        st.sampled_from([*Feature, "home", "software", "evidence", "dialects", "models", "probed_at"]), json_values
    )
)
def test_any_document_with_known_keys_can_be_parsed(document: dict[str, object]) -> None:
    capabilities_of(json.dumps(document))
    capabilities_of(json.dumps({"evidence": document}))
    capabilities_of(json.dumps({"evidence": dict.fromkeys(Feature, document)}))
    capabilities_of(json.dumps({"dialects": dict.fromkeys(Dialect, document)}))


def test_values_of_a_newer_version_are_left_out() -> None:
    document = {
        "software": "suno-gate 9",
        "models": ["chirp-v9", 5],
        "evidence": {
            "mind reading": {"is_offered": True, "learned_at": 1.0},
            "concat": {"is_offered": False, "learned_at": 2, "reason": "no such path", "how": "by post"},
            "feed": {"is_offered": "maybe", "learned_at": 3.0},
            "wav": {"is_offered": True, "learned_at": 1e999},
        },
    }
    offers, _ = capabilities_of(json.dumps(document))
    assert offers.software is Software.OTHER
    assert offers.models == ("chirp-v9",)
    assert offers.evidence == {Feature.CONCAT: Evidence(False, 2.0, "no such path")}


def test_capabilities_survive_the_program(open_db: Callable[..., Database]) -> None:
    offers = Capabilities(software=Software.NEW_API, version="v0.9", probed_at=5.0).learned(
        Feature.FEED, True, 7.0, "seen"
    )
    first = open_db()
    CapabilityStore(first).save("main", offers)
    first.close()
    book = CapabilityStore(open_db())
    assert book.load("main") == offers
    assert book.load("other") == Capabilities()
    assert book.all() == {"main": (offers, "")}
    book.delete("main")
    assert book.all() == {}


def test_two_programs_that_learn_at_once_lose_nothing(open_db: Callable[..., Database]) -> None:
    ours, theirs = CapabilityStore(open_db()), CapabilityStore(open_db())
    ours.change("main", lambda known: known.learned(Feature.FEED, True, 1.0))
    theirs.change("main", lambda known: known.learned(Feature.WAV, False, 2.0))
    after = ours.change("main", lambda known: known.learned(Feature.CONCAT, True, 3.0))
    assert [after.support(feature) for feature in (Feature.FEED, Feature.WAV, Feature.CONCAT)] == [
        Support.OFFERED,
        Support.MISSING,
        Support.OFFERED,
    ]


def test_a_change_that_fails_changes_nothing(db: Database) -> None:
    book = CapabilityStore(db)
    book.save("main", Capabilities(version="1"))
    with pytest.raises(ZeroDivisionError):
        book.change("main", lambda _: 1 / 0)  # type: ignore[arg-type, return-value]
    assert book.load("main") == Capabilities(version="1")


def test_evidence_from_another_url_is_not_used(db: Database) -> None:
    book = CapabilityStore(db)
    book.save("main", Capabilities(version="1"), "https://a.example")
    assert book.load("main", "https://b.example") == Capabilities()
    assert book.load("main", "https://a.example") == book.load("main") == Capabilities(version="1")
    book.change("main", lambda known: known.learned(Feature.FEED, True, 1.0), "https://b.example")
    assert book.load("main").version == ""


def test_evidence_for_a_dialect_is_stored_under_stable_codes() -> None:
    seen = DialectEvidence(Dialect.NESTED, EvidenceStrength.PROOF, 7.0, "a page")
    offers = Capabilities().learned_dialect(seen)
    kept = json.loads(text_of(offers))["dialects"]
    assert kept == {"nested": {"strength": "proof", "learned_at": 7.0, "reason": "a page"}}
    kept |= {
        "esperanto": kept["nested"],
        "flat": {"strength": "certain", "learned_at": 7.0},
        "sunoapi": {"strength": "hint", "learned_at": "today"},
    }
    assert capabilities_of(json.dumps({"dialects": kept}))[0].dialects == {Dialect.NESTED: seen}
    assert capabilities_of(json.dumps({"software": "new-api"}))[0].dialects == {}
