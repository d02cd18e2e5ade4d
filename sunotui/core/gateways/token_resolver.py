"""Resolves a profile's token from this session, the environment, a command or the OS keyring, in that order."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sunotui.core.system.helper_process import (
    OUTPUT_LIMIT,
    HelperFailed,
    HelperOutputTooLong,
    HelperTimedOut,
    first_line,
    without_token,
)
from sunotui.domain.errors import TokenMalformed, TokenMissing, TokenStoreError
from sunotui.domain.gateways.profile import Profile
from sunotui.domain.gateways.token import Token
from sunotui.domain.text import NotText
from sunotui.storage.secrets.bounded_call import BoundedCall
from sunotui.storage.secrets.tokens import TokenStore

LIMIT_S = 15.0
"""Longer than the keyring's own limit, whose error is more specific."""
COMMAND_LIMIT_S = 60.0
"""The time limit of a token_command, in seconds: it may ask the user for a fingerprint or a password in a window."""


class TokenResolver:
    """Finds the token of a profile; no source is a plain file."""

    def __init__(self, environ: Mapping[str, str], store: TokenStore | None = None) -> None:
        self._environ = environ
        self._store = store
        self._session: dict[str, Token] = {}
        self._calls: dict[str, BoundedCall] = {}

    @property
    def store(self) -> TokenStore:
        """The OS keyring; created on first use, since finding its backend takes a while."""
        if self._store is None:
            self._store = TokenStore()
        return self._store

    def set_for_session(self, profile_name: str, token: Token) -> None:
        """Use a token until the program ends, without storing it anywhere."""
        self._session[profile_name] = token

    def forget(self, profile_name: str) -> None:
        """Forget the session's token of a profile."""
        self._session.pop(profile_name, None)

    async def token_of(self, profile: Profile) -> Token:
        """The profile's token. Raises TokenMissing, TokenMalformed or TokenStoreError; never blocks the loop, and the
        program can exit without waiting for it."""
        call = self._calls.setdefault(profile.name, BoundedCall(COMMAND_LIMIT_S + LIMIT_S))
        try:
            return await call.call_async(lambda: self._find(profile))
        except TimeoutError:
            if profile.token_command:
                raise TokenStoreError(
                    f"The token_command '{profile.token_command[0]}' printed nothing",
                    advice="Run it by hand to see what it wants",
                ) from None
            raise TokenStoreError() from None

    def _find(self, profile: Profile) -> Token:
        if (token := self._session.get(profile.name)) is not None:
            return token
        if profile.is_from_env:
            return _token(self._environ.get("SUNOTUI_TOKEN", ""))
        if profile.token_command:
            token = _token_of_command(profile.token_command, self._environ)
            self._session[profile.name] = token
            return token
        found = self.store.get(profile)
        if found is None:
            raise TokenMissing(
                f"There is no token for the gateway '{profile.name}'",
                advice="Log in to this gateway",
                topic="login_profile",
                subject=profile.name,
            )
        return found

    def describe_source(self, profile: Profile) -> str:
        """A description of where the token of a profile is stored; does not read the token."""
        if profile.name in self._session and not profile.token_command:
            return "this session only"
        if profile.is_from_env:
            return "the environment (SUNOTUI_TOKEN)"
        if profile.token_command:
            return f"a command ({profile.token_command[0]})"
        return f"the OS keyring ({self.store.describe()})"


def _token_of_command(command: tuple[str, ...], environ: Mapping[str, str]) -> Token:
    name = f"The token_command '{command[0]}'"
    by_hand = "Run it by hand to see what it wants"
    try:
        line = first_line(command, without_token({**os.environ, **environ}), COMMAND_LIMIT_S)
    except FileNotFoundError:
        raise TokenStoreError(f"{name} was not found", advice="Correct token_command in the config file") from None
    except OSError:
        raise TokenStoreError(f"{name} could not be started", advice=by_hand) from None
    except HelperTimedOut:
        raise TokenStoreError(f"{name} printed nothing within {COMMAND_LIMIT_S:g} s", advice=by_hand) from None
    except HelperOutputTooLong:
        limit = f"{OUTPUT_LIMIT // 1024} KiB"
        raise TokenStoreError(
            f"{name} printed {limit} before the end of its first line", advice="Its first line must be the token"
        ) from None
    except NotText as error:
        raise TokenStoreError(f"{name} printed a line that could not be read: {error}", advice=by_hand) from None
    except HelperFailed as failed:
        raise TokenStoreError(f"{name} ended with code {failed.code}", advice=by_hand) from None
    if not line:
        raise TokenStoreError(f"{name} printed nothing", advice=by_hand)
    try:
        return _token(line)
    except TokenMalformed:
        raise TokenMalformed(
            f"The first line that the token_command '{command[0]}' printed is not a token: it must be 8 to 512 "
            "printable ASCII characters without blanks",
            advice=by_hand,
        ) from None


def _token(text: str) -> Token:
    """The token in `text`. Raises TokenMissing or TokenMalformed."""
    return Token(text)
