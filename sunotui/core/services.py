"""All of the studio that is not needed to show its library, put together; loaded once the first frame is painted."""

from typing import TYPE_CHECKING

from sunotui.core.context import Ground
from sunotui.core.gateways.billing import Ledger
from sunotui.core.gateways.capabilities import Offerings
from sunotui.core.gateways.experience import Experience
from sunotui.core.gateways.extras import Extras
from sunotui.core.gateways.model_choice import ModelChoice
from sunotui.core.gateways.parentage import Parentage
from sunotui.core.library.annotations import Keeper
from sunotui.core.library.durations import Times
from sunotui.core.polling.pollers import Watches
from sunotui.core.submissions.results import Results
from sunotui.core.submissions.song_listing import SongListing
from sunotui.core.submissions.submitter import Submitter
from sunotui.core.submissions.unknown_outcomes import Unknowns
from sunotui.storage.gateway_facts.balances import BalanceLooks
from sunotui.storage.gateway_facts.capabilities import OfferBook
from sunotui.storage.gateway_facts.personas import Personas
from sunotui.storage.gateway_facts.prices import PriceBook
from sunotui.storage.tasks.lineage_store import Families

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sunotui.core.core import Studio
    from sunotui.storage.db.connection import Database
    from sunotui.storage.gateway_facts.timings import Timings


class Parts:
    """Made on any thread, each part with what it needs."""

    def __init__(
        self,
        studio: "Studio",
        ground: Ground,
        database: "Database",
        timings: "Timings",
        lively: "Callable[[str], Sequence[str] | None]",
        siblings: "Callable[[str], Iterable[str]]",
    ) -> None:
        """`lively` and `siblings` are the ledger's."""
        library, journal = studio.library, studio.journal
        self.times = Times(ground.desk, library)
        self.parentage = Parentage(ground.desk, library, Families(database))
        self.ledger = Ledger(ground, PriceBook(database), BalanceLooks(database), lively, siblings)
        self.offerings = Offerings(ground, OfferBook(database), self.ledger, studio.profile_named)
        ground.gateways.use_evidence(self.offerings.dialect_evidence)
        self._experience = Experience(ground, journal, library, self.offerings)
        self.watches = Watches(ground, library, self.offerings)
        self.extras = Extras(
            ground,
            library=library,
            timings=timings,
            personas=Personas(database),
            offerings=self.offerings,
            watches=self.watches,
        )
        self.models = ModelChoice(ground, journal, self.offerings)
        self.submitter = Submitter(ground, journal, studio.watch_task, self.models, self.parentage)
        self.results = Results(
            ground,
            library=library,
            journal=journal,
            offerings=self.offerings,
            watches=self.watches,
            submitter=self.submitter,
        )
        self.song_listing = SongListing(ground, library, journal, self.offerings)
        self.unknowns = Unknowns(studio)
        self.keeper = Keeper(ground, database, library.refresh_words)
        for hear in (
            *(self.ledger.hear, self.offerings.hear, self._experience.hear, self.results.hear),
            self.song_listing.hear,
        ):
            ground.newsroom.subscribe(hear)

    def load(self) -> None:
        """Read what was learned on earlier days; on the storage thread. Raises LibraryTrouble."""
        self.ledger.load()
        self.offerings.load()
