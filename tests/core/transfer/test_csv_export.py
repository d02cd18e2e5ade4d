"""The table for spreadsheets: one row per take, and no executable cell."""

from __future__ import annotations

import csv
import io

import pytest

from sunotui.core.transfer.csv_export import HEADS, cell, write_takes
from sunotui.domain.export_records import ExportedTask
from tests.support.sample_library import records


def table(tasks: list[ExportedTask]) -> list[dict[str, str]]:
    """The rows as a spreadsheet parses them."""
    file = io.StringIO(newline="")
    write_takes(tasks, file)
    file.seek(0)
    return list(csv.DictReader(file))


def test_one_row_per_take_and_one_for_lyrics() -> None:
    rows = table([record for record in records(songs=1) if isinstance(record, ExportedTask)])
    assert [(row["task"], row["clip"], row["take"]) for row in rows] == [
        ("t1", "t1-c1", "1"),
        ("t1", "t1-c2", "2"),
        ("w1", "", ""),
    ]
    assert rows[0] | {} == {
        **rows[0],
        "title": "雨 t1",
        "length_s": "61.5",
        "starred": "yes",
        "rating": "4",
        "heard_at": "1970-01-01T00:00:07Z",
        "plays": "2",
        "last_played_at": "1970-01-01T00:00:09Z",
        "labels": "Rainy",
        "note": "a note\n\tof two lines",
        "added_at": "1970-01-01T00:16:40Z",
        "lyrics": "[Verse]\nla\n  la",
    }
    assert (rows[1]["starred"], rows[1]["rating"], rows[1]["plays"]) == ("", "", "")
    assert (rows[2]["title"], rows[2]["lyrics"], rows[2]["starred"]) == ("Tin", "rain\nrain", "yes")
    assert set(rows[0]) == set(HEADS)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "\r=1", "\u200b=1", "\x1b=1"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "made"),
    [(None, ""), (0.0, "0"), (61.5, "61.5"), (3, "3"), ("a=b", "a=b"), ("", ""), ("🪿\x1b\u202e", "🪿\x1b\u202e")],
)
def test_other_cells_are_unchanged(value: str | float | None, made: str) -> None:
    assert cell(value) == made
