"""The document of the statistics."""

from __future__ import annotations

from typing import NotRequired

from sunotui.core.documents.json_models.base import Document


class _CountFields(Document):
    """The counts that all parts of the document have."""

    tasks: int
    ended: int
    failed: int
    failure_rate: float | None
    """0 to 1; null while no task has ended."""
    takes: int
    kept: int
    """Takes that are favourites, rated 4 or more, or on an album."""


class WeekDocument(_CountFields):
    """The counts of the week that begins on the Monday `week`, such as "2026-11-23"."""

    week: str


class ModelDocument(_CountFields):
    """The counts of a model."""

    model: str


class ProfileCountsDocument(_CountFields):
    """The counts of a profile."""

    profile: str


class TimesDocument(Document):
    """How long songs took, in seconds."""

    profile: str
    model: str
    median_s: float
    p90_s: float
    songs: int


class SpendingDocument(Document):
    """An estimate of the money spent at one gateway."""

    profile: str
    unit: str
    amount: float
    priced: int
    unpriced: int
    kept: int
    per_kept_take: float | None


class StatisticsDocument(Document):
    """The statistics of the library."""

    total: _CountFields
    weeks: list[WeekDocument]
    models: list[ModelDocument]
    gateways: list[ProfileCountsDocument]
    times: list[TimesDocument]
    spending: list[SpendingDocument]
    played: NotRequired[int]
    """How many takes the player has played; this and the next two only if it has played any."""
    plays: NotRequired[int]
    """How often it has played takes, in total."""
    last_played_at: NotRequired[str | None]
