"""Whether a process runs and uses the processor, from /proc."""

from __future__ import annotations

from pathlib import Path

from tests.support.waiting import until

_LOOK_EVERY_S = 0.3


def until_idle(pid: int) -> None:
    """Wait until no thread of the process is runnable, and none used the processor since the last check. A process that
    spins never becomes idle."""
    before: list[str] = []

    def is_idle() -> bool:
        nonlocal before
        last, before = before, _used(pid)
        return last == before and _RUNNING not in {_fields(thread)[0] for thread in _threads(pid)}

    until(is_idle, f"The idleness of process {pid}", every_s=_LOOK_EVERY_S)


def is_there(pid: int) -> bool:
    """Whether the process runs; one that has ended and is not yet waited for does not."""
    try:
        return _fields(Path(f"/proc/{pid}"))[0] != _ENDED
    except OSError:
        return False


_RUNNING, _ENDED = "R", "Z"


def _used(pid: int) -> list[str]:
    """Processor ticks of the threads, in user and system mode."""
    return [" ".join(_fields(thread)[11:13]) for thread in _threads(pid)]


def _threads(pid: int) -> list[Path]:
    return sorted(Path(f"/proc/{pid}/task").iterdir())


def _fields(process: Path) -> list[str]:
    """The fields after the name, which may contain spaces; the first is the state."""
    return (process / "stat").read_text().rpartition(")")[2].split()
