"""New takes: their length, when they become audible, and their flaws."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, replace

from sunotui.demo.media import sound
from sunotui.demo.music.jobs import Take

MODERATION = "Song description flagged for moderation"
HALF = "Unable to generate this take"


@dataclass(frozen=True, slots=True)
class Flaws:
    """The flaws of the audio or the texts of one job."""

    fails: bool = False
    half_fails: bool = False
    is_mute: bool = False
    is_hostile: bool = False


NO_FLAWS = Flaws()


def new_take(rng: random.Random, tags: str, flaws: Flaws = NO_FLAWS) -> Take:
    """A take of 95 to 245 seconds, which takes 20 to 60 seconds to generate."""
    streams_s = rng.uniform(9, 14)
    take = Take(
        id=new_clip_id(rng),
        loop=sound.loop_for(tags) or rng.choice(sound.LOOPS),
        turn=rng.randrange(4) / 4,
        frames=0,
        duration_s=0.0,
        queued_s=3.0,
        streams_s=streams_s,
        done_s=rng.uniform(20, 60),
        is_mute=flaws.is_mute,
    )
    return with_length(take, rng.uniform(95, 245))


def two_takes(rng: random.Random, tags: str, flaws: Flaws = NO_FLAWS) -> tuple[Take, Take]:
    """The two takes of a song: audible at the same time, complete a few seconds apart, in either order."""
    first = new_take(rng, tags, flaws)
    done_s = max(first.streams_s + 3, first.done_s - rng.uniform(0, 6))
    second = replace(new_take(rng, "", flaws), queued_s=3.0, streams_s=first.streams_s, done_s=done_s)
    return (first, second) if rng.random() < 0.5 else (second, first)


def new_clip_id(rng: random.Random) -> str:
    """A clip's id: a UUID."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def with_length(take: Take, duration_s: float) -> Take:
    """The take with another length, to the nearest frame."""
    frames = sound.frames_for(duration_s)
    return replace(take, frames=frames, duration_s=round(frames * sound.FRAME_S, 2))


def apply_flaws(takes: tuple[Take, ...], flaws: Flaws) -> tuple[Take, ...]:
    """The takes with the flaws applied. Half of a song fails only if it has two takes."""
    if flaws.fails:
        return tuple(replace(take, streams_s=15.0, done_s=15.0, error=MODERATION) for take in takes)
    if flaws.half_fails and len(takes) == 2:
        first, second = sorted(takes, key=lambda take: take.done_s)
        return first, replace(second, error=HALF)
    return takes
