"""Writes tests/faults/README.md from what the files say they prove: `python -m tests.faults.table`.

Every `test_*.py` and `elsewhere_*.py` in this folder may hold `PROVES = (Proof(...), ...)`; the second kind holds
nothing else and names tests of other folders.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.faults.proofs import Proof

FOLDER = Path(__file__).parent
README = FOLDER / "README.md"
LAST_LONG_RUN = FOLDER / "last_long_run.json"
"""Date, tests and seconds of the last time that `pytest -m long` went through as a whole; written by hand after it."""
GROUPS = {
    "S": ("Money", 9),
    "D": ("The record", 11),
    "P": ("Asking the gateway", 6),
    "K": ("The token", 9),
    "T": ("Text and terminal", 11),
    "U": ("Addresses and the clipboard", 3),
    "W": ("Downloads", 9),
    "E": ("Texts", 8),
    "Z": ("The whole", 4),
}
"""Each letter's heading and how many invariants it has."""

HEAD = """# What is proved, and how often

Written by `python -m tests.faults.table` from the `PROVES` of the files in this folder; do not edit it by hand.
Every test of this folder was seen to fail once, by a break that its docstring names; tests of other folders are listed
for what they inject. `pytest` injects the counts of the column "ordinary", `pytest -m long` those of "long".
"""


def proofs() -> list[tuple[Proof, str]]:
    """Every proof with the path of its test, in the order of the numbers."""
    found = [(proof, proof.test or path) for path, proof in _told()]
    return sorted(found, key=lambda pair: (list(GROUPS).index(pair[0].order[0]), pair[0].order[1], pair[1]))


def _told() -> Iterator[tuple[str, Proof]]:
    for file in sorted([*FOLDER.glob("test_*.py"), *FOLDER.glob("elsewhere_*.py")]):
        module = import_module(f"tests.faults.{file.stem}")
        for proof in getattr(module, "PROVES", ()):
            yield f"tests/faults/{file.name}", proof


def table() -> str:
    """The whole document."""
    told = proofs()
    parts = [HEAD, _last_long_run()]
    for letter, (title, count) in GROUPS.items():
        parts.append(f"\n## {title} ({letter}1 to {letter}{count})\n")
        parts.append("| | test | ordinary | long | last long run | not covered, and why |\n|---|---|---|---|---|---|")
        for figure in range(1, count + 1):
            own = [(proof, path) for proof, path in told if proof.order == (letter, figure)]
            parts += [_row(proof, path) for proof, path in own] or [f"| {letter}{figure} | open | | | | |"]
    return "\n".join(parts) + "\n"


def _last_long_run() -> str:
    last = json.loads(LAST_LONG_RUN.read_text(encoding="utf-8"))
    note = f" {last['note']}" if "note" in last else ""
    return f"Last full long run: {last['date']}, {last['tests']:,} tests, {last['seconds']:,} s.{note}\n"


def _row(proof: Proof, path: str) -> str:
    name = Path(path).name
    cells = [
        proof.number,
        f"[{name}](../../{path})",
        proof.counts_ci,
        proof.counts_long,
        proof.last_long,
        proof.gaps,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def main() -> None:
    """Write the document."""
    README.write_text(table(), encoding="utf-8")


if __name__ == "__main__":
    main()
