"""The composer and its gateway: every mode has a key, missing features are reported and never blocked, one key selects
another gateway, and the gateway can write lyrics and styles."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from textual.content import Content
from textual.events import Key, Paste
from textual.widgets import Input, TextArea

from sunotui.domain.errors import NotSupported
from sunotui.domain.gateways.capabilities import Capabilities, Feature, Software
from sunotui.domain.gateways.dialect import Dialect, DialectEvidence, EvidenceStrength
from sunotui.domain.gateways.money import Balance
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.requests.derived import DERIVED_TASKS
from sunotui.domain.requests.request import PersonaRequest
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from sunotui.gateway.submit.outcome import Accepted
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import COMMANDS
from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.composer.drafts.store import ComposerDrafts
from sunotui.tui.composer.fields import MODES, OWN_MODES, Mode, mode_named
from sunotui.tui.composer.mode_bar import ModeBar
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs.picker import PickerDialog
from sunotui.tui.dialogs.prompt import PromptDialog
from tests.support.manual_clock import let_tasks_run
from tests.support.send_request import send_request
from tests.support.waiting import until_async
from tests.tui.harness import AppHarness, open_app

RELAY = Capabilities(software=Software.NEW_API, version="v0.6.6", system_name="Example API")


def form(harness: AppHarness) -> ComposeScreen:
    screen = harness.app.screen
    assert isinstance(screen, ComposeScreen)
    return screen


def put(harness: AppHarness, **texts: str) -> None:
    for name, text in texts.items():
        form(harness).session.write(name, text)


def said(harness: AppHarness) -> str:
    """The text beside the form, on one line."""
    check = form(harness).session.check_pane.check
    return " ".join(f"{check.lines(10_000)} {check.json()}".split())


def modes_bar(harness: AppHarness) -> str:
    return str(form(harness).query_one(ModeBar).content)


def target(harness: AppHarness) -> str:
    """What the header says about the gateway that gets the request."""
    return form(harness).session.header.count


def marked(harness: AppHarness) -> set[str]:
    """The modes that are greyed out."""
    bar = form(harness).query_one(ModeBar).content
    assert isinstance(bar, Content)
    grey = {bar.plain[span.start : span.end].strip() for span in bar.spans if span.style == "$muted"}
    return {mode.label for mode in MODES} & grey


def bodies(harness: AppHarness) -> list[dict[str, Any]]:
    return [json.loads(order.body) for order in harness.core_harness.gateway.orders]


def messages(harness: AppHarness) -> str:
    return "\n".join(str(line.text) for line in harness.app.message_log.lines())


# --- modes ------------------------------------------------------------------------------------------------------------


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


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """The disk returns no draft before this event is set."""
    made = asyncio.Event()
    load = ComposerDrafts.load

    async def slow(annotations: ComposerDrafts) -> Draft:
        await made.wait()
        return await load(annotations)

    monkeypatch.setattr(ComposerDrafts, "load", slow)
    return made


def letters(text: str) -> list[Key]:
    return [Key(letter, letter) for letter in text]


async def begin_to_open(harness: AppHarness, *events: Key | Paste) -> None:
    """Open the composer with these key events, which arrive before its draft is loaded."""
    harness.app.post_message(Key("n", "n"))
    await until_async(lambda: isinstance(harness.app.screen, ComposeScreen), "the composer")
    for event in events:
        harness.app.post_message(event)
    await let_tasks_run()


async def test_text_typed_while_the_form_opens_is_kept(tmp_path: Path, gate: asyncio.Event) -> None:
    async with open_app(tmp_path) as harness:
        await begin_to_open(harness, *letters("ra"), Paste("inn"), Key("backspace", "\x7f"))
        gate.set()
        await harness.settle()
        await harness.press(*"bow")
        assert form(harness).session.form.text_of("description") == "rainbow"


async def test_before_the_draft_is_read_no_form_is_shown(tmp_path: Path, gate: asyncio.Event) -> None:
    """Regression: the choices of all modes were shown for a moment."""
    async with open_app(tmp_path) as harness:
        await begin_to_open(harness)
        await until_async(lambda: "New song" in harness.text(), "the first frame")
        for words in ("Source take", "Further takes", "Options", "Model", "Describe", "More"):
            assert words not in harness.text()
        gate.set()
        await harness.settle()
        assert "Describe the song" in harness.text()
        await harness.press("f9")
        assert "Source take" in harness.text()
        assert form(harness).query_one("#source").display


async def test_a_mode_chosen_while_the_form_opens_is_its_mode(tmp_path: Path, gate: asyncio.Event) -> None:
    async with open_app(tmp_path) as harness:
        await begin_to_open(harness, Key("f8", None), *letters("a.mp3"))
        gate.set()
        await harness.settle()
        assert form(harness).session.draft.mode == "upload"
        assert form(harness).session.form.text_of("url") == "a.mp3"


async def test_a_request_sent_while_the_form_opens_is_complete(tmp_path: Path, gate: asyncio.Event) -> None:
    async with open_app(tmp_path) as harness:
        await begin_to_open(harness, *letters("rain"), Key("ctrl+s", None))
        assert bodies(harness) == []
        gate.set()
        await harness.until(lambda: bodies(harness) != [], "the request")
        assert [body["gpt_description_prompt"] for body in bodies(harness)] == ["rain"]


async def test_clicks_wait_for_the_form_except_the_way_back(tmp_path: Path, gate: asyncio.Event) -> None:
    """Regression: a click on the editor's key, while the form opened, ended the app."""
    async with open_app(tmp_path) as harness:
        await begin_to_open(harness)
        screen = form(harness)
        actions = ("send", "clear", "edit_outside", "recall", "mode")
        assert not any(screen.check_action(action, ()) for action in actions)
        assert screen.check_action("leave", ())
        gate.set()
        await harness.until(lambda: screen.takes_keys, "the draft")
        assert all(screen.check_action(action, ()) for action in actions)


async def test_a_global_key_does_not_wait_for_the_form(tmp_path: Path, gate: asyncio.Event) -> None:
    async with open_app(tmp_path) as harness:
        await begin_to_open(harness, Key("ctrl+q", None))
        held = harness.app.key_queue._queued
        gate.set()
        await until_async(lambda: harness.app.return_code is not None, "the end")
        assert not held


async def test_keys_that_arrive_at_once_are_complete(tmp_path: Path) -> None:
    """As over a slow connection, which delivers them together."""
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        for key in [*letters("rain"), Key("ctrl+s", None)]:
            harness.app.post_message(key)
        await harness.until(lambda: bodies(harness) != [], "the request")
        assert [body["gpt_description_prompt"] for body in bodies(harness)] == ["rain"]


# --- capabilities and prices
# -------------------------------------------------------------------------------------------


async def test_fields_that_a_stock_relay_drops_are_reported_and_sent(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.found = RELAY
        await harness.core_harness.core.services.capabilities.probe("main")
        await harness.press("n", "f9")
        put(harness, clip="c-1", style="bossa nova")
        await harness.settle()
        assert marked(harness) == {"Upload", "Extend", "Join"} - {"Extend"}
        assert "cover_clip_id, generation_type would be dropped and the song still billed" in said(harness)
        assert "You can still send it (ctrl+s)" in said(harness)
        await harness.press("ctrl+s")
        assert bodies(harness)[0]["task"] == "cover"


async def test_a_model_that_is_found_while_the_form_is_open_is_shown_and_sent(tmp_path: Path) -> None:
    """Regression: the form kept showing another model than the one that was sent."""
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain")
        await harness.until(lambda: '"mv": "chirp-hawk"' in said(harness), "the newest model")
        harness.core_harness.gateway.found = Capabilities(software=Software.ONE_HUB, models=("chirp-fenix",))
        await harness.core_harness.core.services.capabilities.probe("main")
        await harness.until(lambda: '"mv": "chirp-fenix"' in said(harness), "the model that the gateway has")
        await harness.press("ctrl+s")
        await harness.until(lambda: bodies(harness) != [], "the request")
        assert [body["mv"] for body in bodies(harness)] == ["chirp-fenix"]


async def test_no_other_model_is_sent_than_the_one_that_is_shown(tmp_path: Path) -> None:
    """Another sunotui may change which model is chosen, between the check and the key that sends."""
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain")
        await harness.until(lambda: '"mv": "chirp-hawk"' in said(harness), "the newest model")
        found = Capabilities(models=("chirp-fenix",))
        harness.core_harness.core.services.capabilities._known["main"] = (found, "")
        await harness.press("ctrl+s")
        await harness.until(lambda: bodies(harness) != [], "the request")
        assert [body["mv"] for body in bodies(harness)] == ["chirp-hawk"]


async def test_a_control_character_is_named_and_not_sent(tmp_path: Path) -> None:
    """Regression: it was sent, and nothing on the screen showed it."""
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3")
        put(harness, lyrics="la\x1b[31m la", style="pop")
        await harness.settle()
        assert "✗ The field 'lyrics' has the control character U+001B (escape) in it: take it out" in said(harness)
        assert "Ready" not in said(harness)
        await harness.press("ctrl+s")
        assert bodies(harness) == []
        put(harness, lyrics="la\r\nla")
        await harness.settle()
        await harness.press("ctrl+s")
        assert [body["prompt"] for body in bodies(harness)] == ["la\nla"]


async def test_evidence_learned_while_the_form_is_open_is_shown(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f7")
        put(harness, clip="c-1")
        await harness.settle()
        assert marked(harness) == set()
        await harness.core_harness.core.services.capabilities.learn("main", Feature.CONCAT, False, "503 suno_concat")
        await harness.settle()
        await harness.press("f9")
        assert marked(harness) == {"Join"}
        await harness.press("f7")
        assert "503 suno_concat" in said(harness)


async def test_price_balance_and_low_balance(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        core = harness.core_harness.core
        await core.services.billing._save_price("main", "music", 0.1, "$")
        harness.core_harness.gateway.money = Balance(4.12, "$")
        await core.services.billing.refresh("main")
        await harness.press("n", *"rain")
        assert "Usual price about $0.10 Left on main $4.12 Left after it $4.02" in said(harness)
        assert "about $0.10 of $4.12" in harness.text()
        assert "Send, about $0.10" in harness.text()
        put(harness, takes="3")
        await harness.settle()
        assert "3 requests make 6 takes Usual price about $0.30 Left on main $4.12 Left after it $3.82" in said(harness)
        assert "Send 3, about $0.30" in harness.text()
        harness.core_harness.gateway.money = Balance(0.05, "$")
        await core.services.billing.refresh("main")
        await harness.settle()
        assert "Only $0.05 left the usual price is $0.10 (seen once)" in said(harness)
        await harness.press("ctrl+s")
        assert len(bodies(harness)) == 3, "the user may still send it"


# --- another gateway --------------------------------------------------------------------------------------------------


async def test_one_key_selects_another_gateway(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        other = harness.add_gateway("other")
        other.outcome = lambda number: Accepted(f"other-{number}")
        await harness.press("n", *"rain")
        assert target(harness) == "to main"
        await harness.press("ctrl+g")
        assert target(harness) == "to other"
        assert "New song to other" in harness.text()
        await harness.press("ctrl+s")
        assert harness.core_harness.gateway.orders == []
        assert len(other.orders) == 1
        assert harness.core_harness.core.active_profiles.name == "main", "only this one"
        assert "Sent to other" in messages(harness)
        await harness.press("n")
        assert target(harness) == "to main"


async def test_a_request_that_is_being_sent_keeps_its_gateway(tmp_path: Path) -> None:
    """Regression: the header named another gateway than the one that was being paid."""
    async with open_app(tmp_path) as harness:
        harness.add_gateway("other")
        gate = harness.core_harness.gateway.gate = asyncio.Event()
        await harness.press("n", *"rain")
        # With the mouse: keys wait for the outcome.
        await harness.pilot.click("#footer", offset=(2, 0))
        await harness.until(lambda: form(harness).session.is_sending, "the request")
        await form(harness).run_action("screen.other_gateway")
        assert target(harness) == "to main"
        gate.set()


async def test_with_one_gateway_no_choice_is_shown(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "ctrl+g")
        assert target(harness) == ""
        assert "There is no other gateway" in messages(harness)
        gateway = "screen.other_gateway"
        assert gateway not in [key.action for key in form(harness).footer_keys()]
        harness.add_gateway("other")
        assert gateway in [key.action for key in form(harness).footer_keys()]


async def test_requests_about_a_take_are_sent_to_its_gateway(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.add_gateway("other")
        harness.core_harness.core.announce_profile("other")
        await harness.press("e")
        assert form(harness).session.profile == "main"
        await harness.press("escape", "R")
        assert form(harness).session.profile == "other"


# --- texts from the gateway
# --------------------------------------------------------------------------------------------


async def test_the_gateway_expands_the_style(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3", "ctrl+t")
        assert "Write a word or two" in messages(harness)
        put(harness, style="folk")
        await harness.press("ctrl+t")
        assert "may cost money" in harness.text()
        await harness.press("enter")
        assert form(harness).session.form.text_of("style") == "folk, with more words"
        assert "The style was: folk" in messages(harness)
        await harness.press("f4", "ctrl+t")
        assert "This mode has no style" in messages(harness)


async def test_without_support_the_style_stays(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.has_extras = False
        await harness.press("n", "f3")
        put(harness, style="folk")
        await harness.press("ctrl+t")
        assert "may cost money" in harness.text()
        await harness.press("enter")
        assert form(harness).session.form.text_of("style") == "folk"
        assert NotSupported.what in messages(harness)


async def test_a_persona_is_chosen_with_its_clip(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3", "ctrl+o")
        assert "No voices" in messages(harness)
        core = harness.core_harness.core
        await send_request(core, PersonaRequest("c-9", "Old [b]Sailor"), "main")
        assert await core.services.extras.personas("main") == [
            Persona("persona-1", "Old [b]Sailor", "c-9", "main", harness.core_harness.clock.now())
        ]
        await harness.press("ctrl+o")
        assert isinstance(harness.app.screen, PickerDialog)
        assert "Old [b]Sailor" in harness.text()
        await harness.press("down", "enter")
        ids = [form(harness).session.form.text_of(name) for name in ("persona", "persona_clip")]
        assert ids == ["persona-1", "c-9"]
        assert "Voice  Old [b]Sailor ▾" in harness.text()
        assert "persona-1" not in harness.text()
        await harness.press("ctrl+o", "enter")
        assert [form(harness).session.form.text_of(name) for name in ("persona", "persona_clip")] == ["", ""]
        assert "Voice  none ▾" in harness.text()


async def ask_for_words(harness: AppHarness, idea: str) -> None:
    await harness.press("ctrl+l")
    await harness.until(lambda: isinstance(harness.app.screen, PromptDialog), "the question for an idea")
    harness.app.screen.query_one(Input).value = idea
    await harness.press("enter")


async def end_words(harness: AppHarness, task_id: str, text: str) -> None:
    harness.core_harness.gateway.set_task(
        task_id, TaskStatus.SUCCESS, kind=TaskKind.LYRICS, lyrics=Lyrics("Rain Song", text, ("folk",))
    )
    await harness.core_harness.clock.advance(30)
    await harness.settle()


async def test_lyrics_are_inserted_when_they_are_written(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.outcome = lambda number: Accepted(f"words-{number}")
        await harness.press("n", "f3")
        await ask_for_words(harness, "rain on a tin roof")
        assert bodies(harness) == [{"prompt": "rain on a tin roof"}]
        put(harness, lyrics="[Intro]\nmine")
        await end_words(harness, "words-1", "[Verse]\nrain")
        assert form(harness).session.form.text_of("lyrics") == "[Intro]\nmine\n\n[Verse]\nrain"
        assert form(harness).session.form.text_of("title") == "Rain Song"


async def test_inserted_lyrics_keep_cursor_selection_and_undo(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.outcome = lambda number: Accepted(f"words-{number}")
        await harness.press("n", "f3")
        await ask_for_words(harness, "rain")
        area = form(harness).query_one("#lyrics", TextArea)
        area.focus()
        await harness.press(*"mine ")
        await end_words(harness, "words-1", "[Verse]\nrain")
        await harness.press(*"too")
        assert area.text == "mine too\n\n[Verse]\nrain"
        await harness.press(*("shift+left",) * 3)
        assert area.selected_text == "too"
        await ask_for_words(harness, "snow")
        await end_words(harness, "words-2", "snow")
        assert area.selected_text == "too"
        assert area.text == "mine too\n\n[Verse]\nrain\n\nsnow"
        await harness.press("ctrl+z")
        assert area.text == "mine too\n\n[Verse]\nrain"


async def test_lyrics_that_arrive_too_late_are_in_the_library(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.outcome = lambda number: Accepted(f"words-{number}")
        await harness.press("n", "f3")
        await ask_for_words(harness, "rain")
        await harness.press("escape")
        await end_words(harness, "words-1", "[Verse]\nrain")
        assert harness.app.return_code is None
        await harness.press("n")
        assert form(harness).session.form.text_of("lyrics") == ""


async def test_leaving_during_a_request_does_no_harm(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        gate = harness.core_harness.gateway.gate = asyncio.Event()
        await harness.press("n", "f3")
        put(harness, style="folk")
        await harness.press("ctrl+t", "enter", "escape")
        gate.set()
        await harness.settle()
        await harness.press("n")
        await harness.until(lambda: bool(form(harness).query("#style")), "the form's fields")
        assert form(harness).query_one("#style", Input).value == "folk"
        assert form(harness).query_one("#lyrics", TextArea).text == ""


async def test_lyrics_at_a_sunoapi_like_gateway_cause_a_warning_first(tmp_path: Path) -> None:
    hint = DialectEvidence(Dialect.SUNOAPI, EvidenceStrength.HINT, 1_764_000_000.0, "its responses look like it")
    async with open_app(tmp_path) as harness:
        await harness.core_harness.core.services.capabilities.learn_dialect("main", hint)
        await harness.press("n", "f3")
        put(harness, lyrics="[Verse]\nRain", style="jazz")
        await harness.until(lambda: "This gateway looks sunoapi-like" in said(harness), "the warning")
        proof = DialectEvidence(Dialect.FLAT, EvidenceStrength.PROOF, 1_764_000_000.0, "a song came out right")
        await harness.core_harness.core.services.capabilities.learn_dialect("main", proof)
        await harness.until(lambda: "sunoapi-like" not in said(harness), "no warning")
