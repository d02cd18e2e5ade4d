"""Headless Chromium, if it is installed: renders a page to a parsed document or to a picture."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.waiting import HANG_S

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None and "CI" not in os.environ, reason="no Chromium on this machine")


def run_browser(page: Path, profile: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Open a file in a separate browser and wait until it exits."""
    assert CHROMIUM is not None, "Chromium is not installed"
    usual = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--no-first-run",
        "--enable-logging=stderr",
    )
    return subprocess.run(
        [CHROMIUM, *usual, f"--user-data-dir={profile}", *options, page.as_uri()],
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=True,
    )
