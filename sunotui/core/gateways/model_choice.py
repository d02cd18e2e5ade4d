"""Chooses the model of a request without a model, for one gateway."""

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
"""The maximum number of names in a sentence."""


@dataclass(frozen=True, slots=True)
class GatewayModels:
    """The models of one gateway for one kind of request."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    """The model for a request without a model."""
    worked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Models with which such requests succeeded, newest first."""

    def complete(self, request: Request) -> Request:
        """The request with a model if it takes one but does not name one; otherwise unchanged."""
        return with_model(request, self.chosen.get(request.kind, NEWEST))

    def warning(self, request: Request) -> str:
        """A sentence if Suno retired the request's model and it has not worked here; otherwise empty."""
        model = trim(getattr(self.complete(request), "model", ""))
        if not is_retired(model) or model in self.worked.get(request.kind, ()):
            return ""
        return f"{label_of(model)} is retired at Suno; the gateway may replace it or fail"


def _is_about_model(error: SunotuiError, model: str) -> bool:
    """Whether a rejection concerns the model: by its kind, or because it contains the model's name or the word
    "model"."""
    if isinstance(error, ModelNotAllowed):
        return True
    words = f"{error.what} {error.detail}".lower()
    return any(word in words for word in (model.lower(), "model", "模型", "mv "))


class ModelChoice:
    """Chooses from the models that worked before, using the library only."""

    def __init__(self, ctx: Context, journal: Journal, capabilities: CapabilityService) -> None:
        self._storage = ctx.storage
        self._clients = ctx.clients
        self._journal = journal
        self._capabilities = capabilities

    async def worked(self, profile: str, kind: str) -> tuple[str, ...]:
        """The models with which requests of this kind (`Request.kind`) succeeded at a profile's gateway, newest first.
        Raises LibraryError."""
        return await self._storage.run(
            self._journal.reader.models_that_worked, profile, kind, self._clients.origin(profile)
        )

    async def add_advice(self, error: SunotuiError, request: Request, profile: str) -> None:
        """Add the models that worked here to the advice of a rejection that concerns the request's model. Raises
        LibraryError."""
        model = getattr(request, "model", "")
        if model and _is_about_model(error, model):
            names = [name for name in await self.worked(profile, request.kind) if name != model]
            if names:
                error.advice = f"{error.advice.rstrip('.')}. Worked here before: {', '.join(names[:_NAMED])}"

    async def of(self, profile: str) -> GatewayModels:
        """The models of a profile's gateway. Raises LibraryError."""
        known = self._clients.profile(profile)
        listed = (await self._capabilities.of(profile)).models
        worked = {kind: await self.worked(profile, kind) for kind in SONG_KINDS}
        own = known.model if known is not None else ""
        return GatewayModels({kind: choose_model(own, worked[kind], listed) for kind in SONG_KINDS}, worked)

    async def complete(self, request: Request, profile: str) -> Request:
        """The request with a model if it takes one but does not name one; otherwise unchanged. Raises LibraryError."""
        if with_model(request, "any") is request:
            return request
        return (await self.of(profile)).complete(request)
