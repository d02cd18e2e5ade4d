"""No environment variable makes Python or a library record what is typed, sent or stored (K9).

The session of K1 runs with all of these variables set. This file lists each by name and detects a library that reads a
new one.
"""

from __future__ import annotations

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

import sunotui
from sunotui.cli.environment import OTHER_SWITCHES, TEXTUAL_SETTINGS, switch_off_debugging
from tests.guarantees.conftest import Open
from tests.guarantees.security.debug_switches import switched_on
from tests.support.canary import CANARY, files_with_canary, holds_canary

pytestmark = pytest.mark.guarantee(
    "K9",
    ordinary=(
        "TEXTUAL and every TEXTUAL_* variable but those that only change the looks, DBUS_VERBOSE, "
        "G_DBUS_DEBUG, G_MESSAGES_DEBUG, HTTPCORE_LOG_LEVEL, HTTPX_LOG_LEVEL, PYTHONASYNCIODEBUG, "
        "SECRET_FILE_TEST_PASSWORD, SECRET_FILE_TEST_PATH and SSLKEYLOGFILE, all at once while a token is "
        "typed and in the session of K1; the sources of 17 libraries read no unknown variable"
    ),
    gaps=(
        "Variables that the interpreter reads before the first line of the program: PYTHONINSPECT leaves it "
        "open at the end, in the user's own terminal; PYTHONDUMPREFS shows values in a debug build of Python."
    ),
)


LIBRARIES = (
    "textual", "rich", "httpx", "httpcore", "h11", "anyio", "socksio", "certifi", "idna", "keyring", "jeepney",
    "secretstorage", "platformdirs", "pydantic", "mido", "uvicorn", "starlette",
)  # fmt: skip
HARMLESS = {
    # Appearance and the terminal.
    "COLORTERM", "COLUMNS", "ESCDELAY", "FORCE_COLOR", "LC_TERMINAL", "LINES", "NO_COLOR", "ROWS", "TERM",
    "TERM_PROGRAM", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "UNICODE_VERSION", "XDG_CURRENT_DESKTOP",
    "DATABRICKS_RUNTIME_VERSION", "JUPYTER_COLUMNS", "JUPYTER_LINES",
    # Locations of files and services. K6 covers which keyring is trusted, K2 which certificates.
    "ALLUSERSPROFILE", "ANDROID_DATA", "ANDROID_ROOT", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "HOME",
    "KEYCHAIN_PATH", "LOCALAPPDATA", "PREFIX", "PROGRAMDATA", "PUBLIC", "PYTHON_KEYRING_BACKEND", "SHELL",
    "SSL_CERT_DIR", "SSL_CERT_FILE", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
    # Variables of parts that the program does not use, and keys of WSGI.
    "FORWARDED_ALLOW_IPS", "FULL", "KDE", "MIDO_BACKEND", "PYDANTIC_DISABLE_PLUGINS",
    "PYDANTIC_PRIVATE_ALLOW_UNHANDLED_SCHEMA_TYPES", "REMOTE_ADDR", "SERVER_NAME", "SERVER_PORT", "WEB_CONCURRENCY",
}  # fmt: skip


def variables_of(library: str) -> set[str]:
    """The names of environment variables in the source of a library."""
    spec = find_spec(library)
    assert spec is not None
    assert spec.submodule_search_locations is not None, f"{library} is a package"
    lines = [
        line
        for folder in spec.submodule_search_locations
        for file in Path(folder).rglob("*.py")
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
        if re.search("environ|getenv", line)
    ]
    return set(re.findall(r"""["']([A-Z][A-Z0-9_]{2,})["']""", "\n".join(lines)))


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_variable_of_a_library_is_known(library: str) -> None:
    """A new one fails until it has been reviewed. Fails without TEXTUAL_ANIMATIONS."""
    known = HARMLESS | TEXTUAL_SETTINGS | set(switched_on(Path()))
    assert variables_of(library) - known == set()


def test_every_switch_is_removed_and_other_variables_are_kept() -> None:
    """Fails without either of the two checks of the name."""
    kept = dict.fromkeys([*TEXTUAL_SETTINGS, "TEXTUALLY", "PATH", "HTTPS_PROXY", "SUNOTUI_TOKEN"], "1")
    environ = {**switched_on(Path()), **kept}
    assert set(environ) >= OTHER_SWITCHES
    switch_off_debugging(environ)
    assert environ == kept


def test_every_event_loop_disables_debug_mode() -> None:
    """`python -X dev` enables debug mode for every loop without `debug=False`. Fails if one of them is removed."""
    calls = [
        (file.name, node)
        for file in Path(sunotui.__path__[0]).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"asyncio.run", "asyncio.Runner"}
    ]
    assert calls
    for name, call in calls:
        assert "debug=False" in map(ast.unparse, call.keywords), f"asyncio.run in {name}"


def test_no_key_of_a_typed_token_is_recorded(open_terminal: Open, tmp_path: Path) -> None:
    """Fails with any of TEXTUAL_DEBUG, TEXTUAL_LOG, TEXTUAL_SCREENSHOT, TEXTUAL_PRESS and TEXTUAL_DRIVER left set:
    keys.log and other files are written, or the program ends at once."""
    started, written = tmp_path / "started", tmp_path / "written"
    started.mkdir()
    written.mkdir()
    environ = {**switched_on(written), "SUNOTUI_BASE_URL": "", "SUNOTUI_TOKEN": ""}
    terminal = open_terminal(environ=environ, folder=started)
    terminal.wait_for("Base URL")
    terminal.press("\t")
    terminal.type(CANARY)
    terminal.wait_until(lambda: "•••••" in terminal.screen, "the hidden token")
    terminal.press("\x1b", answer_s=1.0)
    terminal.press(b"\x11")
    assert terminal.ended() == 0
    assert [*started.iterdir(), *written.iterdir()] == []
    assert files_with_canary(tmp_path) == []
    assert not holds_canary(bytes(terminal.written))
