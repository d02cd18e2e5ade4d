"""The application without a user interface: opens and closes the library and the services in order."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from sunotui.core.background import BackgroundTasks
from sunotui.core.clock import Clock
from sunotui.core.event_bus import EventBus
from sunotui.core.events import ProfileChanged
from sunotui.core.gateways.active_profiles import ActiveProfiles
from sunotui.core.library.browser import LibraryBrowser
from sunotui.core.library.library import Library
from sunotui.core.library.task_reader import TaskReader
from sunotui.core.paths import AppPaths
from sunotui.core.saved_ui_state import SavedUiState
from sunotui.core.startup import StartupReport, startup_report
from sunotui.core.stores import Stores
from sunotui.domain.errors import LibraryNotOpen
from sunotui.domain.gateways.profile import Profile
from sunotui.named_tuple import NamedTuple
from sunotui.storage.config.profiles import ProfileStore
from sunotui.storage.config.settings import Settings, load_settings
from sunotui.storage.db.connection import Database
from sunotui.storage.event_log import EventLog
from sunotui.storage.worker import StorageThread

if TYPE_CHECKING:
    from concurrent.futures import Future

    from sunotui.core.events import ConnectionChanged
    from sunotui.core.gateways.client_pool import ClientPool
    from sunotui.core.gateways.login import GatewayAccess, LoginService
    from sunotui.core.gateways.token_resolver import TokenResolver
    from sunotui.core.media.covers import CoverService
    from sunotui.core.services import Services
    from sunotui.domain.gateways.money import Balance
    from sunotui.domain.tasks.task import Task

P = ParamSpec("P")
T = TypeVar("T")

_LOGGERS = ("sunotui", "asyncio")


class _OpenLibrary(NamedTuple):
    """The objects that exist only while the library is open."""

    stores: Stores
    queries: Library
    browser: LibraryBrowser
    reader: TaskReader
    report: StartupReport


class Core:
    """The application. `open` reads the disk, `start` starts polling, `close` ends both."""

    def __init__(
        self,
        paths: AppPaths,
        environ: Mapping[str, str],
        *,
        profile: str = "",
        settings_paths: AppPaths | None = None,
        save_folder: Path | None = None,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        tokens: TokenResolver | None = None,
        keeps_backups: bool = True,
    ) -> None:
        """`profile` names the profile to use; empty for SUNOTUI_PROFILE, the environment's own, or the default.
        `settings_paths` has the config file with the settings, where that is not in `paths`. `save_folder` is where
        takes are saved instead of the folder of the settings; its parent exists. `keeps_backups` is False for a
        temporary library."""
        self.paths = paths
        self._settings_paths = settings_paths or paths
        self._save_folder = save_folder
        self.clock = clock or Clock()
        self.events = EventBus()
        self._environ = environ
        self._own_tokens = tokens
        self.storage = StorageThread()
        self._rng = rng or random.Random()
        self._external_changes_task: asyncio.Task[None] | None = None
        self._keeps_backups = keeps_backups
        self._background = BackgroundTasks(self.events)
        self._log = EventLog(paths.event_log)
        self.profiles = ProfileStore(paths.profiles_file, paths.config_file)
        self.active_profiles = ActiveProfiles(self.profiles, environ, profile)
        self._access: GatewayAccess | None = None
        self._access_lock = threading.Lock()
        self.settings = Settings()
        self._settings_in_file = self.settings
        self.ui_state = SavedUiState(paths.ui_state_file, self.storage, self.clock, self._background)
        self.is_open = False
        self._opening: Future[StartupReport] | None = None
        self._library: _OpenLibrary | None = None
        self._is_loaded = False
        self._services: Services | None = None
        self._services_lock = threading.Lock()

    # --- open and close ----------------------------------------------------------------------------------------------

    def begin(self, *, lists_soon: bool = False) -> Future[StartupReport]:
        """Start opening the library on the storage thread, while the caller loads the user interface; with
        `lists_soon` also the connection that lists are read with."""
        if self._opening is None:
            # A log record on standard error would corrupt the screen, especially one for an unexpected error.
            for name in _LOGGERS:
                self._log.attach(name)
            self._opening = self.storage.begin(self._open_on_storage_thread, lists_soon=lists_soon)
        return self._opening

    async def open_reader(self) -> StartupReport:
        """Read the settings and profiles, open the library, and mark the submissions that a killed program was sending
        as unknown: all that the first screen needs. A second call does nothing. Raises ConfigError and LibraryError.
        """
        report = await self.storage.result_of(self.begin())
        if not self.is_open:
            self.is_open = True
            self.active_profiles.choose_first(self.settings.profile)
        return report

    async def open(self) -> StartupReport:
        """Open the library, and build the services that work with gateways. Raises ConfigError and LibraryError."""
        report = await self.open_reader()
        if not self._is_loaded:
            await self.storage.run(lambda: self.services.load())
            self._is_loaded = True
            self.services.capabilities.forget_moved()
        return report

    def _open_on_storage_thread(self, *, lists_soon: bool) -> StartupReport:
        self.settings = self._settings_in_file = load_settings(self._settings_paths.config_file)
        if self._settings_paths is not self.paths:
            # A library that is deleted afterwards, so its songs do not have to be safe.
            self.settings = self.settings._replace(save=self.settings.save._replace(auto_save="off"))
        if self._save_folder is not None:
            save = self.settings.save._replace(folder=str(self._save_folder))
            self.settings = self.settings._replace(save=save)
        self.ui_state.load()
        db = Database.open(self.paths.library)
        try:
            stores = Stores.of(db)
            self._library = _OpenLibrary(
                stores,
                Library(db),
                LibraryBrowser(self.storage, db, self.clock.now),
                TaskReader(self.storage, stores),
                startup_report(db, stores.journal, self.clock.now()),
            )
        except BaseException:  # also an interrupt
            # `close` has no reference to it, and it may hold a lock that other processes wait for.
            db.close()
            raise
        if lists_soon:
            self._library.browser.begin()
        return self._library.report

    def _opened(self) -> _OpenLibrary:
        if self._library is None:
            raise LibraryNotOpen
        return self._library

    @property
    def stores(self) -> Stores:
        """The stores of the library, for work on the storage thread. Raises LibraryNotOpen before it is open."""
        return self._opened().stores

    @property
    def browser(self) -> LibraryBrowser:
        """Reads lists of tasks. Raises LibraryNotOpen before the library is open."""
        return self._opened().browser

    @property
    def reader(self) -> TaskReader:
        """Reads single tasks, submissions and drafts. Raises LibraryNotOpen before the library is open."""
        return self._opened().reader

    @property
    def has_services(self) -> bool:
        """Whether the services were built."""
        return self._services is not None

    @property
    def services(self) -> Services:
        """The services that work with gateways or change the library; built once, by the first thread that needs them.

        Raises LibraryNotOpen before the library is open.
        """
        with self._services_lock:
            if self._services is None:
                from sunotui.core.context import Context
                from sunotui.core.services import build_services

                self._services = build_services(
                    Context(self.storage, self.clients, self.events, self.clock, self._rng, self._background),
                    self.stores,
                    profile_named=self.active_profiles.named,
                    profiles_at_same_gateway=self.active_profiles.at_same_gateway,
                    paths=self.paths,
                    settings=self.settings,
                    environ=self._environ,
                )
            return self._services

    async def covers(self) -> CoverService:
        """The covers of takes, once the services are built."""
        return (await self.storage.run(lambda: self.services)).covers

    @property
    def is_read_only(self) -> bool:
        """Whether the library cannot be written, so that nothing can be sent, until it is opened again (D5)."""
        return self._library is not None and bool(self._library.stores.database.read_only)

    @property
    def is_started(self) -> bool:
        """Whether `start` has run."""
        return self._external_changes_task is not None

    async def start(self) -> None:
        """Poll the unfinished tasks of all profiles, and watch for writes of other processes. Raises LibraryError."""
        # Responses of gateways cannot be saved in a read-only library.
        unfinished = [] if self.is_read_only else await self.storage.run(self.stores.tasks.unfinished)
        self.services.pollers.start(unfinished)
        if not self.is_read_only:
            self._background.start("read results of ended tasks", self.services.results.collect)
            self._background.start("look for unknown submissions", self.services.song_matcher.search_earlier)
        if self.active_profiles.name:
            self.services.pollers.of(self.active_profiles.name)
        self._background.start("restore playback", self.services.playback.restore)
        if not self.is_read_only:
            self._background.start("restore downloads", self.services.downloads.restore)
            self._background.start("check saved files", self.services.downloads.check_files)
        self._external_changes_task = asyncio.create_task(
            self.services.external_changes.watch(), name="external changes"
        )
        if self._keeps_backups and not self.is_read_only:
            self._background.start("daily backup", self.services.daily_backup.run)

    async def close(self, limit_s: float | None = None) -> bool:
        """Wait at most `limit_s` seconds for responses of gateways, or as long as one may take, stop, and close the
        library. Returns False if a response is missing: its submission is unknown at the next start."""
        is_drained = True
        if self.has_services:
            is_drained = await self.services.submitter.drain(limit_s)
        if self._external_changes_task is not None:
            self._external_changes_task.cancel()
            await asyncio.gather(self._external_changes_task, return_exceptions=True)
        await self._background.close()
        if self.has_services:
            await self.services.downloads.close()
            await self.services.pollers.close()
            await self.services.hooks.close()
            await self.services.decks.close()
            await self.services.triage.close()
            await self.services.playback.close()
            await self.services.covers.aclose()
        await self.ui_state.close()
        if "clients" in self.__dict__:
            await self.clients.aclose()
        if self._opening is not None:
            # After what is being opened, and before the connection that writes: the last one closed ends the log.
            await self.storage.run(lambda: None)
            if self._library is not None:
                await self._library.browser.close()
            await self.storage.run(self._close_on_storage_thread)
        self.storage.close()
        for name in _LOGGERS:
            self._log.detach(name)
        return is_drained

    def _close_on_storage_thread(self) -> None:
        # Decided on this thread, since the library may have been opened only just before.
        if self._library is not None:
            self._library.stores.database.close()

    # --- gateways ----------------------------------------------------------------------------------------------------

    @cached_property
    def tokens(self) -> TokenResolver:
        """Finds the tokens of profiles."""
        return self._gateway_access.tokens

    @cached_property
    def clients(self) -> ClientPool:
        """The gateway clients of profiles."""
        return self._gateway_access.clients

    @cached_property
    def login(self) -> LoginService:
        """Logs in to gateways, and out."""
        return self._gateway_access.login

    @property
    def _gateway_access(self) -> GatewayAccess:
        """Created once, by the first thread that needs it."""
        with self._access_lock:
            if self._access is None:
                from sunotui.core.gateways.login import gateway_access

                self._access = gateway_access(
                    self.profiles, self.active_profiles.named, self._environ, self.announce_profile, self._own_tokens
                )
            return self._access

    @property
    def settings_source(self) -> tuple[AppPaths, Settings]:
        """Where the config file with the settings is, and the settings that were read from it."""
        return self._settings_paths, self._settings_in_file

    # --- profiles ----------------------------------------------------------------------------------------------------

    def add_profile(self, profile: Profile) -> None:
        """Add a profile for this run only, such as that of the demo gateway, and use it."""
        self.active_profiles.add(profile)
        self.announce_profile(profile.name)

    def choose_profile(self) -> str:
        """The name of the default profile, without opening the library; empty if there is no profile.

        Raises ConfigError.
        """
        self.active_profiles.choose_first(load_settings(self._settings_paths.config_file).profile)
        return self.active_profiles.name

    def announce_profile(self, name: str) -> None:
        """Make this the current profile, and resume polling if it was waiting for a token; an empty name selects no
        profile."""
        self.active_profiles.name = name
        if self.is_started and name:
            self.services.pollers.of(name).resume()
        self.events.publish(ProfileChanged(name))

    # --- polling -----------------------------------------------------------------------------------------------------

    def connection(self) -> ConnectionChanged | None:
        """The latest state of the current profile's connection."""
        return self.services.pollers.connection(self.active_profiles.name) if self.has_services else None

    async def refresh(self, ids: list[str], profile: str = "") -> list[Task]:
        """Poll these tasks now; ids that the library does not have are requested from `profile`, or from the current
        profile.

        Raises SunotuiError; TokenMissing, before any request, if an id is not in the library and there is no profile.
        """
        profile = profile or self.active_profiles.name
        if not profile and not (await self.read(Library.tasks, ids)).keys() >= set(ids):
            profile = self.active_profiles.current().name
        return await self.services.pollers.refresh(ids, profile)

    async def read(self, query: Callable[Concatenate[Library, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on the library on the storage thread; raises what `query` raises, and LibraryNotOpen."""
        return await self.storage.run(query, self._opened().queries, *args, **kwargs)

    async def read_long(self, query: Callable[[Library], T]) -> T:
        """Run a query that takes long with a connection of its own, so that nothing else waits for it; raises what
        `query` raises, and LibraryNotOpen."""
        return await self._opened().browser.read_long(lambda db: query(Library(db)))

    def known_balance(self) -> Balance | None:
        """The last known balance at the current profile's gateway."""
        return self.services.billing.balance(self.active_profiles.name) if self.has_services else None
