"""A lineage as a tree in the detail pane, and keys that move through it."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from sunotui.domain.errors import Charge, GatewayFailed
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.gateway.submit.outcome import Unknown
from tests.tui.harness import AppHarness, evening, open_app, song


def clip(name: str, title: str, *parents: str) -> Clip:
    return Clip(name, title, ClipStatus.COMPLETE, model="chirp-v5", duration_s=120.0, parents=parents)


def generations(now: float = 1_784_000_000.0) -> list[Task]:
    """A song, two extensions of its first take, and the joined song of one of those."""
    first = song(1, "Neon Rain", now - 900)
    longer = Task(
        "task-2",
        "main",
        TaskKind.MUSIC,
        TaskStatus.SUCCESS,
        now - 600,
        clips=(clip("long-1", "Neon Rain II", "clip-1-1"), clip("long-2", "Neon Rain II", "clip-1-1")),
    )
    whole = Task(
        "task-3",
        "main",
        TaskKind.CONCAT,
        TaskStatus.SUCCESS,
        now - 300,
        clips=(clip("whole", "Neon Rain (whole)", "clip-1-1", "long-2"),),
    )
    unrelated = song(4, "Of elsewhere", now - 200)._replace(clips=(clip("stray", "Of elsewhere", "far-away"),))
    return [first, longer, whole, unrelated, *evening(now)[:1]]


def all_reported(harness: AppHarness) -> str:
    return "\n".join(str(line.text) for line in harness.app.message_log.lines())


def current(harness: AppHarness) -> str:
    return harness.detail.clip.id if harness.detail.clip is not None else ""


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_family_tab_draws_the_tree(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size, tasks=generations()) as harness:
        await harness.press("j", "enter", "i", "i")
        lines = harness.detail.body.text.split("\n")
        assert [line.split(" · ")[0] for line in lines[:4]] == [
            "Neon Rain",
            "├─ made of it",
            "└─ made of it",
            "   └─ joined",
        ]
        assert [line.split(" · ")[-1] for line in lines[1:4]] == ["Neon Rain II", "Neon Rain II", "Neon Rain (whole)"]
        assert "Family" in harness.text()
        assert "Raw" in harness.text()


async def test_the_lines_of_the_tree_are_cut_to_the_width(tmp_path: Path) -> None:
    """Fails with lines that wrap, which tear the lines of the tree apart."""
    first, longer, *others = generations()
    long = tuple(one._replace(title="雨 " + "Neon Rain and all that follows " * 4) for one in longer.clips)
    async with open_app(tmp_path, tasks=[first, longer._replace(clips=long), *others]) as harness:
        await harness.press("j", "i", "i")
        body = harness.detail.body
        assert body.virtual_size.height == len(body.text.split("\n"))
        rows = [row for row in harness.text().splitlines() if "├─" in row or "└─" in row]
        assert len(rows) == 3
        assert all(cell_len(row) == 120 for row in rows)
        assert rows[0].rstrip("│ ").endswith("…")


async def test_a_song_that_is_being_joined_names_what_it_is_made_from(tmp_path: Path) -> None:
    """Fails with "Not made from another take"."""
    async with open_app(tmp_path, tasks=generations()) as harness:
        harness.core_harness.gateway.outcome = lambda _: Unknown(
            GatewayFailed(charge=Charge.MAYBE, http_status=502), ""
        )
        await harness.press("j", "j", "c", "ctrl+s")
        await harness.until(lambda: "outcome unknown" in harness.text(), "the pending row")
        await harness.press("g", "i", "i")
        assert harness.detail.body.text.split("\n") == ["Made from", "Neon Rain II · 2:00 · take 1 · v5"]


async def test_keys_go_to_the_parent_and_back_to_a_chosen_child(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=generations()) as harness:
        await harness.press("F", "j")
        assert current(harness) == "whole"
        await harness.press("left_curly_bracket")
        assert current(harness) == "long-2"
        assert harness.tasks.current == "task-2"
        await harness.press("left_curly_bracket")
        assert current(harness) == "clip-1-1"
        await harness.press("left_curly_bracket")
        assert "not made from another" in all_reported(harness)
        await harness.press("right_curly_bracket", "j", "enter")
        assert current(harness) == "long-2"


async def test_a_parent_made_elsewhere_is_named_only(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=generations()) as harness:
        await harness.press("left_curly_bracket")
        assert "far-away is not in this library" in all_reported(harness)
        assert current(harness) == "stray"


async def test_a_search_that_hides_the_parent_ends(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=generations()) as harness:
        await harness.press("slash", *"whole")
        await harness.until(lambda: harness.tasks.row_count == 1, "the one that was looked for")
        await harness.press("enter", "left_curly_bracket")
        await harness.until(lambda: harness.tasks.current == "task-2", "the parent")
        assert current(harness) == "long-2"
