"""Chooses a trusted backend of the OS keyring and describes its errors."""

from __future__ import annotations

from typing import Any

from sunotui.domain.errors import TokenStoreError

TRUSTED = {
    "keyring.backends.SecretService": "Secret Service",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.libsecret": "libsecret",
    "keyring.backends.macOS": "macOS Keychain",
    "keyring.backends.Windows": "Windows Credential Locker",
}
"""The names of backends that store secrets encrypted for the user's login, by module."""

_ALTERNATIVES = "Use SUNOTUI_BASE_URL with SUNOTUI_TOKEN, a token_command, or a token for this session only"


def trusted_backend(found: Any) -> tuple[Any, str]:
    """The backend to use and its name; `found` is the one that the keyring library chose. Of a chain, the first trusted
    backend is used and never the chain, which would pass secrets to untrusted ones. Raises TokenStoreError for a
    backend that is missing, stores nothing, stores unencrypted or is unknown (K6).
    """
    if type(found).__module__ == "keyring.backends.chainer":
        for link in found.backends:
            if type(link).__module__ in TRUSTED:
                return trusted_backend(link)
        raise TokenStoreError(
            "None of the chained OS keyrings is one that is trusted with a token", advice=_ALTERNATIVES
        )
    module = type(found).__module__
    if module == "keyring.backends.fail":
        raise TokenStoreError("There is no OS keyring here", advice=_ALTERNATIVES)
    if module == "keyring.backends.null":
        raise TokenStoreError("The OS keyring is switched off: it forgets what it is given", advice=_ALTERNATIVES)
    if "plaintext" in type(found).__name__.lower():
        raise TokenStoreError("The keyring found here stores secrets in an unencrypted file", advice=_ALTERNATIVES)
    if module not in TRUSTED:
        raise TokenStoreError(f"The keyring {module} is not one that is trusted with a token", advice=_ALTERNATIVES)
    if found.priority < 1:
        raise TokenStoreError(f"The keyring {TRUSTED[module]} does not work here", advice=_ALTERNATIVES)
    return found, TRUSTED[module]


def token_store_error(error: Exception) -> TokenStoreError:
    """Convert a backend's error to a TokenStoreError, which says whether the keyring is locked, missing or denied
    access. The error's own text is omitted, since a backend may put secrets into it.
    """
    from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordDeleteError, PasswordSetError

    if isinstance(error, TokenStoreError):
        return error
    if isinstance(error, NoKeyringError):
        return TokenStoreError("There is no OS keyring here", advice=_ALTERNATIVES)
    if "dismissed" in str(error).lower():
        return TokenStoreError("Opening the OS keyring was denied: its password prompt was closed")
    if isinstance(error, KeyringLocked):
        return TokenStoreError("The OS keyring is locked")
    if isinstance(error, InitError):
        return TokenStoreError("The OS keyring could not be opened")
    if isinstance(error, PasswordSetError):
        return TokenStoreError("The OS keyring refused to store the token")
    if isinstance(error, PasswordDeleteError):
        return TokenStoreError("The OS keyring refused to delete the token")
    return TokenStoreError("The OS keyring failed", detail=type(error).__name__)
