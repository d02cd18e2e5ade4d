"""What a request looks like on the wire, before it is sent."""

from sunotui.domain.request import Request
from sunotui.gateway.orders import order_for


def body_of(request: Request) -> tuple[str, str]:
    """Path and JSON text as they would go out."""
    order = order_for(request)
    return order.path, order.body
