"""Drafts that another program changes, and drafts that are replaced: none is lost."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from sunotui.core.library.task_reader import TaskReader
from sunotui.domain.errors import LibraryError, SunotuiError
from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.composer.drafts.store import ComposerDrafts
from sunotui.tui.widgets.footer import Footer
from tests.core.harness import CoreHarness
from tests.tui.composer.open_form import bodies, form, settled_messages, text_of
from tests.tui.harness import open_app

pytestmark = pytest.mark.guarantee("E5", ordinary="two composers and one draft")


def words(text: str) -> Draft:
    return Draft("describe", {"description": text})


class Program:
    """One program's draft store and its messages."""

    def __init__(self, core_harness: CoreHarness) -> None:
        self.said: list[str] = []
        self.drafts = ComposerDrafts(lambda: core_harness.core.reader, self.report, self.said.append)

    def report(self, error: SunotuiError) -> None:
        self.said.append(error.sentence)


async def set_aside(program: Program) -> list[Draft]:
    """The drafts that were set aside, without their times."""
    return [saved.draft for saved in await program.drafts.asides()]


async def test_two_programs_keep_both_drafts(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        one, other = Program(harness.core_harness), Program(harness.core_harness)
        for program in (one, other):
            assert await program.drafts.load() == Draft()
        await one.drafts.save(words("rain"))
        for text in ("w", "wi", "wind"):
            await other.drafts.save(words(text))
        await one.drafts.save(words("rainbow"))
        assert [len(program.said) for program in (one, other)] == [0, 1]
        assert "both are saved" in other.said[0]
        assert await one.drafts.load() == words("rainbow")
        assert await other.drafts.load() == words("wind")
        assert await Program(harness.core_harness).drafts.load() == words("rainbow")
        assert await set_aside(Program(harness.core_harness)) == [words("wind")]
        await other.drafts.empty(words("wind"))
        assert await set_aside(one) == []
        assert await other.drafts.load() == words("rainbow"), "where the one draft is"


async def test_of_two_concurrent_saves_the_later_draft_is_kept(tmp_path: Path) -> None:
    """A pause in typing and the end of the composer coincide. Regression: the second write mistook the first for
    another program's, and the older draft was opened again."""
    async with open_app(tmp_path) as harness:
        one = Program(harness.core_harness)
        await asyncio.gather(*(one.drafts.save(words(text)) for text in ("w", "wi", "wind")))
        assert one.said == []
        assert await Program(harness.core_harness).drafts.load() == words("wind")
        assert await set_aside(one) == []


async def test_an_unchanged_draft_writes_nothing(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        one, other = Program(harness.core_harness), Program(harness.core_harness)
        await one.drafts.save(words("rain"))
        assert await other.drafts.load() == words("rain")
        await one.drafts.save(words("rainbow"))
        await other.drafts.save(words("rain"))
        assert await one.drafts.load() == words("rainbow")
        assert other.said == []


async def test_after_the_other_draft_was_sent_nothing_is_set_aside(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        one, other = Program(harness.core_harness), Program(harness.core_harness)
        await one.drafts.save(words("rain"))
        await other.drafts.load()
        await one.drafts.empty(words("rain"))
        await other.drafts.save(words("rainbow"))
        assert await one.drafts.load() == words("rainbow")
        assert other.said == []


async def test_an_unsaved_draft_stays_while_the_program_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(tmp_path) as harness:
        one = Program(harness.core_harness)
        await one.drafts.save(words("rain"))

        async def refuse(*_: object) -> bool:
            raise LibraryError("The disk is full")

        with monkeypatch.context() as full:
            full.setattr(TaskReader, "replace_draft", refuse)
            full.setattr(TaskReader, "save_draft", refuse)
            await one.drafts.save(words("rainbow"))
            await one.drafts.set_aside(words("wind"))
            assert await one.drafts.load() == words("rainbow")
            assert await set_aside(one) == [words("wind")]
        assert "The disk is full" in one.said[0]
        await one.drafts.save(words("rainbow"))
        assert await Program(harness.core_harness).drafts.load() == words("rainbow")


async def test_several_drafts_set_aside_are_all_kept(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        one = Program(harness.core_harness)
        for text in ("rain", "wind", "rain", "snow"):
            await one.drafts.set_aside(words(text))
        assert await set_aside(one) == [words("snow"), words("wind"), words("rain")]
        await one.drafts.forget_aside(words("wind"))
        assert await set_aside(one) == [words("snow"), words("rain")]


async def test_a_cleared_form_can_be_restored(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"a long thought", "ctrl+n")
        assert text_of(harness, "description") == ""
        assert "Form cleared" in await settled_messages(harness)
        await harness.press("ctrl+r", "enter")
        assert text_of(harness, "description") == "a long thought"
        await harness.press("ctrl+r")
        assert "a long thought" not in harness.text().split("Earlier requests")[1], "it is in the form"


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 15)])
async def test_the_message_about_a_cleared_form_has_its_undo_key(tmp_path: Path, size: tuple[int, int]) -> None:
    """Regression: the message hid the key that takes it back."""
    async with open_app(tmp_path, size) as harness:
        await harness.press("n", *"a long thought", "ctrl+n")
        footer = harness.app.screen.query_one(Footer)
        line = harness.text().splitlines()[-1]
        assert line.endswith("Form cleared  ^n Undo")
        await harness.pilot.click(footer, offset=(line.index("^n Undo") + 1, 0))
        await harness.settle()
        assert text_of(harness, "description") == "a long thought"
        assert "Form cleared" not in harness.text()


async def test_the_key_that_clears_brings_the_text_back(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f4", *"a long thought")
        assert "^n Clear" in harness.text()
        await harness.press("ctrl+n")
        assert text_of(harness, "prompt") == ""
        await harness.press("ctrl+n")
        assert text_of(harness, "prompt") == "a long thought"
        await harness.press("escape", "n")
        assert text_of(harness, "prompt") == "a long thought", "it is the saved draft again"
        await harness.press("ctrl+n", *"new", "ctrl+n", "ctrl+n")
        assert text_of(harness, "prompt") == "new", "what was typed since is cleared, and comes back"
        await harness.press("ctrl+r")
        assert "a long thought" in harness.text()


async def test_in_a_restored_text_the_cursor_is_at_the_end(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3", *"Gulls", "tab", *"folk", "tab", *"la la", "ctrl+n", "ctrl+n")
        for name, text in (("title", "Gulls"), ("style", "folk"), ("lyrics", "la la")):
            form(harness).query_one(f"#{name}").focus()
            await harness.press("x")
            assert text_of(harness, name) == f"{text}x"


async def test_a_cleared_draft_is_not_restored_automatically(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"old", "ctrl+n", *"new", "ctrl+s")
        assert bodies(harness)[0]["gpt_description_prompt"] == "new"
        await harness.press("n")
        assert text_of(harness, "description") == ""
        assert form(harness).session.draft.mode == "describe"


@pytest.mark.parametrize("is_open", [True, False], ids=["from the composer", "from the library"])
async def test_a_draft_that_is_never_saved_is_in_a_file(
    is_open: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(tmp_path) as harness:

        async def refuse(*_: object) -> bool:
            raise LibraryError("The disk is full")

        monkeypatch.setattr(TaskReader, "replace_draft", refuse)
        monkeypatch.setattr(TaskReader, "save_draft", refuse)
        await harness.press("n", *"gulls", *(() if is_open else ("escape",)))
        await harness.pilot.press("ctrl+q")
    (notice,) = harness.app.exit_notices
    text = await asyncio.to_thread(Path(notice.removeprefix("The draft could not be saved; its text is in ")).read_text)
    assert "gulls" in text
    assert "{" not in text


async def test_a_draft_that_is_finally_saved_is_in_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(tmp_path) as harness:

        async def refuse(*_: object) -> bool:
            raise LibraryError("The disk is full")

        with monkeypatch.context() as full:
            full.setattr(TaskReader, "replace_draft", refuse)
            await harness.press("n", *"gulls", "escape")
        await harness.pilot.press("ctrl+q")
        await harness.until(lambda: not harness.app.is_running, "the end")
    assert harness.app.exit_notices == []
    with sqlite3.connect(harness.core_harness.core.paths.library) as library:
        assert any("gulls" in str(row) for row in library.execute("SELECT * FROM draft"))


@pytest.mark.parametrize("is_refused", [False, True])
async def test_without_a_terminal_an_unsaved_draft_is_awaited(
    is_refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once: list[int] = []
    async with open_app(tmp_path) as harness:
        assert await harness.app.drafts.load() == Draft()
        if is_refused:
            harness.app.drafts._unsaved["composer"] = words("rain")
        monkeypatch.setattr("sunotui.tui.terminal.state.is_gone", lambda: True)
        monkeypatch.setattr("os._exit", at_once.append)
        harness.app._leave_if_terminal_is_gone()
        assert at_once == ([] if is_refused else [129])
