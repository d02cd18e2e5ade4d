"""The user's annotations: ratings of takes, labels, notes, albums and saved searches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sunotui.domain.browse import Sort
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.search.folding import fold
from sunotui.domain.search.query import Query, parse
from sunotui.domain.text import TEXT_LIMIT, storable_text, trim

NAME_LIMIT = 200
"""Characters that the name of a label, an album or a saved search may have."""
NOTE_LIMIT = TEXT_LIMIT
"""Characters that a note may have."""
RATING_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class TakeRef:
    """A take by its task and its clip; without a clip the task's first take, or the task where it has none."""

    task_id: str
    clip_id: str = ""


class AnnotationField(StrEnum):
    """The fields of a rating, by the names of their columns."""

    STAR = "is_starred"
    RATING = "rating"
    HEARD = "heard_at"


@dataclass(frozen=True, slots=True)
class TakeRating:
    """The user's rating of a take."""

    is_starred: bool = False
    rating: int = 0
    """1 to 5; 0 without a rating."""
    heard_at: float | None = None
    """Unix seconds; None if it was not played. Looking at a take does not count."""


NO_RATING = TakeRating()


@dataclass(frozen=True, slots=True)
class NamedCount:
    """A label or an album by its name, and how many tasks or takes it has, without those in the trash."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Album:
    """Takes in the order that the user gave them."""

    name: str
    takes: tuple[TakeRef, ...]


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search under a name, with the order of its list."""

    name: str
    text: str
    """As the user typed it."""
    sort: Sort
    is_reversed: bool = False

    @property
    def query(self) -> Query:
        """The parsed text."""
        return parse(self.text)


@dataclass(frozen=True, slots=True)
class Annotations:
    """The user's annotations of one task and its takes."""

    ratings: Mapping[str, TakeRating] = field(default_factory=dict)
    """By clip id; '' for a task without takes."""
    labels: tuple[str, ...] = ()
    albums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names of the albums that a take is in, by clip id."""
    note: str = ""
    is_trashed: bool = False

    def take_rating(self, clip_id: str = "") -> TakeRating:
        """The rating of a take."""
        return self.ratings.get(clip_id, NO_RATING)

    @property
    def rating(self) -> int:
        """The best rating of its takes."""
        return max((opinion.rating for opinion in self.ratings.values()), default=0)

    @property
    def is_starred(self) -> bool:
        """Whether one of its takes is starred."""
        return any(opinion.is_starred for opinion in self.ratings.values())

    @property
    def heard(self) -> int:
        """How many of its takes were heard."""
        return sum(opinion.heard_at is not None for opinion in self.ratings.values())


NO_ANNOTATIONS = Annotations()


def valid_name(text: str) -> str:
    """The stored form of the name of a label, an album or a saved search; never cut.

    Raises InvalidRequest for an empty name, and for one that is too long.
    """
    name = one_line(text)
    if not name_key(name):
        raise InvalidRequest("That is no name", advice="Give it letters or digits")
    if len(name) > NAME_LIMIT:
        raise InvalidRequest(f"A name has at most {NAME_LIMIT} characters; this one has {len(name):,}")
    return name


def name_key(name: str) -> str:
    """The key by which two names are the same, from their whole text: case, accents and width do not count."""
    return fold(one_line(name))


def one_line(text: str) -> str:
    """The text on one line, however long it is, and without anything invisible at its ends."""
    return " ".join(trim(storable_text(text)).split())


def valid_note(text: str) -> str:
    """The stored form of a note, never cut; empty for none. Raises InvalidRequest for one that is too long."""
    note = storable_text(text).rstrip("\n") if trim(text) else ""
    if len(note) > NOTE_LIMIT:
        raise InvalidRequest(f"A note has at most {NOTE_LIMIT:,} characters; this one has {len(note):,}")
    return note


def valid_rating(rating: int) -> int:
    """A rating of 0 to 5. Raises InvalidRequest for any other."""
    if not 0 <= rating <= RATING_AT_MOST:
        raise InvalidRequest(f"A rating is a number from 0 to {RATING_AT_MOST}", advice="0 takes it back")
    return rating
