"""What a gateway supports beyond songs and lyrics: known from evidence, else inferred from its software, else
unknown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sunotui.domain.gateways.dialect import Dialect, DialectEvidence
from sunotui.domain.gateways.features import MUSIC_REQUEST_FIELDS as MUSIC_REQUEST_FIELDS
from sunotui.domain.gateways.features import Feature as Feature
from sunotui.domain.requests.music import SongFields
from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MidiRequest,
    Mp4Request,
    MusicRequest,
    PersonaRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
    UpsampleTagsRequest,
    WavRequest,
)
from sunotui.domain.text import trim

PASSED_FIELDS = frozenset(
    {
        *("gpt_description_prompt", "prompt", "mv", "title", "tags"),
        *("continue_at", "task_id", "continue_clip_id", "make_instrumental"),
    }
)
"""The fields of a music request that stock new-api and one-hub pass on; the others are dropped and the song is billed
(protocol 2)."""


class Software(StrEnum):
    """The server software of a gateway, as far as its pages show."""

    REFERENCE = "Suno-API"
    NEW_API = "new-api"
    ONE_HUB = "one-hub"
    OTHER = ""

    @property
    def is_relay(self) -> bool:
        """Whether its stock builds pass on only PASSED_FIELDS and have no extras; private builds may have them."""
        return self in {Software.NEW_API, Software.ONE_HUB}


class Support(StrEnum):
    """Whether a gateway supports a feature, and how certain this is."""

    OFFERED = "offered"
    MISSING = "not offered"
    DOUBTFUL = "probably not offered"
    UNKNOWN = "not known"

    @property
    def code(self) -> str:
        """The code in the JSON documents. Scripts use it, so it never changes."""
        return _VERDICT_CODES[self]


_VERDICT_CODES = {
    Support.OFFERED: "offered",
    Support.MISSING: "missing",
    Support.DOUBTFUL: "doubtful",
    Support.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """An observation: the feature worked, or the gateway responded that it does not exist."""

    is_offered: bool
    learned_at: float
    """Unix seconds."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The known capabilities of one gateway."""

    software: Software = Software.OTHER
    version: str = ""
    system_name: str = ""
    models: tuple[str, ...] = ()
    """Names from /v1/models that concern Suno; new-api lists "suno_music", one-hub the model names themselves."""
    probed_at: float | None = None
    """When its pages were last probed; None before the first probe."""
    evidence: Mapping[Feature, Evidence] = field(default_factory=dict)
    dialects: Mapping[Dialect, DialectEvidence] = field(default_factory=dict)
    """The best evidence for each dialect."""
    is_partial: bool = False
    """Whether a page did not respond during the probe (a 429, a lost connection), so that empty values are unknown."""

    @property
    def is_stock(self) -> bool:
        """Whether it looks like the published build of an open-source server: known software and no extra ever
        observed. A single extra makes it a private build, about which nothing can be inferred (protocol 0)."""
        return self.software is not Software.OTHER and not any(seen.is_offered for seen in self.evidence.values())

    def support(self, feature: Feature) -> Support:
        """Whether the gateway supports a feature. Evidence decides; without any, stock software is known to lack the
        extras (protocol 1.2 and 2)."""
        seen = self.evidence.get(feature)
        if seen is not None:
            return Support.OFFERED if seen.is_offered else Support.MISSING
        return Support.DOUBTFUL if self.is_stock else Support.UNKNOWN

    def learned(self, feature: Feature, is_offered: bool, now: float, reason: str = "") -> Capabilities:
        """A copy with one more piece of evidence; the newest counts."""
        return replace(self, evidence={**self.evidence, feature: Evidence(is_offered, now, reason)})

    def learned_dialect(self, seen: DialectEvidence) -> Capabilities:
        """A copy with one more piece of evidence for a dialect; the stronger counts, and of equally strong ones the
        newer."""
        known = self.dialects.get(seen.dialect)
        if known is not None and known.strength > seen.strength:
            return self
        return replace(self, dialects={**self.dialects, seen.dialect: seen})

    def probed(self, found: Capabilities) -> Capabilities:
        """The capabilities after another probe: what its pages report replaces what they reported before; other
        evidence stays, and so does the content of pages that did not respond this time."""
        evidence = {**self.evidence, **found.evidence}
        known = self
        for seen in found.dialects.values():
            known = known.learned_dialect(seen)
        if not found.is_partial:
            return replace(found, evidence=evidence, dialects=known.dialects)
        return replace(
            found,
            software=found.software if self.software is Software.OTHER else self.software,
            version=found.version or self.version,
            system_name=found.system_name or self.system_name,
            models=found.models or self.models,
            evidence=evidence,
            dialects=known.dialects,
            is_partial=False,
        )

    def dropped(self, names: Collection[str]) -> tuple[str, ...]:
        """The fields of a music request that this gateway is known or likely to drop silently."""
        if not (self.software.is_relay and self.is_stock):
            return ()
        return tuple(name for name in names if name not in PASSED_FIELDS)


def features_of(request: Request) -> tuple[Feature, ...]:
    """The features that a gateway must support to fulfil this request."""
    found: list[Feature] = []
    match request:
        case MusicRequest():
            if trim(request.persona_id):
                found.append(Feature.PERSONA)
        case ConcatRequest():
            found.append(Feature.CONCAT)
        case DerivedRequest():
            found.append(request.row.feature)
        case UploadRequest():
            found.append(Feature.UPLOAD)
        case UploadFileRequest():
            found.append(Feature.UPLOAD_FILE)
        case PersonaRequest():
            found.append(Feature.PERSONA_CREATION)
        case UpsampleTagsRequest():
            found.append(Feature.TAGS)
        case WavRequest():
            found.append(Feature.WAV)
        case Mp4Request():
            found.append(Feature.MP4)
        case MidiRequest():
            found.append(Feature.MIDI)
        case LyricsRequest():
            pass
    if isinstance(request, SongFields) and trim(request.exclude):
        found.append(Feature.EXCLUDE)
    if isinstance(request, SongFields) and request.has_sliders:
        found.append(Feature.SLIDERS)
    if trim(getattr(request, "extra", "")):
        found.append(Feature.EXTRA)
    return tuple(found)
