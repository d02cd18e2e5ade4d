"""Removes environment variables that Python and libraries must not read: those that make them record key presses,
requests or TLS secrets (K9), and stale sizes of the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping

TEXTUAL_SETTINGS = frozenset(
    {
        "TEXTUAL_ANIMATIONS",
        "TEXTUAL_COLOR_SYSTEM",
        "TEXTUAL_DIM_FACTOR",
        "TEXTUAL_DISABLE_KITTY_KEY",
        "TEXTUAL_FILTERS",
        "TEXTUAL_FPS",
        "TEXTUAL_SMOOTH_SCROLL",
        "TEXTUAL_SPEEDUPS",
        "TEXTUAL_THEME",
    }
)
"""Textual's variables that change only the appearance of the screens. All others are removed, including those of later
versions: TEXTUAL_DEBUG, TEXTUAL_LOG and TEXTUAL_DEVTOOLS record each key press, TEXTUAL_PRESS simulates key presses."""

OTHER_SWITCHES = frozenset(
    {
        # An event loop in debug mode prints slow callbacks, with their arguments, over the screen.
        "PYTHONASYNCIODEBUG",
        # Earlier versions of both log each request with its headers.
        "HTTPCORE_LOG_LEVEL",
        "HTTPX_LOG_LEVEL",
        # With the TLS secrets, the token can be read from recorded traffic.
        "SSLKEYLOGFILE",
        # Libraries of the OS keyring: GLib, its D-Bus, libdbus, and the file for the secrets of libsecret's own tests.
        "DBUS_VERBOSE",
        "G_DBUS_DEBUG",
        "G_MESSAGES_DEBUG",
        "SECRET_FILE_TEST_PASSWORD",
        "SECRET_FILE_TEST_PATH",
    }
)
"""The variables of Python and of libraries other than Textual."""


def switch_off_debugging(environ: MutableMapping[str, str]) -> None:
    """Remove all debug switches. Call it before any library is imported: most read them on import."""
    for name in [name for name in environ if _is_switch(name)]:
        del environ[name]


def _is_switch(name: str) -> bool:
    if name in OTHER_SWITCHES:
        return True
    return (name == "TEXTUAL" or name.startswith("TEXTUAL_")) and name not in TEXTUAL_SETTINGS


def drop_stale_size(environ: MutableMapping[str, str]) -> None:
    """Remove COLUMNS and LINES if standard output is a terminal with a known size. Python, Rich and Textual prefer the
    variables to the terminal; if a shell, `tmux new` or `su` exports them, they have the size of another window or an
    earlier size.
    """
    try:
        size = os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ is not None else -1)
    except (ValueError, OSError):
        return
    if size.columns > 0 and size.lines > 0:
        environ.pop("COLUMNS", None)
        environ.pop("LINES", None)
