"""The statistics of a library, read and as labelled lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from sunotui.core.library.library import Library
from sunotui.core.statistics.charts import bar, columns
from sunotui.domain.gateways.models import label_of
from sunotui.domain.gateways.money import amount_text
from sunotui.domain.statistics import Spending, Statistics, TaskCounts
from sunotui.domain.tasks.durations import DurationEstimate
from sunotui.domain.text import counted
from sunotui.named_tuple import NamedTuple
from sunotui.storage.tasks.statistics import read_statistics

NAME_CELLS = 14
_HEIGHT = 8
_MAX_BARS = 12
"""The maximum number of models or gateways in a chart; the JSON output has all."""
_LEAST_BAR = 6
_BAR_WORDS = 40
"""The cells that the words after a bar need."""
_MOST_CELLS_OF_WEEK = 8


class PageLine(NamedTuple):
    """A line of the page: its label, its text, and whether it is a heading."""

    name: str
    text: str
    is_head: bool = False


def library_statistics(library: Library) -> Statistics:
    """The statistics of the whole library. Raises LibraryError."""
    return read_statistics(library.db)


def statistics_page(of: Statistics, width: int) -> Iterator[PageLine]:
    """All statistics in lines of at most `width` cells; `width` is at least 40. An empty library has no lines."""
    if not of.total.tasks:
        return
    yield PageLine("", "Takes per week", is_head=True)
    yield from _weeks(of.weeks, max(10, width - NAME_CELLS - 1))
    yield PageLine("", _sentence(of.total))
    yield PageLine("", f"{of.total.liked:,} liked: favourite, rated 4+ or on an album")
    if of.plays:
        yield PageLine("", f"{counted(of.played, 'take')} played {counted(of.plays, 'time')}")
    cells = max(_LEAST_BAR, min(width * 2 // 3, width - NAME_CELLS - _BAR_WORDS))
    yield from _bars("Models", of.models, cells)
    yield from _bars("Gateways", of.gateways, cells)
    yield from _times(of)
    yield from _money(of.spending)


def _weeks(weeks: tuple[TaskCounts, ...], width: int) -> Iterator[PageLine]:
    shown = weeks[-width:]
    # Several cells for each week if they fit, so that the chart of a few weeks is not tiny.
    step = max(1, min(_MOST_CELLS_OF_WEEK, width // max(1, len(shown))))
    values = [float(week.takes) for week in shown for _ in range(step)]
    most = max((week.takes for week in shown), default=0)
    for at, line in enumerate(columns(values, _HEIGHT)):
        yield PageLine((f"{most:,}".rjust(NAME_CELLS - 2) if at == 0 else "") or " ", "│" + line)
    yield PageLine("0".rjust(NAME_CELLS - 2), "└" + "─" * len(values))
    if shown:
        first, last = shown[0].name, shown[-1].name
        ends = f"{first}{last.rjust(len(values) + 1 - len(first))}"
        period = first if first == last else f"{first} to {last}"
        yield PageLine(" ", ends if len(values) > len(first) + len(last) else period)


def _sentence(total: TaskCounts) -> str:
    rate = total.failure_rate
    words = f"{counted(total.tasks, 'song')}, {counted(total.takes, 'take')}"
    return words + (f"; {rate:.1%} failed" if rate is not None else "")


def _bars(head: str, tallies: tuple[TaskCounts, ...], cells: int) -> Iterator[PageLine]:
    if not tallies:
        return
    yield PageLine("", "")
    yield PageLine("", head, is_head=True)
    most = max(one.takes for one in tallies)
    for one in tallies[:_MAX_BARS]:
        words = f"{one.takes:>9,} {'take ' if one.takes == 1 else 'takes'}  {one.liked:>5,} liked"
        rate = one.failure_rate
        name = (label_of(one.name) if head == "Models" else one.name) or "unknown"
        yield PageLine(name, f"{bar(one.takes, most, cells)}{words}" + (f"  {rate:.0%} failed" if rate else ""))
    if len(tallies) > _MAX_BARS:
        yield PageLine(" ", f"and {len(tallies) - _MAX_BARS:,} more")


def _times(of: Statistics) -> Iterator[PageLine]:
    if of.all_times is None:
        return
    yield PageLine("", "")
    yield PageLine("", "Time to finish", is_head=True)
    yield PageLine("all", _usual(of.all_times))
    if len(of.times) > 1:
        for (profile, model), usual in list(of.times.items())[:_MAX_BARS]:
            yield PageLine(label_of(model) or "unknown", f"{_usual(usual)} at {profile}")


def _usual(times: DurationEstimate) -> str:
    songs = counted(times.sample_size, "song")
    return f"median {_length(times.median_s)}, 9 of 10 within {_length(times.p90_s)} ({songs})"


def _length(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _money(spending: tuple[Spending, ...]) -> Iterator[PageLine]:
    yield PageLine("", "")
    yield PageLine("", "Money, at observed prices", is_head=True)
    if not spending:
        yield PageLine("", "No price is known yet. It is learned from the balance")
        yield PageLine("", "before and after a request.")
    for one in spending:
        words = f"about {amount_text(one.amount, one.unit)} for {counted(one.priced, 'request')}"
        if one.per_liked_take is not None:
            words += f"; {amount_text(one.per_liked_take, one.unit)} per liked take"
        if one.unpriced:
            words += f"; {one.unpriced:,} more of unknown price"
        yield PageLine(one.profile, words)
