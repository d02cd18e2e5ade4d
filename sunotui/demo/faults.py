"""Faults to simulate, by name, and how often."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class FaultTarget(StrEnum):
    """The kind of request that a fault affects."""

    SUBMIT = "submit"
    FETCH = "fetch"
    """Also the feed of clips."""
    EXTRA = "extra"
    """Personas, tags, timings and WAVs."""
    UPLOAD = "upload"
    """The steps of a file's upload at the gateway."""
    STORAGE = "storage"
    """The upload of the file itself."""
    AUDIO = "audio"
    """The audio of a take, and its stream."""


_AUDIO = frozenset({FaultTarget.AUDIO})
_ALL = frozenset(FaultTarget) - _AUDIO
_GATEWAY = _ALL - {FaultTarget.STORAGE}
_SUBMIT = frozenset({FaultTarget.SUBMIT})
_FETCH = frozenset({FaultTarget.FETCH})
_BOTH = _SUBMIT | _FETCH


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that can be simulated."""

    meaning: str
    usual: frozenset[FaultTarget]
    """What it affects by default."""
    possible: frozenset[FaultTarget]
    """What it may affect with NAME@submit, NAME@fetch and so on."""


FAULTS: dict[str, Fault] = {
    "slow": Fault("every response takes 4 seconds longer (at speed 1)", _ALL, _ALL),
    "lost-answer": Fault("accepted, then the connection drops without a response", _SUBMIT, _ALL),
    "empty-200": Fault("accepted, then 200 with zero bytes, as one-hub does after a retry", _SUBMIT, _GATEWAY),
    "http-500": Fault("a crash before anything was accepted", _ALL, _ALL),
    "http-502-html": Fault("accepted, but the proxy in front returns 502 with a page", _ALL, _ALL),
    "rate-limit": Fault("429 with Retry-After: 2; nothing accepted", _GATEWAY, _GATEWAY),
    "maintenance": Fault("closed for maintenance (503, or 455 at claude360); nothing accepted", _SUBMIT, _GATEWAY),
    "quota": Fault("the account is empty; nothing accepted", _SUBMIT, _GATEWAY),
    "bad-token": Fault("401, as if the token were wrong", _GATEWAY, _GATEWAY),
    "fail-task": Fault(
        "accepted, ends in FAILURE with a reason and a refund",
        _SUBMIT | {FaultTarget.UPLOAD},
        _SUBMIT | {FaultTarget.UPLOAD},
    ),
    "half-fail": Fault(
        "accepted, ends in FAILURE with one good take and one failed, where there are two", _SUBMIT, _SUBMIT
    ),
    "unknown-id": Fault("fetches do not know the ids", _FETCH, _FETCH),
    "null-data": Fault("fetches return data: null without an error", _FETCH, _FETCH),
    "silence-audio": Fault("complete, but with a dead link (None.mp3)", _SUBMIT, _SUBMIT),
    "two-documents": Fault("accepted, with two JSON documents in one body", _SUBMIT, _BOTH),
    "html-200": Fault(
        "200 with a web page, as for an endpoint that is not there; nothing accepted", _GATEWAY, _GATEWAY
    ),
    "half-body": Fault("accepted, then the connection drops in the middle of the response", _GATEWAY, _GATEWAY),
    "bad-clip": Fault("a batch holds one unreadable task and one unreadable clip among the good ones", _FETCH, _FETCH),
    "hostile-text": Fault("accepted, with escape codes, markup and bidi signs in every text", _SUBMIT, _SUBMIT),
    "slow-audio": Fault("audio arrives at half the speed at which it plays", _AUDIO, _AUDIO),
    "stalled-audio": Fault("audio stops after 20 seconds of it, and the connection stays open", _AUDIO, _AUDIO),
    "cut-audio": Fault("the connection drops in the middle of the audio", _AUDIO, _AUDIO),
    "short-audio": Fault("audio ends after half of its length", _AUDIO, _AUDIO),
    "endless-audio": Fault("audio never ends", _AUDIO, _AUDIO),
    "expired-audio": Fault("the links of audio are refused (403)", _AUDIO, _AUDIO),
    "html-audio": Fault("a web page in target of audio", _AUDIO, _AUDIO),
}

_SPEC = re.compile(r"(?P<name>[a-z0-9-]+)(@(?P<target>[a-z]+))?(:(?P<times>[0-9]{1,6}))?")


class _FaultSpec:
    """A fault of a plan with the number of times left; None is unlimited."""

    def __init__(self, name: str, targets: frozenset[FaultTarget], left: int | None) -> None:
        self.name, self.targets, self.left = name, targets, left

    def trigger(self, name: str, target: FaultTarget) -> bool:
        if name != self.name or target not in self.targets or self.left == 0:
            return False
        if self.left is not None:
            self.left -= 1
        return True


class FaultPlan:
    """The faults of one gateway, combinable: NAME, NAME:N (the first N times), NAME@submit:N, NAME@fetch and so on."""

    def __init__(self, specs: Iterable[str] = ()) -> None:
        """Raises ValueError for a name that is not in FAULTS, or a request that this fault cannot affect."""
        self._specs = [_read(spec) for spec in specs]

    def triggers(self, name: str, target: FaultTarget) -> bool:
        """Whether this fault applies to this request; a fault that applies counts as one time."""
        return any(spec.trigger(name, target) for spec in self._specs)


def _read(spec: str) -> _FaultSpec:
    match = _SPEC.fullmatch(spec.strip())
    fault = FAULTS.get(match["name"]) if match else None
    if match is None or fault is None:
        raise ValueError(f"There is no fault {spec!r}; there are {', '.join(FAULTS)}")
    targets = (
        frozenset(target for target in FaultTarget if target == match["target"]) if match["target"] else fault.usual
    )
    if not targets or not targets <= fault.possible:
        raise ValueError(f"The fault {match['name']} makes no sense at {match['target']}")
    return _FaultSpec(match["name"], targets, int(match["times"]) if match["times"] else None)
