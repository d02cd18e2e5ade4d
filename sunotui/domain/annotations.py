"""The user's annotations: ratings of takes, preferences between them, labels, notes, albums and saved searches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sunotui.domain.browse import Sort
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.search.folding import fold
from sunotui.domain.search.query import Query, parse
from sunotui.domain.text import TEXT_LIMIT, storable_text, trim
from sunotui.named_tuple import NamedTuple

NAME_LIMIT = 200
"""The maximum length of the name of a label, an album or a saved search, in characters."""
NOTE_LIMIT = TEXT_LIMIT
"""The maximum length of a note, in characters."""
RATING_AT_MOST = 5


class TakeRef(NamedTuple):
    """Identifies a take by task and clip. An empty clip id means the task's first take, or the task itself if it has no
    takes."""

    task_id: str
    clip_id: str = ""


class AnnotationField(StrEnum):
    """The fields of a rating; the values are the column names."""

    FAVOURITE = "is_starred"
    RATING = "rating"
    PLAYED = "heard_at"

    def of(self, rating: TakeRating) -> float | None:
        """The value of this field in a rating."""
        match self:
            case AnnotationField.FAVOURITE:
                return rating.is_favourite
            case AnnotationField.RATING:
                return rating.rating
            case AnnotationField.PLAYED:
                return rating.played_at


class TakeRating(NamedTuple):
    """The user's rating of a take."""

    is_favourite: bool = False
    rating: int = 0
    """1 to 5; 0 without a rating."""
    played_at: float | None = None
    """Unix seconds; None if it was never played. Opening its details does not count."""
    plays: int = 0
    """How often the player has played it."""
    last_played_at: float | None = None
    """When the player played it last, in Unix seconds; None if it has not."""


NO_RATING = TakeRating()


class Preference(NamedTuple):
    """Which of two takes was preferred."""

    winner: TakeRef
    loser: TakeRef
    profile: str
    """The name of the profile of the winner's gateway."""
    compared_at: float
    """Unix seconds."""


class TriageVerdict(StrEnum):
    """The user's decision on a take in triage; the values are stored, except for LATER."""

    FAVOURITE = "favourite"
    RATE = "rate"
    KEEP = "keep"
    """The take is played, and saved as a file."""
    TRASH = "trash"
    """The take is rejected. Its song goes to the trash with the last of its takes."""
    LATER = "later"
    """The take is postponed, and stays unplayed."""


class TriageDecision(NamedTuple):
    """The verdict on a take."""

    take: TakeRef
    verdict: TriageVerdict
    rating: int = 0
    """1 to 5 for RATE, else 0."""
    decided_at: float = 0.0
    """Unix seconds."""


@dataclass(frozen=True, slots=True)
class NamedCount:
    """A label or an album, with the number of its tasks or takes outside the trash."""

    name: str
    count: int


class AlbumLook(NamedTuple):
    """What an album shows besides its takes."""

    artist: str = ""
    """Empty for the one of the settings."""
    cover_clip: str = ""
    """The take whose cover is the album's; empty for a picture file, or for the first take that has a cover."""
    cover_path: str = ""
    """The absolute path of a picture file; empty without one."""


@dataclass(frozen=True, slots=True)
class AlbumSummary:
    """An album in a list of albums. Takes in the trash do not count."""

    name: str
    count: int
    """How many takes it has."""
    duration_s: float
    """The running time of the takes whose length is known, in seconds."""
    saved: int
    """How many of its takes are saved as files with their sound."""


class Album(NamedTuple):
    """An album: takes in the user's order."""

    name: str
    takes: tuple[TakeRef, ...]
    created_at: float = 0.0
    """Unix seconds; 0 if it is not known."""
    look: AlbumLook = AlbumLook()


class SavedSearch(NamedTuple):
    """A named search with its sort order."""

    name: str
    text: str
    """The query as the user typed it."""
    sort: Sort
    is_reversed: bool = False

    @property
    def query(self) -> Query:
        """The parsed text."""
        return parse(self.text)


class Annotations(NamedTuple):
    """The user's annotations of one task and its takes."""

    ratings: Mapping[str, TakeRating] = MappingProxyType({})
    """By clip id; '' for a task without takes."""
    labels: tuple[str, ...] = ()
    albums: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """The names of the albums that contain a take, by clip id."""
    note: str = ""
    is_trashed: bool = False

    def take_rating(self, clip_id: str = "") -> TakeRating:
        """The rating of a take."""
        return self.ratings.get(clip_id, NO_RATING)

    @property
    def rating(self) -> int:
        """The best rating of its takes."""
        return max((rating.rating for rating in self.ratings.values()), default=0)

    @property
    def is_favourite(self) -> bool:
        """Whether one of its takes is a favourite."""
        return any(rating.is_favourite for rating in self.ratings.values())

    @property
    def played(self) -> int:
        """How many of its takes were played."""
        return sum(rating.played_at is not None for rating in self.ratings.values())


NO_ANNOTATIONS = Annotations()


def valid_name(text: str) -> str:
    """The name of a label, an album or a saved search as it is stored; never truncated. Raises InvalidRequest for an
    empty or too long name.
    """
    name = one_line(text)
    if not name_key(name):
        raise InvalidRequest("That is no name", advice="Give it letters or digits")
    if len(name) > NAME_LIMIT:
        raise InvalidRequest(f"A name has at most {NAME_LIMIT} characters; this one has {len(name):,}")
    return name


def name_key(name: str) -> str:
    """The key that identifies a name: case, accents and width are ignored, the length is not limited."""
    return fold(one_line(name))


def one_line(text: str) -> str:
    """The text on one line, without invisible characters at its ends; never truncated."""
    return " ".join(trim(storable_text(text)).split())


def valid_note(text: str) -> str:
    """The note as it is stored, never truncated; may be empty. Raises InvalidRequest for a note that is too long."""
    note = storable_text(text).rstrip("\n") if trim(text) else ""
    if len(note) > NOTE_LIMIT:
        raise InvalidRequest(f"A note has at most {NOTE_LIMIT:,} characters; this one has {len(note):,}")
    return note


def valid_rating(rating: int) -> int:
    """Check that a rating is 0 to 5 and return it. Raises InvalidRequest otherwise."""
    if not 0 <= rating <= RATING_AT_MOST:
        raise InvalidRequest(f"A rating is a number from 0 to {RATING_AT_MOST}", advice="0 takes it back")
    return rating
