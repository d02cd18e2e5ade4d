"""The request formats of song requests, and which of them to use with a gateway.

Three request formats share POST /suno/submit/music. A gateway may interpret a custom request in the wrong format as a
description and bill a wrong song. The format is therefore a setting of the profile; the fallbacks are documented hosts
and the gateway's observed behaviour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum, StrEnum

from sunotui.domain.errors import ConfigError
from sunotui.named_tuple import NamedTuple

AUTO = "auto"
"""The setting value with which the program chooses."""


class Dialect(StrEnum):
    """A request format. The values are those of the `dialect` setting."""

    FLAT = "flat"
    """All fields at the top level: most gateways."""
    NESTED = "nested"
    """Derived tasks carry their fields inside `metadata_params`."""
    SUNOAPI = "sunoapi"
    """`custom_mode` distinguishes a description from lyrics, and models have other names."""


DIALECT_SETTINGS = (AUTO, *(dialect.value for dialect in Dialect))
"""The valid values of a profile's `dialect` setting."""

_BY_HOST_LABEL: Mapping[str, Dialect] = {
    **dict.fromkeys(("cometapi", "yutoai", "rixapi", "ephone", "deerapi", "kkiai", "fast-token"), Dialect.FLAT),
    **dict.fromkeys(("key4u", "aimanyi", "yunwu"), Dialect.NESTED),
    "claude360": Dialect.SUNOAPI,
}
"""Gateways whose documentation shows the format, by domain label."""
GENDER_AT_THE_TOP = frozenset({"kkiai", "fast-token"})
"""Flat gateways, by domain label, that document the vocal gender at the top level; the others take it in `metadata`."""
CCAPI = "ccapi"
"""A gateway that documents no song format, but its own tag upsampling request."""
_LABELS = frozenset({*_BY_HOST_LABEL, CCAPI})


class EvidenceStrength(IntEnum):
    """How strongly an observation indicates a dialect. The values only define an order and are never stored."""

    HINT = 1
    """Its responses look like those of the dialect; not enough to send requests in it."""
    LIKELY = 2
    """A paid request was interpreted as in this dialect."""
    PROOF = 3


class DialectEvidence(NamedTuple):
    """An observation at a gateway that indicates a dialect."""

    dialect: Dialect
    strength: EvidenceStrength
    learned_at: float
    """Unix seconds."""
    reason: str
    """What was observed, as a short clause."""


class DialectChoice(NamedTuple):
    """The dialect in use for one gateway."""

    dialect: Dialect
    reason: str
    """The reason, as a short clause."""
    is_proved: bool
    """Whether a setting, documentation or an observation confirms it."""
    since: float | None = None
    """When the reason was observed, in Unix seconds; None if it has no date."""
    label: str = ""
    """The domain label of a documented gateway, such as "key4u"; empty for other gateways."""


def checked_setting(word: str) -> str:
    """Check a `dialect` setting and return it as it is stored. Raises ConfigError for an unknown dialect."""
    word = word.strip().lower()
    if word and word not in DIALECT_SETTINGS:
        raise ConfigError("unknown dialect", advice=f"Use one of {', '.join(DIALECT_SETTINGS)}")
    return word


def choose_dialect(
    setting: str, host: str, evidence: Iterable[DialectEvidence] = (), *, is_from_env: bool = False
) -> DialectChoice:
    """Choose the dialect for a gateway: the profile's setting, else the documented host, else the best evidence, else
    flat.

    `setting` is one of DIALECT_SETTINGS, or empty for AUTO; `is_from_env` means that SUNOTUI_DIALECT set it. Raises
    ValueError for another setting.
    """
    label = next((label for label in host.lower().split(".") if label in _LABELS), "")
    if setting and setting != AUTO:
        reason = "set by SUNOTUI_DIALECT" if is_from_env else "set in the profile"
        return DialectChoice(Dialect(setting), reason, is_proved=True, label=label)
    if label in _BY_HOST_LABEL:
        return DialectChoice(_BY_HOST_LABEL[label], f"documented for {label}", is_proved=True, label=label)
    best = max(evidence, key=_rank, default=None)
    if best is None:
        reason = "the usual one; nothing is documented for this host"
        return DialectChoice(Dialect.FLAT, reason, is_proved=False, label=label)
    if best.strength is EvidenceStrength.HINT:
        reason = f"the usual one, but perhaps {best.dialect.value}: {best.reason}"
        return DialectChoice(Dialect.FLAT, reason, is_proved=False, since=best.learned_at, label=label)
    is_proved = best.strength is EvidenceStrength.PROOF
    reason = best.reason if is_proved else f"looks like it: {best.reason}"
    return DialectChoice(best.dialect, reason, is_proved, best.learned_at, label)


def _rank(seen: DialectEvidence) -> tuple[int, bool, float]:
    """Sort key of evidence: strength, then nested before others because its songs with lyrics look like flat ones, then
    date."""
    return seen.strength, seen.dialect is Dialect.NESTED, seen.learned_at
