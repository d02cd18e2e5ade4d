from __future__ import annotations

from collections.abc import Callable

from sunotui.storage.db.connection import Database
from sunotui.storage.drafts import DraftStore


def test_a_draft_survives_the_program(open_db: Callable[..., Database]) -> None:
    db = open_db()
    DraftStore(db).save("compose", "[Verse]\nrain")
    DraftStore(db).save("compose", "[Verse]\nrain on tin")
    db.close()
    assert DraftStore(open_db()).load("compose") == "[Verse]\nrain on tin"


def test_a_missing_draft_is_empty_and_an_empty_one_is_deleted(db: Database) -> None:
    drafts = DraftStore(db)
    assert drafts.load("compose") == ""
    drafts.save("compose", "x")
    drafts.save("compose", "")
    assert drafts.load("compose") == ""
    assert db.column("SELECT name FROM draft") == []


def test_text_that_sqlite_rejects_is_stored_converted(db: Database) -> None:
    drafts = DraftStore(db)
    drafts.save("a\ud800", "x\ud800y\0z")
    assert drafts.load("a\ud800") == "x\ufffdy\ufffdz"


def test_a_draft_is_replaced_only_if_it_is_unchanged(db: Database) -> None:
    drafts = DraftStore(db)
    assert drafts.replace("compose", "rain", base="")
    assert drafts.replace("compose", "rain on tin", base="rain")
    assert not drafts.replace("compose", "wind", base="rain")
    assert drafts.load("compose") == "rain on tin"
    assert drafts.replace("compose", "rain on tin", base="rain"), "it is what it is to be"
    assert drafts.replace("other", "", base="")
    assert drafts.all() == {"compose": "rain on tin"}
