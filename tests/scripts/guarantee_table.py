"""The generated part of docs/guarantees.md.

The definitions are in tests/guarantees/definitions.py. The proofs are read from the marks of the tests,
`@pytest.mark.guarantee("P4", ordinary="60 runs", long="200 runs")`, without importing them. A mark with a code only
adds a test to another mark of the same file.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.guarantees.definitions import GROUPS
from tests.guarantees.gateway_facts import GATEWAY_FACTS
from tests.guarantees.guarantee import Guarantee
from tests.support.paths import ROOT

LAST_LONG_RUN = ROOT / "tests" / "guarantees" / "last_long_run.json"
"""Date, tests and seconds of the last complete `pytest -m long`; edited by hand after the run."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One `pytest.mark.guarantee` in the source of a test."""

    path: str
    """The file, relative to the checkout."""
    code: str
    ordinary: str = ""
    long: str = ""
    last_long_run: str = ""
    """Date, counts and seconds of the last long run."""
    gaps: str = ""
    """The known gap and the reason."""


def marks() -> list[Mark]:
    """All marks of the tests, by file and line. Raises ValueError for a mark with arguments that are not literals."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [mark for file in files if "mark.guarantee" in (text := file.read_text("utf-8")) for mark in _of(file, text)]


def _of(file: Path, text: str) -> Iterator[Mark]:
    path = file.relative_to(ROOT).as_posix()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                yield from _marks_in(decorator, path)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            yield from _marks_in(node.value, path)


def _marks_in(node: ast.expr, path: str) -> Iterator[Mark]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.guarantee":
            code = ast.literal_eval(call.args[0])
            yield Mark(path, code, **{str(word.arg): ast.literal_eval(word.value) for word in call.keywords})


def guarantee_table() -> str:
    """All guarantees with their definitions, tests and known gaps, then the facts about gateways."""
    found = marks()
    last = json.loads(LAST_LONG_RUN.read_text("utf-8"))
    note = f" {last['note']}" if "note" in last else ""
    parts = [f"Last complete long run: {last['date']}, {last['tests']:,} tests, {last['seconds']:,} s.{note}\n"]
    for group in GROUPS:
        codes = [guarantee.code for guarantee in group.guarantees]
        parts.append(f"## {group.title} ({codes[0]} to {codes[-1]})\n")
        for guarantee in group.guarantees:
            parts += _section(guarantee, [mark for mark in found if mark.code == guarantee.code])
    parts.append(f"## Facts about gateways ({next(iter(GATEWAY_FACTS))} to {list(GATEWAY_FACTS)[-1]})\n")
    parts.append("Observations that decided the design. They are not promises and have no tests of their own.\n")
    parts += [f"* {code}: {fact}" for code, fact in GATEWAY_FACTS.items()]
    return "\n".join(parts)


def _section(guarantee: Guarantee, found: list[Mark]) -> Iterator[str]:
    yield f"### {guarantee.code}: {guarantee.title}\n"
    yield f"{guarantee.definition}\n"
    if guarantee.proof:
        yield f"*How it is proved:* {guarantee.proof}\n"
    if found:
        yield "| test | ordinary run | long run | last long run |\n|---|---|---|---|"
        yield from (_row(mark) for mark in found if mark.ordinary)
        yield ""
    if gaps := list(dict.fromkeys(mark.gaps for mark in found if mark.gaps)):
        yield "*Known gaps:*\n"
        yield from (f"* {gap}" for gap in gaps)
        yield ""


def _row(mark: Mark) -> str:
    link = f"[{mark.path.removeprefix('tests/')}](../{mark.path})"
    cells = (link, mark.ordinary, mark.long, mark.last_long_run)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
