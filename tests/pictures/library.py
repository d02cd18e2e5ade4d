"""The library that the pictures show: songs of every kind, with texts that the demo gateway writes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from sunotui.core.media.cover_source import CoverSource
from sunotui.demo.music import songs
from sunotui.domain.export_records import (
    ExportedAlbum,
    ExportedLabel,
    ExportedPrice,
    ExportedRating,
    ExportedSearch,
    ExportedTask,
    Record,
)
from sunotui.domain.gateways.profile import DEMO_PROFILE
from sunotui.domain.requests.derived import DerivedRequest
from sunotui.domain.requests.request import LyricsRequest, MusicRequest, Request, to_json
from sunotui.domain.requests.upload import UploadFileRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.transfer.importer import Importer

MINUTE, HOUR, DAY, WEEK = 60.0, 3_600.0, 86_400.0, 604_800.0
_MODEL = "chirp-hawk"
_USUAL_S = 48.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the library."""

    prompt: str
    seed: int
    """Chooses one of the songs that the demo gateway writes for the prompt."""
    age_s: float
    length_s: float = 0.0
    rating: int = 0
    is_favourite: bool = False
    is_played: bool = True
    labels: tuple[str, ...] = ()
    album: str = ""
    kind: str = "song"
    """Or "lyrics", "upload", "extension", "cover", "stems", "section", "joined"."""
    source: int | None = None
    """The place in `ENTRIES` of the song that it was made from."""
    style: str = ""
    """Its own style; empty for the demo's."""
    fails: str = ""
    """Why it failed."""
    is_unknown: bool = False
    """Whether the response to the request was lost."""


_KEEPER = "a lighthouse keeper who sings to the gulls"
_AMBIENT = "ambient, glacial strings, choir"
ENTRIES: tuple[Entry, ...] = (
    Entry(_KEEPER, 3, 3 * MINUTE, 137, 4, True, labels=("sea",), album="Best of", style=_AMBIENT),
    Entry(_KEEPER, 3, 2 * MINUTE, 183, is_played=False, kind="extension", source=0, style=_AMBIENT),
    Entry(_KEEPER, 3, 1 * MINUTE, 290, 5, kind="joined", source=0, album="Best of", style=_AMBIENT),
    Entry("neon rain over Tokyo, city pop, night drive", 1, 6 * MINUTE, 108, is_played=False, labels=("tokyo",)),
    Entry("dream pop about glass windows", 2, 7 * MINUTE, 145, is_played=False),
    Entry("glass parade", 3, 11 * MINUTE, fails="The style names an artist"),
    Entry("gulls", 1, 14 * MINUTE, kind="lyrics"),
    Entry("a mountain that answers back", 5, 20 * MINUTE, is_unknown=True),
    Entry("une chanson française sur les étés perdus", 1, 58 * MINUTE, 192, 5, True, labels=("été",), album="Best of"),
    Entry(
        "une chanson française sur les étés perdus", 1, 55 * MINUTE, 185, is_played=False, kind="cover", source=8,
        style="bossa nova, nylon guitar, whispered vocals",
    ),
    Entry("salsa for a broken staircase", 2, 2 * HOUR, 178, 3, labels=("late night",)),
    Entry("an indie folk song about platform nine", 1, 3 * HOUR, 187, 4, labels=("late night",), album="Best of"),
    Entry("an indie folk song about platform nine", 1, 3 * HOUR - 60, 187, kind="stems", source=11),
    Entry("an indie folk song about platform nine", 1, 2.5 * HOUR, 187, is_played=False, kind="section", source=11),
    Entry("hum.mp3", 1, 5 * HOUR, 21, kind="upload"),
    Entry("hum.mp3", 1, 4.5 * HOUR, 122, 2, kind="cover", source=14, style="polka, accordion, fast"),
    Entry("一首关于海的中国歌", 2, 1 * DAY, 213, 4, True, labels=("sea",)),
    Entry("cinematic storm over the observatory", 4, 1.2 * DAY, 372, 4),
    Entry("math rock about a vending machine", 1, 1.5 * DAY, 160, is_played=False),
    Entry("winter wonderland on a slow train, warm jazz", 3, 2 * DAY, 240, album="Best of"),
    Entry("korean night train", 1, 2.2 * DAY, 201, is_played=False, labels=("late night",)),
    Entry("a lullaby", 2, 2.4 * DAY, fails="No credits left"),
    Entry("ein deutsches Lied über das Licht", 2, 3 * DAY, 468, 5, True, labels=("late night",), album="Best of"),
    Entry("children's choir about a yellow balloon", 2, 3.4 * DAY, 115),
    Entry("a waltz for two robots learning to dance", 1, 4 * DAY, 120),
    Entry("a sea shanty for the last ferry", 1, 5 * DAY, 171, is_played=False, labels=("sea",), album="Sea songs"),
    Entry("a gospel hymn for the corner shop", 1, 6 * DAY, 220, 3),
    Entry("bluegrass for tin cups and guitars", 2, 6.5 * DAY, 153, album="Sea songs"),
    Entry("a harbour that keeps its lights on", 2, 1 * WEEK, 132, True, labels=("sea",), album="Sea songs"),
    Entry("ambient glacier, slow harbour", 1, 8 * DAY, 302),
    Entry("drum and bass, midnight carousel", 3, 9 * DAY, 185, 2),
    Entry("a bossa nova about a borrowed umbrella", 2, 2 * WEEK, 176, 4, True, album="Best of"),
    Entry("reggae for a slow compass", 3, 15 * DAY, 204),
    Entry("darkwave for the last cinema", 1, 3 * WEEK, 199, labels=("late night",)),
    Entry("afrobeat, horns for a winning team", 2, 4 * WEEK, 241, 3),
    Entry("trip hop for a rainy kitchen", 1, 5 * WEEK, 187),
    Entry("country ballad for a borrowed car", 3, 6 * WEEK, 214, 4, labels=("late night",)),
    Entry("deep house, fireflies over the river", 1, 7 * WEEK, 233),
    Entry("chamber pop for the observatory", 2, 8 * WEEK, 166, 3),
    Entry("emotional punk about a late ferry", 1, 9 * WEEK, 142, labels=("sea",), album="Sea songs"),
    Entry("waltz for a paper crown", 4, 10 * WEEK, 151),
    Entry("lo-fi hip hop for the last tram", 1, 11 * WEEK, 128, 5, True, labels=("late night",), album="Best of"),
    Entry("reggae for umbrellas", 2, 12 * WEEK, 205),
)  # fmt: skip


def fill(database: Database, now: float, *, has_unknown: bool = False) -> None:
    """Store the library as it looks at `now`, in Unix seconds; with a request whose outcome is unknown, or without."""
    Importer(database).add(_records(now, has_unknown=has_unknown))


def _records(now: float, *, has_unknown: bool) -> Iterator[Record]:
    written = [songs.compose(random.Random(f"{entry.seed}/{entry.prompt}"), entry.prompt) for entry in ENTRIES]
    yield from (ExportedLabel(name) for name in ("late night", "sea", "tokyo", "été"))
    for number, (entry, text) in enumerate(zip(ENTRIES, written, strict=True)):
        added_at = now - entry.age_s
        if entry.is_unknown and not has_unknown:
            continue
        yield _submission(number, entry, text, added_at)
        if not entry.is_unknown:
            yield _task(number, entry, text, added_at)
    for album in ("Best of", "Sea songs"):
        yield ExportedAlbum(
            album, now, tuple((_task_id(at), _clip_id(at, 1)) for at, one in enumerate(ENTRIES) if one.album == album)
        )
    yield ExportedSearch("Long ones", "len:>4:00", "length")
    yield ExportedSearch("Piano, not jazz", "piano -jazz", "age")
    yield from (ExportedPrice(DEMO_PROFILE, "music", 0.1, "$", now - WEEK + at) for at in range(3))


def _task_id(number: int) -> str:
    return f"{number:04x}7c1e-52ab-4d90-9f3e-6b1d20c4a8{number:02x}"


def _clip_id(number: int, take: int) -> str:
    return f"{number:04x}{take:04x}-9b4d-4f27-8e15-3c7a60f2d1{number:02x}"


def _submission(number: int, entry: Entry, text: songs.Song, added_at: float) -> Submission:
    request = _request(entry, text)
    state = SubmissionState.UNKNOWN if entry.is_unknown else SubmissionState.ACCEPTED
    return Submission(
        f"s-{number:03}",
        DEMO_PROFILE,
        request,
        "/suno/submit/music",
        to_json(request),
        state,
        added_at - 1,
        sent_at=added_at - 1,
        ended_at=added_at,
        task_id=None if entry.is_unknown else _task_id(number),
        error="The connection was lost before the response" if entry.is_unknown else "",
    )


def _request(entry: Entry, text: songs.Song) -> Request:
    clip_id = "" if entry.source is None else _clip_id(entry.source, 1)
    match entry.kind:
        case "lyrics":
            return LyricsRequest(entry.prompt)
        case "upload":
            return UploadFileRequest(path=entry.prompt)
        case "extension":
            return MusicRequest(
                lyrics=text.lyrics, style=entry.style, extend_clip_id=clip_id, extend_at_s=107.0, model=_MODEL
            )
        case "cover" | "stems":
            return DerivedRequest(task=entry.kind, clip_id=clip_id, style=entry.style, model=_MODEL)
        case "section":
            return DerivedRequest(task="infill", clip_id=clip_id, start_s=48.0, end_s=64.0, model=_MODEL)
    return MusicRequest(description=entry.prompt, model=_MODEL)


_DERIVATIONS = {
    "extension": DerivationKind.CONTINUATION,
    "joined": DerivationKind.PART,
    "cover": DerivationKind.COVER,
    "stems": DerivationKind.STEM,
    "section": DerivationKind.SECTION,
}
_KINDS = {"lyrics": TaskKind.LYRICS, "upload": TaskKind.UPLOAD, "joined": TaskKind.CONCAT}


def _task(number: int, entry: Entry, text: songs.Song, added_at: float) -> ExportedTask:
    """A task that is done, or has failed, with the user's annotations."""
    kind = _KINDS.get(entry.kind, TaskKind.MUSIC)
    is_song = kind is not TaskKind.LYRICS
    clips = _clips(number, entry, text, added_at) if is_song and not entry.fails else ()
    task = Task(
        _task_id(number),
        DEMO_PROFILE,
        kind,
        TaskStatus.FAILURE if entry.fails else TaskStatus.SUCCESS,
        added_at,
        fail_reason=entry.fails,
        submitted_at=added_at,
        started_at=added_at + 11,
        finished_at=added_at + _USUAL_S,
        clips=clips,
        lyrics=None if is_song else Lyrics(text.title, text.lyrics, tuple(text.tags.split(", "))),
        checked_at=added_at + _USUAL_S,
        submission_id=f"s-{number:03}",
        made_in_s=None if entry.fails else _USUAL_S,
        title_hint=entry.prompt,
    )
    first, *others = [clip.id for clip in clips] or [""]
    ratings = [
        ExportedRating(first, entry.is_favourite, entry.rating, added_at if entry.is_played else None),
        *(ExportedRating(other, played_at=added_at if entry.is_played else None) for other in others),
    ]
    return ExportedTask(task, labels=entry.labels, ratings=tuple(ratings) if not entry.fails else ())


def cover_sources() -> Iterator[CoverSource]:
    """The covers of the first two takes of every song."""
    for number in range(len(ENTRIES)):
        for take in (1, 2):
            yield CoverSource(_clip_id(number, take), _cover_url(number, take), DEMO_PROFILE)


def _cover_url(number: int, take: int) -> str:
    return f"https://cdn.example.com/{_clip_id(number, take)}.jpeg"


def _clips(number: int, entry: Entry, text: songs.Song, added_at: float) -> tuple[Clip, ...]:
    takes = {"stems": 12, "joined": 1, "upload": 1}.get(entry.kind, 2)
    title = entry.prompt if entry.kind == "upload" else text.title
    derivations = None
    if entry.source is not None:
        derivations = (Derivation(_DERIVATIONS[entry.kind], _clip_id(entry.source, 1)),)
        title = "hum.mp3" if entry.prompt == "hum.mp3" else title
    return tuple(
        Clip(
            _clip_id(number, take),
            title=title,
            status=ClipStatus.COMPLETE,
            tags=entry.style or ("" if entry.kind == "upload" else text.tags),
            lyrics="" if entry.kind in {"upload", "stems"} else text.lyrics,
            description=entry.prompt if entry.kind == "song" else "",
            model=_MODEL,
            duration_s=entry.length_s + (0, 9, 4)[take % 3] * (take > 1 and takes == 2),
            audio_url=f"https://cdn.example.com/{_clip_id(number, take)}.mp3",
            image_url=_cover_url(number, take),
            created_at=added_at,
            parents=() if entry.source is None else (_clip_id(entry.source, 1),),
            derivations=derivations,
            bpm=112.0 if entry.kind == "song" else None,
        )
        for take in range(1, takes + 1)
    )
