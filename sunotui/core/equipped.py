"""The parts of the studio that work with gateways, made when they are first asked for: the first frame needs none."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sunotui.core.gateways.billing import Billing
    from sunotui.core.gateways.capabilities import CapabilityService
    from sunotui.core.gateways.extras import ExtrasService
    from sunotui.core.gateways.model_choice import ModelChoice
    from sunotui.core.gateways.parentage import ParentChecks
    from sunotui.core.library.annotations import AnnotationService
    from sunotui.core.library.durations import DurationStats
    from sunotui.core.polling.pollers import PollerPool
    from sunotui.core.services import Services
    from sunotui.core.submissions.results import ResultCollector
    from sunotui.core.submissions.song_listing import SongMatcher
    from sunotui.core.submissions.submitter import Submitter
    from sunotui.core.submissions.unknown_outcomes import UnknownOutcomes


class ServiceAccess:
    """Has them as if they had always been there. Any thread may ask; they are made once."""

    def __init__(self) -> None:
        self._parts: Services | None = None
        self._gate = threading.Lock()

    def load_services(self) -> Services:
        """Make all of them; the modules alone take 25 ms."""
        raise NotImplementedError

    @property
    def has_parts(self) -> bool:
        """Whether they were made."""
        return self._parts is not None

    @property
    def parts(self) -> Services:
        """All of them."""
        with self._gate:
            if self._parts is None:
                self._parts = self.load_services()
            return self._parts

    @property
    def extras(self) -> ExtrasService:
        """What only some gateways offer beside tasks."""
        return self.parts.extras

    @property
    def keeper(self) -> AnnotationService:
        """What a person keeps: stars, ratings, labels, notes, albums, the trash."""
        return self.parts.keeper

    @property
    def ledger(self) -> Billing:
        """Money."""
        return self.parts.ledger

    @property
    def models(self) -> ModelChoice:
        """Models for requests that name none."""
        return self.parts.models

    @property
    def offerings(self) -> CapabilityService:
        """What each gateway offers."""
        return self.parts.offerings

    @property
    def parentage(self) -> ParentChecks:
        """What a clip was made of."""
        return self.parts.parentage

    @property
    def results(self) -> ResultCollector:
        """What submissions came to that make no song."""
        return self.parts.results

    @property
    def song_listing(self) -> SongMatcher:
        """Looks for unknown submissions among the songs that a gateway lists."""
        return self.parts.song_listing

    @property
    def submitter(self) -> Submitter:
        """Sends wishes."""
        return self.parts.submitter

    @property
    def times(self) -> DurationStats:
        """How long things usually take."""
        return self.parts.times

    @property
    def unknowns(self) -> UnknownOutcomes:
        """The ways out of an unknown outcome."""
        return self.parts.unknowns

    @property
    def watches(self) -> PollerPool:
        """The watches over what is unfinished."""
        return self.parts.watches
