"""The modes of the composer: each has a key and a click, those that the gateway does not offer are marked, and each
sends its request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sunotui.domain.requests.derived import DERIVED_TASKS
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import COMMANDS
from sunotui.tui.composer.fields import MODES, OWN_MODES, Mode, mode_named
from sunotui.tui.composer.mode_bar import ModeBar
from sunotui.tui.dialogs.picker import PickerDialog
from tests.tui.composer.open_form import RELAY, bodies, form, put, said
from tests.tui.harness import AppHarness, open_app


def modes_bar(harness: AppHarness) -> str:
    return str(form(harness).query_one(ModeBar).content)


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.id)
async def test_every_mode_has_a_key_that_works_within_a_field(mode: Any, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain", mode.key.lower())
        assert form(harness).session.draft.mode == mode.id
        harness.app.screen.query_one("#fold").focus()
        await harness.press("space")
        session = form(harness).session
        shown = {name for name, box in session.form._boxes.items() if box.display}
        assert shown | {"more", "takes"} >= {*mode.fields}
        assert shown <= {*session.draft.shown}


@pytest.mark.parametrize(("forth", "back"), [("ctrl+pagedown", "ctrl+pageup"), ("alt+right", "alt+left")])
async def test_modes_can_be_cycled_without_function_keys(forth: str, back: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        walked = []
        for _ in MODES:
            walked.append(form(harness).session.draft.mode)
            await harness.press(forth)
        assert walked == [mode.id for mode in MODES]
        await harness.press(back)
        assert form(harness).session.draft.mode == MODES[-1].id


def test_every_mode_is_in_the_palette_too() -> None:
    modes = {command.argument for command in COMMANDS if command.scope is Scope.COMPOSER and "mode." in command.id}
    assert {mode.id for mode in MODES} <= modes


async def test_a_mode_is_chosen_by_mouse(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        await harness.pilot.click("#modes", offset=(modes_bar(harness).index("Cover"), 0))
        assert form(harness).session.draft.mode == "cover"
        await harness.pilot.click("#modes", offset=(modes_bar(harness).index("More"), 0))
        await harness.press(*"Remas")
        await harness.press("enter")
        assert form(harness).session.draft.mode == "remaster"
        assert "Remaster" in modes_bar(harness)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize("mode", [*MODES, mode_named("remaster")], ids=lambda mode: mode.id)
async def test_the_names_of_the_mode_and_its_neighbours_are_there(width: int, mode: Mode, tmp_path: Path) -> None:
    """At 80 columns the names were lost, at 60 the keys stood alone."""
    async with open_app(tmp_path, (width, 24)) as harness:
        await harness.press("n")
        await form(harness).action_mode(mode.id)
        await harness.settle()
        bar = modes_bar(harness)
        assert mode.label in bar
        assert len(bar) <= width
        assert "▾" in bar
        at = MODES.index(mode) if mode in MODES else len(MODES)
        near = (
            (*MODES[max(0, at - 1) : at], *MODES[at + 1 : at + 2])
            if width == 60 and mode not in OWN_MODES
            else OWN_MODES
        )
        assert all(other.label in bar for other in near)


@pytest.mark.parametrize("key", ["f12", "alt+m"])
async def test_the_list_of_modes_has_all_of_them_and_marks_what_is_not_offered(key: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.found = RELAY
        await harness.core_harness.core.services.capabilities.probe("main")
        await harness.press("n", key)
        screen = harness.app.screen
        assert isinstance(screen, PickerDialog)
        notes = {row.value: row.kind for row in screen._rows}
        assert set(notes) == {mode.id for mode in MODES} | {task.name for task in DERIVED_TASKS}
        assert (notes["custom"], notes["cover"], notes["remaster"]) == ("", "unlikely", "not offered")
        order = [note == "not offered" for note in notes.values()]
        assert order == sorted(order), "what is not offered comes last"


@pytest.mark.parametrize(
    ("key", "texts", "expected"),
    [
        (
            "f9",
            {"clip": "c-1", "style": "bossa nova", "exclude": "drums"},
            {"task": "cover", "cover_clip_id": "c-1", "tags": "bossa nova", "negative_tags": "drums"},
        ),
        (
            "f10",
            {"clip": "c-1", "start": "0:45", "end": "1:10", "task": "t-1", "lyrics": "la"},
            {"task": "infill", "continue_clip_id": "c-1", "infill_start_s": 45, "infill_end_s": 70, "task_id": "t-1"},
        ),
        ("f11", {"clip": "c-1", "count": "12"}, {"task": "gen_stem", "stem_task": "twelve", "mv": "chirp-hawk"}),
        (
            "f6",
            {"clip": "c-1", "at": "1:30.5", "task": "t-1", "lyrics": "la", "upload": "yes"},
            {"task": "upload_extend", "continue_at": 90.5, "task_id": "t-1"},
        ),
        ("f8", {"url": "https://x.example/a.mp3"}, {"url": "https://x.example/a.mp3"}),
        ("f8", {"url": "a.wav"}, {"extension": "wav"}),
        (
            "f2",
            {"description": "rain", "exclude": "metal", "extra": '{"vocal_gender": "f"}'},
            {"gpt_description_prompt": "rain", "negative_tags": "metal", "vocal_gender": "f"},
        ),
        (
            "f3",
            {"lyrics": "la", "persona": "p-1", "persona_clip": "c-9"},
            {"task": "artist_consistency", "persona_id": "p-1", "artist_clip_id": "c-9"},
        ),
    ],
)
async def test_what_each_mode_sends(
    key: str, texts: dict[str, str], expected: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.wav").write_bytes(b"audio")
    async with open_app(tmp_path) as harness:
        await harness.press("n", key)
        put(harness, **texts)
        await harness.press("ctrl+s")
        (body,) = bodies(harness)
        assert expected.items() <= body.items()


async def test_invalid_extra_fields_are_reported_and_not_sent(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain")
        for text in ("{", "[1]", '{"a":' * 5_000):
            put(harness, extra=text)
            await harness.settle()
            assert "Extra JSON fields are an object" in said(harness)
        await harness.press("ctrl+s")
        assert bodies(harness) == []
