"""The pages outside the task protocol: server information, prices, balance (protocol 1.3)."""

from __future__ import annotations

from typing import Any

from sunotui.demo.dialects import ServerDialect
from sunotui.demo.music import prices
from sunotui.demo.music.prices import QUOTA_PER_DOLLAR
from sunotui.demo.simulator import Simulator


def open_page(path: str, dialect: ServerDialect) -> dict[str, Any] | None:
    """A page that requires no key and identifies the software; None if this server has no such page."""
    if path == "/ping" and dialect.pings():
        return {"message": "pong"}
    if path == "/api/pricing" and dialect.reports_prices:
        billed = {"suno_music": prices.SONG, "suno_lyrics": prices.LYRICS}
        return {"success": True, "data": [_price(name, price) for name, price in billed.items()]}
    return dialect.status_page() if path == "/api/status" else None


def keyed_page(path: str, dialect: ServerDialect, simulator: Simulator) -> dict[str, Any] | None:
    """A page that requires the key; None if there is no such page. The usage is in cents, as at relays."""
    if path == "/v1/models":
        return dialect.models()
    if path in {"/v1/dashboard/billing/subscription", "/dashboard/billing/subscription"} and dialect.reports_money:
        limits = dict.fromkeys(("soft_limit_usd", "hard_limit_usd", "system_hard_limit_usd"), simulator.granted)
        return {"object": "billing_subscription", "has_payment_method": True, **limits, "access_until": 0}
    if path in {"/v1/dashboard/billing/usage", "/dashboard/billing/usage"} and dialect.reports_money:
        return {"object": "list", "total_usage": round(simulator.spent() * 100, 4)}
    if path.rstrip("/") == "/api/usage/token" and dialect.reports_key:
        return {"code": True, "message": "ok", "data": _token(simulator)}
    if path in {"/suno/account", "/v1/suno/account"} and dialect.reports_account:
        return {"code": "success", "message": "", "data": {"certificate": _certificate(simulator), "msg": ""}}
    return None


def _token(simulator: Simulator) -> dict[str, Any]:
    granted, used = round(simulator.granted * QUOTA_PER_DOLLAR), round(simulator.spent() * QUOTA_PER_DOLLAR)
    return {
        "object": "token_usage",
        "name": "demo",
        "total_granted": granted,
        "total_used": used,
        "total_available": granted - used,
        "unlimited_quota": False,
        "model_limits": {},
        "model_limits_enabled": False,
        "expires_at": 0,
    }


def _price(name: str, price: float) -> dict[str, Any]:
    # quota_type 1: a price per call.
    return {"model_name": name, "quota_type": 1, "model_ratio": 0, "model_price": price, "enable_groups": ["default"]}


def _certificate(simulator: Simulator) -> dict[str, Any]:
    # The real page leaks the owner's cookie and JWT (quirk 29); a client must not keep these two either.
    return {
        "session_id": "sess_demo",
        "cookie": "__client=demo",
        "jwt": "demo",
        "last_update": int(simulator.now()),
        "credits_left": round((simulator.granted - simulator.spent()) * 100),
        "monthly_limit": round(simulator.granted * 100),
        "monthly_usage": round(simulator.spent() * 100),
        "period": "month",
        "is_active": True,
    }
