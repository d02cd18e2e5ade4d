"""What a gateway supports beyond songs and lyrics: known by evidence, else guessed from its software, else unknown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sunotui.domain.gateways.dialect import Dialect, DialectEvidence
from sunotui.domain.gateways.features import RIDING_ALONG as RIDING_ALONG
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
"""All that stock new-api and one-hub pass on of a music request; the rest is dropped, the song billed (protocol 2)."""


class Software(StrEnum):
    """Which server a gateway runs, as far as its pages show."""

    REFERENCE = "Suno-API"
    NEW_API = "new-api"
    ONE_HUB = "one-hub"
    OTHER = ""

    @property
    def is_relay(self) -> bool:
        """Whether its stock builds pass PASSED_FIELDS only and have none of the extras; private builds may have."""
        return self in {Software.NEW_API, Software.ONE_HUB}


class Support(StrEnum):
    """How certain it is that a gateway supports something."""

    OFFERED = "offered"
    MISSING = "not offered"
    DOUBTFUL = "probably not offered"
    UNKNOWN = "not known"

    @property
    def code(self) -> str:
        """Its code in the JSON documents, which scripts use: it never changes."""
        return _VERDICT_CODES[self]


_VERDICT_CODES = {
    Support.OFFERED: "offered",
    Support.MISSING: "missing",
    Support.DOUBTFUL: "doubtful",
    Support.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something seen: it worked, or the gateway answered that it does not exist."""

    is_offered: bool
    learned_at: float
    """Unix seconds."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """All that is known about what one gateway supports."""

    software: Software = Software.OTHER
    version: str = ""
    system_name: str = ""
    models: tuple[str, ...] = ()
    """Names of /v1/models that are about Suno; new-api has "suno_music" there, one-hub the model names themselves."""
    probed_at: float | None = None
    """When its pages were last looked at; None before the first time."""
    evidence: Mapping[Feature, Evidence] = field(default_factory=dict)
    dialects: Mapping[Dialect, DialectEvidence] = field(default_factory=dict)
    """The best evidence for each dialect."""
    is_partial: bool = False
    """Of a look at the pages: one of them was not answered (a 429, a lost connection), so what is empty is unknown."""

    @property
    def is_stock(self) -> bool:
        """Whether it looks like an open server as it is published: known software, and no extra was ever seen. One
        extra that is there makes it a private build, of which nothing can be guessed (protocol 0)."""
        return self.software is not Software.OTHER and not any(seen.is_offered for seen in self.evidence.values())

    def verdict(self, feature: Feature) -> Support:
        """Evidence counts; without any, stock software is known to lack the extras (protocol 1.2 and 2)."""
        seen = self.evidence.get(feature)
        if seen is not None:
            return Support.OFFERED if seen.is_offered else Support.MISSING
        return Support.DOUBTFUL if self.is_stock else Support.UNKNOWN

    def learned(self, feature: Feature, is_offered: bool, now: float, reason: str = "") -> Capabilities:
        """With one more piece of evidence; the newest counts."""
        return replace(self, evidence={**self.evidence, feature: Evidence(is_offered, now, reason)})

    def learned_dialect(self, seen: DialectEvidence) -> Capabilities:
        """With one more piece of evidence for a dialect; of two the stronger counts, of two alike the newer."""
        known = self.dialects.get(seen.dialect)
        if known is not None and known.strength > seen.strength:
            return self
        return replace(self, dialects={**self.dialects, seen.dialect: seen})

    def probed(self, found: Capabilities) -> Capabilities:
        """The capabilities after another probe: what its pages report replaces what they reported before; other
        evidence stays, and so does the content of pages without a response this time."""
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
        """Those fields of a music request that this gateway is known or likely to drop without a word."""
        if not (self.software.is_relay and self.is_stock):
            return ()
        return tuple(name for name in names if name not in PASSED_FIELDS)


def features_of(request: Request) -> tuple[Feature, ...]:
    """What a gateway must offer for this request to become what was meant."""
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
