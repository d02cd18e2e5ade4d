"""Requests as the rooms around the client see them: asked freely, or sent once because they may cost money (S2)."""

from collections.abc import Awaitable
from typing import Protocol

from sunotui.domain.errors import Charge, Trouble
from sunotui.gateway.connection import Progress
from sunotui.gateway.envelope import Answer
from sunotui.gateway.outcome import Rejected, Unknown, unknown


class Ask(Protocol):
    """One request to the gateway's own origin, never repeated. Raises Trouble and nothing else; with a `progress`, the
    trouble's charge is MAYBE unless not one byte was sent."""

    def __call__(
        self,
        method: str,
        path: str,
        limit_s: float,
        *,
        body: str | None = None,
        has_token: bool = True,
        progress: Progress | None = None,
    ) -> Awaitable[Answer]: ...


async def send_once(ask: Ask, path: str, limit_s: float, *, body: str | None = None) -> Answer | Rejected | Unknown:
    """One POST that may make and charge something. Without an answer it is rejected when it provably never left."""
    try:
        return await ask("POST", path, limit_s, body=body, progress=Progress())
    except Trouble as trouble:
        return unknown(trouble) if trouble.charge is Charge.MAYBE else Rejected(trouble)
