"""The report about one gateway: features, balance, prices and durations."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from sunotui.cli.output.task_text import duration_text
from sunotui.cli.output.text import age, print_page, print_table
from sunotui.core.core import Core
from sunotui.core.documents.json_documents import iso
from sunotui.core.gateways.warnings import day
from sunotui.domain.gateways.capabilities import Capabilities, Feature
from sunotui.domain.gateways.dialect import DialectChoice
from sunotui.domain.gateways.money import Balance, Price
from sunotui.domain.gateways.profile import BaseUrl, Profile
from sunotui.domain.gateways.proxy import Proxy
from sunotui.domain.requests.request import request_kinds
from sunotui.domain.tasks.durations import DurationEstimate
from sunotui.domain.tasks.task import TaskKind


@dataclass(frozen=True, slots=True)
class GatewayReport:
    """The report about one profile's gateway."""

    profile: str
    base_url: BaseUrl
    proxy: Proxy | None
    dialect: DialectChoice
    capabilities: Capabilities
    balance: Balance | None
    prices: dict[str, Price]
    """The prices by kind of request (`Request.kind`)."""
    usual: dict[TaskKind, DurationEstimate]


async def gather_report(core: Core, profile: Profile, balance: Balance | None, *, is_asked: bool) -> GatewayReport:
    """Gather the report from known data or, with `is_asked`, after another probe of the gateway, which is free. Raises
    SunotuiError."""
    read = core.services.capabilities.probe if is_asked else core.services.capabilities.of
    # First, since its evidence may determine the dialect.
    capabilities = await read(profile.name)
    unit = balance.unit if balance is not None else ""
    prices = {word: core.services.billing.price(profile.name, word, unit) for word in request_kinds()}
    usual = {kind: await core.reader.duration_estimate(profile.name, kind) for kind in TaskKind}
    return GatewayReport(
        profile.name,
        profile.base_url,
        profile.proxy,
        core.clients.dialect(profile.name),
        capabilities,
        balance,
        {word: price for word, price in prices.items() if price is not None},
        {kind: found for kind, found in usual.items() if found is not None},
    )


def software_name(capabilities: Capabilities) -> str:
    """The software's name and version, such as "new-api v0.6.6"; empty if unknown."""
    return " ".join(filter(None, (capabilities.software.value, capabilities.version if capabilities.software else "")))


def support_by_feature(capabilities: Capabilities) -> dict[str, str]:
    """The support of each feature by its stable code, such as "upload_file"."""
    return {feature.code: capabilities.support(feature).code for feature in Feature}


def report_document(report: GatewayReport) -> dict[str, Any]:
    """The JSON of a report; its keys are a contract."""
    balance = report.balance
    return {
        "profile": report.profile,
        "base_url": str(report.base_url),
        "software": report.capabilities.software.value,
        "version": report.capabilities.version,
        "system_name": report.capabilities.system_name,
        "models": list(report.capabilities.models),
        "probed_at": iso(report.capabilities.probed_at),
        "offers": [_feature_document(report.capabilities, feature) for feature in Feature],
        "balance": None if balance is None else {"remaining": balance.remaining, "unit": balance.unit},
        "prices": [
            {"request": word, "amount": price.amount, "unit": price.unit, "seen": price.seen}
            for word, price in report.prices.items()
        ],
        "usual": [
            {"action": kind.value, "median_s": usual.median_s, "p90_s": usual.p90_s, "count": usual.sample_size}
            for kind, usual in report.usual.items()
        ],
        "dialect": {
            "name": report.dialect.dialect.value,
            "reason": report.dialect.reason,
            "is_proved": report.dialect.is_proved,
            "since": iso(report.dialect.since),
        },
        "proxy": str(report.proxy or ""),
    }


def _feature_document(capabilities: Capabilities, feature: Feature) -> dict[str, Any]:
    seen = capabilities.evidence.get(feature)
    return {
        "feature": feature.code,
        "verdict": capabilities.support(feature).code,
        "since": None if seen is None else iso(seen.learned_at),
        "reason": "" if seen is None else seen.reason,
    }


def print_report(report: GatewayReport) -> None:
    """Print the report as text."""
    now = time.time()
    print()
    print_page(
        (
            ("gateway", f"'{report.profile}' at {report.base_url}"),
            ("proxy", str(report.proxy or "")),
            ("software", software_name(report.capabilities) or "unknown"),
            ("name", report.capabilities.system_name),
            ("dialect", _dialect_words(report.dialect)),
            ("models", ", ".join(report.capabilities.models)),
            ("left", "" if report.balance is None else str(report.balance)),
            *((f"price of {word}", f"{price}, seen {_often(price.seen)}") for word, price in report.prices.items()),
            *((f"usual {kind.label}", duration_text(usual)) for kind, usual in report.usual.items()),
        )
    )
    print()
    rows = []
    for feature in Feature:
        seen = report.capabilities.evidence.get(feature)
        since = "" if seen is None else age(now - seen.learned_at)
        rows.append((feature.label, report.capabilities.support(feature).value, since, seen.reason if seen else ""))
    print_table(("FEATURE", "HERE", "SEEN", "WHY"), rows, flexible=3)


def _dialect_words(choice: DialectChoice) -> str:
    since = "" if choice.since is None else f", {day(choice.since)}"
    return f"{choice.dialect.value} ({choice.reason}{since})"


def _often(times: int) -> str:
    return "once" if times == 1 else f"{times} times"
