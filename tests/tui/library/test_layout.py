"""Where the panes stand for a layout and a size of the window."""

from __future__ import annotations

import pytest

from sunotui.tui.library.layout import DetailPlace, Layout, Pane, next_place, resized

RIGHT, BELOW, HIDDEN = DetailPlace


@pytest.mark.parametrize(
    ("chosen", "size", "place"),
    [
        (RIGHT, (100, 15), RIGHT),
        (RIGHT, (99, 60), HIDDEN),
        (BELOW, (60, 24), BELOW),
        (BELOW, (60, 23), HIDDEN),
        (BELOW, (120, 23), RIGHT),
        (HIDDEN, (200, 60), HIDDEN),
    ],
)
def test_the_detail_is_placed_where_it_fits(chosen: DetailPlace, size: tuple[int, int], place: DetailPlace) -> None:
    assert Layout(detail=chosen).detail_place(*size) is place


def test_the_places_follow_each_other_and_those_that_look_the_same_are_skipped() -> None:
    def round_trip(width: int, height: int) -> list[DetailPlace]:
        layout, seen = Layout(), []
        for _ in range(4):
            layout = next_place(layout, width, height)
            seen.append(layout.detail_place(width, height))
        return seen

    assert round_trip(120, 40) == [BELOW, HIDDEN, RIGHT, BELOW]
    assert round_trip(120, 20) == [HIDDEN, RIGHT, HIDDEN, RIGHT]
    assert round_trip(80, 24) == [BELOW, HIDDEN, BELOW, HIDDEN]
    assert next_place(Layout(), 60, 15) == Layout()


def test_sizes_change_in_steps_and_stop_where_the_list_would_vanish() -> None:
    layout = resized(Layout(), Pane.DETAIL, 1, 120, 40)
    assert layout.detail_width == 52
    assert resized(layout, Pane.LIST, 1, 120, 40).detail_width == 48
    for _ in range(50):
        layout = resized(layout, Pane.DETAIL, 1, 120, 40)
    assert layout.detail_width == 120 - 18 - 40
    assert resized(layout, Pane.DETAIL, 1, 120, 40) == layout
    assert layout.sizes(120, 40) == (0, 62, 0)
    assert layout.sizes(100, 40) == (0, 60, 0), "a narrower window has less room for it"
    assert layout.sizes(80, 24) == (0, 0, 0)
    for _ in range(50):
        layout = resized(layout, Pane.SIDEBAR, -1, 120, 40)
    assert layout.sidebar_width == 12


def test_a_detail_below_changes_its_height() -> None:
    layout = resized(Layout(detail=BELOW), Pane.DETAIL, 1, 120, 40)
    assert layout.detail_height == 19
    assert layout.sizes(120, 40) == (0, 0, 19)
    assert layout.sizes(120, 24) == (0, 0, 14)


def test_nothing_can_be_resized_with_one_pane() -> None:
    assert resized(Layout(), Pane.LIST, 1, 60, 15) == Layout()


def test_the_sidebar_needs_room_and_can_be_hidden() -> None:
    assert Layout().shows_sidebar(110)
    assert not Layout().shows_sidebar(109)
    assert not Layout(has_sidebar=False).shows_sidebar(200)
