"""The web page in headless Chromium: the parsed document, what is blocked, and the rendering."""

from __future__ import annotations

import io
import wave
from base64 import b64encode
from html import escape
from pathlib import Path

import pytest

from sunotui.core.transfer.html_export.page import PageTrack, track
from sunotui.core.transfer.html_export.writer import SavedSounds
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.gateway.media import DownloadedMedia
from tests.core.transfer.html_export.test_page import HOSTILE, FakeDownloader, Seen, written
from tests.support.browser import needs_chromium, play_all, run_browser
from tests.support.sample_library import song

pytestmark = needs_chromium
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)


def a_page(folder: Path) -> Path:
    """A page with hostile texts only, an embedded cover and a linked player."""
    clips = tuple(
        Clip(
            f"c{number}",
            text,
            ClipStatus.COMPLETE,
            tags=text,
            lyrics=f"[Verse]\n{text}\n[Chorus]\nla",
            audio_url="https://cdn.example/a.mp3",
            image_url="https://cdn.example/a.png",
            duration_s=60.0,
        )
        for number, text in enumerate(HOSTILE)
    )
    task = song("t1", clips=clips)
    page = folder / "page.html"
    page.write_text(
        written([(task, clip) for clip in clips], FakeDownloader(DownloadedMedia(PIXEL, "image/png"))), encoding="utf-8"
    )
    return page


def test_a_browser_parses_the_page_and_runs_nothing(tmp_path: Path) -> None:
    page = a_page(tmp_path)
    done = run_browser(page, tmp_path / "profile", "--dump-dom")
    meant, made = Seen(page.read_text("utf-8")), Seen(done.stdout)
    assert [name for name, _ in made.tags if name != "tbody"] == [name for name, _ in meant.tags]
    for text in HOSTILE:
        assert made.text.count(text) >= 2
    refused = [line for line in done.stderr.splitlines() if "Content Security Policy" in line]
    assert refused == [], "the page keeps to its own policy: its style is taken, its covers are shown"


def test_the_policy_blocks_injected_markup(tmp_path: Path) -> None:
    """A page with injected markup: the browser runs and loads none of it."""
    page = a_page(tmp_path)
    slipped = (
        "<script>document.title='RUN'</script><img src=x onerror=\"document.title='RUN'\"><style>*{}</style></main>"
    )
    page.write_text(page.read_text("utf-8").replace("</main>", slipped), encoding="utf-8")
    done = run_browser(page, tmp_path / "profile", "--dump-dom")
    assert "<title>RUN" not in done.stdout
    assert "Content Security Policy" in done.stderr


@pytest.mark.parametrize("options", [(), ("--blink-settings=preferredColorScheme=0",)], ids=["light", "dark"])
def test_it_is_drawn(options: tuple[str, ...], tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    run_browser(a_page(tmp_path), tmp_path / "p", "--window-size=900,1200", f"--screenshot={picture}", *options)
    assert picture.stat().st_size > 20_000, "more than an empty sheet"


def test_it_prints(tmp_path: Path) -> None:
    paper = tmp_path / "page.pdf"
    run_browser(a_page(tmp_path), tmp_path / "p", f"--print-to-pdf={paper}")
    assert paper.read_bytes().startswith(b"%PDF")


def test_a_browser_may_play_saved_files_beside_the_page(tmp_path: Path) -> None:
    """The page of the test above with players that load at once: nothing is refused, and a file that is not
    beside it would be."""
    clip = Clip("c", "Rain", ClipStatus.COMPLETE)
    sound = tmp_path / "my music" / "a#1.wav"
    sound.parent.mkdir()
    sound.write_bytes(b"RIFF")
    text = written(
        [(song("t1", clips=(clip,)), clip)],
        FakeDownloader(DownloadedMedia(PIXEL, "image/png")),
        saved=SavedSounds({"c": sound}, tmp_path),
    )
    page = tmp_path / "page.html"
    for policy, refused in (("", 0), ("'self' file:", 1)):
        page.write_text(text.replace('preload="none"', 'preload="auto"').replace(escape(policy), "", bool(policy)))
        done = run_browser(page, tmp_path / "profile", "--virtual-time-budget=1000", "--dump-dom")
        assert done.stderr.count("Content Security Policy") == refused


def test_a_browser_plays_saved_and_embedded_audio(tmp_path: Path) -> None:
    """From the policy of the page: a file beside it and embedded audio play to the same length, and a damaged file is
    an error."""
    clips = [Clip(name, name, ClipStatus.COMPLETE) for name in ("saved", "damaged")]
    folder = tmp_path / "my music"
    folder.mkdir()
    (folder / "a#1 50%.wav").write_bytes(_a_tone(3.0))
    (folder / "damaged.wav").write_bytes(_a_tone(3.0)[20:])
    text = written(
        [(song("t1", clips=(clip,)), clip) for clip in clips],
        FakeDownloader(DownloadedMedia(PIXEL, "image/png")),
        saved=SavedSounds({"saved": folder / "a#1 50%.wav", "damaged": folder / "damaged.wav"}, tmp_path),
    )
    embedded = f"data:audio/wav;base64,{b64encode(_a_tone(1.5)).decode()}"
    page = tmp_path / "page.html"
    page.write_text(text.replace("</ol>", track(PageTrack("embedded", audio=embedded), 3) + "</ol>"), encoding="utf-8")
    assert play_all(page, tmp_path / "profile") == {0: "3.0", 1: "error", 2: "1.5"}


def _a_tone(seconds: float) -> bytes:
    """A WAV file of a square tone."""
    file = io.BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(8_000)
        opened.writeframes((b"\x00\x10" * 8 + b"\x00\xf0" * 8) * round(8_000 * seconds / 16))
    return file.getvalue()
