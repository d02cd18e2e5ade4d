"""The number that is typed before a move, as in 5j."""

from __future__ import annotations

import time

_LASTS_S = 1.0
_MOST = 1_000_000


class TypedCount:
    """Digits typed just now: a digit also chooses a take, so one typed a while ago counts no rows."""

    def __init__(self) -> None:
        self._count = 0
        self._at = 0.0

    @property
    def is_begun(self) -> bool:
        """Whether digits were typed just now."""
        return bool(self._count) and time.monotonic() - self._at < _LASTS_S

    def add(self, digit: int) -> None:
        """One more digit."""
        self._count = min((self._count if self.is_begun else 0) * 10 + digit, _MOST)
        self._at = time.monotonic()

    def take(self) -> int:
        """The number, 1 where none was typed; it counts once."""
        count = self._count if self.is_begun else 1
        self._count = 0
        return count
