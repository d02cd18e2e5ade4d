"""A request that was validated and serialised once, for one gateway, before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from sunotui.domain.gateways.target import GatewayTarget
from sunotui.domain.requests.request import Request
from sunotui.gateway.submit.payloads import Payload


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """What `Submitter.prepare` makes of a request: all that is journalled and sent. It is sent to its own target only,
    any number of times; when the profile's address or dialect changed, the request must be prepared again."""

    source: Request
    """The request as it was given, before its model was chosen and its texts were trimmed."""
    request: Request
    """The request as the journal stores it."""
    payload: Payload
    """The path and the body, byte for byte as they go out."""
    profile: str
    target: GatewayTarget
    warnings: tuple[str, ...]
    """A sentence for each issue that does not block sending."""
