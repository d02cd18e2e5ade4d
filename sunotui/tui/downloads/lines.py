"""The lines of the downloads screen: what is being saved, what waits, what is not saved, and what was saved today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from sunotui.core.safety.service import SafetyReport, TakeAtRisk
from sunotui.domain.annotations import TakeRef
from sunotui.domain.saving.downloads import DownloadEntry, DownloadState, DownloadStatus
from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting
from sunotui.tui.downloads.texts import received_text, size_text, speed_text, time_left_text
from sunotui.tui.theming import glyphs
from sunotui.tui.theming.token_styles import Tone

_PAUSED = "paused"
_RETRY, _SAVE = "{} tries again", "{} saves it"


class GroupLine(NamedTuple):
    """The name of a group, with the number of its takes."""

    title: str
    size: int


class TakeLine(NamedTuple):
    """A take."""

    key: tuple[TakeRef, str]
    """Identifies it while the lines around it change: the take, and the kind and folder of its file."""
    title: str
    number: int
    """The number of the take, from 1."""
    sign: str
    tone: Tone
    words: str = ""
    """A state, a reason or the name of a file; not shown beside a bar."""
    words_tone: Tone = Tone.MUTED
    share: float | None = None
    """How much of the file has arrived, from 0 to 1; None for no bar."""
    amount: str = ""
    """How much of the file has arrived, as a text beside the bar."""
    end: str = ""
    """A speed, a size, or the key that solves the problem."""
    entry: DownloadEntry | None = None
    """The download; None for a take that is only at risk, or that an earlier run saved."""
    path: Path | None = None
    """The saved file."""
    is_at_risk: bool = False

    @property
    def take(self) -> TakeRef:
        """The ids of the take."""
        return self.key[0]


Line = GroupLine | TakeLine | None
"""None is a blank line."""


class Keys(NamedTuple):
    """The keys that rows name, as they are printed; empty for an unbound key."""

    save: str = ""
    retry: str = ""


def lines_of(status: DownloadStatus, report: SafetyReport, keys: Keys) -> list[Line]:
    """All lines, with blank ones between the groups."""
    groups = {
        "Saving": [_active(entry) for entry in _in(status, DownloadState.ACTIVE)],
        "Waiting": [_waiting(entry) for entry in _in(status, DownloadState.WAITING, DownloadState.PAUSED)],
        "Not saved": [*_failed(status, keys), *_at_risk(status, report.at_risk, keys)],
        "Saved today": list(_saved(status, report)),
    }
    lines: list[Line] = []
    for title, rows in groups.items():
        if rows:
            lines += [*([None] if lines else []), GroupLine(title, len(rows)), *rows]
    return lines


def group_counts(status: DownloadStatus) -> str:
    """How many takes are being saved or wait, in a few words."""
    active, waiting = status.count(DownloadState.ACTIVE), status.count(DownloadState.WAITING)
    paused = status.count(DownloadState.PAUSED)
    parts = [
        f"{number:,} {word}" for number, word in ((active, "saving"), (waiting, "waiting"), (paused, _PAUSED)) if number
    ]
    return ", ".join(parts)


def _in(status: DownloadStatus, *states: DownloadState) -> list[DownloadEntry]:
    return [entry for entry in status.entries if entry.state in states]


def _key(entry: DownloadEntry) -> tuple[TakeRef, str]:
    return entry.take, f"{entry.kind.value} {entry.folder}"


def _row(entry: DownloadEntry, sign: str, tone: Tone) -> TakeLine:
    return TakeLine(_key(entry), entry.title, entry.number, sign, tone, entry=entry)


def _active(entry: DownloadEntry) -> TakeLine:
    row = _row(entry, glyphs.SAVED, Tone.KEY)
    if entry.reason:
        return row._replace(words=_small(entry.reason))
    left = time_left_text(entry.seconds_left) if entry.seconds_left is not None else ""
    return row._replace(
        share=min(1.0, entry.received / entry.total) if entry.total else 0.0,
        amount=received_text(entry.received, entry.total),
        end="  ".join(filter(None, (speed_text(entry.bytes_per_s), left))),
    )


def _waiting(entry: DownloadEntry) -> TakeLine:
    word = _PAUSED if entry.state is DownloadState.PAUSED else "waiting"
    arrived = f", {received_text(entry.received, entry.total)} arrived" if entry.received else ""
    return _row(entry, glyphs.QUEUED, Tone.MUTED)._replace(words=word + arrived)


def _failed(status: DownloadStatus, keys: Keys) -> Iterator[TakeLine]:
    end = _RETRY.format(keys.retry) if keys.retry else ""
    for entry in _in(status, DownloadState.FAILED, DownloadState.CANCELLED):
        is_cancelled = entry.state is DownloadState.CANCELLED
        row = _row(entry, glyphs.NOTHING if is_cancelled else glyphs.FAILED, Tone.MUTED if is_cancelled else Tone.BAD)
        words = "cancelled" if is_cancelled else _small(entry.reason)
        yield row._replace(words=words, words_tone=row.tone, end=end)


def _at_risk(status: DownloadStatus, takes: Iterable[TakeAtRisk], keys: Keys) -> Iterator[TakeLine]:
    in_queue = {entry.take for entry in status.entries if entry.state is not DownloadState.SAVED}
    end = _SAVE.format(keys.save) if keys.save else ""
    for one in takes:
        if one.named.take not in in_queue:
            words = formatting.link_expiry(one.age_s, one.life) or "not saved"
            yield TakeLine(
                (one.named.take, "audio "),
                one.named.title,
                one.named.number,
                glyphs.WARNING,
                Tone.WARN,
                words,
                Tone.WARN,
                end=end,
                is_at_risk=True,
            )


def _saved(status: DownloadStatus, report: SafetyReport) -> Iterator[TakeLine]:
    """Those of this run, the last first, and then other ones in the library; without files that no longer exist."""
    seen = set(report.gone)
    ended = sorted(_in(status, DownloadState.SAVED), key=lambda entry: -(entry.ended_at or 0.0))
    for entry in ended:
        if entry.path is not None and entry.path not in seen:
            seen.add(entry.path)
            row = _row(entry, glyphs.SAVED, Tone.GOOD)
            yield row._replace(words=entry.path.name, end=size_text(entry.total or 0), path=entry.path)
    for named, file in report.saved:
        if file.path not in seen:
            key = named.take, f"{file.kind.value} {file.path}"
            yield TakeLine(
                key,
                named.title,
                named.number,
                glyphs.SAVED,
                Tone.GOOD,
                file.path.name,
                end=size_text(file.size),
                path=file.path,
            )


def _small(reason: str) -> str:
    """A reason as part of a line: it begins with a small letter, unless its first word is an abbreviation."""
    return reason[:1].lower() + reason[1:] if reason[1:2].islower() else reason
