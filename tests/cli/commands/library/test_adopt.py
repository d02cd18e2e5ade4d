"""adopt: songs made elsewhere, by links and ids, and the audio files of a folder."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from mutagen.id3 import COMM, ID3, TXXX

from sunotui.core.downloads.tagging.song_tags import CLIP_ID
from sunotui.domain.saving.downloads import FileKind, FileState
from sunotui.storage.db.connection import Database
from sunotui.storage.downloads.saved_files import SavedFileStore
from tests.cli.conftest import CommandLine, StartDemo

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def elsewhere(cli: CommandLine, folder: Path) -> None:
    """Use an empty library."""
    cli.environ |= {"SUNOTUI_DATA_DIR": str(folder)}


def test_links_and_ids_are_added_once(demo_cli: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> None:
    made = demo_cli.json("music", "--describe", "rain", "--wait")
    other = demo_cli.json("music", "--describe", "snow", "--wait")
    first, second = (clip["id"] for clip in made["clips"])
    elsewhere(demo_cli, tmp_path_factory.mktemp("elsewhere"))
    link = f"https://suno.com/song/{first}?sh=x"
    short, foreign = "https://suno.com/s/AbC", f"https://elsewhere.example/song/{second}"
    found = demo_cli.json("adopt", link, other["id"], UNKNOWN, short, foreign, code=7)
    assert [(one["given"], one["state"], one["task"], one["clip"]) for one in found] == [
        (link, "added", first, first),
        (other["id"], "added", other["id"], None),
        (UNKNOWN, "missing", None, None),
        (short, "invalid", None, None),
        (foreign, "invalid", None, None),
    ]
    assert "no song with this id" in found[2]["reason"]
    assert "short link" in found[3]["reason"]
    assert "no link of suno.com or of the gateway" in found[4]["reason"]
    # A take without its song becomes a song of its own, with all that the gateway reports about it.
    (adopted,) = (task for task in demo_cli.json("tasks") if task["id"] == first)
    assert adopted["status"] == "success"
    assert adopted["clips"] == [made["clips"][0]]
    again = demo_cli.json("adopt", link, other["id"], other["clips"][1]["id"])
    assert [(one["state"], one["task"], one["clip"]) for one in again] == [
        ("known", first, first),
        ("known", other["id"], None),
        ("known", other["id"], other["clips"][1]["id"]),
    ]
    assert second not in demo_cli.run("tasks")
    assert "in the library before" in (demo_cli.run("adopt", link) and demo_cli.err)
    # Several references to one song are one line.
    assert demo_cli.run("adopt", link, first, f"suno.com/song/{first}").count(first) == 1
    # The gateway's own link of the other take.
    (own,) = demo_cli.json("adopt", made["clips"][1]["audio_url"])
    assert (own["state"], own["task"]) == ("added", second)


def test_a_gateway_without_a_feed_says_so(
    cli: CommandLine, start_demo: StartDemo, swift: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cli.use(start_demo(dialect="one-hub"))
    made = cli.json("music", "--describe", "rain", "--wait")
    elsewhere(cli, tmp_path_factory.mktemp("elsewhere"))
    cli.run("adopt", made["clips"][0]["id"], code=7)
    assert "cannot look up single takes" in cli.err
    assert cli.json("adopt", made["id"])[0]["state"] == "added"


def test_a_path_is_not_an_id(demo_cli: CommandLine, tmp_path: Path) -> None:
    (found,) = demo_cli.json("adopt", str(tmp_path), code=7)
    assert found["state"] == "invalid"
    assert "--folder DIR" in demo_cli.err


def test_ids_come_from_standard_input_or_a_folder_never_both(
    demo_cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = demo_cli.json("lyrics", "rain")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{made['id']}\n".encode())))
    assert demo_cli.json("adopt", "-")[0]["state"] == "known"
    demo_cli.run("adopt", code=2)
    demo_cli.run("adopt", "x", "--folder", ".", code=2)


# --- a folder ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def song(demo_cli: CommandLine) -> dict[str, Any]:
    """A song of two takes in the library."""
    made: dict[str, Any] = demo_cli.json("music", "--describe", "rain", "--wait")
    return made


def contents(folder: Path) -> dict[str, object]:
    """Everything about a folder that must not change."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        body = path.read_bytes() if path.is_file() and not path.is_symlink() else None
        found[str(path)] = (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino, body)
    return found


def saved(cli: CommandLine) -> SavedFileStore:
    return SavedFileStore(Database.open(Path(cli.environ["SUNOTUI_DATA_DIR"]) / "library.db"))


def test_files_are_matched_by_name_and_tags_and_left_alone(
    demo_cli: CommandLine, song: dict[str, Any], tmp_path: Path
) -> None:
    first, second = song["clips"]
    audio, other = (httpx.get(clip["audio_url"]).content for clip in (first, second))
    folder = tmp_path / "music"
    inner = folder / "inner"
    inner.mkdir(parents=True)
    (folder / f"My song {first['id'].upper()}.MP3").write_bytes(audio)
    (inner / f"Rain [{first['id'][:8]}] (2).mp3").write_bytes(audio)
    (inner / "tagged.mp3").write_bytes(other)
    tags = ID3()
    tags.add(COMM(encoding=3, lang="eng", desc="", text=f"made with suno; id={second['id']}"))
    tags.save(inner / "tagged.mp3")
    (inner / "z own.mp3").write_bytes(other)
    tags.add(COMM(encoding=3, lang="eng", desc="", text=f"Prompt: like {first['id']}, id {second['id']}"))
    tags.add(TXXX(encoding=3, desc=CLIP_ID, text=second["id"]))
    tags.save(inner / "z own.mp3")
    hostile = {
        f"a cut {first['id']}.mp3": (audio[:100_000], "it is cut off: 0:25 of"),
        f"b page {first['id']}.mp3": (b"<html>no</html>", "it is not audio"),
        f"c both {first['id']} {second['id']}.mp3": (audio, "it has the ids of several takes"),
        "d empty.mp3": (b"", "it is empty"),
        "e nothing.mp3": (audio, "neither its name nor its tags have the id of a take"),
        f"f {UNKNOWN}.mp3": (audio, f"the library has no take {UNKNOWN}"),
    }
    for name, (body, _) in hostile.items():
        (folder / name).write_bytes(body)
    (folder / f"g {first['id']}.mp3").symlink_to(folder / "e nothing.mp3")
    os.mkfifo(folder / f"h {first['id']}.mp3")
    (folder / "notes.txt").write_text(first["id"])
    (inner / "loop").symlink_to(folder)
    before = contents(folder)
    found = demo_cli.json("adopt", "--folder", str(folder), code=7)
    assert contents(folder) == before
    assert [(Path(one["path"]).name, one["clip"], one["take"], one["is_new"]) for one in found["matched"]] == [
        (f"My song {first['id'].upper()}.MP3", first["id"], 1, True),
        (f"Rain [{first['id'][:8]}] (2).mp3", first["id"], 1, True),
        ("tagged.mp3", second["id"], 2, True),
        ("z own.mp3", second["id"], 2, True),
    ]
    reasons = {Path(one["path"]).name: one["reason"] for one in found["unmatched"]}
    assert len(reasons) == len(hostile) + 2
    for name, (_, reason) in hostile.items():
        assert reasons[name].startswith(reason), name
    assert reasons[f"g {first['id']}.mp3"] == "it is a symbolic link"
    assert reasons[f"h {first['id']}.mp3"] == "it is not a regular file"
    file = next(one for one in saved(demo_cli).all() if one.path.name == "tagged.mp3")
    assert (file.path, file.kind, file.state, file.task_id) == (
        inner / "tagged.mp3",
        FileKind.AUDIO,
        FileState.PRESENT,
        song["id"],
    )
    assert file.size == (inner / "tagged.mp3").stat().st_size
    again = demo_cli.json("adopt", "--folder", str(folder), code=7)
    assert [one["is_new"] for one in again["matched"]] == [False] * 4
    assert len(saved(demo_cli).all()) == 4


def test_a_known_file_is_hashed_again_only_after_a_change(
    demo_cli: CommandLine, song: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = song["clips"][0]
    path = tmp_path / f"{clip['id']}.mp3"
    path.write_bytes(httpx.get(clip["audio_url"]).content)
    demo_cli.json("adopt", "--folder", str(tmp_path))
    (before,) = saved(demo_cli).all()
    with path.open("ab") as file:
        file.write(b"more")
    demo_cli.json("adopt", "--folder", str(tmp_path))
    (after,) = saved(demo_cli).all()
    assert after.sha256 != before.sha256
    assert (after.size, after.saved_at) == (before.size + 4, before.saved_at)

    def forbidden(_file: object) -> str:
        raise AssertionError("hashed again")

    monkeypatch.setattr("sunotui.core.adoption.folder._sha256", forbidden)
    assert "1 matched before" in (demo_cli.run("adopt", "--folder", str(tmp_path)) and demo_cli.err)


def test_what_an_interrupted_search_found_stays(
    demo_cli: CommandLine, song: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = song["clips"][0]
    body = httpx.get(clip["audio_url"]).content
    for number in range(4):
        (tmp_path / f"{number} {clip['id']}.mp3").write_bytes(body)

    def interrupt(_line: object, words: str) -> None:
        if words.startswith("2 of"):
            raise KeyboardInterrupt

    monkeypatch.setattr("sunotui.cli.commands.library.adopt_folder.ProgressLine.show", interrupt)
    demo_cli.run("adopt", "--folder", str(tmp_path), code=130)
    assert "Interrupted" in demo_cli.err
    assert len(saved(demo_cli).all()) == 2


def test_a_folder_that_cannot_be_read_is_one_sentence(demo_cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for name in ("missing", "file", "bad\0name"):
        demo_cli.run("adopt", "--folder", str(tmp_path / name), code=2)
        assert len(demo_cli.err.splitlines()) == 1
    assert demo_cli.json("adopt", "--folder", str(tmp_path)) == {
        "folder": str(tmp_path),
        "matched": [],
        "unmatched": [],
    }
