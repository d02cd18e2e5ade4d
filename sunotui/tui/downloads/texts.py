"""The texts of the screens about downloads: sizes, speeds and times."""

from __future__ import annotations

_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


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
