"""The benchmarks are run by a separate command; the suite imports them, and checks how results are kept."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

from tests import benchmarks
from tests.benchmarks import machine, results
from tests.benchmarks.table import Row


@pytest.mark.parametrize(
    "name", [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__"]
)
def test_a_benchmark_can_be_imported(name: str) -> None:
    importlib.import_module(f"tests.benchmarks.{name}")


def test_results_are_kept_newest_first(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    results.keep([Row("B1", "start / bare", 300.0, 200.0, 1.25, cpu_ms=250.0, cpu_reference_ms=200.0)], 9, 0.02, file)
    results.keep([Row("B6", "letter to list, p95", 48.0, None, 50.0, note="median 25 ms")], 5, None, file)
    text = file.read_text()
    assert text.startswith(results.HEAD)
    assert text.count(results.HEAD) == 1
    newest, oldest = text.split("\n## ")[1:]
    assert "| B6 | letter to list, p95 (median 25 ms) | 48 ms | - | - | 50 ms | - | yes |" in newest
    assert "5 rounds" in newest
    assert "busy unknown" in newest
    assert "| B1 | start / bare | 300 ms | 200 ms | 1.50 | 1.25x | 250, 200: 1.25 | **no** |" in oldest
    assert "busy 2%" in oldest


@pytest.mark.parametrize(("later", "share"), [((100, 100), 0.0), ((50, 200), 0.75), ((0, 100), 1.0), ((0, 0), 0.0)])
def test_the_share_of_busy_time(later: tuple[int, int], share: float) -> None:
    assert machine.busy_between((0, 0), later) == share
