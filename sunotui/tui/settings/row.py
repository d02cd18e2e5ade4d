"""One row of the settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sunotui.named_tuple import NamedTuple


class SettingRow(NamedTuple):
    """What the list of the settings shows in one row, and what enter does with it."""

    name: str
    value: str
    run: Callable[[], Awaitable[object] | None]
    enter_text: str
    """What enter does, as the footer shows it."""
    meaning: str
    """What the setting does; shown below the list while the cursor is on it."""
    lines: str = ""
    """What the config file has to say to change it; shown above the meaning."""
    key: str = ""
    """The key that does the same without this list."""
    is_default: bool = False
    is_bad: bool = False


Section = tuple[str, Sequence[SettingRow]]
"""A heading and its rows."""
