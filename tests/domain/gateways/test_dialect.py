"""The dialect of a gateway: the setting, else the documented host, else flat."""

from __future__ import annotations

import pytest

from sunotui.domain.errors import ConfigError
from sunotui.domain.gateways.dialect import (
    Dialect,
    DialectChoice,
    DialectEvidence,
    EvidenceStrength,
    checked_setting,
    choose_dialect,
)


@pytest.mark.parametrize(
    ("setting", "host", "dialect", "is_proved"),
    [
        ("sunoapi", "api.key4u.example", Dialect.SUNOAPI, True),
        ("flat", "api.claude360.example", Dialect.FLAT, True),
        ("auto", "api.key4u.example", Dialect.NESTED, True),
        ("", "API.Yunwu.example", Dialect.NESTED, True),
        ("", "claude360.example", Dialect.SUNOAPI, True),
        ("", "api.cometapi.com", Dialect.FLAT, True),
        ("", "notkey4u.example", Dialect.FLAT, False),
        ("auto", "127.0.0.1", Dialect.FLAT, False),
    ],
)
def test_the_setting_comes_before_the_host(setting: str, host: str, dialect: Dialect, is_proved: bool) -> None:
    choice = choose_dialect(setting, host)
    assert (choice.dialect, choice.is_proved) == (dialect, is_proved)


def test_the_reason_names_the_deciding_source() -> None:
    assert choose_dialect("nested", "x.example") == DialectChoice(Dialect.NESTED, "set in the profile", True)
    assert choose_dialect("nested", "x.example", is_from_env=True).reason == "set by SUNOTUI_DIALECT"
    assert choose_dialect("", "api.key4u.example", is_from_env=True).reason == "documented for key4u"
    assert choose_dialect("", "api.key4u.example").reason == "documented for key4u"
    assert "nothing is documented" in choose_dialect("", "x.example").reason


@pytest.mark.parametrize("word", ["", "auto", "flat", "nested", "sunoapi", " Nested "])
def test_known_settings_are_stored_in_lower_case(word: str) -> None:
    assert checked_setting(word) == word.strip().lower()


def test_an_unknown_setting_is_rejected_with_the_known_ones() -> None:
    with pytest.raises(ConfigError) as refused:
        checked_setting("key4u")
    assert refused.value.what == "unknown dialect"
    assert refused.value.advice == "Use one of auto, flat, nested, sunoapi"


def seen(dialect: Dialect, strength: EvidenceStrength, at: float = 1.0, reason: str = "seen") -> DialectEvidence:
    return DialectEvidence(dialect, strength, at, reason)


FLAT_PROOF = seen(Dialect.FLAT, EvidenceStrength.PROOF, 9.0)
NESTED_PROOF = seen(Dialect.NESTED, EvidenceStrength.PROOF)
SUNOAPI_PROOF = seen(Dialect.SUNOAPI, EvidenceStrength.PROOF, 5.0)
SUNOAPI_LIKELY = seen(Dialect.SUNOAPI, EvidenceStrength.LIKELY)
SUNOAPI_HINT = seen(Dialect.SUNOAPI, EvidenceStrength.HINT)


@pytest.mark.parametrize(
    ("evidence", "dialect", "is_proved"),
    [
        ((), Dialect.FLAT, False),
        ((SUNOAPI_HINT,), Dialect.FLAT, False),
        ((SUNOAPI_LIKELY,), Dialect.SUNOAPI, False),
        ((SUNOAPI_LIKELY, FLAT_PROOF), Dialect.FLAT, True),
        ((SUNOAPI_PROOF, FLAT_PROOF), Dialect.FLAT, True),
        ((FLAT_PROOF, NESTED_PROOF), Dialect.NESTED, True),
        ((NESTED_PROOF, SUNOAPI_LIKELY), Dialect.NESTED, True),
    ],
)
def test_evidence_decides_without_setting_or_documentation(
    evidence: tuple[DialectEvidence, ...], dialect: Dialect, is_proved: bool
) -> None:
    choice = choose_dialect("auto", "relay.example", evidence)
    assert (choice.dialect, choice.is_proved) == (dialect, is_proved)


def test_a_setting_and_a_documented_host_come_before_evidence() -> None:
    assert choose_dialect("flat", "relay.example", [NESTED_PROOF]).dialect is Dialect.FLAT
    assert choose_dialect("", "api.claude360.example", [NESTED_PROOF]).dialect is Dialect.SUNOAPI


def test_the_reason_of_evidence_has_its_date_and_certainty() -> None:
    assert choose_dialect("", "x.example", [NESTED_PROOF]) == DialectChoice(Dialect.NESTED, "seen", True, 1.0)
    likely = choose_dialect("", "x.example", [SUNOAPI_LIKELY])
    assert (likely.reason, likely.since) == ("looks like it: seen", 1.0)
    hint = choose_dialect("", "x.example", [SUNOAPI_HINT])
    assert (hint.reason, hint.since) == ("the usual one, but perhaps sunoapi: seen", 1.0)
    assert choose_dialect("", "x.example").since is None
