"""Commands on a take: filling the composer, timings, WAV files, personas, current links."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from sunotui.core.library.task_detail import TaskDetail
from sunotui.core.playback.lyrics_sync import lyric_sheet
from sunotui.core.submissions.results import POLL_DELAYS_S
from sunotui.domain.errors import NotSupported
from sunotui.domain.music.midi import Instrument, Note, notes_to_json
from sunotui.domain.music.word_timings import AlignedWord, WordTimings
from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    MusicRequest,
    Request,
)
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.gateway.parsing.results import ResultReading
from sunotui.tui.composer.drafts import derived as derived_drafts
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs.confirm import ConfirmDialog
from sunotui.tui.dialogs.prompt import PromptDialog
from sunotui.tui.library.detail.pane import Detail
from sunotui.tui.library.detail.sections import timed_lines
from sunotui.tui.library.detail.tabs import Tab
from tests.tui.harness import AppHarness, open_app, song


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    taken: list[str] = []
    monkeypatch.setattr("textual.app.App.copy_to_clipboard", lambda _, text: taken.append(text))
    monkeypatch.setattr("sunotui.tui.base.copy_with_tools", lambda *_, **__: [])
    return taken


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    links: list[str] = []
    monkeypatch.setattr("sunotui.tui.runtime.links.open_link", lambda url, _: links.append(url))
    return links


def messages(harness: AppHarness) -> str:
    return "\n".join(str(line.text) for line in harness.app.message_log.lines())


# --- into the composer ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("C", DerivedRequest("cover", "clip-4-1", title="雨の東京 Neon Rain", model="chirp-v5")),
        (
            "E",
            DerivedRequest(
                "infill",
                "clip-4-1",
                "task-4",
                title="雨の東京 Neon Rain",
                style="club banger high-energy edm",
                model="chirp-v5",
            ),
        ),
        ("M", DerivedRequest("stems", "clip-4-1", "task-4", title="雨の東京 Neon Rain")),
        (
            "e",
            MusicRequest(
                title="雨の東京 Neon Rain",
                style="club banger high-energy edm",
                model="chirp-v5",
                extend_clip_id="clip-4-1",
                extend_at_s=161.0,
                extend_task_id="task-4",
            ),
        ),
    ],
    ids=["cover", "infill", "stems", "extend"],
)
async def test_a_take_fills_the_form(key: str, expected: Request, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.app.drafts.save((await harness.app.drafts.load()).with_value("model", "chirp-v5"))
        await harness.press("j", key)
        screen = harness.app.screen
        assert isinstance(screen, ComposeScreen)
        request, _ = screen.session.draft.request()
        if isinstance(expected, DerivedRequest) and expected.task == "cover":
            assert isinstance(request, DerivedRequest)
            assert request.lyrics.startswith("[Verse]")
            assert (request.clip_id, request.title, request.style) == (expected.clip_id, expected.title, "")
        else:
            assert request == expected


async def test_a_task_without_a_take_is_reported(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("G", "C", "E", "M", "p", "T", "W")
        assert not isinstance(harness.app.screen, ComposeScreen)
        for words in ("take to cover", "regenerate a section", "take to split", "save a voice from"):
            assert words in messages(harness)
        assert harness.core_harness.gateway.orders == []


def shown(task: Task, request: Request | None = None) -> TaskDetail:
    submission = None
    if request is not None:
        submission = Submission("s", "main", request, "/p", "{}", SubmissionState.ACCEPTED, 1.0)
    return TaskDetail(task, submission, "")


def test_an_uploaded_take_is_extended_as_one() -> None:
    clip = Clip("c", duration_s=60.9)
    task = Task("t", "main", TaskKind.UPLOAD, TaskStatus.SUCCESS, 1.0, clips=(clip,))
    assert derived_drafts.extended(shown(task), clip).extend_upload
    assert derived_drafts.extended(shown(task), clip).extend_at_s == 60.0
    assert not derived_drafts.extended(shown(song(1, "x", 1.0)), clip).extend_upload


def test_a_clip_without_a_task_names_no_task() -> None:
    """A gateway rejects a request with a task id that it never had."""
    clip = Clip("c")
    task = Task("c", "main", TaskKind.UPLOAD, TaskStatus.SUCCESS, 1.0, clips=(clip,))
    assert derived_drafts.extended(shown(task), clip).extend_task_id == ""
    assert derived_drafts.section_replacement(shown(task), clip).task_id == ""
    assert derived_drafts.split_into_stems(shown(task), clip).task_id == ""


def test_a_replaced_section_is_joined_as_one() -> None:
    task = song(1, "x", 1.0)
    assert derived_drafts.joined(shown(task, DerivedRequest("infill", "parent")), task.clips[0]) == ConcatRequest(
        "clip-1-1", True
    )
    assert derived_drafts.joined(shown(task, MusicRequest()), task.clips[0]) == ConcatRequest("clip-1-1", False)


# --- personas
# -----------------------------------------------------------------------------------------------------------


async def test_a_persona_is_created_from_a_take(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "p")
        assert isinstance(harness.app.screen, PromptDialog)
        await harness.press("enter")
        await harness.until(lambda: "ctrl+o" in messages(harness), "the persona")
        (persona,) = await harness.core_harness.core.services.extras.personas("main")
        assert (persona.name, persona.clip_id) == ("雨の東京 Neon Rain", "clip-4-1")
        assert "ctrl+o" in messages(harness)


async def test_cancelling_sends_nothing(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "p", "escape")
        assert harness.core_harness.gateway.asked_extras == 0


# --- timings and files ------------------------------------------------------------------------------------------------


async def test_lines_have_timings_after_they_were_requested(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "i", "T")
        assert harness.detail.tab is Tab.LYRICS
        assert harness.detail.body.text == "0:01  rain"
        await harness.press("j", "k")
        assert harness.detail.body.text == "0:01  rain", "they are kept"
        assert harness.core_harness.gateway.asked_extras == 1
        await harness.press("T")
        assert "The times of these lyrics are here already" in messages(harness)
        assert harness.core_harness.gateway.asked_extras == 1
        await harness.press("2")
        assert "Everybody in the place" in harness.detail.body.text, "the other take has no lyrics"


def test_words_are_joined_into_lines() -> None:
    words = [
        ("[Verse]\nEvery", 1.2),
        ("body ", 1.5),
        ("in ", 1.9),
        ("the place\n", 2.0),
        ("\n", 3.0),
        ("[Chorus]\n", 3.0),
        ("Hands", 62.7),
    ]
    timing = WordTimings(tuple(AlignedWord(text, at, at + 0.1) for text, at in words))
    lines = [(line.label.strip(), line.text, line.tone) for line in timed_lines(lyric_sheet("", timing))]
    assert lines == [
        ("", "VERSE", "head"),
        ("0:01", "Everybody in the place", "plain"),
        ("", "", "plain"),
        ("", "CHORUS", "head"),
        ("1:02", "Hands", "plain"),
    ]


async def test_a_ready_wav_link_can_be_copied_and_opened(tmp_path: Path, copied: list[str], opened: list[str]) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "Y")
        assert "WAV URL" not in harness.text()
        await harness.press("escape", "W")
        assert "may cost money" in harness.text()
        await harness.press("enter")
        await harness.until(lambda: "The WAV is ready" in messages(harness), "the link")
        await harness.press("Y", "j", "enter")
        assert copied[-1] == "https://x.example/clip-4-1.wav"
        await harness.press("O", "j", "enter")
        await harness.until(lambda: opened == ["https://x.example/clip-4-1.wav"], "the opener")
        await harness.press("2", "Y")
        assert "WAV URL" not in harness.text(), "it is the other take's"


async def test_a_file_in_progress_is_polled_and_requested_once(tmp_path: Path, copied: list[str]) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.delivered = lambda _: ""
        harness.core_harness.gateway.readings = [ResultReading(), ResultReading("https://x.example/late.mp4")]
        await harness.press("j", "alt+v", "enter")
        assert "Asking the gateway for the MP4" in messages(harness)
        await harness.core_harness.clock.advance(20)
        await harness.settle()
        await harness.until(lambda: "The MP4 is ready" in messages(harness), "the link")
        await harness.press("Y", "j", "enter")
        assert copied[-1] == "https://x.example/late.mp4"
        assert len(harness.core_harness.gateway.orders) == 1


async def test_waiting_for_a_file_is_limited(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.delivered = lambda _: ""
        await harness.press("j", "W", "enter")
        await harness.core_harness.clock.advance(sum(POLL_DELAYS_S) + 1)
        await harness.until(lambda: "responded 9 times without the WAV" in messages(harness), "the end")


async def test_a_known_file_needs_no_second_request(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "W", "enter")
        await harness.until(lambda: "The WAV is ready" in messages(harness), "the link")
        await harness.press("W")
        await harness.until(lambda: messages(harness).count("The WAV is ready") == 2, "the link again")
        assert not isinstance(harness.app.screen, ConfirmDialog)
        assert len(harness.core_harness.gateway.orders) == 1


async def test_a_second_persona_with_the_same_name_needs_a_confirmation(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "p", "enter")
        await harness.until(lambda: "is ready: ctrl+o" in messages(harness), "the persona")
        await harness.press("p", "enter")
        await harness.until(lambda: isinstance(harness.app.screen, ConfirmDialog), "the question")
        await harness.press("enter")
        assert len(harness.core_harness.gateway.orders) == 1


NOTES = notes_to_json((Instrument("Piano", (Note(60, 0.0, 1.0, 90),)),))


async def ask_midi(harness: AppHarness, path: Path) -> None:
    """Request the MIDI file of the current take with this name."""
    await harness.press("alt+m")
    await harness.until(lambda: isinstance(harness.app.screen, PromptDialog), "the question")
    harness.app.screen.query_one(Input).value = str(path)
    await harness.press("enter")


async def test_the_notes_are_written_to_a_file(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.delivered = lambda _: NOTES
        await harness.press("j")
        await ask_midi(harness, tmp_path / "song.mid")
        await harness.until(lambda: f"The notes are in {tmp_path / 'song.mid'}" in messages(harness), "the file")
        assert (tmp_path / "song.mid").read_bytes().startswith(b"MThd")


async def test_the_file_name_is_entered_before_the_request_is_sent(tmp_path: Path) -> None:
    """A dialog that opened after the gateway's response would get the keys that are typed by then."""
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.delivered = lambda _: NOTES
        await harness.press("j", "alt+m")
        assert isinstance(harness.app.screen, PromptDialog)
        assert harness.app.screen.query_one(Input).value == "雨の東京 Neon Rain.mid"
        await harness.press("escape")
        assert not harness.core_harness.gateway.orders
        await ask_midi(harness, tmp_path / "no" / "song.mid")
        assert isinstance(harness.app.screen, PromptDialog)
        assert "cannot be written" in str(harness.app.screen.query_one("#dialog-note", Static).content)
        assert not harness.core_harness.gateway.orders


async def test_an_existing_file_is_replaced_only_after_a_confirmation(tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_text("mine")
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.delivered = lambda _: NOTES
        await harness.press("j")
        await ask_midi(harness, tmp_path / "song.mid")
        await harness.until(lambda: isinstance(harness.app.screen, ConfirmDialog), "the question")
        await harness.press("enter")
        assert isinstance(harness.app.screen, PromptDialog)
        assert not harness.core_harness.gateway.orders
        assert (tmp_path / "song.mid").read_text() == "mine"
        await harness.press("enter")
        await harness.until(lambda: isinstance(harness.app.screen, ConfirmDialog), "the question")
        await harness.press("down", "enter")
        await harness.until(lambda: "The notes are in" in messages(harness), "the file")
        assert (tmp_path / "song.mid").read_bytes().startswith(b"MThd")


@pytest.mark.parametrize("key", ["T", "W"])
async def test_an_unsupported_feature_is_reported(key: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.has_extras = False
        await harness.press("j", key, *(["enter"] if key == "W" else []))
        assert NotSupported.what in messages(harness)
        assert harness.app.return_code is None


# --- links that change ------------------------------------------------------------------------------------------------


async def test_a_stream_is_requested_again_before_it_is_opened(
    tmp_path: Path, opened: list[str], copied: list[str]
) -> None:
    async with open_app(tmp_path) as harness:
        done = Clip("clip-5-1", status=ClipStatus.COMPLETE, audio_url="https://cdn.example.com/final.mp3")
        harness.core_harness.gateway.set_task("task-5", TaskStatus.SUCCESS, clips=(done,))
        await harness.press("y")
        assert copied == ["https://cdn.example.com/5-1.mp3"], "what is there, at once"
        assert "Streaming link" in messages(harness)
        await harness.press("o")
        await harness.until(lambda: opened == ["https://cdn.example.com/final.mp3"], "the final link")


@pytest.mark.parametrize("key", ["y", "o"])
async def test_a_take_without_a_link_has_a_reason(
    key: str, tmp_path: Path, opened: list[str], copied: list[str]
) -> None:
    """Verified to fail with "no audio link yet" for all takes, which promises one."""
    raw = '{"data": [{"id": "mute", "audio_url": "https://suno.com/api/forbidden"}]}'
    clip = Clip("mute", title="Mute", status=ClipStatus.COMPLETE)
    mute = Task("task-9", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1_000.0, clips=(clip,))
    async with open_app(tmp_path, tasks=[mute]) as harness:
        core = harness.core_harness.core
        await core.storage.run(core.stores.tasks.save, [mute], {"task-9": raw})
        detail = harness.app.screen.query_one(Detail)
        detail.reload()
        await harness.until(lambda: detail.shown is not None and detail.shown.raw == raw, "the response")
        await harness.press(key)
        await harness.until(lambda: "take" in messages(harness), "why")
        assert "This gateway gives no download of this take's audio" in messages(harness)
        assert (copied, opened) == ([], [])


async def test_a_final_link_is_opened_without_a_request(tmp_path: Path, opened: list[str]) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j")
        asked = len(harness.core_harness.gateway.asked)
        await harness.press("o")
        await harness.until(lambda: opened == ["https://cdn.example.com/4-1.mp3"], "the opener")
        assert len(harness.core_harness.gateway.asked) == asked
