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
        core: Core,
        ctx: Context,
        database: Database,
        timings: TimingStore,
        lively: Callable[[str], Sequence[str] | None],
        siblings: Callable[[str], Iterable[str]],
    ) -> None:
        """`lively` and `siblings` are the ledger's."""
        library, journal = core.tasks, core.journal
        self.durations = DurationStats(ctx.storage, library)
        self.parent_checks = ParentChecks(ctx.storage, library, LineageStore(database))
        self.billing = Billing(ctx, PriceStore(database), BalanceStore(database), lively, siblings)
        self.capabilities = CapabilityService(ctx, CapabilityStore(database), self.billing, core.profile_named)
        ctx.clients.use_evidence(self.capabilities.dialect_evidence)
        self._experience = CapabilityObserver(ctx, journal, library, self.capabilities)
        self.pollers = PollerPool(ctx, library, self.capabilities)
        self.extras = ExtrasService(
            ctx,
            library=library,
            timings=timings,
            personas=PersonaStore(database),
            capabilities=self.capabilities,
            pollers=self.pollers,
        )
        self.model_choice = ModelChoice(ctx, journal, self.capabilities)
        self.submitter = Submitter(ctx, journal, core.watch_task, self.model_choice, self.parent_checks)
        self.results = ResultCollector(
            ctx,
            library=library,
            journal=journal,
            capabilities=self.capabilities,
            pollers=self.pollers,
            submitter=self.submitter,
        )
        self.song_matcher = SongMatcher(ctx, library, journal, self.capabilities)
        self.unknown_outcomes = UnknownOutcomes(core)
        self.annotations = AnnotationService(ctx, database, library.reindex)
        for hear in (
            *(self.billing.on_event, self.capabilities.on_event, self._experience.on_event, self.results.on_event),
            self.song_matcher.on_event,
        ):
            ctx.events.subscribe(hear)

    def load(self) -> None:
        """Read what was learned on earlier days; on the storage thread. Raises LibraryError."""
        self.billing.load()
        self.capabilities.load()
