"""Parts of lists: always a slice of the whole sorted list, whatever the request and the source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sunotui.domain.browse import EVERYTHING, Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.summary import Branch, TaskSummary, View
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.browse import list_queries, list_sources
from sunotui.storage.browse.list_queries import TaskLists, groups_lineages
from sunotui.storage.browse.list_sources import MaterializedRows, never
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.storage.browse.conftest import change, clip
from tests.storage.conftest import MakeTask

NOW = 1_000_000.0


@pytest.fixture
def listings(db: Database) -> TaskLists:
    return TaskLists(db, lambda: NOW)


def ids(listings: TaskLists, listing: ListQuery) -> list[str]:
    """The ids of the whole list."""
    return [row.id for row in listings.rows(listing, 0, listings.total(listing))]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.AGE, ["t3", "t2", "t1", "t0", "words"]),
        (Sort.RELEVANCE, ["t3", "t2", "t1", "t0", "words"]),
        (Sort.TITLE, ["t3", "words", "t1", "t0", "t2"]),
        (Sort.LENGTH, ["t2", "t0", "t3", "words", "t1"]),
        (Sort.MODEL, ["t1", "t0", "t3", "words", "t2"]),
    ],
)
def test_each_sort_order_can_be_reversed(five: TaskStore, listings: TaskLists, sort: Sort, order: list[str]) -> None:
    assert ids(listings, ListQuery(sort=sort)) == order
    assert ids(listings, ListQuery(sort=sort, is_reversed=True)) == order[::-1]


def test_the_best_rated_tasks_come_first(db: Database, five: TaskStore, listings: TaskLists) -> None:
    change(db, "UPDATE task SET rating = 5 WHERE id = 't1'", "UPDATE task SET rating = 3 WHERE id = 'words'")
    assert ids(listings, ListQuery(sort=Sort.RATING)) == ["t1", "words", "t3", "t2", "t0"]


def test_the_trash_is_a_separate_collection(db: Database, five: TaskStore, listings: TaskLists) -> None:
    change(db, "UPDATE task SET trashed_at = 7 WHERE id = 't1'")
    for place in (EVERYTHING, Collection.of_view(View.SONGS)):
        assert "t1" not in ids(listings, ListQuery(place))
    assert ids(listings, ListQuery(Collection.of_view(View.TRASH))) == ["t1"]
    assert ids(listings, ListQuery(Collection.of_view(View.TRASH), parse("delta"))) == ["t1"]
    assert ids(listings, ListQuery(query=parse("delta"))) == []
    assert ids(listings, ListQuery(query=parse("delta is:trashed"))) == ["t1"]
    assert listings.index_of(ListQuery(), "t1") is None


def test_a_reversed_album_has_its_own_order_backwards(db: Database, five: TaskStore, listings: TaskLists) -> None:
    change(
        db,
        "INSERT INTO album (id, name, key, created_at) VALUES (1, 'First', 'first', 0)",
        "INSERT INTO album_take (album_id, place, task_id, clip_id) VALUES (1, 3, 't0', ''), (1, 1, 't1', '')",
    )
    assert ids(listings, ListQuery(Collection(CollectionKind.ALBUM, "First"), is_reversed=True)) == ["t0", "t1"]


def test_a_search_by_age_follows_the_clock(db: Database, library: TaskStore, make_task: MakeTask) -> None:
    library.save([make_task("t1", added_at=NOW - 3_000)])
    times = [NOW]
    listings = TaskLists(db, lambda: times[-1])
    assert listings.total(ListQuery(query=parse("since:1h"))) == 1
    times.append(NOW + 700)
    assert listings.total(ListQuery(query=parse("since:1h"))) == 0


def test_an_unknown_length_is_neither_above_nor_below(five: TaskStore, listings: TaskLists) -> None:
    everything = set(ids(listings, ListQuery()))
    longer, others = (set(ids(listings, ListQuery(query=parse(text)))) for text in ("len:>1:30", "-len:>1:30"))
    assert longer
    assert others
    unknown = everything - longer - others
    assert unknown == {task.id for task in five.tasks(list(everything)).values() if task.duration_s is None}
    assert unknown


def test_a_saved_search_has_its_own_order_and_follows_the_clock(
    db: Database, library: TaskStore, make_task: MakeTask
) -> None:
    library.save([make_task(f"t{number}", added_at=NOW - 100 * number, clips=()) for number in range(3)])
    change(db, "INSERT INTO saved_search VALUES (1, 'New', 'new', 'since:1h', 'age', 1)")
    times, place = [NOW], Collection(CollectionKind.SEARCH, "New")
    listings = TaskLists(db, lambda: times[-1])
    assert ids(listings, ListQuery(place)) == ["t2", "t1", "t0"], "the oldest first, as it was kept"
    assert ids(listings, ListQuery(place, is_reversed=True)) == ["t0", "t1", "t2"]
    assert ids(listings, ListQuery(place, sort=Sort.AGE)) == ["t0", "t1", "t2"], "the user's choice counts more"
    times.append(NOW + 3_450)
    assert ids(listings, ListQuery(place)) == ["t1", "t0"]


def test_labels_albums_and_gateways_are_collections(db: Database, five: TaskStore, listings: TaskLists) -> None:
    change(
        db,
        "INSERT INTO label VALUES (1, 'Best', 'best')",
        "INSERT INTO task_label (label_id, task_id) VALUES (1, 't0'), (1, 't2')",
        "INSERT INTO album (id, name, key, created_at) VALUES (1, 'First', 'first', 0)",
        "INSERT INTO album_take (album_id, place, task_id, clip_id) "
        "VALUES (1, 3, 't0', 'a'), (1, 1, 't1', 'b'), (1, 2, 'words', ''), (1, 9, 't1', 'c')",
        "INSERT INTO saved_search VALUES (1, 'Long ones', 'long ones', 'len:>1:00', 'age', 0)",
        "UPDATE task SET profile = 'work' WHERE id IN ('t2', 't3')",
    )
    label, album = Collection(CollectionKind.LABEL, "Best"), Collection(CollectionKind.ALBUM, "First")
    gateway, search = Collection(CollectionKind.GATEWAY, "work"), Collection(CollectionKind.SEARCH, "Long ones")
    assert ids(listings, ListQuery(label)) == ["t2", "t0"]
    assert ids(listings, ListQuery(album)) == ["t1", "words", "t0"]
    assert ids(listings, ListQuery(album, sort=Sort.AGE)) == ["t1", "t0", "words"]
    assert ids(listings, ListQuery(gateway)) == ["t3", "t2"]
    assert ids(listings, ListQuery(gateway, sort=Sort.LENGTH)) == ["t2", "t3"]
    assert ids(listings, ListQuery(search)) == ["t2", "t0"]
    assert ids(listings, ListQuery(search, parse("alpha"))) == []
    counts = listings.counts()
    assert {place.name: counts[place] for place in (label, album, gateway, search)} == {
        "Best": 2,
        "First": 3,
        "work": 2,
        "Long ones": -1,
    }
    assert list(counts)[-1] == Collection.of_view(View.TRASH)
    change(db, "UPDATE task SET trashed_at = 1 WHERE id = 't2'")
    assert listings.counts()[label] == 1
    assert listings.total(ListQuery(gateway)) == 1
    assert listings.total(ListQuery(Collection(CollectionKind.GATEWAY, "unknown"))) == 0


@pytest.mark.parametrize("text", ["", "alpha"])
def test_a_page_does_not_wait_for_the_counts_of_the_sidebar(db: Database, five: TaskStore, text: str) -> None:
    """The labels and the songs at risk took 250 ms of the first frame of a library with 100,000 songs."""
    statements: list[str] = []
    db._connection.set_trace_callback(statements.append)
    TaskLists(db, lambda: NOW, few=0).rows(ListQuery(query=parse(text)), 0, 20)
    db._connection.set_trace_callback(None)
    assert statements
    assert not [sql for sql in statements if "FROM label" in sql or "FROM album" in sql or "task_unsafe" in sql]


def test_a_search_lists_the_best_match_first_and_then_the_newest(
    library: TaskStore, listings: TaskLists, make_task: MakeTask
) -> None:
    library.save([make_task("sung", clips=(Clip("a", title="Sea", lyrics="the rain, the rain"),), added_at=9.0)])
    library.save([make_task("named", clips=(Clip("b", title="Rain"),), added_at=1.0)])
    library.save([make_task("tagged", clips=(Clip("c", title="Sun", tags="rain"),), added_at=5.0)])
    assert ids(listings, ListQuery(query=parse("rain"))) == ["named", "tagged", "sung"]
    assert ids(listings, ListQuery(query=parse("rain"), sort=Sort.AGE)) == ["sung", "tagged", "named"]
    assert ids(listings, ListQuery(query=parse("rain -tag:rain title:ra"))) == ["named"]


def test_changes_of_this_and_other_connections_are_visible_immediately(
    five: TaskStore, listings: TaskLists, open_db: Callable[..., Database], make_task: MakeTask
) -> None:
    listing = ListQuery(query=parse("alpha"))
    assert ids(listings, listing) == ["t3"]
    five.save([make_task("t1", clips=(clip("t1", "Alpha II"),))])
    assert sorted(ids(listings, listing)) == ["t1", "t3"]
    TaskStore(open_db()).save([make_task("new", clips=(clip("new", "alpha"),), added_at=500.0)])
    assert sorted(ids(listings, listing)) == ["new", "t1", "t3"]
    assert listings.total(ListQuery()) == 6


def test_older_results_of_a_search_follow_the_ranked_ones(
    db: Database, library: TaskStore, make_task: MakeTask
) -> None:
    for number in range(9):
        library.save([make_task(f"t{number}", clips=(clip(f"t{number}", "Rain" if number % 2 else "Rain and rain"),))])
    for listing in (ListQuery(query=parse("rain")), ListQuery(Collection.of_view(View.SONGS), parse("rain"))):
        for is_reversed in (False, True):
            turned = ListQuery(listing.collection, listing.query, is_reversed=is_reversed)
            listings = TaskLists(db, lambda: NOW, ranked=4)
            whole = ids(listings, turned)
            forwards = whole[::-1] if is_reversed else whole
            assert set(forwards[:4]) == {"t8", "t7", "t6", "t5"}
            assert forwards[4:] == ["t4", "t3", "t2", "t1", "t0"]
            assert [listings.index_of(turned, task_id) for task_id in whole] == list(range(9))
            assert [row.id for row in listings.rows(turned, 3, 6)] == whole[3:6]
    assert TaskLists(db, lambda: NOW, ranked=4).index_of(ListQuery(query=parse("and")), "t1") is None


@pytest.mark.parametrize(
    ("search", "sort"), [("rain", Sort.RELEVANCE), ("rain", Sort.TITLE), ("-snow", Sort.AGE), ("is:unplayed", Sort.AGE)]
)
def test_the_first_rows_of_a_long_search_are_read_before_all_are_counted(
    db: Database, library: TaskStore, make_task: MakeTask, search: str, sort: Sort
) -> None:
    library.save([make_task(f"t{number}", clips=(clip(f"t{number}", "Rain"),)) for number in range(9)])
    listing = ListQuery(query=parse(search), sort=sort)
    listings = TaskLists(db, lambda: NOW, few=3, ranked=4, first=4)
    first = [row.id for row in listings.rows(listing, 0, 3)]
    assert listings.index_of(listing, first[2]) == 2
    assert listings.index_of(listing, "unknown") is None
    assert listings.known_count(listing) == (4, False)
    assert listings.count(listing, never) == (9, True)
    assert [row.id for row in listings.rows(listing, 0, 9)][:3] == first
    assert listings.known_count(listing) == (9, True)


def test_counting_stops_when_the_count_is_no_longer_needed(
    db: Database, library: TaskStore, make_task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.save([make_task(f"t{number}", clips=(clip(f"t{number}", "Rain"),)) for number in range(300)])
    monkeypatch.setattr(list_queries, "STEPS_BETWEEN_CHECKS", 10)
    monkeypatch.setattr(list_sources, "STEPS_BETWEEN_CHECKS", 10)
    for sort in (Sort.RELEVANCE, Sort.TITLE):
        listing, listings = (
            ListQuery(query=parse("rain"), sort=sort),
            TaskLists(db, lambda: NOW, few=3, ranked=4, first=4),
        )
        assert listings.count(listing, lambda: True) == (4, False)
        assert listings.count(listing, never) == (300, True)


def test_rare_results_are_not_looked_for_in_the_order_of_the_list(
    db: Database, library: TaskStore, make_task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.save([make_task(f"t{number}", clips=(clip(f"t{number}", "Rain"),)) for number in range(300)])
    library.save([make_task("long", clips=(clip("long", "Rain")._replace(duration_s=900.0),))])
    monkeypatch.setattr(list_queries, "_FIRST_STEPS", 1_000)
    listing, listings = ListQuery(query=parse("len:>10:00"), sort=Sort.TITLE), TaskLists(db, lambda: NOW, first=4)
    assert listings.known_count(listing) == (1, True)
    assert ids(listings, listing) == ["long"]
    assert isinstance(listings._list(listing), MaterializedRows), "the index of the order was not read to its end"


@pytest.mark.parametrize("search", ["", "alpha"])
def test_positions_beyond_the_ends_give_existing_rows(five: TaskStore, listings: TaskLists, search: str) -> None:
    listing = ListQuery(query=parse(search))
    whole = ids(listings, listing)
    assert [row.id for row in listings.rows(listing, -5, 99)] == whole
    assert listings.rows(listing, 99, 120) == []
    assert listings.rows(listing, 3, 3) == []
    assert listings.ids(listing, -2, 2) == whole[:2]


# --- lineages --------------------------------------------------------------------------------------------------------

GROUPED = ListQuery(is_grouped=True)


@pytest.fixture
def lineage(library: TaskStore, make_task: MakeTask) -> TaskStore:
    """A song, what was made from it and from that, and songs of other ages."""
    for number, (task_id, parents) in enumerate(
        [("old", ()), ("song", ()), ("other", ()), ("cover", ("song-c",)), ("joined", ("cover-c", "song-c"))]
    ):
        take = Clip(f"{task_id}-c", title=task_id, status=ClipStatus.COMPLETE, parents=parents)
        library.save([make_task(task_id, clips=(take,), added_at=100.0 + number)])
    return library


def branches(listings: TaskLists, listing: ListQuery, start: int = 0, stop: int = 99) -> list[tuple[str, str]]:
    signs = {Branch.NONE: "", Branch.MIDDLE: "├", Branch.LAST: "└"}
    return [(row.id, signs[row.branch]) for row in listings.rows(listing, start, stop)]


@pytest.mark.parametrize("few", [0, 5_000])
def test_derived_songs_stand_under_their_source_at_the_newest_one_s_place(
    db: Database, lineage: TaskStore, few: int
) -> None:
    listings = TaskLists(db, lambda: NOW, few=few)
    whole = [("song", ""), ("cover", "├"), ("joined", "└"), ("other", ""), ("old", "")]
    assert branches(listings, GROUPED) == whole
    assert branches(listings, GROUPED._replace(is_reversed=True)) == [
        *(("old", ""), ("other", "")),
        *(("song", ""), ("cover", "├"), ("joined", "└")),
    ]
    for start in range(5):
        for stop in range(start, 6):
            assert branches(listings, GROUPED, start, stop) == whole[start:stop], "whatever the page begins with"
    assert {row.root_title for row in listings.rows(GROUPED, 1, 3)} == {"song"}
    assert ids(listings, ListQuery()) == ["joined", "cover", "other", "song", "old"]
    assert ids(listings, GROUPED._replace(sort=Sort.TITLE)) == ["cover", "joined", "old", "other", "song"]


def test_without_its_song_in_the_list_a_row_stands_alone(db: Database, lineage: TaskStore, listings: TaskLists) -> None:
    change(db, "UPDATE task SET trashed_at = 5 WHERE id = 'song'")
    assert branches(listings, GROUPED) == [("cover", ""), ("joined", ""), ("other", ""), ("old", "")]
    change(db, "UPDATE task SET trashed_at = NULL", "UPDATE task SET trashed_at = 5 WHERE id = 'cover'")
    assert branches(listings, GROUPED)[:2] == [("song", ""), ("joined", "└")]


def test_a_song_that_comes_after_what_was_made_from_it_takes_it_over(
    library: TaskStore, make_task: MakeTask, listings: TaskLists
) -> None:
    for task_id, parents, added_at in (("b", ("a-c",), 2.0), ("x", (), 3.0), ("a", (), 1.0), ("c", ("b-c",), 4.0)):
        library.save([make_task(task_id, clips=(Clip(f"{task_id}-c", parents=parents),), added_at=added_at)])
    assert branches(listings, GROUPED) == [("a", ""), ("b", "├"), ("c", "└"), ("x", "")]


def test_a_deleted_song_leaves_single_tasks(db: Database, lineage: TaskStore, listings: TaskLists) -> None:
    change(db, "DELETE FROM task WHERE id = 'song'")
    assert branches(listings, GROUPED) == [("joined", ""), ("cover", ""), ("other", ""), ("old", "")]


# --- against the whole order -----------------------------------------------------------------------------------------

_TITLES = st.sampled_from(["", "Rain", "rain", "Élan", "東京", "zoo", "Sea"])
_TASKS = st.lists(
    st.tuples(
        st.sampled_from(list(TaskKind)),
        st.sampled_from(list(TaskStatus)),
        st.sampled_from([1.0, 2.0, 2.0, 3.0, 1e17, -5.0]),
        _TITLES,
        st.sampled_from(["", "chirp-v4", "chirp-crow", "odd"]),
        st.sampled_from([None, 30.0, 90.0]),
        st.integers(0, 5),
        st.booleans(),
        st.sampled_from(["home", "work"]),
        st.none() | st.integers(0, 24),
    ),
    max_size=25,
)
_LISTINGS = st.builds(
    ListQuery,
    st.one_of(
        st.sampled_from([Collection.of_view(view) for view in View]),
        st.sampled_from([Collection(CollectionKind.GATEWAY, "work"), Collection(CollectionKind.LABEL, "Odd")]),
    ),
    st.sampled_from(["", "", "rain", "len:>0:40", "-rain", "東", "rating:>=3", "is:trashed", "-is:trashed", "+++"]).map(
        parse
    ),
    st.sampled_from(list(Sort)),
    st.booleans(),
    st.booleans(),
)


def _saved(db: Database, made: Sequence[tuple[object, ...]]) -> None:
    library = TaskStore(db)
    change(db, "INSERT INTO label VALUES (1, 'Odd', 'odd')")
    for number, (kind, status, added_at, title, model, length, rating, is_trashed, profile, parent) in enumerate(made):
        task_id = f"t{number}"
        parents = () if parent is None else (f"t{parent}-c",)
        take = Clip(f"{task_id}-c", title=title, model=model, duration_s=length, parents=parents)  # type: ignore[arg-type]
        library.save([Task(task_id, profile, kind, status, added_at, clips=(take,))])  # type: ignore[arg-type]
        change(
            db, f"UPDATE task SET rating = {rating}, trashed_at = {5 if is_trashed else 'NULL'} WHERE id = '{task_id}'"
        )
        if number % 2:
            change(db, f"INSERT INTO task_label (label_id, task_id) VALUES (1, '{task_id}')")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    _TASKS,
    _LISTINGS,
    st.integers(-2, 26),
    st.integers(0, 8),
    st.sampled_from([0, 3, 5_000]),
    st.sampled_from([1, 4, 250]),
)
def test_every_part_is_a_slice_of_the_whole_list(
    made: Sequence[tuple[object, ...]], listing: ListQuery, start: int, size: int, few: int, first: int
) -> None:
    """Regression: reading backwards with `<=` repeated the anchor. `few` makes small views read along an index, too,
    and `first` searches of few results be read in two steps."""
    with TemporaryDirectory() as folder:
        db = Database.open(Path(folder) / "data" / "library.db")
        _saved(db, made)

        def unread() -> TaskLists:
            return TaskLists(db, lambda: NOW, few=few, ranked=2, first=first)

        listings = unread()
        whole = listings.rows(listing, 0, 1_000)
        assert len(whole) == listings.total(listing)
        assert len({row.id for row in whole}) == len(whole)
        if groups_lineages(listing):
            _check_lineages(made, whole, listing)
        else:
            _check_order(db, whole, listing)
            assert {row.branch for row in whole} <= {Branch.NONE}
        for index, row in enumerate(whole):
            assert listings.index_of(listing, row.id) == unread().index_of(listing, row.id) == index
            near = listings.rows(listing, start, start + size, (index, row.id))
            assert near == whole[max(0, start) : max(0, start + size)]
        part = whole[max(0, start) : max(0, start + size)]
        assert listings.ids(listing, start, start + size) == [row.id for row in part]
        assert unread().rows(listing, start, start + size) == part
        known = unread().known_count(listing)
        assert known.rows == len(whole) if known.is_exact else known.rows <= len(whole)
        _check_counts(db, listings)
        db.close()


def _check_order(db: Database, whole: Sequence[TaskSummary], listing: ListQuery) -> None:
    """Check the order by keys, and by arrival if they are equal, with Python's own sorting."""
    columns = {
        Sort.AGE: "added_at",
        Sort.TITLE: "title_key",
        Sort.LENGTH: "length_key",
        Sort.RATING: "rating",
        Sort.MODEL: "model_key",
    }
    if listing.sort in columns:
        keys = {row[0]: (row[1], row[2]) for row in db.query(f"SELECT id, {columns[listing.sort]}, seq FROM task")}
        is_falling = (listing.sort is not Sort.TITLE) is not listing.is_reversed
        assert [row.id for row in whole] == sorted((row.id for row in whole), key=keys.__getitem__, reverse=is_falling)


def _check_lineages(made: Sequence[tuple[object, ...]], whole: Sequence[TaskSummary], listing: ListQuery) -> None:
    """The order of lineages, and which rows are listed under another one, by a separate model."""
    root: dict[int, int] = {}
    for number in range(len(made)):
        root[number] = number
        links = [(made[number][9], number), *((number, child) for child in range(number) if made[child][9] == number)]
        for parent, child in links:
            if parent in root and root[child] == child and root[parent] != child:
                root |= {member: root[parent] for member in root if root[member] == child}
    newest = {song: max(made[one][2] for one in root if root[one] == song) for song in root.values()}  # type: ignore[type-var]
    numbers = [int(row.id[1:]) for row in whole]
    expected = sorted(sorted(numbers), key=lambda one: root[one] != one)
    expected.sort(key=lambda one: (newest[root[one]], root[one]), reverse=not listing.is_reversed)
    assert numbers == expected
    for index, (number, row) in enumerate(zip(numbers, whole, strict=True)):
        song = root[number]
        goes_on = [root[one] for one in numbers[index + 1 : index + 2]] == [song]
        is_under = song != number and song in numbers
        assert row.branch is (Branch.NONE if not is_under else Branch.MIDDLE if goes_on else Branch.LAST)
        assert row.root_title == (made[song][3] if is_under else "")


def _check_counts(db: Database, listings: TaskLists) -> None:
    """Check that the counts by triggers equal a count of the rows."""
    columns = "profile, kind, status, is_starred, is_unheard, is_trashed"
    counted = db.query(f"SELECT {columns}, count(*) FROM tallied GROUP BY {columns}")
    kept = db.query("SELECT * FROM tally WHERE n <> 0")
    assert {tuple(row) for row in counted} == {tuple(row) for row in kept}
    for view in View:
        listing = ListQuery(Collection.of_view(view))
        assert listings.counts()[listing.collection] == len(listings.rows(listing, 0, 1_000))
