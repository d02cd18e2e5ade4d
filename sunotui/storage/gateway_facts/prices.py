"""What requests were seen to cost, by profile and by what was asked for."""

from __future__ import annotations

from sunotui.domain.money import Price
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_row, storable_text

NEWEST = 5
"""Prices of which the middle counts: a gateway changes them, and one may have been learned wrong."""


class PriceStore:
    """The prices learned. Every method raises LibraryError when the file cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, profile: str, action_word: str, amount: float, unit: str, now: float) -> None:
        """Note what one request cost. `action_word` is `Request.kind`."""
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO price (profile, action, amount, unit, learned_at) VALUES (?, ?, ?, ?, ?)",
                storable_row((profile, action_word, amount, unit, now)),
            )

    def prices(self, profile: str, action_word: str) -> tuple[Price, ...]:
        """The middle of the newest five in each unit, the unit that was learned last first; empty when none was."""
        rows = self._db.query(
            "SELECT amount, unit FROM price WHERE profile = ? AND action = ? ORDER BY seq DESC",
            [storable_text(profile), storable_text(action_word)],
        )
        amounts: dict[str, list[float]] = {}
        for row in rows:
            amounts.setdefault(row["unit"], []).append(float(row["amount"]))
        return tuple(_middle(unit, found) for unit, found in amounts.items())

    def all(self) -> dict[tuple[str, str], tuple[Price, ...]]:
        """Every price, by profile and word, as `prices` orders them."""
        rows = self._db.query("SELECT DISTINCT profile, action FROM price")
        return {(row["profile"], row["action"]): self.prices(row["profile"], row["action"]) for row in rows}

    def forget(self, profile: str) -> None:
        """Forget a profile's prices: its gateway is another one now."""
        with self._db.write() as connection:
            connection.execute("DELETE FROM price WHERE profile = ?", (storable_text(profile),))


def _middle(unit: str, amounts: list[float]) -> Price:
    newest = sorted(amounts[:NEWEST])
    # Of an even number the lower one, so that it is an amount that was really seen.
    return Price(newest[(len(newest) - 1) // 2], unit, len(amounts))
