"""Which cover a take has. Screens use it at start-up; what provides and draws covers is in `cover_provider`."""

from __future__ import annotations

from sunotui.named_tuple import NamedTuple


class CoverSource(NamedTuple):
    """The cover of a take."""

    clip_id: str
    url: str
    profile: str
    """The name of the profile whose gateway reported the take."""
