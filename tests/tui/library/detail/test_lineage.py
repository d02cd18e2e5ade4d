"""The lineage of a take: what differs comes before the title."""

from __future__ import annotations

import pytest

from sunotui.domain.tasks.lineage import DerivationType, Relative, TreeRow
from sunotui.tui.library.detail.lineage import _tree_line

COVER = Relative("c-2", "t-2", 1, "Rain", "", 125.0, DerivationType.COVERED)


@pytest.mark.parametrize(("root_title", "end"), [("Rain", ""), ("Sea", " · Rain")])
def test_relation_and_length_come_first_and_a_repeated_title_is_left_out(root_title: str, end: str) -> None:
    line = _tree_line(TreeRow(COVER, "└─ "), has_parents=True, root_title=root_title)
    assert line == f"└─ {COVER.making.value} · 2:05 · take 1{end}"


def test_a_part_has_the_name_of_its_instrument() -> None:
    part = Relative("c-2", "t-2", 3, "Rain (Drums)", "", 125.0, DerivationType.TAKEN_APART)
    assert _tree_line(TreeRow(part, "└─ "), has_parents=True, root_title="Rain") == "└─ Drums · 2:05 · take 3"
    unnamed = part._replace(title="Rain")
    assert _tree_line(TreeRow(unnamed, ""), has_parents=True, root_title="Rain").startswith("taken apart · 2:05")
