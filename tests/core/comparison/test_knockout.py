"""The knock-out: one comparison less than takes, and an order at the end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.core.comparison.knockout import Knockout
from sunotui.domain.annotations import TakeRef


def takes(count: int) -> tuple[TakeRef, ...]:
    return tuple(TakeRef(f"t{number}", "c") for number in range(count))


def numbers(order: tuple[TakeRef, ...]) -> list[int]:
    return [int(take.task_id[1:]) for take in order]


def test_two_takes_are_one_comparison() -> None:
    one, other = takes(2)
    knockout = Knockout((one, other))
    assert (knockout.pair, knockout.number, knockout.count) == ((one, other), 1, 1)
    done = knockout.won(other)
    assert done.pair is None
    assert done.order == (other, one)
    assert done.undone() == knockout


def test_the_order_shows_how_far_each_take_advanced() -> None:
    knockout = Knockout(takes(5))
    pairs = []
    # The greater number wins.
    while knockout.pair is not None:
        pairs.append(numbers(knockout.pair))
        knockout = knockout.won(max(knockout.pair))
    assert pairs == [[0, 1], [2, 3], [1, 3], [3, 4]]
    assert numbers(knockout.order) == [4, 3, 1, 2, 0]


def test_before_the_end_those_that_are_left_come_first() -> None:
    knockout = Knockout(takes(4))
    first = takes(4)[0]
    assert numbers(knockout.won(first).order) == [0, 2, 3, 1]


def test_only_one_of_the_pair_can_win() -> None:
    with pytest.raises(ValueError, match="not one of the pair"):
        Knockout(takes(3)).won(takes(3)[2])
    with pytest.raises(ValueError, match="not one of the pair"):
        Knockout(takes(2)).won(takes(2)[0]).won(takes(2)[0])


@given(st.integers(2, 20), st.randoms(use_true_random=False))
def test_every_take_has_one_place(count: int, random: object) -> None:
    knockout = Knockout(takes(count))
    compared = 0
    while knockout.pair is not None:
        assert knockout.number == compared + 1
        assert sorted(knockout.order) == sorted(takes(count))
        knockout = knockout.won(random.choice(knockout.pair))  # type: ignore[attr-defined]
        compared += 1
    assert compared == knockout.count == count - 1
    assert sorted(knockout.order) == sorted(takes(count))
    winner = knockout.order[0]
    assert winner == knockout.winners[-1]
    while knockout.winners:
        knockout = knockout.undone()
    assert knockout == Knockout(takes(count))
