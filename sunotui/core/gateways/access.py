"""How the program reaches gateways: tokens, clients and the login. Imported after the first frame, which needs none of
them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sunotui.core.gateways.active_profiles import ActiveProfiles
from sunotui.core.gateways.client_pool import ClientPool
from sunotui.core.gateways.login import LoginService
from sunotui.core.gateways.token_resolver import TokenResolver
from sunotui.storage.config.profiles import ProfileStore


class GatewayAccess(NamedTuple):
    """The objects that reach the gateways of profiles."""

    tokens: TokenResolver
    clients: ClientPool
    login: LoginService


def gateway_access(
    profiles: ProfileStore,
    active_profiles: ActiveProfiles,
    environ: Mapping[str, str],
    use_profile: Callable[[str], None],
    tokens: TokenResolver | None,
) -> GatewayAccess:
    """Create them; reads nothing. A login calls `use_profile` with the name of its profile. `tokens` is None for the
    session, the environment and the OS keyring."""
    tokens = tokens or TokenResolver(environ)
    clients = ClientPool(active_profiles.named, tokens)
    return GatewayAccess(tokens, clients, LoginService(profiles, tokens, clients, use_profile))
