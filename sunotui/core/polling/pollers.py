"""The watches, one per profile: each with its own loop and its own rate, so that none disturbs another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sunotui.core.context import Context
from sunotui.core.events import ConnectionChanged
from sunotui.core.gateways.capabilities import CapabilityService
from sunotui.core.polling.feed_fallback import FeedFallback
from sunotui.core.polling.poller import Poller
from sunotui.domain.tasks.task import Task
from sunotui.storage.tasks.task_store import TaskStore


class PollerPool:
    """Makes a profile's watch when it is first needed."""

    def __init__(self, ctx: Context, library: TaskStore, capabilities: CapabilityService) -> None:
        self._ctx = ctx
        self._library = library
        self._capabilities = capabilities
        self._pollers: dict[str, Poller] = {}
        self._is_started = False

    def start(self, unfinished: Iterable[Task]) -> None:
        """Poll the tasks that were unfinished when the program last ended, at once."""
        self.add(unfinished, is_due_now=True)
        self._is_started = True

    def of(self, profile: str) -> Poller:
        """The watch of a profile; its loop runs and holds no timer while nothing is unfinished."""
        watch = self._pollers.get(profile)
        if watch is None:
            follower = FeedFallback(profile, self._ctx, self._capabilities)
            watch = self._pollers[profile] = Poller(profile, self._ctx, self._library, follower)
            watch.start(())
        return watch

    def add(self, tasks: Iterable[Task], *, is_due_now: bool = False) -> None:
        """Watch these tasks, each by its own profile's watch."""
        by_profile: dict[str, list[Task]] = {}
        for task in tasks:
            by_profile.setdefault(task.profile, []).append(task)
        for profile, theirs in by_profile.items():
            self.of(profile).add(theirs, is_due_now=is_due_now)

    def connection(self, profile: str) -> ConnectionChanged | None:
        """A profile's connection as last told."""
        watch = self._pollers.get(profile)
        return watch.connection if watch is not None else None

    def connections(self) -> Mapping[str, ConnectionChanged]:
        """The same of every profile that has a watch."""
        return {profile: watch.connection for profile, watch in self._pollers.items()}

    def watch_task(self, task: Task) -> None:
        """Poll a task that a gateway has just accepted or confirmed: it took the token for that, so an earlier refusal
        of the token no longer counts."""
        self.add([task])
        self.of(task.profile).trust_token()

    def active_submissions(self, profile: str) -> list[str] | None:
        """The submissions of a profile's tasks that are likely to end soon, "" for a task made elsewhere; None before
        `start`, since it is not known yet what is unfinished."""
        if not self._is_started:
            return None
        watch = self._pollers.get(profile)
        return watch.active_submissions if watch is not None else []

    async def refresh(self, ids: Iterable[str], profile: str) -> list[Task]:
        """Ask for these tasks now, each at its own profile's gateway, those that the library does not have at that of
        `profile`; those found, in the order asked. Raises SunotuiError."""
        ids = list(dict.fromkeys(ids))
        known = await self._ctx.storage.run(self._library.tasks, ids)
        by_profile: dict[str, list[str]] = {}
        for task_id in ids:
            by_profile.setdefault(known[task_id].profile if task_id in known else profile, []).append(task_id)
        found: dict[str, Task] = {}
        for name, theirs in by_profile.items():
            found |= {task.id: task for task in await self.of(name).refresh(theirs)}
        return [found[task_id] for task_id in ids if task_id in found]

    def resume(self) -> None:
        """Wake every watch: a person wants to know now."""
        for watch in self._pollers.values():
            watch.resume()

    async def close(self) -> None:
        """End every loop."""
        for watch in self._pollers.values():
            await watch.close()
