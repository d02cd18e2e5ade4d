"""Quick looks at whether the app is idle: Textual's pilot sleeps 20 ms before each, twice a key."""

import pytest


@pytest.fixture(autouse=True)
def _quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    # The same share of computing counts as idle, so it is no less sure of it; on a busy machine it is seen far sooner.
    monkeypatch.setattr("textual._wait.SLEEP_GRANULARITY", 0.005)
    monkeypatch.setattr("textual._wait.SLEEP_IDLE", 0.000_25)
