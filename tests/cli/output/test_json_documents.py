"""The documents of --json against their models, and the shipped schemas against the models."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from sunotui.cli.arguments.parser import ALIASES, build_parser
from sunotui.core.documents.json_models.documents import COMMANDS, DOCUMENTS
from tests.cli.conftest import CommandLine
from tests.scripts.make_json_schema import FOLDER, schema_files
from tests.support.format_fixture import FORMAT_V6

OUTPUTS = FORMAT_V6 / "outputs"
RECORDED = {
    "album": "album",
    "albums": "albums",
    "import": "import",
    "labels": "labels",
    "note": "annotations",
    "personas_home": "personas",
    "personas_work": "personas",
    "profiles": "profiles",
    "saved_search": "tasks",
    "saved_searches": "searches",
    "show_clip": "clip",
    "show_lyrics": "task",
    "show_task": "task",
    "statistics": "stats",
    "submissions": "submissions",
    "tasks": "tasks",
    "tasks_of_a_profile": "tasks",
    "timing": "timing",
}
"""The documents in the recorded outputs; tests/test_format_v6.py checks that commands print them."""


def check(name: str, document: object) -> None:
    """Raises ValidationError for a document with a missing or an unknown key, or a value of another type."""
    TypeAdapter(DOCUMENTS[name]).validate_python(document)


def _commands(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[str]:
    for action in parser._actions:
        if "--json" in action.option_strings and words:
            yield " ".join(words)
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                if name not in ALIASES:
                    yield from _commands(inner, (*words, name))


def test_every_command_with_json_has_named_documents() -> None:
    assert set(_commands(build_parser())) == set(COMMANDS)
    assert {name for names in COMMANDS.values() for name in names} == set(DOCUMENTS)


def test_the_shipped_schemas_are_those_of_the_models() -> None:
    assert {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()} == schema_files(), (
        "run 'python -m tests.scripts.make_json_schema'"
    )


@pytest.mark.parametrize("recorded", RECORDED)
def test_a_recorded_output_fits_its_model(recorded: str) -> None:
    check(RECORDED[recorded], json.loads((OUTPUTS / f"{recorded}.json").read_text("utf-8")))


def test_an_unknown_key_does_not_fit() -> None:
    (label,) = [{"label": "rain", "tasks": 1}]
    check("labels", [label])
    for wrong in ({**label, "new": 1}, {"label": "rain"}, {"label": "rain", "tasks": "1"}):
        with pytest.raises(ValueError, match="validation error"):
            check("labels", [wrong])


def test_outputs_of_commands_fit_their_models(paid_cli: CommandLine, tmp_path: Path) -> None:
    task = paid_cli.json("music", "--describe", "rain", "--title", "Rain", "--wait")
    check("task", task)
    task_id, clip_id = task["id"], task["clips"][0]["id"]
    for name, command in {
        "annotations": ("rate", "4", task_id),
        "tasks": ("music", "--describe", "fog", "--count", "1"),
        "clips": ("feed", clip_id),
        "tags": ("tags", "indie pop"),
        "timing": ("timing", clip_id),
        "persona": ("persona", clip_id, "--name", "Mara"),
        "url": ("wav", task_id),
        "midi": ("midi", task_id, "-o", str(tmp_path / "song.mid")),
        "submissions": ("submissions",),
        "stats": ("stats",),
        "personas": ("personas",),
        "profiles": ("profiles",),
        "repair": ("doctor", "--repair", "--yes"),
    }.items():
        check(name, paid_cli.json(*command))
    for command in (
        ("label", "add", "new", task_id),
        ("label", "remove", "new", task_id),
        ("note", task_id, "a note"),
        ("note", task_id),
        ("trash", task_id),
        ("restore", task_id),
    ):
        check("annotations", paid_cli.json(*command))
    for command in (
        ("album", "add", "Rain", task_id),
        ("album", "move", "Rain", task_id, "--to", "1"),
        ("album", "rename", "Rain", "Storm"),
        ("album", "remove", "Storm", task_id),
        ("album", "list"),
        ("album", "delete", "Storm"),
    ):
        check("albums", paid_cli.json(*command))
    for command in (("search", "save", "New", "is:starred"), ("search", "list"), ("search", "delete", "New")):
        check("searches", paid_cli.json(*command))
    for command in (("fetch", task_id), ("wait", task_id), ("tasks",)):
        check("tasks", paid_cli.json(*command))
    check("clip", paid_cli.json("show", clip_id))
    check("doctor", paid_cli.json("doctor"))
