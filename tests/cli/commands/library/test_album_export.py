"""Albums from scripts: artist, cover and the export to a folder."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from pathlib import Path

import pytest
from mutagen.id3 import ID3
from pydantic import TypeAdapter

from sunotui.core.documents.json_models.documents import DOCUMENTS
from sunotui.domain.saving.downloads import FileKind, FileState, SavedFile
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.downloads.saved_files import SavedFileStore
from sunotui.storage.tasks.task_store import TaskStore
from tests.cli.conftest import CommandLine, StartDemo
from tests.support.paths import ROOT

SOUNDS = ROOT / "sunotui" / "demo" / "sounds"
SONGS = {"neon": "Neon: Rain/Snow", "pulse": "=cmd|' /C calc'!A1", "meadow": "Meadow\n#EXTINF:0,\x1b[31mevil"}


@pytest.fixture
def album(cli: CommandLine, tmp_path: Path) -> CommandLine:
    """An album of three songs, the first two of which are saved."""
    tasks = [
        Task(
            f"{name}-task",
            "home",
            TaskKind.MUSIC,
            TaskStatus.SUCCESS,
            1_700_000_000.0,
            clips=(
                Clip(
                    f"{name}-clip",
                    title,
                    ClipStatus.COMPLETE,
                    tags="jazz",
                    lyrics="" if name == "pulse" else f"[Verse]\nOh {name}",
                    description=f"a song of {name}",
                    model="chirp-v5",
                    duration_s=61.0,
                    created_at=1_764_460_800.0,
                ),
            ),
        )
        for name, title in SONGS.items()
    ]
    database = Database.open(Path(cli.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    TaskStore(database).save(tasks)
    saved = tmp_path / "saved"
    saved.mkdir()
    for name in ("neon", "pulse"):
        save(database, saved / f"{name}.mp3", name)
    database.close()
    cli.run("album", "add", "Night Drive", *(task.id for task in tasks))
    return cli


def save(database: Database, path: Path, name: str) -> None:
    """Save a song."""
    content = (SOUNDS / f"{name}.mp3").read_bytes()
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    state = path.stat()
    file = (f"{name}-clip", FileKind.AUDIO, path, f"{name}-task", "home", state.st_size, digest, state.st_mtime_ns)
    SavedFileStore(database).put([SavedFile(*file, 1.0, 1.0, FileState.PRESENT)])


def picture(path: Path) -> Path:
    """A picture file."""
    from PIL import Image

    Image.new("RGB", (8, 8), "red").save(path)
    return path


def test_an_album_as_a_folder(album: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "Night Drive"
    album.run("album", "export", "night drive", "--to", "", code=2)
    made = album.json("album", "export", "night drive", "--to", str(folder), code=5)
    for name, document in (("album_export", made), ("album", album.json("album", "show", "Night Drive"))):
        TypeAdapter(DOCUMENTS[name]).validate_python(document)
    assert made["written"][:2] == ["01 Neon Rain Snow.mp3", "02 =cmd ' C calc'!A1.mp3"]
    assert made["missing"] == [
        {
            "task": "meadow-task",
            "clip": "meadow-clip",
            "title": "Meadow #EXTINF:0,[31mevil",
            "reason": "This take has no audio link, and the gateway tells no other one",
        }
    ]
    assert (folder / "Night Drive.m3u8").read_text().splitlines() == [
        "#EXTM3U",
        "#PLAYLIST:Night Drive",
        "#EXTINF:61,Neon: Rain/Snow",
        "01 Neon Rain Snow.mp3",
        "#EXTINF:61,=cmd|' /C calc'!A1",
        "02 =cmd ' C calc'!A1.mp3",
    ]
    tags = ID3(folder / made["written"][1])
    assert [str(tags[name]) for name in ("TALB", "TRCK")] == ["Night Drive", "2"]
    sheet = (folder / "lyrics.txt").read_text()
    assert "1. Neon: Rain/Snow\n\n[Verse]\nOh neon\n" in sheet
    assert "2. =cmd|' /C calc'!A1\n\n(instrumental)\n" in sheet
    facts = (folder / "credits.txt").read_text()
    for fact in ("Prompt:   a song of neon", "Style:    jazz", "Model:    chirp-v5", "Gateway:  home", "2025-11-30"):
        assert fact in facts
    assert "2:02" in facts


def test_exported_again_in_another_order(album: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    album.run("album", "export", "Night Drive", "--to", str(folder), code=5)
    assert "nothing changed" in after(album, folder)
    album.run("album", "move", "Night Drive", "pulse-task", "--to", "1")
    made = album.json("album", "export", "Night Drive", "--to", str(folder), code=5)
    assert sorted((one["old"], one["new"]) for one in made["renamed"]) == [
        ("01 Neon Rain Snow.mp3", "02 Neon Rain Snow.mp3"),
        ("02 =cmd ' C calc'!A1.mp3", "01 =cmd ' C calc'!A1.mp3"),
    ]
    assert str(ID3(folder / "02 Neon Rain Snow.mp3")["TRCK"]) == "2"
    album.run("album", "remove", "Night Drive", "neon-task")
    made = album.json("album", "export", "Night Drive", "--to", str(folder), code=5)
    assert made["deleted"] == ["02 Neon Rain Snow.mp3", "lyrics.txt"]
    assert made["unchanged"] == ["01 =cmd ' C calc'!A1.mp3"]


def after(album: CommandLine, folder: Path) -> str:
    """What another export says."""
    album.run("album", "export", "Night Drive", "--to", str(folder), code=5)
    return album.err


def test_a_deleted_saved_file_stays_in_the_folder(album: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    album.run("album", "export", "Night Drive", "--to", str(folder), code=5)
    (tmp_path / "saved" / "neon.mp3").unlink()
    album.run("album", "move", "Night Drive", "neon-task", "--to", "3")
    made = album.json("album", "export", "Night Drive", "--to", str(folder), code=5)
    assert [missing["clip"] for missing in made["missing"]] == ["meadow-clip"]
    assert (folder / "03 Neon Rain Snow.mp3").is_file()


def test_artist_and_cover(album: CommandLine, tmp_path: Path) -> None:
    folder, red = tmp_path / "out", picture(tmp_path / "red.png")
    assert album.run("album", "artist", "Night Drive", "The Nachtvögel") == (
        "The album “Night Drive” is by “The Nachtvögel”\n"
    )
    album.run("album", "cover", "Night Drive", "--file", str(red))
    shown = album.json("album", "show", "Night Drive")
    assert (shown["artist"], shown["cover_file"], shown["saved"], shown["duration"]) == (
        "The Nachtvögel",
        str(red),
        2,
        183.0,
    )
    album.run("album", "export", "Night Drive", "--to", str(folder), code=5)
    assert (folder / "cover.png").read_bytes() == red.read_bytes()
    tags = ID3(folder / "01 Neon Rain Snow.mp3")
    assert (str(tags["TPE1"]), tags.getall("APIC")[0].data) == ("The Nachtvögel", red.read_bytes())
    red.unlink()
    assert "the folder keeps its cover" in after(album, folder)
    assert "nothing changed" in after(album, folder)
    assert (folder / "cover.png").is_file()
    album.run("album", "cover", "Night Drive", "--first")
    assert album.json("album", "show", "Night Drive")["cover_file"] is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "no such file"), (b"<html>", "not a picture"), (b"\x89PNG\r\n\x1a\n" + bytes(90), "cannot be used")],
)
def test_an_invalid_picture_is_rejected(album: CommandLine, tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "cover.png"
    if content is not None:
        path.write_bytes(content)
    album.run("album", "cover", "Night Drive", "--file", str(path), code=2)
    assert reason in album.err


def test_a_picture_whose_name_is_not_text(album: CommandLine, tmp_path: Path) -> None:
    path = picture(tmp_path / "cover.png").rename(tmp_path / "\udcff.png")
    album.run("album", "cover", "Night Drive", "--file", str(path), code=2)
    path.unlink()
    assert "UTF-8" in album.err


def test_a_folder_that_cannot_be_used(album: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    album.run("album", "export", "Night Drive", "--to", str(tmp_path / "file"), code=2)
    assert "could not be written" in album.err
    album.run("album", "export", "Nothing", "--to", str(tmp_path / "out"), code=7)
    album.run("album", "add", "Other", "neon-task")
    album.run("album", "export", "Other", "--to", str(tmp_path / "out"))
    album.run("album", "export", "Night Drive", "--to", str(tmp_path / "out"), code=2)
    assert "has the album “Other”" in album.err


def test_artist_and_cover_go_with_the_library(album: CommandLine, tmp_path: Path) -> None:
    album.run("album", "artist", "Night Drive", "Nachtvögel")
    album.run("album", "cover", "Night Drive", "pulse-task")
    lines = album.run("export").splitlines()
    record = next(json.loads(line) for line in lines if '"record":"album"' in line)
    assert (record["artist"], record["cover_clip"]) == ("Nachtvögel", "pulse-clip")
    assert "cover_path" not in record
    (tmp_path / "library.jsonl").write_text("\n".join(lines) + "\n")
    album.environ["SUNOTUI_DATA_DIR"] = str(tmp_path / "other")
    album.run("import", str(tmp_path / "library.jsonl"))
    shown = album.json("album", "show", "Night Drive")
    assert (shown["artist"], shown["cover_clip"]) == ("Nachtvögel", "pulse-clip")


def test_the_page_of_an_album_plays_the_saved_files(album: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    album.run("export", "--html", "Night Drive", "-o", str(tmp_path / "pages" / "night.html"))
    page = (tmp_path / "pages" / "night.html").read_text()
    assert [part.split('"')[0] for part in page.split('src="')[1:]] == ["../saved/neon.mp3", "../saved/pulse.mp3"]
    assert "There is no sound." in page


def test_the_page_of_an_album_has_its_artist_and_its_picture(album: CommandLine, tmp_path: Path) -> None:
    red = picture(tmp_path / "red.png")
    album.run("album", "artist", "Night Drive", "The Nachtvögel")
    album.run("album", "cover", "Night Drive", "--file", str(red))
    page = album.run("export", "--html", "Night Drive")
    assert '<p class="artist" dir="auto">The Nachtvögel</p>' in page
    assert f"data:image/png;base64,{b64encode(red.read_bytes()).decode()}" in page
    red.unlink()
    page = album.run("export", "--html", "Night Drive")
    assert "The cover of the album is left out" in album.err
    assert "The Nachtvögel" in page


@pytest.mark.usefixtures("swift")
def test_songs_that_are_not_saved_are_saved_first(cli: CommandLine, start_demo: StartDemo, tmp_path: Path) -> None:
    cli.use(start_demo())
    config = Path(cli.environ["SUNOTUI_CONFIG_DIR"])
    config.mkdir()
    (config / "config.toml").write_text(f"[save]\nfolder = '{tmp_path / 'saved'}'\n")
    made = cli.json("music", "--describe", "a song of rain", "--wait")
    clips = [clip["id"] for clip in made["clips"]]
    cli.run("album", "add", "Rain", *clips)
    made = cli.json("album", "export", "Rain", "--to", str(tmp_path / "out"))
    assert (made["songs"], made["missing"], len(list((tmp_path / "saved").glob("*.mp3")))) == (2, [], 2)
    assert {"cover.png", "cover.jpg"} & set(made["written"])
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*/*") if path.is_file()}
    assert cli.json("album", "export", "Rain", "--to", str(tmp_path / "out"))["written"] == []
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert cli.json("album", "show", "Rain")["saved"] == 2


@pytest.mark.usefixtures("swift")
def test_the_cover_may_be_that_of_a_take_outside_the_album(
    cli: CommandLine, start_demo: StartDemo, tmp_path: Path
) -> None:
    """Regression: it was accepted, and the folder got the cover of the first take."""
    cli.use(start_demo())
    config = Path(cli.environ["SUNOTUI_CONFIG_DIR"])
    config.mkdir()
    (config / "config.toml").write_text(f"[save]\nfolder = '{tmp_path / 'saved'}'\n")
    made = cli.json("music", "--describe", "a song of rain", "--wait")
    one, other = (clip["id"] for clip in made["clips"])
    covers = []
    for name, take in (("One", one), ("Other", other)):
        cli.run("album", "add", name, take)
        cli.run("album", "export", name, "--to", str(tmp_path / name))
        covers.append(next((tmp_path / name).glob("cover.*")).read_bytes())
    assert covers[0] != covers[1]
    cli.run("album", "cover", "One", other)
    cli.run("album", "export", "One", "--to", str(tmp_path / "One"))
    assert next((tmp_path / "One").glob("cover.*")).read_bytes() == covers[1]
    header = cli.run("export", "--html", "One").partition("<main>")[0]
    assert b64encode(covers[1]).decode() in header
