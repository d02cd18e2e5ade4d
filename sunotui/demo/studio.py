"""The imaginary studio: takes orders, decides at once what will become of them, and tells where they stand.

Nothing ticks here. Ids, titles and lengths of time follow from the seed and the number of the order alone.
"""

import random
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from sunotui.demo import songs, sound
from sunotui.demo.jobs import Job, Part, Take
from sunotui.demo.orders import MusicOrder
from sunotui.demo.songs import Song
from sunotui.domain.task import TaskKind, TaskStatus

SONG_PRICE = 0.10
"""Dollars; a stock relay's default prices (protocol 1.3)."""
LYRICS_PRICE = 0.01
DEFAULT_MV = "chirp-v3-0"
"""What the open servers take when no mv is given (protocol 2.1)."""

_MODERATION = "Song description flagged for moderation"
_HALF = "Unable to generate this take"

IdMaker = Callable[[random.Random, TaskKind], str]


@dataclass(frozen=True, slots=True)
class Flaws:
    """What is to go wrong with the sound or the words of one job."""

    fails: bool = False
    half_fails: bool = False
    is_mute: bool = False
    is_hostile: bool = False


SOUND = Flaws()


class NoSuchClip(Exception):
    """The clip to go on from is not one of this studio's, or not one that can be gone on from."""


class Studio:
    """All jobs of one demo gateway, in the order in which they came."""

    def __init__(
        self, seed: int, speed: float, now: Callable[[], float], make_id: IdMaker, balance: float = 5.0
    ) -> None:
        self.seed, self.speed, self.now, self.granted = seed, speed, now, balance
        self.opened_at = now()
        self._make_id = make_id
        self._jobs: dict[str, Job] = {}
        self._clips: dict[str, tuple[Job, Take]] = {}

    def make_song(self, order: MusicOrder, flaws: Flaws = SOUND) -> Job:
        """Two takes of a song. Raises NoSuchClip when the clip to extend is unknown."""
        rng = self._next_rng()
        # The reference drops the parent, too, beside a description (protocol 2).
        is_extension = bool(order.continue_clip_id) and not order.gpt_description_prompt
        parent = self._known(order.continue_clip_id) if is_extension else None
        song = _song_for(rng, order, parent)
        if flaws.is_hostile:
            song = songs.hostile()
        first = self._take(rng, song.tags, flaws)
        done_s = max(first.streams_s + 3, first.done_s - rng.uniform(0, 6))
        second = replace(self._take(rng, "", flaws), queued_s=3.0, streams_s=first.streams_s, done_s=done_s)
        takes = (first, second) if rng.random() < 0.5 else (second, first)
        job = self._new_job(rng, TaskKind.MUSIC, song, SONG_PRICE, _flawed(takes, flaws))
        return self._keep(
            replace(
                job,
                description=order.gpt_description_prompt,
                model=order.mv or DEFAULT_MV,
                history=(Part(order.continue_clip_id, order.continue_at),) if parent else (),
            )
        )

    def write_lyrics(self, prompt: str, flaws: Flaws = SOUND) -> Job:
        """Words only; they are done when this returns."""
        rng = self._next_rng()
        song = songs.hostile() if flaws.is_hostile else songs.compose(rng, prompt)
        if flaws.fails:
            song = Song("", "", "")
        job = self._new_job(rng, TaskKind.LYRICS, song, LYRICS_PRICE)
        return self._keep(replace(job, error=_MODERATION if flaws.fails else _HALF if flaws.half_fails else ""))

    def concat(self, clip_id: str, is_infill: bool, flaws: Flaws = SOUND) -> Job:
        """One whole song out of an extended clip and all it continues (protocol 2.4). Raises NoSuchClip."""
        rng = self._next_rng()
        job, last = self._known(clip_id)
        if not job.history:
            raise NoSuchClip(clip_id)
        parts, length = [Part(clip_id, None)], last.duration_s
        while job.history:
            before = job.history[0]
            parts.insert(0, replace(before, is_infill=is_infill))
            job, take = self._known(before.clip_id)
            length += min(max(before.continue_at or 0.0, 0.0), take.duration_s)
        song = Song(job.title, "\n\n".join(self._lyrics_of(parts)), job.tags)
        whole = _of_length(replace(self._take(rng, "", flaws), loop=last.loop), length)
        made = self._new_job(rng, TaskKind.CONCAT, song, SONG_PRICE, _flawed((whole,), flaws))
        return self._keep(replace(made, model=job.model, concat_history=tuple(parts)))

    def take_in(self, url: str, flaws: Flaws = SOUND) -> Job:
        """A clip of the audio at an address. The address is never opened: the sound is imaginary too."""
        rng = self._next_rng()
        name = PurePosixPath(urlsplit(url).path).stem or "upload"
        take = _of_length(self._take(rng, name, flaws), rng.uniform(30, 180))
        take = replace(take, queued_s=0.0, streams_s=4.0, done_s=rng.uniform(5, 9))
        job = self._new_job(rng, TaskKind.UPLOAD, Song(name, "", ""), 0.0, _flawed((take,), flaws))
        return self._keep(job)

    def job(self, task_id: str) -> Job | None:
        """A job by its id."""
        return self._jobs.get(task_id)

    def jobs(self, ids: Iterable[str]) -> list[Job]:
        """The known ones of these, in the order in which they were submitted, each once (protocol 4.5)."""
        wanted = set(ids)
        return [job for task_id, job in self._jobs.items() if task_id in wanted]

    def clip(self, clip_id: str) -> tuple[Job, Take] | None:
        """A clip and the job it belongs to."""
        return self._clips.get(clip_id)

    def spent(self) -> float:
        """Dollars gone until now; what failed has been given back."""
        at = self.now()
        return sum(job.price for job in self._jobs.values() if job.status(at) is not TaskStatus.FAILURE)

    def can_pay(self, price: float) -> bool:
        """Whether there is money left for one more."""
        return self.spent() + price <= self.granted + 1e-9

    def _next_rng(self) -> random.Random:
        return random.Random(f"{self.seed}/{len(self._jobs) + 1}")

    def _known(self, clip_id: str) -> tuple[Job, Take]:
        found = self._clips.get(clip_id)
        if found is None:
            raise NoSuchClip(clip_id)
        return found

    def _lyrics_of(self, parts: list[Part]) -> list[str]:
        words = [self._known(part.clip_id)[0].lyrics for part in parts]
        return [text for at, text in enumerate(words) if text and text not in words[:at]]

    def _take(self, rng: random.Random, tags: str, flaws: Flaws) -> Take:
        streams_s = rng.uniform(9, 14)
        take = Take(
            id=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            loop=sound.loop_for(tags) or rng.choice(sound.LOOPS),
            turn=rng.randrange(4) / 4,
            frames=0,
            duration_s=0.0,
            queued_s=3.0,
            streams_s=streams_s,
            done_s=rng.uniform(20, 60),
            is_mute=flaws.is_mute,
        )
        return _of_length(take, rng.uniform(95, 245))

    def _new_job(
        self, rng: random.Random, kind: TaskKind, song: Song, price: float, takes: tuple[Take, ...] = ()
    ) -> Job:
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

    def _keep(self, job: Job) -> Job:
        self._jobs[job.id] = job
        self._clips.update({take.id: (job, take) for take in job.takes})
        return job


def _song_for(rng: random.Random, order: MusicOrder, parent: tuple[Job, Take] | None) -> Song:
    if order.gpt_description_prompt:
        # The reference drops title and tags beside a description (protocol 2).
        song = songs.compose(rng, order.gpt_description_prompt)
        return replace(song, lyrics="") if order.make_instrumental else song
    title = order.title or (parent[0].title if parent else "") or songs.name_for(rng, order.prompt, order.tags)
    return Song(title, order.prompt, order.tags or (parent[0].tags if parent else ""))


def _of_length(take: Take, duration_s: float) -> Take:
    frames = sound.frames_for(duration_s)
    return replace(take, frames=frames, duration_s=round(frames * sound.FRAME_S, 2))


def _flawed(takes: tuple[Take, ...], flaws: Flaws) -> tuple[Take, ...]:
    if flaws.fails:
        return tuple(replace(take, streams_s=15.0, done_s=15.0, error=_MODERATION) for take in takes)
    if flaws.half_fails and len(takes) == 2:
        first, second = sorted(takes, key=lambda take: take.done_s)
        return first, replace(second, error=_HALF)
    return takes
