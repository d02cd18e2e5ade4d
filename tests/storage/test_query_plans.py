"""Every query on the library: which ones read a whole table or index, and why those may.

SQLite has no statistics of the tables, so that the plan of a query is the same for any number of rows.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import pkgutil
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import sunotui.storage
from sunotui.domain.annotations import (
    AlbumLook,
    AnnotationField,
    Preference,
    SavedSearch,
    TakeRef,
    TriageDecision,
    TriageVerdict,
)
from sunotui.domain.browse import Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.errors import RequestRejected
from sunotui.domain.export_records import ExportedTask
from sunotui.domain.gateways.capabilities import Capabilities
from sunotui.domain.gateways.money import Balance
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.requests.extras import PersonaRequest
from sunotui.domain.requests.request import to_json
from sunotui.domain.saving.downloads import DownloadState, FileKind, FileState, SavedFile
from sunotui.domain.search.query import parse
from sunotui.domain.submission import SubmissionState
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.summary import View
from sunotui.storage.annotations.albums import AlbumStore
from sunotui.storage.annotations.labels import LabelStore
from sunotui.storage.annotations.lookup import read_annotations
from sunotui.storage.annotations.notes import NoteStore, TrashStore
from sunotui.storage.annotations.preferences import PreferenceStore
from sunotui.storage.annotations.ratings import RatingStore
from sunotui.storage.annotations.saved_searches import SavedSearchStore
from sunotui.storage.annotations.takes import known_tasks, resolve
from sunotui.storage.annotations.triage import StoredDecision, TriageStore
from sunotui.storage.browse.collection_counts import collection_counts, tallied_counts
from sunotui.storage.browse.list_queries import FEW, TaskLists
from sunotui.storage.browse.list_sources import never
from sunotui.storage.browse.search_counts import SearchCounts, saved_search
from sunotui.storage.db.connection import Database
from sunotui.storage.downloads.download_queue import DownloadQueueStore
from sunotui.storage.downloads.link_life import LinkLifeStore
from sunotui.storage.downloads.safety import SafetyStore
from sunotui.storage.downloads.saved_files import SavedFileStore
from sunotui.storage.drafts import DraftStore
from sunotui.storage.gateway_facts.balances import BalanceStore
from sunotui.storage.gateway_facts.capabilities import CapabilityStore
from sunotui.storage.gateway_facts.personas import PersonaStore
from sunotui.storage.gateway_facts.prices import PriceStore
from sunotui.storage.gateway_facts.timings import TimingStore
from sunotui.storage.hook_runs import HookRunStore
from sunotui.storage.playback.loudness_store import LoudnessStore, MeasuredLoudness
from sunotui.storage.playback.playback_store import PlaybackStore
from sunotui.storage.playback.queue_entries import read_takes
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.submissions.reader import DuplicateQuery, SubmissionReader
from sunotui.storage.tasks.lineage_store import LineageStore
from sunotui.storage.tasks.statistics import read_statistics
from sunotui.storage.tasks.take_titles import with_take_titles
from sunotui.storage.tasks.task_store import TaskStore
from sunotui.storage.transfer.exporter import Exporter
from sunotui.storage.transfer.importer import Importer
from sunotui.storage.transfer.new_rows import rows_of
from tests.benchmarks.full_library import full_library
from tests.support.sample_library import fill, records, sent, song

LARGE = {"task", "clip", "answer", "submission", "opinion", "descent", "wish_parent", "task_label", "album_take"}
"""The tables with a row for each task, take or submission. The full-text index is searched, never read whole."""
SMALL = ("task_unfinished", "submission_open", "submission_unread", "task_unsafe")
"""Indexes that have few rows of such a table."""
READING = {"SELECT", "WITH", "UPDATE", "DELETE", "INSERT"}
"""How statements begin that may read a table."""
TAKE = TakeRef("t1", "t1-c1")
SEARCHES = ("", "rain", "-rain", "model:v5", "is:unplayed m", "label:Rainy la", 'album:"Best of"', "played:<7d", "p")

SCANS = {
    "read_statistics": "Statistics count everything; they are read on a connection of their own.",
    "TaskLists": "A list in the order of an index, up to the page; or a view of at most FEW tasks; or a search whose "
    "filter has no index, by the index of the order.",
    "TaskStore.newest_takes": "The newest ones along the index of the age, up to the limit.",
    "TaskStore.clip_ids": "The takes of a library, for a folder whose files are matched to them.",
    "SafetyStore.unsaved": "All takes that are not saved, for 'sunotui download --missing' where every take is to be.",
    "TaskStore.ids_with_prefix_in_any_case": "For an id that a user typed in another case and that was not found "
    "otherwise.",
    "SubmissionReader.list": "The newest ones along the index of their age, up to the limit.",
    "SubmissionReader.models_that_worked": "The newest MODELS_READ along the index of their age.",
}
"""What may read a whole table or index, with the reason. The names are those of CALLS, of a class or of a function."""


def _lists(db: Database) -> Iterator[tuple[str, Callable[[], object]]]:
    every = ListQuery()
    search = Collection(CollectionKind.SEARCH, "Jazz")
    for few in (FEW, 0):
        lists = TaskLists(db, lambda: 1e9, few=few)
        places = [*map(Collection.of_view, View)]
        places += [Collection(CollectionKind.LABEL, "Rainy"), Collection(CollectionKind.ALBUM, "Best of")]
        places += [Collection(CollectionKind.GATEWAY, "home"), search]
        for place in places:
            for sort in Sort:
                for text in SEARCHES:
                    query = ListQuery(place, parse(text), sort)
                    yield "TaskLists.rows", lambda lists=lists, query=query: lists.rows(query, 0, 20)  # type: ignore[misc]
                    yield "TaskLists.known_count", lambda lists=lists, query=query: lists.known_count(query)  # type: ignore[misc]
                    yield "TaskLists.count", lambda lists=lists, query=query: lists.count(query, never)  # type: ignore[misc]
                    yield "TaskLists.total", lambda lists=lists, query=query: lists.total(query)  # type: ignore[misc]
                    yield "TaskLists.ids", lambda lists=lists, query=query: lists.ids(query, 0, 20)  # type: ignore[misc]
        yield "TaskLists.index_of", lambda lists=lists: lists.index_of(every, "t1")  # type: ignore[misc]
        yield "TaskLists.listed", lambda lists=lists: lists.listed(every, ["t1"])  # type: ignore[misc]
        yield "TaskLists.counts", lists.counts
        yield "TaskLists.saved_orders", lists.saved_orders
    yield "saved_search", lambda: saved_search(db, "Jazz")
    yield "with_take_titles", lambda: with_take_titles(db, ["WAV of 1ea41836-0000-4000-8000-000000000000"])


def _tasks(db: Database) -> dict[str, Callable[[], object]]:
    tasks, lineage, counts = TaskStore(db), LineageStore(db), SearchCounts(db, lambda: 1e9)
    return {
        "TaskStore.save": lambda: tasks.save([song("t1", fail_reason="x"), song("new")], {"t1": '{"a": 1}'}),
        "TaskStore.update": lambda: tasks.update(["t1"], lambda known: known.values()),
        "TaskStore.task": lambda: tasks.task("t1"),
        "TaskStore.tasks": lambda: tasks.tasks(["t1", "t2"]),
        "TaskStore.unfinished": lambda: (tasks.unfinished(), tasks.unfinished("home")),
        "TaskStore.clip": lambda: tasks.clip("t1-c1"),
        "TaskStore.clip_ids": tasks.clip_ids,
        "TaskStore.raw": lambda: tasks.raw("t1"),
        "TaskStore.ids_with_prefix": lambda: tasks.ids_with_prefix("t"),
        "TaskStore.ids_with_prefix_in_any_case": lambda: tasks.ids_with_prefix_in_any_case("T"),
        "TaskStore.summaries": lambda: tasks.summaries(["t1"]),
        "TaskStore.recent": lambda: tasks.recent(TaskStatus.SUCCESS, parse("rain"), 20, "home", now=1e9),
        "TaskStore.newest_takes": lambda: tasks.newest_takes(20),
        "TaskStore.reindex": lambda: tasks.reindex(["t1"]),
        "TaskStore.durations": lambda: tasks.durations("home", TaskKind.MUSIC),
        "LineageStore.around": lambda: lineage.around(["t1-c1"]),
        "LineageStore.named": lambda: lineage.named(["t1-c1"]),
        "LineageStore.tasks_made_of": lambda: lineage.tasks_made_of("t1-c1"),
        "LineageStore.is_child": lambda: lineage.is_child("t1-c1"),
        "SearchCounts.get": lambda: counts.get(Collection(CollectionKind.SEARCH, "Jazz")),
        "SearchCounts.count": lambda: counts.count(Collection(CollectionKind.SEARCH, "Jazz")),
        "read_statistics": lambda: read_statistics(db),
        "collection_counts": lambda: collection_counts(db, 1e9),
        "tallied_counts": lambda: tallied_counts(db),
        "Exporter.records": lambda: list(Exporter(db).records()),
        "Exporter.submissions": lambda: list(Exporter(db).submissions()),
        "Exporter.tasks": lambda: list(Exporter(db).tasks()),
        "Exporter.about": lambda: list(Exporter(db).about(["t1"])),
        "Importer.add": lambda: Importer(db).add(records(5)),
        "Importer.add_new": lambda: _add_new(db),
        "Importer.transaction": lambda: _add_new(db),
    }


_NUMBERS = itertools.count()
"""A method is tried several times."""


def _add_new(db: Database) -> None:
    """Import records as rows that the library does not have."""
    number = next(_NUMBERS)
    task = ExportedTask(song(f"new-{number}", submission_id=f"s-{number}"), raw="{}", note="n", labels=("Rainy",))
    rows = rows_of([sent(f"s-{number}", task_id=f"new-{number}"), task])
    assert rows is not None
    importer = Importer(db)
    with importer.transaction():
        assert importer.add_new(rows)


def _annotations(db: Database) -> dict[str, Callable[[], object]]:
    triage = TriageStore(db)
    decision = StoredDecision(TriageDecision(TAKE, TriageVerdict.KEEP, 0, 5.0), True)
    albums, ratings, searches = AlbumStore(db), RatingStore(db), SavedSearchStore(db)
    preferences, preference = PreferenceStore(db), Preference(TAKE, TakeRef("t1", "t1-c2"), "home", 5.0)
    labels, notes, trash = (
        LabelStore(db, TaskStore(db).reindex),
        NoteStore(db, TaskStore(db).reindex),
        TrashStore(db),
    )
    return {
        "AlbumStore.find": lambda: albums.find("Best of"),
        "AlbumStore.row": lambda: albums.row("Best of"),
        "AlbumStore.all": albums.all,
        "AlbumStore.album": lambda: (albums.album("Best of"), albums.album("Best of", with_trash=False)),
        "AlbumStore.positions": lambda: albums.positions("Best of"),
        "AlbumStore.of": lambda: albums.of(["t1"]),
        "AlbumStore.among": lambda: albums.among([TAKE]),
        "AlbumStore.summary": lambda: albums.summary("Best of"),
        "AlbumStore.set_look": lambda: albums.set_look("Best of", AlbumLook("Me")),
        "AlbumStore.find_or_create": lambda: albums.find_or_create("New", 1.0),
        "AlbumStore.put": lambda: albums.put("Best of", {TAKE: 3, TakeRef("t2", "t2-c1"): None}),
        "AlbumStore.rename": lambda: albums.rename("New", "Newer"),
        "AlbumStore.delete": lambda: albums.delete("Newer"),
        "LabelStore.put": lambda: (
            labels.put(["t2"], "Rainy", is_on=True),
            labels.put(["t2"], "Rainy", is_on=False),
        ),
        "LabelStore.all": labels.all,
        "LabelStore.among": lambda: labels.among(["t1"]),
        "LabelStore.of": lambda: labels.of(["t1"]),
        "NoteStore.get": lambda: notes.get("t1"),
        "NoteStore.put": lambda: notes.put("t1", "other"),
        "TrashStore.times": lambda: trash.times(["t1"]),
        "TrashStore.put": lambda: trash.put({"t2": 5.0}),
        "RatingStore.values": lambda: ratings.values(AnnotationField.RATING, [TAKE]),
        "RatingStore.put": lambda: ratings.put(AnnotationField.RATING, {TAKE: 2}),
        "RatingStore.count_play": lambda: ratings.count_play(TAKE, 9.0),
        "RatingStore.update_totals": lambda: ratings.update_totals(["t1"]),
        "RatingStore.of": lambda: ratings.of(["t1"]),
        "SavedSearchStore.get": lambda: searches.get("Jazz"),
        "SavedSearchStore.all": searches.all,
        "SavedSearchStore.put": lambda: searches.put(SavedSearch("Swing", "swing", Sort.AGE)),
        "SavedSearchStore.delete": lambda: searches.delete("Swing"),
        "PreferenceStore.add": lambda: preferences.add(preference),
        "PreferenceStore.of": lambda: preferences.of(["t1-c1"]),
        "PreferenceStore.remove": lambda: preferences.remove(preference),
        "TriageStore.unplayed": lambda: triage.unplayed(["t1", "t2"], 1e9),
        "TriageStore.takes_of": lambda: triage.takes_of(["t1"]),
        "TriageStore.put": lambda: triage.put({"t1-c1": decision, "t1-c2": None}),
        "TriageStore.decisions": lambda: triage.decisions(["t1-c1"]),
        "TriageStore.pending": triage.pending,
        "TriageStore.put_off": lambda: (triage.put_off(TAKE, 2e9), triage.put_off(TAKE, None)),  # type: ignore[func-returns-value]
        "TriageStore.put_off_until": lambda: triage.put_off_until("t1-c1"),
        "read_annotations": lambda: read_annotations(db, ["t1"]),
        "resolve": lambda: resolve(db, [TAKE]),
        "known_tasks": lambda: known_tasks(db, ["t1"]),
        "with_take_titles": lambda: with_take_titles(db, ["WAV of 1ea41836-0000-4000-8000-000000000000"]),
    }


def _facts(db: Database, folder: Path) -> dict[str, Callable[[], object]]:
    downloads, files, links = DownloadQueueStore(db), SavedFileStore(db), LinkLifeStore(db)
    safety = SafetyStore(db)
    balances, capabilities, personas = BalanceStore(db), CapabilityStore(db), PersonaStore(db)
    prices, timings, hooks = PriceStore(db), TimingStore(db), HookRunStore(db)
    loudness, playback, drafts = LoudnessStore(db), PlaybackStore(db), DraftStore(db)
    path, kind = folder / "a.mp3", FileKind.AUDIO

    def paid() -> None:
        """A request whose price may be known: the only one since the balance was read."""
        journal = Journal(db)
        balances.save("home", "o", Balance(5.0, "USD"), 930.0)
        journal.add(sent("paid", SubmissionState.READY, created_at=940.0))
        journal.claim("paid", 940.0)
        journal.accept("paid", song("bought", added_at=941.0, status=TaskStatus.SUCCESS), 941.0)

    file = SavedFile("t1-c1", kind, path, "t1", "home", 5, "0" * 64, 1, 2.0, 3.0, FileState.PRESENT)
    return {
        "DownloadQueueStore.add": lambda: downloads.add([TAKE], FileKind.AUDIO, None, 1.0),
        "DownloadQueueStore.all": downloads.all,
        "DownloadQueueStore.of": lambda: downloads.of([TAKE], FileKind.AUDIO, None),
        "DownloadQueueStore.change": lambda: downloads.change([1], DownloadState.FAILED, 2.0, "no"),
        "DownloadQueueStore.remove": lambda: downloads.remove([1]),
        "SavedFileStore.put": lambda: files.put([file]),
        "SavedFileStore.of": lambda: files.of(["t1-c1"]),
        "SavedFileStore.all": files.all,
        "SavedFileStore.page": lambda: (files.page(None, 5), files.page(file, 5)),
        "SavedFileStore.at": lambda: files.at([folder / "a.mp3"]),
        "SavedFileStore.move": lambda: files.move({file: file._replace(size=6)}),
        "SavedFileStore.forget": lambda: files.forget(file),
        "SavedFileStore.since": lambda: files.since(1.0, 20),
        "SafetyStore.at_risk": lambda: safety.at_risk(1e9),
        "SafetyStore.missing": safety.missing,
        "SafetyStore.unsaved": safety.unsaved,
        "SafetyStore.to_save": lambda: (
            safety.to_save(["t1"], is_every_take=True),
            safety.to_save(["t1"], is_every_take=False),
        ),
        "SafetyStore.takes_of": lambda: safety.takes_of(["t1"]),
        "SafetyStore.added_at": lambda: safety.added_at(["t1"]),
        "LinkLifeStore.all": links.all,
        "LinkLifeStore.saw": lambda: links.saw("home", 5.0, 6.0, is_alive=True),
        "BalanceStore.save": lambda: balances.save("home", "o", Balance(5.0, "USD"), 1.0),
        "BalanceStore.unpriced": lambda: (paid(), balances.unpriced("home", "o", ["work"], 950.0, 1.0)),  # type: ignore[func-returns-value]
        "BalanceStore.delete": lambda: balances.delete("home"),
        "CapabilityStore.load": lambda: capabilities.load("home"),
        "CapabilityStore.save": lambda: capabilities.save("home", Capabilities()),
        "CapabilityStore.change": lambda: capabilities.change("home", lambda known: known),
        "CapabilityStore.all": capabilities.all,
        "CapabilityStore.delete": lambda: capabilities.delete("home"),
        "PersonaStore.all": lambda: personas.all("home"),
        "PersonaStore.add": lambda: personas.add(Persona("v2", "Voice", "t1-c1", "home", 9.0)),
        "PersonaStore.add_result": lambda: personas.add_result(
            to_json(PersonaRequest("Voice", "t1-c1")), "v3", "home", 9.0
        ),
        "PriceStore.add": lambda: prices.add("home", "music", 0.05, "USD", 12.0),
        "PriceStore.prices": lambda: prices.prices("home", "music"),
        "PriceStore.all": prices.all,
        "PriceStore.delete": lambda: prices.delete("home"),
        "TimingStore.get": lambda: timings.get("t1-c1"),
        "TimingStore.of": lambda: timings.of(["t1-c1"]),
        "TimingStore.put": lambda: timings.put("t1-c2", "{}"),
        "HookRunStore.claim": lambda: hooks.claim("t1", "home", "done", 1.0),
        "HookRunStore.finish": lambda: hooks.finish("t1", "home", "done", 2.0, 0),
        "LoudnessStore.get": lambda: loudness.get("t1-c1"),
        "LoudnessStore.put": lambda: loudness.put("t1-c1", MeasuredLoudness(-14.0, -1.0), 1.0),
        "PlaybackStore.load": playback.load,
        "PlaybackStore.change": lambda: playback.change(lambda _: {"volume": 5}),
        "DraftStore.load": lambda: drafts.load("composer"),
        "DraftStore.all": drafts.all,
        "DraftStore.replace": lambda: drafts.replace("composer", "b", "a"),
        "DraftStore.save": lambda: drafts.save("composer", "c"),
        "read_takes": lambda: read_takes(db, [TAKE]),
    }


def _submissions(db: Database) -> dict[str, Callable[[], object]]:
    journal, reader = Journal(db), SubmissionReader(db)
    ready, unknown = SubmissionState.READY, SubmissionState.UNKNOWN

    def add(name: str, **changes: object) -> object:
        return journal.add(sent(name, ready, **changes), DuplicateQuery(1e9))

    def send(name: str) -> str:
        add(name)
        journal.claim(name, 1e9)
        return name

    failure = RequestRejected("no")
    return {
        "SubmissionReader.get": lambda: reader.get("s1"),
        "SubmissionReader.of": lambda: reader.of(["s1", "s2"]),
        "SubmissionReader.ids_with_prefix": lambda: reader.ids_with_prefix("s"),
        "SubmissionReader.unknown": lambda: reader.unknown("s2"),
        "SubmissionReader.list": lambda: (reader.list(), reader.list({unknown}), reader.list({ready, unknown})),
        "SubmissionReader.find_duplicate": lambda: reader.find_duplicate(sent("x"), DuplicateQuery(1e9)),
        "SubmissionReader.models_that_worked": lambda: reader.models_that_worked("home", "music", "o"),
        "SubmissionReader.unread_results": reader.unread_results,
        "SubmissionReader.file_links": lambda: reader.file_links("t1-c1", "wav"),
        "SubmissionReader.retry": lambda: reader.retry("s2"),
        "Journal.add": lambda: add("a1", retry_of="s2"),
        "Journal.claim": lambda: journal.claim("a1", 1e9),
        "Journal.accept": lambda: journal.accept("a1", song("made"), 1e9),
        "Journal.deliver": lambda: journal.deliver(send("a2"), "", 1e9),
        "Journal.save_result": lambda: journal.save_result("a2", "result", 1e9),
        "Journal.reject": lambda: journal.reject(send("a3"), failure, 1e9),
        "Journal.mark_unknown": lambda: journal.mark_unknown(send("a4"), failure, 1e9),
        "Journal.adopt": lambda: journal.adopt("a4", song("found"), 1e9),
        "Journal.mark_lost": lambda: (journal.mark_unknown(send("a5"), failure, 1e9), journal.mark_lost("a5", 1e9)),  # type: ignore[func-returns-value]
        "Journal.recover": lambda: journal.recover(1e9),
    }


GROWING = {
    "Exporter.records",
    "Exporter.tasks",
    "read_statistics",
    "TaskStore.clip_ids",
    "SafetyStore.unsaved",
    # All ids begin so here.
    "TaskStore.ids_with_prefix",
    "TaskStore.ids_with_prefix_in_any_case",
    # All songs are of one lineage here.
    "LineageStore.around",
}
"""What costs more in a larger library."""


def _calls(db: Database, folder: Path) -> list[tuple[str, Callable[[], object]]]:
    return [*_tasks(db).items(), *_submissions(db).items(), *_annotations(db).items(), *_facts(db, folder).items()]


def _steps(folder: Path, songs: int) -> dict[str, int]:
    """How many steps the database's machine takes for each call, those of triggers too."""
    db = Database.open(folder / "library.db")
    fill(db, songs=songs)
    found: dict[str, int] = {}
    for name, call in _calls(db, folder):
        steps = itertools.count()
        db._connection.set_progress_handler(lambda steps=steps: next(steps) and 0, 1)  # type: ignore[misc]
        call()
        db._connection.set_progress_handler(None, 0)
        found[name] = next(steps)
    db.close()
    return found


def test_a_library_of_ten_times_the_songs_costs_no_more(tmp_path: Path) -> None:
    """Fails when a query or a trigger reads all rows."""
    small, large = _steps(tmp_path / "small", 20), _steps(tmp_path / "large", 200)
    grown = {name: (steps, large[name]) for name, steps in small.items() if large[name] > 3 * steps + 100}
    assert grown.keys() <= GROWING, grown
    assert grown.keys() == GROWING, "a name is left over"


def _traced(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The name of each call, and the statements that it ran."""
    db = Database.open(folder / "data" / "library.db")
    fill(db, songs=8)
    try:
        for name, call in [*_lists(db), *_calls(db, folder)]:
            statements: list[str] = []
            db._connection.set_trace_callback(statements.append)
            call()
            db._connection.set_trace_callback(None)
            # Those of triggers are comments here.
            yield (
                name,
                [sql for sql in statements if sql.split(maxsplit=1)[0].upper() in READING],
            )
    finally:
        db.close()


def _reads_whole(db: Database, sql: str) -> bool:
    plan = [row[3] for row in db.query("EXPLAIN QUERY PLAN " + sql)]
    return any(
        (found := re.match(r"SCAN (\w+)", step)) and found[1] in LARGE and not any(one in step for one in SMALL)
        for step in plan
    )


@pytest.mark.parametrize("is_large", [False, pytest.param(True, marks=[pytest.mark.long, pytest.mark.timeout(900)])])
def test_few_queries_read_a_whole_table(is_large: bool, tmp_path: Path) -> None:
    """The plans are those of a small library, and in the long run of one with 100,000 tasks and as many submissions,
    with labels, albums, plays and saved files."""
    path = tmp_path / "plans" / "library.db"
    if is_large:
        path.parent.mkdir(mode=0o700)
        shutil.copyfile(full_library() / "library.db", path)
    plans = Database.open(path)
    fill(plans)
    is_whole: dict[str, bool] = {}
    wrong: dict[str, set[str]] = {}
    scanning: set[str] = set()
    for name, statements in _traced(tmp_path):
        reason = next((key for key in SCANS if name == key or name.split(".")[0] == key), None)
        for sql in set(statements):
            if sql not in is_whole:
                is_whole[sql] = _reads_whole(plans, sql)
            if is_whole[sql]:
                scanning.add(reason or name)
                if reason is None:
                    wrong.setdefault(name, set()).add(sql[:300])
    plans.close()
    assert wrong == {}
    assert scanning == set(SCANS), "a reason is left over"


def test_every_method_that_queries_is_tried(tmp_path: Path) -> None:
    """Fails when a store gets a new method: add it above."""
    tried = {name for name, _ in _traced(tmp_path)}
    missing = {name for name in _methods() if name not in tried}
    assert missing == set()


def _methods() -> Iterator[str]:
    """The public methods of the classes, and the functions, that work on a Database."""
    for module in pkgutil.walk_packages(sunotui.storage.__path__, "sunotui.storage."):
        if module.name.split(".")[2] in {"db", "repair", "config", "secrets", "backup"}:
            continue
        if module.name.endswith(("list_sources", "annotation_import", "new_rows")):
            # Parts of TaskLists and of Importer.
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if getattr(value, "__module__", "") != module.name or name.startswith("_"):
                continue
            if inspect.isfunction(value) and _takes_database(value):
                yield name
            elif inspect.isclass(value) and _takes_database(value.__init__):
                methods = inspect.getmembers(value, inspect.isfunction)
                yield from (f"{name}.{method}" for method, _ in methods if not method.startswith("_"))


def _takes_database(function: Any) -> bool:
    parameters = list(inspect.signature(function).parameters.values())
    kinds = [one.annotation for one in parameters if one.name != "self"]
    # What gets a connection, too, is a part of a write.
    return kinds[:1] == ["Database"] and "sqlite3.Connection" not in kinds
