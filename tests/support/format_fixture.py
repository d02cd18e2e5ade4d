"""The files of an earlier version (tests/fixtures), opened by this version through its command line only. Only the
entry point is imported, so that refactoring does not affect the comparison.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from sunotui.__main__ import main
from tests.support.paths import ROOT

FORMAT_V6 = ROOT / "tests" / "fixtures" / "format_v6"

COMMANDS: Mapping[str, Sequence[str]] = {
    "tasks.json": ("tasks", "--limit", "200", "--json"),
    "tasks_of_a_profile.json": ("--profile", "work", "tasks", "--status", "success", "--limit", "2", "--json"),
    "show_task.json": ("show", "task-custom", "--json"),
    "show_clip.json": ("show", "task-extension-clip2", "--json"),
    "show_lyrics.json": ("show", "task-lyrics", "--json"),
    "submissions.json": ("submissions", "--limit", "200", "--json"),
    "statistics.json": ("stats", "--json"),
    "labels.json": ("tag", "list", "--json"),
    "albums.json": ("album", "list", "--json"),
    "album.json": ("album", "show", "Rain, the Album", "--json"),
    "saved_searches.json": ("search", "list", "--json"),
    "saved_search.json": ("search", "show", "Best", "--json"),
    "personas_home.json": ("--profile", "home", "personas", "--json"),
    "personas_work.json": ("--profile", "work", "personas", "--json"),
    "note.json": ("note", "task-custom", "--json"),
    "note.txt": ("note", "task-custom"),
    "timing.json": ("timing", "task-custom-clip1", "--json"),
    "timing.lrc": ("timing", "task-custom-clip1", "--lrc"),
    "url.txt": ("url", "task-custom", "--take", "2", "--kind", "video"),
    "profiles.json": ("profiles", "--json"),
    "export.jsonl": ("export",),
    "export.csv": ("export", "--csv"),
    "export.html": ("export", "--html", "Rain, the Album"),
}
"""Read-only commands, by the file with their output."""

CHANGES: Sequence[Sequence[str]] = (
    ("tag", "add", "new label", "task-custom"),
    ("tag", "remove", "new label", "task-custom"),
    ("rate", "4", "task-cover", "--star"),
    ("rate", "task-custom", "--unheard"),
    ("note", "task-described", "a new note"),
    ("trash", "task-cover"),
    ("restore", "task-cover"),
    ("album", "add", "Rain, the Album", "task-voice"),
    ("album", "move", "Rain, the Album", "task-voice", "--to", "1"),
    ("album", "remove", "Rain, the Album", "task-voice"),
    ("album", "rename", "Empty", "Full"),
    ("album", "delete", "Full"),
    ("search", "save", "New", "is:starred", "--sort", "title"),
    ("search", "delete", "New"),
)
"""Commands that change annotations, run one after the other."""

SEARCHES = (
    *("rain", "-rain", '"two blanks"', "雨", "title:rain", "tag:city", "tags:city", "lyrics:roof", "prompt:slow"),
    *("description:slow", "id:task-custom", "note:quotes", "is:starred", "is:unheard", "is:heard", "is:rated"),
    *("is:trashed", "is:active", "is:failed", "is:song", "status:failed", "status:done", "status:active"),
    *("status:success", "status:lost", "kind:music", "kind:lyrics", "kind:concat", "kind:upload", "kind:persona"),
    *(
        "kind:tags",
        "since:2023-11-14T22:40",
        "before:2023-11-14T22:30",
        "len:>2:00",
        "len:2:31",
        "rating:>=3",
        "rating:0-4",
    ),
    *("model:v5", "model:v6", 'label:"to finish"', "album:rain", "gateway:work", "-gateway:work kind:music rain"),
)
SORTS = ("age", "title", "length", "rating", "model")


class Ended(NamedTuple):
    """The result of a command."""

    code: int
    out: bytes
    err: str


class FormatFixture:
    """A copy of a fixture's library and config file, or of its config file only."""

    def __init__(self, fixture: Path, folder: Path, *, is_empty: bool = False) -> None:
        self.data, self.config = folder / "data", folder / "config"
        self.data.mkdir()
        shutil.copytree(fixture / "config", self.config)
        if not is_empty:
            self.library.write_bytes(gzip.decompress((fixture / "library.db.gz").read_bytes()))

    @property
    def library(self) -> Path:
        """The library's file."""
        return self.data / "library.db"

    def run(self, *argv: str) -> Ended:
        """Run a command as from a shell in UTC."""
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8", newline=""), io.StringIO()
        with self._process(argv), redirect_stdout(out), redirect_stderr(err):
            code = main()
            out.flush()
        return Ended(code, out.buffer.getvalue(), err.getvalue())

    def output(self, *argv: str) -> bytes:
        """The standard output of a command that succeeds."""
        ended = self.run(*argv)
        assert ended.code == 0, f"{argv} ended with {ended.code}: {ended.err}"
        return ended.out

    def ids(self, *argv: str) -> list[str]:
        """The ids of the tasks that a command lists."""
        return [task["id"] for task in json.loads(self.output("tasks", "--limit", "200", "--json", *argv))]

    @contextmanager
    def _process(self, argv: Sequence[str]) -> Iterator[None]:
        ours = {"SUNOTUI_DATA_DIR": str(self.data), "SUNOTUI_CONFIG_DIR": str(self.config), "TZ": "UTC"}
        others = {name: value for name, value in os.environ.items() if not name.startswith("SUNOTUI_")}
        try:
            with (
                mock.patch.dict(os.environ, others | ours, clear=True),
                mock.patch.object(sys, "argv", ["sunotui", *argv]),
            ):
                time.tzset()
                yield
        finally:
            time.tzset()


def listings(fixture: FormatFixture) -> dict[str, str]:
    """The ids that every search and sort order lists, separated by spaces, by query."""
    found = {search: fixture.ids(f"--search={search}") for search in SEARCHES}
    for sort in SORTS:
        found[f"sort {sort}"] = fixture.ids("--sort", sort)
        found[f"sort {sort}, reversed"] = fixture.ids("--sort", sort, "--reverse")
    return {asked: " ".join(ids) for asked, ids in found.items()}


def changes(fixture: FormatFixture) -> dict[str, Any]:
    """The output of every command of CHANGES with --json, by command."""
    return {" ".join(argv): json.loads(fixture.output(*argv, "--json")) for argv in CHANGES}


def without_version(export: bytes) -> bytes:
    """An export without the version that wrote it."""
    return re.sub(rb'("made_by":"sunotui )[^"]*', rb"\1", export, count=1)
