"""Searches saved under a name, with their order."""

from __future__ import annotations

from pathlib import Path

from sunotui.domain.annotations import SavedSearch
from sunotui.domain.browse import EVERYTHING, Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.search.query import parse
from sunotui.tui.library.screen import LibraryScreen
from tests.tui.harness import open_app
from tests.tui.library.actions.annotated import last_message, sidebar


async def test_a_search_is_saved_under_a_name_and_deleted(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("ctrl+s")
        assert "no search to save" in last_message(harness)
        await harness.press("slash")
        await harness.press(*"winter")
        await harness.until(lambda: harness.tasks.row_count == 1, "the search")
        await harness.press("ctrl+s")
        await harness.press(*"Cold", "enter")
        await harness.until(lambda: "Saved the search “Cold”" in last_message(harness), "the saved search")
        await harness.press("escape", "escape")
        collection = Collection(CollectionKind.SEARCH, "Cold")
        assert collection in sidebar(harness).counts
        sidebar(harness).chosen = collection
        await harness.settle()
        assert harness.tasks.current == "task-3"
        await harness.press("X")
        assert collection not in sidebar(harness).counts
        assert harness.tasks.row_count == 6
        await harness.press("u")
        assert collection in sidebar(harness).counts


async def test_a_saved_search_has_its_order_and_restores_the_previous_one(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        listing = ListQuery(query=parse("-lyrics"), sort=Sort.TITLE, is_reversed=True)
        await harness.core_harness.core.services.annotations.save_search("Kept", listing)
        await harness.settle()
        sidebar(harness).chosen = Collection(CollectionKind.SEARCH, "Kept")
        await harness.settle()
        assert "Title, style▾" in harness.text()
        await harness.press("g")
        assert harness.tasks.current == "task-4"
        sidebar(harness).chosen = EVERYTHING
        await harness.settle()
        assert "by title" not in harness.text()


async def test_a_saved_search_is_replaced_with_another_order_and_more_words(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations
        await annotations.save_search("Kept", ListQuery(query=parse("-lyrics"), sort=Sort.TITLE))
        await harness.settle()
        sidebar(harness).chosen = Collection(CollectionKind.SEARCH, "Kept")
        await harness.settle()
        await harness.press("slash", *"rain", "enter")
        screen = harness.app.screen_stack[0]
        assert isinstance(screen, LibraryScreen)
        screen.context.state.list_query = screen.context.state.list_query._replace(sort=Sort.AGE)
        await harness.press("ctrl+s", "enter")
        await harness.until(
            lambda: "Replaced the saved search “Kept” (was: -lyrics)" in last_message(harness), "the saved search"
        )
        assert await annotations.search("Kept") == SavedSearch("Kept", "-lyrics rain", Sort.AGE)


async def test_another_search_of_the_name_is_replaced_after_a_confirmation(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations
        await annotations.save_search("Kept", ListQuery(query=parse("tag:edm")))
        await harness.press("slash", *"rain", "enter", "ctrl+s", *"KEPT", "enter")
        await harness.until(lambda: "There is another search named" in harness.text(), "the question")
        assert "it searches for tag:edm" in harness.text()
        await harness.press("enter")
        assert (await annotations.search("Kept")).text == "tag:edm"
        await harness.press("ctrl+s", *"Kept", "enter")
        await harness.until(lambda: "There is another search named" in harness.text(), "the question")
        await harness.press("j", "enter")
        assert (await annotations.search("Kept")).text == "rain"


async def test_a_saved_search_changed_in_the_meantime_is_not_overwritten(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations
        await annotations.save_search("Kept", ListQuery(query=parse("-lyrics")))
        await harness.settle()
        sidebar(harness).chosen = Collection(CollectionKind.SEARCH, "Kept")
        await harness.settle()
        await harness.press("slash", *"rain", "enter", "ctrl+s")
        await annotations.save_search("Kept", ListQuery(query=parse("tag:edm")))
        await harness.press("enter")
        await harness.until(lambda: "There is another search named" in harness.text(), "the question")
        await harness.press("escape")
        assert (await annotations.search("Kept")).text == "tag:edm"
