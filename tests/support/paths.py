"""Where the tests find the checkout, their samples and their pictures."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "protocol_samples"
SNAPSHOTS = ROOT / "tests" / "tui" / "snapshots"
