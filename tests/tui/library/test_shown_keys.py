"""The footer of the library screen shows the keys that work on the current song, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.domain.annotations import TakeRef
from sunotui.domain.browse import Collection, CollectionKind
from sunotui.domain.errors import Charge, GatewayFailed
from sunotui.domain.tasks.summary import View
from sunotui.gateway.submit.outcome import Unknown
from sunotui.tui.library.sidebar import Sidebar
from sunotui.tui.widgets.footer import Footer
from tests.tui.harness import AppHarness, open_app

WIDE = (176, 40)


def keys(harness: AppHarness) -> str:
    """The keys of the footer, such as "y Copy URL"; a comma after each, so that no one is part of another."""
    return "".join(f"{key.key} {key.text}, " for key in harness.app.screen.query_one(Footer).keys)


def choose(harness: AppHarness, collection: Collection) -> None:
    harness.app.screen.query_one(Sidebar).chosen = collection


async def test_unplayed_songs_show_the_key_of_triage(tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as harness:
        assert "t Triage, " not in keys(harness)
        choose(harness, Collection.of_view(View.UNPLAYED))
        await harness.settle()
        assert "t Triage, " in keys(harness)


@pytest.mark.parametrize("task", ["task-2", "task-1"], ids=["lyrics", "failed"])
async def test_without_takes_no_key_works_on_a_take(task: str, tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as harness:
        for shown in ("y Copy URL, ", "e Extend, ", "R Reuse request, "):
            assert shown in keys(harness)
        harness.tasks.select(task)
        await harness.settle()
        for hidden in ("y Copy URL, ", "e Extend, ", "R Reuse request, "):
            assert hidden not in keys(harness)
        assert "s Favourite, " in keys(harness)
        await harness.press("enter")
        assert "Next take" not in keys(harness)
        assert "y Copy URL, " not in keys(harness)


async def test_the_next_take_is_offered_before_the_last(tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as harness:
        await harness.press("enter")
        assert keys(harness).startswith("j k Scroll, space Play, ] Next take, ")
        await harness.press("right_square_bracket")
        assert "Next take" not in keys(harness)
        await harness.press("left_square_bracket")
        assert "] Next take, " in keys(harness)


async def test_a_submission_without_a_song_has_no_keys_for_one(tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as harness:
        lost = Unknown(GatewayFailed(charge=Charge.MAYBE), "{}")
        harness.core_harness.gateway.outcome = lambda _: lost
        await harness.press("n", *"rain", "ctrl+s")
        await harness.press("g")
        for hidden in ("y Copy URL, ", "e Extend, ", "s Favourite, "):
            assert hidden not in keys(harness)
        assert "R Reuse request, " in keys(harness)
        await harness.press("j")
        assert "s Favourite, " in keys(harness)


async def test_an_empty_list_has_no_keys_for_a_song(tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as harness:
        choose(harness, Collection.of_view(View.FAVOURITES))
        await harness.until(lambda: not harness.tasks.row_count, "no favourites")
        assert keys(harness) == "/ Search, n New song, ^p Commands, ? Help, "
        await harness.press("tab")
        assert keys(harness) == "esc Back, "


async def test_the_trash_offers_to_restore(tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as harness:
        assert "Restore" not in keys(harness)
        await harness.press("j", "x")
        choose(harness, Collection.of_view(View.TRASH))
        await harness.until(lambda: harness.tasks.row_count == 1, "the trash")
        assert "x Restore, " in keys(harness)
        await harness.press("v")
        assert "x Restore 1, " in keys(harness)


async def test_marks_say_how_they_are_removed(tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as harness:
        await harness.press("v")
        assert "v Mark, " in keys(harness)
        assert keys(harness).endswith("esc Unmark all, ")
        await harness.press("k")
        assert "v Unmark, " in keys(harness)
        await harness.press("escape")
        assert "Unmark" not in keys(harness)


async def test_an_album_offers_to_move_its_songs_and_its_name(tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as harness:
        takes = [TakeRef("task-5"), TakeRef("task-4"), TakeRef("task-3")]
        await harness.core_harness.core.services.annotations.add_to_album("Best", takes)
        await harness.settle()
        assert "album" not in keys(harness)
        choose(harness, Collection(CollectionKind.ALBUM, "Best"))
        await harness.until(lambda: harness.tasks.row_count == 3, "the album")
        await harness.press("g")
        assert "alt+o Order album, alt+x Export album, A Rename album, " in keys(harness)
        await harness.press("alt+o")
        assert keys(harness) == "> Later, esc End ordering, ", "it is the first"
        await harness.press("G")
        assert keys(harness) == "< Earlier, esc End ordering, ", "it is the last"
        assert "ordering" in harness.text_of(harness.tasks)
        await harness.press("escape")
        assert "alt+o Order album, " in keys(harness)
