"""Faults that a test sets at a demo gateway while it is running."""

from __future__ import annotations

from sunotui.demo.faults import FaultPlan
from sunotui.demo.server import DemoServer


def set_faults(server: DemoServer, *specs: str) -> None:
    """Replace the faults to simulate. Raises ValueError for an unknown fault."""
    server._gateway.middleware.plan = FaultPlan(specs)
