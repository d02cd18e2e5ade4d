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


def keys(quiet: AppHarness) -> str:
    """The keys of the footer, such as "y Copy URL"; a comma after each, so that no one is part of another."""
    return "".join(f"{key.key} {key.text}, " for key in quiet.app.screen.query_one(Footer).keys)


def choose(quiet: AppHarness, collection: Collection) -> None:
    quiet.app.screen.query_one(Sidebar).chosen = collection


@pytest.mark.parametrize("task", ["task-2", "task-1"], ids=["lyrics", "failed"])
async def test_without_takes_no_key_works_on_a_take(task: str, tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as quiet:
        for shown in ("y Copy URL, ", "e Extend, ", "R Reuse request, "):
            assert shown in keys(quiet)
        quiet.tasks.select(task)
        await quiet.settle()
        for hidden in ("y Copy URL, ", "e Extend, ", "R Reuse request, "):
            assert hidden not in keys(quiet)
        assert "s Favourite, " in keys(quiet)
        await quiet.press("enter")
        assert "Next take" not in keys(quiet)
        assert "y Copy URL, " not in keys(quiet)


async def test_the_next_take_is_offered_before_the_last(tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as quiet:
        await quiet.press("enter")
        assert keys(quiet).startswith("j k Scroll, space Play, ] Next take, ")
        await quiet.press("right_square_bracket")
        assert "Next take" not in keys(quiet)
        await quiet.press("left_square_bracket")
        assert "] Next take, " in keys(quiet)


async def test_a_submission_without_a_song_has_no_keys_for_one(tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as quiet:
        lost = Unknown(GatewayFailed(charge=Charge.MAYBE), "{}")
        quiet.core_harness.gateway.outcome = lambda _: lost
        await quiet.press("n", *"rain", "ctrl+s")
        await quiet.press("g")
        for hidden in ("y Copy URL, ", "e Extend, ", "s Favourite, "):
            assert hidden not in keys(quiet)
        assert "R Reuse request, " in keys(quiet)
        await quiet.press("j")
        assert "s Favourite, " in keys(quiet)


async def test_an_empty_list_has_no_keys_for_a_song(tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as quiet:
        choose(quiet, Collection.of_view(View.STARRED))
        await quiet.until(lambda: not quiet.tasks.row_count, "no favourites")
        assert keys(quiet) == "/ Search, n New song, ^p Commands, ? Help, "
        await quiet.press("tab")
        assert keys(quiet) == "esc Back, "


async def test_the_trash_offers_to_restore(tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as quiet:
        assert "Restore" not in keys(quiet)
        await quiet.press("j", "x")
        choose(quiet, Collection.of_view(View.TRASH))
        await quiet.until(lambda: quiet.tasks.row_count == 1, "the trash")
        assert "x Restore, " in keys(quiet)
        await quiet.press("v")
        assert "x Restore 1, " in keys(quiet)


async def test_marks_say_how_they_are_removed(tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as quiet:
        await quiet.press("v")
        assert "v Mark, " in keys(quiet)
        assert keys(quiet).endswith("esc Unmark all, ")
        await quiet.press("k")
        assert "v Unmark, " in keys(quiet)
        await quiet.press("escape")
        assert "Unmark" not in keys(quiet)


async def test_an_album_offers_to_move_its_songs_and_its_name(tmp_path: Path) -> None:
    async with open_app(tmp_path, WIDE) as quiet:
        takes = [TakeRef("task-5"), TakeRef("task-4"), TakeRef("task-3")]
        await quiet.core_harness.core.services.annotations.add_to_album("Best", takes)
        await quiet.settle()
        assert "album" not in keys(quiet)
        choose(quiet, Collection(CollectionKind.ALBUM, "Best"))
        await quiet.until(lambda: quiet.tasks.row_count == 3, "the album")
        await quiet.press("g")
        assert "alt+o Order album, A Rename album, " in keys(quiet)
        await quiet.press("alt+o")
        assert keys(quiet) == "> Later, esc End ordering, ", "it is the first"
        await quiet.press("G")
        assert keys(quiet) == "< Earlier, esc End ordering, ", "it is the last"
        assert "ordering" in quiet.text_of(quiet.tasks)
        await quiet.press("escape")
        assert "alt+o Order album, " in keys(quiet)
