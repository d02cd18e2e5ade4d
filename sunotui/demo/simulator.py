"""Simulates music generation: accepts payloads, decides their outcome immediately, and reports their state. There are
no timers. Ids, titles and durations depend only on the seed and the number of the payload.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from sunotui.demo.music import prices, songs
from sunotui.demo.music.jobs import Job, Part, Take
from sunotui.demo.music.songs import Song
from sunotui.demo.music.takes import HALF, MODERATION, NO_FLAWS, Flaws, apply_flaws, new_take, two_takes, with_length
from sunotui.demo.requests.payloads import DEFAULT_MV, MusicPayload
from sunotui.domain.tasks.task import TaskKind, TaskStatus

ASIDE_S = 6.0
"""How long a persona or tags take as a task, in seconds at speed 1; not documented."""

IdMaker = Callable[[random.Random, TaskKind], str]


class UnknownClip(Exception):
    """The clip to continue is unknown, or cannot be continued."""


class Simulator:
    """All jobs of one demo gateway, in order of submission."""

    def __init__(
        self,
        seed: int,
        speed: float,
        now: Callable[[], float],
        make_id: IdMaker,
        balance: float = 5.0,
        takes_per_song: int = 2,
    ) -> None:
        self.seed, self.speed, self.now, self.granted = seed, speed, now, balance
        self.opened_at = now()
        self._make_id = make_id
        self._takes_per_song = takes_per_song
        self._jobs: dict[str, Job] = {}
        self._clips: dict[str, tuple[Job, Take]] = {}
        self._fees = 0.0
        self.on_change: Callable[[], None] = lambda: None
        """Called after a job was added or a fee was charged."""

    def restore(self, jobs: Iterable[Job], fees: float) -> None:
        """Take over the jobs of an earlier simulator, in their order, and what was paid there for other requests."""
        for job in jobs:
            self.add_job(job)
        self._fees += fees

    @property
    def all_jobs(self) -> tuple[Job, ...]:
        """All jobs, in order of submission."""
        return tuple(self._jobs.values())

    @property
    def fees(self) -> float:
        """What was charged for requests without a job, in dollars."""
        return self._fees

    def make_song(self, payload: MusicPayload, flaws: Flaws = NO_FLAWS) -> Job:
        """Create the takes of a song. Raises UnknownClip if the clip to extend is unknown."""
        # The reference also drops the parent if there is a description (protocol 2).
        is_extension = bool(payload.continue_clip_id) and not payload.gpt_description_prompt
        parent = self.require_clip(payload.continue_clip_id) if is_extension else None
        at_s = payload.continue_at
        if parent is not None and at_s is None:
            at_s = parent[1].duration_s
        made = self.open_song(payload, flaws, parent)
        return self.add_job(replace(made, history=(Part(payload.continue_clip_id, at_s),) if parent else ()))

    def write_lyrics(self, prompt: str, flaws: Flaws = NO_FLAWS) -> Job:
        """Create lyrics only; they are complete immediately."""
        rng = self.next_rng()
        song = songs.hostile() if flaws.is_hostile else songs.compose(rng, prompt)
        if flaws.fails:
            song = Song("", "", "")
        job = self.open_job(rng, TaskKind.LYRICS, song, prices.LYRICS)
        return self.add_job(replace(job, error=MODERATION if flaws.fails else HALF if flaws.half_fails else ""))

    def make_task_without_clips(self, kind: TaskKind, title: str, made: dict[str, Any], flaws: Flaws = NO_FLAWS) -> Job:
        """Create a task with the result `made`, such as a persona, and neither clips nor lyrics."""
        job = self.open_job(self.next_rng(), kind, Song(title, "", ""), prices.price_of(kind))
        error = MODERATION if flaws.fails else ""
        return self.add_job(replace(job, made=made, made_in_s=ASIDE_S, error=error))

    def concat(self, clip_id: str, is_infill: bool, flaws: Flaws = NO_FLAWS) -> Job:
        """Join an extended clip and all that it continues into one song (protocol 2.4). Raises UnknownClip."""
        rng = self.next_rng()
        job, last = self.require_clip(clip_id)
        if not job.history:
            raise UnknownClip(clip_id)
        parts, length = [Part(clip_id, None)], last.duration_s
        while job.history:
            before = job.history[0]
            parts.insert(0, replace(before, is_infill=is_infill or before.is_infill))
            job, take = self.require_clip(before.clip_id)
            length += _share_of(before, take)
        song = Song(job.title, "\n\n".join(self._lyrics_of(parts)), job.tags)
        whole = with_length(replace(new_take(rng, "", flaws), loop=last.loop), length)
        made = self.open_job(rng, TaskKind.CONCAT, song, prices.SONG, apply_flaws((whole,), flaws))
        return self.add_job(replace(made, model=job.model, concat_history=tuple(parts)))

    def upload_from_url(self, url: str, flaws: Flaws = NO_FLAWS) -> Job:
        """Create a clip for the audio at a URL. The URL is never opened: the audio is invented."""
        rng = self.next_rng()
        name = PurePosixPath(urlsplit(url).path).stem or "upload"
        take = with_length(new_take(rng, name, flaws), rng.uniform(30, 180))
        take = replace(take, queued_s=0.0, streams_s=4.0, done_s=rng.uniform(5, 9))
        job = self.open_job(rng, TaskKind.UPLOAD, Song(name, "", ""), 0.0, apply_flaws((take,), flaws))
        return self.add_job(job)

    def upload_clip(self, name: str, clip_id: str) -> Job:
        """Create a clip for an uploaded file; it is complete immediately. Its audio is invented."""
        rng = self.next_rng()
        take = replace(new_take(rng, name), id=clip_id, queued_s=0.0, streams_s=0.0, done_s=0.0)
        take = with_length(take, rng.uniform(30, 180))
        job = self.open_job(rng, TaskKind.UPLOAD, Song(name, "", ""), 0.0, (take,))
        return self.add_job(replace(job, is_bare=True))

    def job(self, task_id: str) -> Job | None:
        """A job by its id; jobs whose response had only their clips have no known id."""
        found = self._jobs.get(task_id)
        return None if found is None or found.is_bare else found

    def jobs(self, ids: Iterable[str]) -> list[Job]:
        """The known jobs among these ids, in order of submission and without duplicates (protocol 4.5)."""
        wanted = set(ids)
        return [job for task_id, job in self._jobs.items() if task_id in wanted and not job.is_bare]

    def songs(self) -> list[tuple[Job, Take]]:
        """All generated clips with their jobs, newest job first; without uploads."""
        made = [job for job in reversed(self._jobs.values()) if job.kind is not TaskKind.UPLOAD]
        return [(job, take) for job in made for take in job.takes]

    def clip(self, clip_id: str) -> tuple[Job, Take] | None:
        """A clip and its job."""
        return self._clips.get(clip_id)

    def require_clip(self, clip_id: str) -> tuple[Job, Take]:
        """The job and take of a clip. Raises UnknownClip."""
        found = self._clips.get(clip_id)
        if found is None:
            raise UnknownClip(clip_id)
        return found

    def spent(self) -> float:
        """The dollars spent until now; failures are refunded."""
        at = self.now()
        return self._fees + sum(job.price for job in self._jobs.values() if job.status(at) is not TaskStatus.FAILURE)

    def can_pay(self, price: float) -> bool:
        """Whether the balance covers one more request with this price."""
        return self.spent() + price <= self.granted + 1e-9

    def charge(self, price: float) -> None:
        """Charge for a request without a job, such as a persona."""
        self._fees += price
        self.on_change()

    # --- for the builders of other jobs -------------------------------------------------------------------------------

    def next_rng(self) -> random.Random:
        """The random source of the next job."""
        return random.Random(f"{self.seed}/{len(self._jobs) + 1}")

    def open_song(self, payload: MusicPayload, flaws: Flaws, parent: tuple[Job, Take] | None = None) -> Job:
        """Create the job of a song without adding it; title and style default to the parent's."""
        rng = self.next_rng()
        song = _song_for(rng, payload, parent)
        if flaws.is_hostile:
            song = songs.hostile()
        takes = apply_flaws(two_takes(rng, song.tags, flaws)[: self._takes_per_song], flaws)
        job = self.open_job(rng, TaskKind.MUSIC, song, prices.SONG, takes)
        return replace(job, description=payload.gpt_description_prompt, model=payload.mv or DEFAULT_MV)

    def open_job(
        self, rng: random.Random, kind: TaskKind, song: Song, price: float, takes: tuple[Take, ...] = ()
    ) -> Job:
        """Create a job with an id and a number without adding it."""
        return Job(
            id=self._make_id(rng, kind),
            number=len(self._jobs) + 1,
            kind=kind,
            submitted_at=self.now(),
            speed=self.speed,
            price=price,
            title=song.title,
            lyrics=song.lyrics,
            tags=song.tags,
            takes=takes,
        )

    def add_job(self, job: Job) -> Job:
        """Add an accepted job and charge for it."""
        self._jobs[job.id] = job
        self._clips.update({take.id: (job, take) for take in job.takes})
        self.on_change()
        return job

    def _lyrics_of(self, parts: list[Part]) -> list[str]:
        words = [self.require_clip(part.clip_id)[0].lyrics for part in parts]
        return [text for at, text in enumerate(words) if text and text not in words[:at]]


def _share_of(part: Part, take: Take) -> float:
    """How many seconds of a take remain in the joined song that continues it, or that replaces a section of it."""
    at_s = min(max(part.continue_at or 0.0, 0.0), take.duration_s)
    if part.infill_end_s is None:
        return at_s
    return at_s + max(0.0, take.duration_s - part.infill_end_s)


def _song_for(rng: random.Random, payload: MusicPayload, parent: tuple[Job, Take] | None) -> Song:
    if payload.gpt_description_prompt:
        # The reference drops title and tags if there is a description (protocol 2).
        song = songs.compose(rng, payload.gpt_description_prompt)
        return replace(song, lyrics="") if payload.make_instrumental else song
    title = payload.title or (parent[0].title if parent else "") or songs.name_for(rng, payload.prompt, payload.tags)
    return Song(title, payload.prompt, payload.tags or (parent[0].tags if parent else ""))
