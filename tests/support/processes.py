"""Whether a process runs and uses the processor, from /proc."""

from __future__ import annotations

from pathlib import Path

from tests.support.waiting import until

_CHECK_EVERY_S = 0.3
_RUNNING, _ENDED = "R", frozenset("ZX")


def is_alive(pid: int) -> bool:
    """Whether the process exists and has not ended; a zombie has ended."""
    try:
        return _fields(Path(f"/proc/{pid}"))[0] not in _ENDED
    except OSError:
        return False


def until_idle(pid: int) -> None:
    """Wait until no thread of the process is runnable, and none used the processor since the last check. A process that
    spins never becomes idle."""
    before: list[str] = []

    def is_idle() -> bool:
        nonlocal before
        last, before = before, _used(pid)
        return last == before and _RUNNING not in {_fields(thread)[0] for thread in _threads(pid)}

    until(is_idle, f"process {pid} is idle", every_s=_CHECK_EVERY_S)


def _used(pid: int) -> list[str]:
    """The processor ticks of the threads, in user and system mode."""
    return [" ".join(_fields(thread)[11:13]) for thread in _threads(pid)]


def _threads(pid: int) -> list[Path]:
    return sorted(Path(f"/proc/{pid}/task").iterdir())


def _fields(process: Path) -> list[str]:
    """The fields after the name, which may contain spaces; the first is the state."""
    return (process / "stat").read_text().rpartition(")")[2].split()
