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
