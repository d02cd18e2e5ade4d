"""FileLoudness: what ffmpeg measures, and how near the estimate comes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sunotui.demo.media import sound
from sunotui.player.analysis.loudness import FileLoudness, by_ffmpeg, parsed
from sunotui.player.analysis.loudness_estimate import estimated
from sunotui.player.files.decoding import NotAudio
from tests.player.harness import player
from tests.player.programs import needs
from tests.player.sounds import converted, song, tones

FFMPEG = shutil.which("ffmpeg")
needs_ffmpeg = needs("ffmpeg")
WORST_DB = 1.5


@needs_ffmpeg
@pytest.mark.parametrize("loop", sound.LOOPS)
def test_the_estimate_is_near_what_ffmpeg_measures(loop: str, tmp_path: Path) -> None:
    assert FFMPEG is not None
    path = str(song(tmp_path / "a.mp3", 40, loop))
    ours, theirs = estimated(path), by_ffmpeg(FFMPEG, path)
    assert theirs is not None
    assert theirs.lufs is not None
    assert theirs.peak_db is not None
    assert ours.lufs == pytest.approx(theirs.lufs, abs=WORST_DB)
    assert ours.peak_db == pytest.approx(theirs.peak_db, abs=WORST_DB)


@needs_ffmpeg
@pytest.mark.parametrize("hertz", [60.0, 440.0, 4_000.0, 12_000.0])
def test_the_estimate_weighs_frequencies_as_the_standard_does(hertz: float, tmp_path: Path) -> None:
    assert FFMPEG is not None
    path = str(tones(tmp_path / "a.wav", [(hertz, 3)], level=0.1))
    theirs = by_ffmpeg(FFMPEG, path)
    assert theirs is not None
    assert estimated(path).lufs == pytest.approx(theirs.lufs, abs=0.3)


@needs_ffmpeg
def test_quiet_parts_do_not_count(tmp_path: Path) -> None:
    assert FFMPEG is not None
    loud = str(tones(tmp_path / "a.wav", [(1_000, 3)], level=0.3))
    gaps = str(tones(tmp_path / "b.wav", [(1_000, 3), (0, 6)], level=0.3))
    assert estimated(gaps).lufs == pytest.approx(estimated(loud).lufs, abs=0.5)
    theirs = by_ffmpeg(FFMPEG, gaps)
    assert theirs is not None
    assert estimated(gaps).lufs == pytest.approx(theirs.lufs, abs=0.5)


def test_silence_has_no_loudness(tmp_path: Path) -> None:
    path = str(tones(tmp_path / "a.wav", [(0, 2)]))
    assert estimated(path) == FileLoudness(None, None)
    if FFMPEG is not None:
        assert by_ffmpeg(FFMPEG, path) == FileLoudness(None, None)


def test_a_very_short_file_is_measured(tmp_path: Path) -> None:
    assert estimated(str(tones(tmp_path / "a.wav", [(1_000, 0.2)], level=0.1))).lufs == pytest.approx(-20, abs=1)


def test_text_has_no_loudness(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_text("<html>" * 1000)
    with pytest.raises(NotAudio):
        estimated(str(path))


@needs_ffmpeg
def test_ffmpeg_follows_no_playlist(tmp_path: Path) -> None:
    assert FFMPEG is not None
    path = tmp_path / "a.mp3"
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:5,\n{song(tmp_path / 'b.mp3', 5)}\n#EXT-X-ENDLIST\n")
    assert by_ffmpeg(FFMPEG, str(path)) is None


@pytest.mark.parametrize(
    ("report", "loudness"),
    [
        ("Integrated loudness:\n    I:  -9.3 LUFS\n x\n  Sample peak:\n    Peak:   -0.0 dBFS", FileLoudness(-9.3, 0.0)),
        ("Integrated loudness:\n    I: -70.0 LUFS\n  Sample peak:\n    Peak:   -inf dBFS", FileLoudness(None, None)),
        ("Integrated loudness:\n    I:  0.0 LUFS\n", None),
        ("", None),
    ],
)
def test_reports_of_ffmpeg(report: str, loudness: FileLoudness | None) -> None:
    assert parsed(report) == loudness


def test_the_player_measures_while_it_plays(tmp_path: Path) -> None:
    path = song(tmp_path / "a.mp3", 20)
    with player() as under_test:
        under_test.send("load", gen=1, path=str(path))
        answer = under_test.ask("measure", path=str(path))
        assert answer["ok"]
        assert -20 < answer["lufs"] < -10
        assert -10 < answer["peak"] <= 0
        under_test.wait_for_position(0.9)


@needs_ffmpeg
def test_the_player_measures_aac(tmp_path: Path) -> None:
    path = converted(song(tmp_path / "a.mp3", 5), tmp_path / "a.m4a")
    with player() as under_test:
        assert under_test.ask("measure", path=str(path))["lufs"] < 0


def test_what_cannot_be_measured_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_text("not a song")
    with player(env={"PATH": "/nowhere"}) as under_test:
        answer = under_test.ask("measure", path=str(path))
        assert answer == {
            "re": answer["re"], "ok": False, "err": "The loudness of this file cannot be measured",
        }  # fmt: skip
