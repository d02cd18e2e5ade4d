"""Matches a submission with an unknown outcome to the gateway's list of songs that the key made. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sunotui.domain.requests.music import SongFields
from sunotui.domain.requests.request import ConcatRequest, DerivedRequest, MusicRequest, Request, source_clip_ids
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.text import trim

MOST_APART_S = 86_400.0
"""The maximum distance in seconds between sending and a song's time. It is large because gateways report local times as
UTC; the nearest songs come first, and the user sees the time."""
SAME_TASK_S = 60.0
"""Clips with the same texts made within this many seconds count as takes of one task if the list names no tasks."""
SHORTENED = 80
"""The minimum length at which a listed text that is a prefix of the sent one counts as the same: lists may shorten
texts."""

_DECISIVE = ("description", "lyrics", "source")


@dataclass(frozen=True, slots=True)
class ListedSong:
    """A clip in the list of a key's songs."""

    clip: Clip
    task_id: str = ""
    """The gateway's id of its task; empty if the list does not include it."""
    made_at: float | None = None
    """When it was made, in Unix seconds by the gateway's clock; None if the list does not include it."""


@dataclass(frozen=True, slots=True)
class SongMatch:
    """The clips of one task that may be the result of a submission."""

    clips: tuple[Clip, ...]
    """At least one."""
    task_id: str
    """The gateway's id of the task; empty if the list does not include it."""
    made_at: float | None
    same: tuple[str, ...]
    """What matches the request, from "description", "lyrics", "source", "title" and "style"."""

    @property
    def id(self) -> str:
        """The task's id, or else the first clip's id, under which the task is then stored."""
        return self.task_id or self.clips[0].id

    @property
    def title(self) -> str:
        """The first title among the clips."""
        return next((clip.title for clip in self.clips if clip.title), "")

    def has(self, wanted: str) -> bool:
        """Whether an id is that of the task or of one of the clips, ignoring case."""
        ids = {self.task_id, *(clip.id for clip in self.clips)} - {""}
        return wanted.lower() in {known.lower() for known in ids}


def is_listed(request: Request) -> bool:
    """Whether the result of a request appears in such a list and can be recognized there."""
    return isinstance(request, MusicRequest | DerivedRequest | ConcatRequest)


def matches(request: Request, sent_at: float, songs: Iterable[ListedSong]) -> tuple[SongMatch, ...]:
    """The listed songs that may be the result of a request sent at `sent_at`, most likely first. A song is excluded if
    a text or source that both have differs, if nothing decisive matches, or if it was made more than MOST_APART_S
    before or after.
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
    """The fields of the request that match the clip; empty if one differs or nothing decisive matches."""
    sources = set(source_clip_ids(request))
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
    """The texts that gateways may rewrite: they may differ although the song is the right one."""
    found = {"style"}
    if source_clip_ids(request):
        # The request has the lyrics of a section, the list those of the whole song.
        found.add("lyrics")
    if isinstance(request, MusicRequest) and request.is_described:
        found.add("title")
    return found


def _has_decisive(request: Request) -> bool:
    """Whether the request has anything decisive that a list could show."""
    words = _described(request) or (request.lyrics if isinstance(request, SongFields) else "")
    return bool(trim(words)) or bool(source_clip_ids(request))


def _described(request: Request) -> str:
    match request:
        case MusicRequest():
            return request.description
        case DerivedRequest():
            return request.sound
    return ""


def _texts(request: Request, clip: Clip) -> dict[str, tuple[str, str]]:
    """The sent text and the clip's text by field name, normalized for spacing and case."""
    if not isinstance(request, SongFields):
        return {}
    found = {
        "lyrics": (_plain(request.lyrics), _plain(clip.lyrics)),
        "title": (_plain(request.title), _plain(clip.title)),
        "style": (_plain(request.style), _plain(clip.tags)),
    }
    if described := _plain(_described(request)):
        # Some gateways list the description instead of the lyrics until those are written.
        found["description"] = (described, _plain(clip.description) or _plain(clip.lyrics))
    return found


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _agrees(wanted: str, listed: str) -> bool:
    return wanted == listed or (len(listed) >= SHORTENED and wanted.startswith(listed.rstrip(" .…")))
