"""The folder of an exported album: only what changed is touched, and nothing of the user's ever."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from sunotui.core.albums import file_moves
from sunotui.core.albums.folder import AlbumFolder
from sunotui.core.albums.manifest import FOLDER
from sunotui.domain.errors import InvalidRequest
from tests.core.albums.exported_folder import export

SONGS = ("Rain", "Snow", "Sun")


def files(path: Path) -> dict[str, bytes]:
    """The visible files by name, with their content."""
    return {one.name: one.read_bytes() for one in path.iterdir() if one.is_file()}


def states(path: Path) -> dict[str, tuple[int, int]]:
    """All files with the values that reveal a write: i-node and time."""
    found = [one for one in path.rglob("*") if one.is_file() and one.name != "lock"]
    return {str(one): (one.stat().st_ino, one.stat().st_mtime_ns) for one in found}


def test_exported_again_nothing_is_written(tmp_path: Path) -> None:
    export(tmp_path, SONGS)
    before = states(tmp_path)
    changes = export(tmp_path, SONGS)
    assert states(tmp_path) == before
    assert [*changes.written, *changes.renamed, *changes.deleted] == []
    assert sorted(changes.unchanged) == ["01 Rain.mp3", "02 Snow.mp3", "03 Sun.mp3", "order.txt"]


def test_a_new_order_renames_the_files(tmp_path: Path) -> None:
    export(tmp_path, SONGS)
    inodes = {name[3:]: (tmp_path / name).stat().st_ino for name in files(tmp_path) if name.endswith(".mp3")}
    changes = export(tmp_path, ("Sun", "Snow", "Rain"))
    assert sorted(changes.renamed) == [("01 Rain.mp3", "03 Rain.mp3"), ("03 Sun.mp3", "01 Sun.mp3")]
    assert changes.written == ["order.txt"]
    assert {name[3:]: (tmp_path / name).stat().st_ino for name in files(tmp_path) if name.endswith(".mp3")} == inodes


def test_songs_of_one_title_change_places(tmp_path: Path) -> None:
    """Each new name is the old one of another file: a circle, also where case makes no difference."""
    export(tmp_path, ("Rain", "Rain*", "Rain**"))
    export(tmp_path, ("Rain*", "Rain**", "Rain"))
    found = files(tmp_path)
    assert [found[f"0{number} Rain.mp3"][:6] for number in (1, 2, 3)] == [b"Rain*R", b"Rain**", b"RainRa"]
    assert list((tmp_path / FOLDER).glob("*.moved")) == []


def test_a_song_that_is_removed_goes_and_its_number_is_used_again(tmp_path: Path) -> None:
    export(tmp_path, ("Rain", "Rain*", "Sun"))
    changes = export(tmp_path, ("Rain*", "Sun"))
    assert sorted(files(tmp_path)) == ["01 Rain.mp3", "02 Sun.mp3", "order.txt"]
    assert changes.renamed == [("02 Rain.mp3", "01 Rain.mp3"), ("03 Sun.mp3", "02 Sun.mp3")]


def test_other_content_replaces_the_file(tmp_path: Path) -> None:
    export(tmp_path, ("Rain", "Sun"))
    changes = export(tmp_path, ("Rain=louder", "Sun"))
    assert changes.written == ["01 Rain.mp3"]
    assert files(tmp_path)["01 Rain.mp3"].startswith(b"louder")


def test_other_content_at_another_place_is_moved_and_written_again(tmp_path: Path) -> None:
    """Tags have the number of a song, so a song that moves gets others."""
    export(tmp_path, ("Rain=1 rain", "Rain*=2 rain", "Sun=3 sun"))
    changes = export(tmp_path, ("Rain*=1 rain*", "Rain=2 rain", "Sun=3 sun"))
    assert sorted(changes.renamed) == [("01 Rain.mp3", "02 Rain.mp3"), ("02 Rain.mp3", "01 Rain.mp3")]
    assert [files(tmp_path)[f"0{at} Rain.mp3"][:6] for at in (1, 2)] == [b"1 rain", b"2 rain"]
    assert changes.unchanged == ["03 Sun.mp3", "order.txt"]


def test_files_of_the_user_are_never_touched(tmp_path: Path) -> None:
    (tmp_path / "01 RAIN.mp3").write_bytes(b"mine")
    (tmp_path / "order.txt").write_bytes(b"mine too")
    (tmp_path / "02 Snow.mp3").mkdir()
    (tmp_path / "03 Sun.mp3").symlink_to(tmp_path / "elsewhere")
    export(tmp_path, SONGS)
    export(tmp_path, ("Sun", "Rain"))
    assert (tmp_path / "01 RAIN.mp3").read_bytes() == b"mine"
    assert (tmp_path / "order.txt").read_bytes() == b"mine too"
    assert (tmp_path / "02 Snow.mp3").is_dir()
    assert not (tmp_path / "elsewhere").exists()
    assert {"01 Sun.mp3", "02 Rain.mp3", "order (2).txt"} < set(files(tmp_path))


def test_a_file_that_was_changed_stays_as_it_is(tmp_path: Path) -> None:
    export(tmp_path, SONGS)
    (tmp_path / "02 Snow.mp3").write_bytes(b"with my tags")
    changes = export(tmp_path, SONGS)
    assert changes.kept == ["02 Snow.mp3"]
    assert not changes.written
    export(tmp_path, ("Snow", "Rain"))
    export(tmp_path, ("Rain",))
    assert files(tmp_path)["02 Snow.mp3"] == b"with my tags"
    assert "02 Rain.mp3" not in files(tmp_path)


def test_what_was_changed_is_not_overwritten_by_other_content(tmp_path: Path) -> None:
    export(tmp_path, SONGS)
    (tmp_path / "order.txt").write_bytes(b"my own list")
    export(tmp_path, ("Sun", "Rain"))
    changes = export(tmp_path, ("Sun", "Rain"))
    assert files(tmp_path)["order.txt"] == b"my own list"
    assert files(tmp_path)["order (2).txt"] == b"01 Sun.mp3\n02 Rain.mp3"
    assert not changes.written


def test_a_file_that_was_deleted_is_written_again(tmp_path: Path) -> None:
    export(tmp_path, SONGS)
    (tmp_path / "02 Snow.mp3").unlink()
    assert export(tmp_path, SONGS).written == ["02 Snow.mp3"]


def test_a_copy_of_the_folder_continues(tmp_path: Path) -> None:
    """A copy has other times; without the hashes, all its files would be the user's."""
    export(tmp_path / "a", SONGS)
    shutil.copytree(tmp_path / "a", tmp_path / "b", copy_function=shutil.copyfile)
    assert not export(tmp_path / "b", SONGS).written


def test_the_folder_of_another_album_is_refused(tmp_path: Path) -> None:
    export(tmp_path, SONGS)
    with pytest.raises(InvalidRequest, match="has the album “Night”"), AlbumFolder.open(tmp_path, "Day", 2.0):
        pass
    assert not export(tmp_path, SONGS, album="The same under another name").written


def test_two_exports_at_once(tmp_path: Path) -> None:
    with AlbumFolder.open(tmp_path, "Night", 1.0), pytest.raises(InvalidRequest, match="exported"):
        export(tmp_path, SONGS)


def test_a_manifest_of_somebody_else_names_no_file_elsewhere(tmp_path: Path) -> None:
    export(tmp_path / "album", SONGS)
    victim = tmp_path / "victim.mp3"
    victim.write_bytes(b"Rain" * 1_000)
    manifest = tmp_path / "album" / FOLDER / "album.jsonl"
    text = manifest.read_text()
    for name in ("../victim.mp3", str(victim), f"{FOLDER}/../../victim.mp3"):
        manifest.write_text(text.replace("01 Rain.mp3", name))
        export(tmp_path / "album", ("Sun",))
        assert victim.exists()


@pytest.mark.parametrize("name", ["album.jsonl", "album.new", "new.part", "lock"])
@pytest.mark.parametrize("is_exported", [False, True])
def test_a_link_in_a_folder_of_somebody_else_is_not_followed(tmp_path: Path, name: str, is_exported: bool) -> None:
    album = tmp_path / "album"
    if is_exported:
        export(album, SONGS)
    precious = tmp_path / "precious"
    precious.write_text("precious")
    place = album / FOLDER / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(precious)
    with suppress(OSError):
        export(album, ("Sun", "Rain"))
    assert precious.read_text() == "precious"


def test_a_pipe_in_the_place_of_the_manifest_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    os.mkfifo(tmp_path / FOLDER / "album.jsonl")
    with pytest.raises(OSError, match="regular"):
        export(tmp_path, SONGS)


@pytest.mark.parametrize("damage", [b"", b"\xff\x00{", b'{"format":"sunotui-album"}\n[[[\n{"name":1}\n'])
def test_a_damaged_manifest_costs_no_file(tmp_path: Path, damage: bytes) -> None:
    export(tmp_path, SONGS)
    before = files(tmp_path)
    (tmp_path / FOLDER / "album.jsonl").write_bytes(damage)
    export(tmp_path, ("Sun", "Rain"))
    assert before.items() <= files(tmp_path).items()


def test_a_full_disk_leaves_the_folder_to_go_on_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export(tmp_path, SONGS)
    with monkeypatch.context() as patch:
        patch.setattr("tests.core.albums.exported_folder.put", _no_space)
        with pytest.raises(OSError, match="No space"):
            export(tmp_path, ("Sun", "Moon", "Rain"))
    export(tmp_path, ("Sun", "Moon", "Rain"))
    assert sorted(files(tmp_path)) == ["01 Sun.mp3", "02 Moon.mp3", "03 Rain.mp3", "order.txt"]


def _no_space(content: bytes, file: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without hard links, as a memory stick has."""

    def link(*args: object, **more: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)


@pytest.mark.usefixtures("no_links")
def test_without_hard_links(tmp_path: Path) -> None:
    export(tmp_path, ("Rain", "Rain*"))
    (tmp_path / "03 Sun.mp3").write_bytes(b"mine")
    changes = export(tmp_path, ("Rain*", "Rain", "Sun"))
    assert len(changes.renamed) == 2
    assert files(tmp_path)["03 Sun.mp3"] == b"mine"
    assert files(tmp_path)["01 Rain.mp3"].startswith(b"Rain*")


@pytest.mark.usefixtures("no_links")
def test_a_name_that_was_taken_but_not_filled_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill between the two steps of a move without hard links leaves an empty file."""
    export(tmp_path, ("Rain",))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            file_moves.move_to_free_name(tmp_path / FOLDER / "lock", tmp_path / "02 Sun.mp3")
    manifest = tmp_path / FOLDER / "album.jsonl"
    line = manifest.read_text().splitlines()[1]
    with manifest.open("a") as file:
        file.write(line.replace("01 Rain", "02 Sun") + "\n")
    export(tmp_path, ("Rain", "Sun"))
    assert sorted(files(tmp_path)) == ["01 Rain.mp3", "02 Sun.mp3", "order.txt"]


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.guarantee(
    "W10", ordinary="10 kills", long="200 kills", last_long_run="2026-11-30: 200 kills, 0 files lost or left over, 22 s"
)
@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=pytest.mark.long)])
def test_killed_at_any_moment_the_next_export_makes_it_right(tmp_path: Path, kills: int) -> None:
    chance = random.Random(18)
    songs = ("Rain", "Rain*", "Snow", "Sun")
    (tmp_path / "mine.mp3").write_bytes(b"mine")
    for _ in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.core.albums.exported_folder", str(tmp_path), *songs],
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        export(tmp_path, songs)
        found = files(tmp_path)
        assert found.pop("mine.mp3") == b"mine"
        assert sorted(found) == ["01 Rain.mp3", "02 Rain.mp3", "03 Snow.mp3", "04 Sun.mp3", "order.txt"]
        for song, name in zip(songs, sorted(found), strict=False):
            assert found[name] == song.encode() * 1_000
        assert {one.name for one in (tmp_path / FOLDER).iterdir()} <= {"album.jsonl", "lock", "new.part"}
