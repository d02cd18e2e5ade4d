"""The play queue: an order of takes with a current one, whatever is done to it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.play_queue import QUEUE_LIMIT, PlayQueue
from sunotui.domain.playback import QueueEntry, RepeatMode


def entry(name: str) -> QueueEntry:
    return QueueEntry(f"task-{name}", name, name.upper(), 1, "home", 120.0)


def queue(names: str, index: int = 0, **options: object) -> PlayQueue:
    return PlayQueue.of(map(entry, names), index, **options)  # type: ignore[arg-type]


def names(of: PlayQueue) -> str:
    return "".join(one.clip_id for one in of.entries)


def current(of: PlayQueue) -> str:
    return of.current.clip_id if of.current is not None else ""


# --- going through it -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("repeat", "index", "after_end", "following", "preceding"),
    [
        (RepeatMode.OFF, 0, 1, 1, None),
        (RepeatMode.OFF, 2, None, None, 1),
        (RepeatMode.ALL, 0, 1, 1, 2),
        (RepeatMode.ALL, 2, 0, 0, 1),
        (RepeatMode.ONE, 0, 0, 1, None),
        (RepeatMode.ONE, 2, 2, None, 1),
    ],
)
def test_what_comes_next(
    repeat: RepeatMode, index: int, after_end: int | None, following: int | None, preceding: int | None
) -> None:
    made = queue("abc", index, repeat=repeat)
    assert (made.after_end, made.following, made.preceding) == (after_end, following, preceding)


@pytest.mark.parametrize("repeat", RepeatMode)
def test_nothing_comes_in_an_empty_queue(repeat: RepeatMode) -> None:
    made = PlayQueue().repeating(repeat)
    assert (made.current, made.after_end, made.following, made.preceding, made.index) == (None, None, None, None, -1)


def test_only_a_place_in_the_queue_can_be_current() -> None:
    made = queue("abc", 1)
    assert [current(made.at(index)) for index in (-1, 0, 2, 3)] == ["b", "a", "c", "b"]
    assert [queue("abc", index).index for index in (-5, 9)] == [0, 2]


# --- changes ----------------------------------------------------------------------------------------------------------


def test_takes_are_added_after_the_current_one_or_at_the_end() -> None:
    made = queue("abc", 1)
    assert names(made.added(map(entry, "xy"), is_next=True)) == "abxyc"
    assert names(made.added(map(entry, "xy"), is_next=False)) == "abcxy"
    first = PlayQueue().added(map(entry, "xy"), is_next=True)
    assert (names(first), current(first)) == ("xy", "x")


def test_the_take_after_a_removed_current_one_is_current() -> None:
    assert [current(queue("abc", index).removed(index)) for index in range(3)] == ["b", "c", "b"]
    empty = queue("a").removed(0)
    assert (empty.index, empty.current) == (-1, None)


def test_a_take_moves_at_most_to_the_end() -> None:
    made = queue("abcd", 1)
    assert names(made.moved(0, 2)) == "bcad"
    assert names(made.moved(3, -9)) == "dabc"
    assert made.place_after_move(3, -9) == 0
    assert names(made.moved(9, 1)) == "abcd"


def test_a_queue_has_a_limit() -> None:
    made = queue("a" * (QUEUE_LIMIT - 1)).added(map(entry, "bcd"), is_next=True)
    assert len(made.entries) == QUEUE_LIMIT
    assert names(made)[:3] == "aba"


def test_shuffling_starts_with_the_current_take_and_can_be_taken_back() -> None:
    made = queue("abcdefgh", 3)
    mixed = made.shuffled(random.Random(1))
    assert (current(mixed), mixed.index) == ("d", 0)
    assert names(mixed) not in ("dabcefgh", "abcdefgh")
    back = mixed.at(4).removed(2).added(map(entry, "x"), is_next=False).unshuffled()
    gone = names(mixed)[2]
    assert names(back) == "abcdefgh".replace(gone, "") + "x"
    assert current(back) == names(mixed)[4]
    assert not back.is_shuffled


def test_what_is_added_next_to_a_shuffled_queue_stays_beside_its_neighbour() -> None:
    mixed = queue("abcd", 2).shuffled(random.Random(1)).added(map(entry, "xy"), is_next=True)
    assert names(mixed)[:3] == "cxy"
    assert names(mixed.unshuffled()) == "abcxyd"


def test_an_invalid_order_means_no_shuffle() -> None:
    for order in ((0, 1), (0, 0, 1), (1, 2, 3), (0, 1, 2, 3)):
        made = queue("abc", unshuffled=order)
        assert not made.is_shuffled
        assert made.unshuffled_order == ()


# --- whatever is done to it -------------------------------------------------------------------------------------------

Change = Callable[[PlayQueue, random.Random], PlayQueue]
places = st.integers(-2, 12)
changes: st.SearchStrategy[Change] = st.one_of(
    st.builds(lambda at: lambda of, _: of.at(at), places),
    st.builds(lambda at: lambda of, _: of.removed(at), places),
    st.builds(lambda at, step: lambda of, _: of.moved(at, step), places, places),
    st.builds(
        lambda new, is_next: lambda of, _: of.added(map(entry, new), is_next=is_next),
        st.text("xyz", max_size=3),
        st.booleans(),
    ),
    st.builds(lambda kept: lambda of, _: of.kept(lambda _, one: one.clip_id in kept), st.text("abcdexyz")),
    st.just(lambda of, rng: of.shuffled(rng)),
    st.just(lambda of, _: of.unshuffled()),
    st.builds(lambda mode: lambda of, _: of.repeating(mode), st.sampled_from(RepeatMode)),
)


@given(st.text("abcde", max_size=6), st.lists(changes, max_size=12), st.randoms(use_true_random=False))
def test_a_queue_stays_whole(start: str, done: list[Change], rng: random.Random) -> None:
    made = queue(start)
    for change in done:
        before = made
        made = change(made, rng)
        assert (made.index == -1) is not bool(made.entries)
        assert made.index < len(made.entries)
        if made.is_shuffled:
            assert sorted(made.unshuffled_order) == list(range(len(made.entries)))
        # Stored and read again, it is the same.
        again = PlayQueue.of(made.entries, made.index, repeat=made.repeat, unshuffled=made.unshuffled_order)
        assert (names(again), current(again), again.unshuffled_order) == (
            names(made),
            current(made),
            made.unshuffled_order,
        )
        assert names(again.unshuffled()) == names(made.unshuffled())
        # No take is added or removed without a command.
        assert sorted(names(made.unshuffled())) == sorted(names(made))
        if sorted(names(before)) == sorted(names(made)) and made.index != before.index:
            assert current(made) in names(before)


@given(
    st.text(
        "abcdefgh",
        min_size=1,
        max_size=8,
    ),
    st.data(),
)
def test_the_current_take_stays_current_while_others_change(start: str, data: st.DataObject) -> None:
    unique = "".join(dict.fromkeys(start))
    made = queue(unique, data.draw(st.integers(0, len(unique) - 1)))
    playing = current(made)
    other = data.draw(st.integers(0, len(unique) - 1))
    changed = [
        made.moved(other, data.draw(places)),
        made.added(map(entry, "xy"), is_next=data.draw(st.booleans())),
        made.shuffled(random.Random(0)),
        made.shuffled(random.Random(0)).unshuffled(),
        made.kept(lambda place, _: place == made.index),
        *([made.removed(other)] if other != made.index else []),
    ]
    assert [current(one) for one in changed] == [playing] * len(changed)
    assert names(made.shuffled(random.Random(0)).unshuffled()) == unique


@given(st.integers(1, 12), st.data())
def test_takes_that_left_come_back_to_their_places(size: int, data: st.DataObject) -> None:
    before = queue("abcdefghijkl"[:size], data.draw(st.integers(0, size - 1)))
    if data.draw(st.booleans()):
        before = before.shuffled(random.Random(size))
    gone = data.draw(st.sets(st.sampled_from(names(before))))
    after = before.kept(lambda _, one: one.clip_id not in gone)
    removed = before.missing_from(after)
    assert {take.entry.clip_id for take in removed} == gone
    back = after.returned(removed)
    assert names(back) == names(before)
    if names(after):
        assert current(back) == current(after)
        assert names(back.unshuffled()) == names(before.unshuffled())
