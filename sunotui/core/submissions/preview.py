"""What a request looks like on the wire, before it is sent."""

from __future__ import annotations

from sunotui.domain.dialect import DialectChoice
from sunotui.domain.requests.request import Request
from sunotui.gateway.submit.payloads import build_payload


def body_of(request: Request, choice: DialectChoice) -> tuple[str, str]:
    """Path and JSON text as they would go out in a gateway's dialect. Raises InvalidRequest for what has no form."""
    order = build_payload(request, choice.dialect, choice.label)
    return order.path, order.body
