"""The file of what was chosen in the screens: whatever is in it, the program starts, and nothing of others is lost."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from sunotui.storage.config.ui_state import UiState, load_ui_state, save_ui_state


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "ui-state.json"


def test_without_a_file_everything_is_as_at_a_first_start(path: Path) -> None:
    assert load_ui_state(path) == UiState()
    assert not path.parent.exists()


def test_what_is_saved_is_loaded_and_private(path: Path) -> None:
    save_ui_state(path, {"theme": "nord", "has_sidebar": False, "detail_width": 60, "task_id": "雨\x1b\ud800"})
    assert load_ui_state(path) == UiState(theme="nord", has_sidebar=False, detail_width=60, task_id="雨\x1b\ud800")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["ui-state.json"]


def test_two_programs_and_versions_keep_what_the_other_wrote(path: Path) -> None:
    save_ui_state(path, {"theme": "nord"})
    path.write_text(json.dumps(json.loads(path.read_text()) | {"of_the_future": [1]}))
    save_ui_state(path, {"tab": "Family"})
    assert json.loads(path.read_text()) == {"theme": "nord", "of_the_future": [1], "tab": "Family"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"theme"',
        b"\xff\xfe\x00",
        b"\x00" * 100,
        b"[" * 60_000,
        b'{"theme": 1}',
        b'{"theme": "' + b"x" * 70_000 + b'"}',
        b'{"theme": NaN, "detail_width": 1e400}',
    ],
)
def test_garbage_is_a_first_start_and_is_replaced(content: bytes, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert load_ui_state(path) == UiState()
    save_ui_state(path, {"theme": "nord"})
    assert load_ui_state(path) == UiState(theme="nord")


@pytest.mark.parametrize(
    "values",
    [
        {"theme": None, "has_sidebar": 1, "sidebar_width": True},
        {"sidebar_width": -1, "detail_width": 10**9, "detail_height": 1.5},
        {"task_id": "x" * 3_000, "is_reversed": "yes", "tab": ["Raw"]},
    ],
)
def test_a_value_of_another_type_or_size_is_left_out_alone(values: dict[str, object], path: Path) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({"sort": "title", **values}))
    assert load_ui_state(path) == UiState(sort="title")


def test_a_file_that_cannot_be_read_is_a_first_start(path: Path) -> None:
    path.mkdir(parents=True)
    assert load_ui_state(path) == UiState()


@pytest.mark.parametrize("is_linked", [False, True])
def test_a_pipe_or_a_device_is_a_first_start_and_stays(is_linked: bool, path: Path, tmp_path: Path) -> None:
    """Regression: the program waited for the pipe forever, and replaced the target of a link by a file."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(0o755)
    path.parent.mkdir()
    pipe = elsewhere / "pipe" if is_linked else path
    os.mkfifo(pipe)
    if is_linked:
        path.symlink_to(pipe)
    assert load_ui_state(path) == UiState()
    with pytest.raises(OSError, match="It is a device or a pipe"):
        save_ui_state(path, {"theme": "nord"})
    assert pipe.is_fifo()
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755


def test_the_names_in_the_file_do_not_change() -> None:
    assert UiState._fields == (
        *("theme", "sort", "is_reversed", "is_grouped", "collection_kind", "collection_name", "task_id", "tab"),
        *("has_sidebar", "sidebar_width", "detail", "detail_width", "detail_height", "triage_listen"),
    )
