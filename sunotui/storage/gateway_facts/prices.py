"""Stores what requests cost, by profile and kind of request."""

from __future__ import annotations

from sunotui.domain.gateways.money import Price
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_row, storable_text

NEWEST = 5
"""How many of the newest prices the median is computed from: prices change, and one may be wrong."""


class PriceStore:
    """Learned prices. Every method raises LibraryError when the library cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, profile: str, kind: str, amount: float, unit: str, now: float) -> None:
        """Add the cost of one request. `kind` is `Request.kind`, `now` is in Unix seconds."""
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO price (profile, action, amount, unit, learned_at) VALUES (?, ?, ?, ?, ?)",
                storable_row((profile, kind, amount, unit, now)),
            )

    def prices(self, profile: str, kind: str) -> tuple[Price, ...]:
        """The median of the newest five prices in each unit, the unit of the newest price first; empty without
        prices."""
        rows = self._db.query(
            "SELECT amount, unit FROM price WHERE profile = ? AND action = ? ORDER BY seq DESC",
            [storable_text(profile), storable_text(kind)],
        )
        amounts: dict[str, list[float]] = {}
        for row in rows:
            amounts.setdefault(row["unit"], []).append(float(row["amount"]))
        return tuple(_median(unit, found) for unit, found in amounts.items())

    def all(self) -> dict[tuple[str, str], tuple[Price, ...]]:
        """All prices by profile and kind of request, in the order of `prices`."""
        rows = self._db.query("SELECT DISTINCT profile, action FROM price")
        return {(row["profile"], row["action"]): self.prices(row["profile"], row["action"]) for row in rows}

    def delete(self, profile: str) -> None:
        """Delete the prices of a profile, whose gateway has changed."""
        with self._db.write() as connection:
            connection.execute("DELETE FROM price WHERE profile = ?", (storable_text(profile),))


def _median(unit: str, amounts: list[float]) -> Price:
    newest = sorted(amounts[:NEWEST])
    # The lower one of an even number, so that it is a price that was charged.
    return Price(newest[(len(newest) - 1) // 2], unit, len(amounts))
