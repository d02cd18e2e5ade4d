"""The unfinished file of a download: what is resumed, and what is not trusted."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sunotui.core.downloads import part_file
from sunotui.core.downloads.part_file import PartFile, delete_abandoned, forget_part, part_size
from sunotui.core.media.locked_file import lock
from sunotui.gateway.audio_stream import ResumePoint

KEY = "home\0clip\0audio"


def opened(folder: Path) -> PartFile:
    """The part, which no other process uses."""
    part = PartFile.open(folder, KEY)
    assert part is not None
    return part


def written(folder: Path, data: bytes = b"abc", length: int | None = 6, etag: str = '"x"') -> Path:
    """A part with data, closed; its path."""
    part = opened(folder)
    part.begin(length, etag)
    part.append(data)
    part.close()
    return part.path


def test_what_was_written_is_resumed(tmp_path: Path) -> None:
    written(tmp_path)
    part = opened(tmp_path)
    assert part.point == ResumePoint(3, 6, '"x"')
    assert not part.is_complete
    part.append(b"def")
    assert (part.is_complete, part.head, part.size) == (True, b"abcdef", 6)
    part.close()
    assert part_size(tmp_path, KEY) == 6


@pytest.mark.parametrize(
    "facts",
    [
        "",
        "[]",
        "nonsense",
        '{"length": 6}',
        '{"length": 6, "etag": "W/\\"x\\""}',
        '{"length": 2, "etag": "\\"x\\""}',
        '{"length": true, "etag": "\\"x\\""}',
        '{"length": "6", "etag": "\\"x\\""}',
        '{"length": null, "etag": ""}',
        "[" * 100_000,
    ],
)
def test_without_certain_facts_it_starts_again(tmp_path: Path, facts: str) -> None:
    written(tmp_path).with_suffix(".json").write_text(facts)
    part = opened(tmp_path)
    assert (part.point, part.size) == (ResumePoint(), 0)
    part.close()


def test_a_complete_file_needs_no_etag(tmp_path: Path) -> None:
    written(tmp_path, b"abcdef", 6, "")
    part = opened(tmp_path)
    assert part.is_complete
    part.close()


def test_a_part_is_used_by_one_at_a_time_and_its_lock_ends_with_it(tmp_path: Path) -> None:
    part = opened(tmp_path)
    assert PartFile.open(tmp_path, KEY) is None
    assert PartFile.open(tmp_path, "other") is not None
    part.close()
    part.close()
    opened(tmp_path).close()


def test_an_empty_part_leaves_nothing_behind(tmp_path: Path) -> None:
    opened(tmp_path).close()
    assert list(tmp_path.iterdir()) == []


def test_a_part_with_another_name_is_not_written(tmp_path: Path) -> None:
    path = written(tmp_path)
    other = tmp_path / "other"
    other.hardlink_to(path)
    part = opened(tmp_path)
    part.begin(None, "")
    part.append(b"xyz")
    part.close()
    assert other.read_bytes() == b"abc"


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, make: object) -> None:
    path = written(tmp_path)
    path.unlink()
    make(path)  # type: ignore[operator]
    with pytest.raises(OSError):  # noqa: PT011 - the number differs between systems
        PartFile.open(tmp_path, KEY)


def test_a_link_in_the_place_of_the_facts_is_replaced(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    facts = written(tmp_path).with_suffix(".json")
    facts.unlink()
    facts.symlink_to(precious)
    part = opened(tmp_path)
    part.begin(3, '"y"')
    part.close()
    assert precious.read_text() == "precious"


def test_a_pipe_in_the_place_of_the_facts_is_not_waited_for(tmp_path: Path) -> None:
    facts = written(tmp_path).with_suffix(".json")
    facts.unlink()
    os.mkfifo(facts)
    part = opened(tmp_path)
    assert part.point == ResumePoint()
    part.close()


def test_what_another_process_has_begun_meanwhile_is_not_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails where a part is deleted by its name although the one that was locked has gone."""
    path = written(tmp_path)

    def lock_late(descriptor: int, kind: int) -> bool:
        path.unlink()
        path.write_bytes(b"the next one")
        return lock(descriptor, kind)

    monkeypatch.setattr(part_file, "lock", lock_late)
    forget_part(tmp_path, KEY)
    assert path.read_bytes() == b"the next one"


def test_a_half_written_copy_is_deleted_and_one_with_a_name_is_recognized(tmp_path: Path) -> None:
    copy = written(tmp_path).with_suffix(".new")
    copy.write_bytes(b"half")
    part = opened(tmp_path)
    assert (part.placed, copy.exists()) == (None, False)
    part.close()
    copy.write_bytes(b"whole")
    (tmp_path / "Rain.mp3").hardlink_to(copy)
    part = opened(tmp_path)
    assert part.placed == tmp_path / "Rain.mp3"
    part.discard()
    assert [path.name for path in tmp_path.iterdir()] == ["Rain.mp3"]


def test_only_what_nobody_uses_or_wants_is_deleted(tmp_path: Path) -> None:
    written(tmp_path)
    assert delete_abandoned(tmp_path, frozenset({KEY})) == 0
    used = opened(tmp_path)
    assert delete_abandoned(tmp_path, frozenset()) == 0
    forget_part(tmp_path, KEY)
    assert used.path.exists()
    used.close()
    assert delete_abandoned(tmp_path, frozenset()) == 1
    assert list(tmp_path.iterdir()) == []
    assert delete_abandoned(tmp_path / "missing", frozenset()) == 0
    assert part_size(tmp_path / "missing", KEY) == 0


def test_the_facts_are_those_of_the_server(tmp_path: Path) -> None:
    facts = json.loads(written(tmp_path).with_suffix(".json").read_text())
    assert facts == {"length": 6, "etag": '"x"'}


@pytest.mark.parametrize("is_placed", [False, True])
def test_a_copy_stays_only_if_it_has_its_name(is_placed: bool, tmp_path: Path) -> None:
    """Without its name it would take the space of a whole song while a download is paused; with it, it is the note that
    the song is saved."""
    written(tmp_path)
    part = opened(tmp_path)
    part.copy.write_bytes(b"copy")
    if is_placed:
        (tmp_path / "song.mp3").hardlink_to(part.copy)
    part.close()
    assert part.copy.exists() == is_placed
    again = opened(tmp_path)
    assert again.placed == (tmp_path / "song.mp3" if is_placed else None)
    again.close()
