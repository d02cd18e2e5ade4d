"""Makes the pictures in screenshots/ from the real app on the demo gateway: `python -m tests.scripts.make_pictures`.

The demo's seed is fixed, so the same version generates the same songs. PNGs are made from the app's own SVG export with
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

from sunotui.domain.gateways.profile import DEMO_PROFILE
from tests.support.demo_app import DemoApp, open_demo_app
from tests.support.paths import ROOT

FOLDER = ROOT / "screenshots"

PROMPTS = (
    "a lighthouse keeper who sings to the gulls",
    "neon rain over Tokyo, city pop, night drive",
    "a waltz for two robots learning to dance",
    "winter wonderland on a slow train, warm jazz",
)


async def main() -> None:
    """Draw all pictures."""
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
    show: Callable[[DemoApp, Pilot[int]], Awaitable[None]],
    dialect: str = "reference",
) -> None:
    """Run the app at this size, bring it into the required state, and draw it."""
    with tempfile.TemporaryDirectory() as folder:
        opened = open_demo_app(Path(folder), seed=11, speed=40, dialect=dialect)
        async with opened as demo, demo.app.run_test(size=size) as pilot:
            await demo.until_open(pilot)
            await make_songs(demo, pilot)
            await show(demo, pilot)
            svg = demo.app.export_screenshot(title="sunotui")
    draw(svg, FOLDER / f"{name}.png")


async def make_songs(demo: DemoApp, pilot: Pilot[int]) -> None:
    """Fill the library with some songs, some lyrics and one failure."""
    for prompt in PROMPTS:
        await demo.make_song(pilot, prompt)
    await demo.make_lyrics(pilot, "a girl from Mars who misses the sea")
    await demo.until_done(pilot)
    demo.server.set_faults("fail-task")
    await demo.make_song(pilot, "a song that was not to be")
    await demo.until_done(pilot)
    demo.server.set_faults()


async def show_library(demo: DemoApp, pilot: Pilot[int]) -> None:
    """The library while a song is generating."""
    demo.slow_down()
    await demo.make_song(pilot, "electric dance party, club banger")
    await demo.until_streaming(pilot)
    await pilot.press("j", "j", "j")
    await demo.settle(pilot)


async def show_composer(demo: DemoApp, pilot: Pilot[int]) -> None:
    """The composer with a half-written custom song."""
    await pilot.press("n", "f3")
    await demo.fill(
        pilot,
        lyrics="[Verse]\nThe last train hums below the snow\nAnd every window is a demo\n\n[Chorus]\n"
        "Carry me home, carry me slow\nTurn the night like a page",
        style="warm jazz, brushed drums, close female voice",
        title="Last Train, First Snow",
        model="chirp-hawk",
    )


async def show_detail(demo: DemoApp, pilot: Pilot[int]) -> None:
    """The lyrics of a finished song, with the focus in the detail pane."""
    await pilot.press("j", "j", "j", "enter", "2")
    await demo.settle(pilot)


async def show_more(demo: DemoApp, pilot: Pilot[int]) -> None:
    """The list of derived tasks of a take."""
    await pilot.press("j", "j", "m")
    await demo.settle(pilot)


async def show_narrow(demo: DemoApp, pilot: Pilot[int]) -> None:
    """One pane at a time."""
    await pilot.press("j")
    await demo.settle(pilot)


async def show_help(demo: DemoApp, pilot: Pilot[int]) -> None:
    """Help."""
    await pilot.press("question_mark")
    await demo.settle(pilot)


async def show_warnings(demo: DemoApp, pilot: Pilot[int]) -> None:
    """A cover at a gateway that would drop its fields."""
    await demo.until(
        pilot,
        lambda: demo.core.services.capabilities.known(DEMO_PROFILE).probed_at is not None,
        "a look at the gateway",
    )
    await pilot.press("j", "j", "C")
    await demo.fill(pilot, style="polka, accordion, fast", exclude="synthesizers")


def draw(svg: str, target: Path) -> None:
    """Convert the SVG to a PNG, without its web fonts, which must not be downloaded."""
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg).replace("Fira Code", "DejaVu Sans Mono")
    svg = svg.replace("<text ", '<text xml:space="preserve" ')
    done = subprocess.run(
        ["rsvg-convert", "--zoom", "1", "-o", str(target)], input=svg.encode(), check=True, capture_output=True
    )
    print(target.name, target.stat().st_size, done.stderr.decode().strip())


if __name__ == "__main__":
    asyncio.run(main())
