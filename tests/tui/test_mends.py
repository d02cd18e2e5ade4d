"""The mends of Textual still fit the version that is pinned."""

import gc
import sys
import weakref

from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.color import Color
from textual.strip import Strip

from sunotui.tui import mends


def test_a_line_cut_where_it_ends_does_not_hold_itself() -> None:
    mends.mend()
    line = Strip([Segment("rain")])
    before = sys.getrefcount(line)
    assert line.divide([4]) == [line]
    assert sys.getrefcount(line) == before
    assert [part.text for part in line.divide([1, 4, 9])] == ["r", "ain"]


def test_a_cache_of_painted_lines_is_held_by_nothing() -> None:
    mends.mend()
    cache = StylesCache()
    cache.get_inner_outer(Color(1, 2, 3), Color(4, 5, 6))
    held = weakref.ref(cache)
    del cache
    gc.collect()
    assert held() is None


def test_mending_twice_changes_nothing_more() -> None:
    mends.mend()
    once = (Strip.divide, StylesCache.get_inner_outer)
    mends.mend()
    assert (Strip.divide, StylesCache.get_inner_outer) == once
