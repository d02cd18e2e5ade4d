"""The composer and its gateway: missing features are reported and never blocked, one key selects another gateway, and
the gateway can write lyrics and styles."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual.content import Content
from textual.widgets import Input, TextArea

from sunotui.domain.errors import NotSupported
from sunotui.domain.gateways.capabilities import Capabilities, Feature, Software
from sunotui.domain.gateways.dialect import Dialect, DialectEvidence, EvidenceStrength
from sunotui.domain.gateways.money import Balance
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.requests.request import PersonaRequest
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from sunotui.gateway.submit.outcome import Accepted
from sunotui.tui.composer.fields import MODES
from sunotui.tui.composer.mode_bar import ModeBar
from sunotui.tui.dialogs.picker import PickerDialog
from sunotui.tui.dialogs.prompt import PromptDialog
from tests.support.send_request import send_request
from tests.tui.composer.open_form import RELAY, bodies, form, messages, put, said
from tests.tui.harness import AppHarness, open_app


def target(harness: AppHarness) -> str:
    """What the header says about the gateway that gets the request."""
    return form(harness).session.header.count


def marked(harness: AppHarness) -> set[str]:
    """The modes that are greyed out."""
    bar = form(harness).query_one(ModeBar).content
    assert isinstance(bar, Content)
    grey = {bar.plain[span.start : span.end].strip() for span in bar.spans if span.style == "$muted"}
    return {mode.label for mode in MODES} & grey


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
