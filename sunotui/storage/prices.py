"""What requests were seen to cost, by profile and by what was asked for."""

from sunotui.domain.money import Price
from sunotui.storage.database import Database
from sunotui.storage.storable import storable_row, storable_text

NEWEST = 5
"""Prices of which the middle counts: a gateway changes them, and one may have been learned wrong."""


class PriceBook:
    """The prices learned. Every method raises LibraryTrouble when the file cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, profile: str, action_word: str, amount: float, unit: str, now: float) -> None:
        """Note what one request cost. `action_word` is `Request.word`."""
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO price (profile, action, amount, unit, learned_at) VALUES (?, ?, ?, ?, ?)",
                storable_row((profile, action_word, amount, unit, now)),
            )

    def price(self, profile: str, action_word: str) -> Price | None:
        """The middle of the newest five in the newest's unit; None when none was learned."""
        rows = self._db.query(
            "SELECT amount, unit FROM price WHERE profile = ? AND action = ? ORDER BY seq DESC",
            [storable_text(profile), storable_text(action_word)],
        )
        amounts = [float(row["amount"]) for row in rows if row["unit"] == rows[0]["unit"]]
        if not amounts:
            return None
        newest = sorted(amounts[:NEWEST])
        # Of an even number the lower one, so that it is an amount that was really seen.
        return Price(newest[(len(newest) - 1) // 2], rows[0]["unit"], len(amounts))

    def all(self) -> dict[tuple[str, str], Price]:
        """Every price, by profile and word."""
        rows = self._db.query("SELECT DISTINCT profile, action FROM price")
        found = {(row["profile"], row["action"]): self.price(row["profile"], row["action"]) for row in rows}
        return {key: price for key, price in found.items() if price is not None}

    def forget(self, profile: str) -> None:
        """Forget a profile's prices: its gateway is another one now."""
        with self._db.write() as connection:
            connection.execute("DELETE FROM price WHERE profile = ?", (storable_text(profile),))
