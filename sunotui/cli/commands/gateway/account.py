"""Profiles and their tokens: login, logout, profiles. A token is read from a prompt or standard input only."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from sunotui.cli.exits.exit_codes import DONE
from sunotui.cli.inputs import standard_input
from sunotui.cli.output.gateway_report import software_name, support_by_feature
from sunotui.cli.output.text import print_json, print_table, say
from sunotui.cli.session import core_session, run_async, run_with_core
from sunotui.core.core import Core
from sunotui.core.gateways.active_profiles import stored_profile
from sunotui.core.gateways.login import profile_from
from sunotui.core.paths import find_paths
from sunotui.domain.errors import InvalidRequest, NotFound, SunotuiError
from sunotui.domain.gateways.profile import BaseUrl, Profile, is_profile_name, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.text import NotText, decoded_line


def login(args: Namespace, environ: Mapping[str, str]) -> int:
    """Check a gateway and a token without cost, then save both."""
    profile = _profile_for(args, environ)
    token = _ask_token(is_piped=args.token_stdin)

    async def run() -> int:
        async with core_session(environ) as core:
            tried, check = await core.login.verify(profile, token)
            await core.login.save(tried, token)
            money = f", {check.balance} left" if check.balance is not None else ""
            name = f" ({check.system_name})" if check.system_name else ""
            print(f"Logged in to {tried.base_url}{name} as gateway '{tried.name}'{money}.")
            print(f"The token is in {core.tokens.describe_source(tried)}.")
            await _probe(core, tried.name)
        return DONE

    return run_async(run())


async def _probe(core: Core, profile: str) -> None:
    """Probe the gateway's capabilities; the login succeeds even if the probe fails."""
    await core.open()
    await core.services.billing.forget_balance(profile)
    try:
        software = software_name(await core.services.capabilities.probe(profile))
    except SunotuiError:
        return
    if software:
        print(f"It runs {software}; 'sunotui doctor' lists what it offers.")


def logout(args: Namespace, environ: Mapping[str, str]) -> int:
    """Remove the token from the keyring and the profile; its tasks stay in the library."""

    async def run() -> int:
        async with core_session(environ) as core:
            name = args.profile or core.choose_profile()
            if not name:
                raise NotFound("There is no gateway to log out of", advice="'sunotui profiles' lists them")
            if not await core.login.log_out(name):
                raise NotFound(f"There is no gateway '{name}' with a token", advice="'sunotui profiles' lists them")
            print(f"Logged out of '{name}'; its songs stay in the library.")
            if core.profiles.get(name) is not None:
                print("The gateway itself is in the config file and stays there.")
        return DONE

    return run_async(run())


def profiles(args: Namespace, environ: Mapping[str, str]) -> int:
    """List the profiles and where their tokens are stored."""

    async def work(core: Core) -> int:
        rows = [await _row_of(core, profile) for profile in core.active_profiles.all().values()]
        if args.json:
            print_json(rows)
        elif rows:
            keys = ("name", "base_url", "proxy", "model", "software", "token_in")
            cells = [("*" if row["is_current"] else "", *(row[key] for key in keys)) for row in rows]
            print_table(("", "GATEWAY", "BASE URL", "PROXY", "MODEL", "SOFTWARE", "TOKEN"), cells, flexible=6)
        else:
            say("There is no gateway yet: run 'sunotui login', or try 'sunotui --demo'")
        return DONE

    return run_with_core(environ, args.profile, work)


async def _row_of(core: Core, profile: Profile) -> dict[str, Any]:
    """A profile with the known capabilities of its gateway; sends no request."""
    capabilities = await core.services.capabilities.of(profile.name)
    return {
        "name": profile.name,
        "base_url": str(profile.base_url),
        "proxy": str(profile.proxy or ""),
        "model": profile.model,
        "token_in": core.tokens.describe_source(profile),
        "is_current": profile.name == core.active_profiles.name,
        "software": capabilities.software.value,
        "version": capabilities.version,
        "offers": support_by_feature(capabilities),
    }


def profile_name_for(base_url: BaseUrl) -> str:
    """A profile's name from its host: example.com for api.example.com."""
    host = base_url.host
    for part in ("www.", "api."):
        if host.startswith(part) and "." in host.removeprefix(part):
            host = host.removeprefix(part)
    return host if is_profile_name(host) else "gateway"


def _profile_for(args: Namespace, environ: Mapping[str, str]) -> Profile:
    paths = find_paths(environ)
    name = args.profile or environ.get("SUNOTUI_PROFILE", "")
    known = stored_profile(paths, name) if name else None
    typed = args.base_url or _ask("Base URL", str(known.base_url) if known is not None else "", args.token_stdin)
    if not name:
        # An existing profile of this name may allow http.
        name = profile_name_for(parse_base_url(typed, allow_clear=True))
        known = stored_profile(paths, name)
    allow_clear = args.allow_http or (known is not None and known.allow_clear)
    return profile_from(name, typed, known=known, allow_clear=allow_clear)


def _ask(what: str, default: str, is_stdin_taken: bool) -> str:
    if is_stdin_taken or not sys.stdin.isatty():
        if default:
            return default
        raise InvalidRequest("No base URL was given, and there is no terminal to ask on", advice="Give --base-url URL")
    print(f"{what} [{default}]: " if default else f"{what}: ", end="", file=sys.stderr, flush=True)
    return _line().strip() or default


def _line(limit: int = -1) -> str:
    """A line of standard input of at most `limit` bytes. Raises InvalidRequest if it cannot be read, and for bytes that
    are not text.
    """
    with standard_input() as file:
        line = file.readline(limit)
    try:
        return decoded_line(line)
    except NotText as error:
        raise InvalidRequest(f"Standard input could not be read: {error}") from error


def _ask_token(*, is_piped: bool) -> Token:
    if is_piped:
        return Token(_line(2_000))
    if not sys.stdin.isatty():
        raise InvalidRequest(
            "No token was given, and there is no terminal to ask on", advice="Pipe it in with --token-stdin"
        )
    try:
        return Token(getpass.getpass("Token (not shown): "))
    except EOFError:
        raise InvalidRequest("No token was given") from None
