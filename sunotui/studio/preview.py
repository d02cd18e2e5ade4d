"""What a request looks like on the wire, before it is sent."""

from sunotui.domain.dialect import Dialect
from sunotui.domain.request import Request
from sunotui.gateway.orders import order_for


def body_of(request: Request, dialect: Dialect) -> tuple[str, str]:
    """Path and JSON text as they would go out in a dialect. Raises RequestImpossible for what it has no form for."""
    order = order_for(request, dialect)
    return order.path, order.body
