"""The model of a request that names none, chosen for one gateway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sunotui.core.context import Context
from sunotui.core.gateways.capabilities import CapabilityService
from sunotui.domain.errors import ModelNotAllowed, SunotuiError
from sunotui.domain.gateways.models import NEWEST, choose_model, is_retired, label_of
from sunotui.domain.requests.request import SONG_KINDS, Request, with_model
from sunotui.domain.text import trim
from sunotui.storage.submissions.journal import Journal

_NAMED = 5
"""Names that one sentence lists."""


@dataclass(frozen=True, slots=True)
class GatewayModels:
    """The models of one gateway, by the kind of request."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    """The model of a request that names none."""
    worked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Models that made such requests succeed, the newest first."""

    def complete(self, request: Request) -> Request:
        """The request with a model, where it takes one and names none."""
        return with_model(request, self.chosen.get(request.kind, NEWEST))

    def warning(self, request: Request) -> str:
        """A sentence where Suno retired the request's model and it was not seen to work here; else empty."""
        model = trim(getattr(self.complete(request), "model", ""))
        if not is_retired(model) or model in self.worked.get(request.kind, ()):
            return ""
        return f"{label_of(model)} is retired at Suno; the gateway may replace it or fail"


def _is_about_model(error: SunotuiError, model: str) -> bool:
    """Whether a refusal speaks of the model: by its kind, or by naming it or the word."""
    if isinstance(error, ModelNotAllowed):
        return True
    words = f"{error.what} {error.detail}".lower()
    return any(word in words for word in (model.lower(), "model", "模型", "mv "))


class ModelChoice:
    """Chooses by the models that worked before, from the library alone."""

    def __init__(self, ctx: Context, journal: Journal, capabilities: CapabilityService) -> None:
        self._storage = ctx.storage
        self._clients = ctx.clients
        self._journal = journal
        self._capabilities = capabilities

    async def worked(self, profile: str, kind: str) -> tuple[str, ...]:
        """Models that made requests of this kind (the request's word) succeed at a profile's gateway, the newest
        first. Raises LibraryError."""
        return await self._storage.run(self._journal.models_that_worked, profile, kind, self._clients.origin(profile))

    async def add_advice(self, error: SunotuiError, request: Request, profile: str) -> None:
        """Name the models that worked here in the advice of a refusal that is about the request's model. Raises
        LibraryError."""
        model = getattr(request, "model", "")
        if model and _is_about_model(error, model):
            names = [name for name in await self.worked(profile, request.kind) if name != model]
            if names:
                error.advice = f"{error.advice.rstrip('.')}. Worked here before: {', '.join(names[:_NAMED])}"

    async def of(self, profile: str) -> GatewayModels:
        """All that is chosen and known at a profile's gateway. Raises LibraryError."""
        known = self._clients.profile(profile)
        listed = (await self._capabilities.of(profile)).models
        worked = {kind: await self.worked(profile, kind) for kind in SONG_KINDS}
        own = known.model if known is not None else ""
        return GatewayModels({kind: choose_model(own, worked[kind], listed) for kind in SONG_KINDS}, worked)

    async def complete(self, request: Request, profile: str) -> Request:
        """The request with a model, where it takes one and names none. Raises LibraryError."""
        if with_model(request, "any") is request:
            return request
        return (await self.of(profile)).complete(request)
