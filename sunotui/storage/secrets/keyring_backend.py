"""Which back ends of the OS keyring are trusted with a token, and what their errors mean."""

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
"""Back ends that keep secrets encrypted under the user's login, by the module they come from."""

_ELSEWHERE = "Use SUNOTUI_BASE_URL with SUNOTUI_TOKEN, a token_command, or a token for this session only"


def trusted_backend(found: Any) -> tuple[Any, str]:
    """The back end to use and its name, given the one that the keyring library chose.

    Of a chain the first trusted link is used, never the chain: it would hand a secret on to a link that is not.
    Raises TokenStoreError for one that is absent, forgets, keeps secrets in clear or is unknown (K6).
    """
    if type(found).__module__ == "keyring.backends.chainer":
        for link in found.backends:
            if type(link).__module__ in TRUSTED:
                return trusted_backend(link)
        raise TokenStoreError("None of the chained OS keyrings is one that is trusted with a token", advice=_ELSEWHERE)
    module = type(found).__module__
    if module == "keyring.backends.fail":
        raise TokenStoreError("There is no OS keyring here", advice=_ELSEWHERE)
    if module == "keyring.backends.null":
        raise TokenStoreError("The OS keyring is switched off: it forgets what it is given", advice=_ELSEWHERE)
    if "plaintext" in type(found).__name__.lower():
        raise TokenStoreError("The keyring found here keeps secrets in a file in clear", advice=_ELSEWHERE)
    if module not in TRUSTED:
        raise TokenStoreError(f"The keyring {module} is not one that is trusted with a token", advice=_ELSEWHERE)
    if found.priority < 1:
        raise TokenStoreError(f"The keyring {TRUSTED[module]} does not work here", advice=_ELSEWHERE)
    return found, TRUSTED[module]


def explained(error: Exception) -> TokenStoreError:
    """An error of a back end as a sentence: locked, absent and denied are different things.

    Its own text is left out, since nobody knows what a back end writes there.
    """
    from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordDeleteError, PasswordSetError

    if isinstance(error, TokenStoreError):
        return error
    if isinstance(error, NoKeyringError):
        return TokenStoreError("There is no OS keyring here", advice=_ELSEWHERE)
    if "dismissed" in str(error).lower():
        return TokenStoreError("Opening the OS keyring was denied: its password prompt was closed")
    if isinstance(error, KeyringLocked):
        return TokenStoreError("The OS keyring is locked")
    if isinstance(error, InitError):
        return TokenStoreError("The OS keyring could not be opened")
    if isinstance(error, PasswordSetError):
        return TokenStoreError("The OS keyring refused to keep the token")
    if isinstance(error, PasswordDeleteError):
        return TokenStoreError("The OS keyring refused to delete the token")
    return TokenStoreError("The OS keyring failed", detail=type(error).__name__)
