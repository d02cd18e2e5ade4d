"""What to say before a request is sent: it never holds the request back, since scripts answer no questions."""

import asyncio
from typing import TYPE_CHECKING

from sunotui.domain.errors import Trouble
from sunotui.domain.offers import features_of

if TYPE_CHECKING:
    from sunotui.domain.request import Request
    from sunotui.studio.studio import Studio

LOOK_LIMIT_S = 8.0
"""The longest a request waits for what is only good to know."""


async def cautions(studio: "Studio", request: "Request", profile: str, *, takes: int) -> list[str]:
    """What may go wrong with the request at this gateway, as far as is known or can be found out for nothing."""
    try:
        await asyncio.wait_for(_look(studio, request, profile), LOOK_LIMIT_S)
    except (Trouble, TimeoutError):
        # The request itself will tell what is wrong with the gateway.
        pass
    models = await studio.models.of(profile)
    request = models.complete(request)
    found = [problem.sentence for problem in request.problems() if not problem.is_blocking]
    found += filter(None, [models.warning(request)])
    found += await studio.parentage.warnings(request, profile)
    return [*found, *studio.offerings.warnings(request, profile, takes)]


async def _look(studio: "Studio", request: "Request", profile: str) -> None:
    """Find out what the warnings need: what the gateway offers, where the request needs more than every gateway has,
    and what is left, from which this command, if it waits, or a later one learns the price."""
    offers = await studio.offerings.of(profile)
    if offers.probed_at is None and features_of(request):
        await studio.offerings.probe(profile)
    await studio.ledger.refresh(profile)
    await studio.ledger.keep_look(profile)
