"""Earlier requests and drafts can be restored: no typed text is lost by a key on a take."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import TextArea

from sunotui.domain.requests.request import DerivedRequest, LyricsRequest, MusicRequest, Request, UploadRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.composer.drafts.store import SavedDraft
from sunotui.tui.composer.recall import recall_picker
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs.picker import PickerDialog
from tests.tui.harness import AppHarness, open_app


def text_of(harness: AppHarness, name: str) -> str:
    screen = harness.app.screen
    assert isinstance(screen, ComposeScreen)
    return screen.session.form.text_of(name)


async def test_beginnings_of_words_find_an_earlier_request(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        for words in ("rain on a tin roof", "snow in the harbour", "a lighthouse"):
            await harness.press("n", "ctrl+n")
            harness.app.screen.query_one("#description", TextArea).load_text(words)
            await harness.press("ctrl+s")
        await harness.press("n", "ctrl+r")
        assert isinstance(harness.app.screen, PickerDialog)
        assert harness.text().index("a lighthouse") < harness.text().index("snow in the harbour")
        await harness.press(*"har snow")
        assert "tin roof" not in harness.text()
        await harness.press("enter")
        assert text_of(harness, "description") == "snow in the harbour"


async def test_leaving_the_list_changes_nothing(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"mine", "ctrl+r", "down", "escape")
        assert text_of(harness, "description") == "mine"
        await harness.press("ctrl+r", *"zzzzzz", "enter")
        assert isinstance(harness.app.screen, PickerDialog)


async def test_a_draft_replaced_by_a_take_can_be_restored(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3")
        harness.app.screen.query_one("#lyrics", TextArea).load_text("my precious words")
        await harness.press("escape")
        await harness.press("j", "L", "x", "escape")
        await harness.press("n")
        assert "precious" not in text_of(harness, "lyrics")
        await harness.press("ctrl+r", *"precious", "enter")
        assert text_of(harness, "lyrics") == "my precious words"
        # And the text that it replaced in turn is not lost, either.
        await harness.press("ctrl+r")
        assert "draft" in harness.text()
        assert "Everybody in the place" in harness.text()


async def test_opening_a_takes_form_does_not_change_the_draft(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"mine", "escape")
        await harness.press("R", "escape", "n")
        assert text_of(harness, "description") == "mine"


async def test_the_draft_is_restored_after_the_other_form_was_sent(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"mine", "escape")
        await harness.press("R", *" and more", "ctrl+s")
        assert len(harness.core_harness.gateway.orders) == 1
        await harness.press("n")
        assert text_of(harness, "description") == "mine"


async def test_a_recent_duplicate_is_reported_beside_the_form(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain", "ctrl+s")
        await harness.press("n", *"rain")
        await harness.until(lambda: "The same was just sent" in harness.text(), "the warning")
        await harness.press(*"bow")
        await harness.until(lambda: "The same was just sent" not in harness.text(), "its end")


@pytest.mark.parametrize(
    ("typed", "done"),
    [("[Ch", "[Chorus]"), ("la\n[Bri", "la\n[Bridge]"), ("[Verse 1]\nla\n[V", "[Verse 1]\nla\n[Verse 2]")],
)
async def test_a_section_tag_is_suggested_and_accepted(typed: str, done: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3")
        area = harness.app.screen.query_one("#lyrics", TextArea)
        area.load_text(typed[:-1])
        area.move_cursor(area.document.end)
        area.focus()
        await harness.press(typed[-1], "right")
        assert area.text.casefold() == done.casefold()


def test_the_text_of_a_row() -> None:
    requests: list[Request] = [
        MusicRequest(lyrics="[Verse]\nla", style="folk", title="Tin"),
        LyricsRequest("rain"),
        MusicRequest(lyrics="[Verse]\nla", style="folk", title="Tin"),
        UploadRequest("https://a.example/x.mp3"),
        DerivedRequest("cover", "c-1"),
    ]
    rows = [
        Submission(f"s{at}", "main", request, "/p", "{}", SubmissionState.ACCEPTED, 100.0 - at)
        for at, request in enumerate(requests)
    ]
    drafts = [
        SavedDraft(Draft("custom", {"lyrics": "half a line", "title": "Half"}), 80.0),
        SavedDraft(Draft("cover", {"clip": "c-1"}), None),
    ]
    screen = recall_picker(drafts, rows, 200.0)
    assert [(when, kind, words) for _, when, kind, words in screen._rows] == [
        ("2m", "draft", "Half · half a line"),
        ("", "draft", "Cover"),
        ("1m", "Custom", "Tin · [Verse] la · folk"),
        ("1m", "Lyrics", "rain"),
        ("1m", "Upload", "https://a.example/x.mp3"),
        ("1m", "Cover", "from a take"),
    ]


async def test_a_draft_that_was_set_aside_says_when(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain", "ctrl+n", *"wind", "ctrl+n", "ctrl+r")
        screen = harness.app.screen
        assert isinstance(screen, PickerDialog)
        assert [(row.kind, row.words) for row in screen._rows[:2]] == [("draft", "wind"), ("draft", "rain")]
        assert all(row.when for row in screen._rows[:2])
