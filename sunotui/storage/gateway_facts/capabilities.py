"""What is known of each gateway's offers, a line of JSON per profile; read with patience, whoever wrote it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from sunotui.domain.capabilities import Capabilities, Evidence, Feature, Software
from sunotui.domain.dialect import Dialect, DialectEvidence, EvidenceStrength
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_text

_STRENGTHS = {
    "hint": EvidenceStrength.HINT,
    "likely": EvidenceStrength.LIKELY,
    "proof": EvidenceStrength.PROOF,
}
_SAVE = "INSERT INTO offers (profile, text) VALUES (?, ?) ON CONFLICT (profile) DO UPDATE SET text = excluded.text"


class CapabilityStore:
    """The offers by profile. Every method raises LibraryError when the file cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def load(self, profile: str, home: str = "") -> Capabilities:
        """What is known of a profile's gateway; nothing, when it was learned at another address than `home`."""
        known, learned_at = self._read(profile)
        return Capabilities() if home and learned_at and home != learned_at else known

    def save(self, profile: str, offers: Capabilities, home: str = "") -> None:
        """Keep it, with the address that it was learned at."""
        with self._db.write() as connection:
            connection.execute(_SAVE, (storable_text(profile), storable_text(text_of(offers, home))))

    def change(self, profile: str, change: Callable[[Capabilities], Capabilities], home: str = "") -> Capabilities:
        """Turn what is known into what is known now, in one transaction: another process may learn too."""
        with self._db.write():
            offers = change(self.load(profile, home))
            self.save(profile, offers, home)
        return offers

    def all(self) -> dict[str, tuple[Capabilities, str]]:
        """What is known of every profile's gateway, and the address it was learned at, empty where nobody noted it."""
        return {row["profile"]: offers_of(row["text"]) for row in self._db.query("SELECT profile, text FROM offers")}

    def forget(self, profile: str) -> None:
        """Know nothing of a profile's gateway any more."""
        with self._db.write() as connection:
            connection.execute("DELETE FROM offers WHERE profile = ?", (storable_text(profile),))

    def _read(self, profile: str) -> tuple[Capabilities, str]:
        texts = self._db.column("SELECT text FROM offers WHERE profile = ?", [storable_text(profile)])
        return offers_of(texts[0]) if texts else (Capabilities(), "")


def text_of(offers: Capabilities, home: str = "") -> str:
    """Offers as a line of JSON."""
    return json.dumps(
        {
            "home": home,
            "software": offers.software.value,
            "version": offers.version,
            "system_name": offers.system_name,
            "models": offers.models,
            "probed_at": offers.probed_at,
            "evidence": {
                feature.value: {"is_offered": seen.is_offered, "learned_at": seen.learned_at, "reason": seen.reason}
                for feature, seen in offers.evidence.items()
            },
            "dialects": {
                dialect.value: {
                    "strength": next(word for word, strength in _STRENGTHS.items() if strength is seen.strength),
                    "learned_at": seen.learned_at,
                    "reason": seen.reason,
                }
                for dialect, seen in offers.dialects.items()
            },
        },
        sort_keys=True,
    )


def offers_of(text: str) -> tuple[Capabilities, str]:
    """The offers in such a line and the address they were learned at. Never raises: what cannot be read, or has a
    word of a newer version, is left out."""
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError):
        return Capabilities(), ""
    if not isinstance(told, dict):
        return Capabilities(), ""
    software, models = _text(told.get("software")), told.get("models")
    return Capabilities(
        software=Software(software) if software in set(Software) else Software.OTHER,
        version=_text(told.get("version")),
        system_name=_text(told.get("system_name")),
        models=tuple(model for model in models if isinstance(model, str)) if isinstance(models, list) else (),
        probed_at=_moment(told.get("probed_at")),
        evidence=_evidence_of(told.get("evidence")),
        dialects=_dialects_of(told.get("dialects")),
    ), _text(told.get("home"))


def _evidence_of(told: object) -> dict[Feature, Evidence]:
    found: dict[Feature, Evidence] = {}
    for word, seen in told.items() if isinstance(told, dict) else ():
        if word not in set(Feature) or not isinstance(seen, dict):
            continue
        is_offered, learned_at = seen.get("is_offered"), _moment(seen.get("learned_at"))
        if isinstance(is_offered, bool) and learned_at is not None:
            found[Feature(word)] = Evidence(is_offered, learned_at, _text(seen.get("reason")))
    return found


def _dialects_of(told: object) -> dict[Dialect, DialectEvidence]:
    found: dict[Dialect, DialectEvidence] = {}
    for word, seen in told.items() if isinstance(told, dict) else ():
        if word not in set(Dialect) or not isinstance(seen, dict):
            continue
        strength, learned_at = _STRENGTHS.get(_text(seen.get("strength"))), _moment(seen.get("learned_at"))
        if strength is not None and learned_at is not None:
            dialect = Dialect(word)
            found[dialect] = DialectEvidence(dialect, strength, learned_at, _text(seen.get("reason")))
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _moment(value: object) -> float | None:
    try:
        moment = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return None
    return moment if math.isfinite(moment) else None
