"""A gateway's list of the songs that a key made, and which of them an unknown submission may have become. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sunotui.domain.requests.music import SongFields
from sunotui.domain.requests.request import ConcatRequest, DerivedRequest, MusicRequest, Request
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.text import trim

MOST_APART_S = 86_400.0
"""Largest distance in seconds between sending and a song's time at which it is offered. So many, since gateways report
times of their own zone as UTC; the nearest stand first, and the user sees the time."""
SAME_TASK_S = 60.0
"""Clips with the same texts made within so many seconds are takes of one task, where the list names no tasks."""
SHORTENED = 80
"""Characters from which on a listed text that only begins the one sent counts as the same: lists may shorten texts."""

_DECISIVE = ("description", "lyrics", "source")


@dataclass(frozen=True, slots=True)
class ListedSong:
    """A clip in the list of a key's songs."""

    clip: Clip
    task_id: str = ""
    """The gateway's id of its task; empty where the list does not say."""
    made_at: float | None = None
    """When it was made, in Unix seconds by the gateway's clock; None where the list does not say."""


@dataclass(frozen=True, slots=True)
class SongMatch:
    """Clips of one task that a submission may have become."""

    clips: tuple[Clip, ...]
    """At least one."""
    task_id: str
    """The gateway's id of the task; empty where the list does not say."""
    made_at: float | None
    same: tuple[str, ...]
    """What agrees with the request: of "description", "lyrics", "source", "title", "style"."""

    @property
    def id(self) -> str:
        """The task's id, else the first clip's, under which the task is then stored."""
        return self.task_id or self.clips[0].id

    @property
    def title(self) -> str:
        """The first title among the clips."""
        return next((clip.title for clip in self.clips if clip.title), "")

    def has(self, wanted: str) -> bool:
        """Whether an id is the task's or one of the clips', in whatever case."""
        ids = {self.task_id, *(clip.id for clip in self.clips)} - {""}
        return wanted.lower() in {known.lower() for known in ids}


def is_listed(request: Request) -> bool:
    """Whether what a request makes stands in such a list and can be recognized there."""
    return isinstance(request, MusicRequest | DerivedRequest | ConcatRequest)


def matches(request: Request, sent_at: float, songs: Iterable[ListedSong]) -> tuple[SongMatch, ...]:
    """The listed songs that a request sent at `sent_at` may have become, the likeliest first.

    A song is left out when a text or source that both have differs, when nothing decisive agrees, and when it was made
    more than MOST_APART_S before or after.
    """
    found: list[SongMatch] = []
    for group in _by_task(songs):
        made_at = next((song.made_at for song in group if song.made_at is not None), None)
        same = _same(request, group[0].clip)
        if same and (made_at is None or abs(made_at - sent_at) <= MOST_APART_S):
            found.append(SongMatch(tuple(song.clip for song in group), group[0].task_id, made_at, same))
    return tuple(sorted(found, key=lambda match: (-len(match.same), _apart(match, sent_at))))


def _apart(match: SongMatch, sent_at: float) -> float:
    return MOST_APART_S if match.made_at is None else abs(match.made_at - sent_at)


def _by_task(songs: Iterable[ListedSong]) -> list[list[ListedSong]]:
    """The songs, grouped by their task, else by their texts and time; each clip once."""
    groups: list[list[ListedSong]] = []
    for song in songs:
        if any(song.clip.id == other.clip.id for group in groups for other in group):
            continue
        mine = next((group for group in groups if _are_of_one_task(group[0], song)), None)
        if mine is None:
            groups.append([song])
        else:
            mine.append(song)
    return groups


def _are_of_one_task(one: ListedSong, other: ListedSong) -> bool:
    if one.task_id or other.task_id:
        return one.task_id == other.task_id
    a, b = one.clip, other.clip
    if (a.title, a.description, a.lyrics, a.tags) != (b.title, b.description, b.lyrics, b.tags):
        return False
    if one.made_at is None or other.made_at is None:
        return one.made_at is other.made_at
    return abs(one.made_at - other.made_at) <= SAME_TASK_S


def _same(request: Request, clip: Clip) -> tuple[str, ...]:
    """What of the request the clip has; empty when something differs or nothing decisive agrees."""
    sources = _sources(request)
    found: list[str] = []
    if sources and clip.parents:
        if not sources & set(clip.parents):
            return ()
        found.append("source")
    for name, (wanted, listed) in _texts(request, clip).items():
        if not wanted or not listed:
            continue
        if _agrees(wanted, listed):
            found.append(name)
        elif name not in _may_differ(request):
            return ()
    is_decided = any(name in found for name in _DECISIVE)
    return tuple(found) if is_decided or not _has_decisive(request) else ()


def _may_differ(request: Request) -> set[str]:
    """The texts that gateways work over: they may differ although the song is the one."""
    found = {"style"}
    if _sources(request):
        # The words of a section are sent, and those of the whole song are listed.
        found.add("lyrics")
    if isinstance(request, MusicRequest) and request.is_described:
        found.add("title")
    return found


def _has_decisive(request: Request) -> bool:
    """Whether the request has anything decisive that a list could show."""
    words = _described(request) or (request.lyrics if isinstance(request, SongFields) else "")
    return bool(trim(words)) or bool(_sources(request))


def _described(request: Request) -> str:
    match request:
        case MusicRequest():
            return request.description
        case DerivedRequest():
            return request.sound
    return ""


def _texts(request: Request, clip: Clip) -> dict[str, tuple[str, str]]:
    """By name, the text that was sent and that of the clip, without their spacing and case."""
    if not isinstance(request, SongFields):
        return {}
    found = {
        "lyrics": (_plain(request.lyrics), _plain(clip.lyrics)),
        "title": (_plain(request.title), _plain(clip.title)),
        "style": (_plain(request.style), _plain(clip.tags)),
    }
    if described := _plain(_described(request)):
        # Some gateways list the description where the words stand until they are written.
        found["description"] = (described, _plain(clip.description) or _plain(clip.lyrics))
    return found


def _sources(request: Request) -> set[str]:
    match request:
        case MusicRequest():
            return {trim(request.extend_clip_id)} - {""}
        case DerivedRequest():
            return set(request.clip_ids) - {""}
        case ConcatRequest():
            return {trim(request.clip_id)} - {""}
    return set()


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _agrees(wanted: str, listed: str) -> bool:
    return wanted == listed or (len(listed) >= SHORTENED and wanted.startswith(listed.rstrip(" .…")))
