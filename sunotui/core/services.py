"""All of the studio that is not needed to show its library, put together; loaded once the first frame is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sunotui.core.context import Context
from sunotui.core.gateways.billing import Billing
from sunotui.core.gateways.capabilities import CapabilityService
from sunotui.core.gateways.experience import CapabilityObserver
from sunotui.core.gateways.extras import ExtrasService
from sunotui.core.gateways.model_choice import ModelChoice
from sunotui.core.gateways.parentage import ParentChecks
from sunotui.core.library.annotations import AnnotationService
from sunotui.core.library.durations import DurationStats
from sunotui.core.polling.pollers import PollerPool
from sunotui.core.submissions.results import ResultCollector
from sunotui.core.submissions.song_listing import SongMatcher
from sunotui.core.submissions.submitter import Submitter
from sunotui.core.submissions.unknown_outcomes import UnknownOutcomes
from sunotui.storage.gateway_facts.balances import BalanceStore
from sunotui.storage.gateway_facts.capabilities import CapabilityStore
from sunotui.storage.gateway_facts.personas import PersonaStore
from sunotui.storage.gateway_facts.prices import PriceStore
from sunotui.storage.tasks.lineage_store import LineageStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sunotui.core.core import Core
    from sunotui.storage.db.connection import Database
    from sunotui.storage.gateway_facts.timings import TimingStore


class Services:
    """Made on any thread, each part with what it needs."""

    def __init__(
        self,
        studio: Core,
        ground: Context,
        database: Database,
        timings: TimingStore,
        lively: Callable[[str], Sequence[str] | None],
        siblings: Callable[[str], Iterable[str]],
    ) -> None:
        """`lively` and `siblings` are the ledger's."""
        library, journal = studio.library, studio.journal
        self.times = DurationStats(ground.storage, library)
        self.parentage = ParentChecks(ground.storage, library, LineageStore(database))
        self.ledger = Billing(ground, PriceStore(database), BalanceStore(database), lively, siblings)
        self.offerings = CapabilityService(ground, CapabilityStore(database), self.ledger, studio.profile_named)
        ground.clients.use_evidence(self.offerings.dialect_evidence)
        self._experience = CapabilityObserver(ground, journal, library, self.offerings)
        self.watches = PollerPool(ground, library, self.offerings)
        self.extras = ExtrasService(
            ground,
            library=library,
            timings=timings,
            personas=PersonaStore(database),
            offerings=self.offerings,
            watches=self.watches,
        )
        self.models = ModelChoice(ground, journal, self.offerings)
        self.submitter = Submitter(ground, journal, studio.watch_task, self.models, self.parentage)
        self.results = ResultCollector(
            ground,
            library=library,
            journal=journal,
            offerings=self.offerings,
            watches=self.watches,
            submitter=self.submitter,
        )
        self.song_listing = SongMatcher(ground, library, journal, self.offerings)
        self.unknowns = UnknownOutcomes(studio)
        self.keeper = AnnotationService(ground, database, library.reindex)
        for hear in (
            *(self.ledger.on_event, self.offerings.on_event, self._experience.on_event, self.results.on_event),
            self.song_listing.on_event,
        ):
            ground.events.subscribe(hear)

    def load(self) -> None:
        """Read what was learned on earlier days; on the storage thread. Raises LibraryError."""
        self.ledger.load()
        self.offerings.load()
