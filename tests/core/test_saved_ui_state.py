"""What was chosen in the screens is written once nothing has changed for a while, and at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sunotui.core import saved_ui_state
from sunotui.core.saved_ui_state import QUIET_S
from sunotui.storage.config.ui_state import UiState, load_ui_state, save_ui_state
from tests.core.harness import CoreHarness


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    made: list[dict[str, object]] = []

    def record(path: Path, changes: dict[str, Any]) -> None:
        made.append(dict(changes))
        save_ui_state(path, changes)

    monkeypatch.setattr(saved_ui_state, "save_ui_state", record)
    return made


async def test_many_changes_are_one_write_when_it_is_quiet(tmp_path: Path, writes: list[dict[str, object]]) -> None:
    bench = CoreHarness(tmp_path)
    await bench.open()
    kept = bench.core.ui_state
    for number in range(5):
        kept.keep(task_id=f"task-{number}", sidebar_width=0)
        await bench.clock.advance(QUIET_S / 2)
    assert writes == []
    await bench.clock.advance(QUIET_S)
    assert writes == [{"task_id": "task-4"}]
    kept.keep(task_id="task-4")
    await bench.clock.advance(10 * QUIET_S)
    assert len(writes) == 1
    assert bench.clock.next_ring is None or bench.clock.next_ring > QUIET_S
    kept.keep(tab="Raw")
    await bench.clock.advance(2 * QUIET_S)
    assert writes[1:] == [{"tab": "Raw"}]
    await bench.core.close(1)
    assert len(writes) == 2


async def test_the_end_writes_what_is_left_and_the_next_start_has_it(
    tmp_path: Path, writes: list[dict[str, object]]
) -> None:
    bench = CoreHarness(tmp_path)
    await bench.open()
    bench.core.ui_state.keep(theme="nord", detail_width=60)
    await bench.core.close(1)
    assert writes == [{"theme": "nord", "detail_width": 60}]
    again = CoreHarness(tmp_path)
    await again.open()
    assert again.core.ui_state.now == UiState(theme="nord", detail_width=60)
    await again.core.close(1)


async def test_nothing_is_written_where_nothing_was_chosen(tmp_path: Path) -> None:
    bench = CoreHarness(tmp_path)
    await bench.open()
    await bench.core.close(1)
    assert not bench.core.paths.ui_state_file.exists()


async def test_a_folder_that_cannot_be_written_costs_only_the_choices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, changes: dict[str, Any]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saved_ui_state, "save_ui_state", refuse)
    bench = CoreHarness(tmp_path)
    await bench.open()
    bench.core.ui_state.keep(theme="nord")
    await bench.clock.advance(2 * QUIET_S)
    assert bench.core.ui_state.now.theme == "nord"
    assert await bench.core.close(1)
    assert load_ui_state(bench.core.paths.ui_state_file) == UiState()
