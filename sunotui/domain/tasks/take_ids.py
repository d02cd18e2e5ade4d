"""Ids of takes within titles, such as "WAV of 1ea41836-…", which screens and tables show with the takes' titles."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
"""All gateways give takes the ids of Suno, which are UUIDs."""


def take_ids_in(text: str) -> list[str]:
    """The ids in a text that may be those of takes."""
    return _ID.findall(text)


def replace_take_ids(text: str, titles: Mapping[str, str]) -> str:
    """The text with the titles of the takes whose ids are known; other ids stay."""
    return _ID.sub(lambda found: titles.get(found[0]) or found[0], text)
