"""A text that does not fit into a field is rejected completely with a message, and the field is unchanged (T8)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input, TextArea

from sunotui.domain.annotations import NOTE_LIMIT
from sunotui.domain.requests.request import MusicRequest
from sunotui.tui.terminal.paste_limit import MOST_CHARACTERS
from tests.support.send_request import send_request
from tests.tui.harness import AppHarness, open_app


async def paste(harness: AppHarness, text: str) -> None:
    """Paste as the terminal driver does, through the app."""
    harness.app.post_message(events.Paste(text))
    await harness.settle()


def messages(harness: AppHarness) -> str:
    return "\n".join(str(line.text) for line in harness.app.message_log.lines())


@pytest.mark.parametrize("length", [MOST_CHARACTERS - 5, 100_000, 1_000_000])
async def test_a_paste_that_does_not_fit_is_rejected_completely(length: int, tmp_path: Path) -> None:
    """Verified to fail with truncation at the limit: half a song looked complete."""
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain: ")
        await paste(harness, "d" * length)
        field = harness.app.screen.query_one("#description", TextArea)
        assert field.text == "rain: "
        assert f"A text of {length:,} characters was refused: the field takes 10,000 and has 6 already" in messages(
            harness
        )
        await paste(harness, "d" * (MOST_CHARACTERS - 6))
        assert len(field.text) == MOST_CHARACTERS, "what fits is taken whole"
        field.select_all()
        await paste(harness, "sun")
        assert field.text == "sun", "what is pasted over counts no more"


async def test_an_ordinary_paste_is_complete_without_a_message(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        await paste(harness, "[Verse]\nrain\n")
        assert harness.app.screen.query_one("#description", TextArea).text == "[Verse]\nrain\n"
        assert "not taken" not in messages(harness)


async def test_a_one_line_field_joins_lines_and_rejects_a_long_paste(tmp_path: Path) -> None:
    """Verified to fail with Textual's own behaviour, which accepts the first line and silently drops the others."""
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3")
        field = harness.app.screen.query_one("#title", Input)
        field.focus()
        await paste(harness, "x" * 100_000)
        assert field.value == ""
        await paste(harness, "Rain\r\n on a  tin\n\nroof\n")
        assert field.value == "Rain on a  tin roof"


async def test_a_note_accepts_its_maximum_length(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("N", "a")
        await paste(harness, "b" * NOTE_LIMIT)
        area = harness.app.screen.query_one("#note-text", TextArea)
        assert area.text == "a"
        assert "A text of 65,536 characters was refused: the field takes 65,536 and has 1 already" in messages(harness)
        await paste(harness, "b" * (NOTE_LIMIT - 1))
        assert len(area.text) == NOTE_LIMIT


async def test_a_text_too_long_for_its_field_is_rejected(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3")
        screen: Any = harness.app.screen
        assert screen.session.write("lyrics", "la")
        assert not screen.session.write("lyrics", "la " * 20_000)
        await asyncio.sleep(0)
        await harness.settle()
        assert screen.query_one("#lyrics", TextArea).text == "la"
        assert "A text of 60,000 characters was refused: the field takes 10,000; 'Lyrics' is unchanged" in messages(
            harness
        )


async def test_a_draft_is_restored_completely(tmp_path: Path) -> None:
    """Typed text may be longer than a paste limit. Verified to fail with truncation when it is restored."""
    lyrics = "la " * 5_000
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3")
        area = harness.app.screen.query_one("#lyrics", TextArea)
        area.insert(lyrics)
        await harness.press("escape", "n")
        area = harness.app.screen.query_one("#lyrics", TextArea)
        await harness.until(lambda: area.text == lyrics, "the draft")
        await harness.press("ctrl+n")
        assert area.text == ""
        await harness.press("ctrl+r", "enter")
        await harness.until(lambda: area.text == lyrics, "the draft that was set aside")
        assert "not taken" not in messages(harness)


async def test_a_token_in_a_long_text_is_removed_and_the_rest_stays(tmp_path: Path) -> None:
    """Typed text may be longer than the limit; verified to fail with a rejection of the text without the token."""
    lyrics = "la " * 5_000
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3")
        area = harness.app.screen.query_one("#lyrics", TextArea)
        area.insert(f"{lyrics}sk-CANARY0123456789")
        assert area.text == lyrics
        assert area.cursor_location == (0, len(lyrics))


@pytest.mark.parametrize("is_recalled", [True, False])
async def test_a_text_of_a_request_that_does_not_fit_is_named_and_left_out(is_recalled: bool, tmp_path: Path) -> None:
    request = MusicRequest(lyrics="l" * 60_000, style="jazz", model="chirp-v4")
    async with open_app(tmp_path) as harness:
        if is_recalled:
            await send_request(harness.core_harness.core, request, "main")
            await harness.press("n", "ctrl+r", "enter")
        else:
            harness.app.navigator.open_composer(request)
        await harness.until(lambda: "Lyrics: a text of" in messages(harness), "the sentence")
        screen: Any = harness.app.screen
        assert "Lyrics: a text of 60,000 characters was refused: the field takes 10,000" in messages(harness)
        assert screen.query_one("#lyrics", TextArea).text == ""
        assert screen.query_one("#style", Input).value == "jazz"


async def test_a_pasted_token_is_rejected_where_it_would_be_visible(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain")
        await paste(harness, "sk-CANARY0123456789")
        assert harness.app.screen.query_one("#description", TextArea).text == "rain"
        assert "looks like a token and was removed" in messages(harness)
        assert "CANARY" not in harness.text() + messages(harness)


async def test_a_typed_token_is_neither_sent_nor_saved(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain sk-CANARY0123456789")
        assert "looks like a token and was removed" in messages(harness)
        area = harness.app.screen.query_one("#description", TextArea)
        assert area.text == "rain "
        await harness.press("backspace", *" falls", "escape")
        assert area.text == "rain falls"
        assert "CANARY" not in await harness.core_harness.core.reader.draft("composer")


async def test_no_label_is_a_token(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("b", *"sk-CANARY0123456789")
        assert "looks like a token and was removed" in harness.text()
        await harness.press("enter")
        assert await harness.core_harness.core.services.annotations.labels() == []


async def test_a_note_takes_no_token(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("N", *"key: sk-CANARY0123456789", "ctrl+s")
        assert "looks like a token and was removed" in harness.text()
        await harness.press("ctrl+s")
        assert await harness.core_harness.core.services.annotations.note_of(str(harness.tasks.current)) == "key: "


@pytest.mark.parametrize(
    ("keys", "place"),
    [(("slash",), "#search-line"), (("b",), "#filter"), (("n", "f6", "alt+o"), "#filter")],
    ids=["the search line", "the line for labels", "the line that finds a take"],
)
async def test_a_token_typed_into_a_text_input_is_removed(keys: tuple[str, ...], place: str, tmp_path: Path) -> None:
    """Regression: inputs showed the token and kept it."""
    async with open_app(tmp_path) as harness:
        await harness.press(*keys)
        line = harness.app.screen.query_one(place, Input)
        await harness.press(*"sk-", *"abcdefgh12345678")
        assert line.value == ""
        await harness.press("backspace", *"jazz")
        assert line.value == "jazz"
