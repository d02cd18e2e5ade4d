"""A library, exports and config files of format 6, as written by the version that introduced the format: every later
version lists, searches, exports, imports and shows them identically. A failing test has found a change in what is
stored or printed. The files are never regenerated to make it pass.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.format_fixture import COMMANDS, FORMAT_V6, FormatFixture, changes, listings, without_version

OUTPUTS = FORMAT_V6 / "outputs"
EXPORT = OUTPUTS / "export.jsonl"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> FormatFixture:
    """The library, opened by commands that only read."""
    return FormatFixture(FORMAT_V6, tmp_path_factory.mktemp("format"))


@pytest.fixture
def own_library(tmp_path: Path) -> FormatFixture:
    """A copy of it for a test that writes."""
    return FormatFixture(FORMAT_V6, tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_prints_the_same_bytes(library: FormatFixture, name: str) -> None:
    printed, recorded = library.output(*COMMANDS[name]), (OUTPUTS / name).read_bytes()
    if name.endswith(".csv"):
        printed = _without_new_columns(printed, recorded)
    elif name.endswith(".json"):
        known = without_new_keys(json.loads(printed), json.loads(recorded))
        printed = json.dumps(known, indent=2).encode() + b"\n"
    assert without_version(printed).decode() == without_version(recorded).decode()


def test_every_search_and_every_order_lists_the_same_tasks(library: FormatFixture) -> None:
    recorded = json.loads((OUTPUTS / "listings.json").read_text("utf-8"))
    assert listings(library) == recorded
    assert all(recorded.values()), "a search that finds nothing shows nothing"


def test_learned_capabilities_are_reported_the_same(library: FormatFixture) -> None:
    report = json.loads(library.output("doctor", "--offline", "--json"))
    assert list(report) == ["ok", "findings", "gateway"]
    names = [finding["name"] for finding in report["findings"]]
    recorded = ["terminal", "clipboard", "settings", "keyring", "backups", "permissions", "library", "profile", "token"]
    assert [name for name in names if name in recorded] == recorded
    assert report["gateway"] == json.loads((OUTPUTS / "gateway.json").read_text("utf-8"))


def test_the_export_into_an_empty_library_gives_the_same_export(tmp_path: Path) -> None:
    empty = FormatFixture(FORMAT_V6, tmp_path, is_empty=True)
    assert empty.output("import", str(EXPORT), "--json") == (OUTPUTS / "import.json").read_bytes()
    assert without_version(empty.output("export")) == without_version(EXPORT.read_bytes())


def test_the_export_into_its_own_library_changes_nothing(own_library: FormatFixture) -> None:
    imported = json.loads(own_library.output("import", str(EXPORT), "--json"))
    assert (imported["added"], imported["completed"], imported["broken"]) == (0, 0, 0)
    assert without_version(own_library.output("export")) == without_version(EXPORT.read_bytes())


def test_user_changes_are_saved_and_printed_the_same(own_library: FormatFixture) -> None:
    recorded = json.loads((OUTPUTS / "changes.json").read_text("utf-8"))
    assert without_new_keys(changes(own_library), recorded) == recorded
    assert own_library.ids("--search=note:new") == ["task-described"]


def test_an_unknown_outcome_can_be_given_up(own_library: FormatFixture) -> None:
    unknown = [row["id"] for row in _submissions(own_library) if row["state"] == "unknown"]
    assert len(unknown) == 2
    own_library.output("submissions", "--resolve", unknown[0], "drop")
    assert [row["id"] for row in _submissions(own_library) if row["state"] == "unknown"] == unknown[1:]


def test_file_names_do_not_change(own_library: FormatFixture) -> None:
    """File names on which backups and system packages rely never change."""
    own_library.output("submissions", "--json")
    own_library.output("tag", "add", "x", "task-custom")
    names = {path.name for path in own_library.data.iterdir()}
    assert names - {"library.db-wal", "library.db-shm"} == {"library.db", "library.lock", "library.version-6.db"}
    assert {path.name for path in own_library.config.iterdir()} == {"config.toml", "profiles.json"}


def without_new_keys(printed: Any, recorded: Any) -> Any:
    """A document without the keys that later versions added behind the others, which scripts ignore."""
    if isinstance(printed, dict) and isinstance(recorded, dict):
        assert list(printed)[: len(recorded)] == list(recorded)
        return {key: without_new_keys(printed[key], recorded[key]) for key in recorded}
    if isinstance(printed, list) and isinstance(recorded, list) and len(printed) == len(recorded):
        return [without_new_keys(one, other) for one, other in zip(printed, recorded, strict=True)]
    return printed


def _without_new_columns(printed: bytes, recorded: bytes) -> bytes:
    """A table without the columns that later versions added at its end, which spreadsheets and scripts ignore."""
    known = len(next(csv.reader(io.StringIO(recorded.decode()))))
    file = io.StringIO(newline="")
    csv.writer(file).writerows(row[:known] for row in csv.reader(io.StringIO(printed.decode(), newline="")))
    return file.getvalue().encode()


def _submissions(library: FormatFixture) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(library.output("submissions", "--limit", "200", "--json"))
    return found
