"""The documents of profiles and gateways: what `profiles`, `doctor` and `demo-gateway` print."""

from __future__ import annotations

from sunotui.core.documents.json_models.base import Document


class ProfileDocument(Document):
    """A profile; `offers` has "offered", "missing" or "unknown" for each feature."""

    name: str
    base_url: str
    proxy: str
    model: str
    token_in: str
    is_current: bool
    software: str
    version: str
    offers: dict[str, str]


class FindingDocument(Document):
    """One check of the doctor; `state` is "ok", "warn" or "fail"."""

    name: str
    state: str
    sentence: str


class FeatureDocument(Document):
    """Whether a gateway supports a feature, since when that is known, and why."""

    feature: str
    verdict: str
    since: str | None
    reason: str


class BalanceDocument(Document):
    """The remaining balance at a gateway."""

    remaining: float
    unit: str


class PriceDocument(Document):
    """The learned price of a kind of request."""

    request: str
    amount: float
    unit: str
    seen: int


class DurationDocument(Document):
    """How long tasks of a kind take, in seconds."""

    action: str
    median_s: float
    p90_s: float
    count: int


class DialectDocument(Document):
    """The dialect in which requests are sent."""

    name: str
    reason: str
    is_proved: bool
    since: str | None


class GatewayDocument(Document):
    """The report about a gateway."""

    profile: str
    base_url: str
    software: str
    version: str
    system_name: str
    models: list[str]
    probed_at: str | None
    offers: list[FeatureDocument]
    balance: BalanceDocument | None
    prices: list[PriceDocument]
    usual: list[DurationDocument]
    dialect: DialectDocument
    proxy: str


class DoctorDocument(Document):
    """The doctor's findings; `gateway` is null without a profile."""

    ok: bool
    findings: list[FindingDocument]
    gateway: GatewayDocument | None


class DemoDocument(Document):
    """A demo gateway that is running."""

    base_url: str
    token: str
    dialect: str
    """The server that it imitates, as it was named."""
    request_dialect: str
    """The dialect of its requests, for SUNOTUI_DIALECT and a profile."""
