"""The pilot waits for the app's event loop, however busy the machine is."""

from __future__ import annotations

import pytest

from sunotui.tui.dialogs import confirm
from tests.support.app_idle import judge_idle_by_the_loop
from tests.support.shared_styles import share_parsed_styles


@pytest.fixture(autouse=True)
def _idle_by_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    judge_idle_by_the_loop(monkeypatch)


@pytest.fixture(autouse=True)
def _styles_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    share_parsed_styles(monkeypatch)


@pytest.fixture(autouse=True)
def _questions_take_keys_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "SILENCE_S", 0.001)
