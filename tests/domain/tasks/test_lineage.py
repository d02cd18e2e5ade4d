"""The lineage of a clip, as a tree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.tasks.lineage import Lineage, Relative, lineage_of


def lineage(*edges: tuple[str, str]) -> Lineage:
    """A lineage of these parents and children, in alphabetical order."""
    names = sorted({name for edge in edges for name in edge})
    return lineage_of([Relative(name, added_at=at) for at, name in enumerate(names)], edges)


def drawn(of: Lineage) -> list[str]:
    return [row.branches + row.relative.clip_id + (" …" if row.is_repeated else "") for row in of.tree()]


def test_an_extension_of_an_extension_and_a_cover_of_the_first() -> None:
    assert drawn(lineage(("a", "b"), ("b", "c"), ("a", "d"))) == ["a", "├─ b", "│  └─ c", "└─ d"]


def test_a_joined_song_is_below_the_later_part() -> None:
    whole = lineage(("a", "b"), ("a", "whole"), ("b", "whole"))
    assert drawn(whole) == ["a", "└─ b", "   └─ whole"]
    assert whole.parents["whole"] == ("b",)


def test_a_clip_with_two_parents_is_below_both_and_its_children_once() -> None:
    assert drawn(lineage(("a", "c"), ("b", "c"), ("c", "d"))) == ["a", "└─ c", "   └─ d", "b", "└─ c …"]


def test_cycles_and_unknown_clips_are_left_out() -> None:
    assert drawn(lineage(("a", "b"), ("b", "a"), ("a", "a"))) == ["a", "└─ b"]
    assert drawn(lineage_of([Relative("a")], [("a", "stranger"), ("stranger", "a")])) == ["a"]


def test_a_thousand_extensions_do_not_overflow_the_stack() -> None:
    chain = [(f"{at:04}", f"{at + 1:04}") for at in range(400)]
    assert len(drawn(lineage(*chain))) == 401


names = st.sampled_from("abcdefg")


@given(st.lists(st.tuples(names, names)))
def test_all_clips_are_in_the_tree_for_any_edges(edges: list[tuple[str, str]]) -> None:
    of = lineage(*edges)
    assert {row.relative.clip_id for row in of.tree()} == set(of.relatives)
