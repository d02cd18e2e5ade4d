"""The texts of the screens about saved and unsaved takes."""

from __future__ import annotations

from sunotui.domain.saving.safety import DAY_S, LinkLife
from sunotui.domain.text import counted

_HOUR_S = 3_600.0
_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


def link_text(age_s: float, life: LinkLife) -> str:
    """When the link expires of a take whose song was added `age_s` seconds ago, such as "link expires in 2 days"; with
    "may" while that is only assumed. Empty for links that do not expire."""
    if life.window_s is None:
        return ""
    first, last = life.window_s
    if age_s >= last:
        return "link is dead" if life.is_learned else "link is probably dead"
    verb = "expires" if life.is_learned else "may expire"
    left_s = first - age_s
    if left_s >= DAY_S:
        return f"link {verb} in {counted(int(left_s // DAY_S), 'day')}"
    if left_s >= _HOUR_S:
        return f"link {verb} in {counted(int(left_s // _HOUR_S), 'hour')}"
    return f"link {verb} soon"


def size_text(size: int) -> str:
    """A size in bytes, such as "4.0 MB" or "61 MB"."""
    for unit, factor in _UNITS:
        if size >= factor:
            number = size / factor
            return f"{number:.1f} {unit}" if number < 10 else f"{number:.0f} {unit}"
    return f"{size} B"


def received_text(received: int, total: int | None) -> str:
    """How much has arrived, such as "2.9 of 4.0 MB"."""
    if total is None:
        return size_text(received) if received else ""
    whole = size_text(total)
    factor = next((factor for unit, factor in _UNITS if whole.endswith(unit)), 1.0)
    number = received / factor
    return f"{f'{number:.1f}' if number < 10 else f'{number:.0f}'} of {whole}"


def time_left_text(seconds: float) -> str:
    """A time that is left, such as "5s" or "2:10"."""
    whole = min(round(seconds), 359_999)
    if whole < 60:
        return f"{whole}s"
    hours, rest = divmod(whole, 3_600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def speed_text(bytes_per_s: float) -> str:
    """A speed, such as "1.2 MB/s"; empty while nothing arrives."""
    return f"{size_text(round(bytes_per_s))}/s" if bytes_per_s >= 1 else ""
