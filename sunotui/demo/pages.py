"""The pages beside the task protocol: whose server this is, what it costs, what is left (protocol 1.3)."""

from typing import Any

from sunotui.demo.dialects import Dialect
from sunotui.demo.studio import Studio


def open_page(path: str, dialect: Dialect) -> dict[str, Any] | None:
    """A page that needs no key, by which servers are told apart; None where this one has no such page."""
    if path == "/ping" and not dialect.is_relay:
        return {"message": "pong"}
    return dialect.status_page() if path == "/api/status" else None


def keyed_page(path: str, dialect: Dialect, studio: Studio) -> dict[str, Any] | None:
    """A page that needs the key; None where there is none. The usage is in cents, as the relays have it."""
    if path == "/v1/models":
        return dialect.models()
    if path in {"/v1/dashboard/billing/subscription", "/dashboard/billing/subscription"}:
        limits = dict.fromkeys(("soft_limit_usd", "hard_limit_usd", "system_hard_limit_usd"), studio.granted)
        return {"object": "billing_subscription", "has_payment_method": True, **limits, "access_until": 0}
    if path in {"/v1/dashboard/billing/usage", "/dashboard/billing/usage"}:
        return {"object": "list", "total_usage": round(studio.spent() * 100, 4)}
    if path in {"/suno/account", "/v1/suno/account"} and not dialect.is_relay:
        return {"code": "success", "message": "", "data": {"certificate": _certificate(studio), "msg": ""}}
    return None


def _certificate(studio: Studio) -> dict[str, Any]:
    # The real page leaks the owner's cookie and JWT (quirk 29); a client must not keep these two either.
    return {
        "session_id": "sess_demo",
        "cookie": "__client=demo",
        "jwt": "demo",
        "last_update": int(studio.now()),
        "credits_left": round((studio.granted - studio.spent()) * 100),
        "monthly_limit": round(studio.granted * 100),
        "monthly_usage": round(studio.spent() * 100),
        "period": "month",
        "is_active": True,
    }
