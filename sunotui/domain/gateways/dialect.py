"""The forms in which gateways read a song request, and the choice between them for one gateway.

Three request forms share POST /suno/submit/music. A custom request in the wrong form may be read as a description: a
wrong song, and paid for. So the form is a setting of the profile; the next best answers are a documented host and what
the gateway was seen to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from sunotui.domain.errors import ConfigError

AUTO = "auto"
"""The setting that leaves the choice to the program."""


class Dialect(StrEnum):
    """One request form. The values are the words of the `dialect` setting."""

    FLAT = "flat"
    """Every field at the top level: most gateways of the family."""
    NESTED = "nested"
    """Derived tasks carry their fields inside `metadata_params`."""
    SUNOAPI = "sunoapi"
    """`custom_mode` separates a description from lyrics, and models have other spellings."""


DIALECT_SETTINGS = (AUTO, *(dialect.value for dialect in Dialect))
"""Every word that the `dialect` setting of a profile takes."""

_BY_HOST_LABEL: Mapping[str, Dialect] = {
    **dict.fromkeys(("cometapi", "yutoai", "rixapi", "ephone", "deerapi", "kkiai", "fast-token"), Dialect.FLAT),
    **dict.fromkeys(("key4u", "aimanyi", "yunwu"), Dialect.NESTED),
    "claude360": Dialect.SUNOAPI,
}
"""Gateways whose published pages show the form, by the label of their domain."""
GENDER_AT_THE_TOP = frozenset({"kkiai", "fast-token"})
"""Flat gateways, by label, whose pages show the vocal gender at the top level; elsewhere it stands in `metadata`."""
CCAPI = "ccapi"
"""A gateway whose pages show no song form, but one of tag upsampling of its own."""
_LABELS = frozenset({*_BY_HOST_LABEL, CCAPI})


class EvidenceStrength(IntEnum):
    """How much something seen at a gateway says of its dialect; the values order and are never stored."""

    HINT = 1
    """Its answers look like those of the dialect; not enough to write requests in it."""
    LIKELY = 2
    """A paid request was read as the dialect reads it."""
    PROOF = 3


@dataclass(frozen=True, slots=True)
class DialectEvidence:
    """Something seen at a gateway that speaks for a dialect."""

    dialect: Dialect
    strength: EvidenceStrength
    learned_at: float
    """Unix seconds."""
    reason: str
    """What was seen, as a short clause."""


@dataclass(frozen=True, slots=True)
class DialectChoice:
    """The dialect in use for one gateway."""

    dialect: Dialect
    reason: str
    """Why this one, as a short clause."""
    is_proved: bool
    """Whether the user, a published page or something seen at the gateway proves it."""
    since: float | None = None
    """When the reason was seen, in Unix seconds; None for what needs no date."""
    label: str = ""
    """The label of the host's domain by which a documented gateway is known, such as "key4u"; empty for none."""


def checked_setting(word: str) -> str:
    """A `dialect` setting in its stored form. Raises ConfigError for a word that names no dialect."""
    word = word.strip().lower()
    if word and word not in DIALECT_SETTINGS:
        raise ConfigError("unknown dialect", advice=f"Use one of {', '.join(DIALECT_SETTINGS)}")
    return word


def choose_dialect(
    setting: str, host: str, evidence: Iterable[DialectEvidence] = (), *, is_from_env: bool = False
) -> DialectChoice:
    """The dialect for a gateway: the profile's setting, else the documented host, else the best evidence, else flat.

    `setting` is one of DIALECT_SETTINGS, or empty for AUTO; `is_from_env` says that SUNOTUI_DIALECT set it. Raises
    ValueError for any other word.
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
    """By strength; nested before the others, since its songs with lyrics look like flat ones; then by date."""
    return seen.strength, seen.dialect is Dialect.NESTED, seen.learned_at
