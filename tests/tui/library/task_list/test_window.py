"""The window alone: which rows it has, when rows are missing, and what it then requests."""

from __future__ import annotations

import pytest

from sunotui.domain.browse import Page
from sunotui.tui.library.task_list.window import MARGIN, PageRequest, TaskWindow
from tests.tui.fake_list_source import row

HEIGHT = 20
TOTAL = 1_000
ENOUGH = MARGIN // 2


def held(start: int, stop: int, total: int = TOTAL, cursor: int | None = None) -> TaskWindow:
    """A window with the rows from `start` up to `stop` (exclusive), with the cursor on a row."""
    window = TaskWindow()
    window.reset(Page(start, tuple(row(number) for number in range(start, stop)), total, cursor or 0))
    return window


def ids(window: TaskWindow, top: int, height: int = HEIGHT) -> list[str]:
    return [one.id for one in window.rows(top, height)]


@pytest.mark.parametrize(
    ("top", "first", "last"),
    [(100, 100, 119), (110, 110, 129), (190, 190, 199), (90, 100, 109), (80, None, None), (200, None, None)],
)
def test_the_visible_rows_are_those_that_are_loaded(top: int, first: int | None, last: int | None) -> None:
    expected = [] if first is None or last is None else [f"task-{number}" for number in range(first, last + 1)]
    assert ids(held(100, 200), top) == expected


def test_a_row_is_found_by_its_index_only_if_it_is_loaded() -> None:
    window = held(100, 200)
    assert [one.id if one is not None else None for one in map(window.row, (99, 100, 199, 200))] == [
        None,
        "task-100",
        "task-199",
        None,
    ]


@pytest.mark.parametrize(
    ("start", "stop", "top", "is_short"),
    [
        # Half a margin above and below is enough; at the ends of the list there are no more rows.
        (400, 500, 440, False),
        (400, 500, 400 + ENOUGH, False),
        (400, 500, 400 + ENOUGH - 1, True),
        (400, 500, 400, True),
        (400, 500, 380, True),
        (400, 500, 500 - HEIGHT - ENOUGH, False),
        (400, 500, 500 - HEIGHT - ENOUGH + 1, True),
        (400, 500, 490, True),
        (0, 100, 0, False),
        (0, 100, 10, False),
        (900, 1_000, 980, False),
        (900, 1_000, 930, False),
        (900, 1_000, 929, True),
        (0, 1_000, 0, False),
        (0, 1_000, 980, False),
    ],
)
def test_a_window_is_short_where_rows_soon_would_be_missing(start: int, stop: int, top: int, is_short: bool) -> None:
    assert held(start, stop).is_short(top, HEIGHT) == is_short


def test_a_requested_page_is_never_short() -> None:
    """Otherwise it would be requested again and again."""
    for top in (0, 1, 29, 30, 31, 500, 949, 950, 979, 980):
        for cursor in (0, top, top + HEIGHT - 1, 999):
            window = held(0, TOTAL, cursor=cursor)
            request = window.page_request(top, HEIGHT)
            start = max(0, request.at - request.before)
            stop = min(TOTAL, request.at + request.after + 1)
            assert not held(start, stop).is_short(top, HEIGHT), (top, cursor)
            assert start <= top
            assert stop >= min(TOTAL, top + HEIGHT)


@pytest.mark.parametrize(
    ("index", "is_moved", "cursor"),
    [(5, True, 5), (0, False, 0), (-3, False, 0), (9, True, 9), (10, True, 9), (99, True, 9)],
)
def test_the_cursor_moves_within_the_list(index: int, is_moved: bool, cursor: int) -> None:
    window = held(0, 10, total=10)
    assert window.move(index) == is_moved
    assert (window.cursor, window.current) == (cursor, f"task-{cursor}")
    assert not window.move(index)


def test_the_cursor_on_an_unloaded_row_is_on_no_task() -> None:
    window = held(0, 100)
    assert window.move(500)
    assert (window.cursor, window.current) == (500, None)
    assert window.move(99)
    assert window.current == "task-99"


def test_without_rows_nothing_moves() -> None:
    window = TaskWindow()
    assert not window.move(0)
    assert not window.move(3)
    assert (window.cursor, window.current, window.total, ids(window, 0)) == (0, None, 0, [])
    assert not window.is_short(0, HEIGHT)


def test_a_request_is_around_a_near_cursor() -> None:
    window = held(400, 500, cursor=450)
    assert window.page_request(440, HEIGHT) == PageRequest(
        "task-450", 450, 10 + MARGIN, HEIGHT + MARGIN, is_around_cursor=True
    )
    assert window.page_request(430, HEIGHT) == PageRequest(
        "task-450", 450, 20 + MARGIN, HEIGHT + MARGIN, is_around_cursor=True
    )
    assert window.page_request(455, HEIGHT) == PageRequest("task-450", 450, MARGIN, 25 + MARGIN, is_around_cursor=True)
    assert window.page_request(450 + MARGIN, HEIGHT).is_around_cursor
    assert window.page_request(450 - HEIGHT - MARGIN + 1, HEIGHT).is_around_cursor


def test_a_request_is_around_the_middle_if_the_cursor_is_far() -> None:
    window = held(400, 500, cursor=450)
    assert window.page_request(450 + MARGIN + 1, HEIGHT) == PageRequest(None, 521, HEIGHT + MARGIN, HEIGHT + MARGIN)
    assert window.page_request(450 - HEIGHT - MARGIN, HEIGHT) == PageRequest(
        None, 380, HEIGHT + MARGIN, HEIGHT + MARGIN
    )
    near = held(400, 600, cursor=400)
    assert near.page_request(480, HEIGHT) == PageRequest("task-490", 490, HEIGHT + MARGIN, HEIGHT + MARGIN)


def test_the_cursor_stays_on_its_task_when_rows_are_added_above() -> None:
    window = held(0, 100, cursor=10)
    request = window.page_request(0, HEIGHT)
    newest = (row(2_000), row(2_001), *(row(number) for number in range(98)))
    assert window.update(Page(0, newest, TOTAL + 2, 12), request) == 2
    assert (window.cursor, window.current, window.total) == (12, "task-10", TOTAL + 2)


def test_the_cursor_moves_to_the_next_row_if_its_task_is_removed() -> None:
    window = held(0, 10, total=10, cursor=9)
    request = window.page_request(0, HEIGHT)
    assert window.update(Page(0, tuple(row(number) for number in range(9)), 9, None), request) == 0
    assert (window.cursor, window.current) == (8, "task-8")
    assert window.update(Page(0, (), 0, None), window.page_request(0, HEIGHT)) == 0
    assert (window.cursor, window.current) == (0, None)


def test_a_distant_cursor_keeps_its_task_until_it_is_loaded() -> None:
    window = held(0, 100, cursor=10)
    window.update(
        Page(480, tuple(row(number) for number in range(480, 600)), TOTAL, None), window.page_request(500, HEIGHT)
    )
    assert (window.cursor, window.current) == (10, "task-10")
    window.set_cursor_index(13)
    assert (window.cursor, window.current) == (13, "task-10")
    window.set_cursor_index(None)
    assert (window.cursor, window.current) == (13, None)
