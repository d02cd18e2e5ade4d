"""Stores the known capabilities of each gateway as one line of JSON per profile; also reads what other versions
wrote."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from sunotui.domain.gateways.capabilities import Capabilities, Evidence, Feature, Software
from sunotui.domain.gateways.dialect import Dialect, DialectEvidence, EvidenceStrength
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_text

_STRENGTHS = {
    "hint": EvidenceStrength.HINT,
    "likely": EvidenceStrength.LIKELY,
    "proof": EvidenceStrength.PROOF,
}
_SAVE = "INSERT INTO offers (profile, text) VALUES (?, ?) ON CONFLICT (profile) DO UPDATE SET text = excluded.text"


class CapabilityStore:
    """Capabilities by profile. Every method raises LibraryError when the library cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def load(self, profile: str, home: str = "") -> Capabilities:
        """The known capabilities of a profile's gateway; empty if they were learned at another URL than `home`."""
        known, learned_at = self._read(profile)
        return Capabilities() if home and learned_at and home != learned_at else known

    def save(self, profile: str, capabilities: Capabilities, home: str = "") -> None:
        """Save capabilities with the URL at which they were learned."""
        with self._db.write() as connection:
            connection.execute(_SAVE, (storable_text(profile), storable_text(text_of(capabilities, home))))

    def change(self, profile: str, change: Callable[[Capabilities], Capabilities], home: str = "") -> Capabilities:
        """Read, change and save capabilities in one transaction, since other processes learn them, too. Returns the new
        ones."""
        with self._db.write():
            capabilities = change(self.load(profile, home))
            self.save(profile, capabilities, home)
        return capabilities

    def all(self) -> dict[str, tuple[Capabilities, str]]:
        """The capabilities of all profiles' gateways, each with the URL at which they were learned, empty if
        unknown."""
        return {
            row["profile"]: capabilities_of(row["text"]) for row in self._db.query("SELECT profile, text FROM offers")
        }

    def delete(self, profile: str) -> None:
        """Delete the capabilities of a profile's gateway."""
        with self._db.write() as connection:
            connection.execute("DELETE FROM offers WHERE profile = ?", (storable_text(profile),))

    def _read(self, profile: str) -> tuple[Capabilities, str]:
        texts = self._db.column("SELECT text FROM offers WHERE profile = ?", [storable_text(profile)])
        return capabilities_of(texts[0]) if texts else (Capabilities(), "")


def text_of(capabilities: Capabilities, home: str = "") -> str:
    """Capabilities as a line of JSON."""
    return json.dumps(
        {
            "home": home,
            "software": capabilities.software.value,
            "version": capabilities.version,
            "system_name": capabilities.system_name,
            "models": capabilities.models,
            "probed_at": capabilities.probed_at,
            "evidence": {
                feature.value: {"is_offered": seen.is_offered, "learned_at": seen.learned_at, "reason": seen.reason}
                for feature, seen in capabilities.evidence.items()
            },
            "dialects": {
                dialect.value: {
                    "strength": next(word for word, strength in _STRENGTHS.items() if strength is seen.strength),
                    "learned_at": seen.learned_at,
                    "reason": seen.reason,
                }
                for dialect, seen in capabilities.dialects.items()
            },
        },
        sort_keys=True,
    )


def capabilities_of(text: str) -> tuple[Capabilities, str]:
    """The capabilities in a line of JSON, and the URL at which they were learned. Never raises: invalid values and
    those of a newer version are left out."""
    try:
        body: Any = json.loads(text)
    except (ValueError, RecursionError):
        return Capabilities(), ""
    if not isinstance(body, dict):
        return Capabilities(), ""
    software, models = _text(body.get("software")), body.get("models")
    return Capabilities(
        software=Software(software) if software in set(Software) else Software.OTHER,
        version=_text(body.get("version")),
        system_name=_text(body.get("system_name")),
        models=tuple(model for model in models if isinstance(model, str)) if isinstance(models, list) else (),
        probed_at=_time(body.get("probed_at")),
        evidence=_evidence_of(body.get("evidence")),
        dialects=_dialects_of(body.get("dialects")),
    ), _text(body.get("home"))


def _evidence_of(value: object) -> dict[Feature, Evidence]:
    found: dict[Feature, Evidence] = {}
    for word, seen in value.items() if isinstance(value, dict) else ():
        if word not in set(Feature) or not isinstance(seen, dict):
            continue
        is_offered, learned_at = seen.get("is_offered"), _time(seen.get("learned_at"))
        if isinstance(is_offered, bool) and learned_at is not None:
            found[Feature(word)] = Evidence(is_offered, learned_at, _text(seen.get("reason")))
    return found


def _dialects_of(value: object) -> dict[Dialect, DialectEvidence]:
    found: dict[Dialect, DialectEvidence] = {}
    for word, seen in value.items() if isinstance(value, dict) else ():
        if word not in set(Dialect) or not isinstance(seen, dict):
            continue
        strength, learned_at = _STRENGTHS.get(_text(seen.get("strength"))), _time(seen.get("learned_at"))
        if strength is not None and learned_at is not None:
            dialect = Dialect(word)
            found[dialect] = DialectEvidence(dialect, strength, learned_at, _text(seen.get("reason")))
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _time(value: object) -> float | None:
    try:
        time = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return None
    return time if math.isfinite(time) else None
