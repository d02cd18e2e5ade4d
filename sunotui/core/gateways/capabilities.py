"""The capabilities of each gateway: probed from its pages once a day, refined by successes and failures."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sunotui.core.context import Context
from sunotui.core.events import (
    CapabilitiesChanged,
    ConnectionChanged,
    ConnectionState,
    Event,
    LibraryChanged,
    ProfileChanged,
)
from sunotui.core.gateways.billing import Billing
from sunotui.core.gateways.warnings import request_warnings
from sunotui.domain.errors import SunotuiError
from sunotui.domain.gateways.capabilities import Capabilities, Feature, Support
from sunotui.domain.gateways.dialect import DialectEvidence
from sunotui.domain.gateways.profile import Profile
from sunotui.domain.requests.request import Request
from sunotui.gateway.submit.payloads import Payload
from sunotui.storage.gateway_facts.capabilities import CapabilityStore

PROBE_EVERY_S = 86_400.0
"""The age of a probe, in seconds, after which a successful response triggers the next one."""
PROBE_AGAIN_S = 3_600.0
"""The time between probes when one fails."""
SAME_EVIDENCE_S = 3_600.0
"""Evidence is not saved a second time within this time, in seconds."""


class CapabilityService:
    """Serves capabilities from memory. Learning never fails or blocks: evidence that cannot be saved lasts for this
    run."""

    def __init__(
        self, ctx: Context, store: CapabilityStore, billing: Billing, profile_named: Callable[[str], Profile | None]
    ) -> None:
        self._storage = ctx.storage
        self._clients = ctx.clients
        self._events = ctx.events
        self._clock = ctx.clock
        self._background = ctx.background
        self._store = store
        self._billing = billing
        self._profile_named = profile_named
        self._known: dict[str, tuple[Capabilities, str]] = {}
        self._probe_tried_at: dict[str, float] = {}

    def load(self) -> None:
        """Load the known capabilities; call it on the storage thread. Raises LibraryError."""
        self._known = self._store.all()

    def forget_moved(self) -> None:
        """Delete what was learned for a profile at another base URL, including prices: that was another gateway."""
        for profile, (_, learned_at) in tuple(self._known.items()):
            if learned_at and self._base_url(profile) not in {"", learned_at}:
                del self._known[profile]
                self._background.start(
                    f"forget the capabilities of {profile}", self._storage.run, self._store.delete, profile
                )
                self._billing.forget(profile)

    def known(self, profile: str) -> Capabilities:
        """The capabilities of a profile's gateway, from memory only."""
        return self._known.get(profile, (Capabilities(), ""))[0]

    async def of(self, profile: str) -> Capabilities:
        """The capabilities of a profile's gateway; sends no requests. Raises LibraryError."""
        if profile not in self._known:
            base_url = self._base_url(profile)
            self._known[profile] = (await self._storage.run(self._store.load, profile, base_url), base_url)
        return self.known(profile)

    async def probe(self, profile: str) -> Capabilities:
        """Probe the gateway's pages, which costs nothing, and save the result. Raises SunotuiError."""
        self._probe_tried_at[profile] = self._clock.monotonic()
        client = await self._clients.client(profile)
        found = await client.probe(self._clock.now())
        return await self._change(profile, lambda known: known.probed(found))

    async def learn(self, profile: str, feature: Feature, is_offered: bool, reason: str = "") -> None:
        """Record evidence: a feature worked, or the gateway lacks it. Never raises SunotuiError."""
        now = self._clock.now()
        seen = self.known(profile).evidence.get(feature)
        if seen is not None and seen.is_offered is is_offered and 0 <= now - seen.learned_at < SAME_EVIDENCE_S:
            return
        await self._change(profile, lambda known: known.learned(feature, is_offered, now, reason))

    async def learn_dialect(self, profile: str, seen: DialectEvidence) -> None:
        """Record evidence for a dialect. Never raises SunotuiError."""
        known = self.known(profile).dialects.get(seen.dialect)
        if known is not None and known.strength is seen.strength:
            age = seen.learned_at - known.learned_at
            if 0 <= age < SAME_EVIDENCE_S:
                return
        await self._change(profile, lambda capabilities: capabilities.learned_dialect(seen))

    def dialect_evidence(self, profile: str) -> Collection[DialectEvidence]:
        """The evidence for dialects at a profile's gateway, from memory only."""
        return self.known(profile).dialects.values()

    def is_missing(self, profile: str, feature: Feature) -> bool:
        """Whether the gateway is known to lack a feature."""
        return self.known(profile).support(feature) is Support.MISSING

    def warnings(self, request: Request, payload: Payload | None, profile: str, times: int = 1) -> tuple[str, ...]:
        """Warnings before a request is sent `times` times: capabilities, dropped fields, money. None blocks it.
        `payload` is None while it cannot be built."""
        price, balance = self._billing.price(profile, request.kind), self._billing.balance(profile)
        choice = self._clients.dialect(profile)
        return request_warnings(request, payload, self.known(profile), price, balance, times, choice)

    async def _change(self, profile: str, change: Callable[[Capabilities], Capabilities]) -> Capabilities:
        base_url = self._base_url(profile)
        try:
            capabilities = await self._storage.run(self._store.change, profile, change, base_url)
        except SunotuiError:
            capabilities = change(self.known(profile))
        self._known[profile] = (capabilities, base_url)
        self._events.publish(CapabilitiesChanged(profile, capabilities))
        return capabilities

    def _base_url(self, profile: str) -> str:
        found = self._profile_named(profile)
        return str(found.base_url) if found is not None else ""

    def on_event(self, event: Event) -> None:
        """Probe a gateway that responds, and follow changes of profiles and of the library."""
        if isinstance(event, ProfileChanged):
            self.forget_moved()
        elif isinstance(event, LibraryChanged):
            self._background.start("read what other processes learned", self._reload)
        elif isinstance(event, ConnectionChanged) and event.state is ConnectionState.ONLINE:
            self.probe_soon(event.profile)

    def probe_soon(self, profile: str) -> None:
        """Probe the gateway in the background, unless it was probed or tried recently."""
        if profile and self._wants_probe(profile):
            self._probe_tried_at[profile] = self._clock.monotonic()
            self._background.start(f"capabilities of {profile}", self.probe, profile)

    async def _reload(self) -> None:
        found = await self._storage.run(self._store.all)
        changed = [profile for profile, known in found.items() if self._known.get(profile) != known]
        self._known.update(found)
        for profile in changed:
            self._events.publish(CapabilitiesChanged(profile, self.known(profile)))

    def _wants_probe(self, profile: str) -> bool:
        tried_at = self._probe_tried_at.get(profile)
        if tried_at is not None and self._clock.monotonic() - tried_at < PROBE_AGAIN_S:
            return False
        probed_at = self.known(profile).probed_at
        return probed_at is None or not 0 <= self._clock.now() - probed_at < PROBE_EVERY_S
