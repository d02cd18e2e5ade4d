"""Every environment variable that makes Python or a library record data, each set so that its effect would be
detected."""

from __future__ import annotations

from pathlib import Path


def switched_on(folder: Path) -> dict[str, str]:
    """An environment with all of them set and their output in `folder`."""
    return {
        "TEXTUAL": "debug,devtools", "TEXTUAL_DEBUG": "1", "TEXTUAL_LOG": str(folder / "textual.log"),
        "TEXTUAL_DEVTOOLS_HOST": "127.0.0.1", "TEXTUAL_DEVTOOLS_PORT": "9", "TEXTUAL_SLOW_THRESHOLD": "100",
        "TEXTUAL_SCREENSHOT": "0", "TEXTUAL_SCREENSHOT_LOCATION": str(folder),
        "TEXTUAL_SCREENSHOT_FILENAME": "shot.svg", "TEXTUAL_PRESS": "ctrl+q",
        "TEXTUAL_SHOW_RETURN": "1", "TEXTUAL_DRIVER": "no.such:Driver",
        "TEXTUAL_ALLOW_SIGNALS": "1", "TEXTUAL_OF_A_LATER_VERSION": "1",
        "PYTHONASYNCIODEBUG": "1",
        "HTTPX_LOG_LEVEL": "trace", "HTTPCORE_LOG_LEVEL": "trace", "SSLKEYLOGFILE": str(folder / "tls-secrets"),
        "DBUS_VERBOSE": "1", "G_DBUS_DEBUG": "all", "G_MESSAGES_DEBUG": "all",
        "SECRET_FILE_TEST_PATH": str(folder / "secrets"), "SECRET_FILE_TEST_PASSWORD": "known",
    }  # fmt: skip
