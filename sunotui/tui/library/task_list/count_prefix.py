"""The number that is typed before a move, as in 5j."""

from __future__ import annotations

import time

_TIMEOUT_S = 1.0
_MAX = 1_000_000


class CountPrefix:
    """Digits that were just typed. A digit also chooses a take, so after a second it no longer counts rows."""

    def __init__(self) -> None:
        self._count = 0
        self._typed_at = 0.0

    @property
    def is_active(self) -> bool:
        """Whether a digit was just typed."""
        return bool(self._count) and time.monotonic() - self._typed_at < _TIMEOUT_S

    def add(self, digit: int) -> None:
        """Append a digit."""
        self._count = min((self._count if self.is_active else 0) * 10 + digit, _MAX)
        self._typed_at = time.monotonic()

    def consume(self) -> int:
        """The number, or 1 if no number was typed; then it is forgotten."""
        count = self._count if self.is_active else 1
        self._count = 0
        return count
