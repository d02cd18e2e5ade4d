"""A damaged library is reported in one sentence and not changed (D6)."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from sunotui.domain.errors import LibraryError
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.support.complete_list import all_ids, counts

pytestmark = pytest.mark.guarantee("D6", ordinary="10 kinds of damage, 60 x 512 random bytes, another program's file")

Damage = Callable[[bytes], bytes]


@pytest.fixture
def sound(path: Path, make_task: Callable[..., object]) -> bytes:
    """The bytes of a closed library with 200 tasks."""
    db = Database.open(path)
    TaskStore(db).save([make_task(f"t{number}") for number in range(200)])  # type: ignore[misc]
    db.close()
    return path.read_bytes()


def scribbled(content: bytes) -> bytes:
    rng = random.Random(7)
    middle = len(content) // 3
    return content[:middle] + rng.randbytes(20_000) + content[middle + 20_000 :]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: b"dear diary\n" * 30, id="a text"),
        pytest.param(lambda content: b"short", id="a few bytes"),
        pytest.param(lambda content: content[:50], id="half a header"),
        pytest.param(lambda content: bytes(100) + content[100:], id="zeroed header"),
        pytest.param(lambda content: content[: len(content) // 2], id="half"),
        pytest.param(lambda content: content[:-1], id="a byte short"),
        pytest.param(scribbled, id="scribbled over"),
        pytest.param(lambda content: content[:100] + bytes(4_000) + content[4_100:], id="no tables"),
        pytest.param(lambda content: content[:16] + b"\0\3" + content[18:], id="an odd page size"),
    ],
)
def test_damage_is_one_sentence_and_the_file_stays(path: Path, sound: bytes, damage: Damage) -> None:
    path.write_bytes(damage(sound))
    with pytest.raises(LibraryError) as caught:
        Database.open(path)
    assert str(path) in caught.value.what
    assert "\n" not in caught.value.sentence
    assert path.read_bytes() == damage(sound)


def test_another_programs_database_is_not_changed(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="another program"):
        Database.open(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["library.db"]


def test_random_damage_raises_only_library_errors(path: Path, sound: bytes) -> None:
    rng = random.Random(1)
    for _ in range(60):
        at = rng.randrange(len(sound) - 512)
        path.write_bytes(sound[:at] + rng.randbytes(512) + sound[at + 512 :])
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        try:
            db = Database.open(path)
        except LibraryError:
            continue
        try:
            library = TaskStore(db)
            library.tasks(all_ids(db))
            counts(db)
        except LibraryError:
            pass
        finally:
            db.close()


def test_an_impossible_row_is_a_library_error(db: Database, make_task: Callable[..., object]) -> None:
    library = TaskStore(db)
    library.save([make_task("t1")])  # type: ignore[list-item]
    with db.write() as connection:
        connection.execute("UPDATE task SET status = 'sdrawkcab'")
    for read in (lambda: library.task("t1"), lambda: counts(db), lambda: library.summaries(["t1"])):
        with pytest.raises(LibraryError, match="damaged"):
            read()
