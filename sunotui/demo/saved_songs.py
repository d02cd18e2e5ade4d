"""Stores the songs of a demo gateway in a file, so that a later one has them and serves them at the same address."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from sunotui.demo.music.jobs import Job, Part, Take
from sunotui.domain.tasks.task import TaskKind
from sunotui.named_tuple import NamedTuple


class SavedSongs(NamedTuple):
    """The state that a demo gateway hands over to the next one."""

    jobs: tuple[Job, ...] = ()
    fees: float = 0.0
    """The cost of requests without a job, in dollars."""
    port: int = 0
    """The port that the links of the clips name; 0 if it is not known yet."""


def read_songs(path: Path) -> SavedSongs:
    """The state in a file; empty without a file, and if it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return SavedSongs(tuple(map(_job, found["jobs"])), float(found["fees"]), int(found["port"]))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return SavedSongs()


def write_songs(path: Path, jobs: Iterable[Job], fees: float, port: int) -> None:
    """Replace the file, completely or not at all. Errors are ignored: the demo continues, and its songs are not
    saved."""
    text = json.dumps({"jobs": [_plain(job) for job in jobs], "fees": fees, "port": port}, ensure_ascii=False)
    try:
        new = path.with_name(path.name + ".new")
        new.write_text(text, encoding="utf-8", errors="backslashreplace")
        new.replace(path)
    except OSError:
        pass


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _job(values: dict[str, Any]) -> Job:
    """The job of these values. Raises ValueError, TypeError and KeyError."""
    return Job(
        **{
            **values,
            "kind": TaskKind(values["kind"]),
            "takes": tuple(Take(**take) for take in values["takes"]),
            "history": tuple(Part(**part) for part in values["history"]),
            "concat_history": tuple(Part(**part) for part in values["concat_history"]),
        }
    )
