"""Covers are decoded in three formats only, and never more pixels than a cover has; terminals get what they accept."""

from __future__ import annotations

import random
import zlib
from io import BytesIO

import pytest
from PIL import Image

from sunotui.core.media import cover_pixels
from sunotui.core.media.cover_pixels import MAX_PIXELS, MAX_SCANS, decode_cover, indexed, jpeg
from sunotui.core.media.cover_provider import NotACover, Pixels
from tests.core.media.pictures import HALVES, encoded, halves, png_of_size
from tests.tui.covers import picture

_NOISE = Pixels(64, 64, random.Random(1).randbytes(3 * 64 * 64))


def _is_near(color: tuple[int, int, int], other: tuple[int, int, int], most: int = 12) -> bool:
    return all(abs(one - two) <= most for one, two in zip(color, other, strict=True))


def _shows_halves(pixels: Pixels) -> bool:
    last = pixels.width - 1
    return _is_near(pixels.at(0, 0), HALVES[0]) and _is_near(pixels.at(last, pixels.height - 1), HALVES[1])


@pytest.mark.parametrize(
    "content",
    [
        encoded(halves()),
        encoded(halves(), "JPEG", quality=95),
        encoded(halves(), "JPEG", quality=95, progressive=True),
        encoded(halves(), "WEBP", quality=95),
        encoded(halves().convert("CMYK"), "JPEG", quality=95),
        encoded(halves().convert("P")),
        encoded(halves().convert("RGBA")),
        encoded(halves((2_000, 3_000)), "JPEG", quality=95),
    ],
    ids=["png", "jpeg", "progressive", "webp", "cmyk", "palette", "alpha", "large"],
)
def test_every_kind_of_cover_is_scaled(content: bytes) -> None:
    pixels = decode_cover(content, 18, 18)
    assert (pixels.width, pixels.height, len(pixels.rgb)) == (18, 18, 18 * 18 * 3)
    assert _shows_halves(pixels)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_shown(kind: str) -> None:
    content = encoded(halves(), kind, save_all=True, append_images=[Image.new("RGB", (64, 64), "white")] * 3)
    if kind == "GIF":
        with pytest.raises(NotACover):
            decode_cover(content, 8, 8)
    else:
        assert _shows_halves(decode_cover(content, 8, 8))


def test_sixteen_bits_are_scaled_to_eight() -> None:
    picture = Image.new("I;16", (4, 4), 0x8000)
    assert _is_near(decode_cover(encoded(picture), 2, 2).at(0, 0), (128, 128, 128), 1)


def test_grey_with_alpha_and_a_transparent_palette_lie_on_black() -> None:
    assert decode_cover(encoded(Image.new("LA", (8, 8), (255, 0))), 2, 2).at(1, 1) == (0, 0, 0)
    palette = Image.new("P", (8, 8), 0)
    palette.putpalette([255, 255, 255])
    assert decode_cover(encoded(palette, transparency=0), 2, 2).at(1, 1) == (0, 0, 0)


def test_a_wide_picture_shows_its_middle() -> None:
    picture = Image.new("RGB", (300, 100), "white")
    picture.paste((10, 120, 40), (100, 0, 200, 100))
    pixels = decode_cover(encoded(picture), 6, 6)
    assert {pixels.at(x, y) for x in range(1, 5) for y in range(6)} == {(10, 120, 40)}


@pytest.mark.parametrize("size", [(1, 1), (1, 5_000), (5_000, 1)])
def test_a_picture_of_one_pixel_and_a_line_are_drawn(size: tuple[int, int]) -> None:
    pixels = decode_cover(encoded(Image.new("RGB", size, (9, 8, 7))), 18, 18)
    assert set(zip(*[iter(pixels.rgb)] * 3, strict=True)) == {(9, 8, 7)}


# As in the program: the suite makes errors of warnings, and Pillow warns of the smaller ones.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "size", [(3_001, 3_000), (4_097, 4_097), (12_000, 12_000), (60_000, 60_000), (2**31 - 1, 1), (MAX_PIXELS + 1, 1)]
)
def test_a_decompression_bomb_is_refused_before_it_is_decoded(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(_: Image.Image) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "load", decode)
    with pytest.raises(NotACover) as refused:
        decode_cover(png_of_size(*size), 18, 18)
    assert "AssertionError" not in str(refused.value)


def test_a_bomb_of_text_is_refused() -> None:
    """A few kB of a PNG's text chunk can be decompressed to a gigabyte."""
    content = encoded(halves())
    bomb = b"Comment\0\0" + zlib.compress(b"\0" * 200_000_000, 9)
    chunk = len(bomb).to_bytes(4, "big") + b"zTXt" + bomb + zlib.crc32(b"zTXt" + bomb).to_bytes(4, "big")
    with pytest.raises(NotACover):
        decode_cover(content[:33] + chunk + content[33:], 18, 18)


def test_a_jpeg_with_thousands_of_scans_is_refused() -> None:
    """Each scan decodes the whole picture again: 5 MB of them took minutes."""
    content = encoded(halves(), "JPEG", progressive=True)
    assert content.count(b"\xff\xda") < MAX_SCANS
    start = content.rindex(b"\xff\xda")
    scan = content[start:-2]
    with pytest.raises(NotACover, match="scans"):
        decode_cover(content[:start] + scan * 200 + content[-2:], 18, 18)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><title>no</title>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
        b"GIF89a" + bytes(100),
        b"RIFF\x10\x00\x00\x00WEBPVP8 ",
        b"BM" + bytes(100),
        b"P6 2 2 255 " + bytes(12),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(100),
        encoded(halves())[:-40],
        encoded(halves((600, 600)), "JPEG")[:2_000],
        encoded(halves(), "WEBP")[:60],
        encoded(halves(), "TIFF"),
        encoded(halves(), "BMP"),
        encoded(halves(), "ICO"),
    ],
)
def test_other_types_and_cut_files_are_refused(content: bytes) -> None:
    with pytest.raises(NotACover):
        decode_cover(content, 18, 18)


def test_random_damage_is_refused_or_drawn() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        content = bytearray(encoded(halves(), kind))
        for place in range(2, len(content), max(1, len(content) // 120)):
            damaged = bytes(content[:place]) + bytes([content[place] ^ 0xA5]) + bytes(content[place + 1 :])
            try:
                assert decode_cover(damaged, 4, 4).width == 4
            except NotACover:
                continue


def test_only_three_decoders_are_used() -> None:
    assert cover_pixels.FORMATS == ("JPEG", "PNG", "WEBP")
    assert Image.MAX_IMAGE_PIXELS == MAX_PIXELS


@pytest.mark.parametrize("colors", [256, 64, 16, 2])
def test_a_picture_has_at_most_so_many_colors(colors: int) -> None:
    reduced = indexed(_NOISE, colors)
    assert (reduced.width, reduced.height, len(reduced.indices)) == (64, 64, 64 * 64)
    assert max(reduced.indices) < min(colors, len(reduced.palette))


def test_few_colors_stay_what_they_are() -> None:
    pixels = Pixels(2, 2, bytes((255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255)))
    reduced = indexed(pixels, 256)
    assert bytes(part for index in reduced.indices for part in reduced.palette[index]) == pixels.rgb


def test_a_file_shows_the_picture() -> None:
    pixels = picture(64, 48)
    content = jpeg(pixels, 100_000)
    assert content is not None
    with Image.open(BytesIO(content), formats=["JPEG"]) as image:
        assert image.size == (64, 48)
        difference = [abs(one - other) for one, other in zip(image.tobytes(), pixels.rgb, strict=True)]
    assert sum(difference) / len(difference) < 4


def test_a_file_gets_worse_until_it_is_small_enough() -> None:
    best = jpeg(_NOISE, 100_000)
    assert best is not None
    smaller = jpeg(_NOISE, len(best) - 1)
    assert smaller is not None
    assert len(smaller) < len(best)
    assert jpeg(_NOISE, 500) is None
