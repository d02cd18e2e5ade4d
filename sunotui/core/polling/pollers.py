"""The pollers, one per profile, each with its own loop and its own rate limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sunotui.core.context import Context
from sunotui.core.events import ConnectionChanged
from sunotui.core.gateways.capabilities import CapabilityService
from sunotui.core.polling.active_submissions import ActiveSubmissions
from sunotui.core.polling.feed_fallback import FeedFallback
from sunotui.core.polling.poller import Poller
from sunotui.domain.tasks.task import Task
from sunotui.storage.tasks.task_store import TaskStore


class PollerPool:
    """Creates the pollers of profiles when they are first needed."""

    def __init__(
        self, ctx: Context, library: TaskStore, capabilities: CapabilityService, active: ActiveSubmissions
    ) -> None:
        """Adds every poller to `active`."""
        self._ctx = ctx
        self._library = library
        self._capabilities = capabilities
        self._pollers: dict[str, Poller] = {}
        self._active = active

    def start(self, unfinished: Iterable[Task]) -> None:
        """Immediately poll the tasks that were unfinished when the program last ended."""
        self.add(unfinished, is_due_now=True)
        self._active.start()

    def of(self, profile: str) -> Poller:
        """The poller of a profile; its loop runs, without a timer while nothing is unfinished."""
        poller = self._pollers.get(profile)
        if poller is None:
            feed = FeedFallback(profile, self._ctx, self._capabilities)
            poller = self._pollers[profile] = Poller(profile, self._ctx, self._library, feed)
            self._active.add(profile, poller)
            poller.start(())
        return poller

    def add(self, tasks: Iterable[Task], *, is_due_now: bool = False) -> None:
        """Add tasks to poll, each at its own profile's gateway."""
        by_profile: dict[str, list[Task]] = {}
        for task in tasks:
            by_profile.setdefault(task.profile, []).append(task)
        for profile, own_tasks in by_profile.items():
            self.of(profile).add(own_tasks, is_due_now=is_due_now)

    def connection(self, profile: str) -> ConnectionChanged | None:
        """The latest state of a profile's connection; None while it has no poller."""
        poller = self._pollers.get(profile)
        return poller.connection if poller is not None else None

    def connections(self) -> Mapping[str, ConnectionChanged]:
        """The latest states of the connections of all profiles with a poller."""
        return {profile: poller.connection for profile, poller in self._pollers.items()}

    def watch_task(self, task: Task) -> None:
        """Poll a task that a gateway has just accepted or confirmed: it accepted the token for that, so an earlier
        rejection of the token no longer counts."""
        self.add([task])
        self.of(task.profile).trust_token()

    async def refresh(self, ids: Iterable[str], profile: str) -> list[Task]:
        """Poll these tasks now, each at its own profile's gateway, those that the library does not have at that of
        `profile`. Returns those found, in the given order. Raises SunotuiError."""
        ids = list(dict.fromkeys(ids))
        known = await self._ctx.storage.run(self._library.tasks, ids)
        by_profile: dict[str, list[str]] = {}
        for task_id in ids:
            by_profile.setdefault(known[task_id].profile if task_id in known else profile, []).append(task_id)
        found: dict[str, Task] = {}
        for name, own_tasks in by_profile.items():
            found |= {task.id: task for task in await self.of(name).refresh(own_tasks)}
        return [found[task_id] for task_id in ids if task_id in found]

    def resume(self) -> None:
        """Poll at all gateways immediately."""
        for poller in self._pollers.values():
            poller.resume()

    async def close(self) -> None:
        """End all loops."""
        for poller in self._pollers.values():
            await poller.close()
