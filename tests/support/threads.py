"""Records on which threads a function runs: slow work must not run on the UI thread."""

from __future__ import annotations

import threading
from types import ModuleType
from typing import Any

import pytest


def threads_of(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> list[int]:
    """Record the threads on which a function of a module is called from now on."""
    found: list[int] = []
    function = getattr(module, name)

    def recorded(*args: Any, **kwargs: Any) -> Any:
        found.append(threading.get_ident())
        return function(*args, **kwargs)

    monkeypatch.setattr(module, name, recorded)
    return found
