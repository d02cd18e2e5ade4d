"""What a person asks a gateway to make, and what is wrong with it before it is sent."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar
from urllib.parse import urlsplit

from sunotui.domain.errors import RequestImpossible
from sunotui.domain.models import limits_of
from sunotui.domain.task import TaskKind


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a request. A blocking one makes no sense to send; the others warn and may be overruled."""

    field: str
    sentence: str
    is_blocking: bool = True


@dataclass(frozen=True, slots=True)
class MusicRequest:
    """A song: described (Suno writes the words) or custom (the words are given), new or the continuation of a clip."""

    kind: ClassVar[TaskKind] = TaskKind.MUSIC

    description: str = ""
    lyrics: str = ""
    title: str = ""
    style: str = ""
    exclude: str = ""
    model: str = ""
    instrumental: bool = False
    extend_clip_id: str = ""
    extend_at_s: float | None = None
    """The point in the parent clip where the new part begins, in seconds."""
    extend_task_id: str = ""
    """The gateway's id of the task the parent clip came from; the reference server and 2025 relays require it."""

    @property
    def is_described(self) -> bool:
        """Whether Suno is to write the words (inspiration mode)."""
        return bool(self.description.strip())

    @property
    def is_extension(self) -> bool:
        """Whether this continues a clip."""
        return bool(self.extend_clip_id)

    @property
    def title_hint(self) -> str:
        """What to call the task until the gateway names it."""
        return self.title.strip() or _first_words(self.description or self.lyrics or self.style)

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong, the blocking ones first. Limits are those of the model (protocol 2.1)."""
        limits = limits_of(self.model)
        found: list[Problem] = []
        if self.is_described and (self.lyrics.strip() or self.is_extension):
            found.append(Problem("description", "A description cannot go together with lyrics or an extension"))
        if not self.is_described and not self.lyrics.strip():
            if not self.instrumental:
                found.append(Problem("lyrics", "Write a description or lyrics, or choose instrumental"))
            elif not self.style.strip():
                found.append(Problem("style", "An instrumental needs a style or a description"))
        if self.is_extension and (self.extend_at_s is None or not 0 < self.extend_at_s < 3_600):
            found.append(Problem("extend_at_s", "Say where in the clip the new part begins, such as 1:30"))
        found += _over("description", self.description, limits.description)
        found += _over("lyrics", self.lyrics, limits.prompt)
        found += _over("style", self.style, limits.style)
        found += _over("title", self.title, limits.title)
        if self.is_extension and not self.extend_task_id:
            found.append(
                Problem("extend_task_id", "Many gateways need the task that the clip came from", is_blocking=False)
            )
        return tuple(sorted(found, key=lambda problem: not problem.is_blocking))


@dataclass(frozen=True, slots=True)
class LyricsRequest:
    """Words only, from an idea."""

    kind: ClassVar[TaskKind] = TaskKind.LYRICS

    prompt: str = ""

    @property
    def title_hint(self) -> str:
        """What to call the task until the gateway names it."""
        return _first_words(self.prompt)

    def problems(self) -> tuple[Problem, ...]:
        """An empty prompt is refused by every gateway (protocol 2.3)."""
        if not self.prompt.strip():
            return (Problem("prompt", "Write what the words should be about"),)
        return tuple(_over("prompt", self.prompt, limits_of("").lyrics_prompt))


@dataclass(frozen=True, slots=True)
class ConcatRequest:
    """One whole song out of an extended clip and what it continues (protocol 2.4)."""

    kind: ClassVar[TaskKind] = TaskKind.CONCAT

    clip_id: str = ""
    is_infill: bool = False

    @property
    def title_hint(self) -> str:
        """What to call the task until the gateway names it."""
        return f"Concat of {self.clip_id}"

    def problems(self) -> tuple[Problem, ...]:
        """The clip must be given."""
        return () if self.clip_id.strip() else (Problem("clip_id", "Give the id of an extended clip"),)


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """Audio at a public address, for the gateway to fetch and make a clip of."""

    kind: ClassVar[TaskKind] = TaskKind.UPLOAD

    url: str = ""

    @property
    def title_hint(self) -> str:
        """What to call the task until the gateway names it."""
        return f"Upload of {self.url.rsplit('/', 1)[-1][:60]}"

    def problems(self) -> tuple[Problem, ...]:
        """The gateway must be able to fetch the address."""
        try:
            parts = urlsplit(self.url.strip())
            is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            is_web = False
        return () if is_web else (Problem("url", "Give an address that starts with https://"),)


Request = MusicRequest | LyricsRequest | ConcatRequest | UploadRequest

_BY_KIND: Mapping[TaskKind, type[Request]] = {
    TaskKind.MUSIC: MusicRequest,
    TaskKind.LYRICS: LyricsRequest,
    TaskKind.CONCAT: ConcatRequest,
    TaskKind.UPLOAD: UploadRequest,
}


def check(request: Request) -> None:
    """Raise RequestImpossible with the first blocking problem, if there is one."""
    for problem in request.problems():
        if problem.is_blocking:
            raise RequestImpossible(problem.sentence)


def to_json(request: Request) -> str:
    """The request as a line of JSON for the journal and the drafts, with its kind; empty fields left out."""
    filled = {name: value for name, value in asdict(request).items() if value not in ("", None, False)}
    return json.dumps({"kind": request.kind.value, **filled}, sort_keys=True)


def from_json(text: str) -> Request:
    """The request out of such a line. Unknown fields, as a newer version may write, are left out.

    Raises ValueError when it is no request.
    """
    body: Any = json.loads(text)
    if not isinstance(body, dict):
        raise ValueError("a request is a JSON object")
    made = _BY_KIND[TaskKind(body.get("kind", ""))]
    known = {field.name for field in fields(made)}
    return made(**{name: value for name, value in body.items() if name in known})


def _over(field: str, text: str, limit: int) -> list[Problem]:
    length = len(text.strip())
    if length <= limit:
        return []
    return [Problem(field, f"The {field} has {length:,} characters; the model takes {limit:,}", is_blocking=False)]


def _first_words(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59].rstrip() + "…"
