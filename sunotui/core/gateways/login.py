"""Access to the gateways of profiles, with login and logout: the base URL and the token are verified without cost, then
saved. Imported after the first frame, which does not need it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sunotui.core.gateways.client_pool import ClientPool, open_client
from sunotui.core.gateways.token_resolver import TokenResolver
from sunotui.domain.errors import ConfigError
from sunotui.domain.gateways.profile import ENV_PROFILE, Profile, checked_profile, is_profile_name, parse_base_url
from sunotui.named_tuple import NamedTuple
from sunotui.storage.config.profiles import ProfileStore

if TYPE_CHECKING:
    from sunotui.domain.gateways.token import Token
    from sunotui.gateway.client import LoginCheck


class LoginService:
    """Creates, changes and removes profiles; the only code that writes tokens to the keyring."""

    def __init__(
        self, profiles: ProfileStore, tokens: TokenResolver, clients: ClientPool, use: Callable[[str], None]
    ) -> None:
        self._profiles = profiles
        self._tokens = tokens
        self._clients = clients
        self._use = use

    async def verify(self, profile: Profile, token: Token) -> tuple[Profile, LoginCheck]:
        """Check that the gateway accepts the token; costs nothing. The returned profile has the path prefix at which
        the gateway responded. Raises SunotuiError."""
        client = await open_client(profile, token)
        try:
            check = await client.check()
        finally:
            await client.aclose()
        return profile._replace(base_url=check.base_url), check

    async def save(self, profile: Profile, token: Token, *, is_session_only: bool = False) -> None:
        """Save a verified profile and its token, in the keyring or for this session only, and use it. Raises
        TokenStoreError; then the profile is not saved either.
        """
        if is_session_only:
            self._tokens.set_for_session(profile.name, token)
        else:
            await self._tokens.store.put_async(profile, token)
            self._tokens.forget(profile.name)
        await asyncio.to_thread(self._profiles.put, profile)
        await asyncio.to_thread(self._profiles.set_default, profile.name)
        await self._clients.forget(profile.name)
        self._use(profile.name)

    async def log_out(self, name: str) -> bool:
        """Remove a profile and its token in the keyring; its tasks stay in the library.

        Returns False if there was no such profile.
        """
        profile = self._profiles.get(name)
        if profile is None:
            return False
        await self._clients.forget(name)
        self._tokens.forget(name)
        if not profile.is_from_env and not profile.token_command:
            await self._tokens.store.delete_async(profile)
        await asyncio.to_thread(self._profiles.remove, name)
        return True


def profile_from(name: str, base_url: str, *, known: Profile | None = None, allow_clear: bool = False) -> Profile:
    """Create a profile from the user's input, with the other settings of the profile that it replaces. For another host
    the dialect is reset: in a wrong one, lyrics are interpreted and billed as a description. Raises ConfigError for an
    invalid name, for a proxy with a gateway on this computer and for a profile whose token comes from a command;
    UnsafeUrl for the address.
    """
    if not is_profile_name(name) or name == ENV_PROFILE:
        raise ConfigError(
            "A gateway cannot have that name", advice="Use up to 40 letters, digits, dots and dashes, but not 'env'"
        )
    if known is not None and known.token_command:
        raise ConfigError(
            f"The token of '{name}' comes from a command", advice="Change token_command in the config file instead"
        )
    address = parse_base_url(base_url, allow_clear=allow_clear)
    if known is None:
        return Profile(name, address, allow_clear=allow_clear)
    dialect = known.dialect if known.base_url.host == address.host else ""
    changed = known._replace(name=name, base_url=address, dialect=dialect, allow_clear=allow_clear, is_tried=True)
    return checked_profile(changed)


class GatewayAccess(NamedTuple):
    """The objects that reach the gateways of profiles."""

    tokens: TokenResolver
    clients: ClientPool
    login: LoginService


def gateway_access(
    profiles: ProfileStore,
    profile_named: Callable[[str], Profile | None],
    environ: Mapping[str, str],
    use_profile: Callable[[str], None],
    tokens: TokenResolver | None,
) -> GatewayAccess:
    """Create them; reads nothing. A login calls `use_profile` with the name of its profile. `tokens` is None for the
    session, the environment and the OS keyring."""
    tokens = tokens or TokenResolver(environ)
    clients = ClientPool(profile_named, tokens)
    return GatewayAccess(tokens, clients, LoginService(profiles, tokens, clients, use_profile))
