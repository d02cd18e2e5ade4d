"""What each search field finds in a library, in every collection and order: exactly the matches of that collection."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sunotui.domain.annotations import AnnotationField, TakeRef
from sunotui.domain.browse import EVERYTHING, Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.search.query import parse
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.summary import View
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.annotations.labels import LabelStore
from sunotui.storage.annotations.notes import NoteStore, TrashStore
from sunotui.storage.annotations.ratings import RatingStore
from sunotui.storage.browse.list_queries import TaskLists
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore

NOW = 1_000_000.0
DAY = 86_400.0
ALBUM, LABEL = Collection(CollectionKind.ALBUM, "First"), Collection(CollectionKind.LABEL, "To Sing")
WORK, SAVED = Collection(CollectionKind.GATEWAY, "work"), Collection(CollectionKind.SEARCH, "Old ones")


def found(listings: TaskLists, search: str, place: Collection = EVERYTHING, sort: Sort = Sort.RELEVANCE) -> list[str]:
    """The sorted ids: only which ones are found matters here, not their order."""
    listing = ListQuery(place, parse(search), sort)
    rows = listings.rows(listing, 0, 1_000)
    assert len(rows) == listings.total(listing)
    return sorted(row.id for row in rows)


@pytest.fixture(scope="module")
def listings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TaskLists]:
    """Created once, since nothing here writes. The word "wave" is in a different field of each task; their other values
    differ, too."""
    db = Database.open(tmp_path_factory.mktemp("search") / "data" / "library.db")
    library, journal = TaskStore(db), Journal(db)
    wave = {
        "title": Clip("c-title", title="Wave", status=ClipStatus.COMPLETE, duration_s=100.0, model="chirp-v4"),
        "tags": Clip("c-tags", tags="wave", status=ClipStatus.COMPLETE, duration_s=180.0, model="chirp-crow"),
        "lyrics": Clip("c-lyrics", lyrics="one wave more", status=ClipStatus.COMPLETE, duration_s=180.4),
        "description": Clip("c-description", description="a wave", status=ClipStatus.COMPLETE, duration_s=200.0),
        "ids": Clip("wave-1", status=ClipStatus.COMPLETE, duration_s=3_700.0),
        "note": Clip("c-note", title="Waves of late", status=ClipStatus.ERROR),
        "none": Clip("c-none", title="Sea", status=ClipStatus.SUBMITTED),
    }
    kinds = {"description": TaskKind.CONCAT, "ids": TaskKind.UPLOAD}
    ends = {"note": TaskStatus.FAILURE, "none": TaskStatus.QUEUED}
    for number, (name, clip) in enumerate(wave.items()):
        library.save(
            [
                Task(
                    name,
                    "work" if number % 2 else "home",
                    kinds.get(name, TaskKind.MUSIC),
                    ends.get(name, TaskStatus.SUCCESS),
                    NOW - number * DAY,
                    clips=(clip,),
                )
            ]
        )
    # The text of a request is that of the task's submission.
    request = MusicRequest(description="the wave")
    journal.add(Submission("s1", "work", request, "/suno/submit/music", "{}", SubmissionState.READY, NOW - 9 * DAY))
    journal.claim("s1", NOW - 9 * DAY)
    clip = Clip("c-prompt", status=ClipStatus.COMPLETE)
    prompt = Task("prompt", "work", TaskKind.LYRICS, TaskStatus.SUCCESS, NOW - 9 * DAY, clips=(clip,))
    assert journal.accept("s1", prompt, NOW)
    _keep(db, library)
    yield TaskLists(db, lambda: NOW)
    db.close()


def _keep(db: Database, library: TaskStore) -> None:
    """Add annotations; every collection has matches inside and outside."""
    NoteStore(db, library.reindex).put("note", "a wave of my own")
    LabelStore(db, library.reindex).put(["title", "none"], "To Sing", is_on=True)
    # Names that are adjacent in the alphabet, with other matches.
    for name, task_id in (("Ant", "note"), ("Zoo", "tags")):
        LabelStore(db, library.reindex).put([task_id], name, is_on=True)
    RatingStore(db).put(AnnotationField.FAVOURITE, {TakeRef("lyrics", "c-lyrics"): 1, TakeRef("none", "c-none"): 1})
    RatingStore(db).put(AnnotationField.RATING, {TakeRef("title", "c-title"): 3, TakeRef("tags", "c-tags"): 5})
    RatingStore(db).put(AnnotationField.PLAYED, {TakeRef("tags", "c-tags"): 1})
    with db.write() as connection:
        connection.execute("INSERT INTO album (id, name, key, created_at) VALUES (1, 'First', 'first', 0)")
        connection.execute(
            "INSERT INTO album_take (album_id, place, task_id, clip_id) "
            "VALUES (1, 1, 'tags', 'c-tags'), (1, 2, 'none', 'c-none'), (1, 3, 'title', 'c-title')"
        )
        connection.execute(
            "INSERT INTO album (id, name, key, created_at) VALUES (2, 'Ahead', 'ahead', 0), (3, 'Last', 'last', 0)"
        )
        connection.execute(
            "INSERT INTO album_take (album_id, place, task_id, clip_id) VALUES (2, 1, 'note', ''), (3, 1, 'lyrics', '')"
        )
        connection.execute("INSERT INTO saved_search VALUES (1, 'Old ones', 'old ones', 'before:2d', 'age', 0)")
    TrashStore(db).put({"ids": NOW})


FOUND: dict[str, set[str]] = {
    # Words: anywhere, in one field, as a prefix, exact, and excluded.
    "wave": {"title", "tags", "lyrics", "description", "prompt", "note"},
    "title:wave": {"title", "note"},
    'title:"wave"': {"title"},
    "title:wav": {"title", "note"},
    'title:"wav"': set(),
    "tag:wave": {"tags"},
    "lyrics:wave": {"lyrics"},
    "description:wave": {"description"},
    "prompt:wave": {"prompt"},
    "note:wave": {"note"},
    "id:wave": set(),
    "id:wave is:trashed": {"ids"},
    "id:none": {"none"},
    '"wave more"': {"lyrics"},
    '"more wave"': set(),
    "more wave": {"lyrics"},
    "wave -more": {"title", "tags", "description", "prompt", "note"},
    "-wave": {"none"},
    "-title:wave": {"tags", "lyrics", "description", "prompt", "none"},
    "sing": {"title", "none"},
    # Flags.
    "is:starred": {"lyrics", "none"},
    "-is:starred": {"title", "tags", "description", "prompt", "note"},
    "is:rated": {"title", "tags"},
    "is:heard": {"tags"},
    "is:unheard": {"title", "lyrics", "description"},
    "is:active": {"none"},
    "is:failed": {"note"},
    "is:song": {"title", "tags", "lyrics", "description", "note", "none"},
    "is:trashed": {"ids"},
    "wave is:starred": {"lyrics"},
    # Kinds and statuses.
    "kind:lyrics": {"prompt"},
    "kind:concat": {"description"},
    "kind:song": {"title", "tags", "lyrics", "note", "none"},
    "-kind:song": {"description", "prompt"},
    "status:failed": {"note"},
    "status:done": {"title", "tags", "lyrics", "description", "prompt"},
    "status:active": {"none"},
    "status:queued": {"none"},
    # Ages: "title" is new, and each further one is a day older.
    "since:1d": {"title", "tags"},
    "-since:1d": {"lyrics", "description", "note", "none", "prompt"},
    "before:1d": {"lyrics", "description", "note", "none", "prompt"},
    "before:36h": {"lyrics", "description", "note", "none", "prompt"},
    "since:3d before:1d": {"lyrics", "description"},
    # Lengths; those of "note", "none" and "prompt" are unknown.
    "len:3:00": {"tags", "lyrics"},
    "len:>3:00": {"description"},
    "len:>=3:00": {"tags", "lyrics", "description"},
    "len:<3:00": {"title"},
    "len:<=3:00": {"title", "tags", "lyrics"},
    "len:1:40-3:00": {"title", "tags", "lyrics"},
    "-len:>=3:00": {"title"},
    "len:>1:00:00 is:trashed": {"ids"},
    # Ratings; an unrated task has 0.
    "rating:3": {"title"},
    "rating:>3": {"tags"},
    "rating:>=3": {"title", "tags"},
    "rating:3-5": {"title", "tags"},
    "rating:0": {"lyrics", "description", "prompt", "note", "none"},
    "-rating:0": {"title", "tags"},
    # Names, by prefix if they are the user's own.
    "model:chirp-v4": {"title"},
    "model:v4": {"title"},
    "-model:v4": {"tags", "lyrics", "description", "prompt", "note", "none"},
    'label:"to sing"': {"title", "none"},
    "label:to": {"title", "none"},
    "label:sing": set(),
    "-label:to": {"tags", "lyrics", "description", "prompt", "note"},
    "album:first": {"title", "tags", "none"},
    "album:fir -wave": {"none"},
    "gateway:home": {"title", "lyrics", "none"},
    "gateway:work": {"tags", "description", "note", "prompt"},
    "gateway:wor": set(),
}


@pytest.mark.parametrize("search", FOUND)
def test_the_results_of_a_search(listings: TaskLists, search: str) -> None:
    for sort in (Sort.RELEVANCE, Sort.AGE):
        assert found(listings, search, sort=sort) == sorted(FOUND[search]), sort


PLACES: dict[Collection, set[str]] = {
    EVERYTHING: {"title", "tags", "lyrics", "description", "prompt", "note", "none"},
    Collection.of_view(View.SONGS): {"title", "tags", "lyrics", "description", "none"},
    Collection.of_view(View.LYRICS): {"prompt"},
    Collection.of_view(View.ACTIVE): {"none"},
    Collection.of_view(View.FAVOURITES): {"lyrics", "none"},
    Collection.of_view(View.UNPLAYED): {"title", "lyrics", "description"},
    Collection.of_view(View.FAILED): {"note"},
    Collection.of_view(View.TRASH): {"ids"},
    LABEL: {"title", "none"},
    WORK: {"tags", "description", "note", "prompt"},
    ALBUM: {"title", "tags", "none"},
    SAVED: {"description", "note", "none", "prompt"},
}
SEARCHES = (
    *("", "wave", "sea", "-wave", "wave OR", "is:starred", "is:rated wave", "len:>=3:00", "title:wave", "label:to"),
    *("wave rating:3", "wave len:>=3:00", "wave gateway:home", "wave kind:song -rating:5"),
)


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_search_in_a_collection_finds_its_matches_only(listings: TaskLists, place: Collection, search: str) -> None:
    hits = FOUND[search] if search in FOUND else set(found(listings, search))
    if place.view is View.TRASH:
        hits = set(found(listings, f"{search} is:trashed"))
    for sort in Sort:
        assert found(listings, search, place, sort) == sorted(hits & PLACES[place]), sort
    if search == "wave" and place.view not in {View.ALL, View.TRASH}:
        assert hits - PLACES[place], "without a hit outside of the place this would prove nothing"


def test_an_album_is_searched_in_its_own_order(listings: TaskLists) -> None:
    def rows(search: str, *, is_reversed: bool = False) -> list[str]:
        return [row.id for row in listings.rows(ListQuery(ALBUM, parse(search), is_reversed=is_reversed), 0, 9)]

    assert rows("") == ["tags", "none", "title"]
    assert rows("wave") == ["tags", "title"]
    assert rows("wave", is_reversed=True) == ["title", "tags"]
    assert rows("-wave") == ["none"]
    assert rows("rating:5") == ["tags"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.AGE, ["title", "tags", "lyrics", "description", "note", "none", "prompt"]),
        (Sort.LENGTH, ["description", "lyrics", "tags", "title"]),
        (Sort.RATING, ["tags", "title"]),
        (Sort.TITLE, ["none", "title", "note"]),
    ],
)
def test_an_example_of_each_order(listings: TaskLists, sort: Sort, order: list[str]) -> None:
    rows = [row.id for row in listings.rows(ListQuery(EVERYTHING, sort=sort), 0, 9)]
    assert rows[: len(order)] == order
    hits = [name for name in order if name in FOUND["wave"]]
    rows = [row.id for row in listings.rows(ListQuery(EVERYTHING, parse("wave"), sort), 0, 9)]
    assert rows[: len(hits)] == hits
