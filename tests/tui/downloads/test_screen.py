"""The downloads screen by keyboard and mouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.downloads.service import DownloadService
from sunotui.core.events import DownloadsChanged
from sunotui.core.safety.service import NamedTake, SafetyReport, SavedTake, TakeAtRisk
from sunotui.domain.annotations import TakeRef
from sunotui.domain.saving.downloads import DownloadEntry, DownloadState, DownloadStatus, FileKind, FileState, SavedFile
from sunotui.domain.saving.safety import DAY_S, NO_LINK_LIFE, LinkLife
from sunotui.tui.downloads.list import DownloadList
from sunotui.tui.downloads.screen import DownloadsScreen
from sunotui.tui.library.screen import LibraryScreen
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.harness import AppHarness, open_app, song
from tests.tui.test_contrast import ORDINARY, weak_in

SIZES = [(60, 15), (80, 24), (120, 40), (200, 60)]
ACTIVE, WAITING, FAILED = DownloadState.ACTIVE, DownloadState.WAITING, DownloadState.FAILED
SAVED, PAUSED = DownloadState.SAVED, DownloadState.PAUSED


def entry(number: int, title: str, state: DownloadState, take: int = 1, **facts: object) -> DownloadEntry:
    ref = TakeRef(f"task-{number}", f"clip-{number}-{take}")
    return DownloadEntry(number * 10 + take, ref, title, take, FileKind.AUDIO, state, **facts)  # type: ignore[arg-type]


def status(*entries: DownloadEntry, **totals: object) -> DownloadStatus:
    return DownloadStatus(entries, **totals)  # type: ignore[arg-type]


BUSY = status(
    entry(3, "Winter Wonderland", ACTIVE, received=2_900_000, total=4_000_000, bytes_per_s=1_200_000, seconds_left=1.0),
    entry(
        3, "Winter Wonderland", ACTIVE, 2, received=1_300_000, total=4_100_000, bytes_per_s=1_100_000, seconds_left=3.0
    ),
    entry(4, "雨の東京 Neon Rain", ACTIVE, received=300_000, total=3_200_000, bytes_per_s=900_000, seconds_left=130.0),
    entry(4, "雨の東京 Neon Rain", WAITING, 2),
    entry(5, "Velvet Windows", PAUSED, received=500_000, total=4_000_000),
    entry(6, "Untold", FAILED, 2, reason="The link is dead (404), and the gateway has no other one"),
    entry(7, "Où vont les étés", SAVED, total=4_400_000, path=Path("/m/Où vont les étés [1a2b3c4d].mp3"), ended_at=5.0),
    received=4_500_000,
    total=21_000_000,
    bytes_per_s=3_200_000,
    seconds_left=5.0,
)
RISKS = (
    ("8", "Harbour Lights", 1, 5.0, LinkLife(7.5 * DAY_S)),
    ("9", "Glass Rivers", 2, 8.0, NO_LINK_LIFE),
    ("6", "Untold", 2, 20.0, LinkLife(7.5 * DAY_S)),
)
WAV = SavedFile(
    "clip-2-2", FileKind.WAV, Path("/m/Ágætis kvöld.wav"), "task-2", "main", 61_000_000, "", 1, 4, 4, FileState.PRESENT
)
REPORT = SafetyReport(
    [
        TakeAtRisk(NamedTake(TakeRef(f"task-{number}", f"clip-{number}-{take}"), title, take), days * DAY_S, life)
        for number, title, take, days, life in RISKS
    ],
    [SavedTake(NamedTake(TakeRef("task-2", "clip-2-2"), "Ágætis kvöld", 2), WAV)],
    Path("/home/me/Music/sunotui"),
    41_000_000_000,
)


class Calls(list[str]):
    """What the screen asked of the downloads, and what these say."""

    status = DownloadStatus()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return replace_downloads(monkeypatch)


def replace_downloads(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """The queue and the library say what the test sets."""
    made = Calls()

    def record(name: str) -> None:
        async def call(_self: object, *arguments: object, **_options: object) -> int:
            made.append(" ".join(map(str, (name, *arguments))))
            return 1

        monkeypatch.setattr(DownloadService, name, call)

    monkeypatch.setattr(DownloadService, "status", property(lambda _: made.status))
    for name in ("pause", "resume", "cancel", "retry", "retry_all"):
        record(name)

    async def add(_self: object, takes: list[TakeRef], **_options: object) -> int:
        made.append(f"add {' '.join(take.clip_id for take in takes)}")
        return len(takes)

    async def report(_self: object) -> SafetyReport:
        return REPORT

    async def at_risk(_self: object) -> list[TakeRef]:
        return [one.named.take for one in REPORT.at_risk]

    monkeypatch.setattr(DownloadService, "add", add)
    monkeypatch.setattr("sunotui.core.safety.service.SafetyService.report", report)
    monkeypatch.setattr("sunotui.core.safety.service.SafetyService.at_risk", at_risk)
    return made


async def open_downloads(harness: AppHarness, calls: Calls, shown: DownloadStatus = BUSY) -> DownloadsScreen:
    """Open the screen on a queue."""
    await show(harness, calls, shown)
    await harness.press("alt+d")
    screen = harness.app.screen
    assert isinstance(screen, DownloadsScreen)
    await harness.until(lambda: "free" in harness.text(), "the report")
    return screen


async def show(harness: AppHarness, calls: Calls, shown: DownloadStatus) -> None:
    calls.status = shown
    harness.core_harness.core.events.publish(DownloadsChanged(shown))
    await harness.settle()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_screen(size: tuple[int, int], tmp_path: Path, calls: Calls) -> None:
    async with open_app(tmp_path, size) as harness:
        await open_downloads(harness, calls)
        assert_looks_like(harness.text(), SNAPSHOTS / f"downloads-{size[0]}x{size[1]}.txt")


async def test_every_word_can_be_read(tmp_path: Path, calls: Calls) -> None:
    async with open_app(tmp_path) as harness:
        await open_downloads(harness, calls)
        assert await weak_in(harness, ORDINARY) == {}


async def test_nothing_to_show(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=[]) as harness:
        await harness.press("alt+d")
        assert "Nothing is being saved, and nothing is at risk." in harness.text()
        await harness.press("j", "enter", "space", "x", "r", "p", "d")
        assert isinstance(harness.app.screen, DownloadsScreen)


async def test_keys_act_on_the_take_under_the_cursor(tmp_path: Path, calls: Calls) -> None:
    async with open_app(tmp_path) as harness:
        await open_downloads(harness, calls)
        await harness.press("x", "p")
        assert calls == ["cancel 31", "pause"]
        calls.clear()
        await harness.press("j", "j", "j", "j", "j")
        assert "r Try again  x Remove" in harness.text()
        await harness.press("r", "R")
        assert calls == ["retry 62", "retry_all"]
        calls.clear()
        await harness.press("j", "d", "D")
        assert calls == ["add clip-8-1", "add clip-8-1 clip-9-2 clip-6-2"]
        assert "Saving 3 takes at risk" in harness.text()
        await harness.press("escape")
        assert isinstance(harness.app.screen, LibraryScreen)


async def test_paused_downloads_are_resumed(tmp_path: Path, calls: Calls) -> None:
    async with open_app(tmp_path) as harness:
        await open_downloads(harness, calls, status(entry(3, "Winter", PAUSED), is_paused=True))
        assert "p Resume all" in harness.text()
        assert "1 download paused" in harness.text()
        await harness.press("p")
        assert calls == ["resume"]


async def test_enter_goes_to_the_song(tmp_path: Path, calls: Calls) -> None:
    async with open_app(tmp_path, tasks=[song(3, "Winter", 1_000.0), song(4, "Rain", 2_000.0)]) as harness:
        await open_downloads(harness, calls)
        await harness.press("enter")
        await harness.until(lambda: isinstance(harness.app.screen, LibraryScreen), "the library")
        assert harness.tasks.current == "task-3"


async def test_the_cursor_stays_on_its_take(tmp_path: Path, calls: Calls) -> None:
    async with open_app(tmp_path) as harness:
        await open_downloads(harness, calls)
        await harness.press("j")
        rows = harness.app.screen.query_one(DownloadList)
        assert rows.current is not None
        assert rows.current.take.clip_id == "clip-3-2"
        done = BUSY.entries[1]._replace(state=SAVED, path=Path("/m/w2.mp3"))
        await show(harness, calls, BUSY._replace(entries=(BUSY.entries[0], done, *BUSY.entries[2:])))
        assert rows.current.take.clip_id == "clip-3-2"
        assert rows.current.path == Path("/m/w2.mp3")
        await harness.press("G")
        assert rows.current.title == "Ágætis kvöld"
        await harness.press("g")
        assert rows.current.take.clip_id == "clip-3-1"


async def test_only_lines_that_change_are_painted(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(tmp_path) as harness:
        await open_downloads(harness, calls)
        rows = harness.app.screen.query_one(DownloadList)
        painted: list[int] = []
        render_line = rows.render_line
        monkeypatch.setattr(rows, "render_line", lambda y: painted.append(y) or render_line(y))  # type: ignore[func-returns-value]
        await show(harness, calls, BUSY)
        assert painted == []
        more = BUSY.entries[0]._replace(received=3_000_000)
        await show(harness, calls, BUSY._replace(entries=(more, *BUSY.entries[1:])))
        assert painted == [1]


WHY = (
    "The server's certificate is not valid for this name, so nothing was downloaded, and the gateway has no other link "
    "of this take at all, neither in its feed nor in its last response"
)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_long_reason_is_below_its_take(size: tuple[int, int], tmp_path: Path, calls: Calls) -> None:
    failed = status(entry(6, "Untold", FAILED, reason=WHY), entry(7, "Velvet", FAILED, reason="It is gone"))
    async with open_app(tmp_path, size) as harness:
        screen = await open_downloads(harness, calls, failed)
        shown = " ".join(harness.text().replace("│", " ").split())
        assert WHY[1:] in shown
        rows = screen.query_one(DownloadList)
        await harness.press("j")
        assert rows.current is not None
        assert rows.current.title == "Velvet"
        await harness.pilot.click(DownloadList, offset=(9, 4))
        await harness.settle()
        assert rows.current is not None
        assert rows.current.title == "Untold", "its reason belongs to it"
        await harness.pilot.resize_terminal(300, 40)
        await harness.settle()
        assert any("Untold" in line and WHY[1:] in line for line in harness.text().splitlines())


async def test_the_mouse_chooses_and_opens(tmp_path: Path, calls: Calls) -> None:
    async with open_app(tmp_path, tasks=[song(3, "Winter", 1_000.0), song(4, "Rain", 2_000.0)]) as harness:
        await open_downloads(harness, calls)
        rows = harness.app.screen.query_one(DownloadList)
        await harness.pilot.click(DownloadList, offset=(9, 4))
        await harness.settle()
        assert rows.current is not None
        assert rows.current.take.clip_id == "clip-4-1"
        await harness.pilot.click(DownloadList, offset=(9, 4), times=2)
        await harness.until(lambda: isinstance(harness.app.screen, LibraryScreen), "the library")
        assert harness.tasks.current == "task-4"


async def test_no_row_is_empty_while_nothing_is_saved(calls: Calls, tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press("alt+d")
        assert harness.text().splitlines()[1].startswith("╭─")
