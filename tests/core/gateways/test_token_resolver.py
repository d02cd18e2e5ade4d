"""The sources of a token: their precedence, and that none of them can block the program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sunotui.core.gateways import token_resolver
from sunotui.core.gateways.token_resolver import TokenResolver
from sunotui.domain.errors import TokenMalformed, TokenMissing, TokenStoreError
from sunotui.domain.gateways.profile import ENV_PROFILE, Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from tests.support.waiting import HANG_S

HOME = parse_base_url("https://api.example.com")
TOKEN = "sk-of-the-door-12345678"


class Store:
    """Replaces the keyring."""

    def __init__(self, token: Token | None = None) -> None:
        self.token = token
        self.asked = 0

    def get(self, _: Profile) -> Token | None:
        """The one token."""
        self.asked += 1
        return self.token

    def describe(self) -> str:
        """A name."""
        return "a keyring"


def resolver(store: Store, **environ: str) -> TokenResolver:
    return TokenResolver(environ, store)  # type: ignore[arg-type]


async def test_the_session_comes_before_the_keyring() -> None:
    store = Store(Token("sk-of-the-keyring-1234"))
    made = resolver(store)
    made.set_for_session("home", Token(TOKEN))
    assert (await made.token_of(Profile("home", HOME))).reveal() == TOKEN
    assert store.asked == 0
    made.forget("home")
    assert (await made.token_of(Profile("home", HOME))).reveal() == "sk-of-the-keyring-1234"


async def test_an_empty_keyring_says_how_to_log_in() -> None:
    with pytest.raises(TokenMissing, match="home"):
        await resolver(Store()).token_of(Profile("home", HOME))


async def test_the_profile_of_the_environment() -> None:
    profile = Profile(ENV_PROFILE, HOME, is_from_env=True)
    assert (await resolver(Store(), SUNOTUI_TOKEN=TOKEN).token_of(profile)).reveal() == TOKEN
    with pytest.raises(TokenMalformed):
        await resolver(Store(), SUNOTUI_TOKEN="no").token_of(profile)


async def test_a_command_runs_once_and_gets_no_other_token() -> None:
    script = "import os; print(os.environ.get('SUNOTUI_TOKEN', 'sk-made-by-a-command')); print('second line')"
    profile = Profile("home", HOME, token_command=(sys.executable, "-c", script))
    made = resolver(Store(), SUNOTUI_TOKEN=TOKEN)
    first = await made.token_of(profile)
    assert first.reveal() == "sk-made-by-a-command"
    assert await made.token_of(profile) is first
    assert made.describe_source(profile) == f"a command ({sys.executable})"


@pytest.mark.guarantee("E8", ordinary="8 failures of a token_command, each named in the sentence")
@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("/no/such/command",), "not found"),
        ((sys.executable, "-c", "raise SystemExit(3)"), "code 3"),
        # Its output before it fails is not a token.
        ((sys.executable, "-c", "print('sk-of-no-use-12345678'); raise SystemExit(3)"), "code 3"),
        ((sys.executable, "-c", "pass"), "printed nothing"),
        ((sys.executable, "-c", "import sys\nwhile 1: sys.stdout.write('x' * 4096)"), "printed 64 KiB"),
        (("/dev/null",), "could not be started"),
    ],
)
async def test_a_failing_command_is_reported(command: tuple[str, ...], words: str) -> None:
    with pytest.raises(TokenStoreError, match=words):
        await resolver(Store()).token_of(Profile("home", HOME, token_command=command))


@pytest.mark.guarantee("E8")
async def test_a_command_is_named_where_it_prints_no_token() -> None:
    """Regression: the message was that of any malformed token and did not name the command."""
    command = (sys.executable, "-c", "print('no token')")
    with pytest.raises(TokenMalformed, match=f"token_command '{sys.executable}'") as caught:
        await resolver(Store()).token_of(Profile("home", HOME, token_command=command))
    assert "no token'" not in caught.value.sentence, "what it printed is not quoted"


async def test_a_silent_command_is_named_and_the_keyring_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command's own limit, and with the limit of the call."""
    profile = Profile("home", HOME, token_command=(sys.executable, "-c", "import time; time.sleep(1000)"))
    monkeypatch.setattr(token_resolver, "COMMAND_LIMIT_S", 0.2)
    for limit_s in (HANG_S, -0.2):
        monkeypatch.setattr(token_resolver, "LIMIT_S", limit_s)
        with pytest.raises(TokenStoreError, match="token_command") as caught:
            await resolver(Store()).token_of(profile)
        assert "keyring" not in caught.value.sentence


async def test_a_byte_order_mark_is_not_part_of_a_token() -> None:
    script = f"import sys; sys.stdout.buffer.write({TOKEN!r}.encode('utf-8-sig') + b'\\r\\n')"
    profile = Profile("home", HOME, token_command=(sys.executable, "-c", script))
    assert (await resolver(Store()).token_of(profile)).reveal() == TOKEN


WAITS_FOR_ITS_PARENT = """
import os, time
parent = os.getppid()
open("waits", "w").close()
while os.getppid() == parent:
    time.sleep(0.02)
"""


def test_the_program_can_exit_while_its_token_command_waits(tmp_path: Path) -> None:
    code = (
        "import asyncio, os, sys\n"
        "from sunotui.domain.gateways.profile import Profile, parse_base_url\n"
        "from sunotui.core.gateways.token_resolver import TokenResolver\n"
        # It waits as long as its parent lives, and leaves no process behind.
        f"wait = (sys.executable, '-c', {WAITS_FOR_ITS_PARENT!r})\n"
        "async def main():\n"
        "    profile = Profile('home', parse_base_url('https://api.example.com'), token_command=wait)\n"
        "    asyncio.get_running_loop().create_task(TokenResolver({}).token_of(profile))\n"
        "    while not os.path.exists('waits'):\n"
        "        await asyncio.sleep(0.01)\n"
        "asyncio.run(main())\n"
    )
    program = [sys.executable, "-c", code]
    done = subprocess.run(program, stderr=subprocess.DEVNULL, cwd=tmp_path, timeout=HANG_S, check=False)
    assert done.returncode == 0
