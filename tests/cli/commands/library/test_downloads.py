"""The command that saves takes, on the demo gateway and its faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from sunotui.cli.exits.exit_codes import GATEWAY, NOT_FOUND, USAGE
from sunotui.cli.output.progress import download_line
from sunotui.core.documents.json_models.documents import DOCUMENTS
from sunotui.domain.annotations import TakeRef
from sunotui.domain.saving.downloads import DownloadEntry, DownloadState, DownloadStatus, FileKind
from sunotui.player.files.completeness import declared_seconds
from sunotui.player.files.file_type import FileType
from tests.cli.conftest import CommandLine, StartDemo


def make_song(cli: CommandLine) -> Any:
    """A finished song of the demo gateway."""
    return cli.json("music", "--describe", "rain on the roof", "--wait")


def saved_in(folder: Path) -> list[str]:
    """The names of all files, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


def test_takes_are_saved_once_and_printed_as_paths(demo_cli: CommandLine, tmp_path: Path) -> None:
    song = make_song(demo_cli)
    folder = tmp_path / "new" / "music"
    out = demo_cli.run("download", song["id"], "--to", str(folder))
    assert sorted(out.splitlines()) == [str(folder / name) for name in saved_in(folder) if name.endswith(".mp3")]
    assert len(out.splitlines()) == 2
    assert "2 takes saved" in demo_cli.err
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    rows = demo_cli.json("download", song["clips"][0]["id"], "--to", str(folder))
    TypeAdapter(DOCUMENTS["downloads"]).validate_python(rows, strict=True)
    assert [(row["state"], row["kind"], row["take"], row["reason"]) for row in rows] == [("saved", "audio", 1, None)]
    assert Path(rows[0]["file"]).stat().st_size == rows[0]["size"]
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_one_take_of_each_song(demo_cli: CommandLine, tmp_path: Path) -> None:
    song = make_song(demo_cli)
    [row] = demo_cli.json("download", song["id"], "--take", "2", "--to", str(tmp_path / "a"))
    assert row["clip"] == song["clips"][1]["id"]
    demo_cli.run("download", song["id"], "--take", "9", "--to", str(tmp_path / "a"), code=NOT_FOUND)
    demo_cli.run("download", "unknown-id", "--to", str(tmp_path / "a"), code=NOT_FOUND)


def test_a_wav_file_is_made_and_saved(paid_cli: CommandLine, tmp_path: Path) -> None:
    song = make_song(paid_cli)
    options = ("--format", "wav", "--take", "1", "--to", str(tmp_path / "a"))
    [row] = paid_cli.json("download", song["id"], *options)
    assert (row["state"], row["kind"], Path(row["file"]).suffix) == ("saved", "wav", ".wav")
    assert Path(row["file"]).read_bytes()[:4] == b"RIFF"
    submissions = len(paid_cli.json("submissions"))
    assert paid_cli.json("download", song["id"], *options)[0]["state"] == "saved"
    assert len(paid_cli.json("submissions")) == submissions, "a saved file is not made again"


def test_a_video_is_made_and_saved(paid_cli: CommandLine, tmp_path: Path) -> None:
    song = make_song(paid_cli)
    options = ("--format", "video", "--take", "1", "--to", str(tmp_path / "a"))
    [row] = paid_cli.json("download", song["id"], *options)
    assert (row["state"], row["kind"], Path(row["file"]).suffix) == ("saved", "video", ".mp4")
    assert declared_seconds(row["file"], FileType.MP4) == pytest.approx(song["clips"][0]["duration"], abs=0.02)
    submissions = paid_cli.json("submissions")
    assert [one["request"]["kind"] for one in submissions].count("mp4") == 1
    assert paid_cli.json("download", song["id"], *options)[0]["state"] == "saved"
    assert paid_cli.json("submissions") == submissions, "a saved file is not made again"


def test_a_gateway_without_videos_is_asked_once(demo_cli: CommandLine, tmp_path: Path) -> None:
    song = make_song(demo_cli)
    rows = demo_cli.json("download", song["id"], "--format", "video", "--to", str(tmp_path / "a"), code=GATEWAY)
    assert [row["state"] for row in rows] == ["failed", "failed"]
    assert rows[0]["reason"] == "The gateway has made no video of this take yet"


def test_a_folder_that_cannot_be_made_is_one_sentence(demo_cli: CommandLine, tmp_path: Path) -> None:
    song = make_song(demo_cli)
    (tmp_path / "file").write_text("mine")
    demo_cli.run("download", song["id"], "--to", str(tmp_path / "file"), code=USAGE)
    assert "cannot be used" in demo_cli.err
    demo_cli.run("download", song["id"], "--to", " ", code=USAGE)
    assert "--to: it is empty" in demo_cli.err


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("expired-audio", "The link is dead (403), and the gateway has no other one"),
        ("html-audio", "The link leads to a web page, not to audio"),
        ("short-audio", "The file is not the whole song"),
        ("cut-audio", "The download was cut off after"),
    ],
)
def test_what_cannot_be_saved_is_listed_and_can_be_retried(
    cli: CommandLine, swift: None, start_demo: StartDemo, tmp_path: Path, fault: str, reason: str
) -> None:
    cli.use(start_demo(f"{fault}:30"))
    song = make_song(cli)
    options = ("--take", "1", "--to", str(tmp_path / "a"))
    [row] = cli.json("download", song["id"], *options, code=GATEWAY)
    assert row["state"] == "failed"
    assert reason in row["reason"]
    assert row["file"] is None
    assert reason in cli.err
    assert not [name for name in saved_in(tmp_path / "a") if not name.startswith(".")]


def test_a_song_that_was_cut_off_in_the_middle_is_complete(
    cli: CommandLine, swift: None, start_demo: StartDemo, tmp_path: Path
) -> None:
    cli.use(start_demo("cut-audio:3"))
    song = make_song(cli)
    [row] = cli.json("download", song["id"], "--take", "1", "--to", str(tmp_path / "a"))
    assert row["state"] == "saved"
    assert saved_in(tmp_path / "a")[0].endswith(".mp3")


def music(tmp_path: Path, auto_save: str = "favourites") -> Path:
    """The folder of the settings, which are written."""
    folder = tmp_path / "music"
    (tmp_path / "config").mkdir(exist_ok=True)
    settings = f'[save]\nfolder = "{folder}"\nauto_save = "{auto_save}"\n'
    (tmp_path / "config" / "config.toml").write_text(settings)
    return folder


def test_a_command_saves_what_it_makes_a_favourite(demo_cli: CommandLine, tmp_path: Path) -> None:
    song, folder = make_song(demo_cli), music(tmp_path)
    demo_cli.run("rate", song["id"], "--favourite")
    [name] = saved_in(folder)
    (folder / name).unlink()
    demo_cli.run("rate", song["id"], "--unfavourite")
    demo_cli.run("rate", song["id"], "--favourite")
    assert saved_in(folder) == [], "who deletes a file does not want it back"


def test_every_take_that_is_waited_for_is_saved(demo_cli: CommandLine, tmp_path: Path) -> None:
    folder = music(tmp_path, "all")
    make_song(demo_cli)
    assert len(saved_in(folder)) == 2


def test_a_failed_automatic_save_is_one_sentence(
    cli: CommandLine, swift: None, start_demo: StartDemo, tmp_path: Path
) -> None:
    cli.use(start_demo("expired-audio:30"))
    song, folder = make_song(cli), music(tmp_path)
    cli.run("rate", song["id"], "--favourite")
    [line] = [line for line in cli.err.splitlines() if "saved" in line]
    assert line.startswith("Not saved: ")
    assert line.endswith(", take 1: The link is dead (403), and the gateway has no other one")
    assert not [name for name in saved_in(folder) if not name.startswith(".")]


def test_all_that_is_missing_is_saved_and_counted(demo_cli: CommandLine, tmp_path: Path) -> None:
    song, folder = make_song(demo_cli), music(tmp_path, "off")
    demo_cli.run("rate", song["id"], "--favourite")

    def counts() -> str:
        findings = demo_cli.json("doctor", "--offline")["findings"]
        return next(str(each["sentence"]).partition(";")[0] for each in findings if each["name"] == "saved files")

    assert counts() == "0 takes saved, 1 song at risk, 0 files missing"
    [row] = demo_cli.json("download", "--missing")
    assert (row["state"], row["take"]) == ("saved", 1)
    assert counts() == "1 take saved, 0 songs at risk, 0 files missing"
    Path(row["file"]).unlink()
    assert counts() == "0 takes saved, 0 songs at risk, 1 file missing"
    assert demo_cli.run("download", "--missing").strip() == row["file"]
    assert demo_cli.json("download", "--missing") == []
    assert len(saved_in(folder)) == 1


def test_missing_takes_no_ids(demo_cli: CommandLine) -> None:
    demo_cli.run("download", "--missing", "some-id", code=USAGE)
    demo_cli.run("download", code=USAGE)


def test_a_line_of_progress() -> None:
    entry = DownloadEntry(1, TakeRef("t", "c"), "Rain", 1, FileKind.AUDIO, DownloadState.SAVED)
    active = entry._replace(id=2, state=DownloadState.ACTIVE)
    status = DownloadStatus((entry, active), False, 4_000_000, 8_000_000, 1_234_567.0, 3.24)
    assert download_line(status) == f"{'━' * 12}{'─' * 12} 1 of 2 saved, 4.0 of 8.0 MB, 1.2 MB/s, 0:03 left"


def test_timed_lyrics_come_beside_a_saved_take_when_its_times_arrive(demo_cli: CommandLine, tmp_path: Path) -> None:
    lyrics = tmp_path / "lyrics.txt"
    lyrics.write_text("[Verse]\nRain on the roof\n", encoding="utf-8")
    song = demo_cli.json("music", "--lyrics-file", str(lyrics), "--style", "folk", "--wait")
    folder = tmp_path / "music"
    demo_cli.run("download", song["id"], "--to", str(folder))
    config = Path(demo_cli.environ["SUNOTUI_CONFIG_DIR"]) / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text('[save]\nsidecars = ["lrc"]\n', encoding="utf-8")
    first, second = sorted(folder.glob("*.mp3"), key=lambda path: song["clips"][0]["id"][:8] not in path.name)
    demo_cli.run("timing", song["clips"][0]["id"])
    assert "Rain on the roof" in first.with_suffix(".lrc").read_text(encoding="utf-8")
    assert not second.with_suffix(".lrc").exists()
    # By now it is known that the gateway offers times.
    first.with_suffix(".lrc").write_text("mine", encoding="utf-8")
    demo_cli.run("download", song["id"], "--to", str(folder))
    assert "Rain on the roof" in second.with_suffix(".lrc").read_text(encoding="utf-8")
    assert first.with_suffix(".lrc").read_text(encoding="utf-8") == "mine"
