"""Charts of block characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.core.statistics.charts import bar, columns


def test_the_tallest_column_fills_the_height_and_the_smallest_can_be_seen() -> None:
    assert columns([0, 1, 50, 100], 2) == ["   █", " ▁██"]


def test_nothing_is_blank() -> None:
    assert columns([], 2) == ["", ""]
    assert columns([0, 0], 2) == ["  ", "  "]
    assert bar(0, 0, 4) == "    "


@pytest.mark.parametrize(
    ("value", "drawn"), [(8, "████"), (4, "██  "), (1, "▌   "), (0.001, "▏   "), (99, "████"), (-3, "    ")]
)
def test_a_bar_is_as_long_as_its_value(value: float, drawn: str) -> None:
    assert bar(value, 8, 4) == drawn


@given(st.lists(st.floats(0, 1e9), max_size=50), st.integers(1, 20))
def test_every_line_of_a_plot_is_as_wide_as_its_values(values: list[float], height: int) -> None:
    lines = columns(values, height)
    assert [len(line) for line in lines] == [len(values)] * height
