"""The paths of the checkout, the samples and the pictures."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "protocol_samples"
SNAPSHOTS = ROOT / "tests" / "tui" / "snapshots"
