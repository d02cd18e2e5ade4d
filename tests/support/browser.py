"""Headless Chromium, if it is installed: renders a page to a parsed document or to a picture, and plays its audio."""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.waiting import HANG_S

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None and "CI" not in os.environ, reason="no Chromium on this machine")

_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run")
_PLAY_ALL = """
for (const [index, audio] of document.querySelectorAll("audio").entries()) {
  const report = (result) => { new Image().src = `http://127.0.0.1:PORT/${index}/${result}`; };
  audio.addEventListener("timeupdate", () => {
    if (audio.currentTime >= 0.2) { audio.pause(); report(audio.duration.toFixed(1)); }
  });
  audio.addEventListener("error", () => report("error"));
  audio.play().catch(() => report("error"));
}
"""
"""Plays every player of a page until it has played 0.2 s, and reports its length in seconds, or "error".

A damaged file fires an event and rejects the promise, in either order: both report the same.
"""


def run_browser(page: Path, profile: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Open a file in a separate browser and wait until it exits."""
    assert CHROMIUM is not None, "Chromium is not installed"
    return subprocess.run(
        [CHROMIUM, *_OPTIONS, "--enable-logging=stderr", f"--user-data-dir={profile}", *options, page.as_uri()],
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=True,
    )


def play_all(page: Path, profile: Path) -> dict[int, str]:
    """Play every player of a page in a separate browser: the length of each in seconds, as text, or the error.

    The browser gets a copy of the page beside it, which may also run a script and report to this process.
    """
    assert CHROMIUM is not None, "Chromium is not installed"
    reports: queue.Queue[tuple[int, str]] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _, index, result = self.path.split("/")
            reports.put((int(index), result))
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    text = page.read_text("utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        text = text.replace("img-src ", f"script-src &#x27;unsafe-inline&#x27;; img-src http://127.0.0.1:{port} ", 1)
        script = f"<script>{_PLAY_ALL.replace('PORT', str(port))}</script></body>"
        copy = page.with_name(f"playing-{page.name}")
        copy.write_text(text.replace("</body>", script), encoding="utf-8")
        options = ("--autoplay-policy=no-user-gesture-required", "--remote-debugging-port=0")
        browser = subprocess.Popen(
            [CHROMIUM, *_OPTIONS, *options, f"--user-data-dir={profile}", copy.as_uri()], stderr=subprocess.DEVNULL
        )
        try:
            found: dict[int, str] = {}
            while len(found) < len(re.findall("<audio ", text)):
                index, result = reports.get(timeout=HANG_S)
                found.setdefault(index, result)
            return found
        finally:
            browser.terminate()
            browser.wait()
            server.shutdown()
