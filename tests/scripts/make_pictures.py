"""Makes the pictures in screenshots/ from the real app on the demo gateway: `python -m tests.scripts.make_pictures`.

Names after it make only these, such as `library tour`. It needs the extra `test`, and the fonts of the Debian
packages fonts-dejavu-core and fonts-noto-cjk. The library, the time and the gateway's seed are fixed: the same
version makes the same pictures.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from sunotui.core.events import DownloadsChanged
from sunotui.core.safety.service import NamedTake, SafetyReport, TakeAtRisk
from sunotui.demo.music.word_timings import words_of
from sunotui.domain.annotations import TakeRef
from sunotui.domain.gateways.capabilities import Support
from sunotui.domain.gateways.features import Feature
from sunotui.domain.gateways.profile import DEMO_PROFILE
from sunotui.domain.saving.downloads import DownloadEntry, DownloadState, DownloadStatus, FileKind
from sunotui.domain.saving.safety import DAY_S, LinkLife
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task
from sunotui.storage.gateway_facts.timings import TimingStore
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.library.screen import LibraryScreen
from tests.pictures.picture_app import PictureApp, open_picture_app
from tests.pictures.tour import make_tour
from tests.support.fake_decks import use_fake_decks
from tests.support.fake_playback import use_fake_playback
from tests.support.fake_tracks import use_fake_tracks
from tests.support.paths import ROOT

FOLDER = ROOT / "screenshots"
_COLOURS = 256
"""In a picture; more would not be seen."""
TOUR = "tour"
_INTRO_S = 5.0
"""Seconds before the first word of a song and after its last one."""
_POSITION_S = 64.0


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: how the app is opened, and what is done before it is painted."""

    size: tuple[int, int]
    show: Callable[[PictureApp], Awaitable[None]]
    options: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of `open_picture_app`."""


async def _show_library(picture_app: PictureApp) -> None:
    """Two songs are generating, one has just been sent."""
    await _make(picture_app, "electric dance party, club banger", 21)
    await _make(picture_app, "a slow coffee for two", 4)
    await _make(picture_app, "thunder over the orchard", 3)
    await picture_app.press("g", "j", "j", "j")


async def _make(picture_app: PictureApp, description: str, wait_s: float) -> None:
    """Send a described song and let time pass."""
    await picture_app.press("n", "f2")
    await picture_app.type(description)
    await picture_app.send()
    await picture_app.pass_time(wait_s)


async def _show_detail(picture_app: PictureApp) -> None:
    """The lyrics of a finished song, with the focus in the detail."""
    await _show_library(picture_app)
    await picture_app.press("enter")


async def _write_song(picture_app: PictureApp) -> None:
    """A custom song, half written."""
    await picture_app.press("n", "f3")
    await picture_app.fill(
        picture_app.pilot,
        title="Last Train, First Snow",
        style="warm jazz, brushed drums, close female voice",
        lyrics="[Verse]\nThe last train hums below the snow\nAnd every window is a stage\n"
        "A man in grey lets go of Tokyo\nAnd turns the night like a page\n\n"
        "[Pre-Chorus]\nHold the door, hold the line\nThere is a seat across from mine\n\n"
        "[Chorus]\nCarry me home, carry me slow\nWe were never cold in the first snow\n",
    )
    assert isinstance(picture_app.app.screen, ComposeScreen)
    picture_app.app.screen.query_one("#lyrics").focus()
    await picture_app.settle(picture_app.pilot)


async def _show_playing(picture_app: PictureApp) -> None:
    """A song in the middle of a line, and what comes next."""
    core = picture_app.app.core
    playback = await use_fake_playback(core)
    await picture_app.press("g", "j")
    clip = _shown_task(picture_app).clips[0]
    await _time_words(picture_app, clip)
    await picture_app.press("alt+a", "full_stop")
    picture_app.clock.stop()
    playback.show(position_s=_POSITION_S, volume=70)
    await picture_app.pass_time(1)


def _shown_task(picture_app: PictureApp) -> Task:
    library = picture_app.app.screen
    assert isinstance(library, LibraryScreen)
    assert library.context.detail.shown is not None
    return library.context.detail.shown.task


async def _time_words(picture_app: PictureApp, clip: Clip) -> None:
    """Let the words of a take be sung evenly."""
    core = picture_app.app.core
    words = words_of(clip.lyrics)
    step_s = ((clip.duration_s or 0.0) - 2 * _INTRO_S) / len(words)
    times = [_INTRO_S + at * step_s for at in range(len(words) + 1)]
    aligned = [
        {"word": word, "start_s": start_s, "end_s": end_s}
        for word, start_s, end_s in zip(words, times, times[1:], strict=False)
    ]
    await core.storage.run(TimingStore(core.stores.database).put, clip.id, json.dumps({"aligned_words": aligned}))


async def _show_comparing(picture_app: PictureApp) -> None:
    """The two takes of a song at the same place."""
    decks = use_fake_decks(picture_app.app.core)
    await use_fake_playback(picture_app.app.core)
    await picture_app.press("g", "j")
    for clip in _shown_task(picture_app).clips:
        await _time_words(picture_app, clip)
    await picture_app.press("equals_sign")
    await picture_app.pass_time(1)
    await picture_app.press("asterisk", "4", "tab")
    decks.show(_POSITION_S)
    await picture_app.pass_time(1)


async def _show_downloads(picture_app: PictureApp) -> None:
    """Takes that are being saved, that wait, that are at risk and that were saved."""
    core = picture_app.app.core
    takes = await core.reader.newest_takes(40)
    clips = [(await core.reader.clip(take.clip_id), take) for take in takes]
    found = [(TakeRef(pair[0].id, take.clip_id), take) for pair, take in clips if pair is not None]
    sizes = [round((take.duration_s or 120.0) * 24_000) for _, take in found]
    states = (
        [DownloadState.ACTIVE] * 3 + [DownloadState.WAITING] * 3 + [DownloadState.FAILED] + [DownloadState.SAVED] * 5
    )
    entries = []
    for at, ((ref, take), size, state) in enumerate(zip(found, sizes, states, strict=False)):
        entry = DownloadEntry(at, ref, take.title, take.take, FileKind.AUDIO, state, total=size)
        if state is DownloadState.ACTIVE:
            received, speed = round(size * (0.72, 0.31, 0.08)[at]), (1.2e6, 1.1e6, 0.9e6)[at]
            entry = entry._replace(received=received, bytes_per_s=speed, seconds_left=(size - received) / speed)
        elif state is DownloadState.FAILED:
            entry = entry._replace(reason="The link is dead, and the gateway has no other one")
        elif state is DownloadState.SAVED:
            entry = entry._replace(path=Path(f"{take.title} [{take.clip_id[:8]}].mp3"), ended_at=float(-at))
        entries.append(entry)
    received, total = sum(entry.received for entry in entries[:3]), sum(sizes[:6])
    status = DownloadStatus(tuple(entries), False, received, total, 3.2e6, (total - received) / 3.2e6)
    at_risk = [
        TakeAtRisk(NamedTake(ref, take.title, take.take), 5 * DAY_S, LinkLife(7.5 * DAY_S))
        for ref, take in found[14:16]
    ]

    async def report() -> SafetyReport:
        return SafetyReport(at_risk, (), Path.home() / "Music" / "sunotui", 41_000_000_000)

    core.services.safety.report = report  # type: ignore[method-assign]
    await picture_app.press("alt+d")
    core.events.publish(DownloadsChanged(status))
    await picture_app.pass_time(1)


async def _show_triage(picture_app: PictureApp) -> None:
    """The first unplayed takes have a verdict, and the next one plays from its chorus."""
    tracks = use_fake_tracks(picture_app.app.core)
    await use_fake_playback(picture_app.app.core)
    core = picture_app.app.core
    for take in await core.reader.newest_takes():
        if (found := await core.reader.clip(take.clip_id)) is not None and words_of(found[1].lyrics):
            await _time_words(picture_app, found[1])
    await picture_app.press("g", "j", "t", "tab")
    await picture_app.pass_time(1)
    await picture_app.press("s", "x", "enter", "j")
    await picture_app.pass_time(1)
    tracks[-1].seek(tracks[-1].position_s + 6)
    await picture_app.pass_time(1)


async def _show_rating(picture_app: PictureApp) -> None:
    await _show_library(picture_app)
    await picture_app.press("asterisk")


async def _show_palette(picture_app: PictureApp) -> None:
    await _show_library(picture_app)
    await picture_app.press("ctrl+p")
    await picture_app.type("co")


async def _show_settings(picture_app: PictureApp) -> None:
    """A setting of the config file, with the lines that change it."""
    await _show_library(picture_app)
    await picture_app.press("comma", *["down"] * 10)


async def _show_search(picture_app: PictureApp) -> None:
    """A search in one row, and marked songs, one of which it hides."""
    await picture_app.press("v", "v", "slash")
    await picture_app.type("label:sea len:>2:00")
    await picture_app.press("enter", "j", "v")


async def _show_narrow(picture_app: PictureApp) -> None:
    await picture_app.press("j", "j")


async def _show_sidebar(picture_app: PictureApp) -> None:
    await picture_app.press("j", "w")


async def _show_journal(picture_app: PictureApp) -> None:
    """The request whose outcome is unknown, and the keys that resolve it."""
    capabilities = picture_app.core.services.capabilities
    await picture_app.until(
        picture_app.pilot,
        lambda: capabilities.known(DEMO_PROFILE).support(Feature.MY_MUSICS) is not Support.UNKNOWN,
        "what the gateway offers",
    )
    await picture_app.press("J")


async def _show_login(picture_app: PictureApp) -> None:
    """The form of a first start, half filled in."""
    await picture_app.type("https://api.example.com")


PICTURES: Mapping[str, Picture] = {
    "library": Picture((120, 40), _show_library),
    "library-light": Picture((120, 40), _show_library, {"theme": "sunotui-light"}),
    "composer": Picture((120, 40), _write_song),
    "detail": Picture((120, 40), _show_detail),
    "playing": Picture((120, 40), _show_playing),
    "compare": Picture((120, 40), _show_comparing),
    "downloads": Picture((120, 40), _show_downloads),
    "triage": Picture((120, 40), _show_triage, {"saves": False}),
    "rate": Picture((120, 40), _show_rating),
    "palette": Picture((120, 40), _show_palette),
    "settings": Picture((120, 40), _show_settings),
    "search": Picture((120, 40), _show_search),
    "journal": Picture((120, 40), _show_journal, {"has_unknown": True}),
    "login": Picture((100, 30), _show_login, {"is_empty": True, "has_gateway": False}),
    "narrow": Picture((80, 24), _show_narrow),
    "sidebar": Picture((80, 24), _show_sidebar),
    "smallest": Picture((60, 15), _show_narrow),
}


async def _make_picture(name: str, picture: Picture) -> Path:
    """Open the app, bring it into the required state, and paint it."""
    async with open_picture_app(picture.size, **picture.options) as picture_app:
        await picture.show(picture_app)
        image = picture_app.paint()
    target = FOLDER / f"{name}.png"
    image.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE).save(target, optimize=True)
    return target


async def main(names: list[str]) -> None:
    """Make the pictures with these names, or all, and print their sizes in bytes."""
    FOLDER.mkdir(exist_ok=True)
    for name in names or [*PICTURES, TOUR]:
        made = await make_tour(FOLDER / "tour.gif") if name == TOUR else await _make_picture(name, PICTURES[name])
        print(made.name, made.stat().st_size)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
