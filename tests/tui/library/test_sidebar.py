"""The sidebar alone: thousands of collections scroll, counts repaint only their lines, the chosen collection stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from sunotui.domain.browse import EVERYTHING, Collection, CollectionKind
from sunotui.domain.tasks.summary import View
from sunotui.tui.library.sidebar import Sidebar, collection_label

HEIGHT = 20
LABELS = 10_000


def places(labels: int) -> dict[Collection, int]:
    """The built-in views, labels, one collection of each other kind, the trash last."""
    views = [Collection.of_view(view) for view in View]
    named = [Collection(CollectionKind.LABEL, f"label {number}") for number in range(labels)]
    others = [
        Collection(CollectionKind.ALBUM, "Rain"),
        Collection(CollectionKind.GATEWAY, "home"),
        Collection(CollectionKind.SEARCH, "jazz"),
    ]
    return dict.fromkeys((*views[:-1], *named, *others, views[-1]), 1)


class _Alone(App[None]):
    CSS = "Sidebar { width: 18; height: 20; scrollbar-size-vertical: 1; overflow-x: hidden; }"

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[Collection] = []

    def compose(self) -> ComposeResult:
        yield Sidebar()

    def on_sidebar_chosen(self, event: Sidebar.Chosen) -> None:
        self.chosen.append(event.collection)


@asynccontextmanager
async def views_alone(labels: int) -> AsyncIterator[tuple[_Alone, Sidebar, Pilot[None]]]:
    app = _Alone()
    async with app.run_test(size=(40, HEIGHT)) as pilot:
        views = app.query_one(Sidebar)
        views.focus()
        views.show_counts(places(labels))
        await pilot.pause()
        app.chosen.clear()
        yield app, views, pilot


async def test_thousands_of_labels_can_be_scrolled_to_the_trash() -> None:
    async with views_alone(LABELS) as (app, views, pilot):
        await pilot.press("G")
        assert app.chosen == [Collection.of_view(View.TRASH)]
        assert views.render_line(HEIGHT - 1).text.startswith("▌Trash")
        assert "/jazz" in views.render_line(HEIGHT - 2).text
        assert "♫ Rain" in views.render_line(HEIGHT - 4).text
        await pilot.press("g", "j")
        assert views.chosen == Collection.of_view(View.ACTIVE)
        assert views.scroll_offset.y == 0


async def test_counts_repaint_the_lines_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with views_alone(LABELS) as (_, views, pilot):
        painted: list[Region] = []
        refresh = views.refresh
        monkeypatch.setattr(views, "refresh", lambda *regions, **_: painted.extend(regions) or refresh(*regions))
        counts = places(LABELS)
        views.show_counts(counts)
        assert painted == []
        views.show_counts(counts | {Collection.of_view(View.FAILED): 7})
        await pilot.pause()
        assert [region.y for region in painted] == [list(View).index(View.FAILED)]
        assert views.render_line(painted[0].y).text.rstrip().endswith("7")


async def test_the_chosen_collection_stays_until_it_is_deleted() -> None:
    async with views_alone(50) as (app, views, pilot):
        views.chosen = Collection(CollectionKind.LABEL, "label 20")
        await pilot.pause()
        views.show_counts({place: 1 for place in places(60) if place.name != "label 3"})
        await pilot.pause()
        assert views.chosen.name == "label 20"
        await pilot.press("j")
        assert views.chosen.name == "label 21"
        views.show_counts({place: 1 for place in places(60) if place.name != "label 21"})
        await pilot.pause()
        assert views.chosen == EVERYTHING
        assert app.chosen[-1] == EVERYTHING


async def test_an_uncounted_collection_has_no_number() -> None:
    async with views_alone(0) as (_, views, pilot):
        jazz = Collection(CollectionKind.SEARCH, "jazz")
        views.show_counts(places(0) | {jazz: -1})
        await pilot.pause()
        at = list(places(0)).index(jazz)
        assert views.render_line(at).text.strip() == "/jazz"


async def test_a_click_chooses_the_collection_under_the_mouse() -> None:
    async with views_alone(100) as (_, views, pilot):
        views.scroll_to(y=30, animate=False)
        await pilot.pause()
        await pilot.click(views, offset=(3, 2))
        assert views.chosen == list(places(100))[32]


def test_names_show_the_kind_of_collection() -> None:
    assert collection_label(EVERYTHING) == "All"
    assert collection_label(Collection(CollectionKind.LABEL, "Rain")) == "#Rain"
    assert len(collection_label(Collection(CollectionKind.ALBUM, "x" * 100_000))) < 1_000
