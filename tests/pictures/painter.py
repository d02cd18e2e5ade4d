"""Draws the cells of a screen as a picture. Lines and blocks are drawn as shapes, as most terminals do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont
from rich.cells import cell_len
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI
from textual.app import App
from textual.color import Color

CELL = (10, 20)
"""Width and height of a cell, in pixels."""
_MARGIN = 8
_FONT_SIZE = 16.6
"""With this size a character of DejaVu Sans Mono is ten pixels wide."""
_WIDE_FONT_SIZE = 18
_BASELINE = 16
_FOREGROUND, _BACKGROUND = ColorTriplet(216, 219, 232), ColorTriplet(18, 19, 26)
"""Where a segment has no colours of its own."""
_LEFT, _RIGHT, _UP, _DOWN = 1, 2, 4, 8
_LINES = {
    "─": (_LEFT | _RIGHT, 1),
    "│": (_UP | _DOWN, 1),
    "├": (_UP | _DOWN | _RIGHT, 1),
    "└": (_UP | _RIGHT, 1),
    "┌": (_DOWN | _RIGHT, 1),
    "┐": (_DOWN | _LEFT, 1),
    "┘": (_UP | _LEFT, 1),
    "┤": (_UP | _DOWN | _LEFT, 1),
    "━": (_LEFT | _RIGHT, 3),
    "┃": (_UP | _DOWN, 3),
    "╸": (_LEFT, 3),
    "╺": (_RIGHT, 3),
    "┏": (_DOWN | _RIGHT, 3),
    "┓": (_DOWN | _LEFT, 3),
    "┗": (_UP | _RIGHT, 3),
    "┛": (_UP | _LEFT, 3),
}
"""The arms of a line from the middle of its cell, and its width in pixels."""
_CORNERS = {"╭": (1, 1), "╮": (-1, 1), "╰": (1, -1), "╯": (-1, -1)}
"""Where the centre of a round corner is, from the middle of its cell."""
_EIGHTHS = "▁▂▃▄▅▆▇█"
_LEFT_EIGHTHS = "▏▎▍▌▋▊▉"


def paint(app: App[int]) -> Image.Image:
    """The screen of a running app as a picture."""
    width, height = app.size
    picture = Image.new("RGB", (width * CELL[0] + 2 * _MARGIN, height * CELL[1] + 2 * _MARGIN), _ground(app).rgb)
    pen = ImageDraw.Draw(picture)
    for row, strip in enumerate(app.screen._compositor.render_strips()):
        _paint_row(pen, row, _filtered(app, strip), width)
    return picture


def _ground(app: App[int]) -> Color:
    """The background of the theme."""
    return Color.parse(app.theme_variables["background"])


def _filtered(app: App[int], strip: Iterable[Segment]) -> Sequence[Segment]:
    """The segments after all output filters."""
    segments = list(strip)
    for line_filter in app.get_line_filters():
        segments = line_filter.apply(segments, _ground(app))
    return segments


def _paint_row(pen: ImageDraw.ImageDraw, row: int, segments: Sequence[Segment], width: int) -> None:
    """Paint grounds first, so that they never cover the strokes of the next cell."""
    column = 0
    texts: list[tuple[int, str, tuple[int, int, int], Style]] = []
    for text, style, _ in segments:
        style = style or Style.null()
        ink, ground = _colours(style)
        cells = min(cell_len(text), width - column)
        if cells <= 0:
            continue
        left, top = _corner(column, row)
        pen.rectangle((left, top, left + cells * CELL[0] - 1, top + CELL[1] - 1), ground)
        texts.append((column, text, ink, style))
        column += cells
    for start, text, ink, style in texts:
        _paint_text(pen, start, row, text, ink, style)


def _paint_text(
    pen: ImageDraw.ImageDraw, column: int, row: int, text: str, ink: tuple[int, int, int], style: Style
) -> None:
    for sign in text:
        cells = cell_len(sign)
        left, top = _corner(column, row)
        if sign.strip() and not _paint_shape(pen, sign, left, top, ink):
            pen.text((left, top + _BASELINE), sign, ink, _font(sign, is_bold=bool(style.bold)), anchor="ls")
        if style.underline:
            pen.line((left, top + _BASELINE + 2, left + cells * CELL[0] - 1, top + _BASELINE + 2), ink)
        column += cells


def _corner(column: int, row: int) -> tuple[int, int]:
    return _MARGIN + column * CELL[0], _MARGIN + row * CELL[1]


def _colours(style: Style) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Ink and ground of a style."""
    ink = style.color.get_truecolor(DIMMED_MONOKAI) if style.color and not style.color.is_default else _FOREGROUND
    ground = (
        style.bgcolor.get_truecolor(DIMMED_MONOKAI) if style.bgcolor and not style.bgcolor.is_default else _BACKGROUND
    )
    if style.dim:
        ink = ColorTriplet(*((one + other) // 2 for one, other in zip(ink, ground, strict=True)))
    return (ground, ink) if style.reverse else (ink, ground)


@cache
def _font(sign: str, *, is_bold: bool) -> ImageFont.FreeTypeFont:
    if cell_len(sign) > 1:
        return ImageFont.truetype(f"NotoSansCJK-{'Bold' if is_bold else 'Regular'}.ttc", _WIDE_FONT_SIZE)
    return ImageFont.truetype(f"DejaVuSansMono{'-Bold' if is_bold else ''}.ttf", _FONT_SIZE)


def _paint_shape(pen: ImageDraw.ImageDraw, sign: str, left: int, top: int, ink: tuple[int, int, int]) -> bool:
    """Draw a line or a block; False for any other character."""
    width, height = CELL
    right, bottom = left + width - 1, top + height - 1
    middle, centre = left + width // 2, top + height // 2
    if sign in _LINES:
        arms, thickness = _LINES[sign]
        half = thickness // 2
        for arm, box in (
            (_LEFT, (left, centre - half, middle + half, centre + half)),
            (_RIGHT, (middle - half, centre - half, right, centre + half)),
            (_UP, (middle - half, top, middle + half, centre + half)),
            (_DOWN, (middle - half, centre - half, middle + half, bottom)),
        ):
            if arms & arm:
                pen.rectangle(box, ink)
    elif sign in _CORNERS:
        along, down = _CORNERS[sign]
        radius = 5
        x, y = middle + along * radius, centre + down * radius
        start = {(1, 1): 180, (-1, 1): 270, (1, -1): 90, (-1, -1): 0}[along, down]
        pen.arc((x - radius, y - radius, x + radius, y + radius), start, start + 90, ink)
        pen.line((x, centre, right if along > 0 else left, centre), ink)
        pen.line((middle, y, middle, bottom if down > 0 else top), ink)
    elif sign == "▐":
        pen.rectangle((middle, top, right, bottom), ink)
    elif sign == "▀":
        pen.rectangle((left, top, right, centre - 1), ink)
    elif sign in _EIGHTHS:
        pen.rectangle((left, bottom + 1 - height * (_EIGHTHS.index(sign) + 1) // 8, right, bottom), ink)
    elif sign in _LEFT_EIGHTHS:
        pen.rectangle((left, top, left + width * (_LEFT_EIGHTHS.index(sign) + 1) // 8 - 1, bottom), ink)
    else:
        return False
    return True
