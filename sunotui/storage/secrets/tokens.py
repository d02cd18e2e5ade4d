"""Tokens in the OS keyring and nowhere else (K6, K7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from sunotui.domain.errors import TokenMalformed, TokenStoreError
from sunotui.domain.profile import Profile
from sunotui.storage.secrets.bounded_call import BoundedCall
from sunotui.storage.secrets.keyring_backend import explained, trusted_backend

if TYPE_CHECKING:
    from sunotui.domain.token import Token

SERVICE = "sunotui"
LIMIT_S = 10.0
"""How long to wait for a keyring, which may be waiting for a person."""

T = TypeVar("T")


class TokenStore:
    """The tokens of all profiles. Each method raises TokenStoreError; the plain ones block up to `limit_s`, so call
    them off the event loop, or use those that end in `_async`. What was read once is kept in memory."""

    def __init__(self, find: Callable[[], Any] | None = None, limit_s: float = LIMIT_S) -> None:
        """`find` gives the back end that the keyring library chose; nothing is asked until the first use."""
        self._find = find or _chosen_backend
        self._limit_s = limit_s
        self._patience = BoundedCall(limit_s)
        self._cache: dict[str, Token] = {}

    def get(self, profile: Profile) -> Token | None:
        """The profile's token, or None when the keyring has none. Raises TokenMalformed when what it has is none."""
        kept = self._cache.get(_user(profile))
        return kept if kept is not None else self._ask(lambda: self._read(profile))

    def put(self, profile: Profile, token: Token) -> None:
        """Keep a token, and make sure that it was kept."""
        self._ask(lambda: self._write(profile, token))

    def delete(self, profile: Profile) -> None:
        """Take a token out; nothing happens when there is none."""
        self._ask(lambda: self._erase(profile))

    def describe(self) -> str:
        """The name of the keyring in use, or why there is none that can be used. Never raises."""
        try:
            return self._ask(lambda: trusted_backend(self._find())[1])
        except TokenStoreError as trouble:
            return f"none: {trouble.what}"

    async def put_async(self, profile: Profile, token: Token) -> None:
        """`put` for the event loop; a program that ends meanwhile does not wait for it."""
        await self._ask_async(lambda: self._write(profile, token))

    async def delete_async(self, profile: Profile) -> None:
        """`delete` for the event loop."""
        await self._ask_async(lambda: self._erase(profile))

    def _read(self, profile: Profile) -> Token | None:
        from sunotui.domain.token import Token

        backend, _ = trusted_backend(self._find())
        text = backend.get_password(SERVICE, _user(profile))
        if text is None:
            return None
        token = Token(text)
        self._cache[_user(profile)] = token
        return token

    def _write(self, profile: Profile, token: Token) -> None:
        backend, name = trusted_backend(self._find())
        user = _user(profile)
        self._cache.pop(user, None)
        backend.set_password(SERVICE, user, token.reveal())
        if backend.get_password(SERVICE, user) != token.reveal():
            # Whatever it kept instead must not be sent to a gateway one day.
            self._erase(profile)
            raise TokenStoreError(f"The OS keyring ({name}) did not keep the token as it was given")
        self._cache[user] = token

    def _erase(self, profile: Profile) -> None:
        backend, _ = trusted_backend(self._find())
        user = _user(profile)
        self._cache.pop(user, None)
        if backend.get_password(SERVICE, user) is not None:
            backend.delete_password(SERVICE, user)

    def _ask(self, question: Callable[[], T]) -> T:
        try:
            return self._patience.ask(_worded(question))
        except TimeoutError as error:
            raise self._silence() from error

    async def _ask_async(self, question: Callable[[], T]) -> T:
        try:
            return await self._patience.ask_async(_worded(question))
        except TimeoutError as error:
            raise self._silence() from error

    def _silence(self) -> TokenStoreError:
        return TokenStoreError(f"The OS keyring did not answer within {self._limit_s:g} s")


def _user(profile: Profile) -> str:
    # With the origin, so that a profile whose base URL changes never sends its old token to the new host (K2).
    return f"{profile.name} {profile.base_url.origin}"


def _chosen_backend() -> Any:
    import keyring

    return keyring.get_keyring()


def _worded(question: Callable[[], T]) -> Callable[[], T]:
    def asked() -> T:
        try:
            return question()
        except TokenMalformed:
            raise
        except Exception as error:  # back ends raise what their buses and systems raise
            raise explained(error) from error

    return asked
