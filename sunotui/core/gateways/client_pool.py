"""One gateway client per profile, created when first needed: the HTTP library is imported off the UI thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from sunotui.core.gateways.token_resolver import TokenResolver
from sunotui.domain.errors import KeyQuotaExceeded, NotAGateway, SunotuiError, TokenMissing, TokenRejected
from sunotui.domain.gateways.dialect import DialectChoice, DialectEvidence, choose_dialect
from sunotui.domain.gateways.profile import Profile, checked_profile
from sunotui.domain.gateways.target import GatewayTarget

if TYPE_CHECKING:
    from sunotui.domain.gateways.token import Token
    from sunotui.gateway.client import GatewayClient


class ClientPool:
    """Creates and caches the clients of profiles; a changed profile or token gets a new client."""

    def __init__(self, profile_named: Callable[[str], Profile | None], tokens: TokenResolver) -> None:
        self._profile_named = profile_named
        self._evidence_of: Callable[[str], Collection[DialectEvidence]] = lambda _: ()
        self._tokens = tokens
        self._clients: dict[str, tuple[Profile, GatewayClient]] = {}
        self._untried: set[str] = set()
        """Profiles whose path prefix is not known yet."""
        self._locks: dict[str, asyncio.Lock] = {}

    def profile(self, name: str) -> Profile | None:
        """The profile with this name, or None."""
        return self._profile_named(name)

    def origin(self, name: str) -> str:
        """The base URL of a profile's gateway; empty if there is no such profile."""
        known = self._profile_named(name)
        return known.base_url.origin if known is not None else ""

    def use_evidence(self, evidence_of: Callable[[str], Collection[DialectEvidence]]) -> None:
        """Choose dialects by the evidence from `evidence_of`, which must read from memory only."""
        self._evidence_of = evidence_of

    def dialect(self, name: str) -> DialectChoice:
        """The dialect of requests to the gateway of the profile with this name, from memory only."""
        profile = self.profile(name)
        if profile is None:
            return choose_dialect("", "")
        evidence = self._evidence_of(name)
        return choose_dialect(profile.dialect, profile.base_url.host, evidence, is_from_env=profile.is_from_env)

    def target(self, name: str) -> GatewayTarget:
        """The current address and request form of the profile called `name`; reads no file."""
        known = self.profile(name)
        choice = self.dialect(name)
        return GatewayTarget(known.base_url if known is not None else None, choice.dialect, choice.label)

    async def client(self, name: str) -> GatewayClient:
        """The client of the profile with this name. Raises TokenMissing, TokenMalformed, TokenStoreError and, for an
        address that no login has verified, NotAGateway, TokenRejected or KeyQuotaExceeded."""
        profile = self._profile_named(name)
        if profile is None:
            raise TokenMissing(
                f"There is no gateway '{name}'", advice="Log in to create it", topic="login_profile", subject=name
            )
        async with self._locks.setdefault(name, asyncio.Lock()):
            cached = self._clients.get(name)
            if cached is None or cached[0] != profile:
                await self.forget(name)
                client = await self._open_client(profile)
                cached = self._clients[name] = (profile, client)
                if not profile.is_tried:
                    self._untried.add(name)
            if name in self._untried:
                return await self._with_prefix(name, *cached)
            return cached[1]

    async def _open_client(self, profile: Profile) -> GatewayClient:
        return await open_client(profile, await self._tokens.token_of(profile))

    async def _with_prefix(self, name: str, profile: Profile, client: GatewayClient) -> GatewayClient:
        """Find the prefix of an address that no login has verified before anything that costs money is sent there: with
        a wrong prefix, the response would be a web page and the submission unknown. Raises NotAGateway if no prefix
        works, and TokenRejected or KeyQuotaExceeded if the gateway responds so: with a wrong prefix these would look
        like "not offered".
        """
        try:
            base_url = await client.find_prefix()
        except (NotAGateway, TokenRejected, KeyQuotaExceeded):
            raise
        except SunotuiError:
            # Unknown for now: the next request shows what is wrong, and the search is repeated.
            return client
        self._untried.discard(name)
        if base_url != profile.base_url:
            await client.aclose()
            client = await self._open_client(profile._replace(base_url=base_url))
            self._clients[name] = (profile, client)
        return client

    async def forget(self, name: str) -> None:
        """Close a profile's client, so that the next request resolves the token again."""
        self._untried.discard(name)
        cached = self._clients.pop(name, None)
        if cached is not None:
            await cached[1].aclose()

    async def aclose(self) -> None:
        """Close all clients."""
        for name in tuple(self._clients):
            await self.forget(name)


async def open_client(profile: Profile, token: Token) -> GatewayClient:
    """A client outside the cache, with which a login verifies a token; the caller closes it. Raises ConfigError for a
    gateway on this computer with a proxy, which would get the token."""

    def load() -> type[GatewayClient]:
        from sunotui.gateway.client import GatewayClient

        return GatewayClient

    checked_profile(profile)
    made = await asyncio.to_thread(load)
    return made(profile.base_url, token, proxy=profile.proxy)
