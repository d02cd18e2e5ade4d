"""Opens links: each is checked, then passed to the system's opener, which neither blocks nor uses the terminal (U1,
U2)."""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from sunotui.core.system.helper_process import without_token
from sunotui.domain.errors import ErrorSource, SunotuiError, UnsafeUrl
from sunotui.domain.gateways.address import host_problem, is_private_name
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.text import URL_LIMIT

_FORBIDDEN = re.compile(r"[\\\"'`<>|^{}\s]|%(?![0-9A-Fa-f]{2})|%action")
_TEXT_BROWSERS = {"lynx", "links", "w3m", "elinks", "www-browser"}


def check_link(url: str, gateway: BaseUrl | None = None) -> str:
    """Return the link if it is safe to open in a browser. Raises UnsafeUrl.

    Safe links are https links to a named public host. The origin of a gateway on this computer is accepted, too: the
    demo's links are there.
    """
    if not url or len(url) > URL_LIMIT or not url.isascii() or not url.isprintable() or _FORBIDDEN.search(url):
        raise UnsafeUrl("That link has characters that no link should have", advice="Copy it and look at it first")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UnsafeUrl("That link could not be read", advice="Copy it and look at it first") from None
    if gateway is not None and gateway.is_loopback and "@" not in parts.netloc:
        usual = {"https": 443, "http": 80}.get(parts.scheme)
        if (parts.scheme, host, port or usual) == (gateway.scheme, gateway.host, gateway.port):
            return url
    if problem := host_problem(url):
        raise UnsafeUrl(f"That link cannot be opened: {problem}", advice="Copy it and look at it first")
    if parts.scheme != "https":
        raise UnsafeUrl("That link is not https", advice="Copy it and look at it first")
    if "@" in parts.netloc or not _is_public_name(host):
        raise UnsafeUrl("That link does not lead to a public host", advice="Copy it and look at it first")
    return url


def _is_public_name(host: str) -> bool:
    if host.startswith("-") or is_private_name(host):
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host.rsplit(".", 1)[-1].isdigit() and not host.rsplit(".", 1)[-1].startswith("0x")
    return False


def opener() -> list[str] | None:
    """The command of the system's opener for links, or None."""
    if sys.platform == "darwin":
        return ["/usr/bin/open"]
    found = shutil.which("xdg-open")
    if found is None or (not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY")):
        # Without a desktop xdg-open falls back to a text browser, which would use the same terminal.
        return None
    return [found]


def open_link(url: str, gateway: BaseUrl | None = None) -> None:
    """Check a link, pass it to the system's opener and return immediately. Raises UnsafeUrl, or SunotuiError without an
    opener."""
    checked = check_link(url, gateway)
    command = opener()
    advice = "Copy the link with y or Y instead"
    if command is None or os.environ.get("BROWSER", "") in _TEXT_BROWSERS:
        raise SunotuiError("There is no desktop here to open links with", advice=advice, source=ErrorSource.COMPUTER)
    _start([*command, checked], advice)


def open_folder(folder: Path) -> None:
    """Pass a folder to the system's opener and return immediately. Raises SunotuiError without an opener, and for a
    folder that does not exist."""
    if not folder.is_dir():
        raise SunotuiError(f"The folder {folder} is not there yet", advice="", source=ErrorSource.COMPUTER)
    command = opener()
    if command is None:
        raise SunotuiError(f"There is no desktop here to open {folder} with", advice="", source=ErrorSource.COMPUTER)
    # Absolute, so that it is not parsed as an option.
    _start([*command, str(folder.absolute())], "")


def _start(command: Sequence[str], advice: str) -> None:
    try:
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=without_token(os.environ),
        )
    except OSError:
        raise SunotuiError(
            f"{command[0]} could not be started",
            advice=advice,
            source=ErrorSource.COMPUTER,
        ) from None
