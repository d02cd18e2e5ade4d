"""What every test stands on: one time zone, and nothing of the person's own settings."""

import os
import time

import pytest

os.environ["TZ"] = "UTC"
time.tzset()


@pytest.fixture(autouse=True)
def _nothing_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SUNOTUI_") or name in {"TEXTUAL_LOG", "TMUX", "NO_COLOR", "TEXTUAL_ANIMATIONS"}:
            monkeypatch.delenv(name)
