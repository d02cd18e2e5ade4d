"""The keys of the library that save takes, and their messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.downloads.service import DownloadService
from sunotui.core.events import DownloadsChanged
from sunotui.core.safety.service import SafetyReport
from sunotui.domain.annotations import TakeRef
from sunotui.domain.saving.downloads import DownloadEntry, DownloadState, DownloadStatus, FileKind
from sunotui.domain.tasks.task import TaskStatus
from sunotui.tui.downloads.lines import Keys, lines_of
from sunotui.tui.downloads.texts import received_text, size_text, time_left_text
from tests.tui.harness import AppHarness, open_app, song

SONGS = [song(3, "Winter", 1_000.0), song(4, "Rain", 2_000.0)]


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The takes that are added to the downloads, which save nothing."""
    made: list[list[str]] = []

    async def add(_self: object, takes: list[TakeRef], **_options: object) -> int:
        made.append([take.clip_id for take in takes])
        return len(takes) if len(made) < 2 else 0

    monkeypatch.setattr(DownloadService, "add", add)
    return made


async def test_d_saves_the_take_that_is_shown(tmp_path: Path, added: list[list[str]]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await harness.press("right_square_bracket", "d")
        assert added == [["clip-4-2"]]
        assert "Saving Rain, take 2" in harness.text()
        await harness.press("d")
        assert "Rain, take 2 is being saved already" in harness.text()


async def test_d_saves_the_marked_songs(tmp_path: Path, added: list[list[str]]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await harness.press("s", "v", "j", "v")
        assert "d Save 2" in harness.text()
        await harness.press("d")
        assert sorted(added[0]) == ["clip-3-1", "clip-3-2", "clip-4-1"], "a favourite, and all takes of the other song"
        assert "Saving 3 takes of 2 songs; alt+d shows how far it is" in harness.text()
        assert not harness.tasks.selection


@pytest.mark.parametrize("answer", [[], ["j"]], ids=["ask", "mp3"])
async def test_a_file_that_the_gateway_makes_is_confirmed_with_its_price(tmp_path: Path, answer: list[str]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        core, kinds = harness.core_harness.core, list[FileKind]()

        async def add(_takes: object, *, kind: FileKind = FileKind.AUDIO) -> int:
            kinds.append(kind)
            return 1

        core.settings = core.settings._replace(save=core.settings.save._replace(format="wav"))
        core.services.downloads.add = add  # type: ignore[method-assign, assignment]
        await harness.press("d")
        assert "Ask main for the WAV" in harness.text()
        assert "may cost money" in harness.text()
        assert kinds == []
        await harness.press(*answer, "enter")
        await harness.until(lambda: "Saving Rain, take 1" in harness.text(), "the download")
        assert kinds == [FileKind.AUDIO if answer else FileKind.WAV]
        assert len(harness.core_harness.gateway.orders) == (not answer)


async def test_a_song_that_is_being_generated_cannot_be_saved(tmp_path: Path, added: list[list[str]]) -> None:
    async with open_app(tmp_path, tasks=[song(5, "Soon", 1_000.0, TaskStatus.IN_PROGRESS)]) as harness:
        await harness.press("d")
        assert added == []
        assert "still being generated" in harness.text()


async def test_all_at_risk_are_saved(tmp_path: Path, added: list[list[str]]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await harness.press("D")
        assert "Nothing is at risk" in harness.text()
        await harness.press("s")
        assert "♥" in harness.text()
        await harness.until(lambda: "At risk      1" in harness.text(), "the count")
        assert "! not saved" in harness.text()
        await harness.press("D")
        assert added == [["clip-4-1"]]


def entry(number: int, state: DownloadState, **facts: object) -> DownloadEntry:
    return DownloadEntry(number, TakeRef("t", f"c{number}"), "Rain", number, FileKind.AUDIO, state, **facts)  # type: ignore[arg-type]


async def publish(harness: AppHarness, *entries: DownloadEntry, received: int = 0) -> None:
    is_open = any(one.state is DownloadState.ACTIVE for one in entries)
    status = DownloadStatus(entries, received=received, total=100 if is_open else None)
    harness.core_harness.core.events.publish(DownloadsChanged(status))
    await harness.settle()


async def test_one_message_when_all_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The real queue is empty, and would say so.
    monkeypatch.setattr(DownloadService, "_publish", lambda _: None)
    active, saved, failed = DownloadState.ACTIVE, DownloadState.SAVED, DownloadState.FAILED

    def messages() -> list[str]:
        return [str(line.text) for line in harness.app.message_log.lines()]

    async with open_app(tmp_path, tasks=SONGS) as harness:
        await publish(harness, entry(1, active), received=37)
        assert "saving 35%" in harness.text()
        await publish(harness, entry(1, saved, path=Path("/m/Rain.mp3")))
        assert "saving" not in harness.text()
        assert messages() == ["Saved Rain.mp3"]
        await publish(harness, entry(1, saved), entry(2, active), entry(3, active))
        await publish(harness, entry(1, saved), entry(2, saved), entry(3, active))
        assert len(messages()) == 1
        await publish(harness, entry(1, saved), entry(2, saved), entry(3, failed, reason="The disk is full"))
        assert "1 take saved, 1 not; alt+d shows why" in messages()
        await publish(harness, entry(4, active))
        await publish(harness, entry(4, failed, reason="The disk is full"))
        assert "Rain, take 4 is not saved: the disk is full" in messages()


def test_sizes_and_times() -> None:
    assert [size_text(size) for size in (12, 491_000, 4_000_000, 61_400_000, 41_000_000_000)] == [
        "12 B",
        "491 kB",
        "4.0 MB",
        "61 MB",
        "41 GB",
    ]
    assert received_text(2_900_000, 4_000_000) == "2.9 of 4.0 MB"
    assert received_text(0, None) == ""
    assert [time_left_text(seconds) for seconds in (5.2, 130.0, 3_700.0)] == ["5s", "2:10", "1:01:40"]


def test_a_deleted_file_is_not_among_the_saved_ones() -> None:
    path = Path("/m/Rain.mp3")
    status = DownloadStatus((entry(1, DownloadState.SAVED, path=path),))
    assert len(lines_of(status, SafetyReport(), Keys())) == 2
    assert lines_of(status, SafetyReport(gone={path}), Keys()) == []
