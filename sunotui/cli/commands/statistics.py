"""Statistics of the library: stats."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping

from sunotui.cli.exits.exit_codes import DONE
from sunotui.cli.output.text import fit, print_json, say, terminal_width
from sunotui.core.documents.json_documents import iso
from sunotui.core.library.library import open_library
from sunotui.core.paths import find_paths
from sunotui.core.statistics.page import NAME_CELLS, library_statistics, statistics_page
from sunotui.domain.statistics import Statistics, TaskCounts
from sunotui.domain.text import clean

_WIDTH = 100
"""The width of plots if the output is not a terminal, in cells."""


def stats(args: Namespace, environ: Mapping[str, str]) -> int:
    """Print counts, failure rates, generation times and spending."""
    with open_library(find_paths(environ)) as library:
        found = library_statistics(library)
    if args.json:
        print_json(_document(found))
        return DONE
    if not found.total.tasks:
        say("The library is empty")
        return DONE
    for name, text, _is_head in statistics_page(found, terminal_width(sys.stdout) or _WIDTH):
        print((f"{fit(clean(name), NAME_CELLS - 1)} {text}" if name else text).rstrip())
    return DONE


def _document(of: Statistics) -> dict[str, object]:
    return {
        "total": _tally(of.total),
        "weeks": [{"week": one.name, **_tally(one)} for one in of.weeks],
        "models": [{"model": one.name, **_tally(one)} for one in of.models],
        "gateways": [{"profile": one.name, **_tally(one)} for one in of.gateways],
        "times": [
            {"profile": profile, "model": model, "median_s": one.median_s, "p90_s": one.p90_s, "songs": one.sample_size}
            for (profile, model), one in of.times.items()
        ],
        "spending": [
            {
                "profile": one.profile,
                "unit": one.unit,
                "amount": one.amount,
                "priced": one.priced,
                "unpriced": one.unpriced,
                "kept": one.liked,
                "per_kept_take": one.per_liked_take,
            }
            for one in of.spending
        ],
        **_plays(of),
    }


def _plays(of: Statistics) -> dict[str, object]:
    if not of.plays:
        return {}
    return {"played": of.played, "plays": of.plays, "last_played_at": iso(of.last_played_at)}


def _tally(one: TaskCounts) -> dict[str, object]:
    return {
        "tasks": one.tasks,
        "ended": one.ended,
        "failed": one.failed,
        "failure_rate": one.failure_rate,
        "takes": one.takes,
        "kept": one.liked,
    }
