"""The studio: built once, owns the parts, opens and closes them in order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sunotui.core.background import BackgroundTasks
from sunotui.core.clock import Clock
from sunotui.core.equipped import ServiceAccess
from sunotui.core.event_bus import EventBus
from sunotui.core.gateways.active_profiles import ActiveProfiles
from sunotui.core.gateways.client_pool import ClientPool
from sunotui.core.gateways.login import LoginService
from sunotui.core.gateways.token_resolver import TokenResolver
from sunotui.core.library.browser import LibraryBrowser
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
    from sunotui.domain.annotations import Annotations
    from sunotui.domain.money import Balance
    from sunotui.domain.profile import Profile
    from sunotui.domain.statistics import Statistics
    from sunotui.domain.tasks.task import Task

_LOGGERS = ("sunotui", "asyncio")


class Core(ServiceAccess):
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
        super().__init__()
        self.places = places
        self.clock = clock or Clock()
        self.news = EventBus()
        self.doors = doors or TokenResolver(environ)
        self.desk = StorageThread()
        self._rng = rng or random.Random()
        self._neighbour_task: asyncio.Task[None] | None = None
        self._keeps_backups = keeps_backups
        self._errands = BackgroundTasks(self.news)
        self._log = EventLog(places.event_log)
        self.profiles = ProfileStore(places)
        self._in_use = ActiveProfiles(self.profiles, environ, profile)
        self.gateways = ClientPool(self.profile_named, self.doors)
        self.login = LoginService(self.profiles, self.doors, self.gateways, self.announce_profile)
        self.settings = Settings()
        self.is_open = False
        self._opening: Future[StartupReport] | None = None
        self._database: Database | None = None
        self._is_loaded = False

    # --- open and close ----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Have the storage thread open the library, while this one loads the program that will show it."""
        if self._opening is None:
            # Nothing may write across the screens, least of all a fault that nobody foresaw.
            for name in _LOGGERS:
                self._log.attach(name)
            self._opening = self.desk.begin(self._open_on_storage_thread)

    async def open_reader(self) -> StartupReport:
        """Read settings and profiles, open the library, and make unknown what a dead program was sending: all that a
        first look at the library needs. Called twice it opens once. Raises ConfigError and LibraryError.
        """
        self.begin()
        assert self._opening is not None
        opened = await self.desk.result_of(self._opening)
        if not self.is_open:
            self.is_open = True
            self._in_use.choose_first(self.settings.profile)
        return opened

    async def open(self) -> StartupReport:
        """The same, and put together all that works with gateways. Raises ConfigError and LibraryError."""
        opened = await self.open_reader()
        if not self._is_loaded:
            await self.desk.run(lambda: self.parts.load())
            self._is_loaded = True
            self.offerings.forget_moved()
        return opened

    def _open_on_storage_thread(self) -> StartupReport:
        self.settings = load_settings(self.places)
        db = Database.open(self.places.library)
        try:
            self.library, self.journal, self.drafts, self._timings = (
                TaskStore(db),
                Journal(db),
                DraftStore(db),
                TimingStore(db),
            )
            self.catalogue = LibraryBrowser(self.desk, TaskLists(db, self.clock.now), self.journal, self.clock.now)
            self.shelf = TaskReader(
                *(self.desk, self.library, self.journal, self.drafts, self._timings, LineageStore(db)),
                self._saved_of,
            )
            opened = startup_report(db, self.journal, self.clock.now())
        except BaseException:
            # Nobody closes what was never open, and it may hold a lock that others wait for.
            db.close()
            raise
        self._database = db
        return opened

    def _saved_of(self, task_ids: Sequence[str]) -> Mapping[str, Annotations]:
        # With labels and albums it takes 3 ms to load, and a list shows none of it.
        from sunotui.storage.annotations.lookup import read_annotations

        assert self._database is not None
        return read_annotations(self._database, task_ids)

    def load_services(self) -> Services:
        """What works with gateways; of an open library."""
        from sunotui.core.context import Context
        from sunotui.core.services import Services

        assert self._database is not None
        ground = Context(self.desk, self.gateways, self.news, self.clock, self._rng, self._errands)
        return Services(self, ground, self._database, self._timings, self._lively, self._in_use.at_same_gateway)

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be written, and so nothing be sent, for as long as this is open (D5)."""
        return self._database is not None and bool(self._database.read_only)

    @property
    def is_started(self) -> bool:
        """Whether the watch runs."""
        return self._neighbour_task is not None

    async def start(self) -> None:
        """Watch what is unfinished, in every profile, and notice what other processes write."""
        if not self.is_read_only:
            # What a gateway tells could not be kept.
            self.watches.add(await self.desk.run(self.library.unfinished), is_due_now=True)
            self._errands.start("read results of ended tasks", self.results.collect)
            self._errands.start("look for unknown submissions", self.song_listing.look_for_earlier)
        if self.profile:
            self.watches.of(self.profile)
        from sunotui.core.daily_backup import DailyBackup
        from sunotui.core.external_changes import watch_for_external_changes

        assert self._database is not None
        noticing = watch_for_external_changes(
            self._database, self.library, self.desk, self.watches, self.news, self.clock
        )
        self._neighbour_task = asyncio.create_task(noticing, name="neighbours")
        if self._keeps_backups and not self._database.read_only:
            self._errands.start("daily backup", DailyBackup(self._database, self.news, self.clock).keep)

    async def close(self, limit_s: float | None = None) -> bool:
        """Wait for answers under way (at most `limit_s`), stop, and close the library. False when one did not come:
        its submission is found unknown at the next start."""
        is_drained = True
        if self.has_parts:
            is_drained = await self.submitter.drain(limit_s)
        if self._neighbour_task is not None:
            self._neighbour_task.cancel()
            await asyncio.gather(self._neighbour_task, return_exceptions=True)
        await self._errands.close()
        if self.has_parts:
            await self.watches.close()
        await self.gateways.aclose()
        if self._opening is not None:
            await self.desk.run(self._close_on_storage_thread)
        self.desk.close()
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
        return self._in_use.name

    @profile.setter
    def profile(self, name: str) -> None:
        self._in_use.name = name

    def add_profile(self, profile: Profile) -> None:
        """Know a profile for this run only, such as the demo's, and use it."""
        self._in_use.add(profile)
        self.announce_profile(profile.name)

    def profile_named(self, name: str) -> Profile | None:
        """A profile by its name."""
        return self._in_use.named(name)

    def all_profiles(self) -> dict[str, Profile]:
        """Every profile, by name."""
        return self._in_use.all()

    def choose_profile(self) -> str:
        """The name of the profile that is used when none is named, without opening the library; empty for none.

        Raises ConfigError.
        """
        self._in_use.choose_first(load_settings(self.places).profile)
        return self.profile

    def announce_profile(self, name: str) -> None:
        """Use this profile from now on, and ask again what was waiting for its token; an empty name is none."""
        self.profile = name
        if self.is_started and name:
            self.watches.of(name).resume()
        from sunotui.core.events import ProfileChanged

        self.news.publish(ProfileChanged(name))

    def current_profile(self) -> Profile:
        """The profile in use. Raises TokenMissing when there is none yet."""
        return self._in_use.current()

    # --- the watch ---------------------------------------------------------------------------------------------------

    def line(self) -> ConnectionChanged | None:
        """The connection of the current profile as last told."""
        return self.watches.connection(self.profile) if self.has_parts else None

    async def refresh(self, ids: list[str], profile: str = "") -> list[Task]:
        """Ask the gateways for these tasks now; unknown ids are asked of `profile`, or of the current one.

        Raises SunotuiError.
        """
        known = await self.desk.run(self.library.tasks, ids)
        return await self.watches.refresh(
            {
                task_id: known[task_id].profile if task_id in known else profile or self.current_profile().name
                for task_id in ids
            }
        )

    async def statistics(self) -> Statistics:
        """Everything counted. Raises LibraryError."""
        from sunotui.storage.tasks.statistics import read_statistics

        assert self._database is not None
        return await self.desk.run(read_statistics, self._database)

    def poll_now(self) -> None:
        """Wake every watch: a person wants to know now."""
        self.watches.resume()

    def known_balance(self) -> Balance | None:
        """What is left at the current profile's gateway, as last told."""
        return self.ledger.balance(self.profile) if self.has_parts else None

    async def balance(self) -> None:
        """Ask how much money is left at the current profile's gateway; silent where it does not say."""
        if self.profile:
            await self.ledger.refresh(self.profile)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Hear every event from now on; the returned function ends that."""
        return self.news.subscribe(listener)

    def watch_task(self, task: Task) -> None:
        """Watch a task that came into the library by another way than the watch itself: the gateway has just told of
        it, so it takes the token."""
        self.watches.add([task])
        self.watches.of(task.profile).trust_token()

    def _lively(self, profile: str) -> Sequence[str] | None:
        # Before the start nobody knows what is unfinished.
        return self.watches.lively(profile) if self.is_started else None
