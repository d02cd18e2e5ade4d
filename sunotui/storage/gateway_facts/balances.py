"""The balance before a request, kept for the commands that come after the one that sent it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sunotui.domain.money import Balance
from sunotui.storage.browse.query_sql import FAILED, UNFINISHED
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value, storable_row, storable_text

KEPT_S = 600.0
"""Seconds after which a look is compared no more: the longer ago, the more may have been paid by other programs."""


_MAY_END_S = 86_400.0
"""Seconds after which an unfinished task is not expected to end."""
# A task that fails gives money back: the request's own once that is known, any other while it runs or if it ended
# since.
_MAY_HAVE_PAID_BACK = f"""
    CASE WHEN task.id = ? THEN {FAILED}
    ELSE ({UNFINISHED} AND task.added_at >= ?) OR coalesce(task.checked_at, task.added_at) >= ? END
"""


@dataclass(frozen=True, slots=True)
class UnpricedSubmission:
    """The one request that was accepted since a look, and nothing else that may have moved the account's money."""

    submission_id: str
    word: str
    """Its `Request.kind`."""
    before: Balance


class BalanceStore:
    """The last look of each profile. Every method raises LibraryError when the file cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, profile: str, origin: str, balance: Balance, seen_at: float) -> None:
        """Keep a look in the place of the one before: at the gateway of this origin, asked at `seen_at` in Unix
        seconds."""
        with self._db.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO balance_look (profile, origin, remaining, unit, seen_at) "
                "VALUES (?, ?, ?, ?, ?)",
                storable_row((profile, origin, balance.remaining, balance.unit, seen_at)),
            )

    def forget(self, profile: str) -> None:
        """Forget a profile's look: it has told its price, or the key is another one."""
        if not self._db.query("SELECT 1 FROM balance_look WHERE profile = ?", [storable_text(profile)]):
            # Every write makes other processes read the library again.
            return
        with self._db.write() as connection:
            connection.execute("DELETE FROM balance_look WHERE profile = ?", (storable_text(profile),))

    def unpriced(
        self, profile: str, origin: str, siblings: Sequence[str], now: float, settle_s: float
    ) -> UnpricedSubmission | None:
        """The request whose price a look at this moment would tell; None where anything else may be in the difference.

        `siblings` are profiles that may spend from the same account. `settle_s` is how many seconds after an event the
        gateway may still write it down.
        """
        found = self._db.query(
            "SELECT remaining, unit, seen_at FROM balance_look WHERE profile = ? AND origin = ?",
            [storable_text(profile), storable_text(origin)],
        )
        if not found or not 0 <= now - (seen_at := float(found[0]["seen_at"])) <= KEPT_S:
            return None
        profiles: list[Value] = [storable_text(name) for name in (profile, *siblings)]
        places = ", ".join("?" * len(profiles))
        rows = self._db.query(
            "SELECT id, profile, request, state, sent_at, ended_at, task_id FROM submission "
            f"WHERE profile IN ({places}) AND (state = 'sending' OR coalesce(ended_at, sent_at) >= ?) LIMIT 2",
            [*profiles, seen_at - settle_s],
        )
        if len(rows) != 1:
            return None
        (sent,) = rows
        is_alone = sent["profile"] == profile and sent["state"] == "accepted" and sent["sent_at"] >= seen_at
        if not is_alone or sent["ended_at"] > now - settle_s:
            return None
        others = self._db.query(
            f"SELECT 1 FROM task WHERE profile IN ({places}) AND {_MAY_HAVE_PAID_BACK} LIMIT 1",
            [*profiles, sent["task_id"], now - _MAY_END_S, seen_at - settle_s],
        )
        word = _word_of(sent["request"])
        if others or not word:
            return None
        before = Balance(float(found[0]["remaining"]), str(found[0]["unit"]))
        return UnpricedSubmission(str(sent["id"]), word, before)


def _word_of(request: str) -> str:
    try:
        word = json.loads(request)["kind"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return word if isinstance(word, str) else ""
