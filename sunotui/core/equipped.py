"""The parts of the studio that work with gateways, made when they are first asked for: the first frame needs none."""

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sunotui.core.gateways.billing import Ledger
    from sunotui.core.gateways.capabilities import Offerings
    from sunotui.core.gateways.extras import Extras
    from sunotui.core.gateways.model_choice import ModelChoice
    from sunotui.core.gateways.parentage import Parentage
    from sunotui.core.library.annotations import Keeper
    from sunotui.core.library.durations import Times
    from sunotui.core.polling.pollers import Watches
    from sunotui.core.services import Parts
    from sunotui.core.submissions.results import Results
    from sunotui.core.submissions.song_listing import SongListing
    from sunotui.core.submissions.submitter import Submitter
    from sunotui.core.submissions.unknown_outcomes import Unknowns


class Equipped:
    """Has them as if they had always been there. Any thread may ask; they are made once."""

    def __init__(self) -> None:
        self._parts: Parts | None = None
        self._gate = threading.Lock()

    def make_parts(self) -> "Parts":
        """Make all of them; the modules alone take 25 ms."""
        raise NotImplementedError

    @property
    def has_parts(self) -> bool:
        """Whether they were made."""
        return self._parts is not None

    @property
    def parts(self) -> "Parts":
        """All of them."""
        with self._gate:
            if self._parts is None:
                self._parts = self.make_parts()
            return self._parts

    @property
    def extras(self) -> "Extras":
        """What only some gateways offer beside tasks."""
        return self.parts.extras

    @property
    def keeper(self) -> "Keeper":
        """What a person keeps: stars, ratings, labels, notes, albums, the trash."""
        return self.parts.keeper

    @property
    def ledger(self) -> "Ledger":
        """Money."""
        return self.parts.ledger

    @property
    def models(self) -> "ModelChoice":
        """Models for requests that name none."""
        return self.parts.models

    @property
    def offerings(self) -> "Offerings":
        """What each gateway offers."""
        return self.parts.offerings

    @property
    def parentage(self) -> "Parentage":
        """What a clip was made of."""
        return self.parts.parentage

    @property
    def results(self) -> "Results":
        """What submissions came to that make no song."""
        return self.parts.results

    @property
    def song_listing(self) -> "SongListing":
        """Looks for unknown submissions among the songs that a gateway lists."""
        return self.parts.song_listing

    @property
    def submitter(self) -> "Submitter":
        """Sends wishes."""
        return self.parts.submitter

    @property
    def times(self) -> "Times":
        """How long things usually take."""
        return self.parts.times

    @property
    def unknowns(self) -> "Unknowns":
        """The ways out of an unknown outcome."""
        return self.parts.unknowns

    @property
    def watches(self) -> "Watches":
        """The watches over what is unfinished."""
        return self.parts.watches
