"""What a failure is, before it becomes a Trouble; and those meanings that words and statuses share."""

from dataclasses import dataclass

from sunotui.domain.errors import Blame, GatewayFailed, RequestRefused, TooFast, SunotuiError


@dataclass(frozen=True, slots=True)
class Meaning:
    """Which trouble a failure is, with words of its own where the class's do not fit."""

    trouble: type[SunotuiError]
    what: str = ""
    advice: str = ""
    blame: Blame | None = None


WORDS_REFUSED = Meaning(RequestRefused, "The gateway's filter refused the words", "Change the words and send it again")
TOO_LONG = Meaning(RequestRefused, "The text is longer than the gateway takes", "Shorten it and send it again")
MAINTENANCE = Meaning(GatewayFailed, "The gateway is under maintenance", "Wait an hour and try again")
TOO_OFTEN = Meaning(TooFast, "The gateway was asked too often")
UPSTREAM_FULL = Meaning(TooFast, "The gateway's upstream is full", blame=Blame.UPSTREAM)
UPSTREAM_EMPTY = Meaning(
    GatewayFailed,
    "The gateway's own account at its upstream has no credit left",
    "Tell your gateway's support, or use another gateway",
    Blame.UPSTREAM,
)
UPSTREAM_FAILED = Meaning(GatewayFailed, "The gateway's upstream failed", blame=Blame.UPSTREAM)
UPSTREAM_MUTE = Meaning(
    GatewayFailed, "The gateway's upstream answered with neither a task nor a reason", blame=Blame.UPSTREAM
)
