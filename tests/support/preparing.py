"""Counts how often requests for songs are validated and serialised."""

from __future__ import annotations

from typing import Any

import pytest

from sunotui.domain.requests.music import MusicRequest
from sunotui.gateway.submit import payloads


class PreparationCounter:
    """The counts since the last `reset`, whichever module asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.validated = 0
        self.serialised = 0
        problems, to_json = MusicRequest.problems, payloads._json

        def counted_problems(request: MusicRequest) -> Any:
            self.validated += 1
            return problems(request)

        def counted_json(fields: dict[str, Any]) -> str:
            self.serialised += 1
            return to_json(fields)

        monkeypatch.setattr(MusicRequest, "problems", counted_problems)
        monkeypatch.setattr(payloads, "_json", counted_json)

    def reset(self) -> None:
        """Count from zero."""
        self.validated = self.serialised = 0

    @property
    def counts(self) -> tuple[int, int]:
        """Validations and serialisations."""
        return self.validated, self.serialised
