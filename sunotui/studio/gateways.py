"""One client per profile, built when first needed: the HTTP library is loaded off the screen's thread."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sunotui.domain.errors import TokenMissing, Trouble
from sunotui.domain.profile import Profile
from sunotui.studio.door import TokenDoors

if TYPE_CHECKING:
    from sunotui.domain.token import Token
    from sunotui.gateway.client import GatewayClient


class Gateways:
    """Hands out the client of a profile; a changed profile or token gets a new one."""

    def __init__(self, profile_named: Callable[[str], Profile | None], doors: TokenDoors) -> None:
        self._profile_named = profile_named
        self._doors = doors
        self._clients: dict[str, tuple[Profile, GatewayClient]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def client(self, name: str) -> "GatewayClient":
        """The client of the profile called `name`. Raises TokenMissing, TokenMalformed or KeyringTrouble."""
        profile = self._profile_named(name)
        if profile is None:
            raise TokenMissing(f"There is no profile '{name}'", advice="Run 'sunotui login' to make it")
        async with self._locks.setdefault(name, asyncio.Lock()):
            kept = self._clients.get(name)
            if kept is not None and kept[0] == profile:
                return kept[1]
            if kept is not None:
                await kept[1].aclose()
            client = await self._opened(profile)
            self._clients[name] = (profile, client)
            return client

    async def _opened(self, profile: Profile) -> "GatewayClient":
        """A new client. Of an address that no login has tried, the prefix is found before anything that costs goes
        there: where it is wrong, a web page's answer would leave a submission unknown."""
        token = await self._doors.token_of(profile)
        client = await open_client(profile, token)
        if not profile.is_tried:
            try:
                base_url = await client.find_prefix()
            except Trouble:
                # Whatever is asked next tells what is wrong.
                return client
            if base_url != profile.base_url:
                await client.aclose()
                return await open_client(replace(profile, base_url=base_url), token)
        return client

    async def forget(self, name: str) -> None:
        """Close a profile's client, so that the next request asks for the token again."""
        kept = self._clients.pop(name, None)
        if kept is not None:
            await kept[1].aclose()

    async def aclose(self) -> None:
        """Close all of them."""
        for name in tuple(self._clients):
            await self.forget(name)


async def open_client(profile: Profile, token: "Token") -> "GatewayClient":
    """A client outside the cache, as a login needs to try a token; the caller closes it."""

    def load() -> "type[GatewayClient]":
        from sunotui.gateway.client import GatewayClient

        return GatewayClient

    made = await asyncio.to_thread(load)
    return made(profile.base_url, token)
