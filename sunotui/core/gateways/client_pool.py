"""One client per profile, created when first needed: the HTTP library is loaded off the UI thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from sunotui.core.gateways.token_resolver import TokenResolver
from sunotui.domain.errors import KeyQuotaExceeded, NotAGateway, SunotuiError, TokenMissing, TokenRejected
from sunotui.domain.gateways.dialect import DialectChoice, DialectEvidence, choose_dialect
from sunotui.domain.gateways.profile import Profile

if TYPE_CHECKING:
    from sunotui.domain.token import Token
    from sunotui.gateway.client import GatewayClient


class ClientPool:
    """Returns the client of a profile; a changed profile or token gets a new one."""

    def __init__(self, profile_named: Callable[[str], Profile | None], tokens: TokenResolver) -> None:
        self._profile_named = profile_named
        self._evidence_of: Callable[[str], Collection[DialectEvidence]] = lambda _: ()
        self._tokens = tokens
        self._clients: dict[str, tuple[Profile, GatewayClient]] = {}
        self._untried: set[str] = set()
        """Profiles whose prefix is not known yet."""
        self._locks: dict[str, asyncio.Lock] = {}

    def profile(self, name: str) -> Profile | None:
        """The profile called `name`, or None."""
        return self._profile_named(name)

    def origin(self, name: str) -> str:
        """The address of a profile's gateway; empty where there is no such profile."""
        known = self._profile_named(name)
        return known.base_url.origin if known is not None else ""

    def use_evidence(self, evidence_of: Callable[[str], Collection[DialectEvidence]]) -> None:
        """Choose dialects by the evidence that `evidence_of` has for a profile's gateway, from memory alone."""
        self._evidence_of = evidence_of

    def dialect(self, name: str) -> DialectChoice:
        """The dialect in which requests go to the gateway of the profile called `name`, from memory alone."""
        profile = self.profile(name)
        if profile is None:
            return choose_dialect("", "")
        evidence = self._evidence_of(name)
        return choose_dialect(profile.dialect, profile.base_url.host, evidence, is_from_env=profile.is_from_env)

    async def client(self, name: str) -> GatewayClient:
        """The client of the profile called `name`. Raises TokenMissing, TokenMalformed, TokenStoreError,
        and for an address that no login has tried NotAGateway, TokenRejected or KeyQuotaExceeded."""
        profile = self._profile_named(name)
        if profile is None:
            raise TokenMissing(
                f"There is no profile '{name}'", advice="Log in to create it", topic="login_profile", subject=name
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
        """Of an address that no login has tried, the prefix is found before anything that costs goes there: where it
        is wrong, a web page's answer would leave a submission unknown. Raises NotAGateway when it is nowhere, and
        TokenRejected or KeyQuotaExceeded when a prefix answers so: under the wrong prefix that would read as "not
        offered".
        """
        try:
            base_url = await client.find_prefix()
        except (NotAGateway, TokenRejected, KeyQuotaExceeded):
            raise
        except SunotuiError:
            # Unknown for now: the next request shows what is wrong, and the prefix is searched for again.
            return client
        self._untried.discard(name)
        if base_url != profile.base_url:
            await client.aclose()
            client = await self._open_client(replace(profile, base_url=base_url))
            self._clients[name] = (profile, client)
        return client

    async def forget(self, name: str) -> None:
        """Close a profile's client, so that the next request asks for the token again."""
        self._untried.discard(name)
        cached = self._clients.pop(name, None)
        if cached is not None:
            await cached[1].aclose()

    async def aclose(self) -> None:
        """Close all of them."""
        for name in tuple(self._clients):
            await self.forget(name)


async def open_client(profile: Profile, token: Token) -> GatewayClient:
    """A client outside the cache, as a login needs to try a token; the caller closes it."""

    def load() -> type[GatewayClient]:
        from sunotui.gateway.client import GatewayClient

        return GatewayClient

    made = await asyncio.to_thread(load)
    return made(profile.base_url, token, proxy=profile.proxy)
