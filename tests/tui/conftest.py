"""The pilot waits for the app's event loop, however busy the machine is."""

import pytest

from tests.support.app_idle import judge_idle_by_the_loop


@pytest.fixture(autouse=True)
def _idle_by_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    judge_idle_by_the_loop(monkeypatch)
