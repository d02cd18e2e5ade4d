"""Searches for unknown submissions in the list of songs that some gateways have for a key. It changes nothing: the user
decides whether a song belongs to the submission (core/submissions/unknown_outcomes.py)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from sunotui.core.context import Context
from sunotui.core.events import Event, SongsFound, SubmissionChanged
from sunotui.core.gateways.capabilities import CapabilityService
from sunotui.domain.errors import InvalidRequest, NotSupported, SunotuiError
from sunotui.domain.gateways.capabilities import Feature, Support
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.song_listing import ListedSong, SongMatch, is_listed, matches
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore

PAGE_SIZE = 20
"""Songs per page; the limit is not documented."""
MAX_PAGES = 5
"""The maximum number of pages: a missing submission is among the newest hundred songs, or the user searches at the
gateway."""
SEARCH_DELAYS_S = (30.0, 90.0, 300.0)
"""Seconds before each automatic search: a song may not be listed before it has started."""
SEARCH_WINDOW_S = 86_400.0
"""How long after sending an unknown submission is still searched for at start-up, in seconds."""


class SongMatcher:
    """Reads the list page by page, which costs nothing."""

    def __init__(self, ctx: Context, library: TaskStore, journal: Journal, capabilities: CapabilityService) -> None:
        self._storage = ctx.storage
        self._clients = ctx.clients
        self._events = ctx.events
        self._clock = ctx.clock
        self._background = ctx.background
        self._library = library
        self._journal = journal
        self._capabilities = capabilities
        self._searched: set[str] = set()

    async def matches(self, submission: Submission) -> tuple[SongMatch, ...]:
        """The listed songs that a submission may have become, most likely first, without those that belong to another
        submission. Raises InvalidRequest for a request that generates no song, NotSupported if the gateway has no list,
        and any other SunotuiError of the request.
        """
        if not is_listed(submission.request):
            raise InvalidRequest("Gateways list songs only, and that request does not make a song")
        songs = await self._songs(submission.profile)
        songs = await self._storage.run(self._unclaimed, songs, submission)
        return matches(submission.request, submission.sent_at or submission.created_at, songs)

    def has_listing(self, profile: str) -> bool:
        """Whether the profile's gateway is known to have such a list."""
        return self._capabilities.known(profile).support(Feature.MY_MUSICS) is Support.OFFERED

    async def search_earlier(self) -> None:
        """Search for submissions that an earlier run left unknown. Raises LibraryError."""
        for submission in await self._storage.run(self._journal.reader.list, {SubmissionState.UNKNOWN}):
            if 0 <= self._clock.now() - submission.created_at < SEARCH_WINDOW_S:
                self._search_later(submission)

    def on_event(self, event: Event) -> None:
        """Search for a submission whose outcome became unknown."""
        if isinstance(event, SubmissionChanged) and event.submission.state is SubmissionState.UNKNOWN:
            self._search_later(event.submission)

    def _search_later(self, submission: Submission) -> None:
        if is_listed(submission.request) and submission.id not in self._searched:
            self._searched.add(submission.id)
            self._background.start("look for an unknown submission", self._search, submission)

    async def _search(self, submission: Submission) -> None:
        """Search a few times and publish matches; does nothing for a gateway that probably has no list."""
        for wait_s in SEARCH_DELAYS_S:
            await self._clock.wait(asyncio.Event(), wait_s)
            now = await self._storage.run(self._journal.reader.get, submission.id)
            if now is None or now.state is not SubmissionState.UNKNOWN:
                return
            if self._capabilities.known(submission.profile).support(Feature.MY_MUSICS) not in _WORTH_ASKING:
                return
            try:
                found = await self.matches(now)
            except NotSupported:
                return
            except SunotuiError:
                continue
            if found:
                self._events.publish(SongsFound(now, found))
                return

    async def _songs(self, profile: str) -> list[ListedSong]:
        client = await self._clients.client(profile)
        found: dict[str, ListedSong] = {}
        for page in range(1, MAX_PAGES + 1):
            try:
                listed = await client.my_musics(page, PAGE_SIZE)
            except NotSupported as error:
                why = error.detail or "the gateway has no such endpoint"
                await self._capabilities.learn(profile, Feature.MY_MUSICS, False, why)
                raise NotSupported(
                    "This gateway does not list songs", advice="Look on its own page for the song's id"
                ) from None
            await self._capabilities.learn(profile, Feature.MY_MUSICS, True, "it responded")
            new = {song.clip.id: song for song in listed.songs if song.clip.id not in found}
            if not new:
                # The last page, or a gateway that returns the same one for every number.
                break
            found |= new
        return list(found.values())

    def _unclaimed(self, songs: list[ListedSong], submission: Submission) -> list[ListedSong]:
        """The songs that belong to no other submission, as far as the library knows; on the storage thread. A song that
        the library has gets the id of its task. While a task of the same request has no known clips, songs without a
        task id may belong to it, and are left out, too.
        """
        may_belong_to_duplicate = self._has_duplicate_without_clips(submission)
        unclaimed: list[ListedSong] = []
        for song in songs:
            known = self._library.clip(song.clip.id)
            task = known[0] if known is not None else self._library.task(song.task_id) if song.task_id else None
            if task is None:
                if song.task_id or not may_belong_to_duplicate:
                    unclaimed.append(song)
            elif task.submission_id is None and task.profile == submission.profile:
                unclaimed.append(replace(song, task_id=task.id))
        return unclaimed

    def _has_duplicate_without_clips(self, submission: Submission) -> bool:
        for task in self._library.unfinished(submission.profile):
            other = self._journal.reader.get(task.submission_id) if task.submission_id and not task.clips else None
            if other is not None and other.body == submission.body:
                return True
        return False


_WORTH_ASKING = frozenset({Support.OFFERED, Support.UNKNOWN})
