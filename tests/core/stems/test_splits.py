"""Which parts a take has, and where they are saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sunotui.domain.errors import MediaError
from sunotui.domain.saving.downloads import FileKind
from tests.core.playback.harness import song, take
from tests.core.stems.conftest import StemsHarness, split


async def test_the_splits_of_a_take_are_the_newest_first_without_the_trash(stems: StemsHarness) -> None:
    service = stems.core.core.services.stems
    await stems.put(split("t", ("Vocals", "Instrumental")), split("u"), split("v", source="a2"))
    await stems.core.core.services.annotations.trash(["u"])
    cover = song("c")
    await stems.put(cover._replace(clips=tuple(clip._replace(parents=("a1",)) for clip in cover.clips)))
    found = await service.splits(take("a1"))
    assert [one.task.id for one in found] == ["t", "s"]
    assert [one.title for one in found] == ["Song a", "Song a"]
    assert {one.source for one in found} == {take("a1")}
    # A part begins with its own split.
    assert [one.task.id for one in await service.splits(take("s2"))] == ["s", "t"]
    assert await service.splits(take("b1")) == await service.splits(take("x1")) == []


async def test_the_source_of_a_split_may_be_unknown(stems: StemsHarness) -> None:
    await stems.put(split("t", source="elsewhere"))
    (found,) = await stems.core.core.services.stems.splits(take("t1"))
    assert (found.source, found.title) == (None, "Song a (Vocals)")
    assert [part.name for part in found.parts] == ["Vocals", "Drums", "Bass"]


async def test_parts_are_saved_in_a_folder_of_their_own(
    stems: StemsHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = stems.core.core.services.stems
    asked: list[tuple[list[str], FileKind, Path | None]] = []

    async def add(takes: list[object], *, kind: FileKind = FileKind.AUDIO, folder: Path | None = None) -> int:
        asked.append(([str(getattr(one, "clip_id", "")) for one in takes], kind, folder))
        return len(takes)

    monkeypatch.setattr(type(service.downloads), "add", lambda _self, *args, **named: add(*args, **named))
    saving = replace(service, save_folder=str(tmp_path))
    (split_up,) = await service.splits(take("s1"))
    hostile = replace(split_up, title="../a/b: c?")
    added, folder = await saving.save(hostile, ["s3", "s1", "other"])
    assert added == 2
    assert folder.parent == tmp_path
    assert folder.is_dir()
    assert asked == [(["s1", "s3"], FileKind.AUDIO, folder)]
    assert (await saving.save(hostile, ["s2"]))[1] == folder
    folder.rmdir()
    folder.write_text("in the way")
    with pytest.raises(MediaError):
        await saving.save(hostile, ["s2"])
