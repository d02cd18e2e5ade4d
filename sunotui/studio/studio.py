"""The studio: built once, owns the parts, opens and closes them in order."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sunotui.domain.errors import SettingsTrouble, TokenMissing, Trouble
from sunotui.domain.profile import ENV_PROFILE, Profile, parse_base_url
from sunotui.domain.submission import Submission
from sunotui.domain.task import Task
from sunotui.storage.database import Database
from sunotui.storage.desk import Desk
from sunotui.storage.drafts import Drafts
from sunotui.storage.event_log import EventLog
from sunotui.storage.journal import Journal
from sunotui.storage.library import Library
from sunotui.storage.places import Places
from sunotui.storage.profiles import ProfileBook
from sunotui.storage.settings import Settings, load_settings
from sunotui.studio.clock import Clock
from sunotui.studio.door import TokenDoors
from sunotui.studio.events import BalanceChanged, Event, LibraryChanged, LineChanged, Newsroom, ProfileChanged
from sunotui.studio.gateways import Gateways
from sunotui.studio.login import Login
from sunotui.studio.shelf import Shelf
from sunotui.studio.submit import Submitter
from sunotui.studio.unknowns import Unknowns
from sunotui.studio.watch import Watch

_log = logging.getLogger(__name__)

_LOGGERS = ("sunotui", "asyncio")

NEIGHBOUR_BEAT_S = 2.0
"""How often to look whether another process wrote to the library: one cheap pragma, no repaint without news."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening the library found."""

    recovered: tuple[Submission, ...]
    """Submissions that a program which died was sending: their outcome is unknown now."""


class Studio:
    """The app without a face. `open` reads the disk, `start` begins to watch, `close` ends both."""

    def __init__(
        self,
        places: Places,
        environ: Mapping[str, str],
        *,
        profile: str = "",
        clock: Clock | None = None,
        rng: random.Random | None = None,
        doors: TokenDoors | None = None,
    ) -> None:
        """`profile` names the profile to use; empty for SUNOTUI_PROFILE, the environment's own, or the default."""
        self.places = places
        self.clock = clock or Clock()
        self.news = Newsroom()
        self.doors = doors or TokenDoors(environ)
        self.desk = Desk()
        self._environ = environ
        self._rng = rng or random.Random()
        self._wanted_profile = profile
        self._extra_profiles = _profile_of_environment(environ)
        self._watches: dict[str, Watch] = {}
        self._neighbour_task: asyncio.Task[None] | None = None
        self._askings: set[asyncio.Task[None]] = set()
        self._log = EventLog(places.event_log)
        self.profiles = ProfileBook(places)
        self.gateways = Gateways(self.profile_named, self.doors)
        self.login = Login(self.profiles, self.doors, self.gateways, self.announce_profile)
        self.settings = Settings()
        self.profile = ""
        self.is_open = False
        self._opening: asyncio.Task[Opened] | None = None

    # --- open and close ----------------------------------------------------------------------------------------------

    async def open(self) -> Opened:
        """Read settings and profiles, open the library, and make unknown what a dead program was sending.

        Called twice it opens once, so that a program can begin before it has anyone to show it to. Raises
        SettingsTrouble and LibraryTrouble.
        """
        if self._opening is None:
            # Nothing may write across the screens, least of all a fault that nobody foresaw.
            for name in _LOGGERS:
                self._log.attach(name)
            self._opening = asyncio.create_task(self._open(), name="open the library")
        return await asyncio.shield(self._opening)

    async def _open(self) -> Opened:
        opened = await self.desk.run(self._open_on_desk)
        self.is_open = True
        self.profile = self._first_profile()
        return opened

    def _open_on_desk(self) -> Opened:
        self.settings = load_settings(self.places)
        self._database = Database.open(self.places.library)
        self.library = Library(self._database)
        self.journal = Journal(self._database)
        self.drafts = Drafts(self._database)
        self.submitter = Submitter(
            desk=self.desk,
            journal=self.journal,
            gateways=self.gateways,
            newsroom=self.news,
            clock=self.clock,
            watch_task=self._watch_accepted,
        )
        self.shelf = Shelf(self.desk, self.library, self.journal, self.drafts)
        self.unknowns = Unknowns(self)
        return Opened(tuple(self.journal.recover(self.clock.now())))

    @property
    def is_started(self) -> bool:
        """Whether the watch runs."""
        return self._neighbour_task is not None

    async def start(self) -> None:
        """Watch what is unfinished, in every profile, and notice what other processes write."""
        for task in await self.desk.run(self.library.unfinished):
            self._watch_for(task.profile).add([task], is_due_now=True)
        if self.profile:
            self._watch_for(self.profile)
        self._neighbour_task = asyncio.create_task(self._watch_neighbours(), name="neighbours")

    async def close(self, limit_s: float | None = None) -> bool:
        """Wait for answers under way (at most `limit_s`), stop, and close the library. False when one did not come:
        its submission is found unknown at the next start."""
        is_drained = True
        if self.is_open:
            is_drained = await self.submitter.drain(limit_s)
        if self._neighbour_task is not None:
            self._neighbour_task.cancel()
            await asyncio.gather(self._neighbour_task, return_exceptions=True)
        for asking in self._askings:
            asking.cancel()
        await asyncio.gather(*self._askings, return_exceptions=True)
        for watch in self._watches.values():
            await watch.close()
        await self.gateways.aclose()
        if self.is_open:
            await self.desk.run(self._database.close)
        self.desk.close()
        for name in _LOGGERS:
            self._log.detach(name)
        return is_drained

    # --- profiles ----------------------------------------------------------------------------------------------------

    def add_profile(self, profile: Profile) -> None:
        """Know a profile for this run only, such as the demo's, and use it."""
        self._extra_profiles[profile.name] = profile
        self.announce_profile(profile.name)

    def profile_named(self, name: str) -> Profile | None:
        """A profile by its name."""
        return self._extra_profiles.get(name) or self.profiles.get(name)

    def all_profiles(self) -> dict[str, Profile]:
        """Every profile, by name."""
        return {**self.profiles.all(), **self._extra_profiles}

    def announce_profile(self, name: str) -> None:
        """Use this profile from now on, and ask again what was waiting for its token."""
        self.profile = name
        if self.is_started:
            self._watch_for(name).resume()
        self.news.tell(ProfileChanged(name))

    def _first_profile(self) -> str:
        if self.profile in self._extra_profiles:
            return self.profile
        wanted = self._wanted_profile or self._environ.get("SUNOTUI_PROFILE", "")
        if not wanted and ENV_PROFILE in self._extra_profiles:
            return ENV_PROFILE
        if wanted and self.profile_named(wanted) is None:
            raise SettingsTrouble(
                f"There is no profile '{wanted}'", advice=f"Run 'sunotui login --profile {wanted}' to make it"
            )
        names = sorted(self.profiles.all())
        return wanted or self.settings.profile or self.profiles.default or (names[0] if names else "")

    def current_profile(self) -> Profile:
        """The profile in use. Raises TokenMissing when there is none yet."""
        found = self.profile_named(self.profile)
        if found is None:
            raise TokenMissing("There is no profile yet", advice="Run 'sunotui login', or try 'sunotui --demo'")
        return found

    # --- the watch ---------------------------------------------------------------------------------------------------

    def line(self) -> LineChanged | None:
        """The connection of the current profile as last told."""
        watch = self._watches.get(self.profile)
        return watch.line if watch is not None else None

    async def refresh(self, ids: list[str], profile: str = "") -> list[Task]:
        """Ask the gateways for these tasks now; unknown ids are asked of `profile`, or of the current one.

        Raises Trouble.
        """
        known = await self.desk.run(self.library.tasks, ids)
        by_profile: dict[str, list[str]] = {}
        for task_id in ids:
            name = known[task_id].profile if task_id in known else profile or self.current_profile().name
            by_profile.setdefault(name, []).append(task_id)
        found: list[Task] = []
        for name, wanted in by_profile.items():
            found += await self._watch_for(name).refresh(wanted)
        order = {task_id: at for at, task_id in enumerate(ids)}
        return sorted(found, key=lambda task: order[task.id])

    def ask_now(self) -> None:
        """Wake every watch: a person wants to know now."""
        for watch in self._watches.values():
            watch.resume()

    async def balance(self) -> None:
        """Ask how much money is left and tell it, where the gateway does; silent where it does not."""
        try:
            name = self.current_profile().name
            client = await self.gateways.client(name)
            balance = await client.balance()
        except Trouble:
            return
        if balance is not None:
            self.news.tell(BalanceChanged(name, str(balance)))

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Hear every event from now on; the returned function ends that."""
        return self.news.subscribe(listener)

    def watch_task(self, task: Task) -> None:
        """Watch a task that came into the library by another way than the watch itself."""
        self._watch_for(task.profile).add([task])

    def _watch_accepted(self, task: Task) -> None:
        self.watch_task(task)
        asking = asyncio.create_task(self.balance(), name="balance")
        self._askings.add(asking)
        asking.add_done_callback(self._askings.discard)

    def _watch_for(self, name: str) -> Watch:
        watch = self._watches.get(name)
        if watch is None:
            watch = self._watches[name] = Watch(
                name,
                desk=self.desk,
                library=self.library,
                gateways=self.gateways,
                newsroom=self.news,
                clock=self.clock,
                rng=self._rng,
            )
            watch.start(())
        return watch

    async def _watch_neighbours(self) -> None:
        """Notice tasks that the command line made while the screen is open (D7)."""
        seen = await self.desk.run(self._database.data_version)
        never = asyncio.Event()
        while True:
            await self.clock.wait(never, NEIGHBOUR_BEAT_S)
            try:
                version = await self.desk.run(self._database.data_version)
                if version == seen:
                    continue
                seen = version
                for task in await self.desk.run(self.library.unfinished):
                    self._watch_for(task.profile).add([task])
            except Trouble:
                _log.warning("the library could not be read while looking for other processes' writes")
                continue
            self.news.tell(LibraryChanged())


def _profile_of_environment(environ: Mapping[str, str]) -> dict[str, Profile]:
    """The profile that SUNOTUI_BASE_URL and SUNOTUI_TOKEN make together. Raises AddressRefused."""
    base_url, token = environ.get("SUNOTUI_BASE_URL", ""), environ.get("SUNOTUI_TOKEN", "")
    if not base_url or not token:
        return {}
    return {ENV_PROFILE: Profile(ENV_PROFILE, parse_base_url(base_url), is_from_env=True)}
