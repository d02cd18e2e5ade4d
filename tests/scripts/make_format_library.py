"""Makes a library with records of every kind: the fixture of a format, made once for each format.

`python -m tests.scripts.make_format_library FOLDER` writes `library.db.gz` into FOLDER. Everything goes through
the program itself: requests are journalled and sent to a scripted gateway, its responses are parsed as usual, and
annotations are saved by the same calls as on the screens. Only the script advances the clock, so two runs make the same
library; only the random id of the sending process is replaced. The fixture of a format is made by the version that
introduced it, and never again: later versions must read it.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sunotui.domain.annotations import TakeRef
from sunotui.domain.browse import ListQuery, Sort
from sunotui.domain.errors import Charge, InsufficientBalance, NotSupported, TimedOut, TokenRejected, UnreadableResponse
from sunotui.domain.gateways.capabilities import Capabilities, Feature, Software
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.money import Balance
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MidiRequest,
    Mp4Request,
    MusicRequest,
    PersonaRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
    UpsampleTagsRequest,
    WavRequest,
)
from sunotui.domain.search.query import parse
from sunotui.domain.submission import Submission
from sunotui.domain.tasks.clip import Clip
from sunotui.gateway.parsing.tasks import task_report
from sunotui.gateway.submit.outcome import Accepted, Delivered, Rejected, Unknown
from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.composer.drafts.store import ComposerDrafts
from tests.core.harness import CoreHarness, FakeClientPool
from tests.support.send_request import send_request

HOME = Profile("home", parse_base_url("https://api.home.example"), model="chirp-hawk")
WORK = Profile("work", parse_base_url("https://api.work.example"), dialect="nested")
PROFILES = {profile.name: profile for profile in (HOME, WORK)}

LYRICS = "[Verse 1]\nRain on a tin roof,\n  two blanks before this line\n\n[Chorus]\nLa la — 雨が降る\n"
NOTES = '{"instruments":[{"name":"Piano","notes":[{"pitch":60,"start_s":0.5,"end_s":1.25,"velocity":64}]}]}'


class TwoGateways(FakeClientPool):
    """One gateway with two addresses."""

    def profile(self, name: str) -> Profile | None:  # type: ignore[override]
        """The profile with this name."""
        return PROFILES.get(name)

    def origin(self, name: str) -> str:
        """The address of the profile's gateway."""
        return PROFILES[name].base_url.origin if name in PROFILES else ""


def clip(clip_id: str, title: str, *, status: str = "complete", **facts: Any) -> dict[str, Any]:
    """A clip in Suno's format; `metadata` is added to the usual metadata, other values to the clip."""
    metadata = {
        "tags": "city pop, 96 bpm",
        "prompt": LYRICS,
        "gpt_description_prompt": "",
        "duration": 151.25 if status == "complete" else None,
        **facts.pop("metadata", {}),
    }
    return {
        "id": clip_id,
        "title": title,
        "status": status,
        "metadata": metadata,
        "audio_url": f"https://cdn1.suno.example/{clip_id}.mp3" if status in {"complete", "streaming"} else "",
        "video_url": f"https://cdn1.suno.example/{clip_id}.mp4" if status == "complete" else "",
        "image_url": f"https://cdn2.suno.example/image_{clip_id}.jpeg",
        "model_name": "chirp-hawk",
        "created_at": "2025-06-15T15:06:50.123Z",
        **facts,
    }


class Maker:
    """Builds the library."""

    def __init__(self, folder: Path) -> None:
        self.harness = CoreHarness(folder)
        self.gateway = self.harness.gateway
        self.gateways = TwoGateways(self.gateway)
        self.core = self.harness.core
        self.core.clients = self.gateways
        self.sent = 0

    async def open(self) -> None:
        """Open it, with both profiles."""
        await self.core.open()
        for profile in (WORK, HOME):
            self.core.tokens.set_for_session(profile.name, Token("token-of-the-fixture"))
            self.core.add_profile(profile)
        self.gateways.use_evidence(self.core.services.capabilities.dialect_evidence)
        self.gateway.money = Balance(5.0, "$")
        await self.core.start()
        await self.core.services.billing.refresh("home")

    async def send(
        self, request: Request, outcome: Any, profile: str = "home", *, price: float = 0.0, retry_of: str | None = None
    ) -> Submission:
        """Send a request with this outcome; the clock advances until its price is known."""
        self.sent += 1
        self.gateway.outcome = lambda _: outcome
        self.gateway.delivers = isinstance(outcome, Delivered)
        if isinstance(outcome, Delivered):
            self.gateway.delivered = lambda _: outcome.result
        ended = await send_request(
            self.core, request, profile, submission_id=f"{self.sent:016x}", is_again=True, retry_of=retry_of
        )
        if self.gateway.money is not None and price:
            self.gateway.money = Balance(round(self.gateway.money.remaining - price, 6), "$")
        await self.harness.clock.advance(30)
        return ended

    async def report(
        self, task_id: str, status: str, data: object = None, *, action: str = "MUSIC", reason: str = ""
    ) -> None:
        """Let the gateway report a task from now on, and poll it."""
        now = int(self.harness.clock.now())
        found = task_report(
            {
                "task_id": task_id,
                "action": action,
                "status": status,
                "fail_reason": reason,
                "submit_time": now - 40,
                "start_time": now - 35,
                "finish_time": now if status in {"SUCCESS", "FAILURE"} else 0,
                "progress": "100%" if status == "SUCCESS" else "30%",
                "data": data,
            }
        )
        assert found is not None
        self.gateway.reports[task_id] = found
        await self.harness.clock.advance(21)

    async def song(
        self, request: Request, task_id: str, title: str, profile: str = "home", *, takes: int = 2, **facts: Any
    ) -> None:
        """A song that was sent and generated."""
        await self.send(request, accepted(task_id), profile, price=0.1)
        made = [clip(f"{task_id}-clip{number}", title, **facts) for number in range(1, takes + 1)]
        await self.report(task_id, "SUCCESS", made)


def accepted(task_id: str, clips: Sequence[Clip] = ()) -> Accepted:
    """The usual response to an accepted request."""
    response = json.dumps({"code": "success", "message": "", "data": task_id})
    return Accepted(task_id, tuple(clips), f"req-{task_id}", response, 200)


async def make(folder: Path) -> Path:
    """Make the library in `folder`; returns its file."""
    maker = Maker(folder)
    await maker.open()
    await _learn(maker)
    await _songs(maker)
    await _derived_songs(maker)
    await _other_tasks(maker)
    await _bad_ends(maker)
    await _without_task(maker)
    await _annotate(maker)
    await _write_drafts(maker)
    await maker.core.close(1)
    return maker.core.paths.library


async def _learn(maker: Maker) -> None:
    """The capabilities of the gateways."""
    maker.gateway.found = Capabilities(
        software=Software.NEW_API, version="v0.9.1", system_name="Home API", models=("suno_music", "chirp-hawk")
    )
    await maker.core.services.capabilities.probe("home")
    await maker.core.services.capabilities.learn("home", Feature.CONCAT, False, "the gateway has no such endpoint")
    await maker.core.services.capabilities.learn("home", Feature.WAV, True, "it responded")
    maker.gateway.found = Capabilities(system_name="Work API", models=("chirp-hawk", "chirp-v4"))
    await maker.core.services.capabilities.probe("work")


async def _songs(maker: Maker) -> None:
    described = MusicRequest(description="rain on a tin roof, slow", instrumental=True, model="chirp-hawk")
    first: dict[str, Any] = {
        "metadata": {"gpt_description_prompt": "rain on a tin roof, slow", "prompt": ""},
        "image_url": "",
    }
    await maker.song(described, "task-described", "Rain on a Tin Roof", **first)
    sliders = {"style_weight": 0.65, "weirdness_constraint": 0.2, "audio_weight": 1.0}
    custom = MusicRequest(
        lyrics=LYRICS,
        title="Ünïcode 雨 & <b>[Intro]</b>",
        style="city pop, 96 bpm",
        exclude="screaming, metal",
        model="chirp-crow",
        extra='{"vocal_gender": "f"}',
        style_weight=0.65,
        weirdness=0.2,
        gender="f",
    )
    about: dict[str, Any] = {
        "metadata": {
            "negative_tags": "screaming, metal",
            "control_sliders": sliders,
            "avg_bpm": 96.0,
            "key": "F# minor",
            "is_max_mode": True,
        },
        "model_name": "chirp-crow",
        # Exporting the album to a page requests no cover.
        "image_url": "",
    }
    await maker.song(custom, "task-custom", "Ünïcode 雨 & <b>[Intro]</b>", **about)
    extension = MusicRequest(
        lyrics="[Bridge]\nOn and on\n",
        style="city pop",
        model="chirp-hawk",
        extend_clip_id="task-custom-clip1",
        extend_at_s=75.5,
        extend_task_id="task-custom",
        persona_id="persona-1",
        persona_clip_id="task-described-clip2",
    )
    parts = {"history": [{"id": "task-custom-clip1", "continue_at": 75.5}], "persona_id": "persona-1"}
    await maker.song(extension, "task-extension", "Rain, Continued", metadata=parts)
    uploaded = MusicRequest(
        instrumental=True, style="jazz", extend_clip_id="clip-upload", extend_at_s=10.0, extend_upload=True
    )
    await maker.song(uploaded, "task-from-upload", "Hum, Continued", metadata={"history": [{"id": "clip-upload"}]})
    maker.gateways.dialect_in_use = Dialect.SUNOAPI
    voice = MusicRequest(lyrics="Sing", style="soul", persona_id="p", persona_clip_id="c", persona_as_voice=True)
    await maker.song(voice, "task-voice", "Sung by a Voice", metadata={"artist_clip_id": "c"})
    maker.gateways.dialect_in_use = Dialect.NESTED
    timed = MusicRequest(lyrics="Two minutes and a half", style="ska", model="chirp-fenix", duration_s=150.5)
    await maker.song(timed, "task-timed", "Timed", "work", model_name="chirp-fenix")
    maker.gateways.dialect_in_use = None


async def _derived_songs(maker: Maker) -> None:
    """One song for each derived task of either dialect; the second profile's gateway has the nested dialect."""
    source: dict[str, Any] = {"clip_id": "task-custom-clip1", "task_id": "task-custom"}
    section: dict[str, Any] = {**source, "start_s": 30.0, "end_s": 45.5, "lyrics": "A new line", "style": "jazz"}
    flat = (
        DerivedRequest("cover", **source, style="bossa nova", lyrics=LYRICS, audio_weight=0.9),
        DerivedRequest("infill", **section),
        DerivedRequest("upload_infill", **section),
        DerivedRequest("stems", **source, count=12),
        DerivedRequest("stems_short", **source),
    )
    nested = (
        DerivedRequest("cover_extend", **source, at_s=60.0, lyrics="More", style="folk"),
        *(DerivedRequest(f"{name}", **section) for name in ("fixed_infill", "infill_intro", "infill_outro")),
        DerivedRequest("cover_infill", **section),
        DerivedRequest("add_instrumental", **{**section, "lyrics": ""}),
        DerivedRequest("add_vocals", **section),
        DerivedRequest("remaster", **source, variation="subtle", model="chirp-halibut"),
        DerivedRequest("mashup", **source, more_clip_ids=("task-described-clip1",), lyrics="Both", style="house"),
        DerivedRequest("inspired", **source, more_clip_ids=("task-described-clip1", "c-3"), style="like these"),
        DerivedRequest("sound", sound="a door that creaks", is_loop=True),
        DerivedRequest("hum", **source, lyrics="Hummed", style="folk"),
        DerivedRequest("image", url="https://pictures.example/sea.jpg", style="sea shanty"),
        DerivedRequest("video", url="https://videos.example/sea.mp4", style="sea shanty"),
    )
    for profile, requests in (("home", flat), ("work", nested)):
        maker.gateways.dialect_in_use = Dialect.FLAT if profile == "home" else Dialect.NESTED
        for request in requests:
            task_id = f"task-{request.task}"
            metadata = {"prompt": request.lyrics, **_traces(request)}
            await maker.song(
                request, task_id, f"Made by {request.task}", profile, takes=1, metadata=metadata, image_url=""
            )
    maker.gateways.dialect_in_use = None


def _traces(request: DerivedRequest) -> dict[str, Any]:
    """The metadata of a take about its sources."""
    match request.task:
        case "cover" | "cover_extend":
            return {"cover_clip_id": request.clip_id}
        case "stems" | "stems_short":
            return {"stem_from_id": request.clip_id, "stem_task": "two"}
        case "remaster":
            return {"upsample_clip_id": request.clip_id}
        case "mashup":
            return {"mashup_clip_ids": list(request.clip_ids)}
        case "inspired":
            return {"playlist_clip_ids": list(request.clip_ids)}
        case "add_vocals":
            return {"overpainting_clip_id": request.clip_id}
        case "add_instrumental":
            return {"underpainting_clip_id": request.clip_id}
        case "hum":
            return {"artist_clip_id": request.clip_id}
        case _:
            return {"history": [{"id": request.clip_id, "infill": True}]} if request.clip_id else {}


async def _other_tasks(maker: Maker) -> None:
    """Lyrics, a concat, uploads, and tasks of the kinds without songs."""
    await maker.send(LyricsRequest("winter in Porto, 冬"), accepted("task-lyrics"), price=0.01)
    words = {
        "title": "Porto",
        "text": "[Verse]\nWinter\n\n  in Porto\n",
        "tags": ["fado", "slow"],
        "status": "complete",
    }
    await maker.report("task-lyrics", "SUCCESS", words, action="LYRICS")
    await maker.send(ConcatRequest("task-extension-clip1", is_infill=True), accepted("task-concat"), "work")
    parts = [{"id": "task-custom-clip1"}, {"id": "task-extension-clip1"}]
    whole = clip("clip-concat", "Rain, Whole", metadata={"type": "concat", "concat_history": parts})
    await maker.report("task-concat", "SUCCESS", [whole], action="CONCAT")
    await maker.send(UploadRequest("https://sounds.example/hum.mp3", '{"note": 1}'), accepted("task-upload"), "work")
    await maker.report("task-upload", "SUCCESS", [clip("clip-upload", "Hum")], action="UPLOAD")
    await maker.send(UploadFileRequest("hum.wav"), accepted("task-upload-file"), "work")
    await maker.report("task-upload-file", "SUCCESS", [clip("clip-upload-file", "")], action="UPLOAD")
    maker.gateways.dialect_in_use = Dialect.NESTED
    voice = PersonaRequest("task-custom-clip2", "Asked as a task", "", "warm", 10.0, 40.0)
    await maker.send(voice, accepted("task-persona"), "work", price=0.05)
    persona = {"id": "persona-2", "root_clip_id": "task-custom-clip2", "name": "Asked as a task"}
    await maker.report("task-persona", "SUCCESS", persona, action="PERSONA")
    await maker.send(UpsampleTagsRequest("indie pop"), accepted("task-tags"), "work")
    longer = {"upsampled_tags": "indie pop, jangly guitars, female vocals"}
    await maker.report("task-tags", "SUCCESS", longer, action="UPSAMPLE_TAGS")
    maker.gateways.dialect_in_use = None


async def _bad_ends(maker: Maker) -> None:
    """Rejections, unknown outcomes and their resolutions, and tasks that failed or have not ended."""
    empty = InsufficientBalance(detail="quota is not enough", http_status=402, request_id="req-402")
    await maker.send(MusicRequest(description="too dear"), Rejected(empty, '{"code":"quota_not_enough"}'))
    refused = TokenRejected(http_status=401)
    await maker.send(LyricsRequest("refused"), Rejected(refused, '{"message":"无效的令牌"}'))
    await maker.send(ConcatRequest("task-extension-clip2"), Rejected(NotSupported(http_status=404), "Not Found"))

    silent = TimedOut(charge=Charge.MAYBE)
    await maker.send(MusicRequest(description="never answered"), Unknown(silent))
    unreadable = UnreadableResponse(charge=Charge.MAYBE, http_status=200, request_id="req-odd")
    odd = Unknown(unreadable, '{"task":"maybe-this-one"}', ("maybe-this-one", "or-this-one"))
    await maker.send(MusicRequest(description="answered oddly"), odd)
    lost = await maker.send(MusicRequest(description="called lost"), Unknown(silent))
    await maker.core.services.unknown_outcomes.give_up(lost.id)
    twice = MusicRequest(description="sent twice")
    before = await maker.send(twice, Unknown(silent))
    await maker.core.services.unknown_outcomes.give_up(before.id)
    await maker.send(twice, accepted("task-retried"), retry_of=before.id)
    await maker.report("task-retried", "SUCCESS", [clip("task-retried-clip1", "Sent Twice")])

    await maker.send(MusicRequest(description="fails"), accepted("task-failed"))
    await maker.report("task-failed", "FAILURE", reason="moderation: the prompt was refused")
    await maker.send(MusicRequest(description="fails by half"), accepted("task-half"))
    half = clip("task-half-clip2", "Half", status="error", metadata={"error_message": "Upstream gave up"})
    await maker.report("task-half", "FAILURE", [clip("task-half-clip1", "Half"), half], reason="one take failed")
    await maker.send(MusicRequest(description="streams"), accepted("task-streaming"))
    await maker.report("task-streaming", "IN_PROGRESS", [clip("task-streaming-clip1", "Streams", status="streaming")])
    await maker.send(MusicRequest(description="waits"), accepted("task-queued"))
    await maker.report("task-queued", "QUEUED")
    await maker.send(MusicRequest(description="not begun"), accepted("task-not-started"))
    await maker.report("task-not-started", "NOT_START")
    await maker.send(MusicRequest(description="without a status"), accepted("task-unknown"))
    await maker.report("task-unknown", "UNKNOWN")
    await maker.send(MusicRequest(description="forgotten by its gateway"), accepted("task-lost"))
    await maker.harness.clock.advance(7_200)


async def _without_task(maker: Maker) -> None:
    """Results that gateways return immediately: a persona, tags, links, notes; and word timings."""
    voice = PersonaRequest("task-described-clip2", "Voice of the Rain", "low, warm")
    await maker.send(voice, Delivered("persona-1", "req-persona", '{"id":"persona-1"}'), price=0.02)
    await maker.send(UpsampleTagsRequest("city pop"), Delivered("city pop, analog synths, 1983"))
    takes = {"clip_id": "task-custom-clip1", "task_id": "task-custom"}
    await maker.send(WavRequest(**takes), Delivered("https://cdn1.suno.example/task-custom-clip1.wav"))
    await maker.send(Mp4Request(**takes), Delivered(""))
    await maker.send(MidiRequest(**takes), Delivered(NOTES))
    await maker.core.services.extras.timing("task-custom", "task-custom-clip1")


async def _annotate(maker: Maker) -> None:
    """All kinds of annotations."""
    annotations = maker.core.services.annotations
    first, second = TakeRef("task-custom", "task-custom-clip1"), TakeRef("task-custom", "task-custom-clip2")
    rain, cover = TakeRef("task-described", "task-described-clip2"), TakeRef("task-cover", "task-cover-clip1")
    await annotations.mark_favourite([first, cover])
    await annotations.rate([first], 5)
    await annotations.rate([second, rain], 3)
    await annotations.mark_played([first, second, rain])
    await annotations.mark_favourite([TakeRef("task-lyrics")])
    await annotations.label(["task-custom", "task-cover"], "Favoriten ★")
    await annotations.label(["task-custom", "task-lyrics"], "to finish")
    await annotations.label(["task-failed"], "unused")
    await annotations.label(["task-failed"], "unused", is_on=False)
    await annotations.note("task-custom", "First line\n\tsecond line, with “quotes”\n")
    await maker.harness.clock.advance(60)
    await annotations.add_to_album("Rain, the Album", [cover, first, rain])
    await annotations.move_in_album("Rain, the Album", first, -1)
    await annotations.add_to_album("Empty", [second])
    await annotations.remove_from_album("Empty", [second])
    await annotations.add_to_album("Empty", [rain])
    await annotations.save_search(
        "Best", ListQuery(query=parse('rating:>=3 -label:"to finish" rain'), sort=Sort.RATING)
    )
    await annotations.save_search(
        "Newest last", ListQuery(query=parse("is:song since:2025-01-01"), sort=Sort.AGE, is_reversed=True)
    )
    await annotations.trash(["task-half", "task-image"])
    await maker.core.services.billing.save_balance("home")


async def _write_drafts(maker: Maker) -> None:
    """The draft of the composer, the one that it replaced, and an older one."""
    failures: list[object] = []
    drafts = ComposerDrafts(lambda: maker.core.reader, failures.append, failures.append)
    await drafts.load()
    await drafts.set_aside(Draft("custom", {"lyrics": "[Verse]\nset  aside\n", "model": "chirp-hawk", "takes": "2"}))
    extend = Draft("extend", {"clip": "task-custom-clip1", "at": "1:15.5", "lyrics": "More"}, also=("exclude",))
    await drafts.save(extend)
    older = Draft("infill", {"clip": "task-custom-clip2", "start": "0:30", "end": "0:45", "lyrics": "Older"})
    await maker.core.reader.save_draft("set-aside-0000018bcfe56800-0a1b2c", older.text())
    assert not failures


def compact(library: Path, target: Path) -> None:
    """Write the library as one file without a log, and without the random id of the sending process."""
    with sqlite3.connect(library) as connection:
        connection.execute("UPDATE submission SET owner = 'the fixture' WHERE owner <> ''")
        connection.commit()
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM INTO ?", [str(target)])
    connection.close()


def main(target: Path) -> None:
    """Make the library and put it into the folder `target`."""
    target = target.absolute()
    with tempfile.TemporaryDirectory() as folder:
        # The uploaded file is named without its folder.
        os.chdir(folder)
        Path("hum.wav").write_bytes(b"RIFF\x24\0\0\0WAVE")
        compact(asyncio.run(make(Path(folder))), Path("compact.db"))
        # Without a time stamp, so that two runs make the same bytes.
        (target / "library.db.gz").write_bytes(gzip.compress(Path("compact.db").read_bytes(), mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
