"""Makes the pictures in screenshots/ from the real app on the demo gateway: `python -m tests.support.pictures`.

The demo's seed is fixed, so the same version makes the same songs. PNGs are drawn from the app's own SVG export with
rsvg-convert (Debian: librsvg2-bin, with fonts-dejavu-core and fonts-noto-cjk).
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot

from sunotui.domain.profile import DEMO_PROFILE
from tests.support.paths import ROOT
from tests.support.stage import Stage, open_stage

FOLDER = ROOT / "screenshots"

PROMPTS = (
    "a lighthouse keeper who sings to the gulls",
    "neon rain over Tokyo, city pop, night drive",
    "a waltz for two robots learning to dance",
    "winter wonderland on a slow train, warm jazz",
)


async def main() -> None:
    """Draw every picture."""
    FOLDER.mkdir(exist_ok=True)
    await picture("library", (120, 36), show_library)
    await picture("composer", (120, 36), show_composer)
    await picture("detail", (120, 36), show_detail)
    await picture("narrow", (60, 24), show_narrow)
    await picture("help", (100, 48), show_help)
    await picture("more", (120, 36), show_more, dialect="key4u")
    await picture("warnings", (120, 36), show_warnings, dialect="new-api")


async def picture(
    name: str,
    size: tuple[int, int],
    show: Callable[[Stage, Pilot[int]], Awaitable[None]],
    dialect: str = "reference",
) -> None:
    """Run the app at this size, bring it to what is to be seen, and draw it."""
    with tempfile.TemporaryDirectory() as folder:
        stage_here = open_stage(Path(folder), seed=11, speed=40, dialect=dialect)
        async with stage_here as stage, stage.app.run_test(size=size) as pilot:
            await stage.until_open(pilot)
            await make_songs(stage, pilot)
            await show(stage, pilot)
            svg = stage.app.export_screenshot(title="sunotui")
    draw(svg, FOLDER / f"{name}.png")


async def make_songs(stage: Stage, pilot: Pilot[int]) -> None:
    """A library as after an evening: some songs, some words, one failure."""
    for prompt in PROMPTS:
        await stage.make_song(pilot, prompt)
    await stage.make_lyrics(pilot, "a girl from Mars who misses the sea")
    await stage.until_done(pilot)
    stage.server.set_faults("fail-task")
    await stage.make_song(pilot, "a song that was not to be")
    await stage.until_done(pilot)
    stage.server.set_faults()


async def show_library(stage: Stage, pilot: Pilot[int]) -> None:
    """The library while a song is being made."""
    stage.slow_down()
    await stage.make_song(pilot, "electric dance party, club banger")
    await stage.until_streaming(pilot)
    await pilot.press("j", "j", "j")
    await stage.settle(pilot)


async def show_composer(stage: Stage, pilot: Pilot[int]) -> None:
    """The composer with a custom song half written."""
    await pilot.press("n", "f3")
    await stage.fill(
        pilot,
        lyrics="[Verse]\nThe last train hums below the snow\nAnd every window is a stage\n\n[Chorus]\n"
        "Carry me home, carry me slow\nTurn the night like a page",
        style="warm jazz, brushed drums, close female voice",
        title="Last Train, First Snow",
        model="chirp-hawk",
    )


async def show_detail(stage: Stage, pilot: Pilot[int]) -> None:
    """A finished song's words, the keyboard in the detail."""
    await pilot.press("j", "j", "j", "enter", "2")
    await stage.settle(pilot)


async def show_more(stage: Stage, pilot: Pilot[int]) -> None:
    """What else can be made of a take."""
    await pilot.press("j", "j", "m")
    await stage.settle(pilot)


async def show_narrow(stage: Stage, pilot: Pilot[int]) -> None:
    """One pane at a time."""
    await pilot.press("j")
    await stage.settle(pilot)


async def show_help(stage: Stage, pilot: Pilot[int]) -> None:
    """Help."""
    await pilot.press("question_mark")
    await stage.settle(pilot)


async def show_warnings(stage: Stage, pilot: Pilot[int]) -> None:
    """A cover at a stock relay, which would drop what makes it one."""
    await stage.until(
        pilot,
        lambda: stage.core.services.capabilities.known(DEMO_PROFILE).probed_at is not None,
        "a look at the gateway",
    )
    await pilot.press("j", "j", "C")
    await stage.fill(pilot, style="polka, accordion, fast", exclude="synthesizers")


def draw(svg: str, target: Path) -> None:
    """The SVG as a PNG; without its web fonts, which nothing here may fetch."""
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg).replace("Fira Code", "DejaVu Sans Mono")
    svg = svg.replace("<text ", '<text xml:space="preserve" ')
    done = subprocess.run(
        ["rsvg-convert", "--zoom", "1", "-o", str(target)], input=svg.encode(), check=True, capture_output=True
    )
    print(target.name, target.stat().st_size, done.stderr.decode().strip())


if __name__ == "__main__":
    asyncio.run(main())
