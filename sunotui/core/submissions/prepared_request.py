"""A request that was validated and serialised once, for one gateway, before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from sunotui.domain.gateways.target import GatewayTarget
from sunotui.domain.requests.request import Request
from sunotui.gateway.submit.payloads import Payload


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """The result of `Submitter.prepare`: everything that is journalled and sent. It can be sent several times, but only
    to its own target: if the profile's address or dialect changes, the request must be prepared again."""

    source: Request
    """The original request, before its model was chosen and its texts were trimmed."""
    request: Request
    """The request as the journal stores it."""
    payload: Payload
    """The path and body exactly as they are sent."""
    profile: str
    target: GatewayTarget
    warnings: tuple[str, ...]
    """The sentences of the issues that do not block sending."""
