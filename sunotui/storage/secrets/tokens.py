"""Stores tokens in the OS keyring and nowhere else (K6, K7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from sunotui.domain.errors import TokenMalformed, TokenStoreError
from sunotui.domain.gateways.profile import Profile
from sunotui.storage.secrets.bounded_call import BoundedCall
from sunotui.storage.secrets.keyring_backend import token_store_error, trusted_backend

if TYPE_CHECKING:
    from sunotui.domain.gateways.token import Token

SERVICE = "sunotui"
LIMIT_S = 10.0
"""How long to wait for a keyring, in seconds; it may be waiting for the user's password."""

T = TypeVar("T")


class TokenStore:
    """The tokens of all profiles. Each method raises TokenStoreError. Methods without `_async` block for up to
    `limit_s` seconds: do not call them on the event loop. A token that was read is cached."""

    def __init__(self, find: Callable[[], Any] | None = None, limit_s: float = LIMIT_S) -> None:
        """`find` returns the backend that the keyring library chose; it is called at the first use."""
        self._find = find or _chosen_backend
        self._limit_s = limit_s
        self._calls = BoundedCall(limit_s)
        self._cache: dict[str, Token] = {}

    def get(self, profile: Profile) -> Token | None:
        """The profile's token; None if the keyring does not have it. Raises TokenMalformed for a text that is not a
        token."""
        cached = self._cache.get(_user(profile))
        return cached if cached is not None else self._call(lambda: self._read(profile))

    def put(self, profile: Profile, token: Token) -> None:
        """Save a token and read it back to check it."""
        self._call(lambda: self._write(profile, token))

    def delete(self, profile: Profile) -> None:
        """Delete a token; does nothing if it does not exist."""
        self._call(lambda: self._erase(profile))

    def describe(self) -> str:
        """The name of the keyring in use, or why no keyring can be used. Never raises."""
        try:
            return self._call(lambda: trusted_backend(self._find())[1])
        except TokenStoreError as error:
            return f"none: {error.what}"

    async def put_async(self, profile: Profile, token: Token) -> None:
        """Save a token and read it back, without blocking the event loop; the program can exit without waiting for
        it."""
        await self._call_async(lambda: self._write(profile, token))

    async def delete_async(self, profile: Profile) -> None:
        """Delete a token without blocking the event loop; does nothing if it does not exist."""
        await self._call_async(lambda: self._erase(profile))

    def _read(self, profile: Profile) -> Token | None:
        from sunotui.domain.gateways.token import Token

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
            # What it stored instead must never be sent to a gateway.
            self._erase(profile)
            raise TokenStoreError(f"The OS keyring ({name}) did not store the token as it was given")
        self._cache[user] = token

    def _erase(self, profile: Profile) -> None:
        backend, _ = trusted_backend(self._find())
        user = _user(profile)
        self._cache.pop(user, None)
        if backend.get_password(SERVICE, user) is not None:
            backend.delete_password(SERVICE, user)

    def _call(self, fn: Callable[[], T]) -> T:
        try:
            return self._calls.call(_with_token_store_errors(fn))
        except TimeoutError as error:
            raise self._timeout() from error

    async def _call_async(self, fn: Callable[[], T]) -> T:
        try:
            return await self._calls.call_async(_with_token_store_errors(fn))
        except TimeoutError as error:
            raise self._timeout() from error

    def _timeout(self) -> TokenStoreError:
        return TokenStoreError(f"The OS keyring did not respond within {self._limit_s:g} s")


def _user(profile: Profile) -> str:
    # With the origin, so that a profile whose base URL changes never sends its old token to the new host (K2).
    return f"{profile.name} {profile.base_url.origin}"


def _chosen_backend() -> Any:
    import keyring

    return keyring.get_keyring()


def _with_token_store_errors(fn: Callable[[], T]) -> Callable[[], T]:
    def wrapped() -> T:
        try:
            return fn()
        except TokenMalformed:
            raise
        except Exception as error:  # backends raise errors of any type
            raise token_store_error(error) from error

    return wrapped
