"""Where a profile's token comes from: this session, the environment, a command, the OS keyring, in that order."""

import asyncio
import os
import subprocess
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sunotui.domain.errors import KeyringTrouble, TokenMissing
from sunotui.domain.profile import Profile

if TYPE_CHECKING:
    from sunotui.domain.token import Token
    from sunotui.storage.tokens import TokenStore

COMMAND_LIMIT_S = 60.0
"""Time a token_command may take: it may ask its owner for a finger or a password in a window of its own."""


class TokenDoors:
    """The ways in for a token; none of them is a plain file."""

    def __init__(self, environ: Mapping[str, str], store: "TokenStore | None" = None) -> None:
        self._environ = environ
        self._store = store
        self._session: dict[str, Token] = {}

    @property
    def store(self) -> "TokenStore":
        """The OS keyring; built on first use, since asking for its back end takes a while."""
        if self._store is None:
            from sunotui.storage.tokens import TokenStore

            self._store = TokenStore()
        return self._store

    def keep_for_session(self, profile_name: str, token: "Token") -> None:
        """Use a token until the program ends, without storing it anywhere."""
        self._session[profile_name] = token

    def forget(self, profile_name: str) -> None:
        """Drop the session's token of a profile."""
        self._session.pop(profile_name, None)

    async def token_of(self, profile: Profile) -> "Token":
        """The profile's token. Raises TokenMissing, TokenMalformed or KeyringTrouble; never blocks the loop."""
        return await asyncio.to_thread(self.token_now, profile)

    def token_now(self, profile: Profile) -> "Token":
        """The same for a plain thread; may take as long as the keyring's time limit."""
        from sunotui.domain.token import Token

        if (kept := self._session.get(profile.name)) is not None:
            return kept
        if profile.is_from_env:
            return Token(self._environ.get("SUNOTUI_TOKEN", ""))
        if profile.token_command:
            token = Token(_output_of(profile.token_command, self._environ))
            self._session[profile.name] = token
            return token
        found = self.store.get(profile)
        if found is None:
            raise TokenMissing(
                f"There is no token for the profile '{profile.name}'",
                advice=f"Run 'sunotui login --profile {profile.name}'",
            )
        return found

    def whereabouts(self, profile: Profile) -> str:
        """Where the token of a profile lives, in words; asks no keyring for the token itself."""
        if profile.name in self._session and not profile.token_command:
            return "this session only"
        if profile.is_from_env:
            return "the environment (SUNOTUI_TOKEN)"
        if profile.token_command:
            return f"a command ({profile.token_command[0]})"
        return f"the OS keyring ({self.store.describe()})"


def _output_of(command: tuple[str, ...], environ: Mapping[str, str]) -> str:
    env = {**os.environ, **environ}
    env.pop("SUNOTUI_TOKEN", None)
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )
    except FileNotFoundError:
        raise KeyringTrouble(
            f"The token_command '{command[0]}' was not found", advice="Correct token_command in the config file"
        ) from None
    except (OSError, subprocess.TimeoutExpired):
        raise KeyringTrouble(
            f"The token_command '{command[0]}' gave no answer", advice="Run it by hand to see what it wants"
        ) from None
    if done.returncode != 0:
        raise KeyringTrouble(
            f"The token_command '{command[0]}' ended with code {done.returncode}",
            advice="Run it by hand to see what it wants",
        )
    lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
    return lines[0] if lines else ""
