"""Environment variables by which Python and the libraries write down what they see: keys, logs, TLS secrets (K9)."""

from __future__ import annotations

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
"""Textual's variables that change only the appearance of the screens. Every other one is switched off, also one of a
later version: TEXTUAL_DEBUG, TEXTUAL_LOG and TEXTUAL_DEVTOOLS write each key down, TEXTUAL_PRESS presses keys."""

OTHER_SWITCHES = frozenset(
    {
        # A debugging loop writes its slow callbacks, with their arguments, across the screen.
        "PYTHONASYNCIODEBUG",
        # Earlier versions of both print each request with its headers.
        "HTTPCORE_LOG_LEVEL",
        "HTTPX_LOG_LEVEL",
        # Whoever has the secrets of TLS can read the token in a recording of the traffic.
        "SSLKEYLOGFILE",
        # Below the OS keyring: GLib, its D-Bus, libdbus, and the file that libsecret keeps its own tests' secrets in.
        "DBUS_VERBOSE",
        "G_DBUS_DEBUG",
        "G_MESSAGES_DEBUG",
        "SECRET_FILE_TEST_PASSWORD",
        "SECRET_FILE_TEST_PATH",
    }
)
"""The switches of Python and of the libraries other than Textual."""


def switch_off_debugging(environ: MutableMapping[str, str]) -> None:
    """Remove every such variable. Call it before any library is imported: most read theirs on import."""
    for name in [name for name in environ if _is_switch(name)]:
        del environ[name]


def _is_switch(name: str) -> bool:
    if name in OTHER_SWITCHES:
        return True
    return (name == "TEXTUAL" or name.startswith("TEXTUAL_")) and name not in TEXTUAL_SETTINGS
