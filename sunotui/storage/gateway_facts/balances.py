"""Stores the last balance of each gateway account, from which later commands learn what a request cost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sunotui.domain.gateways.money import Balance
from sunotui.storage.browse.query_sql import FAILED, UNFINISHED
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value, storable_row, storable_text

VALID_S = 600.0
"""The maximum age, in seconds, of a balance that is compared: the older it is, the more other programs may have
spent."""


_MAY_END_S = 86_400.0
"""The age, in seconds, after which an unfinished task is not expected to end."""
# A failed task is refunded: the task of the request once its failure is known, any other task while it runs or if it
# ended after the balance was read.
# Each condition is one that an index has: these run after every request, on all submissions and tasks.
_MAY_HAVE_CHARGED = """
    SELECT id, profile, request, state, sent_at, ended_at, task_id FROM submission
    WHERE +profile IN ({profiles}) AND (
        (state IN ('ready', 'sending', 'unknown') AND state = 'sending') OR coalesce(ended_at, sent_at) >= ?
    ) LIMIT 2
"""
_MAY_BE_REFUNDED = f"""
    SELECT 1 FROM task WHERE id = ? AND +profile IN ({{profiles}}) AND {FAILED}
    UNION ALL SELECT 1 FROM task
    WHERE {UNFINISHED} AND task.added_at >= ? AND +profile IN ({{profiles}}) AND id <> ?
    UNION ALL SELECT 1 FROM task
    WHERE coalesce(task.checked_at, task.added_at) >= ? AND +profile IN ({{profiles}}) AND id <> ?
    LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class UnpricedSubmission:
    """The only event since a balance was read that may have changed it: one accepted request."""

    submission_id: str
    kind: str
    """The kind of the request (`Request.kind`)."""
    before: Balance


class BalanceStore:
    """The last balance of each profile. Every method raises LibraryError when the library cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, profile: str, origin: str, balance: Balance, seen_at: float) -> None:
        """Replace the balance of a profile, read from the gateway with this origin at `seen_at` (Unix seconds)."""
        with self._db.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO balance_look (profile, origin, remaining, unit, seen_at) "
                "VALUES (?, ?, ?, ?, ?)",
                storable_row((profile, origin, balance.remaining, balance.unit, seen_at)),
            )

    def delete(self, profile: str) -> None:
        """Delete the balance of a profile: its price is learned, or the key has changed."""
        if not self._db.query("SELECT 1 FROM balance_look WHERE profile = ?", [storable_text(profile)]):
            # Every write makes other processes reload the library.
            return
        with self._db.write() as connection:
            connection.execute("DELETE FROM balance_look WHERE profile = ?", (storable_text(profile),))

    def unpriced(
        self, profile: str, origin: str, siblings: Sequence[str], now: float, settle_s: float
    ) -> UnpricedSubmission | None:
        """The request whose price a balance read at `now` (Unix seconds) would show; None if anything else may have
        changed the balance.

        `siblings` are profiles that may spend from the same account. `settle_s` is the time in seconds within which the
        gateway books an event.
        """
        found = self._db.query(
            "SELECT remaining, unit, seen_at FROM balance_look WHERE profile = ? AND origin = ?",
            [storable_text(profile), storable_text(origin)],
        )
        if not found or not 0 <= now - (seen_at := float(found[0]["seen_at"])) <= VALID_S:
            return None
        profiles: list[Value] = [storable_text(name) for name in (profile, *siblings)]
        places = ", ".join("?" * len(profiles))
        rows = self._db.query(_MAY_HAVE_CHARGED.format(profiles=places), [*profiles, seen_at - settle_s])
        if len(rows) != 1:
            return None
        (sent,) = rows
        is_alone = sent["profile"] == profile and sent["state"] == "accepted" and sent["sent_at"] >= seen_at
        if not is_alone or sent["ended_at"] > now - settle_s:
            return None
        own: Value = sent["task_id"]
        others = self._db.query(
            _MAY_BE_REFUNDED.format(profiles=places),
            [own, *profiles, now - _MAY_END_S, *profiles, own, seen_at - settle_s, *profiles, own],
        )
        kind = _kind_of(sent["request"])
        if others or not kind:
            return None
        before = Balance(float(found[0]["remaining"]), str(found[0]["unit"]))
        return UnpricedSubmission(str(sent["id"]), kind, before)


def _kind_of(request: str) -> str:
    try:
        kind = json.loads(request)["kind"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return kind if isinstance(kind, str) else ""
