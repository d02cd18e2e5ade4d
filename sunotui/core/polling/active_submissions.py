"""The submissions whose tasks are likely to end soon, for those who must know before anything is polled."""

from __future__ import annotations

from sunotui.core.polling.poller import Poller


class ActiveSubmissions:
    """Reads the pollers that the pool adds. Billing needs it, and the pool needs billing through the capabilities, so
    it is built before both."""

    def __init__(self) -> None:
        self._pollers: dict[str, Poller] = {}
        self._is_known = False

    def add(self, profile: str, poller: Poller) -> None:
        """Include the poller of a profile."""
        self._pollers[profile] = poller

    def start(self) -> None:
        """From now on it is known what is unfinished."""
        self._is_known = True

    def of(self, profile: str) -> list[str] | None:
        """The submissions of a profile's tasks that are likely to end soon, "" for a task made elsewhere; None before
        `start`."""
        if not self._is_known:
            return None
        poller = self._pollers.get(profile)
        return poller.active_submissions if poller is not None else []
