"""What to say before a request is sent: it never holds the request back, since scripts answer no questions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sunotui.cli.output.text import say
from sunotui.core.gateways.warnings import needs_proved_dialect
from sunotui.domain.capabilities import features_of
from sunotui.domain.errors import SunotuiError

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.domain.requests.request import Request

LOOK_LIMIT_S = 8.0
"""The longest a request waits for what is only good to know."""


async def caution(core: Core, request: Request, profile: str, *, takes: int) -> None:
    """Say what may go wrong with the request at this gateway, as far as is known or can be found out for nothing.

    Raises InvalidRequest for what cannot be sent to it at all, of which nothing else is said.
    """
    try:
        await asyncio.wait_for(_look(core, request, profile), LOOK_LIMIT_S)
    except (SunotuiError, TimeoutError):
        # The request itself will tell what is wrong with the gateway.
        pass
    # After the look, which may have found the gateway's dialect.
    await core.services.submitter.check(request, profile)
    models = await core.services.model_choice.of(profile)
    request = models.complete(request)
    found = [problem.sentence for problem in request.problems() if not problem.is_blocking]
    found += filter(None, [models.warning(request)])
    found += await core.services.parent_checks.warnings(request, profile)
    for sentence in [*found, *core.services.capabilities.warnings(request, profile, takes)]:
        say(sentence)


async def _look(core: Core, request: Request, profile: str) -> None:
    """Find out what the warnings need: what the gateway offers, where the request needs more than every gateway has,
    and what is left, from which this command, if it waits, or a later one learns the price."""
    offers = await core.services.capabilities.of(profile)
    is_dialect_open = needs_proved_dialect(request, core.clients.dialect(profile))
    if offers.probed_at is None and (features_of(request) or is_dialect_open):
        await core.services.capabilities.probe(profile)
    await core.services.billing.refresh(profile)
    await core.services.billing.keep_look(profile)
