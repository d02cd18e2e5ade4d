"""The scenes of cover images. Each has few and large shapes, so that it can be distinguished from others at 18 by 18
pixels."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import cos, pi, sin, tau

from PIL import Image, ImageColor, ImageDraw, ImageFilter, ImageOps

from sunotui.named_tuple import NamedTuple

Point = tuple[float, float]
Color = tuple[int, int, int]
_AT_SIDES = 180
"""The value of Pillow's radial gradient at the middle of its sides."""


class Palette(NamedTuple):
    """Five colours, as "#rrggbb"."""

    dark: str
    deep: str
    middle: str
    warm: str
    light: str


class Canvas:
    """A square picture that is being drawn. Positions and lengths are fractions of its side."""

    def __init__(self, side: int, palette: Palette, rng: random.Random) -> None:
        self.side = side
        self.rng = rng
        self.dark, self.deep, self.middle, self.warm, self.light = (_rgb(color) for color in palette)
        self.picture = Image.new("RGB", (side, side), self.dark)

    def sky(self, top: Color, middle: Color, bottom: Color, horizon: float = 1.0) -> None:
        """Fill the picture down to the horizon with three colours that blend."""
        ramp = Image.linear_gradient("L").resize((self.side, max(1, round(self.side * horizon))))
        self.picture.paste(ImageOps.colorize(ramp, top, bottom, mid=middle), (0, 0))

    def glow(self, x: float, y: float, radius: float, color: Color, strength: float = 0.8) -> None:
        """A light that fades to its edge."""
        wide = round(2 * radius * self.side)
        # The gradient reaches its end in the corners; the light must end at the sides.
        fade = Image.radial_gradient("L").point(lambda value: max(0.0, 1 - value / _AT_SIDES) ** 1.5 * 255 * strength)
        mask = fade.resize((wide, wide))
        self.picture.paste(Image.new("RGB", mask.size, color), self._corner(x, y, radius), mask)

    def disc(self, x: float, y: float, radius: float, color: Color) -> None:
        """A filled circle."""
        self._pen.ellipse(self._box(x, y, radius), fill=color)

    def ring(self, x: float, y: float, radius: float, width: float, color: Color) -> None:
        """The edge of a circle."""
        self._pen.ellipse(self._box(x, y, radius), outline=color, width=max(1, round(width * self.side)))

    def shape(self, points: Sequence[Point], color: Color) -> None:
        """A filled polygon."""
        self._pen.polygon([(x * self.side, y * self.side) for x, y in points], fill=color)

    def bar(self, left: float, top: float, right: float, bottom: float, color: Color) -> None:
        """A filled rectangle."""
        self._pen.rectangle(tuple(round(edge * self.side) for edge in (left, top, right, bottom)), fill=color)

    def ridge(self, height: Callable[[float], float], color: Color) -> None:
        """Fill everything below a line; `height` returns its distance from the top at each x."""
        line = [(step / 96, height(step / 96)) for step in range(97)]
        self.shape([*line, (1, 1), (0, 1)], color)

    def blur(self, radius: float) -> None:
        """Blur everything that was drawn so far."""
        self.picture = self.picture.filter(ImageFilter.GaussianBlur(radius * self.side))

    @property
    def _pen(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.picture)

    def _corner(self, x: float, y: float, radius: float) -> tuple[int, int]:
        return round((x - radius) * self.side), round((y - radius) * self.side)

    def _box(self, x: float, y: float, radius: float) -> tuple[float, float, float, float]:
        return tuple(edge * self.side for edge in (x - radius, y - radius, x + radius, y + radius))  # type: ignore[return-value]


def _rgb(color: str) -> Color:
    red, green, blue = ImageColor.getrgb(color)[:3]
    return red, green, blue


def mix(one: Color, other: Color, share: float) -> Color:
    """A colour between two others: `share` 0 is the first, 1 the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _swell(rng: random.Random, base: float, high: float) -> Callable[[float], float]:
    """A soft line of hills around `base`."""
    parts = [(high / (index + 1), rng.uniform(0.6, 1.4) * (index + 1), rng.random()) for index in range(3)]
    return lambda x: base + sum(tall * sin(tau * (often * x + late)) for tall, often, late in parts) / 2


def _peaks(rng: random.Random, base: float, high: float) -> Callable[[float], float]:
    """A jagged line of mountains that rises at most `high` over `base`."""
    count = rng.randint(4, 6)
    offset = rng.uniform(-0.5, 0)
    tops = [rng.uniform(0.35, 1) * high if index % 2 else rng.uniform(0, 0.25) * high for index in range(2 * count + 2)]

    def height(x: float) -> float:
        place = (x - offset) * count
        index, share = int(place), place % 1
        return base - (tops[index] + (tops[index + 1] - tops[index]) * share)

    return height


def hills(canvas: Canvas) -> None:
    """A sun over hills that get darker towards the front."""
    rng = canvas.rng
    canvas.sky(canvas.deep, canvas.middle, canvas.light, 0.8)
    x, y, radius = rng.uniform(0.25, 0.75), rng.uniform(0.3, 0.48), rng.uniform(0.11, 0.17)
    canvas.glow(x, y, 3 * radius, canvas.light)
    canvas.disc(x, y, radius, canvas.light)
    for index in range(4):
        ground = mix(canvas.middle, canvas.dark, 0.25 + 0.25 * index)
        canvas.ridge(_swell(rng, 0.56 + 0.12 * index, 0.14), ground)


def sea(canvas: Canvas) -> None:
    """A moon or sun over the sea, with its light on the water."""
    rng = canvas.rng
    horizon = rng.uniform(0.55, 0.66)
    canvas.sky(canvas.dark, canvas.deep, canvas.warm, horizon)
    x, radius = rng.uniform(0.3, 0.7), rng.uniform(0.12, 0.19)
    y = horizon - rng.choice((0.02, 0.25, 0.32))
    canvas.glow(x, y, 2.6 * radius, canvas.light, 0.6)
    canvas.disc(x, y, radius, canvas.light)
    canvas.bar(0, horizon, 1, 1, mix(canvas.dark, canvas.deep, 0.45))
    for index in range(9):
        top = horizon + 0.02 + (1 - horizon) * (index / 9) ** 1.3
        wide = radius * rng.uniform(0.45, 1.25) * (1 - index / 14)
        share = 0.2 + 0.06 * index
        canvas.bar(x - wide, top, x + wide, top + 0.012 + 0.002 * index, mix(canvas.light, canvas.deep, share))
    if rng.random() < 0.5:
        side = rng.choice((-1, 1))
        base = 0.5 - side * 0.5
        shore = [(base, horizon - 0.12), (base + side * 0.22, horizon - 0.05), (base + side * 0.42, horizon + 0.01)]
        canvas.shape([*shore, (base, horizon + 0.01)], canvas.dark)


def mountains(canvas: Canvas) -> None:
    """Ranges of mountains in haze, under a small sun."""
    rng = canvas.rng
    canvas.sky(canvas.middle, canvas.warm, canvas.light, 0.85)
    x, y, radius = rng.uniform(0.2, 0.8), rng.uniform(0.16, 0.28), rng.uniform(0.08, 0.12)
    canvas.glow(x, y, 3.5 * radius, canvas.light, 0.7)
    canvas.disc(x, y, radius, canvas.light)
    for index in range(3):
        ground = mix(mix(canvas.warm, canvas.middle, 0.5), canvas.dark, 0.2 + 0.38 * index)
        canvas.ridge(_peaks(rng, 0.74 + 0.13 * index, 0.42 - 0.1 * index), ground)


def city(canvas: Canvas) -> None:
    """Houses at night, with windows that are lit."""
    rng = canvas.rng
    canvas.sky(canvas.dark, canvas.deep, canvas.warm)
    x, y, radius = rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.42), rng.uniform(0.1, 0.2)
    canvas.glow(x, y, 2.4 * radius, canvas.light, 0.6)
    canvas.disc(x, y, radius, canvas.light)
    for row in range(2):
        wall = mix(canvas.deep, canvas.dark, 0.35 + 0.6 * row)
        left = -0.02
        while left < 1:
            width = rng.choice((0.12, 0.16, 0.2))
            top = rng.uniform(0.42, 0.66) + 0.14 * row
            canvas.bar(left, top, left + width - 0.01, 1, wall)
            if row:
                _light_windows(canvas, left, top, width)
            left += width


def _light_windows(canvas: Canvas, left: float, top: float, width: float) -> None:
    for column in range(round(width / 0.05) - 1):
        for floor in range(round((1 - top) / 0.08)):
            if canvas.rng.random() < 0.4:
                x, y = left + 0.025 + 0.05 * column, top + 0.04 + 0.08 * floor
                canvas.bar(x, y, x + 0.03, y + 0.045, canvas.rng.choice((canvas.warm, canvas.light)))


def orbits(canvas: Canvas) -> None:
    """Planets on rings around a star."""
    rng = canvas.rng
    canvas.sky(canvas.dark, mix(canvas.dark, canvas.deep, 0.6), canvas.deep)
    for _ in range(40):
        canvas.disc(rng.random(), rng.random(), rng.uniform(0.002, 0.005), mix(canvas.deep, canvas.light, 0.7))
    x, y = rng.choice((0.5, 0.22, 0.78)), rng.choice((0.5, 0.3, 0.7))
    canvas.glow(x, y, 0.5, canvas.middle, 0.9)
    canvas.disc(x, y, 0.13, canvas.light)
    for index, reach in enumerate((0.26, 0.42, 0.6, 0.8)):
        canvas.ring(x, y, reach, 0.012, mix(canvas.middle, canvas.warm, index / 4))
        turn = rng.uniform(0, tau)
        for step in range(8):
            px, py = x + reach * cos(turn + step * tau / 8), y + reach * sin(turn + step * tau / 8)
            if 0.08 < px < 0.92 and 0.08 < py < 0.92:
                canvas.disc(px, py, rng.uniform(0.05, 0.09), rng.choice((canvas.warm, canvas.middle, canvas.light)))
                break


def waves(canvas: Canvas) -> None:
    """Bands that swing, one over the other."""
    rng = canvas.rng
    colors = [canvas.light, canvas.warm, canvas.middle, canvas.deep, canvas.dark]
    if rng.random() < 0.5:
        colors.reverse()
    canvas.sky(colors[0], colors[0], mix(colors[0], colors[1], 0.5))
    bands = 8
    for index in range(bands):
        place = (index + 1) / bands * (len(colors) - 1)
        first = min(len(colors) - 2, int(place))
        color = mix(colors[first], colors[first + 1], place - first)
        canvas.ridge(_swell(rng, 0.16 + 0.11 * index, 0.15), color)


def tiles(canvas: Canvas) -> None:
    """Quarters of circles on a board of four by four squares."""
    rng = canvas.rng
    colors = (canvas.dark, canvas.deep, canvas.middle, canvas.warm, canvas.light)
    side = 1 / 4
    for row in range(4):
        for column in range(4):
            ground, front = rng.sample(colors, 2)
            left, top = column * side, row * side
            tile = Canvas(round(canvas.side * side), Palette(*("#000000",) * 5), rng)
            tile.bar(0, 0, 1, 1, ground)
            x, y = rng.choice((0, 1)), rng.choice((0, 1))
            match rng.randrange(4):
                case 0:
                    tile.disc(0.5, 0.5, 0.36, front)
                case 1:
                    tile.shape(((x, y), (1 - x, y), (x, 1 - y)), front)
                case _:
                    tile.disc(x, y, 1, front)
            canvas.picture.paste(tile.picture, (round(left * canvas.side), round(top * canvas.side)))


def retro_sun(canvas: Canvas) -> None:
    """A sun in slices over a net that runs to the horizon."""
    rng = canvas.rng
    horizon = 0.66
    sun = Canvas(canvas.side, Palette(*("#000000",) * 5), rng)
    sun.sky(canvas.light, canvas.warm, canvas.middle, horizon)
    mask = Canvas(canvas.side, Palette(*("#000000",) * 5), rng)
    mask.disc(0.5, 0.42, 0.32, (255, 255, 255))
    for index in range(5):
        top = 0.42 + 0.06 * index
        mask.bar(0, top, 1, top + 0.008 + 0.006 * index, (0, 0, 0))
    canvas.sky(canvas.dark, canvas.deep, canvas.middle, horizon)
    canvas.glow(0.5, 0.42, 0.6, canvas.warm, 0.5)
    canvas.picture.paste(sun.picture, (0, 0), mask.picture.convert("L"))
    canvas.bar(0, horizon, 1, 1, canvas.dark)
    line = mix(canvas.middle, canvas.warm, rng.random())
    for index in range(6):
        top = horizon + (1 - horizon) * (index / 6) ** 1.8
        canvas.bar(0, top, 1, top + 0.004 + 0.002 * index, line)
    for index in range(-6, 7):
        near, far = 0.5 + index * 0.24, 0.5 + index * 0.06
        canvas.shape(((far - 0.002, horizon), (far + 0.002, horizon), (near + 0.006, 1), (near - 0.006, 1)), line)


def aurora(canvas: Canvas) -> None:
    """Soft clouds of colour."""
    rng = canvas.rng
    canvas.sky(canvas.dark, canvas.deep, canvas.dark)
    for color in (canvas.middle, canvas.middle, canvas.warm, canvas.light, canvas.warm, canvas.middle):
        canvas.disc(rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9), rng.uniform(0.18, 0.3), color)
    canvas.blur(0.09)
    x, y, radius = rng.uniform(0.35, 0.65), rng.uniform(0.35, 0.65), rng.uniform(0.16, 0.22)
    canvas.ring(x, y, radius, 0.05, canvas.light)


def flower(canvas: Canvas) -> None:
    """Petals around a middle."""
    rng = canvas.rng
    ground = rng.choice((canvas.dark, canvas.deep))
    canvas.sky(mix(ground, canvas.middle, 0.25), ground, ground)
    petals, turn = rng.choice((6, 8, 10)), rng.uniform(0, pi)
    for reach, wide, color in ((0.44, 0.15, canvas.middle), (0.33, 0.12, canvas.warm), (0.2, 0.08, canvas.light)):
        for index in range(petals):
            angle = turn + tau * index / petals
            petal = [
                (
                    0.5 + along * cos(angle) - across * sin(angle),
                    0.5 + along * sin(angle) + across * cos(angle),
                )
                for along, across in ((0, 0), (reach * 0.45, wide), (reach, 0), (reach * 0.45, -wide))
            ]
            canvas.shape(petal, color)
        turn += pi / petals
    canvas.disc(0.5, 0.5, 0.08, canvas.dark)


SCENES: tuple[Callable[[Canvas], None], ...] = (
    hills,
    sea,
    mountains,
    city,
    orbits,
    waves,
    tiles,
    retro_sun,
    aurora,
    flower,
)
