"""What is shown of a download, and when that is made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.downloads.entry import Download
from sunotui.domain.saving.downloads import DownloadState, FileKind, StoredDownload


def download() -> Download:
    row = StoredDownload(1, "t1", "c1", "home", FileKind.AUDIO, "", DownloadState.WAITING, "", 0, 0.0, 0.0)
    return Download(1, row, "Song", 1, 100.0, DownloadState.WAITING)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("state", DownloadState.FAILED),
        ("received", 5),
        ("total", 9),
        ("reason", "no"),
        ("path", Path("/a")),
        ("ended_at", 2.0),
    ],
)
def test_what_does_not_run_is_made_again_only_when_it_has_changed(fact: str, value: object) -> None:
    one = download()
    before = one.shown(1.0)
    assert one.shown(2.0) is before
    setattr(one, fact, value)
    after = one.shown(3.0)
    assert getattr(after, fact) == value
    assert one.shown(4.0) is after


def test_what_runs_is_shown_with_its_speed() -> None:
    one = download()
    one.begin()
    one.shown(1.0)
    one.received = 1_000
    assert one.shown(2.0).bytes_per_s == 1_000
