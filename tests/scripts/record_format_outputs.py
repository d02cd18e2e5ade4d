"""Records the outputs of the program for the library of a format, made by tests/scripts/make_format_library.py.

`python -m tests.scripts.record_format_outputs FOLDER` runs every command of tests/support/format_fixture.py on the
library in FOLDER and writes their output to FOLDER/outputs. Like that script, it is run by the version that introduced
the format, and never again.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.support.format_fixture import COMMANDS, FormatFixture, changes, listings


def record(fixture: Path) -> None:
    """Write the outputs beside the library."""
    outputs = fixture / "outputs"
    outputs.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        opened = FormatFixture(fixture, Path(folder))
        for name, argv in COMMANDS.items():
            (outputs / name).write_bytes(opened.output(*argv))
        found = json.dumps(listings(opened), indent=0, ensure_ascii=False)
        (outputs / "listings.json").write_text(found + "\n", "utf-8")
        doctor = json.loads(opened.run("doctor", "--offline", "--json").out)
        (outputs / "gateway.json").write_text(json.dumps(doctor["gateway"], indent=1) + "\n", "utf-8")
        # Last, since they change the library.
        (outputs / "changes.json").write_text(json.dumps(changes(opened), ensure_ascii=False) + "\n", "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        empty = FormatFixture(fixture, Path(folder), is_empty=True)
        (outputs / "import.json").write_bytes(empty.output("import", str(outputs / "export.jsonl"), "--json"))


if __name__ == "__main__":
    record(Path(sys.argv[1]))
