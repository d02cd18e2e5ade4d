"""The composer: drafts are never lost, counters and preview are correct, and a request is sent once."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from sunotui.core.events import BalanceChanged, CapabilitiesChanged
from sunotui.core.submissions.prepared_request import PreparedRequest
from sunotui.domain.errors import Charge, GatewayFailed, InsufficientBalance, InvalidRequest, LibraryError, TokenMissing
from sunotui.domain.gateways.capabilities import Capabilities, Software
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.money import Balance
from sunotui.domain.requests.request import DerivedRequest, MusicRequest, Request, UploadFileRequest
from sunotui.gateway.submit.outcome import Accepted, Outcome, Rejected, Unknown
from sunotui.tui import submit
from sunotui.tui.app import SunoApp
from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.composer.drafts.session import DraftSession
from sunotui.tui.composer.form_view import FormView
from sunotui.tui.dialogs.picker import PickerDialog
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.messages import CoreEvent
from sunotui.tui.runtime import editor
from tests.support.preparing import PreparationCounter
from tests.support.waiting import until_async
from tests.tui.composer.open_form import bodies, form, settled_messages, text_of
from tests.tui.harness import open_app


async def test_typed_text_is_sent_and_the_cursor_moves_to_the_task(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain", "ctrl+s")
        assert isinstance(harness.app.screen, LibraryScreen)
        assert bodies(harness) == [{"gpt_description_prompt": "rain", "mv": "chirp-hawk", "make_instrumental": False}]
        assert harness.tasks.current == "made-1"
        assert "Sent. Generating" in await settled_messages(harness)


async def test_a_cursor_that_was_moved_stays_when_the_task_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: a key that was meant for the song under the user's eyes worked on the new one."""
    monkeypatch.setattr(submit, "STAY_S", 0.0)
    async with open_app(tmp_path) as harness:
        gate = harness.core_harness.gateway.gate = asyncio.Event()
        await harness.press("n", *"rain", "ctrl+s")
        await harness.until(lambda: isinstance(harness.app.screen, LibraryScreen), "the library")
        await harness.press("G")
        under = harness.tasks.current
        gate.set()
        assert "Sent. Generating" in await settled_messages(harness)
        assert harness.tasks.current == under != "made-1"


async def test_a_request_is_validated_and_serialised_once_for_all_its_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain")
        form(harness).session.write("takes", "2")
        await harness.settle()
        counter = PreparationCounter(monkeypatch)
        await harness.press("ctrl+s")
        await harness.until(lambda: len(harness.core_harness.gateway.orders) == 2, "two requests")
        assert counter.counts == (1, 1)


async def test_each_edit_is_validated_and_serialised_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain")
        session = form(harness).session
        await session.save()
        counter = PreparationCounter(monkeypatch)
        session.edited("description", "rain on a tin roof")
        assert counter.counts == (1, 1)
        counter.reset()
        await session._typing_paused()
        assert counter.counts == (1, 1)


async def test_a_form_that_changes_while_it_is_checked_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain")
        submitter, area = (
            harness.core_harness.core.services.submitter,
            form(harness).query_one("#description", TextArea),
        )
        prepare = submitter.prepare

        async def slow(request: Request, profile: str) -> PreparedRequest:
            prepared = await prepare(request, profile)
            area.text = "rain and snow"
            return prepared

        monkeypatch.setattr(submitter, "prepare", slow)
        await harness.press("ctrl+s")
        assert form(harness)
        assert harness.core_harness.gateway.orders == []
        assert "The form changed while it was being checked" in await settled_messages(harness)
        monkeypatch.undo()
        await harness.press("ctrl+s")
        assert [body["gpt_description_prompt"] for body in bodies(harness)] == ["rain and snow"]


@pytest.mark.guarantee("S6", ordinary="ctrl+s twice")
async def test_ctrl_s_twice_sends_once(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain", "ctrl+s", "ctrl+s", "ctrl+s")
        assert len(harness.core_harness.gateway.orders) == 1


async def test_three_requests_are_three_submissions(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain")
        form(harness).session.write("takes", "3")
        await harness.press("ctrl+s")
        await harness.until(lambda: len(harness.core_harness.gateway.orders) == 3, "three requests")
        assert len({row.id for row in await harness.core_harness.core.reader.submissions()}) == 4


async def test_an_empty_form_reports_what_is_missing_and_stays(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "ctrl+s")
        assert form(harness)
        assert harness.core_harness.gateway.orders == []
        assert "Describe the song" in await settled_messages(harness)


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        (MusicRequest(lyrics="la", extend_clip_id="clip-4-1", extend_at_s=540.0), "9:00 is after its end"),
        (DerivedRequest("remaster", "clip-4-1", variation="normal"), "v3.5 has no remaster"),
    ],
)
async def test_a_rejection_by_the_library_keeps_the_form(request_: Request, complaint: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateways.dialect_in_use = Dialect.NESTED
        harness.core_harness.gateway.found = Capabilities(models=("chirp-v3-5",))
        await harness.core_harness.core.services.capabilities.probe("main")
        harness.app.navigator.open_composer(request_, "main")
        await harness.settle()
        await harness.press("ctrl+s")
        assert form(harness)
        assert harness.core_harness.gateway.orders == []
        assert complaint in await settled_messages(harness)


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        (MusicRequest(lyrics="la", style="folk", duration_s=90.0), "A duration"),
        (UploadFileRequest("/no/such/file.mp3"), "There is no file at that path"),
    ],
)
async def test_an_unsendable_request_keeps_the_form(request_: Request, complaint: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateways.dialect_in_use = Dialect.FLAT
        harness.app.navigator.open_composer(request_, "main")
        await harness.settle()
        await harness.press("ctrl+s")
        assert form(harness)
        assert harness.core_harness.gateway.orders == []
        assert [row.id for row in await harness.core_harness.core.reader.submissions(10)] == ["sent-5"]
        assert complaint in await settled_messages(harness)


async def test_events_while_the_composer_opens_do_not_end_the_program(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.app.navigator.open_composer(MusicRequest(description="rain"), "main")
        for event in (BalanceChanged("main", Balance(3.0, "$")), CapabilitiesChanged("main", Capabilities())):
            harness.app.on_core_event(CoreEvent(event))
        await harness.settle()
        assert text_of(harness, "description") == "rain"


async def test_a_text_over_the_limit_causes_a_warning_only(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        form(harness).query_one("#description", TextArea).load_text("x" * 3_600)
        await harness.settle()
        assert "3,600/3,000" in harness.text()
        assert "Description is 3,600 characters" in harness.text()
        assert "this model takes 3,000" in harness.text()
        await harness.press("ctrl+s")
        assert len(bodies(harness)[0]["gpt_description_prompt"]) == 3_600


async def test_modes_keep_the_texts_of_one_another(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain", "f3")
        form(harness).query_one("#lyrics", TextArea).load_text("[Verse]\nla")
        form(harness).query_one("#style", Input).value = "folk"
        await harness.press("f4", "f2")
        assert text_of(harness, "description") == "rain"
        await harness.press("f3", "ctrl+s")
        assert bodies(harness) == [
            {"prompt": "[Verse]\nla", "tags": "folk", "mv": "chirp-hawk", "make_instrumental": False}
        ]


async def test_instrumental_by_the_space_bar(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain", "tab", "tab", "tab", "tab", "space", "ctrl+s")
        assert bodies(harness)[0]["make_instrumental"] is True


# --- the draft --------------------------------------------------------------------------------------------------------


async def test_escape_saves_the_draft_and_n_restores_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"half a thought", "escape")
        assert "half a thought" in await harness.core_harness.core.reader.draft("composer")
        await harness.press("n")
        assert text_of(harness, "description") == "half a thought"


async def test_keys_pressed_before_the_form_is_open_are_not_lost(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        await harness.pilot.press(*"quick", "escape")
        await harness.settle()
        assert "quick" in await harness.core_harness.core.reader.draft("composer")


async def test_the_focus_waits_for_the_field_of_another_mode(tmp_path: Path) -> None:
    """Regression: a click while the fields of another mode were created ended the program."""
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        form = harness.app.screen.query_one(FormView)
        other = Draft(mode="lyrics")
        form.focus_first(other)
        await form.show_fields(other)
        await harness.settle()
        assert harness.app.focused is form._input_of("prompt")


async def test_the_first_frame_shows_no_field_of_another_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails with pick-lists that are shown before the draft is read: "Source take" flashes."""
    frames: list[str] = []
    open_draft = DraftSession.open

    async def open_when_painted(session: DraftSession) -> None:
        await until_async(lambda: "Before sending" in harness.text(), "the frame")
        frames.append(harness.text())
        await open_draft(session)

    monkeypatch.setattr(DraftSession, "open", open_when_painted)
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        (frame,) = frames
        assert "Source take" not in frame
        assert "Model" not in frame
        assert "Model" in harness.text()


async def test_a_signal_saves_the_draft(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        await harness.pilot.press(*"cut short")
        harness.app.exit(return_code=143)
        await harness.pilot.pause()
    with sqlite3.connect(tmp_path / "data" / "library.db") as library:
        ((kept,),) = library.execute("SELECT text FROM draft").fetchall()
    library.close()
    assert "cut short" in kept


async def test_an_unknown_outcome_is_still_the_draft(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.outcome = lambda _: Unknown(GatewayFailed(charge=Charge.MAYBE), "")
        await harness.press("n", *"rain", "ctrl+s")
        assert "Outcome unknown" in await settled_messages(harness)
        assert isinstance(harness.app.screen, LibraryScreen)
        await harness.press("n")
        assert text_of(harness, "description") == "rain"


@pytest.mark.guarantee("S6")
async def test_a_refused_request_stays_in_the_form_with_the_reason(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        outcomes: Iterator[Outcome] = iter([Rejected(InsufficientBalance(http_status=402), ""), Accepted("made-1")])
        harness.core_harness.gateway.outcome = lambda _: next(outcomes)
        await harness.press("n", *"rain", "ctrl+s")
        check = form(harness).session.check_pane.check
        assert "not enough money" in check.sentence
        assert "not enough money" in await settled_messages(harness)
        assert text_of(harness, "description") == "rain"
        assert len(harness.core_harness.gateway.orders) == 1
        await harness.press(*"bow")
        assert "not enough money" not in form(harness).session.check_pane.check.sentence, "until something changes"
        await harness.press("ctrl+s")
        assert isinstance(harness.app.screen, LibraryScreen)
        assert [body["gpt_description_prompt"] for body in bodies(harness)] == ["rain", "rainbow"]
        assert len({row.id for row in await harness.core_harness.core.reader.submissions()}) == 3


@pytest.mark.guarantee("S6")
async def test_without_a_token_the_form_stays_and_nothing_is_sent(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateways.error = TokenMissing()
        await harness.press("n", *"rain", "ctrl+s")
        assert "no token" in form(harness).session.check_pane.check.sentence
        assert bodies(harness) == []
        assert text_of(harness, "description") == "rain"


@pytest.mark.guarantee("S7", ordinary="a response that takes long: the form closes, and a refusal is still reported")
async def test_a_response_that_takes_long_closes_the_form_and_is_still_reported(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        gate = harness.core_harness.gateway.gate = asyncio.Event()
        harness.core_harness.gateway.outcome = lambda _: Rejected(InsufficientBalance(http_status=402), "")
        await harness.press("n", *"rain")
        await harness.pilot.press("ctrl+s")
        await harness.until(lambda: isinstance(harness.app.screen, LibraryScreen), "the library")
        gate.set()
        await harness.settle()
        assert "not enough money" in await settled_messages(harness)
        await harness.press("n")
        assert text_of(harness, "description") == "rain"


async def test_leaving_while_it_is_sent_leaves_once(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        gate = harness.core_harness.gateway.gate = asyncio.Event()
        await harness.press("n", *"rain")
        await harness.pilot.press("ctrl+s", "escape")
        gate.set()
        await harness.until(lambda: isinstance(harness.app.screen, LibraryScreen), "the library")
        assert len(harness.core_harness.gateway.orders) == 1
        assert harness.app.return_code is None


async def test_an_accepted_request_is_removed_from_the_draft(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3")
        form(harness).query_one("#lyrics", TextArea).load_text("la")
        form(harness).session.write("model", "chirp-v5")
        await harness.press("ctrl+s", "n")
        assert (text_of(harness, "lyrics"), form(harness).session.form.text_of("model")) == ("", "chirp-v5")


async def test_a_full_disk_loses_neither_draft_nor_money(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(tmp_path) as harness:

        def full(*_: object) -> None:
            raise LibraryError("The library could not be written: the disk is full") from OSError(28, "No space")

        with monkeypatch.context() as patch:
            patch.setattr(harness.core_harness.core.stores.database, "write", full)
            await harness.press("n", *"rain", "ctrl+s")
            assert "nothing was sent" in await settled_messages(harness)
            assert harness.core_harness.gateway.orders == []
        assert text_of(harness, "description") == "rain"
        await harness.press("ctrl+s")
        assert len(harness.core_harness.gateway.orders) == 1


async def test_ctrl_n_clears_the_form_of_its_mode(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f4", *"mars", "ctrl+n")
        assert text_of(harness, "prompt") == ""
        assert form(harness).query_one("#field-prompt").display


@pytest.mark.parametrize("mode", ["f2", "f3", "f4", "f6", "f9"])
async def test_nothing_is_wrong_before_the_first_key(mode: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", mode)
        assert "✗" not in harness.text()
        await harness.press("ctrl+s")
        assert "✗" in harness.text(), "what is missing is said once it is sent"


@pytest.mark.parametrize(
    ("keys", "mode"),
    [
        (("f9",), "describe"),
        (("f3", "f9", "f4"), "custom"),
        (("f3", "f2", "f8"), "describe"),
        (("f4", "x"), "lyrics"),
        (("f3", "f4", "x", "ctrl+n"), "custom"),
        (("f3", "f4", "x", "ctrl+s", "n"), "custom"),
    ],
)
async def test_without_a_waiting_draft_n_opens_the_form_of_a_song(
    keys: tuple[str, ...], mode: str, tmp_path: Path
) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *keys, "escape", "n")
        assert form(harness).session.draft.mode == mode


@pytest.mark.parametrize(("keys", "at"), [(("e",), ""), (("j", "e"), "2:41")], ids=("unfinished", "finished"))
async def test_extending_begins_at_the_proposed_point(keys: tuple[str, ...], at: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press(*keys)
        assert text_of(harness, "at") == at
        assert harness.app.focused is form(harness).query_one("#at")


async def test_in_a_small_window_json_and_check_say_how_to_go_back(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press("n", *"rain", "alt+j")
        assert not form(harness).query_one("#words").display
        assert "POST /suno" in harness.text()
        assert "alt+j Check" in harness.text()
        await harness.press("alt+j")
        assert "Ready to send" in harness.text()
        assert "Back to the text" in harness.text()
        await harness.press("alt+j")
        assert form(harness).query_one("#words").display
        assert "Back to the text" not in harness.text()


async def test_in_a_small_window_another_mode_shows_its_text_again(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as harness:
        await harness.press("n", *"rain", "alt+j", "alt+j", "f4")
        assert form(harness).query_one("#words").display
        assert "Back to the text" not in harness.text()


@pytest.mark.guarantee("S6")
async def test_the_smallest_window_shows_the_whole_reason_of_a_refusal_once(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        reason = "The account has not enough money left for this (预扣费额度失败, 用户剩余额度: $0.01, 需要: $0.10)"
        harness.core_harness.gateway.outcome = lambda _: Rejected(InvalidRequest(reason), "")
        await harness.press("n", *"rain", "ctrl+s")
        shown = harness.text()
        assert shown.count("not enough money") == 1
        assert "".join(reason.split()) in "".join(shown.split())
        for _ in range(2):
            await harness.press("alt+j")
            assert harness.text().count("not enough money") <= 1
        assert "not enough money" in harness.text()
        assert "^s Send" in shown.splitlines()[-1]
        assert "not enough money" in await settled_messages(harness)
        await harness.press("f4")
        assert "not enough money" not in harness.text(), "another request was refused"


async def test_in_a_small_window_more_leaves_the_texts_in_reach(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press("n", "f3")
        form(harness).query_one("#fold").focus()
        await harness.press("enter")
        for name in ("title", "lyrics", "weirdness", "title"):
            for _ in range(30):
                if harness.app.focused is not None and harness.app.focused.id == name:
                    break
                await harness.press("tab")
            assert harness.app.focused is form(harness).query_one(f"#{name}")
            assert {"lyrics": "Lyrics", "title": "Title", "weirdness": "Weirdness"}[name] in harness.text()
            assert "▾ More" in harness.text(), "closes it"


async def test_ctrl_e_opens_the_editor_from_within_a_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []

    def edit(_: object, text: str, most: int) -> tuple[str, str]:
        given.append(text)
        return text + " and wind", ""

    monkeypatch.setattr(editor, "edit", edit)
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain", "ctrl+e")
        assert given == ["rain"]
        assert text_of(harness, "description") == "rain and wind"


@pytest.mark.parametrize("name", ['vi "x', " ", "/no/such/editor"])
async def test_a_failing_editor_is_reported(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", name)
    monkeypatch.setattr(SunoApp, "suspend", lambda _: contextlib.nullcontext())
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain", "ctrl+e")
        assert text_of(harness, "description") == "rain"
        assert "EDITOR" in await settled_messages(harness)


async def test_a_model_s_name_is_completed(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        offers = Capabilities(Software.ONE_HUB, models=("my-own-model", "suno_lyrics"))
        harness.core_harness.core.services.capabilities._known["main"] = (offers, "http://127.0.0.1:9")
        await harness.press("n")
        form(harness).query_one("#fold").focus()
        await harness.press("enter")
        for typed, whole in (("chirp-blue", "chirp-bluejay"), ("my-o", "my-own-model")):
            line = form(harness).query_one("#model", Input)
            line.value = ""
            line.focus()
            await harness.press(*typed)
            await harness.press("right")
            assert line.value == whole


async def test_text_typed_into_the_models_is_a_model_only_if_its_row_is_chosen(tmp_path: Path) -> None:
    """Regression: enter after any text made that text the model."""
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain")
        form(harness).query_one("#model-pick").focus()
        await harness.press(*"zq", "enter")
        await harness.until(lambda: isinstance(harness.app.screen, PickerDialog), "the list of models")
        await harness.press(*"zqxzq", "enter")
        assert isinstance(harness.app.screen, PickerDialog)
        assert "Use another name: zqxzq" in harness.text()
        await harness.press("down", "enter")
        assert form(harness).session.draft.values["model"] == "zqxzq"
        assert any("This model is not known" in line for line in form(harness).session.check_pane.check.warnings)
        form(harness).session.write("model", "chirp-hawk")
        assert not form(harness).session.check_pane.check.warnings


async def test_a_cancelled_answer_is_restored_in_the_same_dialog(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3", "ctrl+l", *"gulls", "escape")
        assert bodies(harness) == []
        await harness.press("ctrl+l")
        assert harness.app.screen.query_one("#answer", Input).value == "gulls"


async def test_characters_unknown_to_this_python_are_accepted_and_sent(tmp_path: Path) -> None:
    typed = "I 🩷 this 🪿"
    async with open_app(tmp_path) as harness:
        await harness.press("n", *typed)
        assert text_of(harness, "description") == typed
        form(harness).query_one("#fold").focus()
        await harness.press("enter")
        form(harness).query_one("#exclude").focus()
        await harness.press(*typed)
        assert text_of(harness, "exclude") == typed
        await harness.press("ctrl+s")
        assert bodies(harness)[0]["gpt_description_prompt"] == typed
        assert bodies(harness)[0]["negative_tags"] == typed


@pytest.mark.parametrize("width", [60, 80])
async def test_a_narrow_footer_has_room_for_clear_and_all_modes(width: int, tmp_path: Path) -> None:
    async with open_app(tmp_path, (width, 24)) as harness:
        await harness.press("n", *"rain")
        keys = harness.text().splitlines()[-1]
        assert all(text in keys for text in ("^s Send", "^n Clear", "F12 All modes", "esc Back")), keys
