"""The detail pane: differences from the request, failure reasons, usual durations, upload progress."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sunotui.core.events import BalanceChanged, InFlightChanged, RefundChecked, UploadProgress
from sunotui.domain.gateways.money import Balance, Refund, RefundState
from sunotui.domain.requests.request import DerivedRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.differences import Difference
from sunotui.domain.tasks.failure_reasons import MAYBE_REFUNDED, REFUNDED
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.tui.library.detail.clip_detail import ClipDetail
from sunotui.tui.library.detail.sections import difference_sentence, lyrics_lines
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.harness import AppHarness, PaintCounter, open_app, song


async def make_plain_song_of_a_cover(harness: AppHarness) -> None:
    """Put a cover that a relay turned into a plain song into the library, and move the cursor to it."""
    now = harness.core_harness.clock.now()
    request = DerivedRequest("cover", "parent-clip", lyrics="la", style="bossa nova", exclude="drums", title="Rain")
    row = Submission("sent-9", "main", request, "/suno/submit/music", "{}", SubmissionState.READY, now)
    clip = Clip("c-9", "Rain", ClipStatus.COMPLETE, tags="Bossa Nova, ", lyrics="la", audio_url="https://x.example/a")
    task = Task("task-9", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, now + 1, clips=(clip,), submission_id="sent-9")
    await harness.add_accepted(row, task)
    await harness.press("g")
    assert harness.tasks.current == "task-9"


@pytest.mark.parametrize("size", [(120, 40), (60, 20)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_dropped_fields_are_reported(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        await make_plain_song_of_a_cover(harness)
        await harness.press("enter", "i")
        assert "≠ differs: Exclude, Cover source" in harness.text()
        assert "requested “drums”" in harness.detail.body.text
        assert_looks_like(harness.text(), SNAPSHOTS / f"differences-{size[0]}x{size[1]}.txt")


def test_a_difference_is_one_clear_sentence() -> None:
    assert difference_sentence(Difference("Style", "folk", "rock")) == (
        "Style: requested “folk”, the gateway reports “rock”"
    )
    assert "may have been dropped on the way" in difference_sentence(Difference("Exclude", "drums", ""))
    assert len(difference_sentence(Difference("Lyrics", "la\n" * 900, "le\n" * 900))) < 250


async def test_the_box_of_an_unplayed_take_is_marked(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "H")
        await harness.settle()
        assert " Take 1  ∙Take 2" in harness.text_of(harness.detail)
        assert "∙ ♫" in harness.text_of(harness.tasks), "the row says so too"


async def test_a_matching_take_has_no_difference(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j")
        assert "≠" not in harness.text()


async def test_a_cover_that_is_generating_shows_the_lyrics_that_were_sent(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await make_plain_song_of_a_cover(harness)
        detail = await harness.core_harness.core.reader.detail("task-9")
        assert detail is not None
        task = detail.task._replace(status=TaskStatus.IN_PROGRESS, clips=())
        lines = lyrics_lines(ClipDetail(replace(detail, task=task), 1))
        assert [line.text for line in lines] == ["la"]
        unknown = replace(detail, task=task, submission=None)
        assert [line.text for line in lyrics_lines(ClipDetail(unknown, 1))] == ["Lyrics are not ready yet."]


async def test_a_known_reason_is_shown_with_the_gateways_text(tmp_path: Path) -> None:
    tasks = [
        Task("t-1", "main", TaskKind.MUSIC, TaskStatus.FAILURE, 2.0, fail_reason="任务超时（10分钟）"),
        Task("t-2", "main", TaskKind.MUSIC, TaskStatus.FAILURE, 1.0, fail_reason="the moon was wrong"),
    ]
    async with open_app(tmp_path, tasks=tasks) as harness:
        own, ours = harness.detail.body.text.split("\n")[:2]
        assert own == "任务超时（10分钟）"
        assert "gave this request up after 10 minutes" in ours
        await harness.press("j")
        assert harness.detail.body.text.split("\n")[:2] == ["the moon was wrong", ""]


async def test_a_failed_take_promises_no_refund_and_names_the_whole_one(tmp_path: Path) -> None:
    clips = (
        Clip("c-1", status=ClipStatus.ERROR, error="生成失败"),
        Clip("c-2", status=ClipStatus.COMPLETE, audio_url="https://x.example/a.mp3"),
    )
    tasks = [
        Task("t-1", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 2.0, clips=clips),
        Task("t-2", "main", TaskKind.MUSIC, TaskStatus.FAILURE, 1.0, fail_reason="生成失败", clips=clips),
    ]
    async with open_app(tmp_path, tasks=tasks) as harness:
        of_take = harness.detail.body.text
        assert "Take 2 is whole: it can be played and kept." in of_take
        assert MAYBE_REFUNDED in of_take
        assert REFUNDED not in of_take
        await harness.press("j")
        of_task = harness.detail.body.text
        assert "Take 2 is whole: it can be played and kept." in of_task
        assert REFUNDED in of_task


@pytest.mark.parametrize(
    ("refund", "is_shown"),
    [
        (Refund(RefundState.SEEN, 0.1, "$"), True),
        (Refund(RefundState.NOT_SEEN, 6.3, "¥"), True),
        (Refund(RefundState.UNKNOWN), False),
    ],
)
async def test_the_refund_is_reported(tmp_path: Path, refund: Refund, is_shown: bool) -> None:
    async with open_app(tmp_path) as harness:
        task = Task("t-1", "main", TaskKind.MUSIC, TaskStatus.FAILURE, 2.0, title_hint="Rain")
        harness.core_harness.core.events.publish(RefundChecked(task, refund))
        await harness.settle()
        words = f"Rain: {refund.sentence}"
        assert any(words in str(line.text) for line in harness.app.message_log.lines())
        notice = harness.app.status.notice
        assert (notice is not None and words in notice.text) is is_shown


async def test_the_usual_duration_is_updated_by_events_and_not_by_a_timer(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        core, clock = harness.core_harness.core, harness.core_harness.clock
        ended = [
            song(number, "Done", clock.now() - 9_000)._replace(made_in_s=seconds)
            for number, seconds in enumerate((120.0, 130.0, 210.0), start=20)
        ]
        await core.storage.run(core.stores.tasks.save, ended)
        harness.detail.reload()
        await harness.settle()
        assert "usually 2:10, 9 of 10 within 3:30; now 0:2" in harness.text()
        before = harness.text()
        clock._wall += 100
        await harness.settle()
        assert harness.text() == before
        clock._wall -= 100
        await clock.advance(60)
        await harness.settle()
        assert "9 of 10 within 3:30; now 1:" in harness.text()
        await harness.press("j")
        assert "usually" not in harness.text(), "what is done took what it took"


async def test_an_upload_is_shown_in_ten_steps(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.settle()
        painted = PaintCounter(harness.app)
        size = 10_000_000
        for sent in range(0, size * 6 // 10 + 1, 10_000):
            harness.core_harness.core.events.publish(UploadProgress("s", sent, size))
            if sent % 1_000_000 == 0:
                await harness.settle()
        assert "↥ 60%" in harness.text()
        assert painted.count <= 8
        harness.core_harness.core.events.publish(UploadProgress("s", size, size))
        harness.core_harness.core.events.publish(InFlightChanged(0))
        await harness.settle()
        assert "↥" not in harness.text()


async def test_an_aborted_upload_disappears(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.core.events.publish(InFlightChanged(1))
        harness.core_harness.core.events.publish(UploadProgress("s", 5, 10))
        await harness.settle()
        assert "50%" in harness.text()
        harness.core_harness.core.events.publish(InFlightChanged(0))
        await harness.settle()
        assert "50%" not in harness.text()


async def test_musical_facts_are_among_the_details(tmp_path: Path) -> None:
    clip = Clip(
        "c-1",
        status=ClipStatus.COMPLETE,
        bpm=112.0,
        musical_key="A minor",
        style_weight=0.6,
        persona_id="persona-1",
        is_max_mode=True,
    )
    tasks = [Task("t-1", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(clip,))]
    async with open_app(tmp_path, tasks=tasks) as harness:
        await harness.press("enter", "i")
        shown = [" ".join(line.split()) for line in harness.text().split("\n")]
        for row in ("BPM 112", "Key A minor", "Sliders style weight 0.6", "Voice persona-1", "Max mode yes"):
            assert any(row in line for line in shown), row


async def test_the_details_show_what_a_song_cost(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("enter", "i")
        assert "Cost" not in harness.text(), "no price is known"
        with Database.open(harness.core_harness.core.paths.library).write() as connection:
            connection.execute("INSERT INTO price VALUES (1, 'main', 'music', 0.1, '$', 0)")
        harness.core_harness.core.events.publish(BalanceChanged("main", Balance(4.9, "$")))
        await harness.until(lambda: "Cost" in harness.text(), "the price that was learned")
        for status, word, is_shown in ((TaskStatus.SUCCESS, "done", True), (TaskStatus.FAILURE, "failed", False)):
            with Database.open(harness.core_harness.core.paths.library).write() as connection:
                connection.execute("UPDATE task SET status = ? WHERE id = 'task-5'", [status.value])
            harness.detail.reload()
            state = f"State {word}"
            await harness.until(lambda state=state: state in " ".join(harness.text().split()), state)  # type: ignore[misc]
            assert ("Cost about $0.10 (the usual price)" in " ".join(harness.text().split())) is is_shown
        await harness.press("j", "enter")
        await harness.until(lambda: "Neon Rain" in harness.text(), "a song that was made elsewhere")
        assert "Cost" not in harness.text()


async def test_the_same_line_is_at_the_top_in_a_window_of_another_size(tmp_path: Path) -> None:
    """Regression: the number of the wrapped row was kept, which is another line in another width."""
    words = "\n".join(f"{number} is a line that wraps in a pane but not in a wide one" for number in range(80))
    plain = song(3, "Winter Wonderland", 3_000.0)
    long = plain._replace(clips=tuple(clip._replace(lyrics=words) for clip in plain.clips))
    async with open_app(tmp_path, (120, 40), tasks=[long]) as harness:
        await harness.press("enter", *["j"] * 20)
        first = harness.detail.body.render_line(0).text.split()[0]
        assert int(first) > 5
        for size in ((200, 60), (60, 15), (120, 40)):
            await harness.pilot.resize_terminal(*size)
            await harness.settle()
            assert harness.detail.body.render_line(0).text.split()[0] == first
