"""Writes docs/json-schema: a JSON Schema for every document that a command prints with --json.

`python -m tests.scripts.make_json_schema` writes the files; a test fails if they are out of date.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from sunotui.core.documents.json_models.documents import COMMANDS, DOCUMENTS
from tests.support.paths import ROOT

FOLDER = ROOT / "docs" / "json-schema"


class _Generator(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: Any) -> bool:
        """Omit titles, which would only repeat the names of the keys."""
        return False


def schema_files() -> dict[str, str]:
    """The text of every schema file by its name."""
    return {f"{name}.json": json.dumps(_schema(name), indent=2) + "\n" for name in DOCUMENTS}


def _schema(name: str) -> dict[str, Any]:
    commands = ", ".join(command for command, documents in COMMANDS.items() if name in documents)
    schema = _open(TypeAdapter(DOCUMENTS[name]).json_schema(schema_generator=_Generator))
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": f"sunotui --json: {name}",
        "$comment": f"Printed by: {commands}",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def _open(schema: Any) -> Any:
    """The schema without the ban on unknown keys: later versions may add some."""
    if isinstance(schema, dict):
        return {key: _open(value) for key, value in schema.items() if key != "additionalProperties" or value}
    return [_open(value) for value in schema] if isinstance(schema, list) else schema


def main() -> None:
    """Write the files and remove those of documents that no longer exist."""
    files = schema_files()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.json"):
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
