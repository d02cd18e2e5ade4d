"""The sidebar alone: thousands of collections scroll, counts repaint only their lines, the chosen collection stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from unittest import mock

import pytest
from textual.app import ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from sunotui.domain.browse import EVERYTHING, Collection, CollectionKind
from sunotui.domain.tasks.summary import View
from sunotui.tui.library.sidebar import JournalLine, Line, Sidebar, collection_group, collection_label
from sunotui.tui.library.sidebar_popup import SidebarPopup
from sunotui.tui.theming.themed_app import ThemedApp
from sunotui.tui.theming.token_styles import Tone
from tests.tui.harness import open_app, song

HEIGHT = 20
LABELS = 10_000


def collection_counts(labels: int) -> dict[Collection, int]:
    """The built-in views, labels, one collection of each other kind, the trash last."""
    views = [Collection.of_view(view) for view in View]
    named = [Collection(CollectionKind.LABEL, f"label {number}") for number in range(labels)]
    others = [
        Collection(CollectionKind.ALBUM, "Rain"),
        Collection(CollectionKind.GATEWAY, "home"),
        Collection(CollectionKind.SEARCH, "jazz"),
    ]
    return dict.fromkeys((*views[:-1], *named, *others, views[-1]), 1)


class _Alone(ThemedApp[None]):
    CSS = """Sidebar { width: 18; height: 20; scrollbar-size-vertical: 0; overflow-x: hidden; }"""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[Collection] = []
        self.opened: list[Line] = []

    def compose(self) -> ComposeResult:
        yield Sidebar()

    def on_sidebar_chosen(self, event: Sidebar.Chosen) -> None:
        self.chosen.append(event.collection)

    def on_sidebar_opened(self, event: Sidebar.Opened) -> None:
        self.opened.append(event.line)


@asynccontextmanager
async def views_alone(labels: int) -> AsyncIterator[tuple[_Alone, Sidebar, Pilot[None]]]:
    app = _Alone()
    async with app.run_test(size=(40, HEIGHT)) as pilot:
        views = app.query_one(Sidebar)
        views.focus()
        views.show_counts(collection_counts(labels))
        await pilot.pause()
        app.chosen.clear()
        yield app, views, pilot


async def test_thousands_of_labels_can_be_scrolled_to_the_trash() -> None:
    async with views_alone(LABELS) as (app, views, pilot):
        await pilot.press("G")
        assert app.chosen == [Collection.of_view(View.TRASH)]
        assert views.render_line(HEIGHT - 1).text.startswith("▌Trash")
        assert "Journal" in views.render_line(HEIGHT - 2).text
        assert "jazz" in views.render_line(HEIGHT - 4).text
        assert "Searches" in views.render_line(HEIGHT - 5).text
        await pilot.press("g", "j")
        assert views.chosen == Collection.of_view(View.ACTIVE)
        assert views.scroll_offset.y == 0


async def test_groups_have_heads_that_the_cursor_skips() -> None:
    async with views_alone(1) as (_, views, pilot):
        text = [views.render_line(y).text for y in range(18)]
        assert [line.strip(" ▌─1").strip() for line in text] == [
            *("Songs", "Generating", "Lyrics", "Favourites", "Unplayed", "At risk", "Failed"),
            *("Albums", "Rain", "Labels", "label 0", "Gateways", "home", "Searches", "jazz"),
            *("", "Journal", "Trash"),
        ]
        await pilot.press(*"jjjjjjj")
        assert views.chosen.name == "Rain"
        await pilot.press("j")
        assert views.chosen.name == "label 0"
        await pilot.press("k", "k")
        assert views.chosen == Collection.of_view(View.FAILED)


async def test_the_journal_is_not_a_collection_and_the_list_stays() -> None:
    async with views_alone(0) as (app, views, pilot):
        await pilot.press("G", "k")
        assert views.current == JournalLine()
        assert views.chosen == Collection.of_view(View.TRASH)
        views.show_counts(collection_counts(0), 3)
        await pilot.pause()
        assert views.current == JournalLine(), "the cursor stays there"
        at = views._index
        assert views.render_line(at).text.split() == ["▌Journal", "3"]
        await pilot.click(views, offset=(3, at))
        assert app.opened == [JournalLine()]
        views.blur()
        await pilot.pause()
        assert views.current == views.chosen


async def test_counts_that_are_new_have_a_colour_and_zero_is_a_dash() -> None:
    async with views_alone(0) as (app, views, pilot):
        failed, active = Collection.of_view(View.FAILED), Collection.of_view(View.ACTIVE)
        views.show_counts(collection_counts(0) | {failed: 2, active: 0, EVERYTHING: 1_234})
        await pilot.pause()

        def number(y: int) -> tuple[str, object]:
            segment = list(views.render_line(y))[-1]
            assert segment.style is not None
            assert segment.style.color is not None
            return segment.text.strip(), segment.style.color.triplet

        assert number(0)[0] == "1,234"
        assert number(1) == ("–", number(2)[1])
        assert number(6)[0] == "2"
        bad = app.token_styles.style(Tone.BAD).color
        assert bad is not None
        assert number(6)[1] == bad.triplet


async def test_a_long_name_is_cut_with_an_ellipsis_and_stays_on_its_line() -> None:
    async with views_alone(0) as (_, views, pilot):
        names = ["x" * 1_000_000, "雨の東京" * 50, "a\nb\x1b[31m\u202e"]
        views.show_counts({EVERYTHING: 1} | {Collection(CollectionKind.LABEL, name): 5 for name in names})
        await pilot.pause()
        for y in range(2, 5):
            strip = views.render_line(y)
            assert strip.cell_length == 18
            assert strip.text.rstrip().endswith("5")
            assert strip.text.replace("…", "").isprintable()
        assert "…" in views.render_line(2).text


async def test_counts_repaint_the_lines_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with views_alone(LABELS) as (_, views, pilot):
        painted: list[Region] = []
        refresh = views.refresh
        monkeypatch.setattr(views, "refresh", lambda *regions, **_: painted.extend(regions) or refresh(*regions))  # type: ignore[func-returns-value]
        counts = collection_counts(LABELS)
        views.show_counts(counts)
        assert painted == []
        views.show_counts(counts | {Collection.of_view(View.FAILED): 7})
        await pilot.pause()
        assert [region.y for region in painted] == [6]
        assert views.render_line(painted[0].y).text.rstrip().endswith("7")


async def test_the_chosen_collection_stays_until_it_is_deleted() -> None:
    async with views_alone(50) as (app, views, pilot):
        views.chosen = Collection(CollectionKind.LABEL, "label 20")
        await pilot.pause()
        views.show_counts({collection: 1 for collection in collection_counts(60) if collection.name != "label 3"})
        await pilot.pause()
        assert views.chosen.name == "label 20"
        await pilot.press("j")
        assert views.chosen.name == "label 21"
        views.show_counts({collection: 1 for collection in collection_counts(60) if collection.name != "label 21"})
        await pilot.pause()
        assert views.chosen == EVERYTHING
        assert app.chosen[-1] == EVERYTHING


@pytest.mark.parametrize("kind", [CollectionKind.ALBUM, CollectionKind.LABEL])
async def test_a_collection_chosen_before_its_count_is_marked_with_its_line(kind: CollectionKind) -> None:
    app = _Alone()
    async with app.run_test(size=(40, HEIGHT)) as pilot:
        views = app.query_one(Sidebar)
        collection = Collection(kind, "Rain" if kind is CollectionKind.ALBUM else "label 3")
        views.chosen = collection
        views.show_counts(collection_counts(5))
        await pilot.pause()
        assert views.current == collection
        assert any(views.render_line(y).text.startswith(f"▌{collection.name}") for y in range(HEIGHT))


async def test_an_uncounted_collection_has_no_number() -> None:
    async with views_alone(0) as (_, views, pilot):
        jazz = Collection(CollectionKind.SEARCH, "jazz")
        views.show_counts(collection_counts(0) | {jazz: -1})
        await pilot.pause()
        assert [text for y in range(HEIGHT) if "jazz" in (text := views.render_line(y).text)] == [" jazz".ljust(18)]


async def test_a_click_chooses_the_collection_under_the_mouse() -> None:
    async with views_alone(100) as (_, views, pilot):
        views.scroll_to(y=30, animate=False)
        await pilot.pause()
        await pilot.click(views, offset=(3, 2))
        assert views.chosen.name == views.render_line(2).text.strip(" ▌1").strip()
        assert views.chosen.kind is CollectionKind.LABEL


async def test_a_double_click_opens() -> None:
    async with views_alone(0) as (app, views, pilot):
        await pilot.click(views, offset=(3, 2))
        assert app.opened == []
        await pilot.click(views, offset=(3, 2), times=2)
        assert app.opened == [Collection.of_view(View.LYRICS)]


def test_a_name_has_its_group() -> None:
    assert (collection_label(EVERYTHING), collection_group(EVERYTHING)) == ("Songs", "")
    rain = Collection(CollectionKind.LABEL, "Rain")
    assert (collection_label(rain), collection_group(rain)) == ("Rain", "Labels")
    assert len(collection_label(Collection(CollectionKind.ALBUM, "x" * 100_000))) < 1_000


async def test_a_popup_repaints_the_line_that_the_cursor_goes_to(tmp_path: Path) -> None:
    """When another program deletes the collection under it."""
    labels = [Collection(CollectionKind.LABEL, name) for name in ("a", "b", "c", "d")]
    async with open_app(tmp_path, (90, 30), tasks=[song(1, "One", 1_700_000_000.0)]) as harness:
        source = harness.app.screen_stack[0].query_one(Sidebar)
        source.show_counts({**source.counts, **dict.fromkeys(labels, 1)})
        harness.app.push_screen(SidebarPopup(source))
        await harness.settle()
        popup = harness.app.screen.query_one(Sidebar)
        popup._move_to(popup._lines.index(labels[1]), 1)
        await harness.settle()
        with mock.patch.object(Sidebar, "refresh") as refresh:
            popup.show_counts({name: count for name, count in source.counts.items() if name != labels[1]})
        painted = {region.y for call in refresh.mock_calls for region in call.args}
        assert popup.current == EVERYTHING
        assert popup._index in painted


async def test_the_popup_is_not_scrolled_further_than_it_has_to(tmp_path: Path) -> None:
    """Regression: it opened scrolled to what is listed."""
    async with open_app(tmp_path, (60, 15)) as harness:
        for number in range(8):
            await harness.core_harness.core.services.annotations.label(["task-4"], f"label {number}", True)
        await harness.press("w", "j", "j", "j", "enter", "w")
        popup = harness.app.screen.query_one(Sidebar)
        assert popup.current == Collection.of_view(View.FAVOURITES)
        assert popup.scroll_offset.y == 0
        assert "Songs" in harness.text_of(popup)
        await harness.press("G", "k", "k", "enter", "w")
        popup = harness.app.screen.query_one(Sidebar)
        assert popup._index - popup.scroll_offset.y == popup.size.height - 1, "no further than it has to"
