"""The studio: built once, owns the parts, opens and closes them in order."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from sunotui.core.background import BackgroundTasks
from sunotui.core.clock import Clock
from sunotui.core.event_bus import EventBus
from sunotui.core.gateways.active_profiles import ActiveProfiles
from sunotui.core.gateways.client_pool import ClientPool
from sunotui.core.gateways.login import LoginService
from sunotui.core.gateways.token_resolver import TokenResolver
from sunotui.core.library.browser import LibraryBrowser
from sunotui.core.library.library import Library
from sunotui.core.library.task_details import TaskReader
from sunotui.core.startup import StartupReport, startup_report
from sunotui.storage.browse.list_queries import TaskLists
from sunotui.storage.config.profiles import ProfileStore
from sunotui.storage.config.settings import Settings, load_settings
from sunotui.storage.db.connection import Database
from sunotui.storage.drafts import DraftStore
from sunotui.storage.event_log import EventLog
from sunotui.storage.gateway_facts.timings import TimingStore
from sunotui.storage.paths import AppPaths
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.lineage_store import LineageStore
from sunotui.storage.tasks.task_store import TaskStore
from sunotui.storage.worker import StorageThread

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from sunotui.core.events import ConnectionChanged, Event
    from sunotui.core.services import Services
    from sunotui.domain.money import Balance
    from sunotui.domain.profile import Profile
    from sunotui.domain.statistics import Statistics
    from sunotui.domain.tasks.task import Task

P = ParamSpec("P")
T = TypeVar("T")

_LOGGERS = ("sunotui", "asyncio")


class Core:
    """The app without a face. `open` reads the disk, `start` begins to watch, `close` ends both."""

    def __init__(
        self,
        places: AppPaths,
        environ: Mapping[str, str],
        *,
        profile: str = "",
        clock: Clock | None = None,
        rng: random.Random | None = None,
        doors: TokenResolver | None = None,
        keeps_backups: bool = True,
    ) -> None:
        """`profile` names the profile to use; empty for SUNOTUI_PROFILE, the environment's own, or the default.
        `keeps_backups` is False for a library that is thrown away."""
        self.paths = places
        self.clock = clock or Clock()
        self.events = EventBus()
        self.tokens = doors or TokenResolver(environ)
        self.storage = StorageThread()
        self._rng = rng or random.Random()
        self._external_changes_task: asyncio.Task[None] | None = None
        self._keeps_backups = keeps_backups
        self._background = BackgroundTasks(self.events)
        self._log = EventLog(places.event_log)
        self.profiles = ProfileStore(places)
        self._active_profiles = ActiveProfiles(self.profiles, environ, profile)
        self.clients = ClientPool(self.profile_named, self.tokens)
        self.login = LoginService(self.profiles, self.tokens, self.clients, self.announce_profile)
        self.settings = Settings()
        self.is_open = False
        self._opening: Future[StartupReport] | None = None
        self._database: Database | None = None
        self._is_loaded = False
        self._services: Services | None = None
        self._services_lock = threading.Lock()

    # --- open and close ----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Have the storage thread open the library, while this one loads the program that will show it."""
        if self._opening is None:
            # Nothing may write across the screens, least of all a fault that nobody foresaw.
            for name in _LOGGERS:
                self._log.attach(name)
            self._opening = self.storage.begin(self._open_on_storage_thread)

    async def open_reader(self) -> StartupReport:
        """Read settings and profiles, open the library, and make unknown what a dead program was sending: all that a
        first look at the library needs. Called twice it opens once. Raises ConfigError and LibraryError.
        """
        self.begin()
        assert self._opening is not None
        opened = await self.storage.result_of(self._opening)
        if not self.is_open:
            self.is_open = True
            self._active_profiles.choose_first(self.settings.profile)
        return opened

    async def open(self) -> StartupReport:
        """The same, and put together all that works with gateways. Raises ConfigError and LibraryError."""
        opened = await self.open_reader()
        if not self._is_loaded:
            await self.storage.run(lambda: self.services.load())
            self._is_loaded = True
            self.services.capabilities.forget_moved()
        return opened

    def _open_on_storage_thread(self) -> StartupReport:
        self.settings = load_settings(self.paths)
        db = Database.open(self.paths.library)
        try:
            self.tasks, self.journal, self.drafts, self._timings = (
                TaskStore(db),
                Journal(db),
                DraftStore(db),
                TimingStore(db),
            )
            self._library = Library(db)
            self.browser = LibraryBrowser(self.storage, TaskLists(db, self.clock.now), self.journal, self.clock.now)
            self.reader = TaskReader(
                *(self.storage, self.tasks, self.journal, self.drafts, self._timings, LineageStore(db)),
                self._library.annotations,
            )
            opened = startup_report(db, self.journal, self.clock.now())
        except BaseException:
            # Nobody closes what was never open, and it may hold a lock that others wait for.
            db.close()
            raise
        self._database = db
        return opened

    @property
    def has_services(self) -> bool:
        """Whether the services were built."""
        return self._services is not None

    @property
    def services(self) -> Services:
        """All that works with gateways or changes the library; built once, by the first thread that asks."""
        with self._services_lock:
            if self._services is None:
                self._services = self._build_services()
            return self._services

    def _build_services(self) -> Services:
        from sunotui.core.context import Context
        from sunotui.core.services import Services

        assert self._database is not None
        ctx = Context(self.storage, self.clients, self.events, self.clock, self._rng, self._background)
        return Services(self, ctx, self._database, self._timings, self._lively, self._active_profiles.at_same_gateway)

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be written, and so nothing be sent, for as long as this is open (D5)."""
        return self._database is not None and bool(self._database.read_only)

    @property
    def is_started(self) -> bool:
        """Whether the watch runs."""
        return self._external_changes_task is not None

    async def start(self) -> None:
        """Watch what is unfinished, in every profile, and notice what other processes write."""
        if not self.is_read_only:
            # What a gateway tells could not be kept.
            self.services.pollers.add(await self.storage.run(self.tasks.unfinished), is_due_now=True)
            self._background.start("read results of ended tasks", self.services.results.collect)
            self._background.start("look for unknown submissions", self.services.song_matcher.look_for_earlier)
        if self.profile:
            self.services.pollers.of(self.profile)
        from sunotui.core.daily_backup import DailyBackup
        from sunotui.core.external_changes import watch_for_external_changes

        assert self._database is not None
        noticing = watch_for_external_changes(
            self._database, self.tasks, self.storage, self.services.pollers, self.events, self.clock
        )
        self._external_changes_task = asyncio.create_task(noticing, name="neighbours")
        if self._keeps_backups and not self._database.read_only:
            self._background.start("daily backup", DailyBackup(self._database, self.events, self.clock).keep)

    async def close(self, limit_s: float | None = None) -> bool:
        """Wait for answers under way (at most `limit_s`), stop, and close the library. False when one did not come:
        its submission is found unknown at the next start."""
        is_drained = True
        if self.has_services:
            is_drained = await self.services.submitter.drain(limit_s)
        if self._external_changes_task is not None:
            self._external_changes_task.cancel()
            await asyncio.gather(self._external_changes_task, return_exceptions=True)
        await self._background.close()
        if self.has_services:
            await self.services.pollers.close()
        await self.clients.aclose()
        if self._opening is not None:
            await self.storage.run(self._close_on_storage_thread)
        self.storage.close()
        for name in _LOGGERS:
            self._log.detach(name)
        return is_drained

    def _close_on_storage_thread(self) -> None:
        # Here, since the opening may have come to its end only just before.
        if self._database is not None:
            self._database.close()

    # --- profiles ----------------------------------------------------------------------------------------------------

    @property
    def profile(self) -> str:
        """The name of the profile in use; empty while there is none."""
        return self._active_profiles.name

    @profile.setter
    def profile(self, name: str) -> None:
        self._active_profiles.name = name

    def add_profile(self, profile: Profile) -> None:
        """Know a profile for this run only, such as the demo's, and use it."""
        self._active_profiles.add(profile)
        self.announce_profile(profile.name)

    def profile_named(self, name: str) -> Profile | None:
        """A profile by its name."""
        return self._active_profiles.named(name)

    def all_profiles(self) -> dict[str, Profile]:
        """Every profile, by name."""
        return self._active_profiles.all()

    def choose_profile(self) -> str:
        """The name of the profile that is used when none is named, without opening the library; empty for none.

        Raises ConfigError.
        """
        self._active_profiles.choose_first(load_settings(self.paths).profile)
        return self.profile

    def announce_profile(self, name: str) -> None:
        """Use this profile from now on, and ask again what was waiting for its token; an empty name is none."""
        self.profile = name
        if self.is_started and name:
            self.services.pollers.of(name).resume()
        from sunotui.core.events import ProfileChanged

        self.events.publish(ProfileChanged(name))

    def current_profile(self) -> Profile:
        """The profile in use. Raises TokenMissing when there is none yet."""
        return self._active_profiles.current()

    # --- the watch ---------------------------------------------------------------------------------------------------

    def connection(self) -> ConnectionChanged | None:
        """The connection of the current profile as last told."""
        return self.services.pollers.connection(self.profile) if self.has_services else None

    async def refresh(self, ids: list[str], profile: str = "") -> list[Task]:
        """Ask the gateways for these tasks now; unknown ids are asked of `profile`, or of the current one.

        Raises SunotuiError.
        """
        known = await self.storage.run(self.tasks.tasks, ids)
        return await self.services.pollers.refresh(
            {
                task_id: known[task_id].profile if task_id in known else profile or self.current_profile().name
                for task_id in ids
            }
        )

    async def read(self, query: Callable[Concatenate[Library, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query over the library on the storage thread; raises what `query` raises."""
        return await self.storage.run(query, self._library, *args, **kwargs)

    async def statistics(self) -> Statistics:
        """Everything counted. Raises LibraryError."""
        return await self.read(Library.statistics)

    def poll_now(self) -> None:
        """Wake every watch: a person wants to know now."""
        self.services.pollers.resume()

    def known_balance(self) -> Balance | None:
        """What is left at the current profile's gateway, as last told."""
        return self.services.billing.balance(self.profile) if self.has_services else None

    async def balance(self) -> None:
        """Ask how much money is left at the current profile's gateway; silent where it does not say."""
        if self.profile:
            await self.services.billing.refresh(self.profile)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Hear every event from now on; the returned function ends that."""
        return self.events.subscribe(listener)

    def watch_task(self, task: Task) -> None:
        """Watch a task that came into the library by another way than the watch itself: the gateway has just told of
        it, so it takes the token."""
        self.services.pollers.add([task])
        self.services.pollers.of(task.profile).trust_token()

    def _lively(self, profile: str) -> Sequence[str] | None:
        # Before the start nobody knows what is unfinished.
        return self.services.pollers.lively(profile) if self.is_started else None
