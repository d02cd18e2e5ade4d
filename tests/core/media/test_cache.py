"""The media cache: its cap and order, files in use, other programs, full and unusable disks."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sunotui.core.media import cache as cache_module
from sunotui.core.media.cache import MediaCache, media_usage
from sunotui.core.media.locked_file import LockedFile
from tests.support.small_disk import fill, small_disk

KB = 1_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "media"


@pytest.fixture
def cache(folder: Path) -> Iterator[MediaCache]:
    made = MediaCache(folder, 10 * KB)
    yield made
    made.close()


def store(cache: MediaCache, key: str, size: int = 3 * KB, *, used_at: float | None = None) -> Path:
    """Put a file into the cache, and close it; returns its path."""
    part = cache.create(key, size)
    cache.append(part, b"x" * size)
    cache.keep(key, part, "mp3")
    cache.release(part)
    found = cache.find(key)
    assert found is not None
    if used_at is not None:
        os.utime(found.path, (used_at, used_at))
    found.close()
    return found.path


def content(cache: MediaCache, key: str) -> bytes | None:
    """The content of a file in the cache."""
    found = cache.find(key)
    if found is None:
        return None
    try:
        return found.path.read_bytes()
    finally:
        cache.release(found)


def test_a_file_is_kept_for_its_owner_only(cache: MediaCache, folder: Path) -> None:
    os.umask(0o000)
    try:
        path = store(cache, "clip")
    finally:
        os.umask(0o022)
    assert content(cache, "clip") == b"x" * 3 * KB
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [each.name for each in folder.iterdir()] == [path.name]
    assert media_usage(folder) == (1, 3 * KB)
    assert cache.problem == ""


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b", "", "x" * 5_000, "\udc80", "*", "a\0b"])
def test_an_id_of_a_gateway_is_not_a_path(cache: MediaCache, folder: Path, key: str) -> None:
    assert store(cache, key).parent == folder
    assert content(cache, key) is not None
    assert content(cache, "other") is None


def test_the_path_of_a_download_stays_valid_until_it_is_closed(cache: MediaCache) -> None:
    part = cache.create("clip", KB)
    cache.append(part, b"abc")
    assert content(cache, "clip") is None
    cache.keep("clip", part, "mp3")
    assert part.path.read_bytes() == b"abc"
    cache.release(part)
    assert not part.path.exists()
    assert content(cache, "clip") == b"abc"


def test_what_was_not_used_for_the_longest_time_goes_first(cache: MediaCache) -> None:
    for number in range(3):
        store(cache, f"clip {number}", used_at=1_000 + number)
    assert content(cache, "clip 0") is not None
    store(cache, "clip 3")
    assert [content(cache, f"clip {number}") is not None for number in range(4)] == [True, False, True, True]


def test_a_file_in_use_stays_above_the_cap_until_it_is_closed(cache: MediaCache, folder: Path) -> None:
    store(cache, "old", used_at=1_000)
    used = cache.find("old")
    assert used is not None
    os.utime(used.path, (1_000, 1_000))
    large = cache.create("large", 9 * KB)
    cache.append(large, b"x" * 9 * KB)
    cache.keep("large", large, "mp3")
    assert media_usage(folder).files == 2
    cache.release(large)
    assert media_usage(folder).files == 1
    assert used.path.exists()
    cache.release(used)
    assert content(cache, "old") is not None


@pytest.mark.parametrize("announced", [11 * KB, 3 * KB])
def test_a_file_that_is_larger_than_the_cap_takes_no_room(cache: MediaCache, folder: Path, announced: int) -> None:
    """It is only there while it is in use. Fails if it removes the files that can be kept."""
    store(cache, "old", used_at=1_000)
    store(cache, "new", used_at=2_000)
    part = cache.create("large", announced)
    cache.append(part, b"x" * 11 * KB)
    cache.keep("large", part, "mp3")
    assert part.path.stat().st_size == 11 * KB
    cache.release(part)
    assert not cache.has("large")
    assert cache.has("old")
    assert cache.has("new")
    assert media_usage(folder) == (2, 6 * KB)
    assert cache.problem == ""


def test_an_estimated_size_above_the_cap_removes_nothing(cache: MediaCache) -> None:
    store(cache, "old", used_at=1_000)
    part = cache.create("small", 20 * KB)
    cache.append(part, b"x" * 3 * KB)
    cache.keep("small", part, "mp3")
    cache.release(part)
    assert cache.has("old")
    assert cache.has("small")


def test_a_file_in_use_by_another_program_stays(cache: MediaCache) -> None:
    path = store(cache, "clip")
    script = (
        "import sys; from pathlib import Path; from sunotui.core.media.locked_file import LockedFile;"
        "assert LockedFile.open(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        large = cache.create("large", 9 * KB)
        cache.append(large, b"x" * 9 * KB)
        cache.keep("large", large, "mp3")
        assert path.exists()
        other.communicate()
    cache.release(large)
    assert not path.exists()


def test_two_programs_may_fetch_the_same_take_at_once(folder: Path) -> None:
    one, two = MediaCache(folder, 10 * KB), MediaCache(folder, 10 * KB)
    parts = [each.create("clip", KB) for each in (one, two)]
    for each, part in zip((one, two), parts, strict=True):
        each.append(part, b"abc")
        each.keep("clip", part, "mp3")
    for each, part in zip((one, two), parts, strict=True):
        each.release(part)
    assert content(one, "clip") == content(two, "clip") == b"abc"
    assert media_usage(folder).files == 1


def test_parts_of_killed_programs_are_removed_those_of_running_ones_not(folder: Path) -> None:
    running = MediaCache(folder, 10 * KB)
    part = running.create("clip", KB)
    abandoned = folder / f"{'a' * 32}-{'b' * 12}.part"
    abandoned.write_bytes(b"x")
    mine = folder / "notes.part"
    mine.write_bytes(b"x")
    other = MediaCache(folder, 10 * KB)
    other.release(other.create("other", KB))
    assert not abandoned.exists()
    assert part.path.exists()
    assert mine.exists()
    running.release(part)


def test_files_of_others_in_the_folder_are_neither_counted_nor_deleted(cache: MediaCache, folder: Path) -> None:
    store(cache, "clip")
    (folder / "my song.mp3").write_bytes(b"x" * 50 * KB)
    target = folder.parent / "outside"
    target.write_bytes(b"x" * 50 * KB)
    (folder / f"{'c' * 32}.mp3").symlink_to(target)
    store(cache, "next")
    assert media_usage(folder) == (2, 6 * KB)
    assert target.exists()
    assert (folder / "my song.mp3").exists()


def test_a_symbolic_link_is_not_followed(cache: MediaCache, folder: Path) -> None:
    path = store(cache, "clip")
    secret = folder.parent / "secret"
    secret.write_bytes(b"secret")
    path.unlink()
    path.symlink_to(secret)
    assert cache.find("clip") is None
    store(cache, "clip")
    assert secret.read_bytes() == b"secret"
    assert not path.is_symlink()


@pytest.mark.parametrize("kind", ["empty", "folder", "pipe"])
def test_only_files_with_content_are_found(cache: MediaCache, kind: str) -> None:
    path = store(cache, "clip")
    path.unlink()
    make: dict[str, Callable[[], object]] = {"empty": path.touch, "folder": path.mkdir, "pipe": lambda: os.mkfifo(path)}
    make[kind]()
    assert cache.find("clip") is None


def test_a_folder_that_is_a_symbolic_link_is_not_used(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    folder.parent.mkdir()
    folder.symlink_to(elsewhere)
    check_it_plays_without_a_cache(MediaCache(folder, 10 * KB), "symbolic link")
    assert list(elsewhere.iterdir()) == []
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755


def test_nothing_is_read_or_deleted_in_a_folder_that_is_a_symbolic_link(cache: MediaCache, folder: Path) -> None:
    path = store(cache, "clip")
    elsewhere = folder.rename(folder.parent / "elsewhere")
    for number in range(4):
        (elsewhere / f"{number:032x}.mp3").write_bytes(b"x" * 9 * KB)
    before = sorted(elsewhere.iterdir())
    folder.symlink_to(elsewhere)
    assert cache.find("clip") is None
    assert not cache.has("clip")
    part = cache.create("next", 3 * KB)
    cache.append(part, b"x" * 3 * KB)
    cache.keep("next", part, "mp3")
    cache.release(part)
    cache.remove("clip")
    assert sorted(elsewhere.iterdir()) == before
    assert elsewhere / path.name in before
    assert media_usage(folder) == (0, 0)


def test_only_files_of_the_cache_are_removed(cache: MediaCache, folder: Path) -> None:
    path = store(cache, "clip")
    note = path.with_suffix(".tar.gz")
    note.write_text("mine")
    cache.remove("clip")
    assert list(folder.iterdir()) == [note]


def test_a_path_that_cannot_be_a_folder_is_not_used(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("a file")
    check_it_plays_without_a_cache(MediaCache(folder, 10 * KB), str(folder))


def test_a_folder_that_cannot_be_written_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create = LockedFile.create

    def refuse(path: Path) -> LockedFile:
        if path.parent == folder:
            raise PermissionError(13, "Permission denied")
        return create(path)

    monkeypatch.setattr(LockedFile, "create", refuse)
    check_it_plays_without_a_cache(MediaCache(folder, 10 * KB), "permission denied")


def check_it_plays_without_a_cache(cache: MediaCache, words: str) -> None:
    """A download goes into a private temporary folder, which is deleted at the end; one sentence says why."""
    part = cache.create("clip", KB)
    cache.append(part, b"abc")
    cache.keep("clip", part, "mp3")
    assert part.path.read_bytes() == b"abc"
    assert stat.S_IMODE(part.path.parent.stat().st_mode) == 0o700
    assert words in cache.problem
    assert "Audio is not kept" in cache.problem
    temporary = part.path.parent
    cache.release(part)
    assert not part.path.exists()
    cache.close()
    assert not temporary.exists()


def test_without_a_cap_nothing_is_kept(folder: Path) -> None:
    cache = MediaCache(folder, 0)
    assert not cache.may_keep(1)
    part = cache.create("clip", KB)
    cache.append(part, b"abc")
    cache.keep("clip", part, "mp3")
    cache.release(part)
    assert cache.find("clip") is None
    assert cache.problem == ""
    assert not folder.exists()
    cache.close()


def test_what_was_kept_goes_when_the_cap_is_set_to_0(cache: MediaCache, folder: Path) -> None:
    store(cache, "old")
    used = LockedFile.open(store(cache, "used"))
    assert used is not None
    (folder / "mine.mp3").write_bytes(b"abc")
    without = MediaCache(folder, 0)
    without.release(without.create("clip", KB))
    assert not cache.has("old")
    assert used.path.exists(), "another program plays it"
    used.close()
    without.release(without.create("clip", KB))
    assert [path.name for path in folder.iterdir()] == ["mine.mp3"]
    without.close()


def test_a_folder_that_is_deleted_during_a_download_is_created_again(cache: MediaCache, folder: Path) -> None:
    part = cache.create("clip", KB)
    cache.append(part, b"abc")
    part.path.unlink()
    folder.rmdir()
    cache.append(part, b"def")
    cache.keep("clip", part, "mp3")
    cache.release(part)
    assert cache.problem == "", "the folder can be used"
    assert content(cache, "clip") is None
    store(cache, "clip")
    assert content(cache, "clip") == b"x" * 3 * KB


def test_a_folder_that_can_be_used_again_is_no_problem_any_more(
    cache: MediaCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(MediaCache, "_publish", refuse)
        part = cache.create("clip", KB)
        cache.append(part, b"abc")
        cache.keep("clip", part, "mp3")
        cache.release(part)
    assert "permission denied" in cache.problem
    store(cache, "clip")
    assert cache.problem == ""


def test_a_file_system_without_hard_links_gets_a_copy(cache: MediaCache, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    path = store(cache, "clip")
    assert content(cache, "clip") == b"x" * 3 * KB
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_damaged_file_can_be_removed(cache: MediaCache) -> None:
    store(cache, "clip")
    store(cache, "other")
    cache.remove("clip")
    assert content(cache, "clip") is None
    assert content(cache, "other") is not None


# --- a full disk ------------------------------------------------------------------------------------------------------


def test_on_a_full_disk_old_files_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "_SPARE_BYTES", 0)
    with small_disk(tmp_path / "disk") as disk:
        cache = MediaCache(disk / "media", 10_000 * KB)
        store(cache, "old", 300 * KB)
        part = cache.create("clip", 1)
        fill(disk / "filling")
        # The first write is cut in its middle.
        os.truncate(disk / "filling", (disk / "filling").stat().st_size - 100_000)
        data = os.urandom(250 * KB)
        cache.append(part, data)
        cache.keep("clip", part, "mp3")
        cache.release(part)
        assert content(cache, "old") is None
        assert content(cache, "clip") == data
        with pytest.raises(OSError, match="No space left"):
            cache.append(cache.create("last", 1), os.urandom(900 * KB))


def test_a_disk_without_room_is_not_used(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        cache = MediaCache(disk / "media", 10_000 * KB)
        part = cache.create("clip", 5_000 * KB)
        assert "no space left" in cache.problem
        cache.append(part, b"abc")
        cache.release(part)
        cache.close()
