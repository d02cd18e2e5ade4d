"""More from this take: derived tasks without their own key, and the picker for a second clip."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.requests.derived import DERIVED_TASKS
from sunotui.domain.requests.request import DerivedRequest, MusicRequest
from sunotui.domain.tasks.kinds import TaskKind
from sunotui.tui.composer.drafts import derived as derived_drafts
from sunotui.tui.composer.pick import PickField
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs.picker import PickerDialog
from sunotui.tui.dialogs.select import SelectDialog
from tests.tui.harness import AppHarness, open_app


def use_dialect(harness: AppHarness, dialect: Dialect) -> None:
    harness.core_harness.gateways.dialect_in_use = dialect


def messages(harness: AppHarness) -> str:
    return "\n".join(str(line.text) for line in harness.app.message_log.lines())


async def choose(harness: AppHarness, label: str) -> None:
    """Choose a row of the open list by its label."""
    screen = harness.app.screen
    assert isinstance(screen, SelectDialog)
    names = [name for _, name, _ in screen._choices]
    await harness.press(*["j"] * names.index(label), "enter")


def composer(harness: AppHarness) -> ComposeScreen:
    screen = harness.app.screen
    assert isinstance(screen, ComposeScreen)
    return screen


def source_of(harness: AppHarness) -> str:
    """The source take as the form shows it."""
    return composer(harness).session.form.picks["source"].value


def composed(harness: AppHarness) -> DerivedRequest:
    screen = harness.app.screen
    assert isinstance(screen, ComposeScreen)
    request, complaint = screen.session.draft.request()
    assert complaint == ""
    assert isinstance(request, DerivedRequest)
    return request


def test_the_menus_have_every_derived_task_without_a_key() -> None:
    of_takes = derived_drafts.derived_choices(Dialect.NESTED, has_take=True)
    of_nothing = derived_drafts.derived_choices(Dialect.NESTED, has_take=False)
    names = [name for name, _, _ in (*of_takes, *of_nothing)]
    assert set(names) == {task.name for task in DERIVED_TASKS} - {"cover", "infill", "stems"}
    assert {name for name, _, _ in of_nothing} == {"sound", "image", "video"}
    assert {name: said for name, _, said in of_takes}["upload_infill"] == "not offered here"
    is_missing = [said == "not offered here" for _, _, said in of_takes]
    assert is_missing == sorted(is_missing), "what is not offered comes last"


def test_what_needs_an_upload_comes_after_what_works_with_any_take() -> None:
    of_a_song = derived_drafts.derived_choices(Dialect.FLAT, has_take=True, made_as=TaskKind.MUSIC)
    of_an_upload = derived_drafts.derived_choices(Dialect.FLAT, has_take=True, made_as=TaskKind.UPLOAD)
    assert of_a_song[0][0] != "upload_infill"
    assert of_an_upload[0][0] == "upload_infill"
    notes = {name: note for name, _, note in of_a_song}
    assert notes["upload_infill"] == "needs an uploaded take"
    assert notes["stems_short"], "what it is there for beside Stems"


async def test_a_remaster_opens_the_composer_with_the_take(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        use_dialect(harness, Dialect.NESTED)
        await harness.press("m")
        await choose(harness, "Remaster")
        request = composed(harness)
        assert (request.task, request.clip_id, request.variation) == ("remaster", harness.detail.clip.id, "normal")  # type: ignore[union-attr]


async def test_a_mashup_asks_for_the_other_clip(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        use_dialect(harness, Dialect.NESTED)
        await harness.press("m")
        await choose(harness, "Mashup")
        await harness.until(lambda: isinstance(harness.app.screen, PickerDialog), "the list of takes")
        first = harness.detail.clip
        assert first is not None
        await harness.press("enter")
        request = composed(harness)
        assert request.clip_ids[0] == first.id
        known = await harness.core_harness.core.storage.run(
            harness.core_harness.core.stores.tasks.clip, request.clip_ids[1]
        )
        assert known is not None
        assert first.lyrics
        assert request.lyrics == f"{first.lyrics}\n\n{known[1].lyrics}"
        assert len(set(request.clip_ids)) == 2
        # Both takes of this song have the same lyrics.
        assert request.lyrics == f"{first.lyrics}\n\n{first.lyrics}"


async def test_a_task_without_a_format_in_the_dialect_opens_nothing(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("m")
        await choose(harness, "Remaster")
        assert "does not offer Remaster" in messages(harness)
        assert not isinstance(harness.app.screen, ComposeScreen)


async def test_a_sound_needs_no_take(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        use_dialect(harness, Dialect.NESTED)
        await harness.press("n", "f12")
        await harness.press(*"Sound effect", "enter")
        await harness.until(lambda: bool(harness.app.screen.query("#sound")), "its fields")
        harness.app.screen.query_one("#sound", Input).value = "a door"
        await harness.settle()
        assert composed(harness).sound == "a door"


async def test_the_source_brings_its_task_and_says_when_it_was_uploaded(tmp_path: Path) -> None:
    """A gateway that continues a take needs the id of its task; it was left to the user to find."""
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f6", "enter", "enter")
        screen = harness.app.screen
        assert isinstance(screen, ComposeScreen)
        texts = [screen.session.form.text_of(name) for name in ("clip", "task", "upload")]
        assert texts == ["clip-4-1", "task-4", ""]


@pytest.mark.parametrize("key", ["alt+o", "enter", "space"])
async def test_a_take_is_chosen_by_title(key: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f9")
        await harness.press(key)
        await harness.until(lambda: isinstance(harness.app.screen, PickerDialog), "the list of takes")
        await harness.press("enter")
        await harness.settle()
        screen = harness.app.screen
        assert isinstance(screen, ComposeScreen)
        assert screen.session.form.text_of("clip") == "clip-4-1"
        shown = screen.query_one("#source", PickField).value
        assert shown == "雨の東京 Neon Rain, take 1, 2:41"
        assert "clip-4-1" not in harness.text()


async def test_a_mode_without_clips_accepts_no_clip(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3", "alt+o")
        assert "This mode needs no take" in messages(harness)


async def test_more_with_nothing_in_it_is_not_content(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        harness.app.screen.query_one("#fold").focus()
        await harness.press("space")
        screen = harness.app.screen
        assert isinstance(screen, ComposeScreen)
        assert not screen.session.draft.has_content


async def test_more_settings_are_shown_and_sent_on_request(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3")
        screen = harness.app.screen
        assert isinstance(screen, ComposeScreen)
        screen.session.write("lyrics", "la")
        assert not screen.query("#weirdness")
        screen.query_one("#fold").focus()
        await harness.press("space")
        await harness.until(lambda: bool(screen.query("#weirdness")), "the sliders")
        screen.query_one("#weirdness", Input).value = "0,35"
        await harness.settle()
        assert screen.session.draft.request() == (MusicRequest(lyrics="la", weirdness=0.35), "")
        screen.query_one("#persona_as_voice").value = True  # type: ignore[attr-defined]
        await harness.settle()
        assert screen.session.draft.request() == (MusicRequest(lyrics="la", weirdness=0.35, persona_as_voice=True), "")
        screen.query_one("#fold").focus()
        await harness.press("space")
        assert not screen.query_one("#field-weirdness").display
        assert "▸ More 2 set" in harness.text()
        # Folded is not removed: what is sent does not change.
        assert screen.session.draft.request() == (MusicRequest(lyrics="la", weirdness=0.35, persona_as_voice=True), "")


async def test_a_form_without_a_long_text_gives_its_width_to_the_check(tmp_path: Path) -> None:
    async with open_app(tmp_path, (100, 30)) as harness:
        await harness.press("j", "M")
        assert isinstance(harness.app.screen, ComposeScreen)
        assert harness.app.screen.query_one("#check").region.width == 100
        assert "› Stems" in harness.text().splitlines()[0]


async def test_the_title_of_the_take_is_shown_while_a_time_is_not_valid(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "e")
        await harness.until(lambda: "take 1" in source_of(harness), "the name of the take was found")
        title = source_of(harness)
        composer(harness).session.write("at", "soon")
        await harness.press("escape", "n", "f6")
        assert composer(harness).query_one("#at", Input).value == "soon"
        await harness.until(lambda: source_of(harness) == title, "the name of the take was found again")
