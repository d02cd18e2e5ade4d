"""A whole listing at once, as no screen asks for it."""

from sunotui.domain.browse import Listing, Place, Sort
from sunotui.domain.tasks.summary import View
from sunotui.storage.browse.list_queries import Listings
from sunotui.storage.db.connection import Database

NOW = 1_700_000_000.0


def all_ids(db: Database, view: View = View.ALL, search: str = "") -> list[str]:
    """The ids of everything in a view that a search finds, newest first."""
    listings = Listings(db, lambda: NOW)
    listing = Listing(Place.of_view(view), search, Sort.AGE)
    return listings.ids(listing, 0, listings.total(listing))


def counts(db: Database) -> dict[View, int]:
    """How many tasks each view says that it has."""
    found = Listings(db, lambda: NOW).places()
    return {place.view: count for place, count in found.items() if place.view is not None}
