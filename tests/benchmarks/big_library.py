"""A library of many tasks, saved by the storage package and kept in the temporary folder for later runs."""

from __future__ import annotations

import hashlib
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.db.schema import migration_scripts
from sunotui.storage.tasks.task_store import TaskStore
from tests.benchmarks.responses import task_ids

CACHE = Path(tempfile.gettempdir()) / "sunotui-benchmarks"
MANY = 100_000
PROFILE = "env"
_STEP = 1_000
"""The number of tasks in one transaction."""
_APART_S = 1_500.0
"""The seconds between two tasks: 100,000 of them in five years."""

_NOUNS = (
    *("río", "nuit", "Straße", "winter", "harbour", "train", "moon", "garden", "engine", "letter", "café", "smoke"),
    *(
        "夜",
        "東京",
        "海",
        "雨の街",
        "사랑",
        "겨울",
        "星空",
        "城市",
        "Москва",
        "весна",
        "θάλασσα",
        "mirror",
        "satellite",
    ),
    *("thunder", "window", "summer", "river", "velvet", "ghost", "neon", "paper", "island", "compass", "ember"),
)
_MOODS = (
    *("lonely", "électrique", "slow", "burning", "señorita", "quiet", "broken", "golden", "weiße", "déjà", "naïve"),
    *("静かな", "青い", "뜨거운", "последняя", "forgotten", "electric", "little", "endless", "paper", "midnight"),
)
_TAGS = (
    *("synthwave", "city pop", "jazz", "bossa nova", "drum and bass", "chanson", "k-pop", "lo-fi", "shoegaze"),
    *("female vocals", "110 bpm", "acoustic", "演歌", "flamenco", "choir", "ambient", "piano", "dark", "dreamy"),
)
_MODELS = ("chirp-v3-5", "chirp-v4", "chirp-auk", "chirp-bluejay", "chirp-crow")
_SECTIONS = ("[Verse]", "[Chorus]", "[Bridge]", "[Outro]")


def big_library(count: int = MANY, *, unfinished: int = 0, seed: int = 7) -> Path:
    """The folder of a library with `count` tasks, of which the newest `unfinished` are still generating. Use it only
    through `copy_of`.
    """
    source = Path(__file__).read_bytes()
    made_by = (migration_scripts(), count, unfinished, seed)
    mark = hashlib.sha256(source + repr(made_by).encode()).hexdigest()[:16]
    folder = CACHE / f"library-{mark}"
    if not folder.exists():
        fresh = Path(tempfile.mkdtemp(dir=_made(CACHE)))
        db = Database.open(fresh / "library.db")
        try:
            library, made = TaskStore(db), tasks(count, unfinished=unfinished, seed=seed)
            for _ in range(0, count, _STEP):
                library.save(islice(made, _STEP))
        finally:
            db.close()
        fresh.rename(folder)
    return folder


def empty_library(folder: Path) -> Path:
    """The folder of an empty library, as after a first start."""
    Database.open(folder / "library.db").close()
    return folder


def copy_of(folder: Path, into: Path) -> Path:
    """A copy of a library, which may be changed."""
    shutil.copytree(folder, into)
    return into


def tasks(count: int, *, unfinished: int = 0, seed: int = 7) -> Iterator[Task]:
    """Tasks, oldest first, with realistic words, accents and scripts."""
    rng = random.Random(seed)
    now = time.time()
    for number in range(count):
        added_at = now - (count - number) * _APART_S
        yield _task(rng, number, added_at, is_finished=number < count - unfinished)


def title_of(number: int, rng: random.Random) -> str:
    """A title with a number by which it can be found."""
    return f"{rng.choice(_MOODS)} {rng.choice(_NOUNS)} {number}"


def _task(rng: random.Random, number: int, added_at: float, *, is_finished: bool) -> Task:
    id, title = f"{rng.getrandbits(128):032x}", title_of(number, rng)
    if is_finished and rng.random() < 0.03:
        reason = "The prompt was refused by moderation"
        return Task(id, PROFILE, TaskKind.MUSIC, TaskStatus.FAILURE, added_at, reason, title_hint=title)
    if is_finished and rng.random() < 0.05:
        words = Lyrics(title, _words(rng), (rng.choice(_TAGS),))
        return Task(id, PROFILE, TaskKind.LYRICS, TaskStatus.SUCCESS, added_at, lyrics=words, title_hint=title)
    status = TaskStatus.SUCCESS if is_finished else TaskStatus.IN_PROGRESS
    return Task(
        *(id, PROFILE, TaskKind.MUSIC, status, added_at),
        submitted_at=added_at,
        started_at=added_at + 4,
        finished_at=added_at + 130 if is_finished else None,
        clips=_clips(rng, title) if is_finished else (),
        checked_at=added_at + 131,
        made_in_s=rng.uniform(60, 240) if is_finished else None,
        title_hint=title,
    )


def _clips(rng: random.Random, title: str) -> tuple[Clip, ...]:
    words, tags, model = _words(rng), ", ".join(rng.sample(_TAGS, 3)), rng.choice(_MODELS)
    description = f"a {rng.choice(_MOODS)} song about {rng.choice(_NOUNS)}"
    ids = (f"{rng.getrandbits(128):032x}", f"{rng.getrandbits(128):032x}")
    return tuple(
        Clip(
            *(id, title, ClipStatus.COMPLETE, tags, words, description, model, rng.uniform(90, 260)),
            audio_url=f"https://cdn.example.com/{id}.mp3",
            image_url=f"https://cdn.example.com/{id}.jpeg",
        )
        for id in ids
    )


def _words(rng: random.Random) -> str:
    lines: list[str] = []
    for section in _SECTIONS[: rng.randint(1, len(_SECTIONS))]:
        lines.append(section)
        lines += [f"{rng.choice(_MOODS)} {rng.choice(_NOUNS)} in the {rng.choice(_NOUNS)}" for _ in range(3)]
    return "\n".join(lines)


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def watched_library(folder: Path, count: int) -> Path:
    """Adds `count` generating songs, those of BusyGateway, to the library in a folder, or to a new one."""
    db = Database.open(folder / "library.db")
    now = time.time()
    TaskStore(db).save(
        Task(task_id, PROFILE, TaskKind.MUSIC, TaskStatus.SUBMITTED, now - 30.0) for task_id in task_ids(count)
    )
    db.close()
    return folder
