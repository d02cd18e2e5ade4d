"""What a request looks like on the wire, before it is sent."""

from sunotui.domain.dialect import DialectChoice
from sunotui.domain.requests.request import Request
from sunotui.gateway.submit.payloads import order_for


def body_of(request: Request, choice: DialectChoice) -> tuple[str, str]:
    """Path and JSON text as they would go out in a gateway's dialect. Raises RequestImpossible for what has no form."""
    order = order_for(request, choice.dialect, choice.label)
    return order.path, order.body
