"""One line of the song list: its width, what it says of each state, and where the columns are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from sunotui.domain.browse import Sort
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.kinds import TaskStatus
from sunotui.domain.tasks.origin import Origin
from sunotui.domain.tasks.summary import PENDING_PREFIX, Branch, TaskSummary
from sunotui.domain.text import has_dangerous
from sunotui.tui import formatting
from sunotui.tui.library.task_list.columns import GUTTER, Column, Order, columns, heads, shows_order, sort_at
from sunotui.tui.library.task_list.progress import progress_of
from sunotui.tui.library.task_list.row import LineContent, relation_of, row_strip
from sunotui.tui.theming import glyphs
from sunotui.tui.theming.theme import SUNOTUI, shown_by, tokens
from sunotui.tui.theming.token_styles import Background, TokenStyles
from tests.tui.fake_list_source import NOW, row

_VARIABLES = SUNOTUI.to_color_system().generate()
STYLES = TokenStyles(_VARIABLES | tokens(_VARIABLES, is_ansi=False), shown_by(None))


def line(
    task: TaskSummary,
    width: int = 60,
    *,
    search: str = "",
    background: Background = Background.PLAIN,
    is_selected: bool = False,
) -> str:
    """The text of a song's line."""
    content = content_of(task, search=search, is_selected=is_selected)
    strip = row_strip(content, columns(width, with_gateway=True), width, background, STYLES)
    return "".join(segment.text for segment in strip)


def content_of(task: TaskSummary, *, search: str = "", is_selected: bool = False) -> LineContent:
    progress = None if task.status.is_final else progress_of(task, NOW)
    return LineContent(task, formatting.age(task.added_at, NOW), progress, is_selected, False, parse(search))


# --- the width -------------------------------------------------------------------------------------------------------

_texts = st.text(max_size=40) | st.text("a一\u200b\u0301\t\n\x1b\u202e\U0001f469\u200d가 [/]", max_size=400)
_numbers = st.none() | st.floats(0, 400_000)
_summaries = st.builds(
    row,
    st.just(1),
    title=_texts,
    root_title=_texts,
    style=_texts,
    labels=_texts,
    profile=_texts,
    model=_texts,
    fail_reason=_texts,
    status=st.sampled_from(TaskStatus),
    origin=st.sampled_from(Origin),
    branch=st.sampled_from(Branch),
    duration_s=_numbers,
    start_s=_numbers,
    end_s=_numbers,
    usual_s=_numbers,
    progress=st.none() | st.floats(0, 1),
    added_at=st.floats(-1e12, 1e12),
    takes=st.integers(0, 1_000),
    rating=st.integers(0, 5),
    lyric_lines=st.integers(0, 10_000),
    is_favourite=st.booleans(),
    is_unplayed=st.booleans(),
    is_streaming=st.booleans(),
)


@settings(max_examples=300)
@given(
    _summaries,
    st.integers(24, 260),
    st.booleans(),
    st.sampled_from(Background),
    st.booleans(),
    st.sampled_from(["", "a", "一", "style:a -b"]),
)
def test_every_line_is_as_wide_as_the_list_and_harmless(
    task: TaskSummary, width: int, with_gateway: bool, background: Background, is_selected: bool, search: str
) -> None:
    content = content_of(task, search=search, is_selected=is_selected)
    strip = row_strip(content, columns(width, with_gateway=with_gateway), width, background, STYLES)
    text = "".join(segment.text for segment in strip)
    assert cell_len(text) == strip.cell_length == width
    assert not has_dangerous(text)
    assert text[: -2 if width >= 45 else None].endswith(content.age)


@given(st.integers(1, 260), st.booleans(), st.sampled_from(Sort), st.booleans())
def test_the_columns_and_their_heads_fill_the_list(width: int, with_gateway: bool, sort: Sort, reverse: bool) -> None:
    shown = columns(width, with_gateway=with_gateway)
    if width >= 24:
        assert 4 + sum(shown) == width
        assert shown.title >= 9
    names = [text for text, _ in heads(shown, Order(sort, reverse))]
    assert [cell_len(name) for name in names] == [cells for _, cells in shown.cells()]


# --- the columns -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "since"),
    [
        (Column.RATING, 41),
        (Column.SAFETY, 45),
        (Column.STYLE, 72),
        (Column.MODEL, 97),
        (Column.LABELS, 105),
        (Column.GATEWAY, 111),
    ],
)
def test_columns_come_with_the_width_of_the_list(column: Column, since: int) -> None:
    def shown_in(width: int) -> bool:
        return column in dict(columns(width, with_gateway=True).cells())

    assert [width for width in range(24, 261) if shown_in(width)] == list(range(since, 261))


def test_stars_are_written_out_from_75_cells_a_lone_gateway_is_not_named() -> None:
    assert [columns(width, with_gateway=False).has_stars for width in (74, 75)] == [False, True]
    assert not columns(200, with_gateway=False).gateway
    assert all(18 <= columns(width, with_gateway=True).style <= 40 for width in range(72, 261))


def test_the_sorted_column_has_an_arrow() -> None:
    narrow, wide = columns(50, with_gateway=False), columns(110, with_gateway=False)
    assert [name.strip() for name, _ in heads(narrow, Order(Sort.AGE))] == ["Title, style", "", "Time", "Age▾", ""]
    assert [name.strip() for name, is_sorted in heads(wide, Order(Sort.MODEL, True)) if is_sorted] == ["Model▴"]
    assert [name.strip() for name, is_sorted in heads(narrow, Order(Sort.RATING)) if is_sorted] == ["★▾"]
    assert not shows_order(narrow, Order(Sort.MODEL))
    assert shows_order(wide, Order(Sort.MODEL))
    assert not shows_order(wide, Order(Sort.RELEVANCE))


def test_a_head_is_found_by_its_cells() -> None:
    shown = columns(110, with_gateway=False)
    found = [sort_at(shown, x) for x in range(110)]
    assert found[0] is Sort.TITLE, "the signs before the title belong to it"
    assert found[-1] is None
    assert found[-3] is Sort.AGE
    assert list(dict.fromkeys(found[:-2])) == [Sort.TITLE, None, Sort.MODEL, Sort.RATING, Sort.LENGTH, Sort.AGE]
    assert found.count(Sort.LENGTH) == shown.time
    assert sort_at(shown, 110) is None


# --- what a line says ------------------------------------------------------------------------------------------------


def test_the_first_cell_says_one_thing() -> None:
    played, unplayed = row(1), row(1, is_unplayed=True)
    assert line(unplayed, is_selected=True)[0] == glyphs.MARKED
    assert line(unplayed, background=Background.CURSOR)[0] == glyphs.UNPLAYED
    assert line(played, background=Background.CURSOR)[0] == glyphs.CURSOR
    assert line(played, background=Background.CURSOR_IDLE)[0] == " "


@pytest.mark.parametrize(
    ("facts", "glyph"),
    [
        ({}, glyphs.SONG),
        ({"origin": Origin.LYRICS}, glyphs.LYRICS),
        ({"origin": Origin.EXTENSION}, glyphs.EXTENSION),
        ({"origin": Origin.JOINED}, glyphs.JOINED),
        ({"origin": Origin.COVER}, glyphs.COVER),
        ({"origin": Origin.STEMS}, glyphs.STEMS),
        ({"origin": Origin.SECTION}, glyphs.SECTION),
        ({"origin": Origin.UPLOAD}, glyphs.UPLOAD),
        ({"origin": Origin.COVER, "status": TaskStatus.IN_PROGRESS}, glyphs.GENERATING),
        ({"status": TaskStatus.QUEUED}, glyphs.QUEUED),
        ({"status": TaskStatus.FAILURE}, glyphs.FAILED),
        ({"status": TaskStatus.UNKNOWN}, glyphs.UNKNOWN),
        ({"status": TaskStatus.LOST}, glyphs.UNKNOWN),
    ],
)
def test_the_state_of_a_song_or_else_its_kind(facts: dict[str, object], glyph: str) -> None:
    assert line(row(1, **facts))[2] == glyph


def test_the_style_follows_the_title_until_it_has_a_column() -> None:
    song = row(1, title="Neon Rain", style="synthwave, slow", duration_s=137.0)
    assert line(song, 50) == "  ♫ Neon Rain  synthwave, slow         2:17   2d  "
    assert line(song, 40) == "  ♫ Neon Rain  synthwave, s…   2:17   2d"
    assert line(song, 32) == "  ♫ Neon Rain          2:17   2d"
    assert line(song, 80).startswith("  ♫ Neon Rain")
    assert line(song, 80).index("synthwave, slow") == 4 + columns(80, with_gateway=True).title
    assert "24 lines" in line(row(1, origin=Origin.LYRICS, lyric_lines=24), 50)
    assert "uploaded" in line(row(1, origin=Origin.UPLOAD), 50)


def test_what_the_user_gave() -> None:
    song = row(1, is_favourite=True, rating=4, labels="sea, late night", profile="nova")
    assert "♥ ★4" in line(song, 60)
    assert "♥ ★★★★ " in line(song, 80)
    assert "sea, late nig…" in line(song, 120) or "sea, late ni…" in line(song, 120)
    assert "nova" in line(song, 120)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"status": TaskStatus.FAILURE, "fail_reason": "The style names an artist"}, "the style names an artist"),
        ({"status": TaskStatus.FAILURE, "fail_reason": "CUDA is out"}, "CUDA is out"),
        ({"status": TaskStatus.FAILURE}, "failed"),
        ({"status": TaskStatus.UNKNOWN, "id": PENDING_PREFIX + "1"}, "outcome unknown, see J"),
        ({"status": TaskStatus.UNKNOWN}, "outcome unknown"),
        ({"status": TaskStatus.LOST}, "lost by the gateway"),
    ],
)
def test_a_reason_spans_the_columns(facts: dict[str, object], reason: str) -> None:
    for width in (60, 120):
        text = line(row(1, **facts), width)
        assert text.rstrip() == f"  {text[2]} Song 1  {reason}".ljust(width - 4) + "2d"


@pytest.mark.parametrize("width", [52, 60])
@pytest.mark.parametrize("reason", ["no credits left", "the style names an artist"])
def test_a_reason_is_complete_after_a_long_title(width: int, reason: str) -> None:
    """52 cells are those of the list at 100 and at 120 columns."""
    text = line(row(1, title="x" * 100, status=TaskStatus.FAILURE, fail_reason=reason), width)
    assert f"x…  {reason}" in text


def test_a_long_reason_leaves_a_third_of_the_line_to_a_long_title() -> None:
    text = line(row(1, title="x" * 100, status=TaskStatus.FAILURE, fail_reason="y" * 100), 60)
    assert text.count("x") == (60 - GUTTER - 5 - 2) // 3 - 1
    assert "y…" in text


def test_progress_that_the_gateway_reports_is_a_bar_with_percent() -> None:
    text = line(row(1, status=TaskStatus.IN_PROGRESS, progress=0.55, usual_s=60.0, added_at=NOW - 12), 60)
    assert text == "  ◔ Song 1" + " " * 23 + "━━━━━━━╸──────  55%   10s  "


@pytest.mark.parametrize(
    ("usual_s", "age_s", "words", "share", "lasts_s"),
    [
        (90.0, 41.0, "≈50s", 1 - 50 / 90, 9.0),
        (90.0, 40.0, "≈50s", 1 - 50 / 90, 10.0),
        (90.0, 50.5, "≈40s", 1 - 40 / 90, 9.5),
        (200.0, 0.0, "≈3:20", 0.0, 10.0),
        (800.0, 0.0, "≈13m", 0.0, 10.0),
        (90.0, 90.0, "1m", 0.95, None),
        (90.0, 200.0, "3m", 0.95, None),
        (None, 41.0, "generating", None, None),
    ],
)
def test_experience_gives_an_estimate_of_the_time_left(
    usual_s: float | None, age_s: float, words: str, share: float | None, lasts_s: float | None
) -> None:
    found = progress_of(row(1, status=TaskStatus.IN_PROGRESS, usual_s=usual_s, added_at=NOW - age_s), NOW)
    assert (found.words, found.is_reported) == (words, False)
    assert found.share == (share if share is None else pytest.approx(share))
    assert found.lasts_s == (lasts_s if lasts_s is None else pytest.approx(lasts_s))


@given(st.floats(1, 10_000), st.floats(0, 10_000))
def test_an_estimate_is_true_until_it_is_drawn_again(usual_s: float, age_s: float) -> None:
    task = row(1, status=TaskStatus.IN_PROGRESS, usual_s=usual_s, added_at=NOW - age_s)
    found = progress_of(task, NOW)
    if found.lasts_s is not None:
        assert 0 < found.lasts_s <= 10.001
        before, after = (progress_of(task, NOW + found.lasts_s + step) for step in (-0.01, 0.01))
        assert (before.words, before.share) == (found.words, found.share) or found.lasts_s < 0.02
        assert (after.words, after.share) != (found.words, found.share) or after.lasts_s is not None


def test_what_is_queued_has_no_bar() -> None:
    text = line(row(1, status=TaskStatus.QUEUED, usual_s=60.0), 60)
    assert text.split() == ["◌", "Song", "1", "queued", "2d"]
    assert line(row(1, status=TaskStatus.NOT_STARTED, id=PENDING_PREFIX + "1"), 60).split()[-2] == "sending"


def test_a_title_takes_the_room_of_a_bar_that_is_not_there() -> None:
    """Fails if a row without a bar leaves the bar's cells empty."""
    title = "thunder over the orchard, then rain"
    assert title in line(row(1, status=TaskStatus.SUBMITTED, title=title), 60)


def test_a_bar_has_half_cells() -> None:
    assert formatting.bar(0.0, 10) == ("", "─" * 10)
    assert formatting.bar(0.55, 10) == ("━━━━━╸", "────")
    assert formatting.bar(1.0, 10) == ("━" * 10, "")


# --- lineages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "relation"),
    [
        ({"origin": Origin.EXTENSION, "start_s": 107.0}, "extended from 1:47"),
        ({"origin": Origin.EXTENSION}, "extended"),
        ({"origin": Origin.COVER, "style": "bossa nova, nylon guitar"}, "cover: bossa nova"),
        ({"origin": Origin.COVER}, "cover"),
        ({"origin": Origin.STEMS, "takes": 12}, "stems: 12 parts"),
        ({"origin": Origin.SECTION, "start_s": 48.0, "end_s": 64.0}, "0:48–1:04 replaced"),
        ({"origin": Origin.SECTION}, "section replaced"),
        ({"origin": Origin.JOINED}, "joined"),
        ({}, ""),
    ],
)
def test_relations(facts: dict[str, object], relation: str) -> None:
    assert relation_of(row(1, **facts)) == relation


def test_a_child_is_named_by_its_relation_and_its_own_differing_name() -> None:
    child = row(1, title="Gulls", root_title="Gulls", origin=Origin.JOINED, branch=Branch.MIDDLE)
    assert line(child).startswith("  ⊞ ├ joined  ")
    assert line(child._replace(title="Terns", branch=Branch.LAST)).startswith("  ⊞ └ joined · Terns  ")
    assert line(child._replace(branch=Branch.NONE)).startswith("  ⊞ Gulls  ")
    assert line(child._replace(origin=Origin.SONG)).startswith("  ♫ ├ Gulls  ")


# --- found words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [60, 80])
def test_found_words_are_underlined_in_the_title_and_in_the_style(width: int) -> None:
    task = row(1, title="Folk Song", style="indie folk, banjo")
    strip = row_strip(
        content_of(task, search="folk"), columns(width, with_gateway=False), width, Background.PLAIN, STYLES
    )
    found = [segment.text for segment in strip if segment.style is not None and segment.style.underline]
    assert found == ["Folk", "folk"]
