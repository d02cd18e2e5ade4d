"""A paste that no field could take: it is cut, told of, and what was typed before stays (T8)."""

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input, TextArea

from sunotui.tui.pasting import MOST_CHARACTERS
from tests.tui.quiet import Quiet, quiet_app


async def paste(quiet: Quiet, text: str) -> None:
    """As the terminal's reader does, by the app."""
    quiet.app.post_message(events.Paste(text))
    await quiet.settle()


def told(quiet: Quiet) -> str:
    return "\n".join(str(line.text) for line in quiet.app.chronicle.lines())


@pytest.mark.parametrize("length", [100_000, 1_000_000])
async def test_a_long_paste_is_cut_behind_what_was_typed(length: int, tmp_path: Path) -> None:
    async with quiet_app(tmp_path) as quiet:
        await quiet.press("n", *"rain: ")
        await paste(quiet, "drop " * (length // 5))
        field = quiet.app.screen.query_one("#description", TextArea)
        assert field.text == ("rain: " + "drop " * 2_000)[:MOST_CHARACTERS]
        assert f"Only the first {MOST_CHARACTERS - 6:,} of {length:,} characters were taken" in told(quiet)
        await paste(quiet, "and one more")
        assert len(field.text) == MOST_CHARACTERS, "a full field takes no more"
        field.select_all()
        await paste(quiet, "sun")
        assert field.text == "sun", "what is pasted over counts no more"


async def test_an_ordinary_paste_is_whole_and_tells_nothing(tmp_path: Path) -> None:
    async with quiet_app(tmp_path) as quiet:
        await quiet.press("n")
        await paste(quiet, "[Verse]\nrain\n")
        assert quiet.app.screen.query_one("#description", TextArea).text == "[Verse]\nrain\n"
        assert "Only the first" not in told(quiet)


async def test_a_line_takes_a_cut_paste_too(tmp_path: Path) -> None:
    async with quiet_app(tmp_path) as quiet:
        await quiet.press("n", "f3")
        field = quiet.app.screen.query_one("#title", Input)
        field.focus()
        await paste(quiet, "x" * 100_000)
        assert len(field.value) == MOST_CHARACTERS


async def test_a_draft_too_long_for_its_field_is_cut_and_told(tmp_path: Path) -> None:
    async with quiet_app(tmp_path) as quiet:
        await quiet.press("n", "f3")
        screen = quiet.app.screen
        screen.write("lyrics", "la " * 20_000)  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        await quiet.settle()
        assert len(screen.query_one("#lyrics", TextArea).text) == MOST_CHARACTERS
        assert "of 60,000 characters" in told(quiet)


async def test_a_pasted_token_is_refused_where_it_would_be_shown(tmp_path: Path) -> None:
    async with quiet_app(tmp_path) as quiet:
        await quiet.press("n", *"rain")
        await paste(quiet, "sk-CANARY0123456789")
        assert quiet.app.screen.query_one("#description", TextArea).text == "rain"
        assert "looks like a token, and was not taken" in told(quiet)
        assert "CANARY" not in quiet.text() + told(quiet)


async def test_a_typed_token_is_neither_sent_nor_kept(tmp_path: Path) -> None:
    async with quiet_app(tmp_path) as quiet:
        await quiet.press("n", *"rain sk-CANARY0123456789", "ctrl+s")
        assert "looks like a token, and was not taken" in told(quiet)
        assert quiet.app.screen.query_one("#description", TextArea).text == "rain "
        await quiet.press("escape")
        assert "CANARY" not in await quiet.bench.studio.shelf.draft("composer")
        assert quiet.bench.gateway.orders == []


async def test_no_label_is_a_token(tmp_path: Path) -> None:
    async with quiet_app(tmp_path) as quiet:
        await quiet.press("b", *"sk-CANARY0123456789", "enter")
        assert "looks like a token, and was not taken" in quiet.text()
        assert await quiet.bench.studio.keeper.labels() == []


async def test_a_note_takes_no_token(tmp_path: Path) -> None:
    async with quiet_app(tmp_path) as quiet:
        await quiet.press("N", *"key: sk-CANARY0123456789", "escape")
        assert "looks like a token, and was not taken" in quiet.text()
        await quiet.press("escape")
        assert await quiet.bench.studio.keeper.note_of(str(quiet.tasks.current)) == "key: "
