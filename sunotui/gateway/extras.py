"""Free requests that only some gateways support: the feed, word timings, the list of songs, and the state of a file
(protocol 1.2).

A missing endpoint raises NotSupported, whatever the gateway responds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sunotui.domain.errors import NotFound
from sunotui.domain.music.word_timings import WordTimings
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.song_listing import ListedSong
from sunotui.gateway import endpoints
from sunotui.gateway.discovery.endpoint_detection import document_in
from sunotui.gateway.parsing.clips import clip_items, clips_of
from sunotui.gateway.parsing.envelope import open_envelope
from sunotui.gateway.parsing.fields import JsonObject, first, identity, moment
from sunotui.gateway.parsing.results import ResultReading, read_result
from sunotui.gateway.parsing.word_timings import timing_in
from sunotui.gateway.submit.payloads import Payload
from sunotui.gateway.transport.redaction import without_secret
from sunotui.gateway.transport.requester import Requester

MOST_ROWS = 200
"""The maximum number of rows read from one page of songs."""

_NO_TIMES = "The gateway has no word times for this take"
_LISTS = ("list", "records", "rows", "items", "musics", "songs", "clips", "data", "content")


@dataclass(frozen=True, slots=True)
class SongPage:
    """One page of the songs that a key made."""

    songs: tuple[ListedSong, ...]
    rows: int
    """The number of rows on the page, valid or not; fewer than requested on the last page."""


class ExtrasApi:
    """The extras of one gateway. Every method raises SunotuiError only."""

    def __init__(self, requester: Requester) -> None:
        self._requester = requester

    async def feed(self, clip_ids: Sequence[str]) -> tuple[Clip, ...]:
        """Fetch the current state of clips, in the order of `clip_ids`; those that the gateway does not know are left
        out."""
        wanted = [clip_id for clip_id in dict.fromkeys(clip_ids) if endpoints.is_usable_id(clip_id)]
        found: dict[str, Clip] = {}
        for start in range(0, len(wanted), endpoints.CLIPS_A_REQUEST):
            asked = wanted[start : start + endpoints.CLIPS_A_REQUEST]
            found |= {clip.id: clip for clip in await self._feed_of(asked) if clip.id in asked}
        clips = tuple(found[clip_id] for clip_id in wanted if clip_id in found)
        return without_secret(clips, self._requester.secret)

    async def _feed_of(self, asked: list[str]) -> tuple[Clip, ...]:
        """The clips of one request. If an unknown clip makes it fail, it is halved until that clip is isolated."""
        try:
            return _clips_in(await self._read(endpoints.feed_path(asked)))
        except NotFound:
            if len(asked) == 1:
                return ()
        half = len(asked) // 2
        return await self._feed_of(asked[:half]) + await self._feed_of(asked[half:])

    async def timing(self, clip_id: str) -> WordTimings:
        """Fetch the word timings of a clip. Raises NotFound if the gateway does not have them, or does not have them
        yet."""
        document = await self._read(endpoints.timing_path(_usable(clip_id)))
        timing = timing_in(document)
        if timing is None:
            raise NotFound(_NO_TIMES, advice="They may come later; some models do not provide timings")
        return without_secret(timing, self._requester.secret)

    async def look_for(self, payload: Payload) -> ResultReading:
        """Whether the file of a clip that an accepted payload requested is ready."""
        return read_result(payload.result, await self._read(payload.path), self._requester.secret)

    async def my_musics(self, page: int, size: int) -> SongPage:
        """Fetch one page of the songs that this key made, as far as they can be parsed; pages are counted from 1."""
        document = await self._read(endpoints.my_musics_path(page, size))
        return without_secret(_song_page(document), self._requester.secret)

    async def _read(self, path: str) -> object:
        """The document in the response to a free request."""
        return document_in(await self._requester.get(path), self._requester.secret)


def _usable(clip_id: str) -> str:
    if not endpoints.is_usable_id(clip_id):
        raise NotFound(advice="Check the id")
    return clip_id


def _clips_in(document: object) -> tuple[Clip, ...]:
    payload = open_envelope(document).payload
    for holder in (payload, document):
        items = clip_items(holder["clips"]) if isinstance(holder, dict) and "clips" in holder else holder
        items = items if isinstance(items, list) else [items]
        if clips := clips_of(items):
            return clips
    return ()


def _song_page(document: object) -> SongPage:
    """The songs of a page. The body is not documented: the parser tries the usual names of such lists, and looks for
    the task's id in each clip or around it."""
    payload = open_envelope(document).payload
    rows: list[object] = []
    for holder in (payload, document):
        found = (
            next((holder[name] for name in _LISTS if isinstance(holder.get(name), list)), None)
            if isinstance(holder, dict)
            else holder
        )
        if isinstance(found, list):
            rows = found
            break
    songs: list[ListedSong] = []
    for row in rows[:MOST_ROWS]:
        if isinstance(row, dict):
            songs += _songs_of(row)
    return SongPage(tuple(songs), len(rows))


def _songs_of(row: JsonObject) -> list[ListedSong]:
    """The clips of one row: the row itself, or those in a task's `data` or `clips`."""
    task_id = identity(first(row, "task_id", "taskId"))
    made_at = moment(first(row, "submit_time", "submitTime", "created_at", "createTime", "create_time"))
    for name in ("clips", "data"):
        inner = row.get(name)
        if isinstance(inner, dict):
            inner = inner.get("clips", [inner])
        if clips := clips_of(clip_items(inner)):
            return [ListedSong(clip, task_id, clip.created_at or made_at) for clip in clips]
    return [ListedSong(clip, task_id, clip.created_at or made_at) for clip in clips_of([row])]
