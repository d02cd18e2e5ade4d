"""The animated tour: two songs from the empty library to a link, in one minute."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from tests.pictures.picture_app import PictureApp, open_picture_app

SIZE = (100, 30)
_COLOURS = 160
"""Of all frames together."""
_KEY_S = 0.09
"""Between two typed letters."""


class Film:
    """Frames, and how long each is shown, in seconds."""

    def __init__(self, picture_app: PictureApp) -> None:
        self._picture_app = picture_app
        self._frames: list[Image.Image] = []
        self._seconds: list[float] = []

    def show(self, seconds: float) -> None:
        """Add the screen as it is."""
        self._frames.append(self._picture_app.paint())
        self._seconds.append(seconds)

    async def type(self, text: str, then_s: float) -> None:
        """Type a text, two letters in a frame."""
        for start in range(0, len(text), 2):
            await self._picture_app.type(text[start : start + 2])
            self.show(2 * _KEY_S)
        self._seconds[-1] = then_s

    async def press(self, *keys: str, then_s: float) -> None:
        """Press keys and show what they did."""
        await self._picture_app.press(*keys)
        self.show(then_s)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return sum(self._seconds)

    def save(self, target: Path) -> None:
        """Write an animated GIF that repeats endlessly. All frames share one palette, so that only what changes is
        stored."""
        palette = self._palette()
        frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in self._frames]
        times = [round(seconds * 100) * 10 for seconds in self._seconds]
        frames[0].save(
            target, save_all=True, append_images=frames[1:], duration=times, loop=0, optimize=False, disposal=1
        )

    def _palette(self) -> Image.Image:
        width, height = self._frames[0].size
        chosen = self._frames[:: max(1, len(self._frames) // 12)]
        together = Image.new("RGB", (width, height * len(chosen)))
        for index, frame in enumerate(chosen):
            together.paste(frame, (0, index * height))
        return together.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE)


async def make_tour(target: Path) -> Path:
    """Play the story in the real app and write it."""
    async with open_picture_app(SIZE, is_empty=True, seed=7) as picture_app:
        film = Film(picture_app)
        await _write_songs(picture_app, film)
        await _watch_it(picture_app, film)
        await _keep_it(picture_app, film)
        await _find_it(picture_app, film)
    film.save(target)
    print(f"{film.seconds:.0f} s")
    return target


async def _write_songs(picture_app: PictureApp, film: Film) -> None:
    """Two songs, one after the other."""
    film.show(3.0)
    await film.press("n", "f2", then_s=1.2)
    await film.type("a lighthouse keeper who sings to the gulls", then_s=1.5)
    await picture_app.send()
    film.show(2.5)
    await picture_app.pass_time(8)
    await film.press("n", then_s=0.8)
    await film.type("neon rain over Tokyo, city pop", then_s=1.0)
    await picture_app.send()
    film.show(2.0)


async def _watch_it(picture_app: PictureApp, film: Film) -> None:
    """The gateway takes 20 to 60 seconds; every fifth is shown."""
    for seconds in _steps(60):
        await picture_app.pass_time(seconds)
        film.show(0.8)
        if picture_app.tasks.row_count and not picture_app.app.status.generating:
            break
    film.show(2.0)


def _steps(total: int) -> Iterator[float]:
    yield from [5.0] * (total // 5)


async def _keep_it(picture_app: PictureApp, film: Film) -> None:
    await film.press("j", "enter", then_s=3.0)
    await film.press("2", then_s=2.5)
    await film.press("asterisk", then_s=1.5)
    await film.press("5", then_s=2.0)
    await film.press("b", then_s=1.2)
    await film.type("sea", then_s=1.0)
    await film.press("enter", then_s=2.5)
    await film.press("escape", then_s=1.0)


async def _find_it(picture_app: PictureApp, film: Film) -> None:
    await film.press("slash", then_s=1.2)
    await film.type("label:sea", then_s=2.0)
    await film.press("enter", then_s=1.5)
    await film.press("y", then_s=4.0)
