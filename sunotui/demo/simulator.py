"""The imaginary studio: takes orders, decides at once what will become of them, and tells where they stand.

Nothing ticks here. Ids, titles and lengths of time follow from the seed and the number of the order alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from sunotui.demo import prices
from sunotui.demo.music import songs
from sunotui.demo.music.jobs import Job, Part, Take
from sunotui.demo.music.songs import Song
from sunotui.demo.music.takes import HALF, MODERATION, SOUND, Flaws, flawed, new_take, of_length, two_takes
from sunotui.demo.requests.payloads import DEFAULT_MV, MusicOrder
from sunotui.domain.tasks.task import TaskKind, TaskStatus

ASIDE_S = 6.0
"""How long a persona or tags take where they are a task, in seconds at speed 1; no document tells."""

IdMaker = Callable[[random.Random, TaskKind], str]


class NoSuchClip(Exception):
    """The clip to go on from is not one of this studio's, or not one that can be gone on from."""


class Studio:
    """All jobs of one demo gateway, in the order in which they came."""

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

    def make_song(self, order: MusicOrder, flaws: Flaws = SOUND) -> Job:
        """The takes of a song. Raises NoSuchClip when the clip to extend is unknown."""
        # The reference drops the parent, too, beside a description (protocol 2).
        is_extension = bool(order.continue_clip_id) and not order.gpt_description_prompt
        parent = self.known(order.continue_clip_id) if is_extension else None
        at_s = order.continue_at
        if parent is not None and at_s is None:
            at_s = parent[1].duration_s
        made = self.open_song(order, flaws, parent)
        return self.keep(replace(made, history=(Part(order.continue_clip_id, at_s),) if parent else ()))

    def write_lyrics(self, prompt: str, flaws: Flaws = SOUND) -> Job:
        """Words only; they are done when this returns."""
        rng = self.next_rng()
        song = songs.hostile() if flaws.is_hostile else songs.compose(rng, prompt)
        if flaws.fails:
            song = Song("", "", "")
        job = self.open_job(rng, TaskKind.LYRICS, song, prices.LYRICS)
        return self.keep(replace(job, error=MODERATION if flaws.fails else HALF if flaws.half_fails else ""))

    def make_aside(self, kind: TaskKind, title: str, made: dict[str, Any], flaws: Flaws = SOUND) -> Job:
        """A task that makes neither clips nor words but `made`, such as a persona."""
        job = self.open_job(self.next_rng(), kind, Song(title, "", ""), prices.price_of(kind))
        error = MODERATION if flaws.fails else ""
        return self.keep(replace(job, made=made, made_in_s=ASIDE_S, error=error))

    def concat(self, clip_id: str, is_infill: bool, flaws: Flaws = SOUND) -> Job:
        """One whole song out of an extended clip and all it continues (protocol 2.4). Raises NoSuchClip."""
        rng = self.next_rng()
        job, last = self.known(clip_id)
        if not job.history:
            raise NoSuchClip(clip_id)
        parts, length = [Part(clip_id, None)], last.duration_s
        while job.history:
            before = job.history[0]
            parts.insert(0, replace(before, is_infill=is_infill or before.is_infill))
            job, take = self.known(before.clip_id)
            length += _share_of(before, take)
        song = Song(job.title, "\n\n".join(self._lyrics_of(parts)), job.tags)
        whole = of_length(replace(new_take(rng, "", flaws), loop=last.loop), length)
        made = self.open_job(rng, TaskKind.CONCAT, song, prices.SONG, flawed((whole,), flaws))
        return self.keep(replace(made, model=job.model, concat_history=tuple(parts)))

    def take_in(self, url: str, flaws: Flaws = SOUND) -> Job:
        """A clip of the audio at an address. The address is never opened: the sound is imaginary too."""
        rng = self.next_rng()
        name = PurePosixPath(urlsplit(url).path).stem or "upload"
        take = of_length(new_take(rng, name, flaws), rng.uniform(30, 180))
        take = replace(take, queued_s=0.0, streams_s=4.0, done_s=rng.uniform(5, 9))
        job = self.open_job(rng, TaskKind.UPLOAD, Song(name, "", ""), 0.0, flawed((take,), flaws))
        return self.keep(job)

    def put_in(self, name: str, clip_id: str) -> Job:
        """A clip of a file that was sent here, complete at once. Its sound is imaginary as well."""
        rng = self.next_rng()
        take = replace(new_take(rng, name), id=clip_id, queued_s=0.0, streams_s=0.0, done_s=0.0)
        take = of_length(take, rng.uniform(30, 180))
        job = self.open_job(rng, TaskKind.UPLOAD, Song(name, "", ""), 0.0, (take,))
        return self.keep(replace(job, is_bare=True))

    def job(self, task_id: str) -> Job | None:
        """A job by its id; those that were answered by their clips have none that anybody knows."""
        found = self._jobs.get(task_id)
        return None if found is None or found.is_bare else found

    def jobs(self, ids: Iterable[str]) -> list[Job]:
        """The known ones of these, in the order in which they were submitted, each once (protocol 4.5)."""
        wanted = set(ids)
        return [job for task_id, job in self._jobs.items() if task_id in wanted and not job.is_bare]

    def songs(self) -> list[tuple[Job, Take]]:
        """Every clip that was made here, with its job, the newest job first; uploads are not among them."""
        made = [job for job in reversed(self._jobs.values()) if job.kind is not TaskKind.UPLOAD]
        return [(job, take) for job in made for take in job.takes]

    def clip(self, clip_id: str) -> tuple[Job, Take] | None:
        """A clip and the job it belongs to."""
        return self._clips.get(clip_id)

    def known(self, clip_id: str) -> tuple[Job, Take]:
        """The same of a clip that must be there. Raises NoSuchClip."""
        found = self._clips.get(clip_id)
        if found is None:
            raise NoSuchClip(clip_id)
        return found

    def spent(self) -> float:
        """Dollars gone until now; what failed has been given back."""
        at = self.now()
        return self._fees + sum(job.price for job in self._jobs.values() if job.status(at) is not TaskStatus.FAILURE)

    def can_pay(self, price: float) -> bool:
        """Whether there is money left for one more."""
        return self.spent() + price <= self.granted + 1e-9

    def charge(self, price: float) -> None:
        """Take money for what makes no job, such as a persona."""
        self._fees += price

    # --- for what makes other jobs ------------------------------------------------------------------------------------

    def next_rng(self) -> random.Random:
        """The chances of the next job."""
        return random.Random(f"{self.seed}/{len(self._jobs) + 1}")

    def open_song(self, order: MusicOrder, flaws: Flaws, parent: tuple[Job, Take] | None = None) -> Job:
        """The job of a song that is not kept yet; title and style are its parent's where none are given."""
        rng = self.next_rng()
        song = _song_for(rng, order, parent)
        if flaws.is_hostile:
            song = songs.hostile()
        takes = flawed(two_takes(rng, song.tags, flaws)[: self._takes_per_song], flaws)
        job = self.open_job(rng, TaskKind.MUSIC, song, prices.SONG, takes)
        return replace(job, description=order.gpt_description_prompt, model=order.mv or DEFAULT_MV)

    def open_job(
        self, rng: random.Random, kind: TaskKind, song: Song, price: float, takes: tuple[Take, ...] = ()
    ) -> Job:
        """A job with an id and a number, not kept yet."""
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

    def keep(self, job: Job) -> Job:
        """Accept a job: from now on it is known, and paid for."""
        self._jobs[job.id] = job
        self._clips.update({take.id: (job, take) for take in job.takes})
        return job

    def _lyrics_of(self, parts: list[Part]) -> list[str]:
        words = [self.known(part.clip_id)[0].lyrics for part in parts]
        return [text for at, text in enumerate(words) if text and text not in words[:at]]


def _share_of(part: Part, take: Take) -> float:
    """How many seconds of a take remain in the whole that goes on from it, or that replaces a section of it."""
    at_s = min(max(part.continue_at or 0.0, 0.0), take.duration_s)
    if part.infill_end_s is None:
        return at_s
    return at_s + max(0.0, take.duration_s - part.infill_end_s)


def _song_for(rng: random.Random, order: MusicOrder, parent: tuple[Job, Take] | None) -> Song:
    if order.gpt_description_prompt:
        # The reference drops title and tags beside a description (protocol 2).
        song = songs.compose(rng, order.gpt_description_prompt)
        return replace(song, lyrics="") if order.make_instrumental else song
    title = order.title or (parent[0].title if parent else "") or songs.name_for(rng, order.prompt, order.tags)
    return Song(title, order.prompt, order.tags or (parent[0].tags if parent else ""))
