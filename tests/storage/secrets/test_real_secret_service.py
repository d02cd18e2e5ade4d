"""The token store with a real keyring: gnome-keyring over D-Bus, each test in a separate session and home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.waiting import HANG_S

pytestmark = pytest.mark.guarantee("K6", ordinary="gnome-keyring itself: stored, locked, denied, absent")

WANTED = ("dbus-run-session", "gnome-keyring-daemon")
MISSING = [name for name in WANTED if shutil.which(name) is None]

BEGINNING = """
import sys
from sunotui.domain.errors import TokenStoreError
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.storage.secrets.tokens import TokenStore
home = Profile("home", parse_base_url("https://api.example.com"))
token = Token("sk-CANARY-0123456789")
store = TokenStore(limit_s=90)
def attempt(act, *words):
    try:
        print(act(*words))
    except TokenStoreError as error:
        print("error:", error.what)
"""

Session = Callable[..., list[str]]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Runs code in a fresh D-Bus session with a keyring daemon, unlocked by `password` (None: left locked)."""
    if MISSING:
        reason = f"{' and '.join(MISSING)} not installed (packages dbus and gnome-keyring)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"the real keyring must be tested here: {reason}")
        pytest.skip(reason)

    def run(code: str, password: str | None = "open sesame") -> list[str]:
        start = "gnome-keyring-daemon --start --components=secrets"
        if password is not None:
            start = f"printf '%s\\n' '{password}' | gnome-keyring-daemon --unlock --components=secrets"
        script = f'{start} >/dev/null 2>&1; exec "$0" -c "$1"'
        usual = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "VIRTUAL_ENV") if name in os.environ}
        done = subprocess.run(
            ["dbus-run-session", "--", "sh", "-c", script, sys.executable, BEGINNING + code],
            # The sockets of the daemon: below the directory of the test their path is too long.
            env={**usual, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": tempfile.mkdtemp(), "LANG": "C.UTF-8"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=HANG_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2_000:]
        return done.stdout.splitlines()

    return run


def test_a_token_is_kept_found_by_the_next_program_and_deleted(session: Session, tmp_path: Path) -> None:
    assert session("attempt(store.describe); attempt(store.get, home); attempt(store.put, home, token)") == [
        "Secret Service",
        "None",
        "None",
    ]
    assert session("print(store.get(home) == token)") == ["True"]
    assert session("store.put(home, Token('sk-other-0123456789')); print(TokenStore().get(home) == token)") == ["False"]
    assert session("store.delete(home); print(store.get(home)); store.delete(home); print('gone')") == ["None", "gone"]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".keyring" for path in files)
    assert not any(b"CANARY" in path.read_bytes() for path in files)


def test_a_token_on_disk_is_not_in_clear(session: Session, tmp_path: Path) -> None:
    session("store.put(home, token)")
    files = [path for path in tmp_path.rglob("*.keyring") if path.is_file()]
    assert files
    assert not any(b"CANARY" in path.read_bytes() for path in files)


def test_another_origin_does_not_see_the_token(session: Session) -> None:
    code = "store.put(home, token); print(store.get(Profile('home', parse_base_url('https://evil.example'))))"
    assert session(code) == ["None"]


def test_a_wrong_password_leaves_it_locked_and_says_so(session: Session) -> None:
    session("store.put(home, token)")
    (answer,) = session("attempt(store.get, home)", "wrong")
    assert answer.startswith("error: ")
    assert "locked" in answer or "denied" in answer
    assert session("print(store.get(home) == token)") == ["True"]


def test_a_keyring_never_unlocked_keeps_nothing_and_says_so(session: Session) -> None:
    (answer,) = session("attempt(store.put, home, token)", None)
    assert answer.startswith("error: The OS keyring is locked") or "denied" in answer or "could not be" in answer


def test_a_session_without_a_keyring_differs_from_a_locked_one(session: Session) -> None:
    code = "import os; os.environ['DBUS_SESSION_BUS_ADDRESS'] = 'unix:path=/nowhere'; attempt(store.get, home)"
    assert session(code) == ["error: There is no OS keyring here"]
