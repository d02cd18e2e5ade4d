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
from sunotui.domain.persona import Persona
from sunotui.domain.requests.derived import DERIVED_TASKS
from sunotui.domain.requests.request import PersonaRequest
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from sunotui.gateway.submit.outcome import Accepted
from sunotui.tui.command import Scope
from sunotui.tui.commands import COMMANDS
from sunotui.tui.composer.draft import Draft
from sunotui.tui.composer.draft_store import DraftStore
from sunotui.tui.composer.fields import MODES, OWN_MODES, Mode, mode_named
from sunotui.tui.composer.mode_bar import ModeBar
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs.picker import PickerDialog
from sunotui.tui.dialogs.prompt import PromptDialog
from tests.support.manual_clock import let_tasks_run
from tests.support.sending import send_request
from tests.support.waiting import until_async
from tests.tui.harness import AppHarness, open_app

RELAY = Capabilities(software=Software.NEW_API, version="v0.6.6", system_name="Example API")


def form(quiet: AppHarness) -> ComposeScreen:
    screen = quiet.app.screen
    assert isinstance(screen, ComposeScreen)
    return screen


def put(quiet: AppHarness, **texts: str) -> None:
    for name, text in texts.items():
        form(quiet).session.write(name, text)


def said(quiet: AppHarness) -> str:
    """What stands beside the form, on one line."""
    check = form(quiet).session.check_pane.check
    return " ".join(f"{check.lines(10_000)} {check.json()}".split())


def modes_bar(quiet: AppHarness) -> str:
    return str(form(quiet).query_one(ModeBar).content)


def target(quiet: AppHarness) -> str:
    """What the header says about the gateway that gets the request."""
    return form(quiet).session.header.count


def marked(quiet: AppHarness) -> set[str]:
    """The modes that are greyed out."""
    bar = form(quiet).query_one(ModeBar).content
    assert isinstance(bar, Content)
    grey = {bar.plain[span.start : span.end].strip() for span in bar.spans if span.style == "$muted"}
    return {mode.label for mode in MODES} & grey


def bodies(quiet: AppHarness) -> list[dict[str, Any]]:
    return [json.loads(order.body) for order in quiet.core_harness.gateway.orders]


def told(quiet: AppHarness) -> str:
    return "\n".join(str(line.text) for line in quiet.app.message_log.lines())


# --- modes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.id)
async def test_every_mode_has_a_key_that_works_within_a_field(mode: Any, tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("n", *"rain", mode.key.lower())
        assert form(quiet).session.draft.mode == mode.id
        quiet.app.screen.query_one("#fold").focus()
        await quiet.press("space")
        session = form(quiet).session
        shown = {name for name, box in session.form._boxes.items() if box.display}
        assert shown | {"more", "takes"} >= {*mode.fields}
        assert shown <= {*session.draft.shown}


@pytest.mark.parametrize(("forth", "back"), [("ctrl+pagedown", "ctrl+pageup"), ("alt+right", "alt+left")])
async def test_modes_can_be_cycled_without_function_keys(forth: str, back: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("n")
        walked = []
        for _ in MODES:
            walked.append(form(quiet).session.draft.mode)
            await quiet.press(forth)
        assert walked == [mode.id for mode in MODES]
        await quiet.press(back)
        assert form(quiet).session.draft.mode == MODES[-1].id


def test_every_mode_is_in_the_palette_too() -> None:
    modes = {command.argument for command in COMMANDS if command.scope is Scope.COMPOSER and "mode." in command.id}
    assert {mode.id for mode in MODES} <= modes


async def test_a_mode_is_chosen_by_mouse(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("n")
        await quiet.pilot.click("#modes", offset=(modes_bar(quiet).index("Cover"), 0))
        assert form(quiet).session.draft.mode == "cover"
        await quiet.pilot.click("#modes", offset=(modes_bar(quiet).index("More"), 0))
        await quiet.press(*"Remas")
        await quiet.press("enter")
        assert form(quiet).session.draft.mode == "remaster"
        assert "Remaster" in modes_bar(quiet)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize("mode", [*MODES, mode_named("remaster")], ids=lambda mode: mode.id)
async def test_the_names_of_the_mode_and_its_neighbours_are_there(width: int, mode: Mode, tmp_path: Path) -> None:
    """At 80 columns the names were lost, at 60 the keys stood alone."""
    async with open_app(tmp_path, (width, 24)) as quiet:
        await quiet.press("n")
        await form(quiet).action_mode(mode.id)
        await quiet.settle()
        bar = modes_bar(quiet)
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
    async with open_app(tmp_path) as quiet:
        quiet.core_harness.gateway.found = RELAY
        await quiet.core_harness.core.services.capabilities.probe("main")
        await quiet.press("n", key)
        screen = quiet.app.screen
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
    async with open_app(tmp_path) as quiet:
        await quiet.press("n", key)
        put(quiet, **texts)
        await quiet.press("ctrl+s")
        (body,) = bodies(quiet)
        assert expected.items() <= body.items()


async def test_invalid_extra_fields_are_reported_and_not_sent(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("n", *"rain")
        for text in ("{", "[1]", '{"a":' * 5_000):
            put(quiet, extra=text)
            await quiet.settle()
            assert "Extra JSON fields are an object" in said(quiet)
        await quiet.press("ctrl+s")
        assert bodies(quiet) == []


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """The disk returns no draft before this event is set."""
    made = asyncio.Event()
    load = DraftStore.load

    async def slow(annotations: DraftStore) -> Draft:
        await made.wait()
        return await load(annotations)

    monkeypatch.setattr(DraftStore, "load", slow)
    return made


def letters(text: str) -> list[Key]:
    return [Key(letter, letter) for letter in text]


async def begin_to_open(quiet: AppHarness, *events: Key | Paste) -> None:
    """Open the composer with these key events, which arrive before its draft is loaded."""
    quiet.app.post_message(Key("n", "n"))
    await until_async(lambda: isinstance(quiet.app.screen, ComposeScreen), "the composer")
    for event in events:
        quiet.app.post_message(event)
    await let_tasks_run()


async def test_text_typed_while_the_form_opens_is_kept(tmp_path: Path, gate: asyncio.Event) -> None:
    async with open_app(tmp_path) as quiet:
        await begin_to_open(quiet, *letters("ra"), Paste("inn"), Key("backspace", "\x7f"))
        gate.set()
        await quiet.settle()
        await quiet.press(*"bow")
        assert form(quiet).session.form.text_of("description") == "rainbow"


async def test_before_the_draft_is_read_no_form_is_shown(tmp_path: Path, gate: asyncio.Event) -> None:
    """Regression: the choices of all modes were shown for a moment."""
    async with open_app(tmp_path) as quiet:
        await begin_to_open(quiet)
        await until_async(lambda: "New song" in quiet.text(), "the first frame")
        for words in ("Source take", "Further takes", "Options", "Model", "Describe", "More"):
            assert words not in quiet.text()
        gate.set()
        await quiet.settle()
        assert "Describe the song" in quiet.text()
        await quiet.press("f9")
        assert "Source take" in quiet.text()
        assert form(quiet).query_one("#source").display


async def test_a_mode_chosen_while_the_form_opens_is_its_mode(tmp_path: Path, gate: asyncio.Event) -> None:
    async with open_app(tmp_path) as quiet:
        await begin_to_open(quiet, Key("f8", None), *letters("a.mp3"))
        gate.set()
        await quiet.settle()
        assert form(quiet).session.draft.mode == "upload"
        assert form(quiet).session.form.text_of("url") == "a.mp3"


async def test_a_request_sent_while_the_form_opens_is_complete(tmp_path: Path, gate: asyncio.Event) -> None:
    async with open_app(tmp_path) as quiet:
        await begin_to_open(quiet, *letters("rain"), Key("ctrl+s", None))
        assert bodies(quiet) == []
        gate.set()
        await quiet.until(lambda: bodies(quiet) != [], "the request")
        assert [body["gpt_description_prompt"] for body in bodies(quiet)] == ["rain"]


async def test_clicks_wait_for_the_form_except_the_way_back(tmp_path: Path, gate: asyncio.Event) -> None:
    """Regression: a click on the editor's key, while the form opened, ended the app."""
    async with open_app(tmp_path) as quiet:
        await begin_to_open(quiet)
        screen = form(quiet)
        actions = ("send", "clear", "edit_outside", "recall", "mode")
        assert not any(screen.check_action(action, ()) for action in actions)
        assert screen.check_action("leave", ())
        gate.set()
        await quiet.until(lambda: screen.takes_keys, "the draft")
        assert all(screen.check_action(action, ()) for action in actions)


async def test_a_global_key_does_not_wait_for_the_form(tmp_path: Path, gate: asyncio.Event) -> None:
    async with open_app(tmp_path) as quiet:
        await begin_to_open(quiet, Key("ctrl+q", None))
        held = quiet.app.key_queue._queued
        gate.set()
        await until_async(lambda: quiet.app.return_code is not None, "the end")
        assert not held


async def test_keys_that_arrive_at_once_are_complete(tmp_path: Path) -> None:
    """As over a slow connection, which delivers them together."""
    async with open_app(tmp_path) as quiet:
        await quiet.press("n")
        for key in [*letters("rain"), Key("ctrl+s", None)]:
            quiet.app.post_message(key)
        await quiet.until(lambda: bodies(quiet) != [], "the request")
        assert [body["gpt_description_prompt"] for body in bodies(quiet)] == ["rain"]


# --- capabilities and prices
# -------------------------------------------------------------------------------------------


async def test_fields_that_a_stock_relay_drops_are_reported_and_sent(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        quiet.core_harness.gateway.found = RELAY
        await quiet.core_harness.core.services.capabilities.probe("main")
        await quiet.press("n", "f9")
        put(quiet, clip="c-1", style="bossa nova")
        await quiet.settle()
        assert marked(quiet) == {"Upload", "Extend", "Join"} - {"Extend"}
        assert "cover_clip_id, generation_type would be dropped and the song still billed" in said(quiet)
        assert "You can still send it (ctrl+s)" in said(quiet)
        await quiet.press("ctrl+s")
        assert bodies(quiet)[0]["task"] == "cover"


async def test_a_model_that_is_found_while_the_form_is_open_is_shown_and_sent(tmp_path: Path) -> None:
    """Regression: the form kept showing another model than the one that was sent."""
    async with open_app(tmp_path) as quiet:
        await quiet.press("n", *"rain")
        await quiet.until(lambda: '"mv": "chirp-hawk"' in said(quiet), "the newest model")
        quiet.core_harness.gateway.found = Capabilities(software=Software.ONE_HUB, models=("chirp-fenix",))
        await quiet.core_harness.core.services.capabilities.probe("main")
        await quiet.until(lambda: '"mv": "chirp-fenix"' in said(quiet), "the model that the gateway has")
        await quiet.press("ctrl+s")
        await quiet.until(lambda: bodies(quiet) != [], "the request")
        assert [body["mv"] for body in bodies(quiet)] == ["chirp-fenix"]


async def test_no_other_model_is_sent_than_the_one_that_is_shown(tmp_path: Path) -> None:
    """Another sunotui may change which model is chosen, between the check and the key that sends."""
    async with open_app(tmp_path) as quiet:
        await quiet.press("n", *"rain")
        await quiet.until(lambda: '"mv": "chirp-hawk"' in said(quiet), "the newest model")
        found = Capabilities(models=("chirp-fenix",))
        quiet.core_harness.core.services.capabilities._known["main"] = (found, "")
        await quiet.press("ctrl+s")
        await quiet.until(lambda: bodies(quiet) != [], "the request")
        assert [body["mv"] for body in bodies(quiet)] == ["chirp-hawk"]


async def test_a_control_character_is_named_and_not_sent(tmp_path: Path) -> None:
    """Regression: it was sent, and nothing on the screen showed it."""
    async with open_app(tmp_path) as quiet:
        await quiet.press("n", "f3")
        put(quiet, lyrics="la\x1b[31m la", style="pop")
        await quiet.settle()
        assert "✗ The field 'lyrics' has the control character U+001B (escape) in it: take it out" in said(quiet)
        assert "Ready" not in said(quiet)
        await quiet.press("ctrl+s")
        assert bodies(quiet) == []
        put(quiet, lyrics="la\r\nla")
        await quiet.settle()
        await quiet.press("ctrl+s")
        assert [body["prompt"] for body in bodies(quiet)] == ["la\nla"]


async def test_evidence_learned_while_the_form_is_open_is_shown(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("n", "f7")
        put(quiet, clip="c-1")
        await quiet.settle()
        assert marked(quiet) == set()
        await quiet.core_harness.core.services.capabilities.learn("main", Feature.CONCAT, False, "503 suno_concat")
        await quiet.settle()
        await quiet.press("f9")
        assert marked(quiet) == {"Join"}
        await quiet.press("f7")
        assert "503 suno_concat" in said(quiet)


async def test_price_balance_and_low_balance(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        core = quiet.core_harness.core
        await core.services.billing._save_price("main", "music", 0.1, "$")
        quiet.core_harness.gateway.money = Balance(4.12, "$")
        await core.services.billing.refresh("main")
        await quiet.press("n", *"rain")
        assert "Usual price about $0.10 Left on main $4.12 Left after it $4.02" in said(quiet)
        assert "about $0.10 of $4.12" in quiet.text()
        assert "Send, about $0.10" in quiet.text()
        put(quiet, takes="3")
        await quiet.settle()
        assert "3 requests make 6 takes Usual price about $0.30 Left on main $4.12 Left after it $3.82" in said(quiet)
        assert "Send 3, about $0.30" in quiet.text()
        quiet.core_harness.gateway.money = Balance(0.05, "$")
        await core.services.billing.refresh("main")
        await quiet.settle()
        assert "Only $0.05 left the usual price is $0.10 (seen once)" in said(quiet)
        await quiet.press("ctrl+s")
        assert len(bodies(quiet)) == 3, "a person may send all the same"


# --- another gateway --------------------------------------------------------------------------------------------------


async def test_one_key_selects_another_gateway(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        other = quiet.add_gateway("other")
        other.outcome = lambda number: Accepted(f"other-{number}")
        await quiet.press("n", *"rain")
        assert target(quiet) == "to main"
        await quiet.press("ctrl+g")
        assert target(quiet) == "to other"
        assert "New song to other" in quiet.text()
        await quiet.press("ctrl+s")
        assert quiet.core_harness.gateway.orders == []
        assert len(other.orders) == 1
        assert quiet.core_harness.core.active_profiles.name == "main", "only this one"
        assert "Sent to other" in told(quiet)
        await quiet.press("n")
        assert target(quiet) == "to main"


async def test_a_request_that_is_being_sent_keeps_its_gateway(tmp_path: Path) -> None:
    """Regression: the header named another gateway than the one that was being paid."""
    async with open_app(tmp_path) as quiet:
        quiet.add_gateway("other")
        gate = quiet.core_harness.gateway.gate = asyncio.Event()
        await quiet.press("n", *"rain")
        # With the mouse: keys wait for the outcome.
        await quiet.pilot.click("#footer", offset=(2, 0))
        await quiet.until(lambda: form(quiet).session.is_sending, "the request")
        await form(quiet).run_action("screen.other_gateway")
        assert target(quiet) == "to main"
        gate.set()


async def test_with_one_gateway_no_choice_is_shown(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("n", "ctrl+g")
        assert target(quiet) == ""
        assert "There is no other gateway" in told(quiet)
        gateway = "screen.other_gateway"
        assert gateway not in [key.action for key in form(quiet).footer_keys()]
        quiet.add_gateway("other")
        assert gateway in [key.action for key in form(quiet).footer_keys()]


async def test_requests_about_a_take_are_sent_to_its_gateway(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        quiet.add_gateway("other")
        quiet.core_harness.core.announce_profile("other")
        await quiet.press("e")
        assert form(quiet).session.profile == "main"
        await quiet.press("escape", "R")
        assert form(quiet).session.profile == "other"


# --- texts from the gateway
# --------------------------------------------------------------------------------------------


async def test_the_gateway_expands_the_style(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("n", "f3", "ctrl+t")
        assert "Write a word or two" in told(quiet)
        put(quiet, style="folk")
        await quiet.press("ctrl+t")
        assert form(quiet).session.form.text_of("style") == "folk, with more words"
        assert "The style was: folk" in told(quiet)
        await quiet.press("f4", "ctrl+t")
        assert "This mode has no style" in told(quiet)


async def test_without_support_the_style_stays(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        quiet.core_harness.gateway.has_extras = False
        await quiet.press("n", "f3")
        put(quiet, style="folk")
        await quiet.press("ctrl+t")
        assert form(quiet).session.form.text_of("style") == "folk"
        assert NotSupported.what in told(quiet)


async def test_a_persona_is_chosen_with_its_clip(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("n", "f3", "ctrl+o")
        assert "No voices" in told(quiet)
        core = quiet.core_harness.core
        await send_request(core, PersonaRequest("c-9", "Old [b]Sailor"), "main")
        assert await core.services.extras.personas("main") == [
            Persona("persona-1", "Old [b]Sailor", "c-9", "main", quiet.core_harness.clock.now())
        ]
        await quiet.press("ctrl+o")
        assert isinstance(quiet.app.screen, PickerDialog)
        assert "Old [b]Sailor" in quiet.text()
        await quiet.press("down", "enter")
        ids = [form(quiet).session.form.text_of(name) for name in ("persona", "persona_clip")]
        assert ids == ["persona-1", "c-9"]
        assert "Voice  Old [b]Sailor ▾" in quiet.text()
        assert "persona-1" not in quiet.text()
        await quiet.press("ctrl+o", "enter")
        assert [form(quiet).session.form.text_of(name) for name in ("persona", "persona_clip")] == ["", ""]
        assert "Voice  none ▾" in quiet.text()


async def ask_for_words(quiet: AppHarness, idea: str) -> None:
    await quiet.press("ctrl+l")
    await quiet.until(lambda: isinstance(quiet.app.screen, PromptDialog), "the question for an idea")
    quiet.app.screen.query_one(Input).value = idea
    await quiet.press("enter")


async def end_words(quiet: AppHarness, task_id: str, text: str) -> None:
    quiet.core_harness.gateway.tell(
        task_id, TaskStatus.SUCCESS, kind=TaskKind.LYRICS, lyrics=Lyrics("Rain Song", text, ("folk",))
    )
    await quiet.core_harness.clock.advance(30)
    await quiet.settle()


async def test_lyrics_are_inserted_when_they_are_written(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        quiet.core_harness.gateway.outcome = lambda number: Accepted(f"words-{number}")
        await quiet.press("n", "f3")
        await ask_for_words(quiet, "rain on a tin roof")
        assert bodies(quiet) == [{"prompt": "rain on a tin roof"}]
        put(quiet, lyrics="[Intro]\nmine")
        await end_words(quiet, "words-1", "[Verse]\nrain")
        assert form(quiet).session.form.text_of("lyrics") == "[Intro]\nmine\n\n[Verse]\nrain"
        assert form(quiet).session.form.text_of("title") == "Rain Song"


async def test_inserted_lyrics_keep_cursor_selection_and_undo(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        quiet.core_harness.gateway.outcome = lambda number: Accepted(f"words-{number}")
        await quiet.press("n", "f3")
        await ask_for_words(quiet, "rain")
        area = form(quiet).query_one("#lyrics", TextArea)
        area.focus()
        await quiet.press(*"mine ")
        await end_words(quiet, "words-1", "[Verse]\nrain")
        await quiet.press(*"too")
        assert area.text == "mine too\n\n[Verse]\nrain"
        await quiet.press(*("shift+left",) * 3)
        assert area.selected_text == "too"
        await ask_for_words(quiet, "snow")
        await end_words(quiet, "words-2", "snow")
        assert area.selected_text == "too"
        assert area.text == "mine too\n\n[Verse]\nrain\n\nsnow"
        await quiet.press("ctrl+z")
        assert area.text == "mine too\n\n[Verse]\nrain"


async def test_lyrics_that_arrive_too_late_are_in_the_library(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        quiet.core_harness.gateway.outcome = lambda number: Accepted(f"words-{number}")
        await quiet.press("n", "f3")
        await ask_for_words(quiet, "rain")
        await quiet.press("escape")
        await end_words(quiet, "words-1", "[Verse]\nrain")
        assert quiet.app.return_code is None
        await quiet.press("n")
        assert form(quiet).session.form.text_of("lyrics") == ""


async def test_leaving_during_a_request_does_no_harm(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        gate = quiet.core_harness.gateway.gate = asyncio.Event()
        await quiet.press("n", "f3")
        put(quiet, style="folk")
        await quiet.press("ctrl+t", "escape")
        gate.set()
        await quiet.settle()
        await quiet.press("n")
        await quiet.until(lambda: bool(form(quiet).query("#style")), "the form's fields")
        assert form(quiet).query_one("#style", Input).value == "folk"
        assert form(quiet).query_one("#lyrics", TextArea).text == ""


async def test_lyrics_at_a_sunoapi_like_gateway_cause_a_warning_first(tmp_path: Path) -> None:
    hint = DialectEvidence(Dialect.SUNOAPI, EvidenceStrength.HINT, 1_764_000_000.0, "its answers look like it")
    async with open_app(tmp_path) as quiet:
        await quiet.core_harness.core.services.capabilities.learn_dialect("main", hint)
        await quiet.press("n", "f3")
        put(quiet, lyrics="[Verse]\nRain", style="jazz")
        await quiet.until(lambda: "This gateway looks sunoapi-like" in said(quiet), "the warning")
        proof = DialectEvidence(Dialect.FLAT, EvidenceStrength.PROOF, 1_764_000_000.0, "a song came out right")
        await quiet.core_harness.core.services.capabilities.learn_dialect("main", proof)
        await quiet.until(lambda: "sunoapi-like" not in said(quiet), "no warning")
