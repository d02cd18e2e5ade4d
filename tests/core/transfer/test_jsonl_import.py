"""Importing a file line by line: invalid lines are reported by number, the rest is imported, and repeating it changes
nothing."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunotui.core.transfer import jsonl_import, jsonl_line
from sunotui.core.transfer.jsonl_import import ImportReport, import_jsonl
from sunotui.domain.annotations import NAME_LIMIT, name_key
from sunotui.domain.browse import Sort
from sunotui.domain.errors import InvalidRequest
from sunotui.storage.annotations.saved_searches import SavedSearchStore
from sunotui.storage.db.connection import Database
from sunotui.storage.transfer.importer import Importer
from tests.support.sample_library import exported, fill

BrokenLines = list[tuple[int, str]]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty library."""
    opened = Database.open(tmp_path / "here" / "library.db")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The export of a library with records of every kind."""
    other = Database.open(tmp_path_factory.mktemp("there") / "library.db")
    fill(other, songs=8)
    found = exported(other)
    other.close()
    return found


def take(db: Database, content: bytes) -> tuple[ImportReport, BrokenLines]:
    """Import a file; returns the report and the reported lines."""
    broken_lines: BrokenLines = []
    return import_jsonl(
        io.BytesIO(content), Importer(db), lambda number, reason: broken_lines.append((number, reason))
    ), broken_lines


def test_an_imported_library_has_the_same_export(db: Database, whole: bytes) -> None:
    found, broken_lines = take(db, whole)
    assert (broken_lines, found.broken, found.is_cut_off) == ([], 0, False)
    assert exported(db) == whole
    again, _ = take(db, whole)
    assert again.unchanged == found.added == whole.count(b"\n") - 2
    assert exported(db) == whole


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_a_file_resaved_by_a_windows_tool_is_read(db: Database, whole: bytes, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    found, broken_lines = take(db, (mark + whole.decode().replace("\n", "\r\n")).encode(encoding))
    assert (broken_lines, found.broken, found.is_cut_off) == ([], 0, False)
    assert exported(db) == whole


@pytest.mark.parametrize(
    "text",
    [
        *("one-id\r\ntwo-id\r\n", '["one-id",\r\n"two-id"]', "\r\none-id\r\ntwo-id", "one-id,\n two-id ; \n"),
        "\u200bone-id\u2060,\n\u3000two-id;\u00a0\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_list_of_ids_from_a_windows_tool_is_read(db: Database, text: str, encoding: str) -> None:
    found, broken_lines = take(db, text.encode(encoding))
    assert (list(found.ids), broken_lines) == (["one-id", "two-id"], [])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("one-id\ntwo-id\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        ("one-id\ntwo-id\n".encode("utf-16-be"), "UTF-16 without a byte order mark"),
        ("one-id\n".encode("cp500"), "it is not UTF-8 text"),
        (b"\n\xff\xfd\x00\n{}\none-id\n", "it is not UTF-8 text"),
        (b"\x00\x01\xff\xfd\n{}\n", "it is not UTF-8 text"),
        ("one-id\n".encode("utf-16") + b"\x00\xd8x", "begins as text in UTF-16"),
        ("one-id\n".encode("utf-16") + b"x", "begins as text in UTF-16"),
    ],
)
def test_another_encoding_is_one_sentence_that_names_it(db: Database, content: bytes, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        take(db, content)


def test_names_and_orders_of_another_version_are_normalized(db: Database) -> None:
    lines = [
        {"record": "label", "name": "long" * 60},
        {"record": "label", "name": "x" * NAME_LIMIT},
        {"record": "label", "name": "\u0301"},
        {"record": "search", "name": "Jazz", "query": "tag:jazz", "sort": "mood"},
        {"record": "search", "name": "Rain", "query": "rain"},
    ]
    found, broken_lines = take(db, b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    assert found.added == 3
    assert broken_lines == [(1, "a name has at most 200 characters; this one has 240"), (3, "it has no name")]
    name, key = db.query("SELECT name, key FROM label")[0]
    assert (len(name), key) == (NAME_LIMIT, name_key(name))
    assert [search.sort for search in SavedSearchStore(db).all()] == [Sort.RELEVANCE, Sort.RELEVANCE]


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_a_truncated_file_is_imported_and_completed_later(
    tmp_path_factory: pytest.TempPathFactory, whole: bytes, cut: int
) -> None:
    cut = cut * len(whole) // 10_000
    db = Database.open(tmp_path_factory.mktemp("cut") / "library.db")
    lines = whole[:cut].count(b"\n")
    found, broken_lines = take(db, whole[:cut])
    assert sum(found.statuses.values()) >= min(lines, whole.count(b"\n") - 1) - 1, (
        "every whole line but the first came in"
    )
    assert all(number == lines + 1 for number, _ in broken_lines), "only the line that was cut is broken"
    assert found.is_cut_off or cut < len(whole.split(b"\n", 1)[0]) or cut >= len(whole) - 1
    _, broken_lines = take(db, whole)
    assert broken_lines == []
    # Takes of missing songs would be appended to albums later; here songs come before albums.
    assert exported(db) == whole
    db.close()


def test_invalid_lines_are_reported_and_the_rest_is_imported(db: Database, whole: bytes) -> None:
    rng = random.Random(5)
    lines = whole.split(b"\n")[:-1]
    broken = [b"{", b"\xff\xfe", b"[1,", b'{"record": "moon"}', b"two words", b"[" * 100_000, b'{"a": NaN}', b"null{"]
    mixed = list(lines)
    for bad in broken:
        mixed.insert(rng.randrange(1, len(mixed) - 1), bad)
    found, broken_lines = take(db, b"\r\n".join(mixed))
    assert [mixed[number - 1] for number, _ in broken_lines] == [line for line in mixed if line in broken]
    assert found.broken == len(broken)
    assert exported(db) == whole


def test_a_huge_line_is_reported_and_skipped(db: Database, whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (jsonl_import, jsonl_line):
        monkeypatch.setattr(module, "LONGEST_LINE", 20_000)
    lines = whole.split(b"\n")
    lines.insert(3, b'{"record": "task", "id": "' + b"x" * 5_000_000 + b'"}')
    _, broken_lines = take(db, b"\n".join(lines))
    assert [number for number, _ in broken_lines] == [4]
    assert "longer than" in broken_lines[0][1]
    assert exported(db) == whole


@pytest.mark.parametrize(
    "content",
    [
        b"one\ntwo\n\nthree",
        b"\xef\xbb\xbfone\r\ntwo\r\nthree\r\n",
        b'["one", "two", "three"]',
        b'[\n  "one",\n  "two",\n  "three"\n]\n',
        b'"one"\n["two", "three"]',
        b'[{"id": "one", "title": "x"}, {"id": "two"},\n {"id": "three"}]',
    ],
)
def test_lists_of_ids_in_any_form(db: Database, content: bytes) -> None:
    found, broken_lines = take(db, content)
    assert (list(found.ids), broken_lines) == (["one", "two", "three"], [])
    assert not found.is_cut_off


def test_the_same_id_twice_is_one(db: Database) -> None:
    found, _ = take(db, b"one\ntwo\none\n")
    assert found.ids == {"one": 1, "two": 2}


@pytest.mark.parametrize("content", [b'["one", 5.5]', b'[["one"]]', b"[]x", b'["one"'])
def test_a_list_with_other_items_is_reported(db: Database, content: bytes) -> None:
    found, broken_lines = take(db, content)
    assert [number for number, _ in broken_lines] == [1]
    assert not found.ids


def test_a_newer_export_is_rejected_and_nothing_is_imported(db: Database, whole: bytes) -> None:
    before = exported(db)
    with pytest.raises(InvalidRequest, match="newer"):
        take(db, whole.replace(b'"version":1', b'"version":2', 1))
    assert exported(db) == before


def test_an_empty_file_imports_nothing(db: Database) -> None:
    found, broken_lines = take(db, b"\n\n")
    assert (sum(found.statuses.values()), broken_lines, found.ids) == (0, [], {})


def test_imported_records_stay_after_an_interruption(
    db: Database, whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl_import, "LINES_AT_ONCE", 2)

    class Interrupted(io.BufferedReader):
        def readline(self, size: int | None = -1, /) -> bytes:
            if self.tell() > len(whole) // 2:
                raise KeyboardInterrupt
            return super().readline(size)

    with pytest.raises(KeyboardInterrupt):
        import_jsonl(Interrupted(io.BytesIO(whole)), Importer(db), lambda *_: None)
    assert exported(db).count(b"\n") > 6
    take(db, whole)
    assert exported(db) == whole
