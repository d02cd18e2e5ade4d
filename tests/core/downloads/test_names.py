"""Names of saved files: safe on every system, never empty, cut by bytes."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sunotui.core.downloads.names import NAME_BYTES, NameFields, check_template, file_name
from sunotui.domain.errors import InvalidRequest
from sunotui.storage.config.settings import SAVE_TEMPLATE

WINDOWS_DEVICES = re.compile(
    r"(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])\s*(\..*)?",
    re.IGNORECASE,
)
ANY_TEXT = st.text(st.characters(), max_size=300)
TEMPLATES = st.sampled_from(
    [SAVE_TEMPLATE, "{title}.{ext}", "{artist} - {title} ({style}).{ext}", "{track} {title} {date} {clip}.{ext}"]
)


def named(title: str, template: str = SAVE_TEMPLATE, **options: int) -> str:
    """The name of a take with this title."""
    return file_name(template, NameFields(title=title, clip="12345678-aaaa-bbbb"), "mp3", **options)


def check_safe(name: str, limit: int = NAME_BYTES) -> None:
    """Fail for a name that a system refuses, reads as something else, or stores otherwise."""
    assert 0 < len(name.encode()) <= limit
    assert not re.search(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]', name)
    assert name[0] not in " .-~"
    assert name[-1] not in " ."
    assert not WINDOWS_DEVICES.fullmatch(name)
    assert unicodedata.normalize("NFC", name) == name
    assert name not in {".", ".."}


@pytest.mark.guarantee("W1", ordinary="21 titles, and generated ones", long="5,000 random titles")
@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("The Keeper Song", "The Keeper Song"),
        ("../../etc/passwd", "etc passwd"),
        ("C:\\Windows\\system32", "C Windows system32"),
        ("con", "con_"),
        ("CON.txt", "CON_.txt"),
        ("aux .x", "aux_.x"),
        ("COM¹", "COM¹_"),
        ("-rf *", "rf"),
        ("~root", "root"),
        (".hidden", "hidden"),
        ("tail. . ", "tail"),
        ("a\x00b\nc\x1b[31md", "ab c[31md"),
        ("x\u202egpm.exe", "xgpm.exe"),
        ("e\u0301", "é"),
        ('what? yes: "no" <b> a|b', "what yes no b a b"),
        ("", "untitled"),
        (" \u200b ", "untitled"),
        ("...", "untitled"),
        ("\ud800x", "x"),
        ("終電のあとで", "終電のあとで"),
        ("[Verse] {title}", "[Verse] {title}"),
    ],
)
def test_names(title: str, stem: str) -> None:
    name = named(title, "{title}.{ext}")
    assert name == f"{stem}.mp3"
    check_safe(name)


@pytest.mark.guarantee("W1")
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, TEMPLATES, st.integers(1, 10_000), st.integers(60, 255))
@example("e\u0301" * 200, "", "", SAVE_TEMPLATE, 10, 61)
@example("💃🏽" * 90, "con", "nul", SAVE_TEMPLATE, 1, 200)
@example("", "", "CON", "{title}.{ext}", 1, 60)
def test_any_text_makes_a_safe_name(title: str, style: str, clip: str, template: str, number: int, limit: int) -> None:
    fields = NameFields(title=title, style=style, artist=style, clip=clip, track="01", date="2026-11-30")
    name = file_name(template, fields, "mp3", number=number, limit=limit)
    check_safe(name, limit)
    assert name.endswith(f" ({number}).mp3" if number > 1 else ".mp3")


@pytest.mark.guarantee("W1")
@pytest.mark.long
@settings(max_examples=5_000, deadline=None)
@given(ANY_TEXT, st.integers(1, 10_000))
def test_five_thousand_titles_make_safe_names(title: str, number: int) -> None:
    check_safe(named(title, "{title}.{ext}", number=number))


@given(ANY_TEXT)
def test_a_long_title_never_displaces_the_id(title: str) -> None:
    assert named(title * 3).endswith("[12345678].mp3")


@pytest.mark.parametrize("title", [".", "..", " ", "-"])
def test_a_title_of_which_nothing_is_left_is_untitled(title: str) -> None:
    assert named(title) == "untitled [12345678].mp3"


def test_the_texts_are_cut_and_not_the_number() -> None:
    name = named("終" * 200, "{title}.{ext}", number=10)
    assert name.endswith("終 (10).mp3")
    assert len(name.encode()) in range(NAME_BYTES - 2, NAME_BYTES + 1)


def test_a_field_without_a_value_leaves_nothing_behind() -> None:
    assert file_name("{artist} - {title} ({style}) [{album}].{ext}", NameFields(title="Rain"), "mp3") == "Rain.mp3"


def test_an_extension_that_is_none_is_replaced() -> None:
    assert file_name("{title}.{ext}", NameFields(title="Rain"), "mp3/../x") == "Rain.bin"


@pytest.mark.parametrize("template", [SAVE_TEMPLATE, "{clip}.{ext}", "{{x}} {title}.{ext}"])
def test_templates_that_name_files(template: str) -> None:
    check_template(template)
    check_safe(named("Rain", template))


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{title", "not complete"),
        ("{tittle}.{ext}", "no field 'tittle'"),
        ("{title.__class__}.{ext}", "no field"),
        ("{title!r}.{ext}", "no field"),
        ("{title:>99999999}.{ext}", "no field"),
        ("{0}.{ext}", "no field '0'"),
        ("{title}/{clip}.{ext}", "no separators"),
        ("..\\{title}.{ext}", "no separators"),
        ("song.{ext}", "needs {title} or an id"),
        ("{title}", "ends with .{ext}"),
        ("{title}.{ext}.exe", "ends with .{ext}"),
    ],
)
def test_templates_that_do_not(template: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=re.escape(words)):
        check_template(template)
