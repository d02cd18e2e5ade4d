"""The tabs of the detail pane."""

from __future__ import annotations

from enum import StrEnum


class Tab(StrEnum):
    """The tabs in their order."""

    LYRICS = "Lyrics"
    DETAILS = "Details"
    LINEAGE = "Family"
    REQUEST = "Request"
    RAW = "Raw"
