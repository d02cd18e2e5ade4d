"""The token store with working, failing and untrusted back ends (K6)."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, ClassVar

import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from sunotui.domain.errors import TokenMalformed, TokenStoreError
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.storage.secrets.tokens import SERVICE, TokenStore
from tests.support.manual_clock import let_tasks_run
from tests.support.waiting import HANG_S

pytestmark = pytest.mark.guarantee(
    "K6",
    ordinary="15 back ends that refuse, fail, forget, alter or hang; chains",
    gaps="macOS, Windows and KWallet were not run: their names are in the list of trusted back ends, no more.",
)

HOME = Profile("home", parse_base_url("https://api.example.com/v1"))
TOKEN = Token("sk-CANARY-0123456789")
OTHER = Token("sk-other-0123456789")


class Good:
    """Stores passwords and counts requests."""

    priority: ClassVar[float] = 5

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.asked = 0

    def get_password(self, service: str, user: str) -> str | None:
        self.asked += 1
        return self.kept.get((service, user))

    def set_password(self, service: str, user: str, password: str) -> None:
        self.kept[service, user] = password

    def delete_password(self, service: str, user: str) -> None:
        try:
            del self.kept[service, user]
        except KeyError:
            raise keyring.errors.PasswordDeleteError("No such password!") from None


def raising(error: Exception) -> type[Good]:
    """A back end that raises `error` for every operation."""

    class Raising(Good):
        def get_password(self, service: str, user: str) -> str | None:
            raise error

        def set_password(self, service: str, user: str, password: str) -> None:
            raise error

    return Raising


class Forgetful(Good):
    """Reports success and stores nothing."""

    def set_password(self, service: str, user: str, password: str) -> None:
        return


class Garbling(Good):
    """Returns other bytes than it was given."""

    def get_password(self, service: str, user: str) -> str | None:
        kept = super().get_password(service, user)
        return None if kept is None else kept.swapcase()


class Slow(Good):
    """Waits for a user who never responds."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def get_password(self, service: str, user: str) -> str | None:
        self.gate.wait(HANG_S)
        return super().get_password(service, user)

    set_password = delete_password = get_password  # type: ignore[assignment]


def in_module(backend: type[Any], module: str = "keyring.backends.SecretService") -> Any:
    """A back end whose class claims a module of the keyring library."""
    return type(backend.__name__, (backend,), {"__module__": module})()


def store_of(backend: Any, limit_s: float = 10.0) -> TokenStore:
    return TokenStore(lambda: backend, limit_s)


# --- a keyring that works --------------------------------------------------------------------------------------------


def test_a_token_is_kept_found_and_deleted() -> None:
    backend = in_module(Good)
    store_of(backend).put(HOME, TOKEN)
    store = store_of(backend)
    assert store.get(HOME) == TOKEN
    store.delete(HOME)
    assert backend.kept == {}
    assert store.get(HOME) is None


def test_no_token_is_none_and_deleting_none_is_no_matter() -> None:
    store = store_of(in_module(Good))
    assert store.get(HOME) is None
    store.delete(HOME)


def test_it_is_kept_under_our_name_the_profile_and_its_origin() -> None:
    backend = in_module(Good)
    store_of(backend).put(HOME, TOKEN)
    assert backend.kept == {(SERVICE, "home https://api.example.com"): TOKEN.reveal()}


@pytest.mark.parametrize(
    "url", ["https://evil.example", "https://api.example.com:8443", "http://api.example.com", "https://example.com"]
)
def test_a_profile_whose_address_changed_does_not_get_the_old_token(url: str) -> None:
    store = store_of(in_module(Good))
    store.put(HOME, TOKEN)
    assert store.get(Profile("home", parse_base_url(url, allow_clear=True))) is None


def test_the_same_origin_under_another_path_keeps_its_token() -> None:
    store = store_of(in_module(Good))
    store.put(HOME, TOKEN)
    assert store.get(Profile("home", parse_base_url("https://API.example.com:443"))) == TOKEN


def test_the_keyring_is_asked_once_a_session() -> None:
    backend = in_module(Good)
    store_of(backend).put(HOME, TOKEN)
    store = store_of(backend)
    before = backend.asked
    assert [store.get(HOME) for _ in range(5)] == [TOKEN] * 5
    assert backend.asked == before + 1
    store.put(HOME, OTHER)
    assert store.get(HOME) == OTHER


def test_what_is_kept_but_is_no_token_is_said_without_quoting_it() -> None:
    backend = in_module(Good)
    backend.kept[SERVICE, "home https://api.example.com"] = "no token\n"
    with pytest.raises(TokenMalformed) as caught:
        store_of(backend).get(HOME)
    assert "no token" not in caught.value.sentence


class Failing(Good):
    """Stores passwords; from the second one on it reports a failure."""

    def set_password(self, service: str, user: str, password: str) -> None:
        is_first = (service, user) not in self.kept
        super().set_password(service, user, password)
        if not is_first:
            raise keyring.errors.PasswordSetError("x")


def test_after_a_failed_change_the_keyring_is_asked_and_not_the_memory() -> None:
    store = store_of(in_module(Failing))
    store.put(HOME, TOKEN)
    assert store.get(HOME) == TOKEN
    with pytest.raises(TokenStoreError, match="refused to store"):
        store.put(HOME, OTHER)
    assert store.get(HOME) == OTHER, "what the keyring has is what the next start would use"


def test_a_change_that_was_garbled_leaves_neither_token() -> None:
    backend = in_module(Good)
    store = store_of(backend)
    store.put(HOME, TOKEN)
    backend.get_password = lambda *_: "something else"
    with pytest.raises(TokenStoreError, match="did not store"):
        store.put(HOME, OTHER)
    del backend.get_password
    assert store.get(HOME) is None
    assert backend.kept == {}


async def test_screens_have_the_same_without_waiting() -> None:
    store = store_of(in_module(Good))
    await store.put_async(HOME, TOKEN)
    assert store.get(HOME) == TOKEN
    await store.delete_async(HOME)
    assert store.get(HOME) is None


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("keyring.backends.SecretService", "Secret Service"),
        ("keyring.backends.kwallet", "KWallet"),
        ("keyring.backends.libsecret", "libsecret"),
        ("keyring.backends.macOS", "macOS Keychain"),
        ("keyring.backends.Windows", "Windows Credential Locker"),
    ],
)
def test_trusted_keyrings_are_used_and_named(module: str, name: str) -> None:
    store = store_of(in_module(Good, module))
    assert store.describe() == name
    store.put(HOME, TOKEN)


# --- keyrings that do not --------------------------------------------------------------------------------------------


class Unsound(Good):
    """Is not usable on this system."""

    priority: ClassVar[float] = 0.5


PlaintextKeyring = type("PlaintextKeyring", (Good,), {"__module__": "keyrings.alt.file"})


def _made(backend: Any) -> Any:
    """A backend, whose class has no annotations."""
    return backend()


REFUSED: dict[str, tuple[Any, str]] = {
    "absent": (_made(keyring.backends.fail.Keyring), "There is no OS keyring here"),
    "null": (_made(keyring.backends.null.Keyring), "forgets what it is given"),
    "plaintext": (PlaintextKeyring(), "unencrypted"),
    "unknown": (in_module(Good, "evil.backend"), "evil.backend is not one that is trusted"),
    "look-alike": (in_module(Good, "keyring.backends.SecretServices"), "is not one that is trusted"),
    "weak": (in_module(Unsound), "does not work here"),
}
FAILING: dict[str, tuple[Any, str]] = {
    "none here": (in_module(raising(keyring.errors.NoKeyringError("x"))), "There is no OS keyring here"),
    "locked": (in_module(raising(keyring.errors.KeyringLocked("Failed to unlock"))), "is locked"),
    "dismissed": (in_module(raising(keyring.errors.InitError("Prompt dismissed.."))), "was denied"),
    "unopened": (in_module(raising(keyring.errors.InitError("no bus"))), "could not be opened"),
    "set refused": (in_module(raising(keyring.errors.PasswordSetError("x"))), "refused to store"),
    "raises": (in_module(raising(RuntimeError(TOKEN.reveal()))), "failed"),
    "times out by itself": (in_module(raising(TimeoutError("d-bus"))), "failed"),
    "forgetful": (in_module(Forgetful), "did not store the token"),
    "garbling": (in_module(Garbling), "did not store the token"),
}


@pytest.mark.guarantee("K7", ordinary="null, plain-text and unknown back ends")
@pytest.mark.parametrize(("backend", "words"), REFUSED.values(), ids=REFUSED)
def test_a_keyring_that_is_not_trusted_is_refused_for_every_act(backend: Any, words: str) -> None:
    store = store_of(backend)
    acts: list[Callable[[], object]] = [
        lambda: store.get(HOME),
        lambda: store.put(HOME, TOKEN),
        lambda: store.delete(HOME),
    ]
    for act in acts:
        with pytest.raises(TokenStoreError, match=words):
            act()
    assert store.describe().startswith("none: ")
    assert getattr(backend, "kept", {}) == {}


@pytest.mark.parametrize(("backend", "words"), FAILING.values(), ids=FAILING)
def test_each_failure_is_its_own_sentence_and_quotes_nothing(backend: Any, words: str) -> None:
    store = store_of(backend)
    with pytest.raises(TokenStoreError, match=words) as caught:
        store.put(HOME, TOKEN)
    assert "CANARY" not in caught.value.sentence
    assert caught.value.advice
    assert backend.kept == {}


def test_the_sentences_of_locked_absent_and_denied_differ() -> None:
    sentences = set()
    for name in ("none here", "locked", "dismissed", "unopened"):
        with pytest.raises(TokenStoreError) as caught:
            store_of(FAILING[name][0]).get(HOME)
        sentences.add(caught.value.what)
    assert len(sentences) == 4


def test_a_refused_deletion_of_a_token_that_is_there_is_reported() -> None:
    class Clinging(Good):
        def delete_password(self, service: str, user: str) -> None:
            raise keyring.errors.PasswordDeleteError("no")

    store = store_of(in_module(Clinging))
    store.put(HOME, TOKEN)
    with pytest.raises(TokenStoreError, match="refused to delete"):
        store.delete(HOME)


def test_a_nonsense_choice_of_keyring_is_a_sentence() -> None:
    def find() -> Any:
        raise ModuleNotFoundError("No module named 'nonsense'")

    store = TokenStore(find)
    with pytest.raises(TokenStoreError, match="failed"):
        store.get(HOME)
    assert store.describe().startswith("none: ")


def test_an_error_does_not_carry_the_token_in_its_text() -> None:
    with pytest.raises(TokenStoreError) as caught:
        store_of(FAILING["garbling"][0]).put(HOME, TOKEN)
    assert TOKEN.reveal() not in "".join(traceback.format_exception(caught.value))


# --- chains ----------------------------------------------------------------------------------------------------------


def chain(*links: Any) -> Any:
    made = type("ChainerBackend", (), {"__module__": keyring.backends.chainer.__name__, "backends": links})
    return made()


def test_of_a_chain_only_the_trusted_link_gets_the_token() -> None:
    trusted, plain = in_module(Good), PlaintextKeyring()
    store = store_of(chain(plain, trusted))
    store.put(HOME, TOKEN)
    assert store.describe() == "Secret Service"
    assert plain.kept == {}
    assert list(trusted.kept.values()) == [TOKEN.reveal()]


@pytest.mark.parametrize("links", [(), (PlaintextKeyring(), in_module(Good, "evil"))])
def test_a_chain_without_a_trusted_link_is_refused(links: tuple[Any, ...]) -> None:
    with pytest.raises(TokenStoreError, match="None of the chained"):
        store_of(chain(*links)).put(HOME, TOKEN)


# --- a keyring that never responds ------------------------------------------------------------------------------------


def test_silence_ends_after_the_limit_and_nothing_is_stored_later() -> None:
    slow = in_module(Slow)
    store = store_of(slow, 0.02)
    with pytest.raises(TokenStoreError, match=r"did not respond within 0\.02 s"):
        store.get(HOME)
    with pytest.raises(TokenStoreError, match="did not respond"):
        store.delete(HOME)
    slow.gate.set()


@pytest.mark.guarantee("T8", ordinary="a keyring that does not respond")
async def test_silence_does_not_hold_the_event_loop() -> None:
    slow = in_module(Slow)
    waiting = asyncio.create_task(store_of(slow, HANG_S).delete_async(HOME))
    await let_tasks_run()
    assert not waiting.done()
    slow.gate.set()
    await waiting
    with pytest.raises(TokenStoreError, match="did not respond"):
        await store_of(in_module(Slow), 0.05).delete_async(HOME)


def test_a_program_ends_while_its_keyring_is_silent() -> None:
    code = (
        "import asyncio, threading, time\n"
        "from sunotui.domain.gateways.profile import Profile, parse_base_url\n"
        "from sunotui.storage.secrets.tokens import TokenStore\n"
        "is_asked = threading.Event()\n"
        "def find():\n"
        "    is_asked.set()\n"
        f"    time.sleep({10 * HANG_S})\n"
        "store = TokenStore(find)\n"
        "async def main():\n"
        "    asyncio.get_running_loop().create_task(store.delete_async(Profile('a', parse_base_url('a.example'))))\n"
        "    await asyncio.to_thread(is_asked.wait)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=HANG_S, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
