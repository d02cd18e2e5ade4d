"""What a failure is, before it becomes a SunotuiError; and those meanings that words and statuses share."""

from __future__ import annotations

from dataclasses import dataclass

from sunotui.domain.errors import ErrorSource, GatewayFailed, RateLimited, RequestRejected, SunotuiError


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """Which trouble a failure is, with words of its own where the class's do not fit."""

    trouble: type[SunotuiError]
    what: str = ""
    advice: str = ""
    blame: ErrorSource | None = None


WORDS_REFUSED = ErrorClass(
    RequestRejected, "The gateway's filter refused the words", "Change the words and send it again"
)
TOO_LONG = ErrorClass(RequestRejected, "The text is longer than the gateway takes", "Shorten it and send it again")
MAINTENANCE = ErrorClass(GatewayFailed, "The gateway is under maintenance", "Wait an hour and try again")
TOO_OFTEN = ErrorClass(RateLimited, "The gateway was asked too often")
UPSTREAM_FULL = ErrorClass(RateLimited, "The gateway's upstream is full", blame=ErrorSource.UPSTREAM)
UPSTREAM_EMPTY = ErrorClass(
    GatewayFailed,
    "The gateway's own account at its upstream has no credit left",
    "Tell your gateway's support, or use another gateway",
    ErrorSource.UPSTREAM,
)
UPSTREAM_FAILED = ErrorClass(GatewayFailed, "The gateway's upstream failed", blame=ErrorSource.UPSTREAM)
UPSTREAM_MUTE = ErrorClass(
    GatewayFailed, "The gateway's upstream answered with neither a task nor a reason", blame=ErrorSource.UPSTREAM
)
